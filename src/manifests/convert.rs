//! API versions that are converted when they are read: kubestep stores each kind in one version.

use crate::api::decode::{self, DecodeError};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::schema::schema;
use crate::versions::Version;
use serde_json::{Value, json};

const CPU_PERCENT: &str = "targetCPUUtilizationPercentage";

/// The object in the version that is stored. Only HorizontalPodAutoscalers of `autoscaling/v1` are converted
/// (`pkg/apis/autoscaling/v1/conversion.go`).
///
/// # Errors
/// The object is not valid in the version it is written in.
pub fn converted(version: Version, mut value: Value) -> Result<Value, Vec<DecodeError>> {
    let kind = Kind::HorizontalPodAutoscaler;
    if value.text("apiVersion") != "autoscaling/v1" || value.text("kind") != kind.name() {
        return Ok(value);
    }
    if let Some(ty) = schema().type_named("v1.HorizontalPodAutoscaler") {
        decode::typed(version, &ty, &value)?;
    }
    value["apiVersion"] = kind.api_version().into();
    if let Some(spec) = value["spec"].as_object_mut()
        && let Some(percent) = spec.remove(CPU_PERCENT)
        && !percent.is_null()
    {
        let target = json!({ "type": "Utilization", "averageUtilization": percent });
        let metric = json!({ "type": "Resource", "resource": { "name": "cpu", "target": target } });
        spec.insert("metrics".to_owned(), json!([metric]));
    }
    Ok(value)
}
