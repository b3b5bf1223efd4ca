//! Pods deleted by the update step, called in isolation as in upstream's tests.

use super::*;
use crate::actor::memory::Memory;
use crate::actor::recorder::Recorder;
use crate::api::controller_revision::ControllerRevision;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::store::{DeleteOptions, Store};
use crate::versions::Version;
use serde_json::{Value, json};

/// A set with the state of its pods before the step.
struct Row {
    parallel: bool,
    replicas: i32,
    partition: i32,
    max: i32,
    min_ready: i32,
    /// Pods that are not ready.
    unready: &'static [i32],
    /// Pods that have been ready for less than a second; all others have been ready for long enough.
    young: &'static [i32],
    /// Terminating pods.
    ending: &'static [i32],
    /// Pods of the update revision.
    new: &'static [i32],
}

const PARALLEL: Row = Row {
    parallel: true,
    replicas: 3,
    partition: 0,
    max: 1,
    min_ready: 0,
    unready: &[],
    young: &[],
    ending: &[],
    new: &[],
};
const ORDERED: Row = Row {
    parallel: false,
    ..PARALLEL
};

fn created(store: &mut Store, kind: Kind, value: Value) -> Object {
    let object = Object::from_value(kind, value).expect("an object of the kind");
    store.create(object).expect("it is created")
}

impl Row {
    /// Ordinals of the pods that a version deletes, in order.
    fn deleted(&self, version: Version) -> Vec<i32> {
        let mut store = Store::new(1, 1);
        store.registers.features = version.into();
        store.registers.now = Time(1_000_000);
        let policy = if self.parallel {
            "Parallel"
        } else {
            "OrderedReady"
        };
        let mut rolling = json!({ "partition": self.partition });
        if store.has(Feature::MaxUnavailableStatefulSet) {
            rolling["maxUnavailable"] = json!(self.max);
        }
        let labels = json!({ "app": "web" });
        let spec = json!({ "containers": [{ "name": "web", "image": "nginx" }] });
        let set = json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet",
            "metadata": { "name": "web", "namespace": "default" },
            "spec": {
                "replicas": self.replicas, "minReadySeconds": self.min_ready,
                "podManagementPolicy": policy, "serviceName": "web",
                "selector": { "matchLabels": labels },
                "updateStrategy": { "type": "RollingUpdate", "rollingUpdate": rolling },
                "template": { "metadata": { "labels": labels }, "spec": spec },
            },
        });
        let Object::StatefulSet(set) = created(&mut store, Kind::StatefulSet, set) else {
            unreachable!("a StatefulSet is one")
        };
        for ordinal in 0..self.replicas {
            self.add_pod(&mut store, &set, ordinal, &spec);
        }
        let control = StatefulSetControl {
            key: Key::of(Kind::StatefulSet, "default", "web"),
            set,
            current: revision("old"),
            update: revision("new"),
            collision_count: 0,
        };
        let (mut recorder, mut memory) = (Recorder::default(), Memory::default());
        let cx = Context::new(&mut store, &mut recorder, &mut memory, Rc::default());
        let names = match control.next_update(&cx) {
            NextUpdate::Delete(pod) => vec![pod],
            NextUpdate::UpToMaxUnavailable(pods) => [pods.old_unavailable, pods.old].concat(),
            NextUpdate::OnDelete | NextUpdate::WaitFor(_) | NextUpdate::Done => Vec::new(),
        };
        let ordinal = |name: Rc<str>| crate::api::identity::parent_and_ordinal(&name).1;
        names.into_iter().map(ordinal).collect()
    }

    fn add_pod(&self, store: &mut Store, set: &StatefulSet, ordinal: i32, spec: &Value) {
        let revision = if self.new.contains(&ordinal) {
            "new"
        } else {
            "old"
        };
        let mut spec = spec.clone();
        spec["nodeName"] = json!("node-1");
        let owner = json!({
            "apiVersion": "apps/v1", "kind": "StatefulSet", "name": "web", "controller": true,
            "uid": set.metadata.uid.to_string(),
        });
        let pod = json!({
            "apiVersion": "v1", "kind": "Pod", "spec": spec,
            "metadata": {
                "name": format!("web-{ordinal}"), "namespace": "default",
                "labels": { "app": "web", "controller-revision-hash": revision },
                "ownerReferences": [owner],
            },
        });
        let mut pod = created(store, Kind::Pod, pod).to_value();
        let ready = if self.unready.contains(&ordinal) {
            "False"
        } else {
            "True"
        };
        let since = if self.young.contains(&ordinal) {
            store.now()
        } else {
            Time(0)
        };
        pod["status"]["phase"] = json!("Running");
        pod["status"]["conditions"] =
            json!([{ "type": "Ready", "status": ready, "lastTransitionTime": since.to_string() }]);
        let pod = Object::from_value(Kind::Pod, pod).expect("a pod");
        let key = pod.key();
        store.update_status(pod).expect("its status is written");
        if self.ending.contains(&ordinal) {
            let deleted = store.delete(&key, &DeleteOptions::default());
            deleted.expect("is deleted");
        }
    }
}

fn revision(name: &str) -> Rc<ControllerRevision> {
    Rc::new(ControllerRevision {
        metadata: ObjectMeta {
            name: name.into(),
            ..ObjectMeta::default()
        },
        data: Rc::default(),
        revision: 1,
    })
}

/// The table of kubernetes#137666 (`stateful_set_control_test.go`).
#[test]
fn matches_upstreams_table() {
    #[rustfmt::skip]
    let table: &[(Row, &[i32])] = &[
        (Row { replicas: 1, unready: &[0], ..PARALLEL }, &[0]),
        (Row { unready: &[2], ..PARALLEL }, &[2]),
        (Row { replicas: 5, max: 2, unready: &[3, 4], ..PARALLEL }, &[4, 3]),
        (Row { ending: &[2], ..PARALLEL }, &[]),
        (Row { replicas: 5, max: 3, ending: &[4], unready: &[3], ..PARALLEL }, &[3, 2]),
        (Row { replicas: 5, max: 3, ending: &[3], unready: &[4], ..PARALLEL }, &[4, 2]),
        (Row { min_ready: 30, young: &[2], ..PARALLEL }, &[2]),
        (Row { replicas: 5, partition: 2, unready: &[4], ..PARALLEL }, &[4]),
        (Row { replicas: 5, partition: 2, unready: &[2], ..PARALLEL }, &[2]),
        (Row { replicas: 5, partition: 2, unready: &[1], ..PARALLEL }, &[]),
        (Row { replicas: 5, partition: 3, max: 2, unready: &[3, 4], ..PARALLEL }, &[4, 3]),
        (Row { replicas: 5, partition: 3, max: 2, unready: &[1, 4], ..PARALLEL }, &[4]),
        (Row { replicas: 4, max: 2, unready: &[0, 1], ..PARALLEL }, &[1, 0]),
        (Row { replicas: 5, max: 3, unready: &[0, 1], ..PARALLEL }, &[1, 0, 4]),
        (Row { replicas: 1, unready: &[0], ..ORDERED }, &[]),
        (Row { unready: &[2], ..ORDERED }, &[]),
        (Row { ending: &[2], ..ORDERED }, &[]),
        (Row { min_ready: 30, young: &[2], ..ORDERED }, &[]),
        (Row { replicas: 5, max: 2, unready: &[4], ..ORDERED }, &[4]),
        (Row { replicas: 5, max: 3, ending: &[4], unready: &[3], ..ORDERED }, &[3]),
        (Row { replicas: 5, max: 3, ending: &[3], unready: &[4], ..ORDERED }, &[4]),
        (Row { replicas: 5, partition: 2, unready: &[4], ..ORDERED }, &[]),
    ];
    for (place, (row, want)) in table.iter().enumerate() {
        assert_eq!(row.deleted(Version::V1_37), *want, "row {place}");
    }
}

/// What the default `maxUnavailable` of 1 changes for Parallel.
#[test]
fn parallel_differs_from_1_36() {
    #[rustfmt::skip]
    let table: &[(Row, &[i32], &[i32])] = &[
        (PARALLEL, &[2], &[2]),
        (Row { unready: &[0], ..PARALLEL }, &[2], &[0]),
        (Row { unready: &[1, 2], ..PARALLEL }, &[2], &[2, 1]),
        (Row { unready: &[0, 1, 2], ..PARALLEL }, &[2], &[2, 1, 0]),
        (Row { unready: &[2], new: &[2], ..PARALLEL }, &[], &[]),
        (Row { ending: &[0], ..PARALLEL }, &[2], &[]),
        (Row { replicas: 5, partition: 2, unready: &[1], ..PARALLEL }, &[4], &[]),
        (Row { replicas: 5, partition: 2, unready: &[2], ..PARALLEL }, &[4], &[2]),
    ];
    for (place, (row, old, new)) in table.iter().enumerate() {
        assert_eq!(row.deleted(Version::V1_36), *old, "row {place} in 1.36");
        assert_eq!(row.deleted(Version::V1_37), *new, "row {place} in 1.37");
    }
}

/// OrderedReady does not change while one pod may be unavailable.
#[test]
fn ordered_ready_is_unchanged() {
    for version in Version::ALL {
        assert_eq!(ORDERED.deleted(version), [2], "{version}");
        let updated = Row {
            new: &[2],
            ..ORDERED
        };
        assert_eq!(updated.deleted(version), [1], "{version}");
    }
}
