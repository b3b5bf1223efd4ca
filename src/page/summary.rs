//! How a workload stands: complete, waiting for the user, or stuck; since when, and what would free it.

use super::cluster::{ClusterView, DeploymentView, LaneView, PodView, Pods, Slot, StatefulView};
use super::pods::{PodState, PodWords};
use super::selection;
use super::watch::Watch;
use super::words::{self, Phrase};
use kubestep::actor::{Cause, Wait};
use kubestep::api::condition::ConditionStatus;
use kubestep::api::deployment::{Deployment, DeploymentConditionType};
use kubestep::api::identity::pod_revision;
use kubestep::api::kind::Kind;
use kubestep::api::language::Language;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::{Pod, PodConditionType};
use kubestep::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use kubestep::api::time::{Time, duration};
use kubestep::controllers::deployment::util::deployment_complete;
use kubestep::engine::Engine;
use kubestep::world::Outcome;

/// How many steps back it is looked for when something began.
const BACK_MAX: usize = 5_000;

/// How a workload stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// In one word.
    pub standing: Standing,
    phrase: &'static Phrase,
    values: Vec<(&'static str, String)>,
    /// When it began, on the cluster's clock.
    since: Option<Time>,
    /// Milliseconds until the progress deadline; negative where it has passed.
    deadline: Option<i64>,
    /// What would free it.
    pub ways: Vec<Way>,
}

/// How a workload stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its rollout is complete.
    Complete,
    /// It waits for the user, as it was told to.
    Waits,
    /// It does not get on.
    Stuck,
}

/// A command that would free a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// What it means, where the command does not say so itself.
    pub says: Option<&'static Phrase>,
    /// The command line.
    pub line: String,
}

impl Standing {
    /// Its name in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Waits => "waits",
            Self::Stuck => "stuck",
        }
    }

    /// The name of its glyph.
    pub fn glyph(self) -> &'static str {
        match self {
            Self::Complete => "available",
            Self::Waits => "pause",
            Self::Stuck => "failing",
        }
    }

    /// The word.
    pub fn word(self) -> &'static Phrase {
        match self {
            Self::Complete => &words::STANDING_COMPLETE,
            Self::Waits => &words::STANDING_WAITS,
            Self::Stuck => &words::STANDING_STUCK,
        }
    }
}

impl Summary {
    fn new(standing: Standing, phrase: &'static Phrase) -> Self {
        Self {
            standing,
            phrase,
            values: Vec::new(),
            since: None,
            deadline: None,
            ways: Vec::new(),
        }
    }

    fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    fn way(mut self, line: String) -> Self {
        self.ways.push(Way { says: None, line });
        self
    }

    /// A way whose command is too long for a button.
    fn way_of(mut self, says: &'static Phrase, line: String) -> Self {
        let says = Some(says);
        self.ways.push(Way { says, line });
        self
    }

    /// What is said of it, behind the word.
    pub fn text(&self, language: Language) -> String {
        let mut text = words::filled(self.phrase.text(language), &|name| {
            let value = self.values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.clone())
        });
        if let Some(since) = self.since {
            let since = words::clock(since.0);
            text += &words::SUMMARY_SINCE.with(language, &[("time", &since)]);
        }
        match self.deadline {
            Some(left @ 1..) => {
                text += &words::SUMMARY_DEADLINE.with(language, &[("time", &duration(left))]);
            }
            Some(_) => text += words::SUMMARY_LATE.text(language),
            None => {}
        }
        text
    }
}

/// Puts into a cluster's picture how its workloads stand. `settled` is whether nothing moves by itself any more.
pub fn add(view: &mut ClusterView, engine: &Engine, watch: &Watch, settled: bool) {
    for deployment in &mut view.deployments {
        deployment.summary = of_deployment(engine, watch, deployment, settled);
    }
    for set in &mut view.stateful {
        set.summary = of_stateful_set(engine, watch, set, settled);
    }
}

/// What keeps a pod from becoming ready; `None` where it gets on, or needs nothing. Whether it still gets on by itself
/// is known where nothing moves any more.
fn obstacle(pod: &PodView, settled: bool) -> Option<Summary> {
    let stuck = |phrase| Summary::new(Standing::Stuck, phrase).value("pod", &pod.pod.metadata.name);
    match pod.state {
        PodState::Failing => {
            let status = PodWords::of(&pod.pod).status;
            Some(stuck(&words::STUCK_STATUS).value("status", status))
        }
        PodState::Pending => {
            let scheduled = pod.pod.condition(PodConditionType::PodScheduled)?;
            let why = scheduled.message.as_deref().unwrap_or_default();
            let refused = scheduled.reason.as_deref() == Some("Unschedulable");
            refused.then(|| stuck(&words::STUCK_UNSCHEDULABLE).value("why", why))
        }
        PodState::Running if settled => Some(stuck(&words::STUCK_NOT_READY)),
        _ => None,
    }
}

fn pods(pods: &Pods) -> impl Iterator<Item = &PodView> {
    let slots: &[Slot] = match pods {
        Pods::Tiles(slots) => slots,
        Pods::Counts { .. } => &[],
    };
    slots.iter().filter_map(|slot| slot.pod.as_ref())
}

/// The place of the step that made something true of an object, and has left it so.
fn began(engine: &Engine, key: &Key, holds: impl Fn(&Object) -> bool) -> Option<usize> {
    let done = &engine.steps()[..engine.cursor()];
    let recent = done.iter().enumerate().rev().take(BACK_MAX);
    for (place, step) in recent {
        let mut changes = step.changes.iter().filter(|change| change.key == *key);
        if changes.any(|change| !change.before.as_ref().is_some_and(&holds)) {
            return Some(place);
        }
    }
    None
}

/// What is known of the pod that is in the way: since when, and what becomes of its images.
fn about_pod(engine: &Engine, pod: &Pod, mut summary: Summary) -> Summary {
    let key = Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name);
    let state = |pod: &Pod| PodState::of(pod, 0, Time(0));
    let now = state(pod);
    let began = began(engine, &key, |object| match object {
        Object::Pod(pod) => state(pod) == now,
        _ => false,
    });
    summary.since = began.map(|place| engine.steps()[place].time());
    for container in &pod.spec.containers {
        let image = &*container.image;
        if engine.world().image(image).outcome == Outcome::NotFound {
            summary.ways.push(Way {
                says: Some(&words::IMAGE_TAG_EXISTS),
                line: selection::tag_exists(image),
            });
        }
    }
    summary
}

/// `-n NAMESPACE`, where it is not the default one.
fn within(namespace: &str) -> String {
    match namespace {
        "" | "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    }
}

/// How a Deployment stands; `None` while it gets on.
fn of_deployment(
    engine: &Engine,
    watch: &Watch,
    view: &DeploymentView,
    settled: bool,
) -> Option<Summary> {
    let deployment: &Deployment = &view.object;
    let meta = &deployment.metadata;
    let key = Key::new(Kind::Deployment, &meta.namespace, &meta.name);
    if deployment_complete(deployment, &deployment.status) {
        let complete = |object: &Object| matches!(object, Object::Deployment(deployment) if deployment_complete(deployment, &deployment.status));
        return Some(completed(
            engine,
            watch,
            &key,
            began(engine, &key, complete)?,
        ));
    }
    let rollout = |verb: &str| {
        let (name, place) = (&meta.name, within(&meta.namespace));
        format!("kubectl rollout {verb} deployment/{name}{place}")
    };
    if deployment.spec.paused {
        let paused = Summary::new(Standing::Waits, &words::WAITS_PAUSED);
        return Some(paused.way(rollout("resume")));
    }
    let mut conditions = deployment.status.conditions.iter();
    let refused = conditions.find(|condition| {
        condition.kind == DeploymentConditionType::ReplicaFailure
            && condition.status == ConditionStatus::True
    });
    let first = view.lanes.first();
    let mut summary = match (refused, first) {
        (Some(refused), _) => {
            Summary::new(Standing::Stuck, &words::STUCK_REFUSED).value("why", &refused.message)
        }
        (None, Some(lane)) => in_the_way(engine, lane, settled)?,
        (None, None) => return None,
    };
    if view.lanes.len() > 1 {
        summary = summary.way(rollout("undo"));
    }
    summary.deadline = deadline(engine, &key, deployment);
    Some(summary)
}

/// The first pod of the new revision that does not get on.
fn in_the_way(engine: &Engine, lane: &LaneView, settled: bool) -> Option<Summary> {
    let mut found = pods(&lane.pods).filter_map(|pod| Some((pod, obstacle(pod, settled)?)));
    let (pod, summary) = found.next()?;
    Some(about_pod(engine, &pod.pod, summary))
}

fn deadline(engine: &Engine, key: &Key, deployment: &Deployment) -> Option<i64> {
    let mut conditions = deployment.status.conditions.iter();
    if conditions.any(|condition| &*condition.reason == "ProgressDeadlineExceeded") {
        return Some(0);
    }
    let timer = engine
        .queues()
        .timers()
        .find(|timer| timer.key == *key && timer.cause == Cause::Timer(Wait::ProgressDeadline));
    timer.map(|timer| timer.due.since(engine.now()).max(1))
}

/// How long a rollout took, and how few pods were available meanwhile.
fn completed(engine: &Engine, watch: &Watch, key: &Key, end: usize) -> Summary {
    let steps = engine.steps();
    let asked = |object: &Option<Object>| object.as_ref().map(|object| object.meta().generation);
    let begin = steps[..=end].iter().rposition(|step| {
        let mut changes = step.changes.iter().filter(|change| change.key == *key);
        changes.any(|change| asked(&change.before) != asked(&change.after))
    });
    let Some(begin) = begin else {
        return Summary::new(Standing::Complete, &words::COMPLETE);
    };
    let took = steps[end].time().since(steps[begin].time());
    let mut changes = steps[begin].changes.iter();
    let is_new = changes.any(|change| change.key == *key && change.before.is_none());
    let values = (begin + 1..=end + 1).flat_map(|done| {
        let found = watch.findings(done).iter();
        found.filter(|found| found.about == *key && found.invariant.id == "deployment/available")
    });
    let fewest = values.map(|found| found.value).min().filter(|_| !is_new);
    let summary = match fewest {
        Some(fewest) => {
            Summary::new(Standing::Complete, &words::COMPLETE_FEWEST).value("count", fewest)
        }
        None => Summary::new(Standing::Complete, &words::COMPLETE_IN),
    };
    summary.value("time", duration(took))
}

/// How a StatefulSet stands; `None` while it gets on.
fn of_stateful_set(
    engine: &Engine,
    watch: &Watch,
    view: &StatefulView,
    settled: bool,
) -> Option<Summary> {
    let set: &StatefulSet = &view.object;
    let (meta, status) = (&set.metadata, &set.status);
    let key = Key::new(Kind::StatefulSet, &meta.namespace, &meta.name);
    if is_updated(set) {
        let updated =
            |object: &Object| matches!(object, Object::StatefulSet(set) if is_updated(set));
        return Some(completed(
            engine,
            watch,
            &key,
            began(engine, &key, updated)?,
        ));
    }
    let place = within(&meta.namespace);
    let mut found = pods(&view.pods).filter_map(|pod| Some((pod, obstacle(pod, settled)?)));
    if let Some((pod, summary)) = found.next() {
        let mut summary = about_pod(engine, &pod.pod, summary);
        let name = &pod.pod.metadata.name;
        // An ordered set replaces nothing while an older pod is broken (upstream's "forced rollback").
        if set.is_monotonic() && pod_revision(&pod.pod.metadata) != &*status.update_revision {
            summary = summary.way(format!("kubectl delete pod {name} --wait=false{place}"));
        } else if view.revisions.len() > 1 {
            let line = format!("kubectl rollout undo statefulset/{}{place}", meta.name);
            summary = summary.way(line);
        }
        return Some(summary);
    }
    drop(found);
    if !settled || status.update_revision == status.current_revision {
        return None;
    }
    let partition = set.partition();
    if set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete {
        let old = |pod: &&PodView| pod_revision(&pod.pod.metadata) != &*status.update_revision;
        let last = pods(&view.pods).filter(old).last()?;
        let name = &last.pod.metadata.name;
        let waits = Summary::new(Standing::Waits, &words::WAITS_ON_DELETE)
            .value("count", pods(&view.pods).filter(old).count());
        return Some(waits.way(format!("kubectl delete pod {name} --wait=false{place}")));
    }
    let waits =
        Summary::new(Standing::Waits, &words::WAITS_PARTITION).value("partition", partition);
    let patch = r#"'{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}'"#;
    let line = format!(
        "kubectl patch statefulset {} --type merge -p {patch}{place}",
        meta.name
    );
    (partition > 0).then(|| waits.way_of(&words::WAY_PARTITION, line))
}

/// Whether all pods are ready and of one revision.
fn is_updated(set: &StatefulSet) -> bool {
    let status = &set.status;
    status.observed_generation >= set.metadata.generation
        && status.update_revision == status.current_revision
        && status.replicas == set.spec.replicas
        && status.available_replicas == set.spec.replicas
}
