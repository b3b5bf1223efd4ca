//! A stand-in for the scheduler: binds each pod to the next feasible node in turn.

use super::filters::{Rules, refusal};
use super::scheduler_branches as b;
use super::{claims, neighbours, retry, spread, topology};
use crate::actor::recorder::Reporter;
use crate::actor::{Context, Kinds, Spec, SyncError, Wait};
use crate::api::condition::ConditionStatus;
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::{Key, Object};
use crate::api::pod::left_out::{self, Implementer};
use crate::api::pod::{Pod, PodCondition, PodConditionType};
use crate::store::{ApiError, Store};
use litemap::LiteMap;
use serde_json::Value;
use std::rc::Rc;

/// The scheduler's name in its events.
const NAME: &str = "default-scheduler";
/// Milliseconds after which an unschedulable pod is retried regardless of events.
const FLUSH_AFTER: i64 = 300_000;
/// Milliseconds between checks for such pods.
const FLUSH_PERIOD: i64 = 30_000;
/// Maximum length of an event's note in bytes (`pkg/scheduler/schedule_one.go`, truncateMessage).
const NOTE_MAX: usize = 1024;

/// Registration of the scheduler with the engine.
pub static SPEC: Spec = Spec {
    name: "scheduler",
    short_name: "sched",
    branches: b::ALL,
    runs_in_manual: false,
    interests: Kinds::of(&[
        Kind::Pod,
        Kind::Node,
        Kind::PersistentVolumeClaim,
        Kind::PersistentVolume,
        Kind::StorageClass,
    ]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake: retry::wake,
    forget: Some(retry::is_placed),
    wake_on_silence: None,
    wake_on_memory: None,
};

/// Binds a pod to the next feasible node.
///
/// # Errors
/// The API server refused a write.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let pod = cx.store.pod(key).cloned();
    let Some(pod) = pod.filter(|pod| pod.node_name.is_none() && pod.is_active()) else {
        cx.decide(&b::NOTHING)
            .object("pod", Kind::Pod, key.name.clone());
        return Ok(());
    };
    if let Some(scheduler) = other_scheduler(&pod) {
        cx.decide(&b::OTHER)
            .object("pod", Kind::Pod, key.name.clone())
            .text("scheduler", scheduler);
        return Ok(());
    }
    if is_gated(&pod) {
        cx.decide(&b::GATED)
            .object("pod", Kind::Pod, key.name.clone());
        return Ok(());
    }
    let left_out = left_out::paths(pod.spec.left_out(), &[Implementer::Scheduler]);
    if !left_out.is_empty() {
        cx.decide(&b::LEFT_OUT)
            .object("pod", Kind::Pod, key.name.clone())
            .text("fields", left_out);
    }
    let rules = Rules::of(cx.store, &pod);
    if let Some(counts) = rules.counts() {
        cx.decide(&b::SPREAD)
            .object("pod", Kind::Pod, key.name.clone())
            .text("counts", counts);
    }
    match choose(cx.store, &pod, &rules) {
        Ok(node) => {
            let waits = claims::unbound(cx.store, &pod);
            if waits.is_empty() {
                return assign(cx, key, &pod, &node);
            }
            cx.decide(&b::RESERVE)
                .object("pod", Kind::Pod, key.name.clone())
                .object("node", Kind::Node, node.clone());
            claims::bind_on(cx, &waits, &node)
        }
        Err(why) => {
            topology::report(cx, &pod, &rules);
            unschedulable(cx, &pod, &why)
        }
    }
}

/// The pod's scheduler, if it is another one.
fn other_scheduler(pod: &Pod) -> Option<&str> {
    let name = pod.spec.value().get("schedulerName")?.as_str()?;
    (!name.is_empty() && name != NAME).then_some(name)
}

fn is_gated(pod: &Pod) -> bool {
    let gates = pod.spec.value().get("schedulingGates");
    gates
        .and_then(Value::as_array)
        .is_some_and(|gates| !gates.is_empty())
}

/// Whether a pod is not to be scheduled (yet).
pub(super) fn is_held_back(pod: &Pod) -> bool {
    is_gated(pod) || other_scheduler(pod).is_some()
}

/// Binds a pod and records the event.
fn assign(cx: &mut Context<'_>, key: &Key, pod: &Rc<Pod>, node: &Rc<str>) -> Result<(), SyncError> {
    let decision = cx.decide(&b::BIND);
    decision
        .object("pod", Kind::Pod, key.name.clone())
        .object("node", Kind::Node, node.clone());
    bind(cx.store, key, node)?;
    let (namespace, name) = (&*key.namespace, &*key.name);
    let text = [
        "Successfully assigned ",
        namespace,
        "/",
        name,
        " to ",
        &**node,
    ]
    .concat();
    event(cx, pod, EventType::Normal, "Scheduled", "Binding", &text);
    Ok(())
}

fn event(
    cx: &mut Context<'_>,
    pod: &Pod,
    kind: EventType,
    reason: &str,
    action: &str,
    message: &str,
) {
    let reporter = Reporter {
        action: Some(action),
        ..Reporter::of(NAME)
    };
    let about = (Kind::Pod, &pod.metadata);
    cx.report(reporter, about, kind, reason, message);
}

/// The next feasible node in turn, or why there is none (`pkg/scheduler/framework/types.go`, FitError).
fn choose(store: &Store, pod: &Pod, rules: &Rules) -> Result<Rc<str>, String> {
    let nodes: Vec<&Object> = store.list(Kind::Node, None).collect();
    let count = nodes.len();
    let turn = store.registers.bindings.checked_rem(count as u64);
    let Some(turn) = turn.and_then(|turn| usize::try_from(turn).ok()) else {
        return Err("no nodes available to schedule pods".to_owned());
    };
    if let Some(why) = claims::missing(store, pod) {
        return Err(fit_error(count, &why, 0));
    }
    // Provisioning that began for a node is completed there, if possible.
    let selected = claims::selected_node(store, pod);
    let at = selected.and_then(|name| nodes.iter().position(|node| *node.meta().name == *name));
    let turn = at.unwrap_or(turn);
    let mut reasons: Vec<(String, usize)> = Vec::new();
    let mut others_in_the_way = 0;
    let ranking = Ranking::of(store, pod).filter(|_| at.is_none());
    let mut best: Option<(Cost, &Object)> = None;
    for node in nodes[turn..].iter().chain(&nodes[..turn]) {
        let Some(refusal) = refusal(store, node, pod, rules) else {
            let Some(ranking) = &ranking else {
                return Ok(node.meta().name.clone());
            };
            let cost = ranking.cost(node);
            if best.is_none_or(|(least, _)| cost < least) {
                best = Some((cost, node));
            }
            continue;
        };
        others_in_the_way += usize::from(refusal.others_in_the_way);
        for reason in refusal.reasons {
            match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, count)) => *count += 1,
                None => reasons.push((reason, 1)),
            }
        }
    }
    if let Some((_, node)) = best {
        return Ok(node.meta().name.clone());
    }
    let why = sorted(reasons);
    let never = pod.spec.value()["preemptionPolicy"] == "Never";
    Err(match never {
        false => fit_error(count, &why, others_in_the_way),
        true => format!(
            "0/{count} nodes are available: {why}. preemption: not eligible due to preemptionPolicy=Never."
        ),
    })
}

/// Whether a node would take a pod now.
pub(super) fn fits(store: &Store, pod: &Pod) -> bool {
    choose(store, pod, &Rules::of(store, pod)).is_ok()
}

/// The rank of a node: the pods it is to be kept apart from first, then the pods it is to be close to.
type Cost = (i64, i64);

/// The preferences of a pod among the feasible nodes, much simplified: upstream weighs these scores against each
/// other and against those of the nodes' resources.
struct Ranking {
    spread: Vec<spread::Constraint>,
    weights: LiteMap<(String, String), i64>,
}

impl Ranking {
    /// `None` if the pod has no preference.
    fn of(store: &Store, pod: &Pod) -> Option<Self> {
        let spread = spread::preferred(store, pod);
        let weights = neighbours::preferences(store, pod);
        (!spread.is_empty() || weights.is_some()).then(|| Self {
            spread,
            weights: weights.unwrap_or_else(LiteMap::new_vec),
        })
    }

    fn cost(&self, node: &Object) -> Cost {
        let crowd = self.spread.iter().map(|constraint| constraint.crowd(node));
        let labels = &node.meta().labels;
        let is_in = |(key, value): &(String, String)| labels.get(key) == Some(value);
        let weights = self.weights.iter().filter(|(domain, _)| is_in(domain));
        (crowd.sum(), -weights.map(|(_, weight)| weight).sum::<i64>())
    }
}

/// The message of an unschedulable pod. Preemption is not simulated: no pod makes way for another.
fn fit_error(count: usize, why: &str, others_in_the_way: usize) -> String {
    let parts = [
        (
            "No preemption victims found for incoming pod",
            others_in_the_way,
        ),
        (
            "Preemption is not helpful for scheduling",
            count - others_in_the_way,
        ),
    ];
    let parts = parts.into_iter().filter(|(_, nodes)| *nodes > 0);
    let preemption = sorted(
        parts
            .map(|(text, nodes)| (text.to_owned(), nodes))
            .collect(),
    );
    format!(
        "0/{count} nodes are available: {why}. preemption: 0/{count} nodes are available: {preemption}."
    )
}

/// The reasons with their counts, sorted as text.
fn sorted(reasons: Vec<(String, usize)>) -> String {
    let reasons = reasons.into_iter();
    let mut texts: Vec<String> = reasons
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    light::sort(&mut texts, Ord::cmp);
    texts.join(", ")
}

/// Reports why a pod is unschedulable.
fn unschedulable(cx: &mut Context<'_>, pod: &Rc<Pod>, why: &str) -> Result<(), SyncError> {
    let decision = cx.decide(&b::UNSCHEDULABLE);
    decision
        .object("pod", Kind::Pod, pod.metadata.name.clone())
        .text("why", why);
    // The first periodic check at which the pod has been waiting for more than five minutes.
    let now = cx.now().0;
    let flush = ((now + FLUSH_AFTER) / FLUSH_PERIOD + 1) * FLUSH_PERIOD;
    cx.wake_after(flush - now, Wait::Unschedulable);
    let note = truncated(why);
    event(
        cx,
        pod,
        EventType::Warning,
        "FailedScheduling",
        "Scheduling",
        &note,
    );
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

/// Truncates a text to the limit of events, with an ellipsis.
fn truncated(text: &str) -> String {
    const CUT: &str = " ...";
    if text.len() <= NOTE_MAX {
        return text.to_owned();
    }
    let mut end = NOTE_MAX - CUT.len();
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}{CUT}", &text[..end])
}

/// Binds a pod to a node and counts the binding.
pub(super) fn bind(store: &mut Store, key: &Key, node: &Rc<str>) -> Result<(), SyncError> {
    match store.bind(key, node) {
        Ok(_) => {
            store.registers.bindings += 1;
            Ok(())
        }
        // The pod was deleted or bound in the meantime: nothing to do.
        Err(ApiError::NotFound { .. } | ApiError::Conflict { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The next node in turn; `None` if there are no nodes.
pub(super) fn next_node(store: &Store) -> Option<Rc<str>> {
    let count = store.list(Kind::Node, None).count() as u64;
    let turn = store.registers.bindings.checked_rem(count)?;
    store
        .list(Kind::Node, None)
        .nth(usize::try_from(turn).ok()?)
        .map(|node| node.meta().name.clone())
}
