//! Every branch that the autoscaler can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "autoscaler/", "pkg/controller/podautoscaler/";
    GONE = "gone", "get", Idle, "",
        "The HorizontalPodAutoscaler no longer exists.",
        "HPA 已不存在。",
        "horizontal.go reconcileKey";
    NO_TARGET = "no-target", "get", Main, "",
        "Cannot read the scale of {target}: {error}",
        "无法读取 {target} 的副本数：{error}",
        "horizontal.go reconcileAutoscaler";
    DISABLED = "disabled", "bounds", Held, "",
        "{target} is scaled to 0, so autoscaling is disabled.",
        "{target} 已缩到 0：自动伸缩停用。",
        "horizontal.go reconcileAutoscaler";
    ABOVE_MAX = "above-max", "bounds", Main, "",
        "{target} has {current|# replica|# replicas}, above maxReplicas {max}: scaling down without reading metrics.",
        "{target} 有 {current} 个副本，最多允许 {max} 个：不读取指标。",
        "horizontal.go reconcileAutoscaler";
    BELOW_MIN = "below-min", "bounds", Main, "",
        "{target} has {current|# replica|# replicas}, below minReplicas {min}: scaling up without reading metrics.",
        "{target} 有 {current} 个副本，至少需要 {min} 个：不读取指标。",
        "horizontal.go reconcileAutoscaler";
    NO_METRICS = "no-metrics", "metrics", Held, "",
        "Cannot compute a replica count, so nothing is scaled: {error}",
        "无法计算副本数，不伸缩：{error}",
        "horizontal.go computeReplicasForMetrics";
    METRIC = "metric", "metrics", Detail, "wanted = ceil(ratio × counted)",
        "{metric}: usage over {counted|# pod|# pods} is {percent} % of the target, which asks for {wanted|# replica|# replicas}.",
        "{metric}：用量为目标的 {percent} %，计入 {counted} 个 Pod：需要 {wanted} 个副本。",
        "replica_calculator.go GetResourceReplicas";
    METRIC_KEEP = "metric-keep", "metrics", Detail, "",
        "{metric}: usage is {percent} % of the target, within tolerance or based on too few pods: staying at {wanted|# replica|# replicas}.",
        "{metric}：用量为目标的 {percent} %，足够接近或不够确定：保持 {wanted} 个副本。",
        "replica_calculator.go GetResourceReplicas";
    STABILIZED = "stabilized", "limits", Detail, "",
        "The metrics ask for {wanted|# replica|# replicas}; the stabilization window makes it {stabilized}.",
        "指标要求 {wanted} 个副本，近期建议为 {stabilized} 个。",
        "horizontal.go stabilizeRecommendation";
    LIMITED = "limited", "limits", Detail, "",
        "{wanted|# replica|# replicas} desired, {allowed} allowed: {limit}.",
        "想要 {wanted} 个副本，允许 {allowed} 个：{limit}。",
        "horizontal.go normalizeDesiredReplicas";
    SCALE = "scale", "scale", Main, "",
        "Scaling {target} from {current} to {replicas|# replica|# replicas}: {reason}.",
        "{target} 从 {current} 变为 {replicas} 个副本：{reason}。",
        "horizontal.go reconcileAutoscaler";
    SCALE_FAILED = "scale-failed", "scale", Main, "",
        "Cannot scale {target} to {replicas}: {error}",
        "无法将 {target} 伸缩到 {replicas}：{error}",
        "horizontal.go reconcileAutoscaler";
    KEEP = "keep", "scale", Held, "",
        "{target} stays at {current|# replica|# replicas}.",
        "{target} 保持 {current} 个副本。",
        "horizontal.go reconcileAutoscaler";
    NEXT = "next", "wait", Idle, "",
        "Syncing again in {seconds} s.",
        "{seconds} 秒后再看。",
        "rate_limiters.go FixedItemIntervalRateLimiter";
}
