//! Rows of Deployments, ReplicaSets, StatefulSets and ControllerRevisions.

use serde_json::Value;

use super::{age, name};
use crate::api::look::{Look, controller_of, format_selector};
use crate::api::time::Time;

pub(super) fn deployment(object: &Value, now: Time) -> Vec<String> {
    let mut cells = vec![
        name(object),
        format!(
            "{}/{}",
            object.int("status.readyReplicas"),
            object.int("spec.replicas")
        ),
        object.int("status.updatedReplicas").to_string(),
        object.int("status.availableReplicas").to_string(),
        age(object, now),
    ];
    cells.extend(containers(object.at("spec.template")));
    // Unlike a ReplicaSet's, this selector is formatted with `labels.Selector.String()`: empty without
    // requirements.
    let selector = format_selector(object.at("spec.selector"));
    cells.push(if selector == "<none>" {
        String::new()
    } else {
        selector
    });
    cells
}

pub(super) fn replica_set(object: &Value, now: Time) -> Vec<String> {
    let mut cells = vec![
        name(object),
        object.int("spec.replicas").to_string(),
        object.int("status.replicas").to_string(),
        object.int("status.readyReplicas").to_string(),
        age(object, now),
    ];
    cells.extend(containers(object.at("spec.template")));
    cells.push(format_selector(object.at("spec.selector")));
    cells
}

/// The subresource `scale` of an object.
pub(super) fn scale(scale: &Value, now: Time) -> Vec<String> {
    vec![
        name(scale),
        scale.int("spec.replicas").to_string(),
        scale.int("status.replicas").to_string(),
        age(scale, now),
    ]
}

pub(super) fn stateful_set(object: &Value, now: Time) -> Vec<String> {
    let ready = format!(
        "{}/{}",
        object.int("status.readyReplicas"),
        object.int("spec.replicas")
    );
    let mut cells = vec![name(object), ready, age(object, now)];
    cells.extend(containers(object.at("spec.template")));
    cells
}

pub(super) fn controller_revision(object: &Value, now: Time) -> Vec<String> {
    let controller = controller_of(object).map_or_else(
        || "<none>".to_owned(),
        |owner| {
            let group = owner
                .text("apiVersion")
                .split_once('/')
                .map_or("", |(group, _)| group);
            super::resource_name(owner.text("kind"), group, owner.text("name"))
        },
    );
    vec![
        name(object),
        controller,
        object.int("revision").to_string(),
        age(object, now),
    ]
}

/// Names and images of a pod template's containers.
pub(super) fn containers(template: &Value) -> [String; 2] {
    ["name", "image"].map(|field| {
        let texts: Vec<&str> = template
            .list("spec.containers")
            .iter()
            .map(|container| container.text(field))
            .collect();
        texts.join(",")
    })
}
