//! Descriptions of Deployments, ReplicaSets and StatefulSets, and of the pod templates in them.

use crate::api::light;
use std::rc::Rc;

use serde_json::{Value, json};

use super::containers::containers;
use super::page::Description;
use super::volumes::volumes;
use super::{Surroundings, labels_and_annotations};
use crate::api::kind::Kind;
use crate::api::look::{Look, controller_of, format_selector, selects};
use crate::api::time::Time;
use crate::print::{go, time};
use crate::versions::Feature;

const HASH_LABEL: &str = "pod-template-hash";

pub(super) fn deployment(page: &mut Description, object: &Value, neighbours: &dyn Surroundings) {
    let (spec, status) = (object.at("spec"), object.at("status"));
    page.field(0, "Name", object.text("metadata.name"));
    page.field(0, "Namespace", object.text("metadata.namespace"));
    page.field(
        0,
        "CreationTimestamp",
        &time::rfc1123(object.text("metadata.creationTimestamp")),
    );
    labels_and_annotations(page, object);
    page.field(0, "Selector", &selector(object));
    let replicas = format!(
        "{} desired | {} updated | {} total | {} available | {} unavailable",
        spec.int("replicas"),
        status.int("updatedReplicas"),
        status.int("replicas"),
        status.int("availableReplicas"),
        status.int("unavailableReplicas")
    );
    page.field(0, "Replicas", &replicas);
    page.field(0, "StrategyType", spec.text("strategy.type"));
    page.field(
        0,
        "MinReadySeconds",
        &spec.int("minReadySeconds").to_string(),
    );
    if spec.has("strategy.rollingUpdate") {
        let rolling = spec.at("strategy.rollingUpdate");
        let text = format!(
            "{} max unavailable, {} max surge",
            rolling.scalar("maxUnavailable"),
            rolling.scalar("maxSurge")
        );
        page.field(0, "RollingUpdateStrategy", &text);
    }
    pod_template(page, spec.at("template"));
    conditions(page, status);
    let (old, new) = replica_sets(object, neighbours);
    if !old.is_empty() || new.is_some() {
        page.field(0, "OldReplicaSets", &names(&old));
        page.field(0, "NewReplicaSet", &names(new.as_slice()));
    }
}

pub(super) fn replica_set(page: &mut Description, object: &Value, neighbours: &dyn Surroundings) {
    page.field(0, "Name", object.text("metadata.name"));
    page.field(0, "Namespace", object.text("metadata.namespace"));
    page.field(0, "Selector", &selector(object));
    labels_and_annotations(page, object);
    controlled_by(page, object);
    let replicas = format!(
        "{} current / {} desired",
        object.int("status.replicas"),
        object.int("spec.replicas")
    );
    page.field(0, "Replicas", &replicas);
    pods_status(page, object, neighbours);
    pod_template(page, object.at("spec.template"));
    conditions(page, object.at("status"));
}

pub(super) fn stateful_set(page: &mut Description, object: &Value, neighbours: &dyn Surroundings) {
    let spec = object.at("spec");
    page.field(0, "Name", object.text("metadata.name"));
    page.field(0, "Namespace", object.text("metadata.namespace"));
    page.field(
        0,
        "CreationTimestamp",
        &time::rfc1123(object.text("metadata.creationTimestamp")),
    );
    page.field(0, "Selector", &selector(object));
    labels_and_annotations(page, object);
    let policies = page.has(Feature::DescribeStatefulSetPolicies);
    if policies {
        page.field_if_any("Service Name", spec.text("serviceName"));
        page.field_if_any("Pod Management Policy", spec.text("podManagementPolicy"));
    }
    let replicas = format!(
        "{} desired | {} total",
        spec.int("replicas"),
        object.int("status.replicas")
    );
    page.field(0, "Replicas", &replicas);
    page.field(0, "Update Strategy", spec.text("updateStrategy.type"));
    let rolling = spec.at("updateStrategy.rollingUpdate");
    if rolling.has("partition") {
        page.field(1, "Partition", &rolling.int("partition").to_string());
        if rolling.has("maxUnavailable") {
            page.field(1, "MaxUnavailable", &rolling.scalar("maxUnavailable"));
        }
    }
    if policies && spec.has("persistentVolumeClaimRetentionPolicy") {
        // Without a tab, so that the following lines are aligned separately.
        page.line(0, "Persistent Volume Claim Retention Policy:");
        let policy = spec.at("persistentVolumeClaimRetentionPolicy");
        page.field(1, "WhenDeleted", policy.text("whenDeleted"));
        page.field(1, "WhenScaled", policy.text("whenScaled"));
    }
    pods_status(page, object, neighbours);
    pod_template(page, spec.at("template"));
    claim_templates(page, spec.list("volumeClaimTemplates"));
}

/// The selector in the format of `labels.Selector.String()`: empty if everything is selected.
fn selector(object: &Value) -> String {
    let text = format_selector(object.at("spec.selector"));
    if text == "<none>" {
        String::new()
    } else {
        text
    }
}

pub(super) fn controlled_by(page: &mut Description, object: &Value) {
    if let Some(owner) = controller_of(object) {
        page.field(
            0,
            "Controlled By",
            &format!("{}/{}", owner.text("kind"), owner.text("name")),
        );
    }
}

pub(super) fn pods_status(page: &mut Description, object: &Value, neighbours: &dyn Surroundings) {
    let [running, waiting, succeeded, failed] = neighbours.pod_phases(object);
    let text =
        format!("{running} Running / {waiting} Waiting / {succeeded} Succeeded / {failed} Failed");
    page.field(0, "Pods Status", &text);
}

fn conditions(page: &mut Description, status: &Value) {
    let conditions = status.list("conditions");
    if conditions.is_empty() {
        return;
    }
    page.line(0, "Conditions:");
    page.table(
        &["Type", "Status", "Reason"],
        conditions.iter().map(|condition| {
            // The space after the type is kubectl's.
            let kind = format!("{} ", condition.text("type"));
            vec![
                kind,
                condition.text("status").to_owned(),
                condition.text("reason").to_owned(),
            ]
        }),
    );
}

/// A pod template; `rollout history --revision` prints the same lines, with tabs.
pub(crate) fn pod_template(page: &mut Description, template: &Value) {
    let spec = template.at("spec");
    page.line(0, "Pod Template:");
    page.labels("", "  Labels", template.map("metadata.labels"));
    if let Some(annotations) = template.map("metadata.annotations") {
        page.annotations("  Annotations", Some(annotations));
    }
    let account = spec.text("serviceAccountName");
    if !account.is_empty() {
        page.field(1, "Service Account", account);
    }
    if !spec.list("initContainers").is_empty() {
        containers(
            page,
            "Init Containers",
            spec.list("initContainers"),
            None,
            "  ",
        );
    }
    containers(page, "Containers", spec.list("containers"), None, "  ");
    volumes(page, spec.list("volumes"), "  ");
    page.spread_constraints("  ", spec.list("topologySpreadConstraints"));
    let class = spec.text("priorityClassName");
    if !class.is_empty() {
        page.field(1, "Priority Class Name", class);
    }
    page.labels("", "  Node-Selectors", spec.map("nodeSelector"));
    page.tolerations("  ", spec.list("tolerations"));
}

fn claim_templates(page: &mut Description, templates: &[Value]) {
    if templates.is_empty() {
        page.field(0, "Volume Claims", "<none>");
        return;
    }
    page.line(0, "Volume Claims:");
    for template in templates {
        page.field(1, "Name", template.text("metadata.name"));
        page.field(1, "StorageClass", crate::print::storage_class(template));
        page.labels("  ", "Labels", template.map("metadata.labels"));
        page.labels("  ", "Annotations", template.map("metadata.annotations"));
        let capacity = template.scalar("spec.resources.requests.storage");
        page.field(
            1,
            "Capacity",
            if capacity.is_empty() {
                "<default>"
            } else {
                &capacity
            },
        );
        page.field(
            1,
            "Access Modes",
            &go::value(&json!(template.list("spec.accessModes"))),
        );
    }
}

/// The Deployment's old ReplicaSets and the one with its template, by age
/// (`staging/src/k8s.io/kubectl/pkg/util/deployment/deployment.go`).
fn replica_sets(
    deployment: &Value,
    neighbours: &dyn Surroundings,
) -> (Vec<Rc<Value>>, Option<Rc<Value>>) {
    let uid = deployment.text("metadata.uid");
    let mut sets = neighbours.list(Kind::ReplicaSet, deployment.text("metadata.namespace"));
    sets.retain(|set| {
        controller_of(set).is_some_and(|owner| owner.text("uid") == uid)
            && selects(deployment.at("spec.selector"), set.at("metadata.labels"))
    });
    let age = |set: &Value| Time::parse(set.text("metadata.creationTimestamp"));
    light::sort(&mut sets, |a, b| {
        let names = || a.text("metadata.name").cmp(b.text("metadata.name"));
        age(a).cmp(&age(b)).then_with(names)
    });
    let template = without_hash(deployment.at("spec.template"));
    let new = sets
        .iter()
        .position(|set| without_hash(set.at("spec.template")) == template);
    let new = new.map(|index| sets.remove(index));
    (sets, new)
}

/// A template in normal form for comparisons: without the controller's hash label and without empty fields.
pub(crate) fn without_hash(template: &Value) -> Value {
    let mut template = template.clone();
    let Some(metadata) = template.get_mut("metadata").and_then(Value::as_object_mut) else {
        return template;
    };
    if let Some(labels) = metadata.get_mut("labels").and_then(Value::as_object_mut) {
        labels.remove(HASH_LABEL);
    }
    metadata
        .retain(|_, value| !value.is_null() && value.as_object().is_none_or(|map| !map.is_empty()));
    template
}

fn names(sets: &[Rc<Value>]) -> String {
    let texts: Vec<String> = sets
        .iter()
        .map(|set| {
            let (current, wanted) = (set.int("status.replicas"), set.int("spec.replicas"));
            format!(
                "{} ({current}/{wanted} replicas created)",
                set.text("metadata.name")
            )
        })
        .collect();
    if texts.is_empty() {
        "<none>".to_owned()
    } else {
        texts.join(", ")
    }
}
