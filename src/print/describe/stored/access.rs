//! Descriptions of roles and their bindings.

use serde_json::Value;

use super::super::labels_and_annotations;
use super::super::page::Description;
use crate::api::light;
use crate::api::look::Look;

/// What a rule allows, for one resource or URL.
struct Part {
    group: String,
    resource: String,
    url: String,
    name: String,
    verbs: Vec<String>,
}

/// Rules are split by resource, merged if they differ only in their verbs, and sorted
/// (`staging/src/k8s.io/kubectl/pkg/describe/describe.go`, ClusterRoleDescriber).
pub(super) fn role(page: &mut Description, role: &Value) {
    page.field(0, "Name", role.text("metadata.name"));
    labels_and_annotations(page, role);
    let mut parts: Vec<Part> = Vec::new();
    for rule in role.list("rules") {
        for part in split(rule) {
            let known = parts.iter_mut().find(|known| {
                (&known.group, &known.resource, &known.url, &known.name)
                    == (&part.group, &part.resource, &part.url, &part.name)
            });
            match known {
                Some(known) => known.verbs.extend(part.verbs),
                None => parts.push(part),
            }
        }
    }
    light::sort(&mut parts, |a, b| key(a).cmp(&key(b)));
    page.line(0, "PolicyRule:");
    page.line(1, "Resources\tNon-Resource URLs\tResource Names\tVerbs");
    page.line(1, "---------\t-----------------\t--------------\t-----");
    for part in parts {
        let resource = match &*part.group {
            "" => part.resource.clone(),
            group => format!("{}.{group}", part.resource),
        };
        page.line(
            1,
            &format!(
                "{resource}\t[{}]\t[{}]\t[{}]",
                part.url,
                part.name,
                part.verbs.join(" ")
            ),
        );
    }
}

fn key(part: &Part) -> (String, &str, &str, &str) {
    (
        part.verbs.join(" "),
        &part.group,
        &part.resource,
        &part.name,
    )
}

/// The texts of a list; an empty one if the list is empty.
fn each(rule: &Value, field: &str) -> Vec<String> {
    let texts = rule.list(field).iter().filter_map(Value::as_str);
    let mut texts: Vec<String> = texts.map(str::to_owned).collect();
    if texts.is_empty() {
        texts.push(String::new());
    }
    texts
}

fn split(rule: &Value) -> Vec<Part> {
    let verbs = || {
        let verbs = rule.list("verbs").iter().filter_map(Value::as_str);
        verbs.map(str::to_owned).collect()
    };
    let mut parts = Vec::new();
    if !rule.list("resources").is_empty() {
        for group in each(rule, "apiGroups") {
            for resource in each(rule, "resources") {
                parts.extend(each(rule, "resourceNames").into_iter().map(|name| Part {
                    group: group.clone(),
                    resource: resource.clone(),
                    url: String::new(),
                    name,
                    verbs: verbs(),
                }));
            }
        }
    }
    let urls = rule
        .list("nonResourceURLs")
        .iter()
        .filter_map(Value::as_str);
    parts.extend(urls.map(|url| Part {
        group: String::new(),
        resource: String::new(),
        url: url.to_owned(),
        name: String::new(),
        verbs: verbs(),
    }));
    parts
}

pub(super) fn binding(page: &mut Description, binding: &Value) {
    page.field(0, "Name", binding.text("metadata.name"));
    labels_and_annotations(page, binding);
    page.line(0, "Role:");
    page.field(1, "Kind", binding.text("roleRef.kind"));
    page.field(1, "Name", binding.text("roleRef.name"));
    page.line(0, "Subjects:");
    page.line(1, "Kind\tName\tNamespace");
    page.line(1, "----\t----\t---------");
    for subject in binding.list("subjects") {
        let [kind, name, namespace] =
            ["kind", "name", "namespace"].map(|field| subject.text(field));
        page.line(1, &format!("{kind}\t{name}\t{namespace}"));
    }
}
