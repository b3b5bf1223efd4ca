//! Descriptions of PodDisruptionBudgets, ResourceQuotas, LimitRanges and PriorityClasses.

use serde_json::Value;
use std::collections::BTreeSet;

use super::super::page::Description;
use crate::api::look::{Look, format_labels, format_selector};

pub(super) fn budget(page: &mut Description, budget: &Value) {
    page.field(0, "Name", budget.text("metadata.name"));
    page.field(0, "Namespace", budget.text("metadata.namespace"));
    if budget.has("spec.minAvailable") {
        page.field(0, "Min available", &budget.scalar("spec.minAvailable"));
    } else if budget.has("spec.maxUnavailable") {
        page.field(0, "Max unavailable", &budget.scalar("spec.maxUnavailable"));
    }
    let selector = match budget.at("spec.selector") {
        Value::Null => "<unset>".to_owned(),
        selector => format_selector(selector),
    };
    page.field(0, "Selector", &selector);
    page.line(0, "Status:");
    for (title, field) in [
        ("Allowed disruptions", "disruptionsAllowed"),
        ("Current", "currentHealthy"),
        ("Desired", "desiredHealthy"),
        ("Total", "expectedPods"),
    ] {
        page.field(2, title, &budget.at("status").int(field).to_string());
    }
}

/// What the scopes of a quota mean (helpTextForResourceQuotaScope).
const SCOPES: [(&str, &str); 4] = [
    (
        "Terminating",
        "Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being \
         actively terminated by the system.",
    ),
    (
        "NotTerminating",
        "Matches all pods that do not have an active deadline. These pods usually include long running pods whose \
         container command is not expected to terminate.",
    ),
    (
        "BestEffort",
        "Matches all pods that do not have resource requirements set. These pods have a best effort quality of \
         service.",
    ),
    (
        "NotBestEffort",
        "Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed \
         quality of service.",
    ),
];

pub(super) fn quota(page: &mut Description, quota: &Value) {
    page.field(0, "Name", quota.text("metadata.name"));
    page.field(0, "Namespace", quota.text("metadata.namespace"));
    let scopes = quota.list("spec.scopes").iter().filter_map(Value::as_str);
    let scopes: BTreeSet<&str> = scopes.collect();
    if !scopes.is_empty() {
        let names: Vec<&str> = scopes.iter().copied().collect();
        page.field(0, "Scopes", &names.join(", "));
        for scope in names {
            let help = SCOPES.iter().find(|(known, _)| *known == scope);
            if let Some((_, help)) = help {
                page.line(0, &format!(" * {help}"));
            }
        }
    }
    page.line(0, "Resource\tUsed\tHard");
    page.line(0, "--------\t----\t----");
    let hard = quota.map("status.hard").into_iter().flatten();
    let names: BTreeSet<&String> = hard.map(|(name, _)| name).collect();
    for name in names {
        let [used, hard] = ["status.used", "status.hard"]
            .map(|path| quota.at(path).key(name).as_str().unwrap_or("0"));
        page.line(0, &format!("{name}\t{used}\t{hard}"));
    }
}

pub(super) fn limits(page: &mut Description, limits: &Value) {
    page.field(0, "Name", limits.text("metadata.name"));
    page.field(0, "Namespace", limits.text("metadata.namespace"));
    page.line(
        0,
        "Type\tResource\tMin\tMax\tDefault Request\tDefault Limit\tMax Limit/Request Ratio",
    );
    page.line(
        0,
        "----\t--------\t---\t---\t---------------\t-------------\t-----------------------",
    );
    const FIELDS: [&str; 5] = [
        "min",
        "max",
        "defaultRequest",
        "default",
        "maxLimitRequestRatio",
    ];
    for item in limits.list("spec.limits") {
        let maps = FIELDS.iter().filter_map(|field| item.map(field));
        let names: BTreeSet<&String> = maps.flat_map(|map| map.keys()).collect();
        for name in names {
            let cells = FIELDS.map(|field| item.at(field).key(name).as_str().unwrap_or("-"));
            page.line(
                0,
                &format!("{}\t{name}\t{}", item.text("type"), cells.join("\t")),
            );
        }
    }
}

pub(super) fn priority_class(page: &mut Description, class: &Value) {
    page.field(0, "Name", class.text("metadata.name"));
    page.field(0, "Value", &class.int("value").to_string());
    page.field(0, "GlobalDefault", &class.flag("globalDefault").to_string());
    page.field(0, "PreemptionPolicy", class.text("preemptionPolicy"));
    page.field(0, "Description", class.text("description"));
    page.field(
        0,
        "Annotations",
        &format_labels(class.map("metadata.annotations")),
    );
}
