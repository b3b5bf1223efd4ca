//! The cluster as tables: a row per object, with the columns of `kubectl get` and the revision as in the lanes.

use super::{ClusterView, viewer};
use crate::page::order;
use crate::page::pods::PodState;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::engine::Engine;
use kubestep::print::{self, Column};
use kubestep::store::Store;

/// Kinds with a table, if there are any objects.
const KINDS: [Kind; 9] = [
    Kind::Deployment,
    Kind::StatefulSet,
    Kind::ReplicaSet,
    Kind::Pod,
    Kind::HorizontalPodAutoscaler,
    Kind::Service,
    Kind::EndpointSlice,
    Kind::PersistentVolumeClaim,
    Kind::PersistentVolume,
];

/// The table of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// The kind.
    pub kind: Kind,
    /// Number of objects.
    pub count: usize,
    /// Whether any are outside the namespace `default`.
    namespaces: bool,
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// The object.
    pub key: Key,
    /// A cell for each of the table's columns except the revision.
    pub cells: Vec<String>,
    /// The state of a pod.
    pub state: Option<PodState>,
    /// The index of its revision's letter.
    pub letter: Option<usize>,
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// The tables with any objects.
pub fn tables(store: &Store) -> Vec<Table> {
    let mut tables = Vec::new();
    for kind in KINDS {
        let (mut count, mut namespaces) = (0, false);
        for object in store.list(kind, None) {
            count += 1;
            namespaces |= !matches!(&*object.meta().namespace, "" | "default");
        }
        if count > 0 {
            tables.push(Table {
                kind,
                count,
                namespaces,
            });
        }
    }
    tables
}

impl Table {
    /// The headers.
    pub fn columns(self) -> Vec<&'static str> {
        let mut columns = Vec::new();
        if self.namespaces {
            columns.push("NAMESPACE");
        }
        let shown = print::columns(self.kind).iter();
        columns.extend(
            shown
                .filter(|column| self.shows(column))
                .map(|column| column.name),
        );
        if self.has_revisions() {
            columns.push("REVISION");
        }
        columns
    }

    /// Whether its objects have revisions.
    pub fn has_revisions(self) -> bool {
        matches!(self.kind, Kind::Pod | Kind::ReplicaSet)
    }

    /// Whether it can be sorted by other columns than the name.
    pub fn has_orders(self) -> bool {
        self.kind == Kind::Pod
    }

    /// Whether a column is shown: those of kubectl, and the node of a pod.
    fn shows(self, column: &Column) -> bool {
        !column.wide || (self.kind == Kind::Pod && column.name == "NODE")
    }

    /// A range of rows, sorted by name or by a column.
    pub fn rows(
        self,
        engine: &Engine,
        view: &ClusterView,
        by: (&str, bool),
        (from, count): (usize, usize),
    ) -> Vec<TableRow> {
        let store = engine.store();
        let mut objects: Vec<&Object> = Vec::new();
        if self.has_orders() && by != ("NAME", false) {
            objects.extend(store.list(self.kind, None));
            objects = order::by_key(objects, |object| match object {
                Object::Pod(pod) => rank(store, view, pod, by.0),
                _ => 0,
            });
            if by.1 {
                objects.reverse();
            }
            objects = objects.into_iter().skip(from).take(count).collect();
        } else {
            objects.extend(store.list(self.kind, None).skip(from).take(count));
        }
        let since = viewer::since(engine);
        let rows = objects.into_iter();
        rows.map(|object| self.row(store, view, object, since))
            .collect()
    }

    fn row(self, store: &Store, view: &ClusterView, object: &Object, since: u64) -> TableRow {
        let meta = object.meta();
        let mut cells = Vec::new();
        if self.namespaces {
            cells.push(meta.namespace.to_string());
        }
        let columns = print::columns(self.kind).iter();
        let all = print::row(self.kind, &object.to_value(), true, store.now());
        let shown = columns.zip(all).filter(|(column, _)| self.shows(column));
        cells.extend(shown.map(|(_, cell)| cell));
        let (letter, state) = match object {
            Object::Pod(pod) => {
                let (letter, min_ready) = view.revision_of(pod);
                (letter, Some(PodState::of(pod, min_ready, store.now())))
            }
            Object::ReplicaSet(set) => (view.letter_of(&set.metadata.uid), None),
            _ => (None, None),
        };
        TableRow {
            key: object.key(),
            cells,
            state,
            letter,
            changed: meta.resource_version >= since,
        }
    }
}

/// The sort key of a pod for a column.
fn rank(store: &Store, view: &ClusterView, pod: &Pod, column: &str) -> i64 {
    match column {
        "READY" => i64::from(pod.is_ready()),
        "STATUS" => PodState::of(pod, view.revision_of(pod).1, store.now()) as i64,
        "RESTARTS" => {
            let containers = pod.status.container_statuses.iter();
            containers
                .map(|container| i64::from(container.restart_count))
                .sum()
        }
        "AGE" => -pod.metadata.creation_timestamp.unwrap_or_default().0,
        "NODE" => {
            let mut nodes = store.list(Kind::Node, None);
            let place = nodes.position(|node| Some(&node.meta().name) == pod.node_name.as_ref());
            place.map_or(-1, |place| i64::try_from(place).unwrap_or(0))
        }
        "REVISION" => {
            let letter = view.revision_of(pod).0;
            letter.map_or(-1, |letter| i64::try_from(letter).unwrap_or(0))
        }
        _ => 0,
    }
}
