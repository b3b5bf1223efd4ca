//! Every branch that the autoscaler can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "autoscaler/", "pkg/controller/podautoscaler/";
    GONE = "gone", "get", Idle, "",
        "horizontal.go reconcileKey";
    NO_TARGET = "no-target", "get", Main, "",
        "horizontal.go reconcileAutoscaler";
    DISABLED = "disabled", "bounds", Held, "",
        "horizontal.go reconcileAutoscaler";
    ABOVE_MAX = "above-max", "bounds", Main, "",
        "horizontal.go reconcileAutoscaler";
    BELOW_MIN = "below-min", "bounds", Main, "",
        "horizontal.go reconcileAutoscaler";
    NO_METRICS = "no-metrics", "metrics", Held, "",
        "horizontal.go computeReplicasForMetrics";
    METRIC = "metric", "metrics", Detail, "wanted = ceil(ratio × counted)",
        "replica_calculator.go GetResourceReplicas";
    METRIC_KEEP = "metric-keep", "metrics", Detail, "",
        "replica_calculator.go GetResourceReplicas";
    STABILIZED = "stabilized", "limits", Detail, "",
        "horizontal.go stabilizeRecommendation";
    LIMITED = "limited", "limits", Detail, "",
        "horizontal.go normalizeDesiredReplicas";
    SCALE = "scale", "scale", Main, "",
        "horizontal.go reconcileAutoscaler";
    SCALE_FAILED = "scale-failed", "scale", Main, "",
        "horizontal.go reconcileAutoscaler";
    KEEP = "keep", "scale", Held, "",
        "horizontal.go reconcileAutoscaler";
    NEXT = "next", "wait", Idle, "",
        "rate_limiters.go FixedItemIntervalRateLimiter";
}
