//! Evaluates the metrics of an autoscaler (`horizontal.go`, computeReplicasForMetrics).

use super::branches as b;
use super::calculator::{Calculator, CalculatorError, Proposal, Samples, Tolerances, UsageSample};
use super::external;
use super::scale::Scale;
use super::spec::{Autoscaler, Metric, ResourceMetric};
use crate::actor::Context;
use crate::api::event::EventType;
use crate::api::light;
use crate::api::pod::{Pod, PodPhase};
use crate::api::quantity::Quantity;
use crate::world::Load;
use serde_json::{Value, json};
use std::rc::Rc;

/// Length of a sampling window in milliseconds, as with metrics-server.
const SAMPLE_WINDOW: i64 = 15_000;
/// Milliseconds after a pod's start during which its CPU usage may be disregarded.
const CPU_INITIALIZATION: i64 = 300_000;
/// Milliseconds after a pod's start during which an unready pod counts as never having been ready.
const READINESS_DELAY: i64 = 30_000;

/// Result of all metrics.
pub(super) struct Wanted {
    /// The recommended size and its metric, or why there is none.
    pub replicas: Result<(i32, String), MetricsFailure>,
    /// `status.currentMetrics`.
    pub current: Vec<Value>,
}

/// Why the metrics yield no size.
pub(super) struct MetricsFailure {
    /// Reason of the condition ScalingActive.
    pub reason: &'static str,
    /// Its message.
    pub message: String,
    /// The error returned by the sync.
    pub error: String,
}

/// Why one metric yields no size.
pub(super) struct MetricFailure {
    pub reason: &'static str,
    /// Message of the metric's own event.
    pub event: String,
    /// The error for the sync.
    pub error: String,
}

/// Evaluates every metric; the largest size wins. A failing metric prevents a scale-down.
pub(super) fn compute(cx: &mut Context<'_>, autoscaler: &Autoscaler, scale: &Scale) -> Wanted {
    let metrics = autoscaler.spec.metrics.as_deref().unwrap_or_default();
    let mut best: Option<(i32, String)> = None;
    let mut failures = Vec::new();
    let mut current = Vec::new();
    for metric in metrics {
        match one(cx, autoscaler, scale, metric) {
            Ok((proposal, name, status)) => {
                current.push(status);
                if best
                    .as_ref()
                    .is_none_or(|(replicas, _)| proposal.replicas > *replicas)
                {
                    best = Some((proposal.replicas, name));
                }
            }
            Err(failure) => {
                super::event(
                    cx,
                    autoscaler,
                    EventType::Warning,
                    failure.reason,
                    &failure.event,
                );
                failures.push(failure);
            }
        }
    }
    let count = failures.len();
    let replicas = match (best, failures.into_iter().next()) {
        (Some(best), None) => Ok(best),
        (Some(best), Some(_)) if best.0 >= scale.replicas => Ok(best),
        (_, Some(first)) => Err(MetricsFailure {
            reason: first.reason,
            message: format!(
                "the HPA was unable to compute the replica count: {}",
                first.event
            ),
            error: format!(
                "invalid metrics ({count} invalid out of {}), first error is: {}",
                metrics.len(),
                first.error
            ),
        }),
        (None, None) => Ok((scale.replicas, String::new())),
    };
    Wanted { replicas, current }
}

fn one(
    cx: &mut Context<'_>,
    autoscaler: &Autoscaler,
    scale: &Scale,
    metric: &Metric,
) -> Result<(Proposal, String, Value), MetricFailure> {
    if let ("External", Some(metric)) = (&*metric.kind, &metric.external) {
        return external::compute(cx, autoscaler, scale, metric);
    }
    match (&*metric.kind, &metric.resource, &metric.container_resource) {
        ("Resource", Some(resource), _) => {
            let reason = "FailedGetResourceMetric";
            of_resource(cx, autoscaler, scale, resource, reason, "resource")
        }
        ("ContainerResource", _, Some(resource)) => {
            let reason = "FailedGetContainerResourceMetric";
            of_resource(
                cx,
                autoscaler,
                scale,
                resource,
                reason,
                "container resource",
            )
        }
        (kind, ..) => {
            let text = format!("not simulated: metrics of type {kind}");
            Err(MetricFailure {
                reason: "InvalidMetricSourceType",
                event: text.clone(),
                error: text,
            })
        }
    }
}

fn of_resource(
    cx: &mut Context<'_>,
    autoscaler: &Autoscaler,
    scale: &Scale,
    metric: &ResourceMetric,
    reason: &'static str,
    what: &str,
) -> Result<(Proposal, String, Value), MetricFailure> {
    let resource = &*metric.name;
    let container = metric.container.as_deref();
    let by_share = metric.target.average_utilization;
    let fail = |error: CalculatorError| {
        let unit = if by_share.is_some() {
            "utilization"
        } else {
            "usage"
        };
        let event = format!("failed to get {resource} {unit}: {error}");
        let error = format!("failed to get {resource} {what} metric value: {event}");
        MetricFailure {
            reason,
            event,
            error,
        }
    };
    let pods = scale.pods(cx.store);
    let samples = samples(cx, scale, resource, &pods).map_err(fail)?;
    let calculator = calculator(cx, autoscaler, scale, &pods);
    let (proposal, name) = match by_share {
        Some(target) => {
            let proposal = calculator.resource(resource, container, target, samples);
            let name = format!("{resource} {what} utilization (percentage of request)");
            (proposal.map_err(fail)?, name)
        }
        None => {
            let target = metric.target.average_milli().unwrap_or(0);
            let proposal = calculator.average(resource, target, samples);
            (proposal.map_err(fail)?, format!("{resource} {what}"))
        }
    };
    report(cx, scale, &proposal, &name);
    let status = status(metric, what, &proposal);
    Ok((proposal, name, status))
}

pub(super) fn calculator<'p>(
    cx: &Context<'_>,
    autoscaler: &Autoscaler,
    scale: &Scale,
    pods: &'p [Rc<Pod>],
) -> Calculator<'p> {
    Calculator {
        pods,
        current: scale.replicas,
        tolerances: tolerances(autoscaler),
        now: cx.now(),
        cpu_initialization: CPU_INITIALIZATION,
        readiness_delay: READINESS_DELAY,
    }
}

fn tolerances(autoscaler: &Autoscaler) -> Tolerances {
    let behavior = autoscaler.spec.behavior();
    let default = Tolerances::default();
    let rules = behavior.as_ref();
    let up = rules.and_then(|rules| rules.up.tolerance);
    let down = rules.and_then(|rules| rules.down.tolerance);
    Tolerances {
        up: up.unwrap_or(default.up),
        down: down.unwrap_or(default.down),
    }
}

pub(super) fn report(cx: &mut Context<'_>, scale: &Scale, proposal: &Proposal, name: &str) {
    let branch = if proposal.replicas == scale.replicas {
        &b::METRIC_KEEP
    } else {
        &b::METRIC
    };
    cx.decide(branch)
        .text("metric", name)
        .number("percent", (proposal.ratio * 100.0).round() as i64)
        .text("ratio", format!("{:.3}", proposal.ratio))
        .number("counted", proposal.counted)
        .number("wanted", proposal.replicas);
}

fn status(metric: &ResourceMetric, what: &str, proposal: &Proposal) -> Value {
    let value = Quantity::milli(proposal.average).to_string();
    let current = match metric.target.average_utilization {
        Some(_) => json!({ "averageUtilization": proposal.utilization, "averageValue": value }),
        None => json!({ "averageValue": value }),
    };
    let mut of = json!({ "name": *metric.name, "current": current });
    if let Some(container) = &metric.container {
        of["container"] = Value::from(&**container);
    }
    if what == "resource" {
        json!({ "type": "Resource", "resource": of })
    } else {
        json!({ "type": "ContainerResource", "containerResource": of })
    }
}

/// The samples that a metrics server would report for the load set by the user.
fn samples(
    cx: &Context<'_>,
    scale: &Scale,
    resource: &str,
    pods: &[Rc<Pod>],
) -> Result<Samples, CalculatorError> {
    let loads = &cx.world.loads;
    if loads.is_empty() {
        return Err(CalculatorError::NoMetricsServer(resource.to_owned()));
    }
    let name = resource.to_owned();
    let load = loads
        .iter()
        .find(|load| load.target == scale.key && load.resource == resource)
        .ok_or(CalculatorError::NoSamples(name))?;
    let runs = |pod: &&Rc<Pod>| pod.status.phase == PodPhase::Running;
    let serves = |pod: &Pod| pod.is_ready() && !pod.metadata.is_terminating();
    let serving = pods.iter().filter(|pod| runs(pod) && serves(pod)).count();
    let now = cx.now();
    let sample = |pod: &Rc<Pod>| {
        let milli = match load.amount {
            Load::EachPod(milli) => milli,
            // The total is shared by the pods that serve traffic.
            Load::Shared(milli) if serves(pod) => {
                milli / i64::try_from(serving.max(1)).unwrap_or(1)
            }
            Load::Shared(_) => 0,
        };
        let sample = UsageSample {
            milli,
            at: now,
            window: SAMPLE_WINDOW,
        };
        (pod.metadata.name.clone(), sample)
    };
    Ok(light::map(pods.iter().filter(runs).map(sample)))
}
