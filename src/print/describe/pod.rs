//! Descriptions of pods.

use serde_json::Value;

use super::containers::{containers, resources, seccomp};
use super::page::Description;
use super::volumes::volumes;
use super::workloads::controlled_by;
use super::{labels_and_annotations, terminating};
use crate::api::look::{Look, pairs};
use crate::api::time::Time;
use crate::print::time;

pub(super) fn describe(page: &mut Description, pod: &Value, now: Time) {
    let (spec, status) = (pod.at("spec"), pod.at("status"));
    placement(page, pod);
    labels_and_annotations(page, pod);
    let finished = matches!(status.text("phase"), "Succeeded" | "Failed");
    match terminating(pod, now).filter(|_| !finished) {
        Some(text) => {
            page.field(0, "Status", &text);
            let grace = format!("{}s", pod.int("metadata.deletionGracePeriodSeconds"));
            page.field(0, "Termination Grace Period", &grace);
        }
        None => page.field(0, "Status", status.text("phase")),
    }
    page.field_if_any("Reason", status.text("reason"));
    page.field_if_any("Message", status.text("message"));
    seccomp(page, spec.at("securityContext.seccompProfile"), 0);
    page.field(0, "IP", status.text("podIP"));
    addresses(page, status.list("podIPs"));
    controlled_by(page, pod);
    page.field_if_any("NominatedNodeName", status.text("nominatedNodeName"));
    if spec.has("resources") {
        page.line(0, "Resources:");
        resources(page, spec.at("resources"), 1);
    }
    for (title, field, statuses) in [
        ("Init Containers", "initContainers", "initContainerStatuses"),
        ("Containers", "containers", "containerStatuses"),
        (
            "Ephemeral Containers",
            "ephemeralContainers",
            "ephemeralContainerStatuses",
        ),
    ] {
        if field == "containers" || !spec.list(field).is_empty() {
            containers(
                page,
                title,
                spec.list(field),
                Some((pod, status.list(statuses))),
                "",
            );
        }
    }
    conditions(page, pod);
    volumes(page, spec.list("volumes"), "");
    page.field(0, "QoS Class", quality_of_service(pod));
    page.labels("", "Node-Selectors", spec.map("nodeSelector"));
    page.tolerations("", spec.list("tolerations"));
    page.spread_constraints("", spec.list("topologySpreadConstraints"));
}

fn placement(page: &mut Description, pod: &Value) {
    let (spec, status) = (pod.at("spec"), pod.at("status"));
    page.field(0, "Name", pod.text("metadata.name"));
    page.field(0, "Namespace", pod.text("metadata.namespace"));
    if spec.has("priority") {
        page.field(0, "Priority", &spec.int("priority").to_string());
    }
    page.field_if_any("Priority Class Name", spec.text("priorityClassName"));
    page.field_if_any("Runtime Class Name", spec.text("runtimeClassName"));
    page.field_if_any("Service Account", spec.text("serviceAccountName"));
    match spec.text("nodeName") {
        "" => page.field(0, "Node", "<none>"),
        node => page.field(0, "Node", &format!("{node}/{}", status.text("hostIP"))),
    }
    if status.has("startTime") {
        page.field(0, "Start Time", &time::rfc1123(status.text("startTime")));
    }
}

fn addresses(page: &mut Description, addresses: &[Value]) {
    if addresses.is_empty() {
        page.field(0, "IPs", "<none>");
        return;
    }
    page.line(0, "IPs:");
    for address in addresses {
        page.field(1, "IP", address.text("ip"));
    }
}

fn conditions(page: &mut Description, pod: &Value) {
    let conditions = pod.list("status.conditions");
    // Both columns end with a space, as in kubectl.
    let mut table = |title: &str, rows: Vec<(&str, &str)>| {
        if rows.is_empty() {
            return;
        }
        page.line(0, title);
        page.line(1, "Type\tStatus");
        for (kind, status) in rows {
            page.line(1, &format!("{kind} \t{status} "));
        }
    };
    let status_of = |kind: &str| {
        let found = conditions
            .iter()
            .find(|condition| condition.text("type") == kind);
        found.map_or("<none>", |condition| condition.text("status"))
    };
    let gates = pod
        .list("spec.readinessGates")
        .iter()
        .map(|gate| gate.text("conditionType"));
    table(
        "Readiness Gates:",
        gates.map(|kind| (kind, status_of(kind))).collect(),
    );
    let all = conditions
        .iter()
        .map(|condition| (condition.text("type"), condition.text("status")));
    table("Conditions:", all.collect());
}

/// The class in the status, or else the one that follows from the resources
/// (`staging/src/k8s.io/kubectl/pkg/util/qos/qos.go`).
fn quality_of_service(pod: &Value) -> &str {
    let known = pod.text("status.qosClass");
    if !known.is_empty() {
        return known;
    }
    let all: Vec<&Value> = pod
        .list("spec.initContainers")
        .iter()
        .chain(pod.list("spec.containers"))
        .collect();
    let counted = |container: &&Value, field: &str| {
        pairs(container.map(field))
            .iter()
            .any(|(name, _)| matches!(*name, "cpu" | "memory"))
    };
    if !all.iter().any(|container| {
        counted(container, "resources.limits") || counted(container, "resources.requests")
    }) {
        return "BestEffort";
    }
    let guaranteed = all.iter().all(|container| {
        let (limits, requests) = (
            container.at("resources.limits"),
            container.at("resources.requests"),
        );
        ["cpu", "memory"].iter().all(|name| {
            let limit = limits.key(name);
            !limit.is_null() && (requests.key(name).is_null() || requests.key(name) == limit)
        })
    });
    if guaranteed {
        "Guaranteed"
    } else {
        "Burstable"
    }
}
