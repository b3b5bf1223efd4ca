//! Every branch that the autoscaler can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "autoscaler/", "pkg/controller/podautoscaler/";
    GONE = "gone", "get", Idle, "",
        "The autoscaler is gone.",
        "HPA 已不存在。",
        "horizontal.go reconcileKey";
    NO_TARGET = "no-target", "get", Main, "",
        "The size of {target} cannot be read: {error}",
        "无法读取 {target} 的副本数：{error}",
        "horizontal.go reconcileAutoscaler";
    DISABLED = "disabled", "bounds", Held, "",
        "{target} was scaled to 0: autoscaling is off.",
        "{target} 已缩到 0：自动伸缩停用。",
        "horizontal.go reconcileAutoscaler";
    ABOVE_MAX = "above-max", "bounds", Main, "",
        "{target} has {current|# replica|# replicas}, at most {max|# is|# are} allowed: metrics are not even read.",
        "{target} 有 {current} 个副本，最多允许 {max} 个：不读取指标。",
        "horizontal.go reconcileAutoscaler";
    BELOW_MIN = "below-min", "bounds", Main, "",
        "{target} has {current|# replica|# replicas}, at least {min|# is|# are} wanted: metrics are not even read.",
        "{target} 有 {current} 个副本，至少需要 {min} 个：不读取指标。",
        "horizontal.go reconcileAutoscaler";
    NO_METRICS = "no-metrics", "metrics", Held, "",
        "No size can be computed, nothing is scaled: {error}",
        "无法计算副本数，不伸缩：{error}",
        "horizontal.go computeReplicasForMetrics";
    METRIC = "metric", "metrics", Detail, "wanted = ceil(ratio × counted)",
        "{metric}: usage is {percent} % of its target, counted over {counted|# pod|# pods}: {wanted|# replica|# replicas}.",
        "{metric}：用量为目标的 {percent} %，计入 {counted} 个 Pod：需要 {wanted} 个副本。",
        "replica_calculator.go GetResourceReplicas";
    METRIC_KEEP = "metric-keep", "metrics", Detail, "",
        "{metric}: usage is {percent} % of its target, near enough or not certain enough: {wanted|# replica stays|# replicas stay}.",
        "{metric}：用量为目标的 {percent} %，足够接近或不够确定：保持 {wanted} 个副本。",
        "replica_calculator.go GetResourceReplicas";
    STABILIZED = "stabilized", "limits", Detail, "",
        "The metrics ask for {wanted|# replica|# replicas}, recent recommendations speak for {stabilized}.",
        "指标要求 {wanted} 个副本，近期建议为 {stabilized} 个。",
        "horizontal.go stabilizeRecommendation";
    LIMITED = "limited", "limits", Detail, "",
        "{wanted|# replica|# replicas} would be wanted, {allowed|# is|# are} allowed: {limit}.",
        "想要 {wanted} 个副本，允许 {allowed} 个：{limit}。",
        "horizontal.go normalizeDesiredReplicas";
    SCALE = "scale", "scale", Main, "",
        "{target} goes from {current} to {replicas|# replica|# replicas}: {reason}.",
        "{target} 从 {current} 变为 {replicas} 个副本：{reason}。",
        "horizontal.go reconcileAutoscaler";
    SCALE_FAILED = "scale-failed", "scale", Main, "",
        "{target} could not be scaled to {replicas}: {error}",
        "无法将 {target} 伸缩到 {replicas}：{error}",
        "horizontal.go reconcileAutoscaler";
    KEEP = "keep", "scale", Held, "",
        "{target} stays at {current|# replica|# replicas}.",
        "{target} 保持 {current} 个副本。",
        "horizontal.go reconcileAutoscaler";
    NEXT = "next", "wait", Idle, "",
        "The next look is in {seconds} s.",
        "{seconds} 秒后再看。",
        "rate_limiters.go FixedItemIntervalRateLimiter";
}
