//! Rows of Nodes.

use crate::api::light;
use serde_json::Value;

use super::{age, name, or};
use crate::api::look::{Look, joined_or_none, pairs};
use crate::api::time::Time;

pub(super) fn row(node: &Value, now: Time) -> Vec<String> {
    let address = |kind: &str| {
        let found = node
            .list("status.addresses")
            .iter()
            .find(|address| address.text("type") == kind);
        found
            .map_or("<none>", |address| address.text("address"))
            .to_owned()
    };
    let known = |field: &str| or(node.at("status.nodeInfo").text(field), "<unknown>").to_owned();
    vec![
        name(node),
        status(node),
        roles(node),
        age(node, now),
        node.text("status.nodeInfo.kubeletVersion").to_owned(),
        address("InternalIP"),
        address("ExternalIP"),
        known("osImage"),
        known("kernelVersion"),
        known("containerRuntimeVersion"),
    ]
}

fn status(node: &Value) -> String {
    let ready = node
        .list("status.conditions")
        .iter()
        .rfind(|condition| condition.text("type") == "Ready");
    let status = match ready.map(|condition| condition.text("status")) {
        None => "Unknown",
        Some("True") => "Ready",
        Some(_) => "NotReady",
    };
    if node.flag("spec.unschedulable") {
        format!("{status},SchedulingDisabled")
    } else {
        status.to_owned()
    }
}

/// Roles from the labels `node-role.kubernetes.io/ROLE` and `kubernetes.io/role=ROLE`.
pub(crate) fn roles(node: &Value) -> String {
    let mut roles: Vec<&str> = pairs(node.map("metadata.labels"))
        .into_iter()
        .filter_map(
            |(key, value)| match key.strip_prefix("node-role.kubernetes.io/") {
                Some(role) => Some(role),
                None if key == "kubernetes.io/role" => Some(value),
                None => None,
            },
        )
        .filter(|role| !role.is_empty())
        .collect();
    light::sort(&mut roles, Ord::cmp);
    roles.dedup();
    joined_or_none(&roles)
}
