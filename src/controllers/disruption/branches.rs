//! Every branch that the disruption controller and the eviction of a pod can take, in the order of the flow chart.

use crate::actor::branch_table;

branch_table! { "disruption/", "pkg/";
    GONE = "gone", "get", Idle, [], "",
        "controller/disruption/disruption.go sync";
    NO_PODS = "no-pods", "pods", Detail, [budget], "",
        "controller/disruption/disruption.go trySync";
    UNMANAGED = "unmanaged", "pods", Detail, [budget, count], "",
        "controller/disruption/disruption.go getExpectedScale";
    FAILED = "failed", "pods", Held, [budget, error], "",
        "controller/disruption/disruption.go failSafe";
    MIN_AVAILABLE = "min-available", "need", Idle, [budget, minAvailable, expectedPods, desiredHealthy],
        "desiredHealthy = minAvailable",
        "controller/disruption/disruption.go getExpectedPodCount";
    MIN_PERCENT = "min-percent", "need", Idle, [budget, minAvailable, expectedPods, desiredHealthy],
        "desiredHealthy = minAvailable · expectedPods",
        "controller/disruption/disruption.go getExpectedPodCount";
    MAX_UNAVAILABLE = "max-unavailable", "need", Idle, [budget, maxUnavailable, expectedPods, desiredHealthy],
        "desiredHealthy = expectedPods − maxUnavailable",
        "controller/disruption/disruption.go getExpectedPodCount";
    NO_AMOUNT = "no-amount", "need", Idle, [budget], "",
        "controller/disruption/disruption.go getExpectedPodCount";
    ALLOWED = "allowed", "status", Main, [budget, currentHealthy, desiredHealthy, disruptionsAllowed],
        "disruptionsAllowed = currentHealthy − desiredHealthy",
        "controller/disruption/disruption.go updatePdbStatus";
    NONE_ALLOWED = "none-allowed", "status", Main, [budget, currentHealthy, desiredHealthy, disruptionsAllowed], "",
        "controller/disruption/disruption.go updatePdbStatus";
    UNCHANGED = "unchanged", "status", Reason, [budget, currentHealthy, desiredHealthy, disruptionsAllowed], "",
        "controller/disruption/disruption.go updatePdbStatus";
    EVICT = "evict", "eviction", Main, [pod, budget, disruptionsAllowed, left], "left = disruptionsAllowed − 1",
        "registry/core/pod/storage/eviction.go checkAndDecrement";
    EVICT_FREE = "evict-free", "eviction", Main, [pod], "",
        "registry/core/pod/storage/eviction.go Create";
    EVICT_IGNORED = "evict-ignored", "eviction", Main, [pod], "",
        "registry/core/pod/storage/eviction.go canIgnorePDB";
    EVICT_UNREADY = "evict-unready", "eviction", Main, [pod, budget], "",
        "registry/core/pod/storage/eviction.go Create";
    EVICT_ALWAYS = "evict-always", "eviction", Main, [pod, budget], "",
        "registry/core/pod/storage/eviction.go Create";
    REFUSED = "refused", "eviction", Held, [pod, budget, desiredHealthy, currentHealthy], "",
        "registry/core/pod/storage/eviction.go checkAndDecrement";
    UNOBSERVED = "unobserved", "eviction", Held, [pod, budget], "",
        "registry/core/pod/storage/eviction.go checkAndDecrement";
    SEVERAL = "several", "eviction", Held, [pod, budgets], "",
        "registry/core/pod/storage/eviction.go getPodDisruptionBudgets";
}
