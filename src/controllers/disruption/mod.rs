//! The disruption controller (`pkg/controller/disruption`): counts the healthy pods of each PodDisruptionBudget, and
//! how many of them may be evicted. Evictions themselves are requests to the API server ([`evict`]).

pub mod branches;
mod eviction;
mod expected;
mod status;
mod wake;

pub use eviction::evict;
pub use wake::wake;

use crate::actor::{Context, Kinds, Spec, SyncError, Wait};
use crate::api::disruption::{self, SYNC_FAILED};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object, Other};
use crate::api::pod::Pod;
use crate::api::time::Time;
use branches as b;
use expected::Expected;
use serde_json::{Map, Value};
use status::BudgetCounts;
use std::rc::Rc;

/// The controller's name in its events.
pub const NAME: &str = "controllermanager";
/// Milliseconds after which an evicted pod that is still there counts again (DeletionTimeout).
const DELETION_TIMEOUT: i64 = 120_000;

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: "disruption-controller",
    short_name: "pdb",
    branches: branches::ALL,
    runs_in_manual: true,
    interests: Kinds::of(&[Kind::PodDisruptionBudget, Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};

/// Syncs a budget (`disruption.go`, sync and trySync).
///
/// # Errors
/// The API server refused a write; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let found = cx.store.get(key).and_then(|object| match object {
        Object::Other(_, found) => Some(found.clone()),
        _ => None,
    });
    let Some(found) = found else {
        cx.decide(&b::GONE);
        return Ok(());
    };
    let pods = selected(cx, &found);
    if pods.is_empty() {
        cx.decide(&b::NO_PODS)
            .object("budget", Kind::PodDisruptionBudget, key.name.clone());
        let message = "No matching pods found";
        event(cx, &found, EventType::Normal, "NoPods", message);
    }
    let expected = match expected::expected_pod_count(cx, &found, &pods) {
        Ok(expected) => expected,
        Err(error) => return fail(cx, key, &found, &error.to_string()),
    };
    let Expected {
        pods: expected_pods,
        needed,
    } = expected;
    let (disrupted, recheck) = disrupted(cx, &found, &pods);
    let healthy = pods.iter().filter(|pod| {
        let leaves = disrupted.contains_key(&*pod.metadata.name);
        !pod.metadata.is_terminating() && !leaves && pod.is_ready()
    });
    let counts = BudgetCounts {
        healthy: number(healthy.count()),
        needed,
        expected: expected_pods,
        disrupted,
    };
    status::update(cx, key, &found, counts)?;
    if let Some(due) = recheck {
        cx.wake_after(due.since(cx.now()), Wait::DisruptedPod);
    }
    Ok(())
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn event(cx: &mut Context<'_>, about: &Other, kind: EventType, reason: &str, message: &str) {
    let about = (Kind::PodDisruptionBudget, &about.metadata);
    cx.event(NAME, about, kind, reason, message);
}

/// The pods that a budget selects, by name.
fn selected(cx: &Context<'_>, budget: &Other) -> Vec<Rc<Pod>> {
    let Some(selector) = disruption::selector(budget) else {
        return Vec::new();
    };
    let namespace = &budget.metadata.namespace;
    let indexes = cx.store.indexes();
    let names = indexes.pods_with(namespace, |labels| selector.matches(labels));
    let keys = names
        .iter()
        .map(|name| Key::new(Kind::Pod, namespace, name));
    keys.filter_map(|key| cx.store.pod(&key).cloned()).collect()
}

/// The pods that were evicted and are not being deleted yet, with the times of their evictions; and when the first
/// of them counts again (buildDisruptedPodMap).
fn disrupted(
    cx: &mut Context<'_>,
    budget: &Other,
    pods: &[Rc<Pod>],
) -> (Map<String, Value>, Option<Time>) {
    let mut left = Map::new();
    let mut recheck: Option<Time> = None;
    for pod in pods.iter().filter(|pod| !pod.metadata.is_terminating()) {
        let known = budget
            .fields
            .at("status.disruptedPods")
            .key(&pod.metadata.name);
        let Some(since) = known.as_str().and_then(Time::parse) else {
            continue;
        };
        let due = since.plus_millis(DELETION_TIMEOUT);
        // Upstream's clock has moved on when the timer fires; here it is exactly then.
        if due <= cx.now() {
            let namespace = &budget.metadata.namespace;
            // Upstream prints the namespace twice.
            let message = format!(
                "Pod was expected by PDB {namespace}/{namespace} to be deleted but it wasn't"
            );
            let about = (Kind::Pod, &pod.metadata);
            cx.event(NAME, about, EventType::Warning, "NotDeleted", &message);
        } else {
            recheck = Some(recheck.map_or(due, |first| first.min(due)));
            left.insert(pod.metadata.name.to_string(), known.clone());
        }
    }
    (left, recheck)
}

/// Forbids disruptions, since their number is not known (failSafe).
fn fail(cx: &mut Context<'_>, key: &Key, budget: &Rc<Other>, error: &str) -> Result<(), SyncError> {
    cx.decide(&b::FAILED)
        .object("budget", Kind::PodDisruptionBudget, key.name.clone())
        .text("error", error);
    let message = format!("Failed to calculate the number of expected pods: {error}");
    let reason = "CalculateExpectedPodCountFailed";
    event(cx, budget, EventType::Warning, reason, &message);
    let mut failed = (**budget).clone();
    let now = cx.now();
    let status = &mut failed.fields["status"];
    status["disruptionsAllowed"] = 0.into();
    disruption::set_condition(status, "False", SYNC_FAILED, error, now);
    cx.store
        .update_status(Object::Other(Kind::PodDisruptionBudget, Rc::new(failed)))?;
    Ok(())
}
