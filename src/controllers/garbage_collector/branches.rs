//! Every branch that the garbage collector can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "garbage/", "pkg/controller/garbagecollector/";
    GONE = "gone", "get", Idle, [], "",
        "garbagecollector.go attemptToDeleteItem";
    GOING = "going", "get", Idle, [object], "",
        "garbagecollector.go attemptToDeleteItem";
    OWNERLESS = "ownerless", "get", Idle, [object], "",
        "garbagecollector.go attemptToDeleteItem";
    WAIT_FOREGROUND = "wait-foreground", "owner", Held, [object, left, blocker], "",
        "garbagecollector.go processDeletingDependentsItem";
    FOREGROUND_DONE = "foreground-done", "owner", Main, [object], "",
        "garbagecollector.go processDeletingDependentsItem";
    WAIT_ORPHANS = "wait-orphans", "owner", Held, [object, left], "",
        "garbagecollector.go attemptToOrphanWorker";
    ORPHANS_DONE = "orphans-done", "owner", Main, [object], "",
        "garbagecollector.go attemptToOrphanWorker";
    ORPHAN = "orphan", "dependent", Main, [object, owner], "",
        "garbagecollector.go orphanDependents";
    UNRESOLVED = "unresolved", "dependent", Held, [object, owner], "",
        "garbagecollector.go classifyReferences";
    KEEP = "keep", "dependent", Idle, [object, owner, count], "",
        "garbagecollector.go attemptToDeleteItem";
    PRUNE = "prune", "dependent", Main, [object, owner, count], "",
        "garbagecollector.go attemptToDeleteItem";
    UNBLOCK = "unblock", "dependent", Main, [object], "",
        "garbagecollector.go attemptToDeleteItem";
    DELETE_FOREGROUND = "delete-foreground", "dependent", Main, [object, owner], "",
        "garbagecollector.go attemptToDeleteItem";
    DELETE_WAITED = "delete-waited", "dependent", Main, [object, owner], "",
        "garbagecollector.go attemptToDeleteItem";
    DELETE = "delete", "dependent", Main, [object, owner], "",
        "garbagecollector.go attemptToDeleteItem";
}
