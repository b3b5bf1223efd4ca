//! Every branch that the ReplicaSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "replicaset/", "pkg/controller/replicaset/";
    GONE = "gone", "get", Idle, [], "",
        "replica_set.go syncReplicaSet";
    ADOPT = "adopt", "claim", Main, [pod], "",
        "replica_set.go claimPods";
    RELEASE = "release", "claim", Main, [pod], "",
        "replica_set.go claimPods";
    TERMINATING = "terminating", "compare", Held, [], "",
        "replica_set.go syncReplicaSet";
    RIGHT = "right", "compare", Idle, [replicas, active, missing, surplus, count, replicaSet], "",
        "replica_set.go manageReplicas";
    CREATE = "create", "create", Main, [replicas, active, missing, surplus, count, replicaSet], "missing = replicas − active",
        "replica_set.go manageReplicas";
    QUOTA = "quota", "create", Held, [quota, resource, requested, used, limited], "",
        "replica_set.go manageReplicas";
    REFUSED = "refused", "create", Held, [error], "",
        "replica_set.go manageReplicas";
    DELETE = "delete", "delete", Main, [replicas, active, missing, surplus, count, replicaSet], "surplus = active − replicas",
        "replica_set.go manageReplicas";
    STATUS_WRITTEN = "status-written", "status", Detail, [active, ready, available], "",
        "replica_set_utils.go updateReplicaSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, [active, ready, available], "",
        "replica_set_utils.go updateReplicaSetStatus";
    WAIT_AVAILABLE = "wait-available", "status", Held, [waiting, ready, available, seconds, minReadySeconds], "waiting = ready − available",
        "replica_set.go syncReplicaSet";
}
