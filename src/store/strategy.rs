//! Which fields the server owns and which the client, by kind, at create and update
//! (`pkg/registry/*/*/strategy.go`, PrepareForCreate and PrepareForUpdate).

use crate::api::condition::ConditionStatus;
use crate::api::decode;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::pod::{PodCondition, PodConditionType, PodStatus};
use crate::api::schema::schema;
use crate::api::time::Time;
use crate::versions::{Feature, Features};
use serde_json::{Value, json};
use std::rc::Rc;

/// Kinds with a `metadata.generation`.
pub(super) fn has_generation(kind: Kind, features: Features) -> bool {
    use Kind::{Deployment, EndpointSlice, HorizontalPodAutoscaler, Pod, ReplicaSet, StatefulSet};
    match kind {
        Deployment | ReplicaSet | StatefulSet | Pod | EndpointSlice => true,
        HorizontalPodAutoscaler => features.has(Feature::HPAGeneration),
        kind => kind.info().generation,
    }
}

pub(super) fn reset_status(object: &mut Object) {
    match object {
        Object::Deployment(object) => Rc::make_mut(object).status = Default::default(),
        Object::ReplicaSet(object) => Rc::make_mut(object).status = Default::default(),
        Object::StatefulSet(object) => Rc::make_mut(object).status = Default::default(),
        Object::PersistentVolumeClaim(object) => Rc::make_mut(object).status = Default::default(),
        Object::Pod(object) => {
            let mut status = PodStatus {
                qos_class: object.spec.qos_class,
                ..PodStatus::default()
            };
            let gates = object.spec.value().get("schedulingGates");
            if gates
                .and_then(Value::as_array)
                .is_some_and(|gates| !gates.is_empty())
            {
                status.set_condition(gated());
            }
            Rc::make_mut(object).status = status;
        }
        Object::Other(kind, object) => {
            let status = match kind {
                Kind::HorizontalPodAutoscaler => {
                    json!({ "currentMetrics": null, "desiredReplicas": 0 })
                }
                Kind::PersistentVolume => json!({ "phase": "Pending" }),
                kind => match initial_status(*kind) {
                    Some(status) => status,
                    None => return,
                },
            };
            let fields = &mut Rc::make_mut(object).fields;
            match status {
                Value::Null => drop(fields.as_object_mut().map(|fields| fields.remove("status"))),
                status => fields["status"] = status,
            }
        }
        Object::ControllerRevision(_)
        | Object::EndpointSlice(_)
        | Object::Event(_)
        | Object::EventEntry(_) => {}
    }
}

/// The status of a new object of a kind that is stored, whatever the manifest contains: the zero value of its Go
/// type. `None` if the kind has no status that the server owns.
fn initial_status(kind: Kind) -> Option<Value> {
    if let Kind::Custom(_) = kind {
        return has_status(kind).then_some(Value::Null);
    }
    let type_name = format!("v1.{}", kind.info().status_type);
    let counted = [Kind::ResourceQuota, Kind::PodDisruptionBudget];
    let owned = kind.info().stored || counted.contains(&kind);
    let is_kept = owned && has_status(kind);
    let ty = schema().type_named(&type_name).filter(|_| is_kept)?;
    Some(decode::zero(&ty))
}

/// `pkg/registry/core/pod/strategy.go`, applySchedulingGatedCondition.
fn gated() -> PodCondition {
    PodCondition {
        kind: PodConditionType::PodScheduled,
        observed_generation: 0,
        status: ConditionStatus::False,
        last_probe_time: (),
        last_transition_time: Time::UNSET,
        reason: Some("SchedulingGated".into()),
        message: Some("Scheduling is blocked due to non-empty scheduling gates".into()),
    }
}

pub(super) fn keep_status(object: &mut Object, current: &Object) {
    match (object, current) {
        (Object::Deployment(new), Object::Deployment(old)) => {
            Rc::make_mut(new).status = old.status.clone();
        }
        (Object::ReplicaSet(new), Object::ReplicaSet(old)) => {
            Rc::make_mut(new).status = old.status.clone();
        }
        (Object::StatefulSet(new), Object::StatefulSet(old)) => {
            Rc::make_mut(new).status = old.status.clone();
        }
        (Object::PersistentVolumeClaim(new), Object::PersistentVolumeClaim(old)) => {
            Rc::make_mut(new).status = old.status.clone();
        }
        (Object::Pod(new), Object::Pod(old)) => Rc::make_mut(new).status = old.status.clone(),
        (Object::Other(kind, new), Object::Other(_, old)) if has_status(*kind) => {
            copy_field(&old.fields, &mut Rc::make_mut(new).fields, "status");
        }
        _ => {}
    }
}

/// Kinds stored as served whose status is a subresource.
fn has_status(kind: Kind) -> bool {
    !kind.info().status_type.is_empty()
}

fn copy_field(from: &Value, to: &mut Value, field: &str) {
    match from.get(field) {
        Some(value) => to[field] = value.clone(),
        None => {
            if let Some(fields) = to.as_object_mut() {
                fields.remove(field);
            }
        }
    }
}

pub(super) fn keep_spec(object: &mut Object, current: &Object) {
    match (object, current) {
        (Object::Deployment(new), Object::Deployment(old)) => {
            Rc::make_mut(new).spec = old.spec.clone();
        }
        (Object::ReplicaSet(new), Object::ReplicaSet(old)) => {
            Rc::make_mut(new).spec = old.spec.clone();
        }
        (Object::StatefulSet(new), Object::StatefulSet(old)) => {
            Rc::make_mut(new).spec = old.spec.clone();
        }
        (Object::PersistentVolumeClaim(new), Object::PersistentVolumeClaim(old)) => {
            let new = Rc::make_mut(new);
            new.spec = old.spec.clone();
            new.volume_name = old.volume_name.clone();
        }
        (Object::Pod(new), Object::Pod(old)) => {
            let new = Rc::make_mut(new);
            new.spec = old.spec.clone();
            new.node_name = old.node_name.clone();
            new.identity = old.identity.clone();
        }
        (Object::Other(kind, new), Object::Other(_, old)) if has_status(*kind) => {
            let mut fields = old.fields.clone();
            copy_field(&new.fields, &mut fields, "status");
            Rc::make_mut(new).fields = fields;
        }
        _ => {}
    }
}

/// Whether a write increments the generation.
///
/// A Deployment's annotations count like its spec, since they are copied to its ReplicaSets
/// (`pkg/registry/apps/deployment/strategy.go`, PrepareForUpdate).
pub(super) fn wants_other(current: &Object, object: &Object) -> bool {
    match (current, object) {
        (Object::Deployment(old), Object::Deployment(new)) => {
            old.spec != new.spec || old.metadata.annotations != new.metadata.annotations
        }
        (Object::ReplicaSet(old), Object::ReplicaSet(new)) => old.spec != new.spec,
        (Object::StatefulSet(old), Object::StatefulSet(new)) => old.spec != new.spec,
        (Object::Pod(old), Object::Pod(new)) => old.spec != new.spec,
        (Object::EndpointSlice(old), Object::EndpointSlice(new)) => {
            old.endpoints != new.endpoints
                || old.ports != new.ports
                || old.metadata.labels != new.metadata.labels
        }
        (Object::Other(kind, old), Object::Other(_, new)) => {
            let owns_status = !has_status(*kind);
            let wanted = |fields: &Value| {
                let mut fields = fields.clone();
                if let Some(fields) = fields.as_object_mut().filter(|_| !owns_status) {
                    fields.remove("status");
                }
                fields
            };
            wanted(&old.fields) != wanted(&new.fields)
        }
        _ => false,
    }
}
