//! Descriptions of Services and EndpointSlices.

use std::rc::Rc;

use serde_json::Value;

use super::page::Description;
use super::{Surroundings, header};
use crate::api::kind::Kind;
use crate::api::look::{Look, format_labels, joined_or_none};
use crate::print::host_port;

/// Maximum number of endpoints shown.
const SHOWN: usize = 3;

pub(super) fn service(page: &mut Description, service: &Value, neighbours: &dyn Surroundings) {
    let spec = service.at("spec");
    let slices = slices_of(service, neighbours);
    let joined = |field: &str| {
        spec.list(field)
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(",")
    };
    let or_none = |text: String| {
        if text.is_empty() {
            "<none>".to_owned()
        } else {
            text
        }
    };
    header(page, service);
    page.field(0, "Selector", &format_labels(spec.map("selector")));
    page.field(0, "Type", spec.text("type"));
    page.field_if_any("IP Family Policy", spec.text("ipFamilyPolicy"));
    page.field(0, "IP Families", &or_none(joined("ipFamilies")));
    page.field(0, "IP", spec.text("clusterIP"));
    page.field(0, "IPs", &or_none(joined("clusterIPs")));
    page.field_if_any("External IPs", &joined("externalIPs"));
    page.field_if_any("Desired LoadBalancer IP", spec.text("loadBalancerIP"));
    page.field_if_any("External Name", spec.text("externalName"));
    page.field_if_any(
        "LoadBalancer Ingress",
        &ingress(service.list("status.loadBalancer.ingress")),
    );
    for port in spec.list("ports") {
        one_port(page, port, &slices);
    }
    page.field(0, "Session Affinity", spec.text("sessionAffinity"));
    page.field_if_any(
        "External Traffic Policy",
        spec.text("externalTrafficPolicy"),
    );
    page.field_if_any(
        "Internal Traffic Policy",
        spec.text("internalTrafficPolicy"),
    );
    if spec.int("healthCheckNodePort") != 0 {
        page.field(
            0,
            "HealthCheck NodePort",
            &spec.int("healthCheckNodePort").to_string(),
        );
    }
    page.field_if_any(
        "LoadBalancer Source Ranges",
        &joined("loadBalancerSourceRanges"),
    );
    page.field_if_any("Traffic Distribution", spec.text("trafficDistribution"));
}

/// The slices of a Service.
fn slices_of(service: &Value, neighbours: &dyn Surroundings) -> Vec<Rc<Value>> {
    let mut slices = neighbours.list(Kind::EndpointSlice, service.text("metadata.namespace"));
    slices.retain(|slice| {
        let name = slice
            .at("metadata.labels")
            .key("kubernetes.io/service-name");
        name.as_str() == Some(service.text("metadata.name"))
    });
    slices
}

/// The first ready endpoints of a Service's port.
pub(super) fn endpoints_of(service: &Value, port: &str, neighbours: &dyn Surroundings) -> String {
    endpoints(&slices_of(service, neighbours), port)
}

fn ingress(list: &[Value]) -> String {
    let texts: Vec<String> = list
        .iter()
        .map(
            |ingress| match (ingress.text("ip"), ingress.text("ipMode")) {
                ("", _) => ingress.text("hostname").to_owned(),
                (ip, "") => ip.to_owned(),
                (ip, mode) => format!("{ip} ({mode})"),
            },
        )
        .collect();
    texts.join(", ")
}

fn one_port(page: &mut Description, port: &Value, slices: &[Rc<Value>]) {
    let protocol = port.text("protocol");
    let name = match port.text("name") {
        "" => "<unset>",
        name => name,
    };
    page.field(
        0,
        "Port",
        &format!("{name}\t{}/{protocol}", port.int("port")),
    );
    let target = if port.has("targetPort") {
        port.scalar("targetPort")
    } else {
        "0".to_owned()
    };
    page.field(0, "TargetPort", &format!("{target}/{protocol}"));
    let application = port.text("appProtocol");
    if !application.is_empty() {
        page.field(0, "AppProtocol", application);
    }
    if port.int("nodePort") != 0 {
        page.field(
            0,
            "NodePort",
            &format!("{name}\t{}/{protocol}", port.int("nodePort")),
        );
    }
    page.field(0, "Endpoints", &endpoints(slices, port.text("name")));
}

/// The first ready endpoints of a port. As in kubectl, "more" is appended as soon as there is a fourth endpoint,
/// ready or not.
fn endpoints(slices: &[Rc<Value>], name: &str) -> String {
    if slices.is_empty() {
        return "<none>".to_owned();
    }
    let mut shown = Vec::new();
    let mut more = false;
    let mut count = 0_usize;
    for slice in slices {
        let ports = slice.list("ports");
        let mut visit = |port: Option<&Value>| {
            for endpoint in slice.list("endpoints") {
                more |= shown.len() == SHOWN;
                // An endpoint without the condition counts as ready.
                if endpoint.at("conditions.ready").as_bool() == Some(false) {
                    continue;
                }
                count += 1;
                if !more {
                    let address = endpoint
                        .list("addresses")
                        .first()
                        .and_then(Value::as_str)
                        .unwrap_or("");
                    shown.push(match port {
                        Some(port) => host_port(address, port.int("port")),
                        None => address.to_owned(),
                    });
                }
            }
        };
        if ports.is_empty() {
            visit(None);
        }
        for port in ports.iter().filter(|port| port.text("name") == name) {
            visit(Some(port));
        }
    }
    let text = shown.join(",");
    if more {
        format!("{text} + {} more...", count.saturating_sub(SHOWN))
    } else {
        text
    }
}

pub(super) fn endpoint_slice(page: &mut Description, slice: &Value) {
    header(page, slice);
    page.field(0, "AddressType", slice.text("addressType"));
    let text_or = |value: &Value, field: &str| {
        let text = value.scalar(field);
        if text.is_empty() {
            "<unset>".to_owned()
        } else {
            text
        }
    };
    let ports = slice.list("ports");
    if ports.is_empty() {
        page.line(0, "Ports: <unset>");
    } else {
        page.line(0, "Ports:");
        page.table(
            &["Name", "Port", "Protocol"],
            ports.iter().map(|port| {
                vec![
                    text_or(port, "name"),
                    text_or(port, "port"),
                    port.text("protocol").to_owned(),
                ]
            }),
        );
    }
    let endpoints = slice.list("endpoints");
    page.line(
        0,
        if endpoints.is_empty() {
            "Endpoints: <none>"
        } else {
            "Endpoints:"
        },
    );
    for endpoint in endpoints {
        let addresses: Vec<&str> = endpoint
            .list("addresses")
            .iter()
            .filter_map(Value::as_str)
            .collect();
        page.field(
            1,
            "- Addresses",
            &joined_or_none(&addresses).replace(',', ", "),
        );
        page.line(2, "Conditions:");
        page.field(3, "Ready", &text_or(endpoint, "conditions.ready"));
        page.field(2, "Hostname", &text_or(endpoint, "hostname"));
        if endpoint.has("targetRef") {
            let reference = endpoint.at("targetRef");
            page.field(
                2,
                "TargetRef",
                &format!("{}/{}", reference.text("kind"), reference.text("name")),
            );
        }
        page.field(2, "NodeName", &text_or(endpoint, "nodeName"));
        page.field(2, "Zone", &text_or(endpoint, "zone"));
    }
}
