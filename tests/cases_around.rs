//! Upstream's tables for what stands around the workloads: endpoints and autoscaling.

mod common;

use common::{check, same};
use kubestep::api::endpoint_slice::Endpoint;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::pod::Pod;
use kubestep::api::service::{IpFamily, Service, ServicePort};
use kubestep::controllers::endpointslice::endpoint;
use serde::Deserialize;
use serde_json::{Value, json};
use std::rc::Rc;

/// A pod of a table, whose authors left out what their code does not look at.
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
