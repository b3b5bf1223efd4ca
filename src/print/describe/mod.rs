//! `kubectl describe` (`staging/src/k8s.io/kubectl/pkg/describe/describe.go`).

mod cluster;
mod config;
mod containers;
mod events;
mod generic;
mod hpa;
mod page;
mod pod;
mod resources;
mod service;
mod storage;
mod stored;
mod volumes;
mod workloads;

use std::rc::Rc;

use serde_json::Value;

use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::time::Time;
use crate::versions::Features;

pub(crate) use page::Description;
pub(crate) use workloads::{pod_template, without_hash};

/// Access to the rest of the cluster, some of which is shown in a description.
pub trait Surroundings {
    /// All objects of a kind in a namespace, ordered by name. With an empty namespace, those of all namespaces,
    /// ordered by namespace and name, or cluster-scoped objects.
    fn list(&self, kind: Kind, namespace: &str) -> Vec<Rc<Value>>;

    /// kubectl's version and feature gates.
    fn features(&self) -> Features;

    /// The events about an object.
    fn events(&self, kind: Kind, object: &Value) -> Vec<Rc<Value>> {
        let mut events = self.list(Kind::Event, object.text("metadata.namespace"));
        events.retain(|event| is_about(event.at("involvedObject"), kind, object));
        events
    }

    /// The number of pods owned by a controller that are Running, Pending, Succeeded and Failed.
    fn pod_phases(&self, owner: &Value) -> [usize; 4] {
        let uid = owner.text("metadata.uid");
        let pods = self.list(Kind::Pod, owner.text("metadata.namespace"));
        let owned = pods.iter().filter(|pod| {
            crate::api::look::controller_of(pod)
                .is_some_and(|controller| controller.text("uid") == uid)
                && crate::api::look::selects(owner.at("spec.selector"), pod.at("metadata.labels"))
        });
        let mut counts = [0; 4];
        for pod in owned {
            let phase = ["Running", "Pending", "Succeeded", "Failed"]
                .iter()
                .position(|phase| *phase == pod.text("status.phase"));
            if let Some(count) = phase.and_then(|phase| counts.get_mut(phase)) {
                *count += 1;
            }
        }
        counts
    }
}

fn is_about(reference: &Value, kind: Kind, object: &Value) -> bool {
    let (uid, name) = (object.text("metadata.uid"), object.text("metadata.name"));
    // A kubelet knows only its node's name, and uses that as the uid.
    let same_uid =
        reference.text("uid") == uid || (kind == Kind::Node && reference.text("uid") == name);
    reference.text("name") == name
        && reference.text("namespace") == object.text("metadata.namespace")
        && reference.text("kind") == kind.name()
        && (uid.is_empty() || same_uid)
}

/// Describes an object.
///
/// kubectl shows events when a single object is described, and omits them for several (`show_events`).
pub fn describe(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Surroundings,
    show_events: bool,
    now: Time,
) -> String {
    let mut page = Description::new(neighbours.features());
    match kind {
        Kind::Deployment => workloads::deployment(&mut page, object, neighbours),
        Kind::ReplicaSet => workloads::replica_set(&mut page, object, neighbours),
        Kind::StatefulSet => workloads::stateful_set(&mut page, object, neighbours),
        Kind::Pod => pod::describe(&mut page, object, now),
        Kind::Service => service::service(&mut page, object, neighbours),
        Kind::EndpointSlice => service::endpoint_slice(&mut page, object),
        Kind::PersistentVolumeClaim => storage::claim(&mut page, object, neighbours, now),
        Kind::PersistentVolume => storage::volume(&mut page, object, now),
        Kind::StorageClass => storage::class(&mut page, object),
        Kind::Namespace => cluster::namespace(&mut page, object),
        Kind::Node => cluster::node(&mut page, object, neighbours, now),
        Kind::HorizontalPodAutoscaler => hpa::describe(&mut page, object),
        Kind::ConfigMap => config::config_map(&mut page, object),
        Kind::Secret => config::secret(&mut page, object),
        Kind::ServiceAccount => config::service_account(&mut page, object),
        Kind::ControllerRevision | Kind::Event => generic::describe(&mut page, object),
        kind => stored::describe(&mut page, kind, object, neighbours),
    }
    // No events are recorded about these, and kubectl does not look for any.
    let without = matches!(
        kind,
        Kind::Secret
            | Kind::Namespace
            | Kind::NetworkPolicy
            | Kind::ResourceQuota
            | Kind::LimitRange
            | Kind::Role
            | Kind::ClusterRole
            | Kind::RoleBinding
            | Kind::ClusterRoleBinding
    );
    if show_events && !without {
        events::describe(&mut page, neighbours.events(kind, object), now);
    }
    page.finish()
}

/// Name, namespace (if any), labels and annotations, which begin most descriptions.
fn header(page: &mut Description, object: &Value) {
    page.field(0, "Name", object.text("metadata.name"));
    page.field(0, "Namespace", object.text("metadata.namespace"));
    labels_and_annotations(page, object);
}

fn labels_and_annotations(page: &mut Description, object: &Value) {
    page.labels("", "Labels", object.map("metadata.labels"));
    page.annotations("Annotations", object.map("metadata.annotations"));
}

/// `Terminating (lasts 5s)` for an object that is being deleted.
fn terminating(object: &Value, now: Time) -> Option<String> {
    let deleted = object.at("metadata.deletionTimestamp").as_str()?;
    Some(format!(
        "Terminating (lasts {})",
        crate::print::time::since(deleted, now)
    ))
}
