//! Descriptions of Namespaces and Nodes.

use serde_json::Value;

use super::page::Description;
use super::resources::{ResourceQuantities, add, amounts, of_pod, share};
use super::{Surroundings, labels_and_annotations};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::{Look, pairs};
use crate::api::time::Time;
use crate::print::{roles, time};

pub(super) fn namespace(page: &mut Description, namespace: &Value) {
    page.field(0, "Name", namespace.text("metadata.name"));
    labels_and_annotations(page, namespace);
    page.field(0, "Status", namespace.text("status.phase"));
    let conditions = namespace.list("status.conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        page.table(
            &["Type", "Status", "LastTransitionTime", "Reason", "Message"],
            conditions.iter().map(|condition| {
                vec![
                    condition.text("type").to_owned(),
                    condition.text("status").to_owned(),
                    time::rfc1123(condition.text("lastTransitionTime")),
                    condition.text("reason").to_owned(),
                    condition.text("message").to_owned(),
                ]
            }),
        );
    }
    // Quotas and limit ranges are not simulated.
    page.line(0, "\nNo resource quota.\n\nNo LimitRange resource.");
}

pub(super) fn node(page: &mut Description, node: &Value, neighbours: &dyn Surroundings, now: Time) {
    let (spec, status) = (node.at("spec"), node.at("status"));
    let name = node.text("metadata.name");
    page.field(0, "Name", name);
    page.field(0, "Roles", &roles(node));
    labels_and_annotations(page, node);
    page.field(
        0,
        "CreationTimestamp",
        &time::rfc1123(node.text("metadata.creationTimestamp")),
    );
    taints(page, spec.list("taints"));
    page.field(0, "Unschedulable", &spec.flag("unschedulable").to_string());
    // Nodes renew no leases here, in which case kubectl prints this.
    let lease = format!("Failed to get lease: leases.coordination.k8s.io \"{name}\" not found");
    page.field(0, "Lease", &lease);
    page.conditions(
        ("LastHeartbeatTime", "lastHeartbeatTime"),
        status.list("conditions"),
    );
    page.line(0, "Addresses:");
    for address in status.list("addresses") {
        page.field(1, address.text("type"), address.text("address"));
    }
    for (title, field) in [("Capacity", "capacity"), ("Allocatable", "allocatable")] {
        let Some(amounts) = status.map(field) else {
            continue;
        };
        page.line(0, &format!("{title}:"));
        for (resource, _) in pairs(Some(amounts)) {
            page.field(1, resource, &status.at(field).key(resource).scalar(""));
        }
    }
    system(page, status.at("nodeInfo"));
    page.field_if_any("PodCIDR", spec.text("podCIDR"));
    let ranges: Vec<&str> = spec
        .list("podCIDRs")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    page.field_if_any("PodCIDRs", &ranges.join(","));
    page.field_if_any("ProviderID", spec.text("providerID"));
    pods(page, node, neighbours, now);
}

/// The pods on the node, and their total requests and limits.
fn pods(page: &mut Description, node: &Value, neighbours: &dyn Surroundings, now: Time) {
    let name = node.text("metadata.name");
    let mut pods = neighbours.list(Kind::Pod, "");
    pods.retain(|pod| {
        pod.text("spec.nodeName") == name
            && !matches!(pod.text("status.phase"), "Succeeded" | "Failed")
    });
    let capacity = amounts(node.at("status.capacity"));
    let allocatable = amounts(node.at("status.allocatable"));
    let all = if allocatable.is_empty() {
        capacity
    } else {
        allocatable
    };
    page.field(
        0,
        "Non-terminated Pods",
        &format!("({} in total)", pods.len()),
    );
    let columns = [
        "Namespace",
        "Name",
        "",
        "CPU Requests",
        "CPU Limits",
        "Memory Requests",
        "Memory Limits",
        "Age",
    ];
    let (mut requests, mut limits) = (ResourceQuantities::new(), ResourceQuantities::new());
    let rows: Vec<Vec<String>> = pods
        .iter()
        .map(|pod| {
            let (asked, limited) = (of_pod(pod, "requests"), of_pod(pod, "limits"));
            add(&mut requests, &asked);
            add(&mut limits, &limited);
            let mut cells = vec![
                pod.text("metadata.namespace").to_owned(),
                pod.text("metadata.name").to_owned(),
                String::new(),
            ];
            for resource in ["cpu", "memory"] {
                cells.extend([
                    share(&asked, &all, resource),
                    share(&limited, &all, resource),
                ]);
            }
            cells.push(time::since(pod.text("metadata.creationTimestamp"), now));
            cells
        })
        .collect();
    page.table(&columns, rows.into_iter());
    page.line(0, "Allocated resources:");
    page.line(
        1,
        "(Total limits may be over 100 percent, i.e., overcommitted.)",
    );
    let huge_pages = all
        .keys()
        .filter(|resource| resource.starts_with("hugepages-"))
        .map(String::as_str);
    let shared = ["cpu", "memory", "ephemeral-storage"]
        .into_iter()
        .chain(huge_pages);
    let mut rows: Vec<Vec<String>> = shared
        .map(|resource| {
            vec![
                resource.to_owned(),
                share(&requests, &all, resource),
                share(&limits, &all, resource),
            ]
        })
        .collect();
    let extended = all.keys().filter(|resource| {
        !matches!(
            resource.as_str(),
            "cpu" | "memory" | "ephemeral-storage" | "pods"
        ) && !resource.starts_with("hugepages-")
    });
    rows.extend(extended.map(|resource| {
        let amount = |amounts: &ResourceQuantities| {
            amounts
                .get(resource)
                .map_or_else(|| "0".to_owned(), ToString::to_string)
        };
        vec![resource.clone(), amount(&requests), amount(&limits)]
    }));
    page.table(&["Resource", "Requests", "Limits"], rows.into_iter());
}

fn taints(page: &mut Description, taints: &[Value]) {
    let mut taints: Vec<&Value> = taints.iter().collect();
    light::sort(&mut taints, |a, b| {
        let keys = || a.text("key").cmp(b.text("key"));
        a.text("effect").cmp(b.text("effect")).then_with(keys)
    });
    let lines: Vec<String> = taints
        .into_iter()
        .map(
            |taint| match (taint.text("key"), taint.text("value"), taint.text("effect")) {
                (key, "", "") => key.to_owned(),
                (key, "", effect) => format!("{key}:{effect}"),
                (key, value, "") => format!("{key}={value}:"),
                (key, value, effect) => format!("{key}={value}:{effect}"),
            },
        )
        .collect();
    page.lines("", "Taints", &lines);
}

fn system(page: &mut Description, info: &Value) {
    page.line(0, "System Info:");
    for (title, field) in [
        ("Machine ID", "machineID"),
        ("System UUID", "systemUUID"),
        ("Boot ID", "bootID"),
        ("Kernel Version", "kernelVersion"),
        ("OS Image", "osImage"),
        ("Operating System", "operatingSystem"),
        ("Architecture", "architecture"),
        ("Container Runtime Version", "containerRuntimeVersion"),
        ("Kubelet Version", "kubeletVersion"),
        ("Kube-Proxy Version", "kubeProxyVersion"),
    ] {
        page.field(1, title, info.text(field));
    }
}
