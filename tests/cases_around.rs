//! Upstream's tables for endpoints and autoscaling.

mod common;

use common::{Case, check, int, same};
use kubestep::actor::memory::{AutoscalerMemory, Recommendation, ScaleEvent};
use kubestep::api::endpoint_slice::Endpoint;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::pod::Pod;
use kubestep::api::service::{IpFamily, Service, ServicePort};
use kubestep::api::time::Time;
use kubestep::controllers::autoscaler::behavior::{Behavior, GivenRules, Sizes};
use kubestep::controllers::autoscaler::calculator::{
    Calculator, CalculatorError, Proposal, Samples, Tolerances, UsageSample,
};
use kubestep::controllers::endpointslice::endpoint;
use serde::Deserialize;
use serde_json::{Value, json};
use std::rc::Rc;

/// A pod of a table, which omits fields that the tested code does not use.
fn pod(value: &Value) -> Pod {
    let mut value = value.clone();
    if value["metadata"].is_null() {
        value["metadata"] = json!({});
    }
    let conditions = value.pointer_mut("/status/conditions");
    let conditions = conditions.and_then(Value::as_array_mut);
    for condition in conditions.into_iter().flatten() {
        if condition["lastTransitionTime"].is_null() {
            condition["lastTransitionTime"] = json!("2026-01-01T00:00:00Z");
        }
    }
    Pod::from_value(value).expect("a pod")
}

fn service(value: &Value) -> Service {
    let object = Object::from_value(Kind::Service, value.clone()).expect("a service");
    Service::of(&object).expect("a service")
}

/// `status.podIPs`, or else `status.podIP`.
fn addresses(pod: &Value) -> Vec<Rc<str>> {
    let many = pod["status"]["podIPs"].as_array();
    let many = many.into_iter().flatten().map(|ip| &ip["ip"]);
    let all: Vec<Rc<str>> = many.filter_map(Value::as_str).map(Into::into).collect();
    let one = pod["status"]["podIP"].as_str().filter(|ip| !ip.is_empty());
    if all.is_empty() {
        one.map(Into::into).into_iter().collect()
    } else {
        all
    }
}

#[test]
fn endpointslice_find_port() {
    check("endpointslice_find_port", |case| {
        let port = json!({ "port": 0, "protocol": "TCP", "targetPort": case.input["port"] });
        let port = ServicePort::deserialize(port).map_err(|error| error.to_string())?;
        let found = endpoint::find_port(&case.input, &port);
        same(&json!(found.is_some()), &case.input["pass"])?;
        same(&json!(found.unwrap_or(0)), &case.want["expected"])
    });
}

#[test]
fn endpointslice_pod_to_endpoint() {
    check("endpointslice_pod_to_endpoint", |case| {
        let service = service(&case.input["svc"]);
        let zone = case.input["node"]["metadata"]["labels"][endpoint::ZONE].as_str();
        let family = *service.spec.ip_families.first().unwrap_or(&IpFamily::IPv4);
        let addresses = endpoint::addresses_of_family(&addresses(&case.input["pod"]), family);
        let pod = pod(&case.input["pod"]);
        let got = endpoint::pod_to_endpoint(&pod, addresses, zone.map(Into::into), &service);
        let want = &case.want["expectedEndpoint"];
        let read = Endpoint::deserialize(want).map_err(|error| error.to_string())?;
        same(&got, &read)?;
        same(&serde_json::to_value(&got).unwrap_or_default(), want)
    });
}

#[test]
fn endpointslice_should_pod_be_in_endpoints() {
    check("endpointslice_should_pod_be_in_endpoints", |case| {
        let has_address = !addresses(&case.input["pod"]).is_empty();
        let pod = pod(&case.input["pod"]);
        let terminating = case.input["includeTerminating"] == json!(true);
        let got = endpoint::should_pod_be_in_endpoints(&pod, has_address, terminating);
        same(&json!(got), &case.want["expected"])
    });
}

#[test]
fn endpointslice_should_set_hostname() {
    check("endpointslice_should_set_hostname", |case| {
        let got = endpoint::should_set_hostname(
            &pod(&case.input["pod"]),
            &service(&case.input["service"]),
        );
        same(&json!(got), &case.want["expected"])
    });
}

/// The time for a table's timestamp; its "now" is [`NOW`].
fn time(text: &Value, now: &str) -> Time {
    let millis = |text: &str| -> i64 {
        let whole = Time::parse(text).expect("a time").0;
        let fraction = text
            .split_once('.')
            .map_or("0", |(_, rest)| rest.trim_end_matches('Z'));
        let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
        whole + digits.parse::<i64>().expect("digits")
    };
    Time(NOW.0 + millis(text.as_str().expect("a time")) - millis(now))
}

const NOW: Time = Time(1_000_000_000);
/// When the tables of past sizes were generated.
const GENERATED: &str = "2026-11-22T19:32:23.877Z";

fn recommendations(list: &Value, now: &str) -> Vec<Recommendation> {
    let all = list.as_array().into_iter().flatten();
    all.map(|one| Recommendation {
        replicas: int(&one["recommendation"]),
        at: time(&one["timestamp"], now),
    })
    .collect()
}

#[test]
fn hpa_normalize() {
    check("hpa_normalize", |case| {
        let mut memory = AutoscalerMemory {
            recommendations: recommendations(&case.input["recommendations"], GENERATED),
            ..AutoscalerMemory::default()
        };
        let desired = int(&case.input["prenormalizedDesiredReplicas"]);
        let got = memory.stabilize(desired, NOW);
        same(&json!(got), &case.want["expectedStabilizedReplicas"])?;
        same(
            &json!(memory.recommendations.len()),
            &case.want["expectedLogLength"],
        )
    });
}

#[test]
fn hpa_normalize_with_behavior() {
    check("hpa_normalize_with_behavior", |case| {
        let now = "2026-11-22T19:32:23.880Z";
        let mut memory = AutoscalerMemory {
            recommendations: recommendations(&case.input["recommendations"], now),
            ..AutoscalerMemory::default()
        };
        let window = |field: &str| json!({ "stabilizationWindowSeconds": case.input[field] });
        let rules =
            |value: Value| GivenRules::deserialize(value).map_err(|error| error.to_string());
        let behavior = Behavior {
            up: rules(window("scaleUpStabilizationWindowSeconds"))?.up(),
            down: rules(window("scaleDownStabilizationWindowSeconds"))?.down(),
        };
        let current = int(&case.input["currentReplicas"]);
        let desired = int(&case.input["prenormalizedDesiredReplicas"]);
        let got = memory.stabilize_with(&behavior, current, desired, NOW);
        same(&json!(got), &case.want["expectedStabilizedReplicas"])?;
        let Some(want) = case.want["expectedRecommendations"].as_array() else {
            return Ok(());
        };
        let kept: Vec<i32> = memory
            .recommendations
            .iter()
            .map(|one| one.replicas)
            .collect();
        let want: Vec<i32> = want.iter().map(|one| int(&one["recommendation"])).collect();
        same(&kept, &want)
    });
}

#[test]
fn hpa_scaling_with_rules() {
    check("hpa_scaling_with_rules", |case| {
        let events = |field: &str| -> Vec<ScaleEvent> {
            let all = case.input[field].as_array().into_iter().flatten();
            all.map(|one| ScaleEvent {
                change: int(&one["replicaChange"]),
                at: time(&one["timestamp"], GENERATED),
            })
            .collect()
        };
        let memory = AutoscalerMemory {
            up: events("scaleUpEvents"),
            down: events("scaleDownEvents"),
            ..AutoscalerMemory::default()
        };
        let rules = |field: &str| {
            let given = Option::<GivenRules>::deserialize(&case.input[field]);
            given
                .map(Option::unwrap_or_default)
                .map_err(|error| error.to_string())
        };
        let behavior = Behavior {
            up: rules("scaleUpRules")?.up(),
            down: rules("scaleDownRules")?.down(),
        };
        let sizes = Sizes {
            current: int(&case.input["currentReplicas"]),
            min: int(&case.input["specMinReplicas"]),
            max: int(&case.input["specMaxReplicas"]),
        };
        let desired = int(&case.input["prenormalizedDesiredReplicas"]);
        let (got, limit) = memory.limit_with(&behavior, sizes, desired, NOW);
        same(&json!(got), &case.want["expectedReplicas"])?;
        same(&json!(limit.0), &case.want["expectedCondition"])
    });
}

#[test]
fn hpa_replica_calculator() {
    check("hpa_replica_calculator", |case| {
        let proposal = calculate(case);
        match (proposal, case.want["expectedError"].as_str()) {
            (Err(error), Some(want)) if error.to_string().contains(want) => Ok(()),
            (Err(error), _) => Err(error.to_string()),
            (Ok(_), Some(want)) => Err(format!("no error, but {want:?} was expected")),
            (Ok(got), None) => {
                same(&json!(got.replicas), &case.want["expectedReplicas"])?;
                let resource = &case.input["resource"];
                if resource.is_object() && resource["targetUtilization"] != 0 {
                    same(&json!(got.utilization), &resource["expectedUtilization"])?;
                    same(&json!(got.average), &resource["expectedValue"])?;
                }
                let metric = &case.input["metric"];
                if metric.is_object() {
                    same(&json!(got.average), &metric["expectedUsage"])?;
                }
                Ok(())
            }
        }
    });
}

fn calculate(case: &Case) -> Result<Proposal, CalculatorError> {
    let input = &case.input;
    let pods = calculator_pods(input);
    let tolerance = |field: &str| input["tolerances"][field].as_f64().unwrap_or(0.1);
    let calculator = Calculator {
        pods: &pods,
        current: int(&input["currentReplicas"]),
        tolerances: Tolerances {
            up: tolerance("scaleUp"),
            down: tolerance("scaleDown"),
        },
        now: NOW,
        cpu_initialization: 120_000,
        readiness_delay: 10_000,
    };
    let container = input["container"].as_str().filter(|name| !name.is_empty());
    let resource = &input["resource"];
    if resource.is_object() {
        let name = resource["name"].as_str().unwrap_or_default();
        let target = int(&resource["targetUtilization"]);
        return calculator.resource(
            name,
            container,
            target,
            resource_samples(resource, container),
        );
    }
    let metric = &input["metric"];
    let levels: Vec<i64> = metric["levels"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_i64)
        .collect();
    let sum = levels
        .iter()
        .fold(0_i64, |sum, level| sum.saturating_add(*level));
    let target = |field: &str| metric[field].as_i64().unwrap_or(0);
    match metric["metricType"].as_i64() {
        Some(0 | 2) => calculator.whole(target("targetUsage"), sum),
        Some(1 | 3) => Ok(calculator.whole_per_pod(target("perPodTargetUsage"), sum)),
        _ => {
            let samples = levels.iter().enumerate();
            let samples = samples.map(|(index, level)| (pod_name(index), sample(*level)));
            calculator.average("", target("targetUsage"), samples.collect())
        }
    }
}

fn pod_name(index: usize) -> Rc<str> {
    format!("test-pod-{index}").into()
}

fn sample(milli: i64) -> UsageSample {
    UsageSample {
        milli,
        at: NOW,
        window: 60_000,
    }
}

/// The samples of a case: of one container, or of all together.
fn resource_samples(resource: &Value, container: Option<&str>) -> Samples {
    let levels = resource["levels"].as_array().into_iter().flatten();
    let samples = levels.enumerate().map(|(index, levels)| {
        let levels = levels
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_i64);
        let milli = match container {
            Some("container2") => levels.skip(1).take(1).sum(),
            Some(_) => levels.take(1).sum(),
            None => levels.sum(),
        };
        let name = resource["podNames"][index].as_str();
        (
            name.map_or_else(|| pod_name(index), Into::into),
            sample(milli),
        )
    });
    samples.collect()
}

/// The pods of a case, as created by upstream's test.
fn calculator_pods(input: &Value) -> Vec<Rc<Pod>> {
    let starts = input["podStartTime"].as_array();
    let last = starts.into_iter().flatten().filter_map(Value::as_str).max();
    let phases = input["podPhase"].as_array().map_or(0, Vec::len);
    let count = usize::try_from(int(&input["currentReplicas"]))
        .unwrap_or(0)
        .max(phases);
    let pod = |index: usize| {
        let start = match (input["podStartTime"][index].as_str(), last) {
            (Some(_), Some(last)) => time(&input["podStartTime"][index], last),
            _ => Time(0),
        };
        let request = &input["resource"]["requests"][index];
        let resources = if request.is_string() {
            let name = input["resource"]["name"].as_str().unwrap_or_default();
            json!({ "requests": { name: request } })
        } else {
            json!({})
        };
        let mut metadata = json!({ "name": pod_name(index), "namespace": "test-namespace" });
        if input["podDeletionTimestamp"][index] == json!(true) {
            metadata["deletionTimestamp"] = json!(NOW);
        }
        let text =
            |field: &str, default: &str| input[field][index].as_str().unwrap_or(default).to_owned();
        let value = json!({
            "metadata": metadata,
            "spec": { "containers": [
                { "name": "container1", "resources": resources },
                { "name": "container2", "resources": resources }
            ] },
            "status": {
                "phase": text("podPhase", "Running"),
                "startTime": start,
                "conditions": [{
                    "type": "Ready",
                    "status": text("podReadiness", "True"),
                    "lastTransitionTime": start
                }]
            }
        });
        Rc::new(Pod::from_value(value).expect("a pod"))
    };
    (0..count).map(pod).collect()
}
