//! Services (`pkg/apis/core/validation/validation.go`, ValidateService).

use super::handler::port_number_or_name;
use super::meta;
use super::node::{FieldNode, Report};
use super::pod::ip_address;
use crate::api::{go, names};
use serde_json::Value;
use std::collections::BTreeSet;

/// Validates a Service. Addresses and node ports that the store has yet to assign may be missing.
pub(super) fn service(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    if let Some(old) = old {
        changes(&FieldNode::root(old, "spec"), &spec, report);
    }
    let ty = spec.field("type");
    let headless = is_headless(spec.value);
    let ports = spec.field("ports");
    if ports.len() == 0 && !headless && ty.text() != "ExternalName" {
        report.required(&ports, "");
    }
    by_type(&spec, headless, report);
    let mut names_seen = BTreeSet::new();
    ports.each(|_, each| port(&each, ports.len() > 1, &mut names_seen, report));
    meta::labels(&spec.field("selector"), report);
    affinity(&spec, report);
    if ty.text() != "ExternalName" {
        cluster_ips(&spec, report);
    }
    spec.field("externalIPs")
        .each(|_, ip| ip_address(&ip, report));
    report.one_of(
        &ty,
        &["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"],
    );
    port_duplicates(&spec, report);
    source_ranges(&spec, report);
    traffic(&spec, report);
}

fn is_headless(spec: &Value) -> bool {
    let ips = spec["clusterIPs"].as_array();
    spec["clusterIP"] == "None" || ips.is_some_and(|ips| matches!(&ips[..], [ip] if ip == "None"))
}

fn by_type(spec: &FieldNode<'_, '_>, headless: bool, report: &mut Report) {
    let ips = spec.field("clusterIPs");
    match spec.field("type").text() {
        ty @ ("LoadBalancer" | "NodePort") if headless => {
            report.invalid_value(
                &ips.index(0),
                "\"None\"",
                &format!("may not be set to 'None' for {ty} services"),
            );
        }
        "ExternalName" => {
            for name in ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] {
                if spec.field(name).is_set() {
                    report.forbidden(
                        &spec.field(name),
                        "may not be set for ExternalName services",
                    );
                }
            }
            let name = spec.field("externalName");
            let host = name.text().strip_suffix('.').unwrap_or(name.text());
            if host.is_empty() {
                report.required(&name, "");
            }
            for complaint in names::dns1123_subdomain(host)
                .iter()
                .filter(|_| !host.is_empty())
            {
                report.invalid_value(&name, &go::quote(host), complaint);
            }
        }
        _ => {}
    }
}

fn port(
    port: &FieldNode<'_, '_>,
    needs_name: bool,
    names_seen: &mut BTreeSet<String>,
    report: &mut Report,
) {
    let (name, number) = (port.field("name"), port.field("port"));
    if name.text().is_empty() {
        if needs_name {
            report.required(&name, "");
        }
    } else {
        report.complaints(&name, &names::dns1123_label(name.text()));
        if !names_seen.insert(name.text().to_owned()) {
            report.duplicate(&name);
        }
    }
    let shown = number.int().unwrap_or(0);
    for complaint in names::port_number(shown) {
        report.invalid_value(&number, &shown.to_string(), &complaint);
    }
    report.one_of(&port.field("protocol"), &["SCTP", "TCP", "UDP"]);
    port_number_or_name(&port.field("targetPort"), report);
    let protocol = port.field("appProtocol");
    if protocol.is_set() {
        report.complaints(&protocol, &names::qualified_name(protocol.text()));
    }
}

fn affinity(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let affinity = spec.field("sessionAffinity");
    report.one_of(&affinity, &["ClientIP", "None"]);
    let config = spec.field("sessionAffinityConfig");
    let client = config.field("clientIP");
    let timeout = client.field("timeoutSeconds");
    match affinity.text() {
        "ClientIP" if !timeout.is_set() => {
            let at = if !config.is_set() {
                &config
            } else if !client.is_set() {
                &client
            } else {
                &timeout
            };
            report.required(at, "when session affinity type is ClientIP");
        }
        "ClientIP" if !(1..=86_400).contains(&timeout.int().unwrap_or(0)) => {
            report.invalid(&timeout, "must be greater than 0 and less than 86400");
        }
        "None" if config.is_set() => {
            report.forbidden(&config, "must not be set when session affinity is None")
        }
        _ => {}
    }
}

fn cluster_ips(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let (ip, ips) = (spec.field("clusterIP"), spec.field("clusterIPs"));
    if ip.text().is_empty() {
        if ips.len() > 0 {
            report.invalid(&ips, "must be empty when `clusterIP` is not specified");
        }
    } else if ips.len() > 0 && ips.index(0).text() != ip.text() {
        report.invalid(&ips, "first value must match `clusterIP`");
    }
    let families = spec.field("ipFamilies");
    let mut seen = BTreeSet::new();
    families.each(|_, family| {
        report.optional_one_of(&family, &["IPv4", "IPv6"]);
        if !seen.insert(family.text().to_owned()) {
            report.duplicate(&family);
        }
    });
    report.optional_one_of(
        &spec.field("ipFamilyPolicy"),
        &["PreferDualStack", "RequireDualStack", "SingleStack"],
    );
    if ips.len() == 0 && !ip.text().is_empty() && ip.text() != "None" {
        // The store copies the address into the list, where the fault is reported.
        let list = spec.field("clusterIPs");
        ip_address(
            &FieldNode {
                value: ip.value,
                ..list.index(0)
            },
            report,
        );
    }
    ips.each(|index, each| {
        if index == 0 && each.text() == "None" {
            if ips.len() > 1 {
                report.invalid(&ips, "'None' must be the first and only value");
            }
        } else {
            ip_address(&each, report);
        }
    });
    if ips.len() > 2 {
        report.invalid(&ips, "may only hold up to 2 values");
    }
}

fn port_duplicates(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let ports = spec.field("ports");
    if spec.field("type").text() == "ClusterIP" {
        ports.each(|_, port| {
            if port.field("nodePort").int().unwrap_or(0) != 0 {
                report.forbidden(
                    &port.field("nodePort"),
                    "may not be used when `type` is 'ClusterIP'",
                );
            }
        });
    }
    for field in ["nodePort", "port"] {
        let mut seen = BTreeSet::new();
        ports.each(|_, port| {
            let (number, protocol) = (port.field(field), port.field("protocol"));
            let value = number.int().unwrap_or(0);
            if (field == "nodePort" && value == 0) || seen.insert((protocol.text().to_owned(), value)) {
                return;
            }
            if field == "nodePort" {
                report.duplicate(&number);
            } else {
                // The key of upstream's map in its Go struct format.
                let shown = format!(
                    "{{\"Name\":\"\",\"Protocol\":{},\"AppProtocol\":null,\"Port\":{value},\"TargetPort\":0,\"NodePort\":0}}",
                    go::json(protocol.value)
                );
                report.duplicate_value(&port, &shown);
            }
        });
    }
}

fn source_ranges(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let ranges = spec.field("loadBalancerSourceRanges");
    // Upstream capitalizes this path.
    let at = FieldNode {
        value: ranges.value,
        ..spec.named("LoadBalancerSourceRanges")
    };
    if ranges.len() > 0 && spec.field("type").text() != "LoadBalancer" {
        report.forbidden(&at, "may only be used when `type` is 'LoadBalancer'");
    }
    at.each(|_, range| {
        let text = range.text().trim();
        let valid = text.split_once('/').is_some_and(|(ip, bits)| {
            let limit = match ip.parse() {
                Ok(std::net::IpAddr::V4(_)) => 32,
                Ok(std::net::IpAddr::V6(_)) => 128,
                Err(_) => return false,
            };
            bits.parse::<u8>().is_ok_and(|bits| bits <= limit)
        });
        if !valid {
            let detail = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";
            report.invalid_value(&range, &go::quote(text), detail);
        }
    });
}

fn traffic(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let ty = spec.field("type").text();
    let balanced = ty == "LoadBalancer";
    let only_balanced = "may only be used when `type` is 'LoadBalancer'";
    if spec.field("allocateLoadBalancerNodePorts").is_set() && !balanced {
        report.forbidden(&spec.field("allocateLoadBalancerNodePorts"), only_balanced);
    }
    let class = spec.field("loadBalancerClass");
    if class.is_set() && balanced {
        report.complaints(&class, &names::qualified_name(class.text()));
    } else if class.is_set() {
        report.forbidden(&class, only_balanced);
    }
    let external = spec.field("externalTrafficPolicy");
    let reachable =
        balanced || ty == "NodePort" || (ty == "ClusterIP" && spec.field("externalIPs").len() > 0);
    if reachable {
        report.optional_one_of(&external, &["Cluster", "Local"]);
    } else if !external.text().is_empty() {
        report.invalid(
            &external,
            "may only be set for externally-accessible services",
        );
    }
    let health = spec.field("healthCheckNodePort");
    if health.int().unwrap_or(0) != 0 && !(balanced && external.text() == "Local") {
        report.invalid(
            &health,
            "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        );
    }
    report.optional_one_of(&spec.field("internalTrafficPolicy"), &["Cluster", "Local"]);
    const DISTRIBUTIONS: [&str; 3] = ["PreferClose", "PreferSameZone", "PreferSameNode"];
    report.optional_one_of(&spec.field("trafficDistribution"), &DISTRIBUTIONS);
}

/// Validates immutable fields; an omitted address keeps its value.
fn changes(old: &FieldNode<'_, '_>, new: &FieldNode<'_, '_>, report: &mut Report) {
    let external = |spec: &FieldNode<'_, '_>| spec.field("type").text() == "ExternalName";
    if external(old) || external(new) || (is_headless(old.value) && is_headless(new.value)) {
        return;
    }
    let list = |spec: &Value| match (&spec["clusterIPs"], &spec["clusterIP"]) {
        (Value::Array(ips), _) if !ips.is_empty() => ips.clone(),
        (_, Value::String(ip)) if !ip.is_empty() => vec![Value::from(ip.clone())],
        _ => Vec::new(),
    };
    let (before, after) = (list(old.value), list(new.value));
    let ips = new.field("clusterIPs");
    let shown = go::json(&Value::from(after.clone()));
    for (index, (before, after)) in before.iter().zip(&after).enumerate() {
        if before != after {
            report.invalid_value(&ips.index(index), &shown, "may not change once set");
        }
    }
}
