//! Every branch that the ReplicaSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "replicaset/", "pkg/controller/replicaset/";
    GONE = "gone", "get", Idle, "",
        "The ReplicaSet no longer exists; the garbage collector deals with its pods.",
        "ReplicaSet 已不存在；它的 Pod 交给垃圾回收器。",
        "replica_set.go syncReplicaSet";
    ADOPT = "adopt", "claim", Main, "",
        "Pod {pod} has no controller and matches the selector: adopting it.",
        "Pod {pod} 没有属主且与选择器匹配：收养它。",
        "replica_set.go claimPods";
    RELEASE = "release", "claim", Main, "",
        "Pod {pod} no longer matches the selector: releasing it; it will be replaced.",
        "Pod {pod} 不再与选择器匹配：释放它，并会补一个。",
        "replica_set.go claimPods";
    TERMINATING = "terminating", "compare", Held, "",
        "The ReplicaSet is being deleted: no pods are created or deleted.",
        "ReplicaSet 正在删除：不创建也不删除 Pod。",
        "replica_set.go syncReplicaSet";
    RIGHT = "right", "compare", Idle, "",
        "The ReplicaSet wants {replicas|# pod|# pods} and has {active}: nothing to do.",
        "现有 {active} 个 Pod，需要 {replicas} 个：无事可做。",
        "replica_set.go manageReplicas";
    CREATE = "create", "create", Main, "missing = replicas − active",
        "The ReplicaSet wants {replicas|# pod|# pods} and has {active}: creating {count}.",
        "需要 {replicas} 个 Pod，现有 {active} 个：创建 {count} 个。",
        "replica_set.go manageReplicas";
    DELETE = "delete", "delete", Main, "surplus = active − replicas",
        "The ReplicaSet wants {replicas|# pod|# pods} and has {active}: deleting {count}.",
        "现有 {active} 个 Pod，需要 {replicas} 个：删除 {count} 个。",
        "replica_set.go manageReplicas";
    STATUS_WRITTEN = "status-written", "status", Detail, "",
        "Updating the status: {active|# pod|# pods}, {ready} ready, {available} available.",
        "写入状态：{active} 个 Pod，{ready} 个就绪，{available} 个可用。",
        "replica_set_utils.go updateReplicaSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, "",
        "The status has not changed: nothing to write.",
        "状态没有变化：无需写入。",
        "replica_set_utils.go updateReplicaSetStatus";
    WAIT_AVAILABLE = "wait-available", "status", Held, "waiting = ready − available",
        "{waiting|# ready pod is|# ready pods are} not available yet: the next one will be in {seconds} s (minReadySeconds {minReadySeconds}).",
        "{waiting} 个就绪的 Pod 尚不可用：下一个还要 {seconds} 秒（minReadySeconds {minReadySeconds}）。",
        "replica_set.go syncReplicaSet";
}
