//! Every branch that the Deployment controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "deployment/", "pkg/controller/deployment/";
    GONE = "gone", "get", Idle, "",
        "The Deployment no longer exists; the garbage collector deals with its ReplicaSets.",
        "Deployment 已不存在；它的 ReplicaSet 交给垃圾回收器。",
        "deployment_controller.go syncDeployment";
    SELECTING_ALL = "selecting-all", "get", Main, "",
        "The selector is empty and would select every pod: doing nothing.",
        "选择器为空，会选中所有 Pod；什么也不做。",
        "deployment_controller.go syncDeployment";
    ADOPT = "adopt", "claim", Main, "",
        "ReplicaSet {replicaSet} has no controller and matches the selector: adopting it.",
        "ReplicaSet {replicaSet} 没有属主且与选择器匹配：收养它。",
        "deployment_controller.go getReplicaSetsForDeployment";
    RELEASE = "release", "claim", Main, "",
        "ReplicaSet {replicaSet} no longer matches the selector: releasing it.",
        "ReplicaSet {replicaSet} 不再与选择器匹配：释放它。",
        "deployment_controller.go getReplicaSetsForDeployment";
    TERMINATING = "terminating", "deleting", Held, "",
        "The Deployment is being deleted: only its status is updated.",
        "Deployment 正在删除：只更新状态。",
        "deployment_controller.go syncDeployment";
    PAUSE = "pause", "paused", Main, "",
        "The Deployment has been paused: the progress deadline stops counting.",
        "Deployment 被暂停：进度期限停止计时。",
        "sync.go checkPausedConditions";
    RESUME = "resume", "paused", Main, "",
        "The Deployment has been resumed: the progress deadline starts again.",
        "Deployment 恢复：进度期限重新计时。",
        "sync.go checkPausedConditions";
    PAUSED = "paused", "paused", Held, "",
        "The Deployment is paused: it can be scaled, but no rollout starts or continues.",
        "Deployment 已暂停：可以伸缩，但不会开始或继续滚动更新。",
        "deployment_controller.go syncDeployment";
    ROLLBACK = "rollback", "rollback", Main, "",
        "The rollback annotation asks for revision {revision}: copying its template back.",
        "回滚注解要求修订版本 {revision}：复制回它的模板。",
        "rollback.go rollback";
    ROLLBACK_NOT_FOUND = "rollback-not-found", "rollback", Main, "",
        "The rollback annotation asks for a revision that does not exist.",
        "回滚注解要求的修订版本不存在。",
        "rollback.go rollback";
    ROLLBACK_UNCHANGED = "rollback-unchanged", "rollback", Main, "",
        "The rollback annotation asks for the template that the Deployment already has.",
        "回滚注解要求的模板与当前模板相同。",
        "rollback.go rollbackToTemplate";
    SCALING_EVENT = "scaling-event", "scaling", Detail, "",
        "ReplicaSet {replicaSet} was scaled for {before|# replica|# replicas}, but the Deployment now wants {replicas}: scaling comes before anything else.",
        "ReplicaSet {replicaSet} 是按 {before} 个副本调整的，现在需要 {replicas} 个：先伸缩。",
        "sync.go isScalingEvent";
    SCALE_AT_SIZE = "scale-at-size", "scale", Idle, "",
        "ReplicaSet {replicaSet} already has {replicas|# replica|# replicas}.",
        "ReplicaSet {replicaSet} 已经是 {replicas} 个副本。",
        "sync.go scale";
    SCALE_ACTIVE = "scale-active", "scale", Main, "",
        "ReplicaSet {replicaSet} is the only active one: scaling it to {replicas|# replica|# replicas}.",
        "只有 ReplicaSet {replicaSet} 在使用：{replicas} 个副本全给它。",
        "sync.go scale";
    SCALE_SATURATED = "scale-saturated", "scale", Main, "",
        "The new ReplicaSet {replicaSet} has {replicas|its # pod|all # pods} available: scaling the old ones to 0.",
        "新 ReplicaSet {replicaSet} 已有全部 {replicas} 个 Pod：旧的缩到 0。",
        "sync.go scale";
    SCALE_PROPORTIONAL = "scale-proportional", "scale", Main, "toAdd = allowed − total",
        "Several ReplicaSets are active: distributing {toAdd|# replica|# replicas} among them in proportion to their sizes.",
        "有多个 ReplicaSet 在使用：按各自大小的比例分配 {toAdd} 个副本。",
        "sync.go scale";
    SCALE_NONE = "scale-none", "scale", Held, "",
        "There is no ReplicaSet to scale.",
        "没有可伸缩的 ReplicaSet。",
        "sync.go scale";
    NEW_FOUND = "new-found", "new ReplicaSet", Idle, "",
        "ReplicaSet {replicaSet} has the Deployment's template: it is the new ReplicaSet, revision {revision}.",
        "ReplicaSet {replicaSet} 的模板与 Deployment 相同：它就是新的，修订版本 {revision}。",
        "sync.go getNewReplicaSet";
    NEW_UPDATED = "new-updated", "new ReplicaSet", Detail, "",
        "Setting revision {revision} and the Deployment's annotations on the new ReplicaSet {replicaSet}.",
        "新 ReplicaSet {replicaSet} 得到修订版本 {revision} 和 Deployment 的注解。",
        "sync.go getNewReplicaSet";
    NEW_MISSING = "new-missing", "new ReplicaSet", Held, "",
        "No ReplicaSet has the Deployment's template, and none is created now.",
        "没有 ReplicaSet 具有该模板，现在也不创建。",
        "sync.go getNewReplicaSet";
    NEW_CREATED = "new-created", "new ReplicaSet", Main, "newReplicas = min(replicas + maxSurge − total, replicas)",
        "No ReplicaSet has the Deployment's template: creating {replicaSet} with {newReplicas|# replica|# replicas} as revision {revision}.",
        "没有 ReplicaSet 具有该模板：创建 {replicaSet}，{newReplicas} 个副本，修订版本 {revision}。",
        "sync.go getNewReplicaSet";
    READ_TOO_EARLY = "read-too-early", "new ReplicaSet", Held, "",
        "The Deployment was read before the last sync's status had arrived: writing it is refused, and the sync is tried again.",
        "读取 Deployment 时上一次同步写入的状态尚未到达：写入被拒绝，同步将重试。",
        "sync.go getNewReplicaSet";
    HASH_COLLISION = "hash-collision", "new ReplicaSet", Main, "",
        "The name {replicaSet} is taken by another ReplicaSet: hashing the template again with collision count {collisionCount}.",
        "名称 {replicaSet} 已被另一个 ReplicaSet 占用：以冲突计数 {collisionCount} 重新计算哈希。",
        "sync.go getNewReplicaSet";
    NEW_FAILED = "new-failed", "new ReplicaSet", Main, "",
        "Cannot create ReplicaSet {replicaSet}: {error}",
        "无法创建 ReplicaSet {replicaSet}：{error}",
        "sync.go getNewReplicaSet";
    SCALE_UP_NEW = "scale-up-new", "scale up new", Main, "newReplicas = current + min(replicas + maxSurge − total, replicas − current)",
        "The Deployment wants {replicas|# pod|# pods}, allows {maxSurge} more, and has {total}: scaling up the new ReplicaSet from {current} to {newReplicas}.",
        "需要 {replicas} 个，允许超出 {maxSurge} 个，现有 {total} 个：新 ReplicaSet 从 {current} 扩到 {newReplicas}。",
        "rolling.go reconcileNewReplicaSet";
    SCALE_DOWN_NEW = "scale-down-new", "scale up new", Main, "",
        "The new ReplicaSet has {current|# replica|# replicas} but only {replicas} {replicas|is|are} wanted: scaling it down.",
        "新 ReplicaSet 有 {current} 个副本，只需要 {replicas} 个。",
        "rolling.go reconcileNewReplicaSet";
    NEW_AT_SIZE = "new-at-size", "scale up new", Idle, "",
        "The new ReplicaSet already has {replicas|its # replica|all # replicas}.",
        "新 ReplicaSet 已有全部 {replicas} 个副本。",
        "rolling.go reconcileNewReplicaSet";
    SURGE_FULL = "surge-full", "scale up new", Detail, "room = replicas + maxSurge − total",
        "The ReplicaSets already want {total|# pod|# pods}, the most that {replicas} replicas and maxSurge {maxSurge} allow: no new pod now.",
        "已经需要 {total} 个 Pod，{replicas} 之上只允许多 {maxSurge} 个：没有空位给新 Pod。",
        "rolling.go reconcileNewReplicaSet";
    NO_OLD = "no-old", "scale down old", Idle, "",
        "No old ReplicaSet wants any pods.",
        "旧 ReplicaSet 都不再需要 Pod。",
        "rolling.go reconcileOldReplicaSets";
    HOLD_OLD = "hold-old", "scale down old", Detail, "maxScaledDown = total − minAvailable − newUnavailable",
        "At least {minAvailable} must stay available and {newUnavailable|# new pod is|# new pods are} not available yet: no old pod can be removed.",
        "必须保持 {minAvailable} 个可用，而 {newUnavailable} 个新 Pod 尚不可用：旧 Pod 一个也不能删。",
        "rolling.go reconcileOldReplicaSets";
    MAY_SCALE_DOWN = "may-scale-down", "scale down old", Detail, "maxScaledDown = total − minAvailable − newUnavailable",
        "Of {total|# pod|# pods}, {minAvailable} must stay available and {newUnavailable|# new one is|# new ones are} not available yet: at most {maxScaledDown|# old pod|# old pods} can be removed.",
        "{total} 个 Pod 中必须保持 {minAvailable} 个可用，{newUnavailable} 个新 Pod 尚不可用：最多可删 {maxScaledDown} 个旧 Pod。",
        "rolling.go reconcileOldReplicaSets";
    CLEAN_UNHEALTHY = "clean-unhealthy", "scale down old", Main, "",
        "{count|# pod|# pods} of {replicaSet} {count|is|are} unhealthy and {count|goes|go} first: scaling the ReplicaSet from {from} to {to}.",
        "{replicaSet} 有 {count} 个 Pod 本来就不可用：先删它们，从 {from} 到 {to}。",
        "rolling.go cleanupUnhealthyReplicas";
    STATUS_BEHIND = "status-behind", "scale down old", Held, "",
        "{replicaSet} wants {size|# pod|# pods} but reports {available} available: its status is stale, so no old pod is removed now.",
        "{replicaSet} 只需要 {size} 个 Pod，却报告有 {available} 个可用：它的状态尚未更新，现在不删旧 Pod。",
        "rolling.go cleanupUnhealthyReplicas";
    SCALE_DOWN_OLD = "scale-down-old", "scale down old", Main, "mayGo = available − minAvailable",
        "{available|# pod is|# pods are} available and {minAvailable} must be: scaling down {replicaSet} from {from} to {to}.",
        "可用 {available} 个，至少需要 {minAvailable} 个：{replicaSet} 从 {from} 缩到 {to}。",
        "rolling.go scaleDownOldReplicaSetsForRollingUpdate";
    KEEP_AVAILABLE = "keep-available", "scale down old", Held, "mayGo = available − minAvailable",
        "{available|# pod is|# pods are} available and {minAvailable} must be: no available pod can be removed.",
        "可用 {available} 个，至少需要 {minAvailable} 个：可用的 Pod 一个也不能删。",
        "rolling.go scaleDownOldReplicaSetsForRollingUpdate";
    RECREATE_SCALE_DOWN = "recreate-scale-down", "recreate", Main, "",
        "Recreate: scaling old ReplicaSet {replicaSet} from {from} to 0 before any new pod starts.",
        "Recreate：旧 ReplicaSet {replicaSet} 先从 {from} 缩到 0，再启动新 Pod。",
        "recreate.go scaleDownOldReplicaSetsForRecreate";
    RECREATE_WAIT = "recreate-wait", "recreate", Held, "",
        "Recreate: {pods|# old pod still exists|# old pods still exist}; the new ReplicaSet waits until the last one is gone.",
        "Recreate：还有 {pods} 个旧 Pod；新 ReplicaSet 要等最后一个消失。",
        "recreate.go oldPodsRunning";
    RECREATE_SCALE_UP = "recreate-scale-up", "recreate", Main, "",
        "Recreate: the old pods are gone: scaling the new ReplicaSet {replicaSet} to {replicas}.",
        "Recreate：旧 Pod 已消失，新 ReplicaSet {replicaSet} 扩到 {replicas}。",
        "recreate.go scaleUpNewReplicaSetForRecreate";
    CLEAN_HISTORY = "clean-history", "clean up", Main, "tooMany = old − limit",
        "There {old|is # old ReplicaSet|are # old ReplicaSets} and revisionHistoryLimit is {limit}: deleting {replicaSet}.",
        "保留着 {old} 个旧 ReplicaSet，上限 {limit} 个：删除 {replicaSet}。",
        "sync.go cleanupDeployment";
    COMPLETE = "complete", "status", Main, "",
        "{replicas|The # pod is|All # pods are} updated and available: the rollout is complete.",
        "{replicas} 个 Pod 全部已更新且可用：滚动更新完成。",
        "progress.go syncRolloutStatus";
    PROGRESSING = "progressing", "status", Detail, "",
        "Progress: {updated} updated, {ready} ready, {available} available of {replicas}; the progress deadline starts again.",
        "有进展：{replicas} 个中已更新 {updated}、就绪 {ready}、可用 {available}；期限重新计时。",
        "progress.go syncRolloutStatus";
    TIMED_OUT = "timed-out", "status", Main, "",
        "No progress for {deadline} seconds: the rollout has exceeded its progress deadline. Nothing is rolled back automatically.",
        "{deadline} 秒没有进展：滚动更新视为卡住。不会自动回滚。",
        "progress.go syncRolloutStatus";
    STATUS_WRITTEN = "status-written", "status", Detail, "",
        "Updating the status: {updated} updated, {ready} ready, {available} available of {replicas}.",
        "写入状态：{replicas} 个中已更新 {updated}、就绪 {ready}、可用 {available}。",
        "sync.go syncDeploymentStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, "",
        "The status has not changed: nothing to write.",
        "状态没有变化：无需写入。",
        "sync.go syncDeploymentStatus";
    WATCH_DEADLINE = "watch-deadline", "status", Idle, "",
        "The rollout is not complete: checking the progress deadline in {seconds} seconds.",
        "尚未完成：若无变化，{seconds} 秒后检查期限。",
        "progress.go requeueStuckDeployment";
}
