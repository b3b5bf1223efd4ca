//! The StatefulSet controller against traces of the real control loop.

#[path = "common/stateful_set.rs"]
mod bench;
#[path = "common/cluster.rs"]
mod cluster;
mod common;

use bench::{Bench, change, key, set_image, web};
use cluster::object;
use common::{Case, check, int, same, text};
use kubestep::api::identity::pod_revision;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::pod::PodPhase;
use kubestep::api::time::Time;
use kubestep::node::manual::Verb;
use kubestep::store::{Change, DeleteOptions};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The images of all revisions by name, which traces use to identify them.
fn images(bench: &Bench) -> BTreeMap<String, (String, i64)> {
    let revisions = bench.store.list(Kind::ControllerRevision, None);
    let images = revisions.filter_map(|object| match object {
        Object::ControllerRevision(revision) => {
            let image = revision
                .data
                .value()
                .pointer("/spec/template/spec/containers/0/image");
            let image = text(image?).to_owned();
            Some((
                revision.metadata.name.to_string(),
                (image, revision.revision),
            ))
        }
        _ => None,
    });
    images.collect()
}

/// The set of a trace.
fn traced_set(input: &Value) -> Value {
    let partition = json!({ "partition": input["partition"] });
    let mut strategy = json!({ "type": input["strategy"] });
    if input["rollingUpdateBlock"] == true {
        strategy["rollingUpdate"] = partition;
        match text(&input["maxUnavailable"]) {
            "" => {}
            percent if percent.ends_with('%') => {
                strategy["rollingUpdate"]["maxUnavailable"] = json!(percent);
            }
            number => {
                let number: i32 = number.parse().unwrap();
                strategy["rollingUpdate"]["maxUnavailable"] = json!(number);
            }
        }
    }
    let mut spec = json!({
        "replicas": input["replicas"],
        "podManagementPolicy": input["podManagementPolicy"],
        "updateStrategy": strategy,
    });
    if input["ordinalsStart"] != 0 {
        spec["ordinals"] = json!({ "start": input["ordinalsStart"] });
    }
    web(&spec)
}

/// The user's actions in a trace.
fn user_acts(bench: &mut Bench, step: &Value) {
    let pod = format!("web-{}", int(&step["n"]));
    match text(&step["op"]) {
        "image" => set_image(bench, text(&step["s"])),
        "replicas" => change(bench, "/spec/replicas", json!(int(&step["n"]))),
        "partition" => {
            let partition = json!(int(&step["n"]));
            change(
                bench,
                "/spec/updateStrategy/rollingUpdate/partition",
                partition,
            );
        }
        "delete" => {
            let options = DeleteOptions::default();
            bench.store.delete(&key(Kind::Pod, &pod), &options).unwrap();
        }
        "unready" => bench.act(&Verb::Unready, &pod),
        "ready" => bench.act(&Verb::Ready, &pod),
        "fail" => bench.act(&Verb::Fail(None), &pod),
        other => panic!("a trace has an unknown action: {other}"),
    }
}

/// The traces' kubelet: terminating pods are removed after two turns, others run.
fn kubelet_turns(bench: &mut Bench, turns: &mut BTreeMap<Rc<str>, u32>) {
    for pod in bench.pods() {
        let name = &pod.metadata.name;
        if pod.metadata.is_terminating() {
            let turn = turns.entry(name.clone()).or_default();
            *turn += 1;
            if *turn == 2 {
                turns.remove(name);
                bench.remove(name);
            } else if pod.is_ready() {
                bench.act(&Verb::Unready, name);
            }
        } else if pod.status.phase == PodPhase::Pending {
            let bad = pod
                .spec
                .containers
                .iter()
                .any(|container| *container.image == *"bad");
            bench.act(if bad { &Verb::Run } else { &Verb::Ready }, name);
        }
    }
}

/// A record of a trace.
fn record(bench: &Bench, changes: &[Change], parallel: bool) -> Value {
    let images = images(bench);
    let image = |revision: &str| {
        images
            .get(revision)
            .map_or("?", |(image, _)| image)
            .to_owned()
    };
    let pods: Vec<String> = bench
        .pods()
        .iter()
        .map(|pod| {
            let state = if pod.metadata.is_terminating() {
                "Terminating".to_owned()
            } else if pod.is_ready() {
                "Ready".to_owned()
            } else if pod.status.phase == PodPhase::Running {
                "NotReady".to_owned()
            } else {
                format!("{:?}", pod.status.phase)
            };
            format!(
                "{} {} {state}",
                pod.metadata.name,
                image(pod_revision(&pod.metadata))
            )
        })
        .collect();
    let mut events: Vec<String> = changes
        .iter()
        .filter_map(|change| match change.after.as_ref()?.as_event() {
            Some(event) if !event.message.contains(" Claim ") => {
                // The traces' recorder does not aggregate events.
                let message = event
                    .message
                    .trim_start_matches("(combined from similar events): ");
                Some(format!("{} {} {message}", event.kind, event.reason))
            }
            _ => None,
        })
        .collect();
    if parallel {
        events.sort();
    }
    let status = bench.set("web").status;
    let mut record = json!({
        "pods": pods,
        "status": {
            "current": status.current_replicas,
            "currentRevision": image(&status.current_revision),
            "ready": status.ready_replicas,
            "replicas": status.replicas,
            "updateRevision": image(&status.update_revision),
            "updated": status.updated_replicas,
        }
    });
    if !events.is_empty() {
        record["events"] = json!(events);
    }
    record
}

/// A record in the notation of traces, without actions and tick.
fn bare(record: &Value) -> Value {
    let mut record = record.clone();
    if let Some(fields) = record.as_object_mut() {
        fields.remove("actions");
        fields.remove("tick");
        if fields.get("pods").is_none_or(Value::is_null) {
            fields.insert("pods".to_owned(), json!([]));
        }
    }
    record
}

fn trace(case: &Case) -> Result<(), String> {
    let input = &case.input;
    let mut bench = Bench::new(input["gateMaxUnavailableStatefulSet"] == true);
    bench
        .store
        .create(object(Kind::StatefulSet, traced_set(input)))
        .unwrap();
    let parallel = input["podManagementPolicy"] == "Parallel";
    let mut turns = BTreeMap::new();
    let mut want = case.want["trace"].as_array().unwrap().iter().peekable();
    let mut last = Value::Null;
    for tick in 0..input["ticks"].as_i64().unwrap() {
        // Far enough apart that no event is aggregated or dropped.
        bench.store.registers.now = Time(tick * 20_000_000);
        let steps = input["steps"].as_array().into_iter().flatten();
        let steps: Vec<&Value> = steps.filter(|step| step["at"] == tick).collect();
        for step in &steps {
            user_acts(&mut bench, step);
        }
        let (result, changes) = bench.sync("web");
        result.map_err(|error| format!("tick {tick}: {error}"))?;
        let got = record(&bench, &changes, parallel);
        match want.next_if(|want| want["tick"] == tick) {
            Some(want) => same(&got, &bare(want)),
            // Traces omit unchanged records.
            None => same(&got, &last),
        }
        .map_err(|error| format!("tick {tick}: {error}"))?;
        last = got;
        kubelet_turns(&mut bench, &mut turns);
    }
    if let Some(left) = want.next() {
        return Err(format!("not reached: {left}"));
    }
    let revisions: BTreeMap<String, i64> = images(&bench).into_values().collect();
    same(&json!(revisions), &case.want["finalRevisions"])
}

#[test]
fn traces() {
    check("statefulset_traces", trace);
}
