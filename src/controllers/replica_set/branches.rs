//! Every branch that the ReplicaSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "replicaset/", "pkg/controller/replicaset/";
    GONE = "gone", "get", Idle, "",
        "The ReplicaSet is gone; its pods are left to the garbage collector.",
        "ReplicaSet 已不存在；它的 Pod 交给垃圾回收器。",
        "replica_set.go syncReplicaSet";
    ADOPT = "adopt", "claim", Main, "",
        "Pod {pod} belongs to nobody and matches the selector: it is adopted.",
        "Pod {pod} 没有属主且与选择器匹配：收养它。",
        "replica_set.go claimPods";
    RELEASE = "release", "claim", Main, "",
        "Pod {pod} does not match the selector any more: it is released, and will be replaced.",
        "Pod {pod} 不再与选择器匹配：释放它，并会补一个。",
        "replica_set.go claimPods";
    TERMINATING = "terminating", "compare", Held, "",
        "The ReplicaSet is being deleted: no pod is made or removed.",
        "ReplicaSet 正在删除：不创建也不删除 Pod。",
        "replica_set.go syncReplicaSet";
    RIGHT = "right", "compare", Idle, "",
        "{active|# pod|# pods} there, {replicas} wanted: nothing to do.",
        "现有 {active} 个 Pod，需要 {replicas} 个：无事可做。",
        "replica_set.go manageReplicas";
    CREATE = "create", "create", Main, "missing = replicas − active",
        "{replicas|# pod|# pods} wanted, {active} there: {count|# is|# are} created.",
        "需要 {replicas} 个 Pod，现有 {active} 个：创建 {count} 个。",
        "replica_set.go manageReplicas";
    DELETE = "delete", "delete", Main, "surplus = active − replicas",
        "{active|# pod|# pods} there, {replicas} wanted: {count|# is|# are} deleted.",
        "现有 {active} 个 Pod，需要 {replicas} 个：删除 {count} 个。",
        "replica_set.go manageReplicas";
    STATUS_WRITTEN = "status-written", "status", Detail, "",
        "The status is written: {active|# pod|# pods}, {ready} ready, {available} available.",
        "写入状态：{active} 个 Pod，{ready} 个就绪，{available} 个可用。",
        "replica_set_utils.go updateReplicaSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, "",
        "The status is as it was: nothing to write.",
        "状态没有变化：无需写入。",
        "replica_set_utils.go updateReplicaSetStatus";
    WAIT_AVAILABLE = "wait-available", "status", Held, "waiting = ready − available",
        "{waiting|# ready pod is|# ready pods are} not available yet: the next one will be in {seconds} s (minReadySeconds {minReadySeconds}).",
        "{waiting} 个就绪的 Pod 尚不可用：下一个还要 {seconds} 秒（minReadySeconds {minReadySeconds}）。",
        "replica_set.go syncReplicaSet";
}
