//! Sizes by external metrics, whose values the user sets (`horizontal.go`, computeStatusForExternalMetric).

use super::calculator::{CalculatorError, Proposal};
use super::metrics::{MetricFailure, calculator, report};
use super::scale::Scale;
use super::spec::{Autoscaler, ExternalMetric, MetricIdentifier};
use crate::actor::Context;
use crate::api::look::{Look, pairs};
use crate::api::quantity::Quantity;
use serde_json::{Value, json};

/// The proposal of one external metric, the name of the metric, and its status.
pub(super) fn compute(
    cx: &mut Context<'_>,
    autoscaler: &Autoscaler,
    scale: &Scale,
    external: &ExternalMetric,
) -> Result<(Proposal, String, Value), MetricFailure> {
    let identifier = &external.metric;
    let fail = |event: String| MetricFailure {
        reason: "FailedGetExternalMetric",
        error: format!(
            "failed to get {} external metric value: {event}",
            identifier.name
        ),
        event,
    };
    let usage = usage(cx, autoscaler, identifier).map_err(fail)?;
    let pods = scale.pods(cx.store);
    let calculator = calculator(cx, autoscaler, scale, &pods);
    let target = &external.target;
    let (field, proposal) = match (target.average_milli(), target.total_milli()) {
        (Some(each), _) => ("averageValue", calculator.whole_per_pod(each, usage)),
        (None, total) => {
            let proposal = calculator.whole(total.unwrap_or(0), usage);
            let refused = |error: CalculatorError| fail(error.to_string());
            ("value", proposal.map_err(refused)?)
        }
    };
    let name = format!(
        "external metric {}({})",
        identifier.name,
        selector(identifier)
    );
    report(cx, scale, &proposal, &name);
    let mut metric = json!({ "name": *identifier.name });
    if let Some(selector) = &identifier.selector {
        metric["selector"] = selector.clone();
    }
    let value = Quantity::milli(proposal.average).to_string();
    let status = json!({ "type": "External", "external": { "metric": metric, "current": { field: value } } });
    Ok((proposal, name, status))
}

/// The value that the user set.
fn usage(
    cx: &Context<'_>,
    autoscaler: &Autoscaler,
    metric: &MetricIdentifier,
) -> Result<i64, String> {
    let metrics = &cx.world.metrics;
    let name = &metric.name;
    metrics.get(&**name).copied().ok_or_else(|| {
        let why = match metrics.is_empty() {
            true => format!(
                "unable to fetch metrics from external metrics API: the server could not find the requested resource \
                 (get {name}.external.metrics.k8s.io)"
            ),
            false => "no metrics returned from external metrics API".to_owned(),
        };
        format!(
            "unable to get external metric {}/{name}/{}: {why}",
            autoscaler.metadata.namespace,
            selector(metric)
        )
    })
}

/// The selector as Go prints it (`staging/src/k8s.io/apimachinery/pkg/apis/meta/v1/generated.pb.go`).
fn selector(metric: &MetricIdentifier) -> String {
    let Some(selector) = &metric.selector else {
        return "nil".to_owned();
    };
    let labels = pairs(selector.map("matchLabels"));
    let labels: String = labels
        .iter()
        .map(|(key, value)| format!("{key}: {value},"))
        .collect();
    let expressions = selector.list("matchExpressions").iter();
    let expression = |one: &Value| {
        let values: Vec<&str> = one
            .list("values")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        format!(
            "LabelSelectorRequirement{{Key:{},Operator:{},Values:[{}],}},",
            one.text("key"),
            one.text("operator"),
            values.join(" ")
        )
    };
    let expressions: String = expressions.map(expression).collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{expressions}}},}}"
    )
}
