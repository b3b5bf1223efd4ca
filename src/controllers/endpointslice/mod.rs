//! The EndpointSlice controller (`pkg/controller/endpointslice`, `staging/src/k8s.io/endpointslice`): lists the
//! addresses of the pods behind each Service.

pub mod branches;
pub mod endpoint;
pub mod reconcile;
mod trigger;
mod wake;

pub use wake::wake;

use super::refs;
use crate::actor::{Context, Kinds, Spec, SyncError};
use crate::api::endpoint_slice::{AddressType, EndpointPort, EndpointSlice, SERVICE_NAME};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::{ObjectMeta, StringMap};
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, PodSpec};
use crate::api::service::{IpFamily, Service, selects};
use crate::api::strings::Strings;
use crate::api::time::Time;
use crate::store::{ApiError, DeleteOptions, Store};
use branches as b;
use endpoint::ZONE;
use litemap::LiteMap;
use reconcile::{Contents, Desired, SlicePlan};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "endpoint-slice-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "eps",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[Kind::Service, Kind::Pod, Kind::EndpointSlice]),
    deaf_to_own: Kinds::of(&[Kind::EndpointSlice]),
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};
/// The label with the manager of a slice.
const MANAGED_BY: &str = "endpointslice.kubernetes.io/managed-by";
/// This controller's value of that label.
const MANAGER: &str = "endpointslice-controller.k8s.io";
/// The label of slices of headless Services.
const HEADLESS: &str = "service.kubernetes.io/headless";
/// The annotation with the time of the change that a slice reflects.
const TRIGGER_TIME: &str = "endpoints.kubernetes.io/last-change-trigger-time";

/// What all slices of a Service written in one sync share.
struct Common {
    labels: StringMap,
    trigger: Option<Time>,
}

/// Syncs the slices of a Service (`endpointslice_controller.go`, syncService).
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(object) = cx.store.get(key).cloned() else {
        trigger::forget(cx, key);
        cx.decide(&b::GONE);
        return Ok(());
    };
    let Some(service) = Service::of(&object).filter(Service::selects_pods) else {
        cx.decide(&b::NOT_MINE)
            .object("service", Kind::Service, key.name.clone());
        return Ok(());
    };
    let pods = pods_of(cx.store, &object);
    let trigger = trigger::time(cx, key, &service.metadata, &pods);
    let mut written = 0;
    for family in families(&service) {
        let existing = slices_of(cx.store, &service.metadata, family.into());
        let desired = desired(cx.store, &service, &pods, family);
        count_pods(cx, &service, pods.len(), &desired);
        let common = Common {
            labels: labels(&service),
            trigger,
        };
        let plan = reconcile::plan(&existing, desired, |slice| {
            slice.metadata.labels != common.labels
        });
        written += plan.create.len() + plan.update.len() + plan.delete.len();
        if let Err(error) = carry_out(cx, &service, family.into(), &common, plan) {
            let message = format!(
                "Error updating Endpoint Slices for Service {}/{}: {error}",
                key.namespace, key.name
            );
            let about = (Kind::Service, &service.metadata);
            let reason = "FailedToUpdateEndpointSlices";
            cx.event(NAME, about, EventType::Warning, reason, &message);
            return Err(error);
        }
    }
    if written == 0 {
        cx.decide(&b::RIGHT)
            .object("service", Kind::Service, key.name.clone());
    }
    Ok(())
}

fn pods_of(store: &Store, service: &Object) -> Vec<Rc<Pod>> {
    let namespace = &service.meta().namespace;
    let indexes = store.indexes();
    let names = indexes.pods_with(namespace, |labels| selects(service, labels));
    let keys = names
        .iter()
        .map(|name| Key::new(Kind::Pod, namespace, name));
    keys.filter_map(|key| store.pod(&key).cloned()).collect()
}

fn families(service: &Service) -> Vec<IpFamily> {
    if service.spec.ip_families.is_empty() {
        vec![IpFamily::IPv4]
    } else {
        service.spec.ip_families.clone()
    }
}

/// A Service's slices managed by this controller, by name.
fn slices_of(
    store: &Store,
    service: &ObjectMeta,
    addresses: AddressType,
) -> Vec<Rc<EndpointSlice>> {
    let dependents = store.indexes().dependents(&service.uid);
    let slices = dependents.filter_map(|key| store.endpoint_slice(key));
    let own = slices.filter(|slice| {
        is_managed(&slice.metadata)
            && slice.address_type == addresses
            && !slice.metadata.is_terminating()
    });
    own.cloned().collect()
}

fn is_managed(slice: &ObjectMeta) -> bool {
    slice.labels.get(MANAGED_BY).map(String::as_str) == Some(MANAGER)
}

/// The endpoints to list: pods with an address of the family, grouped by their resolved ports.
fn desired(store: &Store, service: &Service, pods: &[Rc<Pod>], family: IpFamily) -> Desired {
    let mut desired = Desired::new();
    let mut zones: LiteMap<Rc<str>, Option<Rc<str>>> = LiteMap::new_vec();
    let mut ports_of: Option<(Rc<PodSpec>, Vec<EndpointPort>)> = None;
    for pod in pods {
        let known: Vec<Rc<str>> = pod.status.pod_ip.iter().cloned().collect();
        let addresses = endpoint::addresses_of_family(&known, family);
        let has_address = !addresses.is_empty();
        if !endpoint::should_pod_be_in_endpoints(pod, has_address, true) {
            continue;
        }
        let zone = pod.node_name.as_ref().and_then(|node| {
            let zone = zones.entry(node.clone());
            zone.or_insert_with(|| zone_of(store, node)).clone()
        });
        let ports = match &ports_of {
            // Most pods share a template, and hence their spec.
            Some((spec, ports)) if Rc::ptr_eq(spec, &pod.spec) => ports.clone(),
            _ => endpoint::endpoint_ports(service, pod.spec.value()),
        };
        ports_of = Some((pod.spec.clone(), ports.clone()));
        let endpoint = endpoint::pod_to_endpoint(pod, addresses, zone, service);
        let group = desired.entry(ports).or_default();
        group.insert(pod.metadata.name.clone(), Rc::new(endpoint));
    }
    desired
}

fn zone_of(store: &Store, node: &Rc<str>) -> Option<Rc<str>> {
    let node = store.node(node)?;
    Some(node.meta().labels.get(ZONE)?.as_str().into())
}

fn count_pods(cx: &mut Context<'_>, service: &Service, pods: usize, desired: &Desired) {
    let listed = || desired.values().flat_map(BTreeMap::values);
    let ready = listed().filter(|endpoint| endpoint.conditions.ready == Some(true));
    cx.decide(&b::PODS)
        .object("service", Kind::Service, service.metadata.name.clone())
        .number("pods", number(pods))
        .number("ready", number(ready.count()))
        .number("listed", number(listed().count()));
}

/// The labels of a Service's slices: the Service's own, and those that identify slices (setEndpointSliceLabels).
fn labels(service: &Service) -> StringMap {
    let own = service.metadata.labels.iter();
    let own = own.filter(|(key, _)| ![SERVICE_NAME, MANAGED_BY, HEADLESS].contains(&key.as_str()));
    let own = own.map(|(key, value)| (key.clone(), value.clone()));
    let mut labels: Strings = own.collect();
    if service.is_headless() {
        labels.insert(HEADLESS.to_owned(), String::new());
    }
    labels.insert(SERVICE_NAME.to_owned(), service.metadata.name.to_string());
    labels.insert(MANAGED_BY.to_owned(), MANAGER.to_owned());
    Rc::new(labels)
}

/// Executes the plan: creates, then updates, then deletes (finalize).
fn carry_out(
    cx: &mut Context<'_>,
    service: &Service,
    addresses: AddressType,
    common: &Common,
    plan: SlicePlan,
) -> Result<(), SyncError> {
    // No slices are created for a Service that is being deleted.
    let create = if service.metadata.is_terminating() {
        Vec::new()
    } else {
        plan.create
    };
    for contents in create {
        if !create_slice(cx, service, addresses, common, contents)? {
            return Ok(());
        }
    }
    for (slice, contents) in plan.update {
        update_slice(cx, &slice, common, contents)?;
    }
    for slice in plan.delete {
        let key = slice_key(&slice.metadata);
        cx.decide(&b::DELETE)
            .object("slice", Kind::EndpointSlice, key.name.clone());
        ApiError::unless_gone(cx.store.delete(&key, &DeleteOptions::default()))?;
    }
    Ok(())
}

/// Returns `false` if nothing can be created because the namespace is being deleted.
fn create_slice(
    cx: &mut Context<'_>,
    service: &Service,
    addresses: AddressType,
    common: &Common,
    contents: Contents,
) -> Result<bool, SyncError> {
    let mut metadata = ObjectMeta {
        generate_name: Some(format!("{}-", service.metadata.name).into()),
        namespace: service.metadata.namespace.clone(),
        labels: common.labels.clone(),
        owner_references: [refs::controller_reference(Kind::Service, &service.metadata)].into(),
        ..ObjectMeta::default()
    };
    note_trigger(&mut metadata, common.trigger);
    let count = contents.endpoints.len();
    let slice = EndpointSlice {
        metadata,
        address_type: addresses,
        endpoints: contents.endpoints,
        ports: contents.ports,
    };
    let created = match cx.store.create(Object::EndpointSlice(Rc::new(slice))) {
        Ok(created) => created,
        Err(ApiError::NamespaceTerminating { .. }) => return Ok(false),
        Err(error) => return Err(error.into()),
    };
    let branch = if count == 0 {
        &b::PLACEHOLDER
    } else {
        &b::CREATE
    };
    cx.decide(branch)
        .object("slice", Kind::EndpointSlice, created.meta().name.clone())
        .number("endpoints", number(count));
    Ok(true)
}

fn update_slice(
    cx: &mut Context<'_>,
    slice: &EndpointSlice,
    common: &Common,
    contents: Contents,
) -> Result<(), SyncError> {
    let branch = if contents.endpoints.is_empty() {
        &b::PLACEHOLDER
    } else {
        &b::UPDATE
    };
    cx.decide(branch)
        .object("slice", Kind::EndpointSlice, slice.metadata.name.clone())
        .number("before", number(slice.endpoints.len()))
        .number("endpoints", number(contents.endpoints.len()));
    let mut slice = EndpointSlice {
        endpoints: contents.endpoints,
        ports: contents.ports,
        ..slice.clone()
    };
    slice.metadata.labels = common.labels.clone();
    note_trigger(&mut slice.metadata, common.trigger);
    cx.store.update(Object::EndpointSlice(Rc::new(slice)))?;
    Ok(())
}

/// A write without a trigger removes the previous trigger time (`utils.go`, addTriggerTimeAnnotation).
fn note_trigger(slice: &mut ObjectMeta, trigger: Option<Time>) {
    match trigger {
        Some(time) => drop(slice.set_annotation(TRIGGER_TIME, &time.to_string())),
        None => slice.remove_annotation(TRIGGER_TIME),
    }
}

fn slice_key(slice: &ObjectMeta) -> Key {
    Key::new(Kind::EndpointSlice, &slice.namespace, &slice.name)
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
