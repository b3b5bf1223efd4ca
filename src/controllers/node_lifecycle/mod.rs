//! The node lifecycle and taint eviction controllers: cordoned and lost nodes, and their pods
//! (`pkg/controller/nodelifecycle`, `pkg/controller/tainteviction`).

pub mod branches;
mod zones;

use crate::actor::recorder::Reporter;
use crate::actor::{Cause, Context, Kinds, Spec, SyncError, Wait, Wake, cause_of};
use crate::api::condition::ConditionStatus;
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, PodConditionType};
use crate::api::taints;
use crate::api::time::Time;
use crate::store::{ApiError, Change, DeleteOptions, Store};
use branches as b;
use serde_json::{Value, json};
use std::rc::Rc;
use zones::TaintTurn;

/// The controller's name in its events about nodes.
pub const NAME: &str = "node-controller";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "node",
    branches: branches::ALL,
    runs_in_manual: false,
    interests: Kinds::of(&[Kind::Node, Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: Some(wake_silent),
    wake_on_memory: None,
};
/// The controller's name in its events about evictions.
const EVICTION_NAME: &str = "taint-eviction-controller";
/// Milliseconds of silence after which a node is lost.
pub const GRACE_PERIOD: i64 = 50_000;
/// Node conditions that become Unknown while the node is silent.
const CONDITIONS: [&str; 4] = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];

/// Queues a node that falls silent or comes back.
fn wake_silent(_: &Store, node: &Key, _is_silent: bool, wakes: &mut Vec<Wake>) {
    wakes.push(Wake::now(node.clone(), Cause::Modified(node.clone())));
}

/// Syncs a node, or a pod on a tainted node.
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    match cx.store.get(key).cloned() {
        Some(Object::Pod(pod)) => sync_pod(cx, key, &pod),
        Some(node) => sync_node(cx, key, node),
        None => {
            cx.decide(&b::GONE).add("object", key.clone());
            Ok(())
        }
    }
}

/// Queues nodes that were written, the pods of nodes whose taints changed, and pods bound to tainted nodes. When a
/// node's readiness changes, the other lost nodes are queued too, since evictions from them may now start or stop.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    if change.key.kind == Kind::Pod {
        return wake_newcomer(store, change, wakes);
    }
    if change.key.kind != Kind::Node {
        return;
    }
    let readiness = |node: &Option<Object>| node.as_ref().map(taints::ready_status);
    if readiness(&change.before) != readiness(&change.after) {
        let nodes = store.list(Kind::Node, None);
        let lost = nodes.filter(|node| {
            taints::ready_status(node) != "True" && node.meta().name != change.key.name
        });
        wakes.extend(lost.map(|node| Wake::now(node.key(), cause_of(change))));
    }
    let Some(node) = &change.after else {
        return;
    };
    wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    let before = change.before.as_ref().map(no_execute).unwrap_or_default();
    if before != no_execute(node) {
        let pods = store.indexes().on_node(&change.key.name);
        wakes.extend(pods.map(|pod| Wake::now(pod.clone(), cause_of(change))));
    }
}

/// Queues a pod just bound to a node whose taints it may not tolerate for long.
fn wake_newcomer(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let node = |object: &Option<Object>| match object {
        Some(Object::Pod(pod)) => pod.node_name.clone(),
        _ => None,
    };
    let Some(name) = node(&change.after).filter(|_| node(&change.before).is_none()) else {
        return;
    };
    let node = store.node(&name);
    if node.is_some_and(|node| !no_execute(node).is_empty()) {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

/// The node's NoExecute taints.
fn no_execute(node: &Object) -> Vec<Value> {
    let evicts = |taint: &&Value| taint["effect"] == "NoExecute";
    taints::of(node).iter().filter(evicts).cloned().collect()
}

fn sync_node(cx: &mut Context<'_>, key: &Key, node: Object) -> Result<(), SyncError> {
    let name = key.name.clone();
    let silent_since = cx.world.silent_since(&name);
    let ready = taints::ready_status(&node);
    let left = silent_since.map(|since| since.plus_millis(GRACE_PERIOD).since(cx.now()));
    let node = match left {
        Some(left) if left > 0 => {
            cx.decide(&b::SILENT)
                .object("node", Kind::Node, name.clone())
                .number("seconds", (left + 999) / 1000);
            cx.wake_after(left, Wait::NodeSilence);
            node
        }
        Some(_) if ready != "Unknown" => lose(cx, key, &node)?,
        None if ready == "Unknown" => {
            cx.decide(&b::BACK).object("node", Kind::Node, name.clone());
            node_status_event(cx, &node, "NodeReady");
            set_conditions(cx, &node, true)?
        }
        _ => node,
    };
    set_taints(cx, &name, node)
}

/// Records the kubelet's event about a change of its node's status (`pkg/kubelet/nodestatus/setters.go`).
fn node_status_event(cx: &mut Context<'_>, node: &Object, status: &str) {
    let name = &node.meta().name;
    let message = format!("Node {name} status is now: {status}");
    let kubelet = Reporter {
        component: "kubelet",
        host: Some(name),
        field: None,
        action: None,
    };
    let about = (Kind::Node, node.meta());
    cx.report(kubelet, about, EventType::Normal, status, &message);
}

/// Marks a node as lost, and its pods as not ready.
fn lose(cx: &mut Context<'_>, key: &Key, node: &Object) -> Result<Object, SyncError> {
    let pods: Vec<Key> = cx.store.indexes().on_node(&key.name).cloned().collect();
    cx.decide(&b::LOST)
        .object("node", Kind::Node, key.name.clone())
        .number("pods", i64::try_from(pods.len()).unwrap_or(i64::MAX));
    let lost = set_conditions(cx, node, false)?;
    let message = format!("Node {} status is now: NodeNotReady", key.name);
    let about = (Kind::Node, node.meta());
    cx.event(NAME, about, EventType::Normal, "NodeNotReady", &message);
    for pod in pods {
        mark_not_ready(cx, &pod)?;
    }
    Ok(lost)
}

/// Only the condition Ready changes; reason and message are kept (MarkPodsNotReady).
fn mark_not_ready(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(pod) = cx.store.pod(key).filter(|pod| pod.is_ready()).cloned() else {
        return Ok(());
    };
    let now = cx.now().whole_seconds();
    let mut marked = (*pod).clone();
    let conditions = marked.status.conditions.iter().map(|known| {
        let mut known = known.clone();
        if known.kind == PodConditionType::Ready {
            known.status = ConditionStatus::False;
            known.last_transition_time = now;
        }
        known
    });
    marked.status.conditions = conditions.collect();
    cx.store.update_status(Object::Pod(Rc::new(marked)))?;
    let about = (Kind::Pod, &pod.metadata);
    cx.event(
        NAME,
        about,
        EventType::Warning,
        "NodeNotReady",
        "Node is not ready",
    );
    Ok(())
}

/// Sets the conditions of a node that came back or fell silent.
fn set_conditions(cx: &mut Context<'_>, node: &Object, heard: bool) -> Result<Object, SyncError> {
    let now = cx.now().whole_seconds().to_string();
    let condition = |name: &str| {
        let (status, reason, message) = match (heard, name) {
            (false, _) => (
                "Unknown",
                "NodeStatusUnknown",
                "Kubelet stopped posting node status.",
            ),
            (true, "Ready") => ("True", "KubeletReady", "kubelet is posting ready status"),
            (true, "MemoryPressure") => (
                "False",
                "KubeletHasSufficientMemory",
                "kubelet has sufficient memory available",
            ),
            (true, "DiskPressure") => (
                "False",
                "KubeletHasNoDiskPressure",
                "kubelet has no disk pressure",
            ),
            (true, _) => (
                "False",
                "KubeletHasSufficientPID",
                "kubelet has sufficient PID available",
            ),
        };
        json!({
            "type": name, "status": status, "reason": reason, "message": message, "lastTransitionTime": now
        })
    };
    let mut node = node.clone();
    if let Object::Other(_, node) = &mut node {
        let conditions: Vec<Value> = CONDITIONS.into_iter().map(condition).collect();
        Rc::make_mut(node).fields["status"]["conditions"] = conditions.into();
    }
    Ok(cx.store.update_status(node)?)
}

/// Sets the taints that follow from a node's state, and keeps those set by others.
fn set_taints(cx: &mut Context<'_>, name: &Rc<str>, node: Object) -> Result<(), SyncError> {
    let now = cx.now();
    let known = taints::of(&node);
    let mut wanted: Vec<Value> = known
        .iter()
        .filter(|taint| !taints::MANAGED.iter().any(|key| taint["key"] == *key))
        .cloned()
        .collect();
    for (key, effect) in wanted_taints(cx, &node, known) {
        let taint = taints::taint(key, effect, now);
        let same = known.iter().find(|known| taints::is_same(known, &taint));
        wanted.push(same.cloned().unwrap_or(taint));
    }
    if wanted == known {
        cx.decide(&b::RIGHT)
            .object("node", Kind::Node, name.clone());
        return Ok(());
    }
    let texts = wanted.iter().map(|taint| {
        let text = |field: &str| taint[field].as_str().unwrap_or_default().to_owned();
        format!("{}:{}", text("key"), text("effect"))
    });
    let texts = texts.collect::<Vec<_>>().join(", ");
    cx.decide(&b::TAINT)
        .object("node", Kind::Node, name.clone())
        .text(
            "taints",
            if texts.is_empty() {
                "—".to_owned()
            } else {
                texts
            },
        );
    let cordons = |taints: &[Value]| {
        taints
            .iter()
            .any(|taint| taint["key"] == taints::UNSCHEDULABLE)
    };
    if cordons(&wanted) != cordons(known) && cx.world.silent_since(name).is_none() {
        let status = if cordons(&wanted) {
            "NodeNotSchedulable"
        } else {
            "NodeSchedulable"
        };
        node_status_event(cx, &node, status);
    }
    let mut node = node;
    if let Object::Other(_, node) = &mut node {
        let spec = &mut Rc::make_mut(node).fields["spec"];
        spec["taints"] = wanted.into();
    }
    cx.store.update(node)?;
    Ok(())
}

fn wanted_taints(
    cx: &mut Context<'_>,
    node: &Object,
    known: &[Value],
) -> Vec<(&'static str, &'static str)> {
    let mut wanted = Vec::new();
    if taints::is_cordoned(node) {
        wanted.push((taints::UNSCHEDULABLE, "NoSchedule"));
    }
    let key = match taints::ready_status(node).as_str() {
        "Unknown" => taints::UNREACHABLE,
        "False" => taints::NOT_READY,
        _ => return wanted,
    };
    wanted.push((key, "NoSchedule"));
    if may_lose_its_pods(cx, node, known) {
        wanted.push((key, "NoExecute"));
    }
    wanted
}

/// Whether a lost node gets the NoExecute taint. A node that has it keeps it, unless all nodes are lost.
fn may_lose_its_pods(cx: &mut Context<'_>, node: &Object, known: &[Value]) -> bool {
    let name = node.meta().name.clone();
    let is_marked = known.iter().any(zones::marks);
    match zones::turn(cx.store, node, cx.now()) {
        TaintTurn::Now => true,
        TaintTurn::Later(_) if is_marked => true,
        TaintTurn::Halted(lost, all) if is_marked && lost < all => true,
        TaintTurn::Later(left) => {
            cx.decide(&b::LIMITED)
                .object("node", Kind::Node, name)
                .number("seconds", (left + 999) / 1000);
            cx.wake_after(left, Wait::EvictionRate);
            false
        }
        TaintTurn::Halted(lost, all) => {
            let count = |nodes: usize| i64::try_from(nodes).unwrap_or(i64::MAX);
            cx.decide(&b::HALTED)
                .object("node", Kind::Node, name)
                .number("lost", count(lost))
                .number("all", count(all));
            false
        }
    }
}

/// Deletes a pod once it no longer tolerates a taint of its node.
fn sync_pod(cx: &mut Context<'_>, key: &Key, pod: &Rc<Pod>) -> Result<(), SyncError> {
    let name = key.name.clone();
    let node = pod.node_name.as_ref();
    let node = node.and_then(|node| cx.store.node(node));
    let taints = node.map(no_execute).unwrap_or_default();
    // The toleration of a pod that was bound after the taint was added starts with its binding.
    let bound = pod.condition(PodConditionType::PodScheduled);
    let bound = bound.map_or(Time(0), |known| known.last_transition_time);
    let ends = taints
        .iter()
        .map(|taint| {
            let since = taint["timeAdded"].as_str().and_then(Time::parse);
            let since = since.unwrap_or(cx.now()).max(bound);
            let seconds = taints::tolerated_for(pod, taint).unwrap_or(0);
            since.plus_seconds(seconds)
        })
        .min();
    let now = cx.now();
    match ends.filter(|ends| ends.0 < i64::MAX && !pod.metadata.is_terminating()) {
        None => {
            cx.decide(&b::STAY).object("pod", Kind::Pod, name);
            // The pod was queued by its node, so its taints have been removed.
            let woken = matches!(&cx.cause, Some(Cause::Modified(key)) if key.kind == Kind::Node);
            if woken && taints.is_empty() && is_evictable(pod) {
                let message = format!("Cancelling deletion of Pod {}/{}", key.namespace, key.name);
                let (about, reason) = ((Kind::Pod, &pod.metadata), "TaintManagerEviction");
                cx.event(EVICTION_NAME, about, EventType::Normal, reason, &message);
            }
            Ok(())
        }
        Some(ends) if ends > now => {
            let left = ends.since(now);
            cx.decide(&b::TOLERATE)
                .object("pod", Kind::Pod, name)
                .number("seconds", (left + 999) / 1000);
            cx.wake_after(left, Wait::Toleration);
            Ok(())
        }
        Some(_) => evict(cx, key, pod),
    }
}

/// Whether a running pod would not tolerate a lost node forever.
fn is_evictable(pod: &Pod) -> bool {
    let lost = [taints::NOT_READY, taints::UNREACHABLE];
    let taint = |key| taints::taint(key, "NoExecute", Time(0));
    let stays = |key| taints::tolerated_for(pod, &taint(key)) == Some(i64::MAX);
    !pod.metadata.is_terminating() && !lost.into_iter().all(stays)
}

fn evict(cx: &mut Context<'_>, key: &Key, pod: &Rc<Pod>) -> Result<(), SyncError> {
    cx.decide(&b::EVICT)
        .object("pod", Kind::Pod, key.name.clone());
    let message = format!("Marking for deletion Pod {}/{}", key.namespace, key.name);
    let about = (Kind::Pod, &pod.metadata);
    cx.event(
        EVICTION_NAME,
        about,
        EventType::Normal,
        "TaintManagerEviction",
        &message,
    );
    let mut marked = (**pod).clone();
    let message = "Taint manager: deleting due to NoExecute taint";
    marked.disrupt(cx.now(), "DeletionByTaintManager", message);
    cx.store.update_status(Object::Pod(Rc::new(marked)))?;
    Ok(ApiError::unless_gone(
        cx.store.delete(key, &DeleteOptions::default()),
    )?)
}
