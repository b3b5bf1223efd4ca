//! Every branch that the ReplicaSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "replicaset/", "pkg/controller/replicaset/";
    GONE = "gone", "get", Idle, "",
        "replica_set.go syncReplicaSet";
    ADOPT = "adopt", "claim", Main, "",
        "replica_set.go claimPods";
    RELEASE = "release", "claim", Main, "",
        "replica_set.go claimPods";
    TERMINATING = "terminating", "compare", Held, "",
        "replica_set.go syncReplicaSet";
    RIGHT = "right", "compare", Idle, "",
        "replica_set.go manageReplicas";
    CREATE = "create", "create", Main, "missing = replicas − active",
        "replica_set.go manageReplicas";
    DELETE = "delete", "delete", Main, "surplus = active − replicas",
        "replica_set.go manageReplicas";
    STATUS_WRITTEN = "status-written", "status", Detail, "",
        "replica_set_utils.go updateReplicaSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, "",
        "replica_set_utils.go updateReplicaSetStatus";
    WAIT_AVAILABLE = "wait-available", "status", Held, "waiting = ready − available",
        "replica_set.go syncReplicaSet";
}
