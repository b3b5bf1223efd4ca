//! Pods and pod templates (`pkg/apis/core/validation/validation.go`, ValidatePodSpec and its callers).

use super::container::{self, ValidatedContainers};
use super::meta;
use super::node::{FieldNode, Report, render};
use super::{resources, scheduling, security, volume};
use crate::api::{go, names};
use serde_json::{Value, json};

/// Context of validating a pod's spec.
#[derive(Clone, Copy)]
pub(super) struct PodContext<'c> {
    /// Whether it is a real pod, not a template.
    pub is_pod: bool,
    /// Name of the pod.
    pub pod_name: &'c str,
    /// Names of the volumes that a StatefulSet's claim templates will add.
    pub claim_templates: &'c [&'c str],
}

impl PodContext<'_> {
    /// The context of a template without volumes from elsewhere.
    pub fn template() -> Self {
        Self {
            is_pod: false,
            pod_name: "",
            claim_templates: &[],
        }
    }
}

/// Validates a pod template.
pub(super) fn template(at: &FieldNode<'_, '_>, context: &PodContext<'_>, report: &mut Report) {
    let (metadata, spec) = (at.field("metadata"), at.field("spec"));
    // Upstream leaves `metadata` out of these paths.
    let labels = metadata.field("labels");
    meta::labels(
        &FieldNode {
            value: labels.value,
            ..at.field("labels")
        },
        report,
    );
    let annotations = FieldNode {
        value: metadata.field("annotations").value,
        ..at.field("annotations")
    };
    meta::annotations(&annotations, report);
    pod_annotations(&annotations, &spec, report);
    pod_spec(&spec, context, report);
    if spec.field("ephemeralContainers").len() > 0 {
        report.forbidden(
            &spec.field("ephemeralContainers"),
            "ephemeral containers not allowed in pod template",
        );
    }
}

/// Validates a pod.
pub(super) fn pod(old: Option<&Value>, new: &Value, report: &mut Report) {
    let (metadata, spec) = (
        FieldNode::root(new, "metadata"),
        FieldNode::root(new, "spec"),
    );
    pod_annotations(&metadata.field("annotations"), &spec, report);
    let context = PodContext {
        is_pod: true,
        pod_name: metadata.field("name").text(),
        claim_templates: &[],
    };
    pod_spec(&spec, &context, report);
    for list in ["containers", "initContainers"] {
        spec.field(list).each(|_, container| {
            let image = container.field("image");
            if image.text().trim() != image.text() {
                report.invalid(&image, "must not have leading or trailing whitespace");
            }
        });
    }
    match old {
        Some(old) => changes(&FieldNode::root(old, "spec"), &spec, report),
        None => {
            if spec.field("ephemeralContainers").len() > 0 {
                report.forbidden(
                    &spec.field("ephemeralContainers"),
                    "cannot be set on create",
                );
            }
            if !spec.field("nodeName").text().is_empty() && spec.field("schedulingGates").len() > 0
            {
                report.forbidden(
                    &spec.field("nodeName"),
                    "cannot be set until all schedulingGates have been cleared",
                );
            }
        }
    }
}

/// Validates the annotations with a meaning for pods.
fn pod_annotations(annotations: &FieldNode<'_, '_>, spec: &FieldNode<'_, '_>, report: &mut Report) {
    let mirror = annotations.key("kubernetes.io/config.mirror");
    if mirror.is_set() && spec.field("nodeName").text().is_empty() {
        report.invalid(
            &mirror,
            "must set spec.nodeName if mirror pod annotation is set",
        );
    }
    let cost = annotations.key("controller.kubernetes.io/pod-deletion-cost");
    // Plus signs and leading zeros are refused.
    let valid = |text: &str| {
        text.parse::<i32>().is_ok()
            && (text == "0" || text.starts_with(['-', '1', '2', '3', '4', '5', '6', '7', '8', '9']))
    };
    if cost.is_set() && !valid(cost.text()) {
        report.invalid(&cost, "must be a 32bit integer");
    }
}

fn pod_spec(spec: &FieldNode<'_, '_>, context: &PodContext<'_>, report: &mut Report) {
    if !spec.field("terminationGracePeriodSeconds").is_set() {
        report.required(&spec.field("terminationGracePeriodSeconds"), "");
    }
    let volumes = volume::volumes(&spec.field("volumes"), context, report);
    resource_claims(&spec.field("resourceClaims"), report);
    let containers = ValidatedContainers { spec, volumes };
    containers.regular(report);
    containers.init(report);
    containers.ephemeral(report);
    resources::pod_level(spec, report);
    if spec.field("hostNetwork").is_true() {
        host_ports(&spec.field("containers"), context.is_pod, report);
    }
    report.one_of(
        &spec.field("restartPolicy"),
        &["Always", "OnFailure", "Never"],
    );
    report.one_of(
        &spec.field("dnsPolicy"),
        &["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"],
    );
    meta::labels(&spec.field("nodeSelector"), report);
    security::pod(spec, report);
    scheduling::affinity(&spec.field("affinity"), report);
    dns_config(spec, report);
    spec.field("readinessGates").each(|_, gate| {
        let condition = gate.field("conditionType");
        report.complaints(&condition, &names::qualified_name(condition.text()));
    });
    scheduling_gates(&spec.field("schedulingGates"), report);
    scheduling::spread(&spec.field("topologySpreadConstraints"), report);
    host_users(spec, report);
    names_and_numbers(spec, report);
    container::file_key_volumes(spec, report);
}

fn resource_claims(claims: &FieldNode<'_, '_>, report: &mut Report) {
    let mut seen: Vec<&str> = Vec::new();
    claims.each(|_, claim| {
        let name = claim.field("name");
        if name.text().is_empty() {
            report.required(&name, "");
        } else if seen.contains(&name.text()) {
            report.duplicate(&name);
        } else {
            report.complaints(&name, &names::dns1123_label(name.text()));
            seen.push(claim.value["name"].as_str().unwrap_or(""));
        }
        let sources = [claim.field("resourceClaimName"), claim.field("resourceClaimTemplateName")];
        match sources.iter().filter(|source| source.is_set()).count() {
            0 => report.invalid(&claim, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"),
            1 => {}
            _ => report.invalid(&claim, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"),
        }
        for source in sources.iter().filter(|source| source.is_set()) {
            report.complaints(source, &names::dns1123_subdomain(source.text()));
        }
    });
}

/// On the host network, a container's port must be the host port.
fn host_ports(containers: &FieldNode<'_, '_>, is_pod: bool, report: &mut Report) {
    containers.each(|_, container| {
        container.field("ports").each(|_, port| {
            let (host, container) = (port.field("hostPort"), port.field("containerPort"));
            let number = host.int().unwrap_or(0);
            if (is_pod || number != 0) && number != container.int().unwrap_or(0) {
                report.invalid_value(
                    &host,
                    &number.to_string(),
                    "must match `containerPort` when `hostNetwork` is true",
                );
            }
        });
    });
}

fn dns_config(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let config = spec.field("dnsConfig");
    let servers = config.field("nameservers");
    if spec.field("dnsPolicy").text() == "None" {
        if !config.is_set() {
            return report.required(&config, "must provide `dnsConfig` when `dnsPolicy` is None");
        }
        if servers.len() == 0 {
            return report.required(
                &servers,
                "must provide at least one DNS nameserver when `dnsPolicy` is None",
            );
        }
    }
    if servers.len() > 3 {
        report.invalid(&servers, "must not have more than 3 nameservers");
    }
    servers.each(|_, server| ip_address(&server, report));
    let searches = config.field("searches");
    if searches.len() > 32 {
        report.invalid(&searches, "must not have more than 32 search paths");
    }
    let mut length = searches.len().saturating_sub(1);
    searches.each(|_, search| length += search.text().len());
    if length > 2048 {
        report.invalid(
            &searches,
            "must not have more than 2048 characters (including spaces) in the search list",
        );
    }
    searches.each(|_, search| {
        let name = search.text().strip_suffix('.').unwrap_or(search.text());
        // Search paths may contain underscores since 1.32, and may be a single dot.
        if search.text() != "." {
            for complaint in names::dns1123_subdomain_with_underscore(name) {
                report.invalid_value(&search, &go::quote(name), &complaint);
            }
        }
    });
    config.field("options").each(|_, option| {
        if option.field("name").text().is_empty() {
            report.required(&option, "must not be empty");
        }
    });
}

/// Validates an IP address of either family.
pub(super) fn ip_address(at: &FieldNode<'_, '_>, report: &mut Report) {
    if at.text().parse::<std::net::IpAddr>().is_err() {
        report.invalid(
            at,
            "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        );
    }
}

fn scheduling_gates(gates: &FieldNode<'_, '_>, report: &mut Report) {
    let mut seen: Vec<&str> = Vec::new();
    gates.each(|_, gate| {
        let name = gate.value["name"].as_str().unwrap_or("");
        meta::label_key(&gate, name, report);
        if seen.contains(&name) {
            report.duplicate_value(&gate, &go::quote(name));
        }
        seen.push(name);
    });
}

fn host_users(spec: &FieldNode<'_, '_>, report: &mut Report) {
    if spec.field("hostUsers").value != &Value::Bool(false) {
        return;
    }
    // Upstream capitalizes these two.
    for (field, shown) in [("hostPID", "HostPID"), ("hostIPC", "HostIPC")] {
        if spec.field(field).is_true() {
            report.forbidden(&spec.named(shown), "when `hostUsers` is false");
        }
    }
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        spec.field(list).each(|_, container| {
            if container.field("volumeDevices").len() > 0 {
                report.forbidden(
                    &container.field("volumeDevices"),
                    "when `hostUsers` is false",
                );
            }
        });
    }
}

fn names_and_numbers(spec: &FieldNode<'_, '_>, report: &mut Report) {
    host_name_override(spec, report);
    let mut check = |name: &str, rule: fn(&str) -> names::Complaints| {
        let field = spec.field(name);
        if !field.text().is_empty() {
            report.complaints(&field, &rule(field.text()));
        }
    };
    check("serviceAccountName", names::dns1123_subdomain);
    check("nodeName", names::dns1123_subdomain);
    let deadline = spec.field("activeDeadlineSeconds");
    if deadline
        .int()
        .is_some_and(|seconds| !(1..=i64::from(i32::MAX)).contains(&seconds))
    {
        report.invalid(&deadline, "must be between 1 and 2147483647, inclusive");
    }
    for name in ["hostname", "subdomain"] {
        let field = spec.field(name);
        if !field.text().is_empty() {
            report.complaints(&field, &names::dns1123_label(field.text()));
        }
    }
    scheduling::tolerations(&spec.field("tolerations"), report);
    spec.field("hostAliases").each(|_, alias| {
        ip_address(&alias.field("ip"), report);
        alias
            .field("hostnames")
            .each(|_, name| report.complaints(&name, &names::dns1123_subdomain(name.text())));
    });
    for name in ["priorityClassName", "runtimeClassName"] {
        let field = spec.field(name);
        if !field.text().is_empty() || (field.is_set() && name == "runtimeClassName") {
            report.complaints(&field, &names::dns1123_subdomain(field.text()));
        }
    }
    let preemption = spec.field("preemptionPolicy");
    if preemption.is_set() {
        report.one_of(&preemption, &["PreemptLowerPriority", "Never"]);
    }
    resources::list(
        &spec.field("overhead"),
        &spec.field("overhead").named("limits"),
        report,
    );
    let os = spec.field("os");
    let os_name = os.field("name");
    if os.is_set() {
        if os_name.text().is_empty() {
            report.required(&os_name, "cannot be empty");
        } else {
            report.optional_one_of(&os_name, &["linux", "windows"]);
        }
    }
}

fn host_name_override(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let name = spec.field("hostnameOverride");
    if !name.is_set() {
        return;
    }
    if spec.field("setHostnameAsFQDN").is_true() {
        report.forbidden(&name, "may not be specified when setHostnameAsFQDN is true");
    }
    if spec.field("hostNetwork").is_true() {
        report.forbidden(&name, "may not be specified when hostNetwork is true");
    }
    if name.text().len() > 64 {
        report.too_long(&name, 64);
    }
    report.complaints(&name, &names::dns1123_subdomain(name.text()));
}

/// Validates that only mutable fields of a pod changed.
fn changes(old: &FieldNode<'_, '_>, new: &FieldNode<'_, '_>, report: &mut Report) {
    for list in ["containers", "initContainers"] {
        let (old, new) = (old.field(list), new.field(list));
        if old.len() != new.len() {
            return report.forbidden(&new, "pod updates may not add or remove containers");
        }
    }
    let (was, deadline) = (
        old.field("activeDeadlineSeconds"),
        new.field("activeDeadlineSeconds"),
    );
    match (was.int(), deadline.int()) {
        (Some(before), Some(after)) if before < after => {
            return report.invalid(&deadline, "must be less than or equal to previous value");
        }
        (Some(_), None) => report.invalid(
            &deadline,
            "must not update from a positive integer to nil value",
        ),
        _ => {}
    }
    scheduling::only_added_tolerations(
        &old.field("tolerations"),
        &new.field("tolerations"),
        report,
    );
    new.field("schedulingGates").each(|_, gate| {
        let known = old.field("schedulingGates");
        if !known
            .value
            .as_array()
            .is_some_and(|gates| gates.contains(gate.value))
        {
            let name = gate.field("name");
            report.forbidden(
                &name,
                &format!(
                    "only deletion is allowed, but found new scheduling gate '{}'",
                    name.text()
                ),
            );
        }
    });
    let comparable = comparable(new.value, old.value);
    if comparable != *old.value {
        let mut detail = "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)".to_owned();
        // Upstream's diff prints Go structs; this one lists the fields.
        difference("", old.value, &comparable, &mut detail);
        report.forbidden(new, &detail);
    }
}

/// The new spec with all mutable fields reset to their old values.
fn comparable(new: &Value, old: &Value) -> Value {
    let mut spec = new.clone();
    for list in ["containers", "initContainers"] {
        let containers = spec
            .get_mut(list)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten();
        for (index, container) in containers.enumerate() {
            container["image"] = old[list][index]["image"].clone();
        }
    }
    let mut put_back = |name: &str| match (old.get(name), spec.as_object_mut()) {
        (Some(value), Some(fields)) => _ = fields.insert(name.to_owned(), value.clone()),
        (None, Some(fields)) => _ = fields.remove(name),
        _ => {}
    };
    for name in ["activeDeadlineSeconds", "schedulingGates", "tolerations"] {
        put_back(name);
    }
    let grace = "terminationGracePeriodSeconds";
    if old[grace].as_i64().is_some_and(|seconds| seconds < 0) && new[grace] == json!(1) {
        put_back(grace);
    }
    spec
}

/// Appends a line for each field that differs: `- path: old` and `+ path: new`.
pub(super) fn difference(path: &str, old: &Value, new: &Value, out: &mut String) {
    if old == new {
        return;
    }
    if let (Value::Object(a), Value::Object(b)) = (old, new) {
        let dot = if path.is_empty() { "" } else { "." };
        for key in a.keys().chain(b.keys().filter(|key| !a.contains_key(*key))) {
            let value = |fields: &serde_json::Map<String, Value>| {
                fields.get(key).cloned().unwrap_or(Value::Null)
            };
            difference(&format!("{path}{dot}{key}"), &value(a), &value(b), out);
        }
        return;
    }
    if let (Value::Array(a), Value::Array(b)) = (old, new)
        && a.len() == b.len()
    {
        for (index, (x, y)) in a.iter().zip(b).enumerate() {
            difference(&format!("{path}[{index}]"), x, y, out);
        }
        return;
    }
    for (sign, value) in [('-', old), ('+', new)] {
        if !value.is_null() {
            out.push_str(&format!("\n{sign} {path}: {}", render(value)));
        }
    }
}
