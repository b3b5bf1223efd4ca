//! Validation and the object of `kubectl autoscale` (`staging/src/k8s.io/kubectl/pkg/cmd/autoscale/autoscale.go`).

use serde_json::{Value, json};

use crate::api::kind::Kind;
use crate::api::quantity::Quantity;

/// Options of the command line.
#[derive(Clone, Debug)]
pub struct AutoscaleOptions {
    /// `--min`, or -1.
    pub min: i64,
    /// `--max`, or -1.
    pub max: i64,
    /// The deprecated `--cpu-percent`, or -1.
    pub cpu_percent: i64,
    /// `--cpu`, or empty.
    pub cpu: String,
    /// `--memory`, or empty.
    pub memory: String,
}

/// Why the options are invalid; printed after `error: `.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AutoscaleError {
    /// No maximum, or one below 1.
    #[error("--max=MAXPODS is required and must be at least 1, max: {0}")]
    Max(i64),
    /// A minimum above the maximum.
    #[error("--max=MAXPODS must be larger or equal to --min=MINPODS, max: {max}, min: {min}")]
    MinMax {
        /// The maximum given.
        max: i64,
        /// The minimum given.
        min: i64,
    },
    /// Both flags for the CPU target.
    #[error("--cpu-percent and --cpu are mutually exclusive")]
    BothCpu,
    /// Neither a percentage nor a quantity.
    #[error("invalid resource {resource} value: {value}")]
    Value {
        /// `cpu` or `memory`.
        resource: &'static str,
        /// The given value.
        value: String,
    },
}

/// Validates the options before any request.
///
/// # Errors
/// The options contradict each other, or a quantity cannot be parsed.
pub fn validate(options: &AutoscaleOptions) -> Result<(), AutoscaleError> {
    let (max, min) = (options.max, options.min);
    if max < 1 {
        return Err(AutoscaleError::Max(max));
    }
    if max < min {
        return Err(AutoscaleError::MinMax { max, min });
    }
    if options.cpu_percent > 0 && !options.cpu.is_empty() {
        return Err(AutoscaleError::BothCpu);
    }
    metrics(options).map(|_| ())
}

/// The HorizontalPodAutoscaler for an object.
///
/// # Errors
/// A quantity cannot be parsed.
pub fn autoscaler(
    name: &str,
    target: Kind,
    target_name: &str,
    options: &AutoscaleOptions,
) -> Result<Value, AutoscaleError> {
    let mut spec = json!({
        "scaleTargetRef": {"apiVersion": target.api_version(), "kind": target.name(), "name": target_name},
        "maxReplicas": options.max,
    });
    if options.min > 0 {
        spec["minReplicas"] = options.min.into();
    }
    let metrics = metrics(options)?;
    if !metrics.is_empty() {
        spec["metrics"] = metrics.into();
    }
    let kind = Kind::HorizontalPodAutoscaler;
    Ok(json!({
        "apiVersion": kind.api_version(),
        "kind": kind.name(),
        "metadata": {"name": name},
        "spec": spec,
    }))
}

fn metrics(options: &AutoscaleOptions) -> Result<Vec<Value>, AutoscaleError> {
    let mut targets = Vec::new();
    if options.cpu_percent > 0 {
        targets.push(("cpu", utilization(options.cpu_percent)));
    }
    // A bare number means millicores or mebibytes.
    for (resource, value, unit) in [
        ("cpu", &options.cpu, "m"),
        ("memory", &options.memory, "Mi"),
    ] {
        if !value.is_empty() {
            targets.push((resource, target(resource, value, unit)?));
        }
    }
    let metric =
        |(name, target)| json!({"type": "Resource", "resource": {"name": name, "target": target}});
    Ok(targets.into_iter().map(metric).collect())
}

fn target(resource: &'static str, value: &str, unit: &str) -> Result<Value, AutoscaleError> {
    let invalid = || AutoscaleError::Value {
        resource,
        value: value.to_owned(),
    };
    if let Some(percent) = value.strip_suffix('%') {
        return percent
            .parse::<i32>()
            .map(|percent| utilization(percent.into()))
            .map_err(|_| invalid());
    }
    let bare = value.bytes().all(|byte| byte.is_ascii_digit());
    let amount = if bare {
        format!("{value}{unit}")
    } else {
        value.to_owned()
    };
    let amount = Quantity::parse(&amount).map_err(|_| invalid())?;
    Ok(json!({"type": "AverageValue", "averageValue": amount.to_string()}))
}

fn utilization(percent: i64) -> Value {
    json!({"type": "Utilization", "averageUtilization": percent})
}
