//! The smaller controllers.

super::chart! { GARBAGE_COLLECTOR, GarbageCollector, "garbage", kubestep::controllers::garbage_collector::branches;
    "get" {
        GONE, 0, 0, 1, End, "";
        GOING, 1, 0, 1, End, "{object}";
        OWNERLESS, 0, 1, 2, End, "{object}";
    }
    "owner" {
        WAIT_FOREGROUND, 0, 0, 1, End, words;
        FOREGROUND_DONE, 1, 0, 1, End, "{object}";
        WAIT_ORPHANS, 0, 1, 1, End, words;
        ORPHANS_DONE, 1, 1, 1, End, "{object}";
    }
    "dependent" {
        ORPHAN, 0, 0, 1, End, "{object}";
        UNRESOLVED, 1, 0, 1, End, "{owner}";
        KEEP, 0, 1, 1, End, "{owner}";
        PRUNE, 1, 1, 1, End, "{count}";
        UNBLOCK, 0, 2, 2, On, "{object}";
        DELETE_FOREGROUND, 0, 3, 1, End, "{object}";
        DELETE_WAITED, 1, 3, 1, End, "{object}";
        DELETE, 0, 4, 2, End, "{object}";
    }
}

super::chart! { NAMESPACE, Namespace, "namespace", kubestep::controllers::namespace::branches;
    "get" {
        GONE, 0, 0, 1, End, "";
        ACTIVE, 1, 0, 1, End, "{namespace}";
    }
    "content" {
        DELETE_PODS, 0, 0, 1, On, words;
        WAIT_PODS, 1, 0, 1, End, words;
        PODS_STAY, 0, 1, 2, End, words;
        DELETE_CONTENT, 0, 2, 1, On, "{count} {kind}";
        WAIT_CONTENT, 1, 2, 1, End, words;
    }
    "finalize" {
        FINALIZED, 0, 0, 2, On, "{namespace}";
    }
}

super::chart! { ENDPOINT_SLICE, EndpointSlice, "endpointslice", kubestep::controllers::endpointslice::branches;
    "get" {
        GONE, 0, 0, 1, End, "";
        NOT_MINE, 1, 0, 1, End, "{service}";
    }
    "pods" {
        PODS, 0, 0, 2, On, words;
    }
    "slices" {
        CREATE, 0, 0, 1, On, words;
        PLACEHOLDER, 1, 0, 1, On, "{slice}";
        UPDATE, 0, 1, 1, On, "{before} → {endpoints}";
        DELETE, 1, 1, 1, On, "{slice}";
        RIGHT, 0, 2, 2, On, "{service}";
    }
}

super::chart! { CLAIM_PROTECTION, ClaimProtection, "claim-protection", kubestep::controllers::claim_protection::branches;
    "get" {
        GONE, 0, 0, 2, End, "";
        RIGHT, 0, 1, 1, End, "{claim}";
        RIGHT_VOLUME, 1, 1, 1, End, "{volume}";
    }
    "protect" {
        PROTECT, 0, 0, 1, On, "{claim}";
        PROTECT_VOLUME, 1, 0, 1, On, "{volume}";
    }
    "delete" {
        IN_USE, 0, 0, 1, On, "{pod}";
        RELEASE, 1, 0, 1, On, "{claim}";
        BOUND_VOLUME, 0, 1, 1, On, "{volume}";
        RELEASE_VOLUME, 1, 1, 1, On, "{volume}";
    }
    "use" {
        USED, 0, 0, 1, On, "{pod}";
        UNUSED, 1, 0, 1, On, "{claim}";
    }
}

super::chart! { AUTOSCALER, Autoscaler, "autoscaler", kubestep::controllers::autoscaler::branches;
    "get" {
        GONE, 0, 0, 1, End, "";
        NO_TARGET, 1, 0, 1, To("wait"), "{target}";
    }
    "bounds" {
        DISABLED, 0, 0, 2, To("wait"), "";
        ABOVE_MAX, 0, 1, 1, To("scale"), "{current} > {max}";
        BELOW_MIN, 1, 1, 1, To("scale"), "{current} < {min}";
    }
    "metrics" {
        NO_METRICS, 0, 0, 2, To("wait"), "{error}";
        METRIC, 0, 1, 2, On, words;
        METRIC_KEEP, 0, 2, 2, On, words;
    }
    "limits" {
        STABILIZED, 0, 0, 1, On, "{wanted}: {stabilized}";
        LIMITED, 1, 0, 1, On, "{wanted}: {allowed}";
    }
    "scale" {
        SCALE, 0, 0, 1, On, "{current} → {replicas}";
        KEEP, 1, 0, 1, On, "{current}";
        SCALE_FAILED, 0, 1, 2, On, "{error}";
    }
    "wait" {
        NEXT, 0, 0, 2, On, words;
    }
}

super::chart! { DISRUPTION, Disruption, "disruption", kubestep::controllers::disruption::branches;
    "get" {
        GONE, 0, 0, 2, End, "";
    }
    "pods" {
        NO_PODS, 0, 0, 1, On, "{budget}";
        UNMANAGED, 1, 0, 1, On, "{count}";
        FAILED, 0, 1, 2, End, "{error}";
    }
    "need" {
        MIN_AVAILABLE, 0, 0, 1, On, "{minAvailable}";
        MIN_PERCENT, 1, 0, 1, On, words;
        MAX_UNAVAILABLE, 0, 1, 1, On, words;
        NO_AMOUNT, 1, 1, 1, On, "{budget}";
    }
    "status" {
        ALLOWED, 0, 0, 1, End, "{currentHealthy} − {desiredHealthy} = {disruptionsAllowed}";
        NONE_ALLOWED, 1, 0, 1, End, words;
        UNCHANGED, 0, 1, 2, End, words;
    }
    "eviction" {
        EVICT, 0, 0, 1, End, "{disruptionsAllowed} → {left}";
        EVICT_FREE, 1, 0, 1, End, "{pod}";
        EVICT_IGNORED, 0, 1, 1, End, "{pod}";
        EVICT_UNREADY, 1, 1, 1, End, "{pod}";
        EVICT_ALWAYS, 0, 2, 1, End, "{pod}";
        REFUSED, 1, 2, 1, End, words;
        UNOBSERVED, 0, 3, 1, End, "{budget}";
        SEVERAL, 1, 3, 1, End, "{budgets}";
    }
}

super::chart! { VOLUME_BINDER, VolumeBinder, "volume-binder", kubestep::controllers::volume_binder::branches;
    "get" {
        GONE, 0, 0, 2, End, "";
    }
    "claim" {
        BOUND, 0, 0, 1, End, "{volume}";
        LOST, 1, 0, 1, End, "{volume}";
        BIND, 0, 1, 1, End, "{volume}";
        TAKEN, 1, 1, 1, End, "{volume}";
        NO_CLASS, 0, 2, 1, End, "{claim}";
        CLASS_MISSING, 1, 2, 1, End, "{class}";
        FIRST_CONSUMER, 0, 3, 2, End, "{claim}";
        PROVISION, 0, 4, 1, End, "{claim}";
        PROVISIONED, 1, 4, 1, End, "{volume}";
    }
    "volume" {
        AVAILABLE, 0, 0, 1, End, "{volume}";
        IN_USE, 1, 0, 1, End, "{claim}";
        RELEASED, 0, 1, 1, End, "{volume}";
        RECLAIM, 1, 1, 1, End, "{volume}";
    }
}

super::chart! { NODE_LIFECYCLE, NodeLifecycle, "node-lifecycle", kubestep::controllers::node_lifecycle::branches;
    "get" {
        GONE, 0, 0, 2, End, "{object}";
    }
    "node" {
        SILENT, 0, 0, 1, On, words;
        LOST, 1, 0, 1, On, words;
        BACK, 0, 1, 1, On, "{node}";
        TAINT, 1, 1, 1, On, "{taints}";
        LIMITED, 0, 2, 1, On, words;
        HALTED, 1, 2, 1, On, words;
        RIGHT, 0, 3, 2, On, "{node}";
    }
    "pod" {
        TOLERATE, 0, 0, 1, On, words;
        STAY, 1, 0, 1, On, "{pod}";
        EVICT, 0, 1, 2, On, "{pod}";
    }
}

super::chart! { POD_GC, PodGc, "pod-gc", kubestep::controllers::pod_gc::branches;
    "get" {
        GONE, 0, 0, 1, End, "{pod}";
        KEEP, 1, 0, 1, End, "{node}";
    }
    "delete" {
        ORPHANED, 0, 0, 1, On, "{node}";
        OUT_OF_SERVICE, 1, 0, 1, On, "{node}";
    }
}
