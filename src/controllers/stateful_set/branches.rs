//! Every branch that the StatefulSet controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "statefulset/", "pkg/controller/statefulset/";
    GONE = "gone", "get", Idle, "",
        "The StatefulSet no longer exists; the garbage collector deals with its pods.",
        "StatefulSet 已不存在；它的 Pod 交给垃圾回收器。",
        "stateful_set.go sync";
    ADOPT_REVISION = "adopt-revision", "claim", Main, "",
        "Revision {revision} has no controller and matches the selector: adopting it.",
        "修订版本 {revision} 没有属主且与选择器匹配：收养它。",
        "stateful_set.go adoptOrphanRevisions";
    CANNOT_ADOPT = "cannot-adopt", "claim", Main, "",
        "Revision {revision} has no controller, but the StatefulSet is being deleted and no longer adopts anything.",
        "修订版本 {revision} 没有属主，但 StatefulSet 正在删除，不再收养任何对象。",
        "stateful_set.go canAdoptFunc";
    ADOPT = "adopt", "claim", Main, "",
        "Pod {pod} has no controller, and its labels and name match: adopting it.",
        "Pod {pod} 没有属主，标签和名称都符合：收养它。",
        "stateful_set.go getPodsForStatefulSet";
    RELEASE = "release", "claim", Main, "",
        "Pod {pod} no longer matches the selector: releasing it; its ordinal will be created again.",
        "Pod {pod} 不再与选择器匹配：释放它，它的位置会重新补上。",
        "stateful_set.go getPodsForStatefulSet";
    REVISION_KEPT = "revision-kept", "revisions", Idle, "",
        "The newest revision {revision} already has this template: it is the update revision.",
        "最新修订版本 {revision} 的模板与当前相同：它就是更新版本。",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_ROLLBACK = "revision-rollback", "revisions", Main, "number = highest + 1",
        "The earlier revision {revision} has this template: it becomes the newest again, with number {number}.",
        "较早的修订版本 {revision} 的模板与当前相同：它重新成为最新，编号 {number}。",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_EQUIVALENT = "revision-equivalent", "revisions", Idle, "",
        "The newest revision {revision} means the same template once defaults are filled in: nothing changes.",
        "最新修订版本 {revision} 补全默认值后与当前模板相同：没有变化。",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_CREATED = "revision-created", "revisions", Detail, "number = highest + 1",
        "No revision has this template: creating {revision} with number {number}.",
        "没有修订版本具有该模板：创建 {revision}，编号 {number}。",
        "stateful_set_control.go getStatefulSetRevisions";
    REVISION_COLLISION = "revision-collision", "revisions", Main, "",
        "The name {revision} is taken by other data: hashing the template again with collision count {collisionCount}.",
        "名称 {revision} 已被其他数据占用：以冲突计数 {collisionCount} 重新计算哈希。",
        "controller_history.go CreateControllerRevision";
    TERMINATING = "terminating", "line up", Held, "",
        "The StatefulSet is being deleted: only its status is updated.",
        "StatefulSet 正在删除：只更新状态。",
        "stateful_set_control.go updateStatefulSet";
    REPLACE_FINISHED = "replace-finished", "replicas", Main, "",
        "Pod {pod} has terminated ({phase}): deleting it; it is created again once it is gone.",
        "Pod {pod} 已结束（{phase}）：删除它，消失后重新创建。",
        "stateful_set_control.go processReplica";
    FINISHED_GOING = "finished-going", "replicas", Held, "",
        "Pod {pod} has terminated ({phase}) and is being deleted: it is created again once it is gone.",
        "Pod {pod} 已结束（{phase}）且正在删除：消失后重新创建。",
        "stateful_set_control.go processReplica";
    STALE_CLAIM = "stale-claim", "replicas", Held, "",
        "Claim {claim} still belongs to an earlier {pod}: the pod is not created before the claim is gone.",
        "声明 {claim} 仍属于之前的 {pod}：声明消失之前不创建该 Pod。",
        "stateful_pod_control.go PodClaimIsStale";
    CREATE = "create", "replicas", Main, "",
        "Pod {pod} is missing: creating it from the update revision {revision}.",
        "缺少 Pod {pod}：按更新版本 {revision} 创建。",
        "stateful_set_control.go processReplica";
    CREATE_BELOW_PARTITION = "create-below-partition", "replicas", Main, "bound = start + partition",
        "Pod {pod} is missing and its ordinal {ordinal} is below {bound}: creating it from the current revision {revision}.",
        "缺少 Pod {pod}：序号 {ordinal} 小于 {bound}，按当前版本 {revision} 创建。",
        "stateful_set_utils.go newVersionedStatefulSetPod";
    CREATE_NOT_UPDATED = "create-not-updated", "replicas", Main, "bound = start + currentReplicas",
        "Pod {pod} is missing; no partition is given and pods with ordinals below {bound} are not updated yet: creating it from the current revision {revision}.",
        "缺少 Pod {pod}：没有给出分区，序号小于 {bound} 的 Pod 尚未更新，按当前版本 {revision} 创建。",
        "stateful_set_utils.go newVersionedStatefulSetPod";
    CREATE_FAILED = "create-failed", "replicas", Main, "",
        "Cannot create pod {pod}: {error}",
        "无法创建 Pod {pod}：{error}",
        "stateful_pod_control.go CreateStatefulPod";
    CREATE_CLAIM = "create-claim", "replicas", Detail, "",
        "Pod {pod} needs claim {claim}, which does not exist: creating it.",
        "Pod {pod} 需要声明 {claim}，它不存在：创建它。",
        "stateful_pod_control.go createPersistentVolumeClaims";
    CLAIM_FAILED = "claim-failed", "replicas", Main, "",
        "Cannot create claim {claim} for pod {pod}: {error}",
        "Pod {pod} 无法得到声明 {claim}：{error}",
        "stateful_pod_control.go createPersistentVolumeClaims";
    WAIT_TERMINATING = "wait-terminating", "replicas", Held, "",
        "Pod {pod} is terminating: everything waits until it is gone and created again.",
        "Pod {pod} 正在终止：一切等它消失并重新创建。",
        "stateful_set_control.go processReplica";
    WAIT_READY = "wait-ready", "replicas", Held, "",
        "Pod {pod} is not Running and Ready: every pod after it waits.",
        "Pod {pod} 尚未运行并就绪：它之后的一切都等待。",
        "stateful_set_control.go processReplica";
    WAIT_BROKEN = "wait-broken", "replicas", Main, "",
        "Pod {pod} of revision {revision} is not ready, and the update to {updateRevision} waits for it before it would replace it: if it never becomes ready, delete it by hand (kubernetes#67250).",
        "版本 {revision} 的 Pod {pod} 未就绪，而到 {updateRevision} 的更新要先等它就绪才会替换它：若它永远不就绪，需要手动删除（kubernetes#67250）。",
        "stateful_set_control.go processReplica";
    WAIT_AVAILABLE = "wait-available", "replicas", Held, "",
        "Pod {pod} has not been Ready for {minReadySeconds} s yet: every pod after it waits.",
        "Pod {pod} 已就绪，但还不到 {minReadySeconds} 秒：它之后的一切都等待。",
        "stateful_set_control.go processReplica";
    REPAIR = "repair", "replicas", Main, "",
        "The {what} of pod {pod} do not match its ordinal: updating them.",
        "Pod {pod} 的{what}与其序号不符：修正它。",
        "stateful_pod_control.go UpdateStatefulPod";
    OWN_CLAIM = "own-claim", "claims", Detail, "",
        "Setting the owners of claim {claim} of pod {pod} to those that the retention policy asks for: {owners}.",
        "Pod {pod} 的声明 {claim} 按保留策略设置属主：{owners}。",
        "stateful_pod_control.go UpdatePodClaimForRetentionPolicy";
    CONFLICTING_CONTROLLER = "conflicting-controller", "claims", Held, "",
        "Claim {claim} has another controller: the retention policy does not apply to it.",
        "声明 {claim} 由他人管理：保留策略对它不生效。",
        "stateful_pod_control.go UpdatePodClaimForRetentionPolicy";
    REPLICAS_READY = "replicas-ready", "replicas", Idle, "",
        "{replicas|The # desired pod is|All # desired pods are} Running and available: pods can now be removed or updated.",
        "全部 {replicas} 个 Pod 都符合要求，可以继续删除或更新。",
        "stateful_set_control.go updateStatefulSet";
    REPLICAS_BURST = "replicas-burst", "replicas", Idle, "",
        "Parallel: not waiting for {replicas|the # desired pod|any of the # desired pods}.",
        "Parallel：{replicas} 个 Pod 都不等待。",
        "stateful_set_control.go updateStatefulSet";
    SCALE_DOWN_TERMINATING = "scale-down-terminating", "scale down", Held, "",
        "Pod {pod} is beyond the desired replicas and still terminating: the next one waits until it is gone.",
        "多余的 Pod {pod} 仍在终止：下一个要等它消失。",
        "stateful_set_control.go processCondemned";
    SCALE_DOWN_BLOCKED = "scale-down-blocked", "scale down", Held, "",
        "Pod {pod} is beyond the desired replicas but is not available, and neither is {first}, which comes first: nothing is removed.",
        "多余的 Pod {pod} 不可用，而 {first} 才是第一个不可用的：不删除任何 Pod。",
        "stateful_set_control.go processCondemned";
    SCALE_DOWN = "scale-down", "scale down", Main, "last = start + replicas − 1",
        "The last desired ordinal is {last}: deleting pod {pod}.",
        "需要的最后一个序号是 {last}：删除 Pod {pod}。",
        "stateful_set_control.go processCondemned";
    SCALE_TO_ZERO = "scale-to-zero", "scale down", Main, "",
        "The StatefulSet wants no pods: deleting pod {pod}.",
        "不需要任何 Pod：删除 Pod {pod}。",
        "stateful_set_control.go processCondemned";
    ON_DELETE = "on-delete", "update", Reason, "",
        "OnDelete: pods are replaced only when you delete them.",
        "OnDelete：只有手动删除后才会替换 Pod。",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_DELETE = "update-delete", "update", Main, "",
        "Pod {pod} has the highest ordinal not at the update revision {updateRevision}: deleting it, so that it is created again.",
        "Pod {pod} 是最后一个不属于更新版本 {updateRevision} 的：删除它以便重新创建。",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_WAIT = "update-wait", "update", Held, "",
        "Pod {pod} is updated but not available yet: the next one waits.",
        "Pod {pod} 已更新但尚不可用：下一个等待。",
        "stateful_set_control.go updateStatefulSet";
    UPDATE_DONE = "update-done", "update", Reason, "toUpdate = replicas − partition",
        "{toUpdate|The # pod|All # pods} from ordinal {partition} on {toUpdate|is|are} at the update revision {updateRevision}.",
        "从位置 {partition} 起的 {toUpdate} 个 Pod 都属于更新版本 {updateRevision}。",
        "stateful_set_control.go updateStatefulSet";
    UNAVAILABLE_DELETE = "unavailable-delete", "update", Main, "",
        "Parallel: {count|# pod|# pods} not of the update revision {updateRevision} {count|is|are} not available anyway, and deleted first, whatever maxUnavailable is: {pods}.",
        "Parallel：{count} 个不属于更新版本 {updateRevision} 的 Pod 本来就不可用，无论 maxUnavailable 是多少都先删除：{pods}。",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_REACHED = "max-unavailable-reached", "update", Held, "mayGo = maxUnavailable − unavailable",
        "{unavailable|# pod is|# pods are} unavailable and maxUnavailable is {maxUnavailable}: no pod can be deleted.",
        "{unavailable} 个 Pod 不可用，允许 {maxUnavailable} 个：一个也不能删。",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_DELETE = "max-unavailable-delete", "update", Main, "mayGo = maxUnavailable − unavailable",
        "{unavailable|# pod is|# pods are} unavailable and maxUnavailable is {maxUnavailable}: deleting {pods}, {count|the last pod|the last # pods} not at the update revision {updateRevision}.",
        "{unavailable} 个 Pod 不可用，允许 {maxUnavailable} 个：删除最后 {count} 个不属于更新版本 {updateRevision} 的 Pod：{pods}。",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    MAX_UNAVAILABLE_NONE = "max-unavailable-none", "update", Held, "mayGo = maxUnavailable − unavailable",
        "{unavailable|# pod is|# pods are} unavailable, {maxUnavailable} may be: one more could go, but all that are not of the update revision {updateRevision} are ending already.",
        "{unavailable} 个 Pod 不可用，允许 {maxUnavailable} 个：还可以删，但不属于更新版本 {updateRevision} 的 Pod 都已在终止。",
        "stateful_set_control.go updateStatefulSetAfterInvariantEstablished";
    UPDATE_COMPLETE = "update-complete", "status", Main, "",
        "{replicas|The # pod is|All # pods are} ready and at revision {updateRevision}: it becomes the current revision.",
        "全部 {replicas} 个 Pod 就绪且属于版本 {updateRevision}：它成为当前版本。",
        "stateful_set_utils.go completeRollingUpdate";
    STATUS_WRITTEN = "status-written", "status", Detail, "",
        "Updating the status: {pods|# pod|# pods}, {ready} ready, {current} at the current revision, {updated} at the update revision.",
        "写入状态：{pods} 个 Pod，{ready} 个就绪，{current} 个属于当前版本，{updated} 个属于更新版本。",
        "stateful_set_control.go updateStatefulSetStatus";
    STATUS_UNCHANGED = "status-unchanged", "status", Idle, "",
        "The status has not changed: nothing to write.",
        "状态没有变化：无需写入。",
        "stateful_set_control.go updateStatefulSetStatus";
    CLEAN_HISTORY = "clean-history", "history", Main, "tooMany = unused − limit",
        "{unused|# revision is|# revisions are} used by no pod and revisionHistoryLimit is {limit}: deleting {revision}.",
        "{unused} 个修订版本没有 Pod 使用，最多保留 {limit} 个：删除 {revision}。",
        "stateful_set_control.go truncateHistory";
    WAIT_MIN_READY = "wait-min-ready", "status", Held, "waiting = ready − available",
        "{waiting|# ready pod is|# ready pods are} not available yet: the next one will be in {seconds} s (minReadySeconds {minReadySeconds}).",
        "{waiting} 个就绪的 Pod 尚不可用：下一个还要 {seconds} 秒（minReadySeconds {minReadySeconds}）。",
        "stateful_set.go syncStatefulSet";
}
