//! Rows of Services, EndpointSlices and Endpoints.

use crate::api::light;
use serde_json::Value;

use super::{age, name, or};
use crate::api::look::{Look, format_labels, joined_or_none};
use crate::api::time::Time;

/// Maximum length of the load balancer addresses in a narrow table.
const LOAD_BALANCER_WIDTH: usize = 16;
/// Maximum number of ports or addresses of an EndpointSlice shown.
const SHOWN: usize = 3;

pub(super) fn row(service: &Value, wide: bool, now: Time) -> Vec<String> {
    let cluster_ip = service
        .list("spec.clusterIPs")
        .first()
        .and_then(Value::as_str)
        .unwrap_or("");
    vec![
        name(service),
        service.text("spec.type").to_owned(),
        or(cluster_ip, "<none>").to_owned(),
        external_ip(service, wide),
        ports(service),
        age(service, now),
        format_labels(service.map("spec.selector")),
    ]
}

fn external_ip(service: &Value, wide: bool) -> String {
    let external: Vec<&str> = service
        .list("spec.externalIPs")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    match service.text("spec.type") {
        "ClusterIP" | "NodePort" => joined_or_none(&external),
        "LoadBalancer" => {
            let balancer = load_balancer(service, wide);
            let known: Vec<&str> = Some(balancer.as_str())
                .filter(|text| !text.is_empty())
                .into_iter()
                .chain(external)
                .collect();
            if known.is_empty() {
                "<pending>".to_owned()
            } else {
                known.join(",")
            }
        }
        "ExternalName" => service.text("spec.externalName").to_owned(),
        _ => "<unknown>".to_owned(),
    }
}

/// Addresses (or host names) assigned by the load balancer, in order.
pub(crate) fn load_balancer(service: &Value, wide: bool) -> String {
    let mut addresses: Vec<&str> = service
        .list("status.loadBalancer.ingress")
        .iter()
        .map(|ingress| or(ingress.text("ip"), ingress.text("hostname")))
        .filter(|address| !address.is_empty())
        .collect();
    light::sort(&mut addresses, Ord::cmp);
    addresses.dedup();
    let text = addresses.join(",");
    if wide || text.len() <= LOAD_BALANCER_WIDTH {
        return text;
    }
    let cut: String = text.chars().take(LOAD_BALANCER_WIDTH - 3).collect();
    format!("{cut}...")
}

fn ports(service: &Value) -> String {
    let ports: Vec<String> = service
        .list("spec.ports")
        .iter()
        .map(|port| {
            let node_port = match port.int("nodePort") {
                number @ 1.. => format!(":{number}"),
                _ => String::new(),
            };
            // The API server defaults the protocol; a manifest without it means TCP.
            format!(
                "{}{node_port}/{}",
                port.int("port"),
                or(port.text("protocol"), "TCP")
            )
        })
        .collect();
    joined_or_none(&ports)
}

pub(super) fn endpoint_slice(slice: &Value, now: Time) -> Vec<String> {
    let ports: Vec<String> = slice
        .list("ports")
        .iter()
        .map(|port| {
            if port.has("port") {
                port.scalar("port")
            } else {
                "*".to_owned()
            }
        })
        .collect();
    let addresses: Vec<String> = slice
        .list("endpoints")
        .iter()
        .flat_map(|endpoint| endpoint.list("addresses"))
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    vec![
        name(slice),
        slice.text("addressType").to_owned(),
        first_few(&ports).unwrap_or_else(|| "<unset>".to_owned()),
        first_few(&addresses).unwrap_or_else(|| "<unset>".to_owned()),
        age(slice, now),
    ]
}

/// The first three texts, and the number of further ones.
pub(crate) fn first_few(texts: &[String]) -> Option<String> {
    let shown = texts
        .iter()
        .take(SHOWN)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(",");
    match texts.len() {
        0 => None,
        count if count > SHOWN => Some(format!("{shown} + {} more...", count - SHOWN)),
        _ => Some(shown),
    }
}

/// The cells of an Endpoints object.
#[must_use]
pub fn endpoints_row(endpoints: &Value, now: Time) -> Vec<String> {
    let addresses: Vec<String> = endpoints
        .list("subsets")
        .iter()
        .flat_map(|subset| {
            let ips = || {
                subset
                    .list("addresses")
                    .iter()
                    .map(|address| address.text("ip"))
            };
            let ports = subset.list("ports");
            if ports.is_empty() {
                ips().map(str::to_owned).collect::<Vec<_>>()
            } else {
                ports
                    .iter()
                    .flat_map(|port| ips().map(|ip| host_port(ip, port.int("port"))))
                    .collect()
            }
        })
        .collect();
    let text = first_few(&addresses).unwrap_or_default();
    let text = if endpoints.list("subsets").is_empty() {
        "<none>".to_owned()
    } else {
        text
    };
    vec![name(endpoints), text, age(endpoints, now)]
}

/// `10.0.0.1:80`, `[2001:db8::1]:80`.
pub(crate) fn host_port(host: &str, port: impl std::fmt::Display) -> String {
    if host.contains(':') {
        format!("[{host}]:{port}")
    } else {
        format!("{host}:{port}")
    }
}
