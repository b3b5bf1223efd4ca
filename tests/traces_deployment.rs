//! Complete rollouts, as traced with the real Deployment controller and a simple model of pods.
//!
//!
//! A tick consists of the user's action, the controller running until nothing changes, a record, and one turn of
//! the model. The model represents pods only as counts in the status of each ReplicaSet, except that the pods
//! removed by a Recreate Deployment stay as terminating objects for two more turns.

#[path = "common/cluster.rs"]
mod cluster;
mod common;

use cluster::{key, object, settle};
use common::{Case, check};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::replica_set::ReplicaSet;
use kubestep::engine::{Actor, Config, Engine};
use kubestep::store::DeleteOptions;
use kubestep::versions::Version;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Milliseconds per tick, so that every ReplicaSet is created in a different second.
const TICK: i64 = 2000;
/// Number of turns for which a removed pod of a Recreate Deployment stays.
const ENDING_TURNS: u32 = 2;

/// Where a real cluster differs from the traces' API server, which has no conflicts: case, tick, the trace's
/// condition, the actual condition, and its index in the list.
///
///
/// The sync that finds the Deployment resumed writes that to the status, so that its second write, about the new
/// ReplicaSet, causes a conflict. A recording of a real control plane (`deployment-pause-resume`) shows the same:
/// DeploymentResumed, and no NewReplicaSetCreated.
///
///
/// The sync after a scaling event still sees the Deployment without its new status, with the same result: the
/// condition of the previous rollout remains.
const WITH_CONFLICTS: &[(&str, i64, &str, &str, usize)] = &[
    (
        "pause, two changes, scale, resume",
        10,
        "Progressing=True NewReplicaSetCreated",
        "Progressing=Unknown DeploymentResumed",
        1,
    ),
    (
        "image and replicas changed in one write (3 to 6): the old RS is scaled first",
        4,
        "Progressing=True NewReplicaSetCreated",
        "Progressing=True NewReplicaSetAvailable",
        0,
    ),
];

struct Harness {
    engine: Engine,
    recreate: bool,
    /// Terminating pods, with their remaining turns.
    ending: BTreeMap<Key, u32>,
}

impl Harness {
    fn new(case: &Case) -> Self {
        let mut engine = Engine::new(Config {
            actors: [Actor::Deployment].into(),
            features: Version::V1_36.into(),
            ..Config::manual()
        });
        let input = &case.input;
        let recreate = input["strategy"] == "Recreate";
        let strategy = if recreate {
            json!({ "type": "Recreate" })
        } else {
            let bound = |name: &str| match input[name].as_str().unwrap() {
                text if text.ends_with('%') => json!(text),
                text => json!(text.parse::<i32>().unwrap()),
            };
            json!({ "type": "RollingUpdate", "rollingUpdate": {
                "maxSurge": bound("maxSurge"), "maxUnavailable": bound("maxUnavailable")
            } })
        };
        let manifest = json!({
            "metadata": { "name": "web" },
            "spec": {
                "replicas": input["replicas"],
                "revisionHistoryLimit": input["revisionHistoryLimit"],
                "progressDeadlineSeconds": input["progressDeadlineSeconds"],
                "selector": { "matchLabels": { "app": "web" } },
                "strategy": strategy,
                "template": {
                    "metadata": { "labels": { "app": "web" } },
                    "spec": { "containers": [{ "name": "app", "image": "v1" }] }
                }
            }
        });
        let deployment = object(Kind::Deployment, manifest);
        let created = engine.act("create", |cx| cx.store.create(deployment));
        created.expect("the API server accepts it");
        Self {
            engine,
            recreate,
            ending: BTreeMap::new(),
        }
    }

    /// Performs the user's action of a tick; returns it in the notation of records.
    fn act(&mut self, step: &Value) -> String {
        let name = key(Kind::Deployment, "web");
        let object = self.engine.store().get(&name).expect("the Deployment");
        let mut value = object.to_value();
        let replicas = step["n"].as_i64().unwrap_or(0);
        let image = step["s"].as_str().unwrap_or_default();
        let image_path = "/spec/template/spec/containers/0/image";
        let done = match step["op"].as_str().unwrap() {
            "image" => {
                *value.pointer_mut(image_path).unwrap() = json!(image);
                format!("image={image}")
            }
            "replicas" => {
                value["spec"]["replicas"] = json!(replicas);
                format!("spec.replicas={replicas}")
            }
            "image+replicas" => {
                *value.pointer_mut(image_path).unwrap() = json!(image);
                value["spec"]["replicas"] = json!(replicas);
                format!("image={image} and spec.replicas={replicas}")
            }
            "pause" => {
                value["spec"]["paused"] = json!(true);
                "paused=true".to_owned()
            }
            "resume" => {
                value["spec"]["paused"] = json!(false);
                "paused=false".to_owned()
            }
            other => panic!("unknown step {other}"),
        };
        let changed = Object::from_value(Kind::Deployment, value).expect("a Deployment");
        let written = self.engine.act(&done, |cx| cx.store.update(changed));
        written.expect("the API server accepts it");
        done
    }

    /// The ReplicaSets in the order of creation, with the images of their templates.
    fn sets(&self) -> Vec<(String, Rc<ReplicaSet>)> {
        let list = self.engine.store().list(Kind::ReplicaSet, None);
        let mut sets: Vec<_> = list
            .filter_map(|object| match object {
                Object::ReplicaSet(set) => Some((image(set), set.clone())),
                _ => None,
            })
            .collect();
        sets.sort_by_key(|(_, set)| (set.metadata.created(), set.metadata.name.clone()));
        sets
    }

    /// The state in the notation of traces, without the events.
    fn record(&self) -> Value {
        let sets = self.sets().into_iter().map(|(image, set)| {
            let annotation = |name: &str| {
                let key = format!("deployment.kubernetes.io/{name}");
                set.metadata.annotation(&key).unwrap_or_default().to_owned()
            };
            format!(
                "RS({image}) rev={} history=[{}] spec={} pods={} available={}",
                annotation("revision"),
                annotation("revision-history"),
                set.spec.replicas,
                set.status.replicas,
                set.status.available_replicas
            )
        });
        let sets: Vec<String> = sets.collect();
        let name = key(Kind::Deployment, "web");
        let deployment = self.engine.store().deployment(&name).expect("exists");
        let conditions = deployment.status.conditions.iter().map(|condition| {
            let kind = serde_json::to_value(condition.kind).unwrap();
            let (kind, status) = (kind.as_str().unwrap().to_owned(), condition.status.as_str());
            format!("{kind}={status} {}", condition.reason)
        });
        let status = &deployment.status;
        json!({
            "conditions": conditions.collect::<Vec<_>>(),
            "replicaSets": sets,
            "revision": deployment.metadata.annotation("deployment.kubernetes.io/revision"),
            "status": {
                "available": status.available_replicas,
                "ready": status.ready_replicas,
                "replicas": status.replicas,
                "unavailable": status.unavailable_replicas,
                "updated": status.updated_replicas
            }
        })
    }

    /// Events since the last tick in order, with images instead of names.
    fn events(&self, since: usize) -> Vec<String> {
        let names = self.sets();
        let mut texts = Vec::new();
        for step in self.engine.steps().iter().skip(since) {
            for change in &step.changes {
                let Some(event) = change.after.as_ref().and_then(Object::as_event) else {
                    continue;
                };
                let mut message = event.message.to_string();
                for (image, set) in &names {
                    message = message.replace(&*set.metadata.name, &format!("RS({image})"));
                }
                let kind = serde_json::to_value(event.kind).unwrap();
                let kind = kind.as_str().unwrap();
                texts.push(format!("{kind} {} {message}", event.reason));
            }
        }
        texts
    }

    /// Runs a turn of the model.
    fn turn(&mut self) {
        let over: Vec<Key> = self
            .ending
            .iter()
            .filter(|(_, left)| **left == 0)
            .map(|(key, _)| key.clone())
            .collect();
        for key in over {
            self.ending.remove(&key);
            let at_once = DeleteOptions {
                grace_period_seconds: Some(0),
                ..DeleteOptions::default()
            };
            let gone = self
                .engine
                .act("stopped", |cx| cx.store.delete(&key, &at_once));
            gone.expect("the API server accepts it");
        }
        for left in self.ending.values_mut() {
            *left -= 1;
        }
        for (image, set) in self.sets() {
            let (before, after) = (set.status.replicas, set.spec.replicas);
            let available = if image == "bad" { 0 } else { before.min(after) };
            if self.recreate {
                for number in after..before {
                    self.end_pod(&set, number);
                }
            }
            let mut set = (*set).clone();
            set.status.observed_generation = set.metadata.generation;
            set.status.replicas = after;
            set.status.ready_replicas = available;
            set.status.available_replicas = available;
            let object = Object::ReplicaSet(Rc::new(set));
            let written = self
                .engine
                .act("model", |cx| cx.store.update_status(object));
            written.expect("the API server accepts it");
        }
        // Whatever the turn has queued belongs to the next tick.
        let next = self.engine.now().plus_millis(TICK).whole_seconds();
        self.engine.advance(next);
    }

    /// Creates a terminating pod.
    fn end_pod(&mut self, set: &ReplicaSet, number: i32) {
        let manifest = json!({
            "metadata": {
                "name": format!("{}-{number}", set.metadata.name),
                "labels": set.spec.template.labels,
                "ownerReferences": [{
                    "apiVersion": "apps/v1", "kind": "ReplicaSet", "name": set.metadata.name,
                    "uid": set.metadata.uid, "controller": true
                }]
            },
            "spec": { "nodeName": "node-1", "containers": [] }
        });
        let pod = object(Kind::Pod, manifest);
        let key = pod.key();
        let made = self.engine.act("end", |cx| {
            cx.store.create(pod)?;
            cx.store.delete(&key, &DeleteOptions::default())
        });
        made.expect("the API server accepts it");
        self.ending.insert(key, ENDING_TURNS - 1);
    }
}

fn image(set: &ReplicaSet) -> String {
    set.spec.template.pod_spec.containers[0].image.to_string()
}

/// Replays a case; records equal to the previous one are omitted, as in the table.
fn replay(case: &Case) -> Vec<Value> {
    let mut harness = Harness::new(case);
    let steps = case.input["steps"].as_array().cloned().unwrap_or_default();
    let mut trace: Vec<Value> = Vec::new();
    let mut before = Value::Null;
    for tick in 0..case.input["ticks"].as_i64().unwrap() {
        let since = harness.engine.cursor();
        let due = steps
            .iter()
            .filter(|step| step["at"].as_i64().unwrap_or(0) == tick);
        let actions: Vec<String> = due.map(|step| harness.act(step)).collect();
        settle(&mut harness.engine);
        let mut record = harness.record();
        let events = harness.events(since);
        if !actions.is_empty() {
            record["actions"] = json!(actions);
        }
        if !events.is_empty() {
            record["events"] = json!(events);
        }
        if record != before {
            before = record.clone();
            record["tick"] = json!(tick);
            trace.push(record);
        }
        harness.turn();
    }
    trace
}

#[test]
fn traces() {
    check("deployment_traces", |case| {
        let got = replay(case);
        let mut want = case.want["trace"].as_array().expect("a trace").clone();
        for (_, tick, of_trace, real, at) in WITH_CONFLICTS.iter().filter(|it| it.0 == case.name) {
            let record = want.iter_mut().find(|record| record["tick"] == *tick);
            let conditions = record.ok_or("no such tick")?["conditions"].as_array_mut();
            let conditions = conditions.ok_or("no conditions")?;
            let place = conditions.iter().position(|it| it == of_trace);
            conditions.remove(place.ok_or("no such condition")?);
            conditions.insert(*at, json!(real));
        }
        for (index, want) in want.iter().enumerate() {
            let got = got.get(index).unwrap_or(&Value::Null);
            if got != want {
                return Err(format!("record {index}\n   got {got}\n  want {want}"));
            }
        }
        match got.len() == want.len() {
            true => Ok(()),
            false => Err(format!("{} records, not {}", got.len(), want.len())),
        }
    });
}
