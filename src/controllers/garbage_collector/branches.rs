//! Every branch that the garbage collector can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "garbage/", "pkg/controller/garbagecollector/";
    GONE = "gone", "get", Idle, "",
        "The object no longer exists.",
        "对象已经不存在。",
        "garbagecollector.go attemptToDeleteItem";
    GOING = "going", "get", Idle, "",
        "{object} is already being deleted and waits for no dependents.",
        "{object} 已在删除中，不等待任何对象。",
        "garbagecollector.go attemptToDeleteItem";
    OWNERLESS = "ownerless", "get", Idle, "",
        "{object} has no owner, so it is never garbage.",
        "{object} 没有属主：不是垃圾。",
        "garbagecollector.go attemptToDeleteItem";
    WAIT_FOREGROUND = "wait-foreground", "owner", Held, "",
        "Foreground deletion: {object} waits for its dependents; {left|# is|# are} left, {blocker} among them.",
        "前台删除：{object} 要等从属对象消失才能删除；还剩 {left} 个，其中有 {blocker}。",
        "garbagecollector.go processDeletingDependentsItem";
    FOREGROUND_DONE = "foreground-done", "owner", Main, "",
        "Foreground deletion: no dependent blocks {object} any more: removing its finalizer foregroundDeletion.",
        "前台删除：不再有从属对象阻挡 {object}，移除终结器 foregroundDeletion。",
        "garbagecollector.go processDeletingDependentsItem";
    WAIT_ORPHANS = "wait-orphans", "owner", Held, "",
        "Orphaning: {left|# object still names|# objects still name} {object} as {left|its|their} owner.",
        "孤立删除：还有 {left} 个对象以 {object} 为属主。",
        "garbagecollector.go attemptToOrphanWorker";
    ORPHANS_DONE = "orphans-done", "owner", Main, "",
        "Orphaning: no object names {object} as its owner any more: removing its finalizer orphan.",
        "孤立删除：不再有对象以 {object} 为属主，移除终结器 orphan。",
        "garbagecollector.go attemptToOrphanWorker";
    ORPHAN = "orphan", "dependent", Main, "",
        "{owner} is being deleted and orphans its dependents: removing it from the owners of {object}, which stays.",
        "{owner} 以孤立方式删除：{object} 失去属主但保留。",
        "garbagecollector.go orphanDependents";
    UNRESOLVED = "unresolved", "dependent", Held, "",
        "Cannot tell whether the owner {owner} of {object} exists: the object stays.",
        "无法判断 {object} 的属主 {owner} 是否存在：对象保留。",
        "garbagecollector.go classifyReferences";
    KEEP = "keep", "dependent", Idle, "",
        "The owner {owner} of {object} exists: the object stays.",
        "{object} 的属主 {owner} 存在：对象保留。",
        "garbagecollector.go attemptToDeleteItem";
    PRUNE = "prune", "dependent", Main, "",
        "{object} still has the owner {owner} and stays: removing {count|# reference|# references} to owners that are gone or being deleted.",
        "{object} 仍有属主 {owner}：保留，并移除 {count} 个指向已消失或将消失属主的引用。",
        "garbagecollector.go attemptToDeleteItem";
    UNBLOCK = "unblock", "dependent", Main, "",
        "{object} and its owners wait for each other: it no longer blocks their deletion.",
        "{object} 与其属主互相等待：它不再阻挡属主。",
        "garbagecollector.go attemptToDeleteItem";
    DELETE_FOREGROUND = "delete-foreground", "dependent", Main, "",
        "The owner {owner} waits for {object}, which has dependents of its own: deleting it in the foreground too.",
        "属主 {owner} 在等待 {object}，而它自己也有从属对象：同样前台删除。",
        "garbagecollector.go attemptToDeleteItem";
    DELETE_WAITED = "delete-waited", "dependent", Main, "",
        "The owner {owner} waits for {object} to be deleted: deleting it.",
        "属主 {owner} 在等待 {object} 消失：删除它。",
        "garbagecollector.go attemptToDeleteItem";
    DELETE = "delete", "dependent", Main, "",
        "The owner {owner} of {object} is gone, and no other owner exists: deleting the object.",
        "{object} 的属主 {owner} 已消失且没有其他属主：删除它。",
        "garbagecollector.go attemptToDeleteItem";
}
