//! Every branch that the StatefulSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "statefulset/", "pkg/controller/statefulset/";
    GONE = "gone", "get", Idle, "",
        "stateful_set.go sync";
    ADOPT_REVISION = "adopt-revision", "claim", Main, "",
        "stateful_set.go adoptOrphanRevisions";
    CANNOT_ADOPT = "cannot-adopt", "claim", Main, "",
        "stateful_set.go canAdoptFunc";
    ADOPT = "adopt", "claim", Main, "",
        "stateful_set.go getPodsForStatefulSet";
    RELEASE = "release", "claim", Main, "",
        "stateful_set.go getPodsForStatefulSet";
    REVISION_KEPT = "revision-kept", "revisions", Idle, "",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_ROLLBACK = "revision-rollback", "revisions", Main, "number = highest + 1",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_EQUIVALENT = "revision-equivalent", "revisions", Idle, "",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_CREATED = "revision-created", "revisions", Detail, "number = highest + 1",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_COLLISION = "revision-collision", "revisions", Main, "",
        "controller_history.go CreateControllerRevision";
    TERMINATING = "terminating", "line up", Held, "",
        "stateful_set_control.go updateStatefulSet";
    REPLACE_FINISHED = "replace-finished", "replicas", Main, "",
        "stateful_set_control.go processReplica";
    FINISHED_GOING = "finished-going", "replicas", Held, "",
        "stateful_set_control.go processReplica";
    STALE_CLAIM = "stale-claim", "replicas", Held, "",
        "stateful_pod_control.go PodClaimIsStale";
    CREATE = "create", "replicas", Main, "",
        "stateful_set_control.go processReplica";
    CREATE_BELOW_PARTITION = "create-below-partition", "replicas", Main, "bound = start + partition",
        "stateful_set_utils.go newVersionedStatefulSetPod";
    CREATE_NOT_UPDATED = "create-not-updated", "replicas", Main, "bound = start + currentReplicas",
        "stateful_set_utils.go newVersionedStatefulSetPod";
    CREATE_FAILED = "create-failed", "replicas", Main, "",
        "stateful_pod_control.go CreateStatefulPod";
    CREATE_CLAIM = "create-claim", "replicas", Detail, "",
        "stateful_pod_control.go createPersistentVolumeClaims";
    CLAIM_FAILED = "claim-failed", "replicas", Main, "",
        "stateful_pod_control.go createPersistentVolumeClaims";
    WAIT_TERMINATING = "wait-terminating", "replicas", Held, "",
        "stateful_set_control.go processReplica";
    WAIT_READY = "wait-ready", "replicas", Held, "",
        "stateful_set_control.go processReplica";
    WAIT_BROKEN = "wait-broken", "replicas", Main, "",
        "stateful_set_control.go processReplica";
    WAIT_AVAILABLE = "wait-available", "replicas", Held, "",
        "stateful_set_control.go processReplica";
    REPAIR = "repair", "replicas", Main, "",
        "stateful_pod_control.go UpdateStatefulPod";
    OWN_CLAIM = "own-claim", "claims", Detail, "",
        "stateful_pod_control.go UpdatePodClaimForRetentionPolicy";
    CONFLICTING_CONTROLLER = "conflicting-controller", "claims", Held, "",
        "stateful_pod_control.go UpdatePodClaimForRetentionPolicy";
    REPLICAS_READY = "replicas-ready", "replicas", Idle, "",
        "stateful_set_control.go updateStatefulSet";
    REPLICAS_BURST = "replicas-burst", "replicas", Idle, "",
        "stateful_set_control.go updateStatefulSet";
    SCALE_DOWN_TERMINATING = "scale-down-terminating", "scale down", Held, "",
        "stateful_set_control.go processCondemned";
    SCALE_DOWN_BLOCKED = "scale-down-blocked", "scale down", Held, "",
        "stateful_set_control.go processCondemned";
    SCALE_DOWN = "scale-down", "scale down", Main, "last = start + replicas − 1",
        "stateful_set_control.go processCondemned";
    SCALE_TO_ZERO = "scale-to-zero", "scale down", Main, "",
        "stateful_set_control.go processCondemned";
    ON_DELETE = "on-delete", "update", Reason, "",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_DELETE = "update-delete", "update", Main, "",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_WAIT = "update-wait", "update", Held, "",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_DONE = "update-done", "update", Reason, "toUpdate = replicas − partition",
        "stateful_set_control.go updateStatefulSet";
    UNAVAILABLE_DELETE = "unavailable-delete", "update", Main, "",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_REACHED = "max-unavailable-reached", "update", Held, "mayGo = maxUnavailable − unavailable",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_DELETE = "max-unavailable-delete", "update", Main, "mayGo = maxUnavailable − unavailable",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_NONE = "max-unavailable-none", "update", Held, "mayGo = maxUnavailable − unavailable",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    UPDATE_COMPLETE = "update-complete", "status", Main, "",
        "stateful_set_utils.go completeRollingUpdate";
    STATUS_WRITTEN = "status-written", "status", Detail, "",
        "stateful_set_control.go updateStatefulSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, "",
        "stateful_set_control.go updateStatefulSetStatus";
    CLEAN_HISTORY = "clean-history", "history", Main, "tooMany = unused − limit",
        "stateful_set_control.go truncateHistory";
    WAIT_MIN_READY = "wait-min-ready", "status", Held, "waiting = ready − available",
        "stateful_set.go syncStatefulSet";
}
