//! Kinds that are only stored (`pkg/apis/{apps,batch,networking,policy,core,scheduling,rbac}/validation`): what
//! manifests get wrong most often. Whatever only their controllers would find is not checked.

use super::apps::{
    at_most_100_percent, immutable_selector, int_or_percent, matching_labels, only_always,
    selector_itself,
};
use super::meta;
use super::node::{FieldNode, Report};
use super::pod::{self, PodContext};
use crate::api::go;
use crate::api::kind::Kind;
use crate::api::names;
use crate::api::quantity::Quantity;
use serde_json::Value;

pub(super) fn validate(kind: Kind, old: Option<&Value>, new: &Value, report: &mut Report) {
    match kind {
        Kind::DaemonSet => daemon_set(old, new, report),
        Kind::Job => job(&FieldNode::root(new, "spec"), old, report),
        Kind::CronJob => cron_job(new, report),
        Kind::Ingress => ingress(new, report),
        Kind::NetworkPolicy => network_policy(new, report),
        Kind::PodDisruptionBudget => budget(new, report),
        Kind::ResourceQuota => quota(new, report),
        Kind::LimitRange => limits(new, report),
        Kind::PriorityClass => priority_class(old, new, report),
        Kind::Role | Kind::ClusterRole => role(kind, new, report),
        Kind::RoleBinding | Kind::ClusterRoleBinding => binding(kind, old, new, report),
        Kind::CustomResourceDefinition => definition(old, new, report),
        _ => {}
    }
}

fn daemon_set(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let (selector, template) = (spec.field("selector"), spec.field("template"));
    if selector_itself(&selector, "empty selector is invalid for daemonset", report) {
        matching_labels(&selector, &template, report);
    }
    pod::template(&template, &PodContext::template(), report);
    only_always(
        &template,
        "activeDeadlineSeconds in DaemonSet is not Supported",
        report,
    );
    report.not_negative(&spec.field("minReadySeconds"));
    let strategy = spec.field("updateStrategy");
    let kind = strategy.field("type");
    report.optional_one_of(&kind, &["OnDelete", "RollingUpdate"]);
    let rolling = strategy.field("rollingUpdate");
    for field in ["maxUnavailable", "maxSurge"] {
        int_or_percent(&rolling.field(field), report);
        at_most_100_percent(&rolling.field(field), report);
    }
    report.not_negative(&spec.field("revisionHistoryLimit"));
    immutable_selector(old, &spec, report);
}

fn job(spec: &FieldNode<'_, '_>, old: Option<&Value>, report: &mut Report) {
    for field in [
        "parallelism",
        "completions",
        "activeDeadlineSeconds",
        "backoffLimit",
        "ttlSecondsAfterFinished",
    ] {
        report.not_negative(&spec.field(field));
    }
    report.optional_one_of(&spec.field("completionMode"), &["NonIndexed", "Indexed"]);
    let template = spec.field("template");
    pod::template(&template, &PodContext::template(), report);
    let inner = template.field("spec");
    let policy = inner.field("restartPolicy");
    match policy.text() {
        "OnFailure" | "Never" => {}
        "" | "Always" => report.required(&policy, "valid values: \"OnFailure\", \"Never\""),
        _ => report.not_supported(&policy, &["OnFailure", "Never"]),
    }
    let Some(old) = old else { return };
    for field in ["selector", "completionMode", "template"] {
        if old["spec"].get(field) != spec.value.get(field) {
            report.invalid(&spec.field(field), "field is immutable");
        }
    }
}

fn cron_job(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let schedule = spec.field("schedule");
    match schedule.text() {
        "" => report.required(&schedule, ""),
        text => {
            let fields = text.split_whitespace().count();
            if !text.starts_with('@') && fields != 5 {
                let detail = format!("expected exactly 5 fields, found {fields}: {}", list(text));
                report.invalid(&schedule, &detail);
            }
        }
    }
    report.optional_one_of(
        &spec.field("concurrencyPolicy"),
        &["Allow", "Forbid", "Replace"],
    );
    for field in [
        "startingDeadlineSeconds",
        "successfulJobsHistoryLimit",
        "failedJobsHistoryLimit",
    ] {
        report.not_negative(&spec.field(field));
    }
    let template = spec.field("jobTemplate");
    job(&template.field("spec"), None, report);
}

/// The words of a text as Go prints a list of them.
fn list(text: &str) -> String {
    let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
    format!("[{}]", words.join(" "))
}

fn ingress(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let default = spec.field("defaultBackend");
    if spec.field("rules").len() == 0 && !default.is_set() {
        report.invalid(
            &spec,
            "either `defaultBackend` or `rules` must be specified",
        );
    }
    if default.is_set() {
        backend(&default, report);
    }
    spec.field("rules").each(|_, rule| {
        let host = rule.field("host");
        let name = host.text().strip_prefix("*.").unwrap_or(host.text());
        if !name.is_empty() {
            report.complaints(&host, &names::dns1123_subdomain(name));
        }
        let http = rule.field("http");
        let paths = http.field("paths");
        if http.is_set() && paths.len() == 0 {
            report.required(&paths, "");
        }
        paths.each(|_, entry| {
            let (path, kind) = (entry.field("path"), entry.field("pathType"));
            if !kind.is_set() {
                report.required(&kind, "pathType must be specified");
            }
            report.optional_one_of(&kind, &["Exact", "ImplementationSpecific", "Prefix"]);
            let must_begin = matches!(kind.text(), "Exact" | "Prefix");
            if must_begin && !path.text().starts_with('/') {
                report.invalid(&path, "must be an absolute path");
            }
            backend(&entry.field("backend"), report);
        });
    });
}

fn backend(at: &FieldNode<'_, '_>, report: &mut Report) {
    let (service, resource) = (at.field("service"), at.field("resource"));
    if !service.is_set() {
        if !resource.is_set() {
            report.required(at, "backend must specify service or resource");
        }
        return;
    }
    let (name, port) = (service.field("name"), service.field("port"));
    if name.text().is_empty() {
        report.required(&name, "");
    } else {
        report.complaints(&name, &names::dns1123_label(name.text()));
    }
    let has_name = !port.field("name").text().is_empty();
    if !has_name && port.field("number").int().unwrap_or(0) == 0 {
        report.required(&port, "port name or number is required");
    }
}

fn network_policy(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    meta::selector(&spec.field("podSelector"), report);
    spec.field("policyTypes").each(|_, kind| {
        report.optional_one_of(&kind, &["Egress", "Ingress"]);
    });
    for (way, peers) in [("ingress", "from"), ("egress", "to")] {
        spec.field(way).each(|_, rule| {
            rule.field(peers).each(|_, peer| {
                let fields = ["podSelector", "namespaceSelector", "ipBlock"];
                if fields.iter().all(|field| !peer.field(field).is_set()) {
                    report.required(&peer, "must specify a peer");
                }
            });
        });
    }
}

fn budget(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let (least, most) = (spec.field("minAvailable"), spec.field("maxUnavailable"));
    if least.is_set() && most.is_set() {
        report.invalid(&spec, "minAvailable and maxUnavailable cannot be both set");
    }
    for amount in [&least, &most] {
        int_or_percent(amount, report);
        at_most_100_percent(amount, report);
    }
    meta::selector(&spec.field("selector"), report);
    report.optional_one_of(
        &spec.field("unhealthyPodEvictionPolicy"),
        &["AlwaysAllow", "IfHealthyBudget"],
    );
}

fn quantities(at: &FieldNode<'_, '_>, report: &mut Report) {
    at.entries(|_, amount| {
        let value = Quantity::parse(amount.text());
        if value.is_ok_and(|value| value.sign() < 0) {
            report.invalid(&amount, "must be greater than or equal to 0");
        }
    });
}

fn quota(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let hard = spec.field("hard");
    quantities(&hard, report);
    hard.entries(|name, amount| {
        let is_known = name.contains('/') || STANDARD.contains(&name);
        if !is_known {
            let detail = "must be a standard resource type or fully qualified";
            let shown = FieldNode {
                value: amount.value,
                ..hard.key(name)
            };
            report.invalid_value(&shown, &go::quote(name), detail);
        }
    });
}

/// Resources that a quota can limit, besides those of other domains.
const STANDARD: [&str; 23] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.storage",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "services",
    "replicationcontrollers",
    "resourcequotas",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "services.nodeports",
    "services.loadbalancers",
    "storage",
    "hugepages-2Mi",
    "hugepages-1Gi",
    "count/pods",
];

fn limits(new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    spec.field("limits").each(|_, item| {
        for (low, high) in [
            ("min", "max"),
            ("min", "default"),
            ("default", "max"),
            ("defaultRequest", "default"),
            ("min", "defaultRequest"),
            ("defaultRequest", "max"),
        ] {
            item.field(low).entries(|name, amount| {
                let low_amount = Quantity::parse(amount.text());
                let high_amount = Quantity::parse(item.field(high).key(name).text());
                if let (Ok(low_amount), Ok(high_amount)) = (low_amount, high_amount)
                    && low_amount.compare(&high_amount).is_gt()
                {
                    let detail = format!(
                        "{} value {low_amount} is greater than {} value {high_amount}",
                        spaced(low),
                        spaced(high)
                    );
                    report.invalid(&amount, &detail);
                }
            });
        }
    });
}

fn spaced(field: &str) -> &str {
    match field {
        "defaultRequest" => "default request",
        other => other,
    }
}

fn priority_class(old: Option<&Value>, new: &Value, report: &mut Report) {
    let value = FieldNode::root(new, "value");
    let name = new["metadata"]["name"].as_str().unwrap_or_default();
    if name.starts_with("system-") {
        let metadata = FieldNode::root(new, "metadata");
        report.forbidden(
            &metadata.field("name"),
            "priority class names with 'system-' prefix are reserved for system use only. error: ",
        );
    }
    if value.int().unwrap_or(0) > 1_000_000_000 {
        report.forbidden(
            &value,
            "maximum allowed value of a user defined priority is 1000000000",
        );
    }
    let policy = FieldNode::root(new, "preemptionPolicy");
    report.optional_one_of(&policy, &["Never", "PreemptLowerPriority"]);
    let Some(old) = old else { return };
    if old["value"] != new["value"] {
        report.forbidden(&value, "may not be changed in an update.");
    }
    if old["preemptionPolicy"] != new["preemptionPolicy"] {
        report.invalid(&policy, "field is immutable");
    }
}

fn role(kind: Kind, new: &Value, report: &mut Report) {
    let rules = FieldNode::root(new, "rules");
    rules.each(|_, rule| {
        let verbs = rule.field("verbs");
        if verbs.len() == 0 {
            report.required(&verbs, "verbs must contain at least one value");
        }
        let urls = rule.field("nonResourceURLs");
        if urls.len() > 0 && kind == Kind::Role {
            report.invalid(&urls, "namespaced rules cannot apply to non-resource URLs");
        }
        if urls.len() > 0 {
            return;
        }
        let (groups, resources) = (rule.field("apiGroups"), rule.field("resources"));
        if groups.len() == 0 {
            report.required(&groups, "resource rules must supply at least one api group");
        }
        if resources.len() == 0 {
            report.required(
                &resources,
                "resource rules must supply at least one resource",
            );
        }
    });
}

fn binding(kind: Kind, old: Option<&Value>, new: &Value, report: &mut Report) {
    let role = FieldNode::root(new, "roleRef");
    let kinds: &[&str] = match kind {
        Kind::RoleBinding => &["Role", "ClusterRole"],
        _ => &["ClusterRole"],
    };
    if role.field("kind").text().is_empty() || !kinds.contains(&role.field("kind").text()) {
        report.not_supported(&role.field("kind"), kinds);
    }
    report.not_empty(&role.field("name"));
    FieldNode::root(new, "subjects").each(|_, subject| {
        report.not_empty(&subject.field("name"));
        let of = subject.field("kind");
        let namespace = subject.field("namespace");
        match of.text() {
            "ServiceAccount" => report.not_empty(&namespace),
            "User" | "Group" => {}
            _ => report.not_supported(&of, &["Group", "ServiceAccount", "User"]),
        }
    });
    if old.is_some_and(|old| old["roleRef"] != new["roleRef"]) {
        report.invalid(&role, "cannot change roleRef");
    }
}

fn definition(old: Option<&Value>, new: &Value, report: &mut Report) {
    let spec = FieldNode::root(new, "spec");
    let names = spec.field("names");
    let (group, plural) = (spec.field("group"), names.field("plural"));
    let metadata = FieldNode::root(new, "metadata");
    let name = metadata.field("name");
    let wanted = format!("{}.{}", plural.text(), group.text());
    if name.text() != wanted {
        report.invalid(&name, "must be spec.names.plural+\".\"+spec.group");
    }
    report.not_empty(&group);
    report.one_of(&spec.field("scope"), &["Cluster", "Namespaced"]);
    report.not_empty(&plural);
    report.not_empty(&names.field("kind"));
    let versions = spec.field("versions");
    let stored = |version: &&Value| version["storage"] == true;
    let count = versions.value.as_array();
    let count = count.map_or(0, |all| all.iter().filter(stored).count());
    if count != 1 {
        report.invalid(
            &versions,
            "must have exactly one version marked as storage version",
        );
    }
    versions.each(|_, version| {
        let schema = version.field("schema");
        if !schema.field("openAPIV3Schema").is_set() {
            report.required(&schema.field("openAPIV3Schema"), "schemas are required");
        }
    });
    let Some(old) = old else { return };
    for field in ["group", "scope"] {
        if old["spec"][field] != new["spec"][field] {
            report.invalid(&spec.field(field), "field is immutable");
        }
    }
    for field in ["plural", "kind"] {
        if old["spec"]["names"][field] != new["spec"]["names"][field] {
            report.invalid(&names.field(field), "field is immutable");
        }
    }
}
