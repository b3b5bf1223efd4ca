//! `sim`: actions beyond kubectl: faults, images, nodes, load and time.

use super::resources::Bare;
use super::session::Execution;
use crate::actor::Context;
use crate::api::go::parse_duration;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::quantity::Quantity;
use crate::engine::Actor;
use crate::manifests::Failure;
use crate::node::Fault;
use crate::node::manual::Verb;
use crate::world::{Image, Latency, Load, Outcome, TargetLoad, World};
use serde_json::json;

pub(super) const HELP: &str = "\
sim does what no kubectl can do: faults, images, nodes, load and time.

  sim crash POD                      its containers exit with code 1
  sim kill POD                       its containers are killed: they exit with code 137
  sim unready POD                    it stops being ready
  sim ready POD                      it becomes ready again
  sim hang POD                       it stops answering its liveness probe
  sim evict POD                      its node evicts it: the pod fails
  sim image                          what containers of each image do
  sim image IMAGE                    sets it, by --outcome=fine|missing|crashes|never-ready|unhealthy,
                                     --pull=2s, --start=500ms, --ready=1s..3s
  sim image IMAGE --reset            back to the default; of well-known images such as nginx, tags
                                     that were never published are missing
  sim image --start=2s               sets it for all other images
  sim node                           the nodes, and whether they report to the control plane
  sim node NAME --silent             its kubelet stops working and reporting
  sim node NAME --back               its kubelet works again
  sim node NAME --add                adds a node
  sim node NAME --cpu=2 --memory=4Gi --pods=10
                                     limits its capacity; without limits it takes any pod
  sim load                           the load on each workload
  sim load TYPE/NAME cpu=500m memory=64Mi [--each]
                                     sets it, shared by all pods or for each
  sim load TYPE/NAME cpu-            removes it
  sim metric                         the external metrics for autoscalers
  sim metric NAME=30                 sets the value of one, whatever the selector; NAME- removes it
  sim import -f FILE                 goes on from the state of another cluster, as kubectl get -o yaml
                                     prints it: objects, ages and statuses stay as they are; tables and
                                     descriptions are read too
  sim redact -f FILE                 prints such a state with names, images, addresses and what users have
                                     written replaced, to share it
  sim forecast TYPE/NAME             how long its rollout still takes and how low capacity falls, from
                                     many runs on copies of the cluster
  sim forecast TYPE/NAME --run='kubectl …'
                                     the same after a change; --runs=200, --seed=1, --within=1h,
                                     --pull=1s..3s, --start=, --ready=, --stop=; --bound='available>=7'
                                     fails if any run breaks it; --sweep=maxSurge=0,1,25% compares
                                     settings; -o json or -o report
  sim version                        the Kubernetes version of the cluster
  sim version 1.36                   upgrades or downgrades the control plane; objects stay
  sim version 1.36 --again           replays all your actions under that version, as another future
  sim gates                          the feature gates of the version
  sim gate NAME=true                 switches a feature gate on (=false: off); the control plane restarts
  sim clock                          the time of the simulation
  sim clock 30s                      advances it by 30 seconds
";
/// The maximum number of steps of one command.
const STEPS_MAX: usize = 20_000;

pub(super) fn usage(text: impl Into<String>) -> Failure {
    Failure::Usage(format!("{}\nSee 'sim help'", text.into()))
}

/// `sim help`
pub(super) fn help(session: &mut Execution<'_>) -> Result<(), Failure> {
    session.out.push_str(HELP);
    Ok(())
}

/// `sim crash POD…` and similar faults.
pub(super) fn fault(session: &mut Execution<'_>) -> Result<(), Failure> {
    // What the kubelet does, and what is written without a kubelet.
    let (fault, verb, done) = match session.path {
        "sim crash" => (
            Some(Fault::Ends(1)),
            Verb::Waiting("CrashLoopBackOff".to_owned()),
            "crashed",
        ),
        "sim kill" => (Some(Fault::Ends(137)), Verb::Fail(None), "killed"),
        "sim unready" => (Some(Fault::Ready(false)), Verb::Unready, "unready"),
        "sim ready" => (Some(Fault::Ready(true)), Verb::Ready, "ready"),
        "sim hang" => (Some(Fault::Ill), Verb::Unready, "hangs"),
        _ => (None, Verb::Fail(Some("Evicted".to_owned())), "evicted"),
    };
    let mut words = session.words();
    if words.is_empty() {
        return Err(usage("a pod is missing"));
    }
    if !words.iter().any(|word| word.contains('/')) {
        words.insert(0, "pods".to_owned());
    }
    let objects = session.find(&words, Bare::Refused)?.complete()?;
    let fault = fault.filter(|_| session.engine.runs(Actor::Kubelet));
    let keys: Vec<Key> = objects.iter().map(Object::key).collect();
    step(session, |context| {
        for object in &objects {
            let (key, name) = (object.key(), &object.meta().name);
            let Object::Pod(pod) = object else {
                return Err(usage(format!("{key} is not a pod")));
            };
            let is_done = match fault {
                Some(fault) => pod.is_active() && fault.apply(context, &key),
                None => pod.node_name.is_some() && verb.applies_to(pod),
            };
            if !is_done {
                return Err(usage(format!(
                    "pod {name} has no running container, or is in that state already"
                )));
            }
            if fault.is_none() {
                let written = verb.apply(context.store, &key);
                written.map_err(|error| usage(error.to_string()))?;
            }
        }
        Ok(())
    })?;
    for key in &keys {
        session.out.push_str(&format!("pod/{} {done}\n", key.name));
    }
    Ok(())
}

fn step(
    session: &mut Execution<'_>,
    act: impl FnOnce(&mut Context<'_>) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let label = session.label().to_owned();
    session.engine.act(&label, act)
}

const OUTCOMES: [(&str, Outcome); 5] = [
    ("fine", Outcome::Fine),
    ("missing", Outcome::NotFound),
    ("crashes", Outcome::Crashes),
    ("never-ready", Outcome::NeverReady),
    ("unhealthy", Outcome::Unhealthy),
];

/// The name that `sim image` gives to all images without a setting of their own.
const OTHERS: &str = "all others";

/// `sim image [IMAGE]`
pub(super) fn image(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let flags = &session.invocation;
    let name = match words.as_slice() {
        [] => None,
        [name] => Some(name.clone()),
        _ => return Err(usage("name one image at a time")),
    };
    let mut wanted = session
        .engine
        .world()
        .image(name.as_deref().unwrap_or_default());
    for (flag, millis) in [
        ("pull", &mut wanted.pull_ms),
        ("start", &mut wanted.start_ms),
        ("ready", &mut wanted.ready_ms),
    ] {
        if let Some(given) = flags.text(flag) {
            *millis = latency(given)?;
        }
    }
    if let Some(word) = flags.text("outcome") {
        let known = OUTCOMES.iter().find(|(known, _)| *known == word);
        wanted.outcome = known
            .ok_or_else(|| usage(format!("unknown outcome {word:?}: it must be fine, missing, crashes, never-ready or unhealthy")))?
            .1;
    }
    let changes = ["pull", "start", "ready", "outcome", "reset"]
        .iter()
        .any(|flag| flags.has(flag));
    let reset = flags.switch("reset", false);
    if changes {
        session.change_world(|world| match (&name, reset) {
            (None, true) => world.image = World::default().image,
            (None, false) => world.image = wanted,
            (Some(name), true) => drop(world.images.remove(name)),
            (Some(name), false) => drop(world.images.insert(name.clone(), wanted)),
        });
        let image = session
            .engine
            .world()
            .image(name.as_deref().unwrap_or_default());
        session
            .out
            .push_str(&line(name.as_deref().unwrap_or(OTHERS), image));
        return Ok(());
    }
    let world = session.engine.world();
    let mut text: String = world
        .images
        .iter()
        .map(|(name, image)| line(name, *image))
        .collect();
    text.push_str(&line(OTHERS, world.image));
    session.out.push_str(&text);
    Ok(())
}

/// `2s`, or `1s..3s`.
pub(super) fn latency(text: &str) -> Result<Latency, Failure> {
    Latency::parse(text).map_err(|wrong| usage(format!("no duration: {wrong}")))
}

fn line(name: &str, image: Image) -> String {
    let outcome = OUTCOMES
        .iter()
        .find(|(_, outcome)| *outcome == image.outcome);
    format!(
        "{name}: pull {}, start {}, ready {}, {}\n",
        image.pull_ms,
        image.start_ms,
        image.ready_ms,
        outcome.map_or("", |(word, _)| *word)
    )
}

/// `sim node [NAME]`
pub(super) fn node(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let flags = &session.invocation;
    let (silent, back, add) = (
        flags.switch("silent", false),
        flags.switch("back", false),
        flags.switch("add", false),
    );
    let Some(name) = words.first().cloned() else {
        let world = session.engine.world();
        let nodes = session.engine.store().list(Kind::Node, None);
        let lines = nodes.map(|node| {
            let name = &node.meta().name;
            let word = if world.silent_nodes.contains_key(&**name) {
                "silent"
            } else {
                "heard"
            };
            format!("{name}: {word}\n")
        });
        let text: String = lines.collect();
        session.out.push_str(&text);
        return Ok(());
    };
    let sizes = SIZES.iter().any(|(resource, _)| flags.has(resource));
    let wanted = usize::from(silent) + usize::from(back) + usize::from(add);
    if words.len() > 1 || wanted > 1 || wanted == 0 && !sizes {
        return Err(usage(
            "name one node, with one of --silent, --back and --add, or with its capacity",
        ));
    }
    let key = Key::of(Kind::Node, "", &name);
    if add {
        let ready = json!({ "type": "Ready", "status": "True", "reason": "KubeletReady" });
        let labels = json!({
            "kubernetes.io/arch": "amd64", "kubernetes.io/hostname": name, "kubernetes.io/os": "linux"
        });
        let value = json!({
            "apiVersion": "v1", "kind": "Node", "metadata": { "labels": labels, "name": name },
            "spec": {}, "status": { "conditions": [ready] },
        });
        step(session, |context| {
            let made = context.store.create_value(Kind::Node, &value);
            made.map(drop).map_err(Failure::from)
        })?;
        session.out.push_str(&format!("node/{name} added\n"));
        return if sizes { size(session, &key) } else { Ok(()) };
    }
    super::resources::existing(session.engine.store(), &key)?;
    if sizes {
        size(session, &key)?;
    }
    if wanted == 0 {
        return Ok(());
    }
    let now = session.engine.now();
    session.change_world(|world| match silent {
        true => drop(world.silent_nodes.entry(name.clone()).or_insert(now)),
        false => drop(world.silent_nodes.remove(&name)),
    });
    let word = if silent { "silent" } else { "back" };
    session.out.push_str(&format!("node/{name} {word}\n"));
    Ok(())
}

/// The default capacity of a node once any of it is limited.
const SIZES: [(&str, &str); 4] = [
    ("cpu", "4"),
    ("ephemeral-storage", "100Gi"),
    ("memory", "16Gi"),
    ("pods", "110"),
];

/// Sets the capacity of a node.
fn size(session: &mut Execution<'_>, key: &Key) -> Result<(), Failure> {
    let node = super::resources::existing(session.engine.store(), key)?;
    let mut node = node.to_value();
    let known = node["status"]["allocatable"].take();
    let mut sizes = known.as_object().cloned().unwrap_or_default();
    let mut said = String::new();
    for (resource, default) in SIZES {
        let given = session.invocation.text(resource);
        let amount = given.or_else(|| sizes.get(resource)?.as_str());
        let amount = amount.unwrap_or(default).to_owned();
        Quantity::parse(&amount).map_err(|error| usage(error.to_string()))?;
        said.push_str(&format!(" {resource} {amount}"));
        sizes.insert(resource.to_owned(), amount.into());
    }
    node["status"]["capacity"] = sizes.clone().into();
    node["status"]["allocatable"] = sizes.into();
    let node = Object::from_value(Kind::Node, node).map_err(|error| usage(error.to_string()))?;
    step(session, |context| {
        let written = context.store.update_status(node);
        written.map(drop).map_err(Failure::from)
    })?;
    session
        .out
        .push_str(&format!("node/{} has{said}\n", key.name));
    Ok(())
}

/// `sim load [TYPE/NAME RESOURCE=AMOUNT…]`
pub(super) fn load(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    if let Some((target, amounts)) = words.split_first() {
        let objects = session
            .find(std::slice::from_ref(target), Bare::Refused)?
            .complete()?;
        let target = objects.first().map(Object::key);
        let Some(target) = target.filter(|key| key.kind.is_scalable()) else {
            return Err(usage(
                "only Deployments, ReplicaSets and StatefulSets can have a load",
            ));
        };
        if amounts.is_empty() {
            return Err(usage("a load is missing, such as cpu=500m"));
        }
        let each = session.invocation.switch("each", false);
        let mut wanted = Vec::new();
        for word in amounts {
            let (resource, amount) = match (word.split_once('='), word.strip_suffix('-')) {
                (Some((resource, amount)), _) => {
                    let amount =
                        Quantity::parse(amount).map_err(|error| usage(error.to_string()))?;
                    (resource, Some(amount.scaled(-3).unwrap_or(i64::MAX).max(0)))
                }
                (None, Some(resource)) => (resource, None),
                _ => return Err(usage(format!("not a load: {word}; write it as cpu=500m"))),
            };
            if !["cpu", "memory"].contains(&resource) {
                return Err(usage(format!(
                    "unknown resource {resource}: a load is cpu or memory"
                )));
            }
            wanted.push((resource.to_owned(), amount));
        }
        session.change_world(|world| {
            for (resource, amount) in wanted {
                world
                    .loads
                    .retain(|known| known.target != target || known.resource != resource);
                world.loads.extend(amount.map(|milli| TargetLoad {
                    target: target.clone(),
                    resource,
                    amount: if each {
                        Load::EachPod(milli)
                    } else {
                        Load::Shared(milli)
                    },
                }));
            }
        });
    }
    let lines = session.engine.world().loads.iter().map(|load| {
        let (milli, who) = match load.amount {
            Load::Shared(milli) => (milli, "all pods together"),
            Load::EachPod(milli) => (milli, "each pod"),
        };
        let amount = Quantity::milli(milli);
        format!("{}: {} {amount}, {who}\n", load.target, load.resource)
    });
    let text: String = lines.collect();
    session.out.push_str(if text.is_empty() {
        "no workload has a load, so there is no metrics server\n"
    } else {
        &text
    });
    Ok(())
}

/// `sim metric [NAME=VALUE|NAME-…]`
pub(super) fn metric(session: &mut Execution<'_>) -> Result<(), Failure> {
    let mut wanted = Vec::new();
    for word in session.words() {
        let known = match (word.split_once('='), word.strip_suffix('-')) {
            (Some((name, value)), _) => {
                let value = Quantity::parse(value).map_err(|error| usage(error.to_string()))?;
                Some((name, Some(value.scaled(-3).unwrap_or(i64::MAX).max(0))))
            }
            (None, name) => name.map(|name| (name, None)),
        };
        let Some((name, value)) = known.filter(|(name, _)| !name.is_empty()) else {
            return Err(usage(format!("no metric: {word}")));
        };
        wanted.push((name.to_owned(), value));
    }
    session.change_world(|world| {
        for (name, value) in wanted {
            match value {
                Some(milli) => drop(world.metrics.insert(name, milli)),
                None => drop(world.metrics.remove(&name)),
            }
        }
    });
    let metrics = session.engine.world().metrics.iter();
    let lines = metrics.map(|(name, milli)| format!("{name}: {}\n", Quantity::milli(*milli)));
    let text: String = lines.collect();
    session.out.push_str(match text.as_str() {
        "" => "no metric, so there is no external metrics API\n",
        text => text,
    });
    Ok(())
}

/// `sim clock [DURATION]`
pub(super) fn clock(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    if let Some(word) = words.first() {
        let millis = parse_duration(word.trim_start_matches('+')).filter(|millis| *millis >= 0);
        let millis = millis.ok_or_else(|| usage(format!("no duration: {word}")))?;
        let end = session.engine.now().plus_millis(millis);
        session.engine.run_until(end, STEPS_MAX);
        if session.engine.now() < end {
            session.err.push_str(&format!(
                "stopped after {STEPS_MAX} steps, before that time was reached\n"
            ));
        }
    }
    let text = format!("{}\n", session.engine.now());
    session.out.push_str(&text);
    Ok(())
}
