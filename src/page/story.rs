//! What a step did, in sentences: actor, object, cause, and effect.

use super::diff::{self, Difference};
use super::pods::PodWords;
use super::words;
use kubestep::actor::sentence::Sentence;
use kubestep::actor::{Cause, Wait};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::engine::{Actor, Engine, Item, QueueChange, Step, StepKind};
use kubestep::store::Change;
use kubestep::texts::{Language, Text};

/// Maximum number of steps searched backwards for the cause of an item.
const CAUSE_WITHIN: usize = 2_000;

/// A short name for the kind of a step, used in the stylesheet.
pub fn slug(step: &Step) -> &'static str {
    match &step.action {
        StepKind::Work(item) => actor_slug(item.actor),
        StepKind::Clock { .. } => "clock",
        StepKind::User(_) => "user",
    }
}

/// A short name for an actor, used in the stylesheet.
pub fn actor_slug(actor: Actor) -> &'static str {
    match actor {
        Actor::Scheduler => "scheduler",
        Actor::Kubelet => "kubelet",
        _ => "controller",
    }
}

/// The effect of a write, as the clause that follows "because".
pub fn happened(change: &Change, language: Language) -> Sentence {
    let about = |phrase: &Text| phrase.told(language, &[("object", (&change.key).into())]);
    match (&change.before, &change.after) {
        (Some(Object::Pod(before)), Some(Object::Pod(after))) => {
            pod_happened(&change.key, before, after, language)
        }
        (None, _) => about(&words::WAS_CREATED),
        (_, None) => about(&words::WAS_GONE),
        (Some(before), Some(after))
            if after.meta().is_terminating() && !before.meta().is_terminating() =>
        {
            about(&words::BEGAN_TO_GO)
        }
        _ => {
            let Some(Difference { path, from, to }) = diff::differences(change).into_iter().next()
            else {
                return (&change.key).into();
            };
            let value = |value: Option<String>| match value {
                Some(value) => value.into(),
                None => words::NONE.text(language).into(),
            };
            let values = [
                ("object", (&change.key).into()),
                ("field", path.into()),
                ("from", value(from)),
                ("to", value(to)),
            ];
            words::WAS_CHANGED.told(language, &values)
        }
    }
}

fn pod_happened(key: &Key, before: &Pod, after: &Pod, language: Language) -> Sentence {
    let pod = ("object", key.into());
    match (&before.node_name, &after.node_name) {
        (None, Some(node)) => {
            let node = Sentence::object(Key::of(Kind::Node, "", node), &**node);
            words::POD_WAS_BOUND.told(language, &[pod, ("node", node)])
        }
        _ if after.metadata.is_terminating() && !before.metadata.is_terminating() => {
            words::POD_BEGAN_TO_END.told(language, &[pod])
        }
        _ => {
            let now = PodWords::of(after);
            let values = [
                pod,
                ("status", now.status.into()),
                ("ready", now.ready.into()),
            ];
            words::POD_BECAME.told(language, &values)
        }
    }
}

/// Why an item was queued: the sentence, and the number of the step that queued it, if known.
pub fn cause(
    engine: &Engine,
    at: usize,
    item: &Item,
    language: Language,
) -> (Sentence, Option<usize>) {
    let found = waker(engine, at, item);
    let object = match &item.cause {
        Cause::Added(key) | Cause::Modified(key) | Cause::Deleted(key) => Some(key),
        Cause::Restart | Cause::Timer(_) | Cause::Retry { .. } => None,
    };
    let change = object.and_then(|key| {
        let changes = &engine.steps().get(found?)?.changes;
        changes.iter().rev().find(|change| change.key == *key)
    });
    let told = match change {
        Some(change) => {
            let what = happened(change, language);
            words::BECAUSE.told(language, &[("what", what)])
        }
        None => cause_alone(&item.cause, language),
    };
    (told, found.map(|index| index + 1))
}

/// The index of the step that queued an item.
fn waker(engine: &Engine, at: usize, item: &Item) -> Option<usize> {
    let steps = engine.steps();
    let first = at.saturating_sub(CAUSE_WITHIN);
    (first..at.min(steps.len())).rev().find(|index| {
        steps[*index].woke().any(
            |change| matches!(change, QueueChange::Queued(queued) if queued.number == item.number),
        )
    })
}

/// A cause without any knowledge of the change.
pub fn cause_alone(cause: &Cause, language: Language) -> Sentence {
    let about = |phrase: &Text, key: &Key| phrase.told(language, &[("object", key.into())]);
    match cause {
        Cause::Added(key) => about(&words::CAUSE_ADDED, key),
        Cause::Modified(key) => about(&words::CAUSE_MODIFIED, key),
        Cause::Deleted(key) => about(&words::CAUSE_DELETED, key),
        Cause::Restart => words::CAUSE_RESTART.text(language).into(),
        Cause::Timer(wait) => {
            let what = wait_over(*wait).text(language);
            words::BECAUSE.told(language, &[("what", what.into())])
        }
        Cause::Retry { attempt, error } => {
            let text = words::CAUSE_RETRY.with(language, &[("attempt", attempt), ("error", error)]);
            text.into()
        }
    }
}

fn wait_over(wait: Wait) -> &'static Text {
    match wait {
        Wait::MinReadySeconds => &words::WAIT_MIN_READY,
        Wait::ProgressDeadline => &words::WAIT_DEADLINE,
        Wait::Backoff => &words::WAIT_BACKOFF,
        Wait::ContainerStart => &words::WAIT_START,
        Wait::Readiness => &words::WAIT_READINESS,
        Wait::Termination => &words::WAIT_TERMINATION,
        Wait::RestartBackoff => &words::WAIT_RESTART,
        Wait::AutoscalerPeriod => &words::WAIT_AUTOSCALER,
        Wait::Provisioning => &words::WAIT_PROVISIONING,
        Wait::NodeSilence => &words::WAIT_NODE_SILENCE,
        Wait::Toleration => &words::WAIT_TOLERATION,
        Wait::EvictionRate => &words::WAIT_EVICTION_RATE,
        Wait::DisruptedPod => &words::WAIT_DISRUPTED_POD,
        Wait::PodGc => &words::WAIT_POD_GC,
        Wait::NamespaceDeletion | Wait::NamespaceHeld => &words::WAIT_NAMESPACE,
        Wait::Relist => &words::WAIT_RELIST,
        Wait::Probe => &words::WAIT_PROBE,
        Wait::Unschedulable => &words::WAIT_UNSCHEDULABLE,
    }
}

/// The purpose of a timer in a few words.
pub fn timer(cause: &Cause, language: Language) -> Sentence {
    let phrase = match cause {
        Cause::Timer(Wait::MinReadySeconds) => &words::TIMER_MIN_READY,
        Cause::Timer(Wait::ProgressDeadline) => &words::TIMER_DEADLINE,
        Cause::Timer(Wait::Backoff) => &words::TIMER_BACKOFF,
        Cause::Timer(Wait::ContainerStart) => &words::TIMER_START,
        Cause::Timer(Wait::Readiness) => &words::TIMER_READINESS,
        Cause::Timer(Wait::Termination) => &words::TIMER_TERMINATION,
        Cause::Timer(Wait::RestartBackoff) => &words::TIMER_RESTART,
        Cause::Timer(Wait::AutoscalerPeriod) => &words::TIMER_AUTOSCALER,
        Cause::Timer(Wait::Provisioning) => &words::TIMER_PROVISIONING,
        Cause::Timer(Wait::NodeSilence) => &words::TIMER_NODE_SILENCE,
        Cause::Timer(Wait::Toleration) => &words::TIMER_TOLERATION,
        Cause::Timer(Wait::EvictionRate) => &words::TIMER_EVICTION_RATE,
        Cause::Timer(Wait::DisruptedPod) => &words::TIMER_DISRUPTED_POD,
        Cause::Timer(Wait::PodGc) => &words::TIMER_POD_GC,
        Cause::Timer(Wait::NamespaceDeletion | Wait::NamespaceHeld) => &words::TIMER_NAMESPACE,
        Cause::Timer(Wait::Relist) => &words::TIMER_RELIST,
        Cause::Timer(Wait::Probe) => &words::TIMER_PROBE,
        Cause::Timer(Wait::Unschedulable) => &words::TIMER_UNSCHEDULABLE,
        Cause::Retry { attempt, .. } => {
            let text = words::TIMER_RETRY.with(language, &[("attempt", &(attempt + 1))]);
            return text.into();
        }
        Cause::Added(_) | Cause::Modified(_) | Cause::Deleted(_) | Cause::Restart => {
            return cause_alone(cause, language);
        }
    };
    phrase.text(language).into()
}

/// The key that a step was about.
pub fn object(step: &Step) -> Option<&Key> {
    match &step.action {
        StepKind::Work(item) => Some(&item.key),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::engine::Actor;
    use kubestep::engine::Config;
    use kubestep::kubectl::run;

    const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 2
  serviceName: db
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: app
          image: nginx:1.27
";

    /// The main sentences of the StatefulSet controller's steps, from a step on.
    fn said(engine: &Engine, since: usize) -> Vec<String> {
        let steps = engine.steps()[since..].iter();
        let looks = steps.filter(
            |step| matches!(&step.action, StepKind::Work(item) if item.actor == Actor::StatefulSet),
        );
        let sentences = looks.map(|step| step.headline(Language::English).to_string());
        let mut said: Vec<String> = sentences.collect();
        said.dedup();
        said
    }

    #[test]
    fn actions_of_a_stateful_set_come_first() {
        let mut engine = Engine::new(Config::default());
        let apply = |engine: &mut Engine, image: &str| {
            let text = SET.replace("nginx:1.27", image);
            let done = run::run(engine, "kubectl apply -f -", Some(&text));
            assert_eq!(done.exit, 0, "{}", done.stderr);
            engine.settle(1000);
        };
        apply(&mut engine, "nginx:1.27");
        let first = [
            "Pod db-0 is missing: creating it from the update revision db-78fff84fbd.",
            "Pod db-0 is not Running and Ready: every pod after it waits.",
            "Pod db-1 is missing: creating it from the update revision db-78fff84fbd.",
            "Pod db-1 is not Running and Ready: every pod after it waits.",
            "Updating the status: 2 pods, 2 ready, 2 at the current revision, 2 at the update revision.",
            "All 2 pods from ordinal 0 on are at the update revision db-78fff84fbd.",
        ];
        assert_eq!(said(&engine, 0), first);
        let before = engine.cursor();
        apply(&mut engine, "nginx:1.28");
        let second = [
            "0 pods are unavailable and maxUnavailable is 1: deleting db-1, the last pod not at the update revision db-5c87974b97.",
            "Pod db-1 is terminating: everything waits until it is gone and created again.",
            "Pod db-1 is missing: creating it from the update revision db-5c87974b97.",
            "Pod db-1 is not Running and Ready: every pod after it waits.",
            "0 pods are unavailable and maxUnavailable is 1: deleting db-0, the last pod not at the update revision db-5c87974b97.",
            "Pod db-0 is terminating: everything waits until it is gone and created again.",
            "Pod db-0 is missing: creating it from the update revision db-5c87974b97.",
            "Pod db-0 is not Running and Ready: every pod after it waits.",
            "All 2 pods are ready and at revision db-5c87974b97: it becomes the current revision.",
            "All 2 pods from ordinal 0 on are at the update revision db-5c87974b97.",
        ];
        assert_eq!(said(&engine, before), second);
    }
}
