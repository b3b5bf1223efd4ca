//! Requests and limits (`pkg/apis/core/validation/validation.go`, ValidateContainerResourceRequirements).

use super::meta;
use super::node::{FieldNode, Report};
use crate::api::go;
use crate::api::light;
use crate::api::names;
use crate::api::quantity::Quantity;
use std::cmp::Ordering;

/// Standard resource names without a domain.
const STANDARD: [&str; 21] = [
    "cpu",
    "memory",
    "ephemeral-storage",
    "requests.cpu",
    "requests.memory",
    "requests.ephemeral-storage",
    "limits.cpu",
    "limits.memory",
    "limits.ephemeral-storage",
    "pods",
    "resourcequotas",
    "services",
    "replicationcontrollers",
    "secrets",
    "configmaps",
    "persistentvolumeclaims",
    "storage",
    "requests.storage",
    "services.nodeports",
    "services.loadbalancers",
    "count",
];

fn is_huge_pages(name: &str) -> bool {
    name.starts_with("hugepages-")
}

/// Whether the resource is one of Kubernetes' own: without a domain, or in Kubernetes' domain.
fn is_native(name: &str) -> bool {
    !name.contains('/') || name.contains("kubernetes.io/")
}

fn is_extended(name: &str) -> bool {
    !is_native(name)
        && !name.starts_with("requests.")
        && names::qualified_name(&format!("requests.{name}")).is_empty()
}

/// Whether the resource can be overcommitted.
fn is_overcommit_allowed(name: &str) -> bool {
    is_native(name) && !is_huge_pages(name)
}

fn amount(at: &FieldNode<'_, '_>) -> Quantity {
    Quantity::parse(at.text()).unwrap_or(Quantity::whole(0))
}

fn name(at: &FieldNode<'_, '_>, name: &str, report: &mut Report) {
    let before = report.causes.len();
    meta::label_key(at, name, report);
    let shown = go::quote(name);
    if report.causes.len() == before
        && !name.contains('/')
        && !STANDARD.contains(&name)
        && !is_huge_pages(name.strip_prefix("requests.").unwrap_or(name))
    {
        report.invalid_value(
            at,
            &shown,
            "must be a standard resource type or fully qualified",
        );
    }
    if !name.contains('/') {
        if !["cpu", "memory", "ephemeral-storage"].contains(&name) && !is_huge_pages(name) {
            report.invalid_value(at, &shown, "must be a standard resource for containers");
        }
    } else if !is_native(name) && !is_extended(name) {
        report.invalid_value(at, &shown, "doesn't follow extended resource name standard");
    }
}

/// Validates a resource quantity: not negative, and whole if the resource is indivisible.
pub(super) fn value(at: &FieldNode<'_, '_>, name: &str, report: &mut Report) {
    let amount = amount(at);
    if amount.sign() < 0 {
        report.invalid_value(
            at,
            &go::quote(&amount.to_string()),
            "must be greater than or equal to 0",
        );
    }
    if is_extended(name) && amount.scaled(-3).is_none_or(|milli| milli % 1000 != 0) {
        report.invalid_value(at, &go::quote(&amount.to_string()), "must be an integer");
    }
}

fn huge_pages(at: &FieldNode<'_, '_>, name: &str, report: &mut Report) {
    let Some(Ok(page)) = name.strip_prefix("hugepages-").map(Quantity::parse) else {
        return;
    };
    let (amount, page) = (amount(at), page.scaled(0).unwrap_or(0));
    if page <= 0 || amount.sign() <= 0 || amount.scaled(0).is_none_or(|bytes| bytes % page != 0) {
        let text = amount.to_string();
        report.invalid_value(
            at,
            &go::quote(&text),
            &format!("{text} is not positive integer multiple of {name}"),
        );
    }
}

/// Validates names and quantities of a list, which upstream reports under `path`.
pub(super) fn list(amounts: &FieldNode<'_, '_>, path: &FieldNode<'_, '_>, report: &mut Report) {
    amounts.entries(|resource, entry| {
        let at = FieldNode {
            value: entry.value,
            ..path.key(resource)
        };
        name(&at, resource, report);
        value(&at, resource, report);
        huge_pages(&at, resource, report);
    });
}

/// Validates a container's requests and limits; `claims` are the pod's resource claims.
pub(super) fn requirements(at: &FieldNode<'_, '_>, claims: &[&str], report: &mut Report) {
    let (limits, requests) = (at.field("limits"), at.field("requests"));
    list(&limits, &limits, report);
    requests.entries(|resource, request| {
        name(&request, resource, report);
        value(&request, resource, report);
        let limit = limits.key(resource);
        if limit.is_set() {
            within_limit(
                &requests,
                resource,
                &amount(&request),
                &amount(&limit),
                report,
            );
        } else if !is_overcommit_allowed(resource) {
            report.required(
                &limits,
                "Limit must be set for non overcommitable resources",
            );
        }
        huge_pages(&request, resource, report);
    });
    let has = |wanted: fn(&str) -> bool| {
        [&limits, &requests].iter().any(|list| {
            list.value
                .as_object()
                .is_some_and(|map| map.keys().any(|key| wanted(key)))
        })
    };
    if has(is_huge_pages) && !has(|name| name == "cpu" || name == "memory") {
        report.forbidden(at, "HugePages require cpu or memory");
    }
    claim_names(&at.field("claims"), claims, report);
}

fn within_limit(
    requests: &FieldNode<'_, '_>,
    resource: &str,
    request: &Quantity,
    limit: &Quantity,
    report: &mut Report,
) {
    let order = request.compare(limit);
    let relation = if order != Ordering::Equal && !is_overcommit_allowed(resource) {
        "equal to"
    } else if order == Ordering::Greater {
        "less than or equal to"
    } else {
        return;
    };
    let shown = go::quote(&request.to_string());
    report.invalid_value(
        requests,
        &shown,
        &format!("must be {relation} {resource} limit of {limit}"),
    );
}

fn claim_names(at: &FieldNode<'_, '_>, known: &[&str], report: &mut Report) {
    let mut seen: Vec<String> = Vec::new();
    at.each(|_, claim| {
        let (name, request) = (claim.field("name").text(), claim.field("request").text());
        if name.is_empty() {
            return report.required(&claim, "");
        }
        let key = if request.is_empty() {
            name.to_owned()
        } else {
            format!("{name}/{request}")
        };
        if seen.contains(&name.to_owned()) || seen.contains(&key) {
            report.duplicate_value(&claim, &go::quote(&key));
        }
        seen.push(key);
        if !known.contains(&name) {
            let mut sorted = known.to_vec();
            light::sort(&mut sorted, Ord::cmp);
            let list = if known.is_empty() {
                " which is empty".to_owned()
            } else {
                format!(": {}", sorted.join(", "))
            };
            report.not_found_with(
                &claim,
                &go::quote(name),
                &format!("must be one of the names in pod.spec.resourceClaims{list}"),
            );
        }
    });
}

/// Validates the requests and limits of the pod as a whole.
pub(super) fn pod_level(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let at = spec.field("resources");
    if !at.is_set() {
        return;
    }
    if at.field("claims").is_set() {
        report.forbidden(
            &at.field("claims"),
            "claims may not be set for Resources at pod-level",
        );
    }
    requirements(&at, &[], report);
    let (limits, requests) = (at.field("limits"), at.field("requests"));
    requests.entries(|resource, request| {
        let mut sum = Quantity::whole(0);
        spec.field("containers").each(|_, container| {
            let resources = container.field("resources");
            let of_container = resources.field("requests");
            sum = sum
                .checked_add(&amount(&of_container.key(resource)))
                .unwrap_or(sum.clone());
        });
        if sum.compare(&amount(&request)) == Ordering::Greater {
            let detail =
                format!("must be greater than or equal to aggregate container requests of {sum}");
            report.invalid(&request, &detail);
        }
    });
    spec.field("containers").each(|index, container| {
        let resources = container.field("resources");
        resources.field("limits").entries(|resource, limit| {
            let pod_limit = limits.key(resource);
            if pod_limit.is_set()
                && amount(&limit).compare(&amount(&pod_limit)) == Ordering::Greater
            {
                let detail = format!(
                    "must be less than or equal to pod limits of {}",
                    amount(&pod_limit)
                );
                // Upstream's path: spec.resources.containers[0][cpu].limits
                let list = at.named("containers");
                let item = FieldNode {
                    path: list.index(index).path,
                    ..limit
                };
                let path = item.key(resource);
                report.invalid_value(&path.named("limits"), &go::quote(limit.text()), &detail);
            }
        });
    });
}
