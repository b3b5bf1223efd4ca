//! Every branch that the Deployment controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "deployment/", "pkg/controller/deployment/";
    GONE = "gone", "get", Idle, [], "",
        "deployment_controller.go syncDeployment";
    SELECTING_ALL = "selecting-all", "get", Main, [], "",
        "deployment_controller.go syncDeployment";
    ADOPT = "adopt", "claim", Main, [replicaSet], "",
        "deployment_controller.go getReplicaSetsForDeployment";
    RELEASE = "release", "claim", Main, [replicaSet], "",
        "deployment_controller.go getReplicaSetsForDeployment";
    TERMINATING = "terminating", "deleting", Held, [], "",
        "deployment_controller.go syncDeployment";
    PAUSE = "pause", "paused", Main, [], "",
        "sync.go checkPausedConditions";
    RESUME = "resume", "paused", Main, [], "",
        "sync.go checkPausedConditions";
    PAUSED = "paused", "paused", Held, [], "",
        "deployment_controller.go syncDeployment";
    ROLLBACK = "rollback", "rollback", Main, [revision], "",
        "rollback.go rollback";
    ROLLBACK_NOT_FOUND = "rollback-not-found", "rollback", Main, [], "",
        "rollback.go rollback";
    ROLLBACK_UNCHANGED = "rollback-unchanged", "rollback", Main, [], "",
        "rollback.go rollbackToTemplate";
    SCALING_EVENT = "scaling-event", "scaling", Detail, [replicaSet, before, replicas], "",
        "sync.go isScalingEvent";
    SCALE_AT_SIZE = "scale-at-size", "scale", Idle, [replicaSet, replicas], "",
        "sync.go scale";
    SCALE_ACTIVE = "scale-active", "scale", Main, [replicaSet, replicas], "",
        "sync.go scale";
    SCALE_SATURATED = "scale-saturated", "scale", Main, [replicaSet, replicas], "",
        "sync.go scale";
    SCALE_PROPORTIONAL = "scale-proportional", "scale", Main, [allowed, total, toAdd], "toAdd = allowed − total",
        "sync.go scale";
    SCALE_NONE = "scale-none", "scale", Held, [], "",
        "sync.go scale";
    NEW_FOUND = "new-found", "new ReplicaSet", Idle, [replicaSet, revision], "",
        "sync.go getNewReplicaSet";
    NEW_UPDATED = "new-updated", "new ReplicaSet", Detail, [replicaSet, revision], "",
        "sync.go getNewReplicaSet";
    NEW_MISSING = "new-missing", "new ReplicaSet", Held, [], "",
        "sync.go getNewReplicaSet";
    NEW_CREATED = "new-created", "new ReplicaSet", Main, [replicaSet, replicas, maxSurge, total, newReplicas, revision], "newReplicas = min(replicas + maxSurge − total, replicas)",
        "sync.go getNewReplicaSet";
    READ_TOO_EARLY = "read-too-early", "new ReplicaSet", Held, [], "",
        "sync.go getNewReplicaSet";
    HASH_COLLISION = "hash-collision", "new ReplicaSet", Main, [replicaSet, collisionCount], "",
        "sync.go getNewReplicaSet";
    NEW_FAILED = "new-failed", "new ReplicaSet", Main, [replicaSet, error], "",
        "sync.go getNewReplicaSet";
    SCALE_UP_NEW = "scale-up-new", "scale up new", Main, [replicas, maxSurge, total, current, room, newReplicas], "newReplicas = current + min(replicas + maxSurge − total, replicas − current)",
        "rolling.go reconcileNewReplicaSet";
    SCALE_DOWN_NEW = "scale-down-new", "scale up new", Main, [replicas, maxSurge, total, current, room, newReplicas], "",
        "rolling.go reconcileNewReplicaSet";
    NEW_AT_SIZE = "new-at-size", "scale up new", Idle, [replicas], "",
        "rolling.go reconcileNewReplicaSet";
    SURGE_FULL = "surge-full", "scale up new", Detail, [replicas, maxSurge, total, current, room, newReplicas], "room = replicas + maxSurge − total",
        "rolling.go reconcileNewReplicaSet";
    NO_OLD = "no-old", "scale down old", Idle, [], "",
        "rolling.go reconcileOldReplicaSets";
    HOLD_OLD = "hold-old", "scale down old", Detail, [total, minAvailable, newUnavailable, maxScaledDown], "maxScaledDown = total − minAvailable − newUnavailable",
        "rolling.go reconcileOldReplicaSets";
    MAY_SCALE_DOWN = "may-scale-down", "scale down old", Detail, [total, minAvailable, newUnavailable, maxScaledDown], "maxScaledDown = total − minAvailable − newUnavailable",
        "rolling.go reconcileOldReplicaSets";
    CLEAN_UNHEALTHY = "clean-unhealthy", "scale down old", Main, [replicaSet, count, from, to], "",
        "rolling.go cleanupUnhealthyReplicas";
    STATUS_BEHIND = "status-behind", "scale down old", Held, [replicaSet, size, available], "",
        "rolling.go cleanupUnhealthyReplicas";
    SCALE_DOWN_OLD = "scale-down-old", "scale down old", Main, [available, minAvailable, mayGo, replicaSet, from, to], "mayGo = available − minAvailable",
        "rolling.go scaleDownOldReplicaSetsForRollingUpdate";
    KEEP_AVAILABLE = "keep-available", "scale down old", Held, [available, minAvailable, mayGo], "mayGo = available − minAvailable",
        "rolling.go scaleDownOldReplicaSetsForRollingUpdate";
    RECREATE_SCALE_DOWN = "recreate-scale-down", "recreate", Main, [replicaSet, from], "",
        "recreate.go scaleDownOldReplicaSetsForRecreate";
    RECREATE_WAIT = "recreate-wait", "recreate", Held, [pods], "",
        "recreate.go oldPodsRunning";
    RECREATE_SCALE_UP = "recreate-scale-up", "recreate", Main, [replicaSet, replicas], "",
        "recreate.go scaleUpNewReplicaSetForRecreate";
    CLEAN_HISTORY = "clean-history", "clean up", Main, [old, limit, replicaSet], "tooMany = old − limit",
        "sync.go cleanupDeployment";
    COMPLETE = "complete", "status", Main, [replicas], "",
        "progress.go syncRolloutStatus";
    PROGRESSING = "progressing", "status", Detail, [replicas, updated, ready, available], "",
        "progress.go syncRolloutStatus";
    TIMED_OUT = "timed-out", "status", Main, [deadline], "",
        "progress.go syncRolloutStatus";
    STATUS_WRITTEN = "status-written", "status", Detail, [replicas, updated, ready, available], "",
        "sync.go syncDeploymentStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, [replicas, updated, ready, available], "",
        "sync.go syncDeploymentStatus";
    WATCH_DEADLINE = "watch-deadline", "status", Idle, [seconds, deadline], "",
        "progress.go requeueStuckDeployment";
}
