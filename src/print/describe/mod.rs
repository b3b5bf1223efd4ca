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
mod volumes;
mod workloads;

use std::rc::Rc;

use serde_json::Value;

use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::time::Time;
use crate::versions::Features;

pub(crate) use page::Page;
pub(crate) use workloads::{pod_template, without_hash};

/// What else is in the cluster; a description shows some of it beside its object.
pub trait Neighbours {
    /// All objects of a kind in a namespace, in the order of their names. Without a namespace (`""`) those of all
    /// namespaces, by namespace and name; that is also how a kind is asked for that has no namespaces.
    fn list(&self, kind: Kind, namespace: &str) -> Vec<Rc<Value>>;

    /// The version of kubectl, and what is switched.
    fn features(&self) -> Features {
        Features::default()
    }

    /// The events about an object.
    fn events(&self, kind: Kind, object: &Value) -> Vec<Rc<Value>> {
        let mut events = self.list(Kind::Event, object.text("metadata.namespace"));
        events.retain(|event| is_about(event.at("involvedObject"), kind, object));
        events
    }

    /// How many pods that a controller owns are in which phase: Running, Pending, Succeeded, Failed.
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
    // A kubelet knows its node by name only, and writes that for the uid.
    let same_uid =
        reference.text("uid") == uid || (kind == Kind::Node && reference.text("uid") == name);
    reference.text("name") == name
        && reference.text("namespace") == object.text("metadata.namespace")
        && reference.text("kind") == kind.name()
        && (uid.is_empty() || same_uid)
}

/// The description of one object.
///
/// kubectl shows the events when one object is described, and leaves them out of the descriptions of several
/// (`show_events`).
pub fn describe(
    kind: Kind,
    object: &Value,
    neighbours: &dyn Neighbours,
    show_events: bool,
    now: Time,
) -> String {
    let mut page = Page::new(neighbours.features());
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
    }
    // Nobody writes events about these two, and kubectl does not look for any.
    if show_events && !matches!(kind, Kind::Secret | Kind::Namespace) {
        events::describe(&mut page, neighbours.events(kind, object), now);
    }
    page.finish()
}

/// Name, namespace (where there is one), labels and annotations: the way most descriptions begin.
fn header(page: &mut Page, object: &Value) {
    page.field(0, "Name", object.text("metadata.name"));
    page.field(0, "Namespace", object.text("metadata.namespace"));
    labels_and_annotations(page, object);
}

fn labels_and_annotations(page: &mut Page, object: &Value) {
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
