//! Every branch that the autoscaler can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "autoscaler/", "pkg/controller/podautoscaler/";
    GONE = "gone", "get", Idle, [], "",
        "horizontal.go reconcileKey";
    NO_TARGET = "no-target", "get", Main, [target, error], "",
        "horizontal.go reconcileAutoscaler";
    DISABLED = "disabled", "bounds", Held, [target], "",
        "horizontal.go reconcileAutoscaler";
    ABOVE_MAX = "above-max", "bounds", Main, [target, current, max, min], "",
        "horizontal.go reconcileAutoscaler";
    BELOW_MIN = "below-min", "bounds", Main, [target, current, max, min], "",
        "horizontal.go reconcileAutoscaler";
    NO_METRICS = "no-metrics", "metrics", Held, [error], "",
        "horizontal.go computeReplicasForMetrics";
    METRIC = "metric", "metrics", Detail, [metric, percent, ratio, counted, wanted], "wanted = ceil(ratio × counted)",
        "replica_calculator.go GetResourceReplicas";
    METRIC_KEEP = "metric-keep", "metrics", Detail, [metric, percent, ratio, counted, wanted], "",
        "replica_calculator.go GetResourceReplicas";
    STABILIZED = "stabilized", "limits", Detail, [wanted, stabilized], "",
        "horizontal.go stabilizeRecommendation";
    LIMITED = "limited", "limits", Detail, [wanted, allowed, limit], "",
        "horizontal.go normalizeDesiredReplicas";
    SCALE = "scale", "scale", Main, [target, current, replicas, reason], "",
        "horizontal.go reconcileAutoscaler";
    SCALE_FAILED = "scale-failed", "scale", Main, [target, replicas, error], "",
        "horizontal.go reconcileAutoscaler";
    KEEP = "keep", "scale", Held, [target, current], "",
        "horizontal.go reconcileAutoscaler";
    NEXT = "next", "wait", Idle, [seconds], "",
        "rate_limiters.go FixedItemIntervalRateLimiter";
}
