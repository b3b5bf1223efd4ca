//! A stand-in for the scheduler: each pod goes to the next node in turn.

use super::scheduler_branches as b;
use super::{Config, taints};
use crate::api::condition::ConditionStatus;
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, PodCondition, PodConditionType};
use crate::api::time::Time;
use crate::controllers::{Context, SyncError, Wait, Wake, cause_of};
use crate::store::{ApiError, Change, Store};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The scheduler's name in its events.
const NAME: &str = "default-scheduler";
/// Milliseconds after which a pod that no node takes is tried again, whatever happens.
const FLUSH_AFTER: i64 = 300_000;
/// Milliseconds from one look for such pods to the next.
const FLUSH_PERIOD: i64 = 30_000;

/// Wakes for pods that have no node.
pub fn wake(change: &Change, wakes: &mut Vec<Wake>) {
    if let Some(Object::Pod(pod)) = &change.after
        && change.before.is_none()
        && pod.node_name.is_none()
    {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

/// Wakes for a node that may take pods now: all pods that have none.
pub fn wake_for_node(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let Some(node) = &change.after else { return };
    let spec = |object: &Object| object.to_value()["spec"].clone();
    if change
        .before
        .as_ref()
        .is_some_and(|before| spec(before) == spec(node))
    {
        return;
    }
    let pods = store.list(Kind::Pod, None).filter(|object| match object {
        Object::Pod(pod) => pod.node_name.is_none() && pod.is_active(),
        _ => false,
    });
    wakes.extend(pods.map(|pod| Wake::now(pod.key(), cause_of(change))));
}

/// Binds a pod to the next node that it may go to.
///
/// # Errors
/// A write that the API server refused.
pub fn sync(cx: &mut Context<'_>, _config: &Config, key: &Key) -> Result<(), SyncError> {
    let pod = cx.store.pod(key).cloned();
    let Some(pod) = pod.filter(|pod| pod.node_name.is_none() && pod.is_active()) else {
        cx.decide(&b::NOTHING).text("pod", key.name.clone());
        return Ok(());
    };
    match choose(cx.store, &pod) {
        Ok(node) => assign(cx, key, &pod, &node),
        Err(why) => unschedulable(cx, &pod, &why),
    }
}

/// Binds a pod and says so.
fn assign(cx: &mut Context<'_>, key: &Key, pod: &Rc<Pod>, node: &Rc<str>) -> Result<(), SyncError> {
    let decision = cx.decide(&b::BIND);
    decision
        .text("pod", key.name.clone())
        .text("node", node.clone());
    bind(cx.store, key, node)?;
    let text = format!(
        "Successfully assigned {}/{} to {node}",
        key.namespace, key.name
    );
    let about = (Kind::Pod, &pod.metadata);
    cx.event(NAME, about, EventType::Normal, "Scheduled", &text);
    Ok(())
}

/// The next node in turn that takes the pod, or why none does (`pkg/scheduler/framework/types.go`, FitError).
fn choose(store: &Store, pod: &Pod) -> Result<Rc<str>, String> {
    let nodes: Vec<&Object> = store.list(Kind::Node, None).collect();
    let count = nodes.len();
    let turn = store.registers.bindings.checked_rem(count as u64);
    let Some(turn) = turn.and_then(|turn| usize::try_from(turn).ok()) else {
        return Err("no nodes available to schedule pods".to_owned());
    };
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for node in nodes[turn..].iter().chain(&nodes[..turn]) {
        match refusal(node, pod) {
            None => return Ok(node.meta().name.clone()),
            Some(reason) => *reasons.entry(reason).or_default() += 1,
        }
    }
    let mut reasons: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    reasons.sort();
    Err(format!(
        "0/{count} nodes are available: {}. preemption: 0/{count} nodes are available: {count} Preemption is not helpful for scheduling.",
        reasons.join(", ")
    ))
}

/// Why a node does not take a pod: the first filter that refuses counts.
fn refusal(node: &Object, pod: &Pod) -> Option<&'static str> {
    let taints = taints::of(node);
    let cordoned = match node {
        Object::Other(_, node) => node.fields.pointer("/spec/unschedulable") == Some(&true.into()),
        _ => false,
    };
    let cordon = taints::taint(taints::UNSCHEDULABLE, "NoSchedule", Time(0));
    if cordoned && taints::tolerated_for(pod, &cordon).is_none() {
        return Some("node(s) were unschedulable");
    }
    let repels = |taint: &serde_json::Value| {
        let soft = taint["effect"] == "PreferNoSchedule";
        !soft && taints::tolerated_for(pod, taint).is_none()
    };
    if taints.iter().any(repels) {
        return Some("node(s) had untolerated taint(s)");
    }
    let selector = pod.spec.value().get("nodeSelector");
    let mut selector = selector
        .and_then(|one| one.as_object())
        .into_iter()
        .flatten();
    let labels = &node.meta().labels;
    let fits = |(key, value): (&String, &serde_json::Value)| {
        labels.get(key.as_str()).map(|label| &**label) == value.as_str()
    };
    (!selector.all(fits)).then_some("node(s) didn't match Pod's node affinity/selector")
}

/// Says why the pod has no node.
fn unschedulable(cx: &mut Context<'_>, pod: &Rc<Pod>, why: &str) -> Result<(), SyncError> {
    let decision = cx.decide(&b::UNSCHEDULABLE);
    decision
        .text("pod", pod.metadata.name.clone())
        .text("why", why);
    // The first of the regular looks at which the pod has waited for more than five minutes.
    let now = cx.now().0;
    let flush = ((now + FLUSH_AFTER) / FLUSH_PERIOD + 1) * FLUSH_PERIOD;
    cx.wake_after(flush - now, Wait::Unschedulable);
    let about = (Kind::Pod, &pod.metadata);
    cx.event(NAME, about, EventType::Warning, "FailedScheduling", why);
    let kind = PodConditionType::PodScheduled;
    let known = pod.condition(kind);
    if known.is_some_and(|known| known.message.as_deref() == Some(why)) {
        return Ok(());
    }
    let now = cx.now().whole_seconds();
    let condition = PodCondition {
        kind,
        observed_generation: pod.metadata.generation,
        status: ConditionStatus::False,
        last_probe_time: (),
        last_transition_time: known.map_or(now, |known| known.last_transition_time),
        reason: Some("Unschedulable".into()),
        message: Some(why.into()),
    };
    let mut waiting = (**pod).clone();
    waiting.status.set_condition(condition);
    cx.store.update_status(Object::Pod(Rc::new(waiting)))?;
    Ok(())
}

/// Binds a pod to a node and counts it.
pub(super) fn bind(store: &mut Store, key: &Key, node: &Rc<str>) -> Result<(), SyncError> {
    match store.bind(key, node) {
        Ok(_) => {
            store.registers.bindings += 1;
            Ok(())
        }
        // The pod went or was bound while it waited: nothing is left to do.
        Err(ApiError::NotFound { .. } | ApiError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The node whose turn it is; `None` in a cluster without nodes.
pub(super) fn next_node(store: &Store) -> Option<Rc<str>> {
    let count = store.list(Kind::Node, None).count() as u64;
    let turn = store.registers.bindings.checked_rem(count)?;
    store
        .list(Kind::Node, None)
        .nth(usize::try_from(turn).ok()?)
        .map(|node| node.meta().name.clone())
}
