//! Changes that queue Services (`endpointslice_controller.go`, the informers' handlers).

use super::is_managed;
use crate::actor::{Wake, cause_of};
use crate::api::endpoint_slice::SERVICE_NAME;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::service::selects;
use crate::store::{Change, Store};

/// The Services to queue after a change.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match change.key.kind {
        Kind::Service => wakes.push(Wake::now(change.key.clone(), cause_of(change))),
        Kind::Pod => pod_changed(store, change, wakes),
        Kind::EndpointSlice => slice_changed(store, change, wakes),
        _ => {}
    }
}

/// Services that select the pod now or did before the change, if its endpoint changed
/// (`staging/src/k8s.io/endpointslice/util/controller_utils.go`, GetServicesToUpdateOnPodChange).
fn pod_changed(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let pod = |object: &Option<Object>| match object {
        Some(Object::Pod(pod)) => Some(pod.clone()),
        _ => None,
    };
    let (before, after) = (pod(&change.before), pod(&change.after));
    if let (Some(before), Some(after)) = (&before, &after)
        && is_same_endpoint(before, after)
    {
        return;
    }
    for service in store.list(Kind::Service, Some(&change.key.namespace)) {
        let selected = |pod: &Pod| selects(service, &pod.metadata.labels);
        if before.as_deref().is_some_and(selected) || after.as_deref().is_some_and(selected) {
            wakes.push(Wake::now(service.key(), cause_of(change)));
        }
    }
}

fn is_same_endpoint(before: &Pod, after: &Pod) -> bool {
    before.is_ready() == after.is_ready()
        && before.is_finished() == after.is_finished()
        && before.metadata.is_terminating() == after.metadata.is_terminating()
        && before.status.pod_ip == after.status.pod_ip
        && before.node_name == after.node_name
        && before.identity == after.identity
        && before.metadata.labels == after.metadata.labels
}

/// A slice was written or deleted by someone else.
fn slice_changed(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let slice = change.before.as_ref().map(Object::meta);
    if let Some(slice) = slice.filter(|slice| is_managed(slice))
        && let Some(service) = slice.labels.get(SERVICE_NAME)
    {
        let key = Key::of(Kind::Service, &slice.namespace, service);
        if store.get(&key).is_some() {
            wakes.push(Wake::now(key, cause_of(change)));
        }
    }
}
