//! Every branch that the StatefulSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "statefulset/", "pkg/controller/statefulset/";
    GONE = "gone", "get", Idle, [], "",
        "stateful_set.go sync";
    ADOPT_REVISION = "adopt-revision", "claim", Main, [revision], "",
        "stateful_set.go adoptOrphanRevisions";
    CANNOT_ADOPT = "cannot-adopt", "claim", Main, [revision], "",
        "stateful_set.go canAdoptFunc";
    ADOPT = "adopt", "claim", Main, [pod], "",
        "stateful_set.go getPodsForStatefulSet";
    RELEASE = "release", "claim", Main, [pod], "",
        "stateful_set.go getPodsForStatefulSet";
    REVISION_KEPT = "revision-kept", "revisions", Idle, [revision], "",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_ROLLBACK = "revision-rollback", "revisions", Main, [revision, highest, number], "number = highest + 1",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_EQUIVALENT = "revision-equivalent", "revisions", Idle, [revision], "",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_CREATED = "revision-created", "revisions", Detail, [revision, highest, number], "number = highest + 1",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_COLLISION = "revision-collision", "revisions", Main, [revision, collisionCount], "",
        "controller_history.go CreateControllerRevision";
    TERMINATING = "terminating", "line up", Held, [], "",
        "stateful_set_control.go updateStatefulSet";
    REPLACE_FINISHED = "replace-finished", "replicas", Main, [pod, phase], "",
        "stateful_set_control.go processReplica";
    FINISHED_GOING = "finished-going", "replicas", Held, [pod, phase], "",
        "stateful_set_control.go processReplica";
    STALE_CLAIM = "stale-claim", "replicas", Held, [claim, pod], "",
        "stateful_pod_control.go PodClaimIsStale";
    CREATE = "create", "replicas", Main, [pod, ordinal, revision, start], "",
        "stateful_set_control.go processReplica";
    CREATE_BELOW_PARTITION = "create-below-partition", "replicas", Main, [pod, ordinal, revision, start, partition, bound], "bound = start + partition",
        "stateful_set_utils.go newVersionedStatefulSetPod";
    CREATE_NOT_UPDATED = "create-not-updated", "replicas", Main, [pod, ordinal, revision, start, currentReplicas, bound], "bound = start + currentReplicas",
        "stateful_set_utils.go newVersionedStatefulSetPod";
    CREATE_FAILED = "create-failed", "replicas", Main, [pod, error], "",
        "stateful_pod_control.go CreateStatefulPod";
    CREATE_CLAIM = "create-claim", "replicas", Detail, [pod, claim], "",
        "stateful_pod_control.go createPersistentVolumeClaims";
    CLAIM_FAILED = "claim-failed", "replicas", Main, [pod, claim, error], "",
        "stateful_pod_control.go createPersistentVolumeClaims";
    WAIT_TERMINATING = "wait-terminating", "replicas", Held, [pod], "",
        "stateful_set_control.go processReplica";
    WAIT_READY = "wait-ready", "replicas", Held, [pod, revision, updateRevision], "",
        "stateful_set_control.go processReplica";
    WAIT_BROKEN = "wait-broken", "replicas", Main, [pod, revision, updateRevision], "",
        "stateful_set_control.go processReplica";
    WAIT_AVAILABLE = "wait-available", "replicas", Held, [pod, minReadySeconds], "",
        "stateful_set_control.go processReplica";
    REPAIR = "repair", "replicas", Main, [pod, what], "",
        "stateful_pod_control.go UpdateStatefulPod";
    OWN_CLAIM = "own-claim", "claims", Detail, [claim, pod, owners], "",
        "stateful_pod_control.go UpdatePodClaimForRetentionPolicy";
    CONFLICTING_CONTROLLER = "conflicting-controller", "claims", Held, [claim], "",
        "stateful_pod_control.go UpdatePodClaimForRetentionPolicy";
    REPLICAS_READY = "replicas-ready", "replicas", Idle, [replicas], "",
        "stateful_set_control.go updateStatefulSet";
    REPLICAS_BURST = "replicas-burst", "replicas", Idle, [replicas], "",
        "stateful_set_control.go updateStatefulSet";
    SCALE_DOWN_TERMINATING = "scale-down-terminating", "scale down", Held, [pod], "",
        "stateful_set_control.go processCondemned";
    SCALE_DOWN_BLOCKED = "scale-down-blocked", "scale down", Held, [pod, first], "",
        "stateful_set_control.go processCondemned";
    SCALE_DOWN = "scale-down", "scale down", Main, [pod, start, replicas, last], "last = start + replicas − 1",
        "stateful_set_control.go processCondemned";
    SCALE_TO_ZERO = "scale-to-zero", "scale down", Main, [pod, start, replicas, last], "",
        "stateful_set_control.go processCondemned";
    ON_DELETE = "on-delete", "update", Reason, [], "",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_DELETE = "update-delete", "update", Main, [updateRevision, pod], "",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_WAIT = "update-wait", "update", Held, [pod], "",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_DONE = "update-done", "update", Reason, [updateRevision, replicas, partition, toUpdate], "toUpdate = max(replicas − partition, 0)",
        "stateful_set_control.go updateStatefulSet";
    UNAVAILABLE_DELETE = "unavailable-delete", "update", Main, [updateRevision, count, pods], "",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_REACHED = "max-unavailable-reached", "update", Held, [updateRevision, unavailable, maxUnavailable, mayGo], "mayGo = maxUnavailable − unavailable",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_DELETE = "max-unavailable-delete", "update", Main, [updateRevision, unavailable, maxUnavailable, mayGo, count, pods], "mayGo = maxUnavailable − unavailable",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_NONE = "max-unavailable-none", "update", Held, [updateRevision, unavailable, maxUnavailable, mayGo], "mayGo = maxUnavailable − unavailable",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    UPDATE_COMPLETE = "update-complete", "status", Main, [replicas, updateRevision], "",
        "stateful_set_utils.go completeRollingUpdate";
    STATUS_WRITTEN = "status-written", "status", Detail, [pods, ready, available, current, updated], "",
        "stateful_set_control.go updateStatefulSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, [pods, ready, available, current, updated], "",
        "stateful_set_control.go updateStatefulSetStatus";
    CLEAN_HISTORY = "clean-history", "history", Main, [revision, unused, limit, tooMany], "tooMany = unused − limit",
        "stateful_set_control.go truncateHistory";
    WAIT_MIN_READY = "wait-min-ready", "status", Held, [waiting, ready, available, seconds, minReadySeconds], "waiting = ready − available",
        "stateful_set.go syncStatefulSet";
}
