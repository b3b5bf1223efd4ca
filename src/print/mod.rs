//! kubectl's output formats: pure functions of objects as the API server serves them. They do not know the store;
//! anything else that a text needs is passed as an argument.
//!
//! This module has the tables of `kubectl get`: the columns of a kind, and the content of their cells.
//!
//! In a cluster the API server computes the cells (`pkg/printers/internalversion/printers.go`) and kubectl only
//! aligns them; here [`rows`](row) returns the cells and [`table`] aligns them.

pub mod custom_columns;
pub mod describe;
pub mod duration;
pub mod event;
pub mod go;
pub mod go_template;
mod hpa;
pub mod json;
pub mod jsonpath;
mod node;
pub mod pod;
pub mod rollout;
mod service;
pub mod sort_by;
mod storage;
mod stored;
pub mod table;
pub mod tabwriter;
pub mod time;
pub mod unified;
mod workloads;

use serde_json::Value;

use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::time::Time;

pub use crate::api::custom::Column;

macro_rules! columns {
    ($($name:ident = [$($column:literal),*] wide [$($wide:literal),*];)*) => {
        $(const $name: &[Column] = &[
            $(Column { name: $column, wide: false },)*
            $(Column { name: $wide, wide: true },)*
        ];)*
    };
}

columns! {
    DEPLOYMENT = ["NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE"] wide ["CONTAINERS", "IMAGES", "SELECTOR"];
    REPLICA_SET = ["NAME", "DESIRED", "CURRENT", "READY", "AGE"] wide ["CONTAINERS", "IMAGES", "SELECTOR"];
    STATEFUL_SET = ["NAME", "READY", "AGE"] wide ["CONTAINERS", "IMAGES"];
    CONTROLLER_REVISION = ["NAME", "CONTROLLER", "REVISION", "AGE"] wide [];
    POD = ["NAME", "READY", "STATUS", "RESTARTS", "AGE"] wide ["IP", "NODE", "NOMINATED NODE", "READINESS GATES"];
    SERVICE = ["NAME", "TYPE", "CLUSTER-IP", "EXTERNAL-IP", "PORT(S)", "AGE"] wide ["SELECTOR"];
    ENDPOINT_SLICE = ["NAME", "ADDRESSTYPE", "PORTS", "ENDPOINTS", "AGE"] wide [];
    CLAIM = ["NAME", "STATUS", "VOLUME", "CAPACITY", "ACCESS MODES", "STORAGECLASS", "VOLUMEATTRIBUTESCLASS", "AGE"]
        wide ["VOLUMEMODE"];
    VOLUME = ["NAME", "CAPACITY", "ACCESS MODES", "RECLAIM POLICY", "STATUS", "CLAIM", "STORAGECLASS",
        "VOLUMEATTRIBUTESCLASS", "REASON", "AGE"] wide ["VOLUMEMODE"];
    STORAGE_CLASS = ["NAME", "PROVISIONER", "RECLAIMPOLICY", "VOLUMEBINDINGMODE", "ALLOWVOLUMEEXPANSION", "AGE"] wide [];
    NAMESPACE = ["NAME", "STATUS", "AGE"] wide [];
    AUTOSCALER = ["NAME", "REFERENCE", "TARGETS", "MINPODS", "MAXPODS", "REPLICAS", "AGE"] wide [];
    NODE = ["NAME", "STATUS", "ROLES", "AGE", "VERSION"]
        wide ["INTERNAL-IP", "EXTERNAL-IP", "OS-IMAGE", "KERNEL-VERSION", "CONTAINER-RUNTIME"];
    CONFIG_MAP = ["NAME", "DATA", "AGE"] wide [];
    SECRET = ["NAME", "TYPE", "DATA", "AGE"] wide [];
    SERVICE_ACCOUNT = ["NAME", "AGE"] wide [];
    SCALE = ["NAME", "DESIRED", "AVAILABLE", "AGE"] wide [];
    ENDPOINTS_TABLE = ["NAME", "ENDPOINTS", "AGE"] wide [];
}

/// The columns of `kubectl get endpoints`; the kind is deprecated and not simulated, but its table is printed.
pub const ENDPOINTS: &[Column] = ENDPOINTS_TABLE;

pub(crate) use node::roles;
pub use service::endpoints_row;
pub(crate) use service::{host_port, load_balancer};
pub(crate) use storage::{access_modes, is_default as is_default_class, storage_class};

/// The columns of a kind, including those of `-o wide`.
#[must_use]
pub fn columns(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::Deployment => DEPLOYMENT,
        Kind::ReplicaSet => REPLICA_SET,
        Kind::StatefulSet => STATEFUL_SET,
        Kind::ControllerRevision => CONTROLLER_REVISION,
        Kind::Pod => POD,
        Kind::Service => SERVICE,
        Kind::EndpointSlice => ENDPOINT_SLICE,
        Kind::PersistentVolumeClaim => CLAIM,
        Kind::PersistentVolume => VOLUME,
        Kind::StorageClass => STORAGE_CLASS,
        Kind::Namespace => NAMESPACE,
        Kind::HorizontalPodAutoscaler => AUTOSCALER,
        Kind::Node => NODE,
        Kind::ConfigMap => CONFIG_MAP,
        Kind::Secret => SECRET,
        Kind::ServiceAccount => SERVICE_ACCOUNT,
        Kind::Event => event::COLUMNS,
        kind => stored::columns(kind),
    }
}

/// The cells of one object, one for each of the kind's [`columns()`], at the virtual time `now`.
///
/// Without `wide`, addresses of load balancers are truncated to 16 characters. The API server always generates wide
/// tables (`pkg/printers/storage/storage.go`), from which kubectl omits columns, so tables of `kubectl get` are
/// made with `wide` set.
#[must_use]
pub fn row(kind: Kind, object: &Value, wide: bool, now: Time) -> Vec<String> {
    match kind {
        Kind::Deployment => workloads::deployment(object, now),
        Kind::ReplicaSet => workloads::replica_set(object, now),
        Kind::StatefulSet => workloads::stateful_set(object, now),
        Kind::ControllerRevision => workloads::controller_revision(object, now),
        Kind::Pod => pod::row(object, now),
        Kind::Service => service::row(object, wide, now),
        Kind::EndpointSlice => service::endpoint_slice(object, now),
        Kind::PersistentVolumeClaim => storage::claim(object, now),
        Kind::PersistentVolume => storage::volume(object, now),
        Kind::StorageClass => storage::class(object, now),
        Kind::Namespace => vec![
            name(object),
            object.text("status.phase").to_owned(),
            age(object, now),
        ],
        Kind::HorizontalPodAutoscaler => hpa::row(object, now),
        Kind::Node => node::row(object, now),
        Kind::ConfigMap => {
            let entries = entries(object, "data") + entries(object, "binaryData");
            vec![name(object), entries.to_string(), age(object, now)]
        }
        Kind::Secret => {
            let kind = object.text("type").to_owned();
            vec![
                name(object),
                kind,
                entries(object, "data").to_string(),
                age(object, now),
            ]
        }
        Kind::ServiceAccount => vec![name(object), age(object, now)],
        Kind::Event => event::row(object, now),
        kind => stored::row(kind, object, now),
    }
}

/// `KIND[.GROUP]/NAME`, with the kind in lower case (`formatResourceName` of
/// `staging/src/k8s.io/cli-runtime/pkg/printers/tableprinter.go`).
#[must_use]
pub fn resource_name(kind: &str, group: &str, name: &str) -> String {
    match (kind, group) {
        ("", _) => name.to_owned(),
        (_, "") => format!("{}/{name}", kind.to_ascii_lowercase()),
        _ => format!("{}.{group}/{name}", kind.to_ascii_lowercase()),
    }
}

fn name(object: &Value) -> String {
    object.text("metadata.name").to_owned()
}

fn age(object: &Value, now: Time) -> String {
    time::since(object.text("metadata.creationTimestamp"), now)
}

fn entries(object: &Value, field: &str) -> usize {
    object.map(field).map_or(0, serde_json::Map::len)
}

/// The text, or an alternative if it is empty.
fn or<'a>(text: &'a str, otherwise: &'a str) -> &'a str {
    if text.is_empty() { otherwise } else { text }
}
