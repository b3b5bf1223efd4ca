//! Every branch that the garbage collector can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "garbage/", "pkg/controller/garbagecollector/";
    GONE = "gone", "get", Idle, "",
        "garbagecollector.go attemptToDeleteItem";
    GOING = "going", "get", Idle, "",
        "garbagecollector.go attemptToDeleteItem";
    OWNERLESS = "ownerless", "get", Idle, "",
        "garbagecollector.go attemptToDeleteItem";
    WAIT_FOREGROUND = "wait-foreground", "owner", Held, "",
        "garbagecollector.go processDeletingDependentsItem";
    FOREGROUND_DONE = "foreground-done", "owner", Main, "",
        "garbagecollector.go processDeletingDependentsItem";
    WAIT_ORPHANS = "wait-orphans", "owner", Held, "",
        "garbagecollector.go attemptToOrphanWorker";
    ORPHANS_DONE = "orphans-done", "owner", Main, "",
        "garbagecollector.go attemptToOrphanWorker";
    ORPHAN = "orphan", "dependent", Main, "",
        "garbagecollector.go orphanDependents";
    UNRESOLVED = "unresolved", "dependent", Held, "",
        "garbagecollector.go classifyReferences";
    KEEP = "keep", "dependent", Idle, "",
        "garbagecollector.go attemptToDeleteItem";
    PRUNE = "prune", "dependent", Main, "",
        "garbagecollector.go attemptToDeleteItem";
    UNBLOCK = "unblock", "dependent", Main, "",
        "garbagecollector.go attemptToDeleteItem";
    DELETE_FOREGROUND = "delete-foreground", "dependent", Main, "",
        "garbagecollector.go attemptToDeleteItem";
    DELETE_WAITED = "delete-waited", "dependent", Main, "",
        "garbagecollector.go attemptToDeleteItem";
    DELETE = "delete", "dependent", Main, "",
        "garbagecollector.go attemptToDeleteItem";
}
