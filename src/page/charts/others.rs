//! The smaller controllers.

super::chart! { GARBAGE_COLLECTOR, GarbageCollector, kubestep::controllers::garbage_collector::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 1, End, "it is gone", "已不存在", "";
        GOING, 1, 0, 1, End, "it is going already", "已在删除", "{object}";
        OWNERLESS, 0, 1, 2, End, "it has no owner", "没有属主", "{object}";
    }
    "owner" "an owner that is going" "正在删除的属主" {
        WAIT_FOREGROUND, 0, 0, 1, End, "foreground: wait", "前台：等待", "{left} left";
        FOREGROUND_DONE, 1, 0, 1, End, "foreground: done", "前台：完成", "{object}";
        WAIT_ORPHANS, 0, 1, 1, End, "orphans: wait", "孤立：等待", "{left} left";
        ORPHANS_DONE, 1, 1, 1, End, "orphans: done", "孤立：完成", "{object}";
    }
    "dependent" "one that has owners" "有属主的对象" {
        ORPHAN, 0, 0, 1, End, "lose the owner, stay", "失去属主，保留", "{object}";
        UNRESOLVED, 1, 0, 1, End, "owner not known: stay", "属主未知：保留", "{owner}";
        KEEP, 0, 1, 1, End, "owner is there: stay", "属主存在：保留", "{owner}";
        PRUNE, 1, 1, 1, End, "drop dead owners", "去掉已失效属主", "{count}";
        UNBLOCK, 0, 2, 2, On, "it and its owner wait for each other", "与属主互相等待", "{object}";
        DELETE_FOREGROUND, 0, 3, 1, End, "delete in foreground", "前台删除", "{object}";
        DELETE_WAITED, 1, 3, 1, End, "waited for: delete", "被等待：删除", "{object}";
        DELETE, 0, 4, 2, End, "owner gone: delete", "属主已消失：删除", "{object}";
    }
}

super::chart! { NAMESPACE, Namespace, kubestep::controllers::namespace::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 1, End, "it is gone", "已不存在", "";
        ACTIVE, 1, 0, 1, End, "not being deleted", "没有在删除", "{namespace}";
    }
    "content" "empty it" "清空" {
        DELETE_PODS, 0, 0, 1, On, "delete its pods", "删除 Pod", "{count} of {there}";
        WAIT_PODS, 1, 0, 1, End, "wait for pods", "等待 Pod", "{left} left";
        PODS_STAY, 0, 1, 2, End, "pods stay too long: try again", "Pod 迟迟不消失：重试", "{left} left";
        DELETE_CONTENT, 0, 2, 1, On, "delete the rest", "删除其余", "{count} {kind}";
        WAIT_CONTENT, 1, 2, 1, End, "wait for the rest", "等待其余", "{left} left";
    }
    "finalize" "let it go" "移除终结器" {
        FINALIZED, 0, 0, 2, On, "it is empty: let it go", "已清空：放行", "{namespace}";
    }
}

super::chart! { ENDPOINT_SLICE, EndpointSlice, kubestep::controllers::endpointslice::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 1, End, "it is gone", "已不存在", "";
        NOT_MINE, 1, 0, 1, End, "it selects no pods", "不选择 Pod", "{service}";
    }
    "pods" "select pods" "选择 Pod" {
        PODS, 0, 0, 2, On, "pods with an address", "有地址的 Pod", "pods {pods}, listed {listed}, ready {ready}";
    }
    "slices" "slices" "切片" {
        CREATE, 0, 0, 1, On, "create one", "创建", "{endpoints} endpoints";
        PLACEHOLDER, 1, 0, 1, On, "an empty one", "空占位", "{slice}";
        UPDATE, 0, 1, 1, On, "write one", "写入", "{before} → {endpoints}";
        DELETE, 1, 1, 1, On, "delete one", "删除", "{slice}";
        RIGHT, 0, 2, 2, On, "they say what is", "与现状一致", "{service}";
    }
}

super::chart! { CLAIM_PROTECTION, ClaimProtection, kubestep::controllers::claim_protection::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 2, End, "it is gone", "已不存在", "";
        RIGHT, 0, 1, 1, End, "claim is protected", "PVC 受保护", "{claim}";
        RIGHT_VOLUME, 1, 1, 1, End, "volume is protected", "存储卷受保护", "{volume}";
    }
    "protect" "unprotected?" "未受保护？" {
        PROTECT, 0, 0, 1, On, "claim: add finalizer", "PVC：加终结器", "{claim}";
        PROTECT_VOLUME, 1, 0, 1, On, "volume: add finalizer", "存储卷：加终结器", "{volume}";
    }
    "delete" "being deleted?" "正在删除？" {
        IN_USE, 0, 0, 1, On, "a pod uses it: wait", "有 Pod 使用：等待", "{pod}";
        RELEASE, 1, 0, 1, On, "nobody does: let it go", "无人使用：放行", "{claim}";
        BOUND_VOLUME, 0, 1, 1, On, "a claim has it: wait", "已被绑定：等待", "{volume}";
        RELEASE_VOLUME, 1, 1, 1, On, "not bound: let it go", "未绑定：放行", "{volume}";
    }
}

super::chart! { AUTOSCALER, Autoscaler, kubestep::controllers::autoscaler::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 1, End, "it is gone", "已不存在", "";
        NO_TARGET, 1, 0, 1, To("wait"), "its target is not there", "没有目标", "{target}";
    }
    "bounds" "within bounds?" "在范围内？" {
        DISABLED, 0, 0, 2, To("wait"), "scaled to 0: off", "已缩到 0：停用", "";
        ABOVE_MAX, 0, 1, 1, To("scale"), "more than allowed", "超过上限", "{current} > {max}";
        BELOW_MIN, 1, 1, 1, To("scale"), "fewer than wanted", "低于下限", "{current} < {min}";
    }
    "metrics" "metrics" "指标" {
        NO_METRICS, 0, 0, 2, To("wait"), "no size can be computed", "无法计算", "{error}";
        METRIC, 0, 1, 2, On, "usage against target", "用量与目标", "{percent} % of target, {counted} pods: {wanted}";
        METRIC_KEEP, 0, 2, 2, On, "near enough: stay", "足够接近：保持", "{percent} % of target: {wanted}";
    }
    "limits" "limits" "限制" {
        STABILIZED, 0, 0, 1, On, "recent ones count too", "考虑近期建议", "{wanted}: {stabilized}";
        LIMITED, 1, 0, 1, On, "not all at once", "受限制", "{wanted}: {allowed}";
    }
    "scale" "scale" "伸缩" {
        SCALE, 0, 0, 1, On, "scale", "伸缩", "{current} → {replicas}";
        KEEP, 1, 0, 1, On, "leave it", "保持", "{current}";
        SCALE_FAILED, 0, 1, 2, On, "scaling was refused", "伸缩被拒绝", "{error}";
    }
    "wait" "wait" "等待" {
        NEXT, 0, 0, 2, On, "look again in time", "届时再看", "{seconds} s";
    }
}

super::chart! { VOLUME_BINDER, VolumeBinder, kubestep::controllers::volume_binder::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 2, End, "it is gone", "已不存在", "";
    }
    "claim" "a claim" "PVC" {
        BOUND, 0, 0, 1, End, "it has its volume", "已有存储卷", "{volume}";
        LOST, 1, 0, 1, End, "its volume is gone", "存储卷已消失", "{volume}";
        BIND, 0, 1, 1, End, "bind the smallest", "绑定最小的", "{volume}";
        TAKEN, 1, 1, 1, End, "its volume is taken", "指定的卷被占用", "{volume}";
        NO_CLASS, 0, 2, 1, End, "no storage class", "没有存储类", "{claim}";
        CLASS_MISSING, 1, 2, 1, End, "class does not exist", "存储类不存在", "{class}";
        FIRST_CONSUMER, 0, 3, 2, End, "wait for a pod that uses it", "等待使用它的 Pod", "{claim}";
        PROVISION, 0, 4, 1, End, "ask for a volume", "申请存储卷", "{claim}";
        PROVISIONED, 1, 4, 1, End, "the volume is made", "存储卷已创建", "{volume}";
    }
    "volume" "a volume" "存储卷" {
        AVAILABLE, 0, 0, 1, End, "it is nobody's", "可用", "{volume}";
        IN_USE, 1, 0, 1, End, "it is a claim's", "已被使用", "{claim}";
        RELEASED, 0, 1, 1, End, "claim gone: keep", "PVC 已消失：保留", "{volume}";
        RECLAIM, 1, 1, 1, End, "claim gone: delete", "PVC 已消失：删除", "{volume}";
    }
}

super::chart! { NODE_LIFECYCLE, NodeLifecycle, kubestep::controllers::node_lifecycle::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 2, End, "it is gone", "已不存在", "{object}";
    }
    "node" "a node" "节点" {
        SILENT, 0, 0, 1, On, "silent: not lost yet", "失联：尚未判定", "{seconds} s";
        LOST, 1, 0, 1, On, "silent for too long", "失联过久", "{pods} pods";
        BACK, 0, 1, 1, On, "heard of again", "恢复消息", "{node}";
        TAINT, 1, 1, 1, On, "taint it", "设置污点", "{taints}";
        LIMITED, 0, 2, 1, On, "not its turn yet", "还没轮到", "{seconds} s";
        HALTED, 1, 2, 1, On, "too many are lost", "失联过多", "{lost} of {all}";
        RIGHT, 0, 3, 2, On, "as it should be", "无需处理", "{node}";
    }
    "pod" "a pod on it" "其上的 Pod" {
        TOLERATE, 0, 0, 1, On, "tolerated for a while", "暂时容忍", "{seconds} s";
        STAY, 1, 0, 1, On, "it may stay", "可以留下", "{pod}";
        EVICT, 0, 1, 2, On, "evict it", "驱逐", "{pod}";
    }
}

super::chart! { POD_GC, PodGc, kubestep::controllers::pod_gc::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 1, End, "it is gone", "已不存在", "{pod}";
        KEEP, 1, 0, 1, End, "leave it alone", "不处理", "{node}";
    }
    "delete" "left behind?" "被遗留？" {
        ORPHANED, 0, 0, 1, On, "its node is gone", "节点已不存在", "{node}";
        OUT_OF_SERVICE, 1, 0, 1, On, "node out of service", "节点已停用", "{node}";
    }
}
