//! Descriptions of HorizontalPodAutoscalers.

use serde_json::Value;

use super::header;
use super::page::Description;
use crate::api::go::quote;
use crate::api::look::Look;
use crate::print::time;

pub(super) fn describe(page: &mut Description, hpa: &Value) {
    let (spec, status) = (hpa.at("spec"), hpa.at("status"));
    header(page, hpa);
    page.field(
        0,
        "CreationTimestamp",
        &time::rfc1123(hpa.text("metadata.creationTimestamp")),
    );
    let target = spec.at("scaleTargetRef");
    page.field(
        0,
        "Reference",
        &format!("{}/{}", target.text("kind"), target.text("name")),
    );
    page.field(0, "Metrics", "( current / target )");
    let current = status.list("currentMetrics");
    for (index, metric) in spec.list("metrics").iter().enumerate() {
        metric_line(page, metric, current.get(index).unwrap_or(&Value::Null));
    }
    let minimum = spec.scalar("minReplicas");
    page.field(
        0,
        "Min replicas",
        if minimum.is_empty() {
            "<unset>"
        } else {
            &minimum
        },
    );
    page.field(0, "Max replicas", &spec.int("maxReplicas").to_string());
    if spec.has("behavior") {
        page.line(0, "Behavior:");
        direction(page, "Scale Up", spec.at("behavior.scaleUp"));
        direction(page, "Scale Down", spec.at("behavior.scaleDown"));
    }
    let pods = format!(
        "{} current / {} desired",
        status.int("currentReplicas"),
        status.int("desiredReplicas")
    );
    page.field(0, &format!("{} pods", target.text("kind")), &pods);
    let conditions = status.list("conditions");
    if !conditions.is_empty() {
        page.line(0, "Conditions:");
        let cells = |condition: &Value| {
            ["type", "status", "reason", "message"]
                .map(|field| condition.text(field).to_owned())
                .to_vec()
        };
        page.table(
            &["Type", "Status", "Reason", "Message"],
            conditions.iter().map(cells),
        );
    }
}

fn metric_line(page: &mut Description, metric: &Value, current: &Value) {
    let kind = metric.text("type");
    let (field, of_resource) = match kind {
        "External" => ("external", false),
        "Pods" => ("pods", false),
        "Object" => ("object", false),
        "Resource" => ("resource", true),
        "ContainerResource" => ("containerResource", true),
        _ => return page.line(1, &format!("<unknown metric type {}>", quote(kind))),
    };
    let source = metric.at(field);
    let (target, current) = (source.at("target"), current.at(field).at("current"));
    let value = |field: &str| {
        let now = current.scalar(field);
        format!(
            "{} / {}",
            if now.is_empty() { "<unknown>" } else { &now },
            target.scalar(field)
        )
    };
    let name = quote(source.text("metric.name"));
    let average = target.has("averageValue");
    if of_resource {
        let mut title = format!("resource {}", source.text("name"));
        if kind == "ContainerResource" {
            title.push_str(&format!(" of container \"{}\"", source.text("container")));
        }
        title.push_str(" on pods");
        if average {
            page.field(1, &title, &value("averageValue"));
        } else {
            // The second half has its own indentation.
            page.field(
                1,
                &format!("{title}  (as a percentage of request)"),
                &utilization(target, current),
            );
        }
        return;
    }
    match (kind, average) {
        ("Pods", _) => page.field(1, &format!("{name} on pods"), &value("averageValue")),
        ("External", true) => page.field(
            1,
            &format!("{name} (target average value)"),
            &value("averageValue"),
        ),
        ("External", false) => page.field(1, &format!("{name} (target value)"), &value("value")),
        _ => {
            let object = source.at("describedObject");
            let title = format!("{name} on {}/{}", object.text("kind"), object.text("name"));
            if target.text("type") == "AverageValue" {
                page.field(
                    1,
                    &format!("{title} (target average value)"),
                    &value("averageValue"),
                );
            } else {
                page.field(1, &format!("{title} (target value)"), &value("value"));
            }
        }
    }
}

fn utilization(target: &Value, current: &Value) -> String {
    let now = if current.has("averageUtilization") {
        format!(
            "{}% ({})",
            current.int("averageUtilization"),
            current.scalar("averageValue")
        )
    } else {
        "<unknown>".to_owned()
    };
    let goal = if target.has("averageUtilization") {
        format!("{}%", target.int("averageUtilization"))
    } else {
        "<auto>".to_owned()
    };
    format!("{now} / {goal}")
}

fn direction(page: &mut Description, title: &str, rules: &Value) {
    if rules.is_null() {
        return;
    }
    page.line(1, &format!("{title}:"));
    if rules.has("stabilizationWindowSeconds") {
        page.line(
            2,
            &format!(
                "Stabilization Window: {} seconds",
                rules.int("stabilizationWindowSeconds")
            ),
        );
    }
    let policies = rules.list("policies");
    if policies.is_empty() {
        return;
    }
    let select = rules.text("selectPolicy");
    page.line(
        2,
        &format!(
            "Select Policy: {}",
            if select.is_empty() { "Max" } else { select }
        ),
    );
    page.line(2, "Policies:");
    for policy in policies {
        let text = format!(
            "- Type: {}\tValue: {}\tPeriod: {} seconds",
            policy.text("type"),
            policy.int("value"),
            policy.int("periodSeconds")
        );
        page.line(3, &text);
    }
}
