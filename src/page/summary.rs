//! The state of a workload: complete, waiting for the user, or stuck; since when, and what would unblock it.

use super::cluster::{ClusterView, DeploymentView, LaneView, Pods, StatefulView};
use super::names;
use super::pods::{PodState, PodWords};
use super::selection;
use super::watch::Watch;
use super::words;
use kubestep::actor::{Cause, Wait};
use kubestep::api::condition::ConditionStatus;
use kubestep::api::deployment::{Deployment, DeploymentConditionType};
use kubestep::api::identity::{parent_and_ordinal, pod_revision};
use kubestep::api::kind::Kind;
use kubestep::api::meta::Uid;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::{Pod, PodConditionType};
use kubestep::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use kubestep::api::time::{Time, duration};
use kubestep::controllers::deployment::util::deployment_complete;
use kubestep::engine::Engine;
use kubestep::texts::{Language, Text, pattern};
use kubestep::world::{Outcome, catalogue};
use std::rc::Rc;

/// Maximum number of steps searched backwards for the beginning of a state.
const BACK_MAX: usize = 5_000;

/// The state of a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Summary {
    /// The state in one word.
    pub standing: WorkloadStanding,
    phrase: &'static Text,
    values: Vec<(&'static str, String)>,
    /// The index of the step that caused it, if known.
    pub began: Option<usize>,
    /// When it began, in virtual time.
    since: Option<Time>,
    /// Milliseconds until the progress deadline; negative once it has passed.
    deadline: Option<i64>,
    /// Commands that would unblock it.
    pub ways: Vec<Way>,
}

/// The state of a workload in one word; the one that needs the user most comes last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WorkloadStanding {
    /// Its rollout is complete.
    Complete,
    /// It waits for the user, as configured.
    Waits,
    /// It makes no progress.
    Stuck,
}

/// A command that would unblock a workload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Way {
    /// A label, unless the command is self-explanatory.
    pub says: Option<&'static Text>,
    /// The command line.
    pub line: String,
}

impl WorkloadStanding {
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
    pub fn word(self) -> &'static Text {
        match self {
            Self::Complete => &words::STANDING_COMPLETE,
            Self::Waits => &words::STANDING_WAITS,
            Self::Stuck => &words::STANDING_STUCK,
        }
    }
}

impl Summary {
    fn new(standing: WorkloadStanding, phrase: &'static Text) -> Self {
        Self {
            standing,
            phrase,
            values: Vec::new(),
            began: None,
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

    /// Adds a command with a label, because it is too long for a button.
    fn way_of(mut self, says: &'static Text, line: String) -> Self {
        let says = Some(says);
        self.ways.push(Way { says, line });
        self
    }

    /// Sets the beginning to when a property of an object began to hold.
    fn begins(&mut self, engine: &Engine, key: &Key, holds: impl Fn(&Object) -> bool) {
        self.began = began(engine, key, holds);
        self.since = self.began.map(|place| engine.steps()[place].time());
    }

    /// The text after the state's word.
    pub fn text(&self, language: Language) -> String {
        let mut text = match (self.since, self.standing) {
            (Some(since), _) => {
                words::SUMMARY_SINCE.with(language, &[("time", &words::clock(since.0))])
            }
            (None, WorkloadStanding::Complete) => String::new(),
            (None, _) => words::SUMMARY_COLON.text(language).to_owned(),
        };
        text += &pattern::filled(self.phrase.text(language), &|name| {
            let value = self.values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.clone())
        });
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

/// Adds the states of the workloads to a view. `settled` tells whether the cluster makes no more progress by
/// itself.
pub fn add(view: &mut ClusterView, engine: &Engine, watch: &Watch, settled: bool) {
    for deployment in &mut view.deployments {
        deployment.summary = of_deployment(engine, watch, deployment, settled);
    }
    for set in &mut view.stateful {
        set.summary = of_stateful_set(engine, watch, set, settled);
    }
}

/// What keeps a pod from becoming ready; `None` if it makes progress or needs nothing. Whether a pod still makes
/// progress by itself is known only once the cluster has settled.
fn obstacle(pod: &Pod, state: PodState, settled: bool) -> Option<Summary> {
    let key = pod_key(pod);
    let name = names::made_up_end(&key, &key.name).unwrap_or(&key.name);
    let stuck = |phrase| Summary::new(WorkloadStanding::Stuck, phrase).value("pod", name);
    match state {
        PodState::Failing => {
            let status = PodWords::of(pod).status;
            Some(stuck(&words::STUCK_STATUS).value("status", status))
        }
        PodState::Pending => {
            let why = unschedulable(pod)?;
            Some(stuck(&words::STUCK_UNSCHEDULABLE).value("why", why))
        }
        PodState::Running if settled => Some(stuck(&words::STUCK_NOT_READY)),
        _ => None,
    }
}

/// Why the scheduler finds no node for a pod.
fn unschedulable(pod: &Pod) -> Option<&str> {
    let scheduled = pod.condition(PodConditionType::PodScheduled)?;
    let refused = scheduled.reason.as_deref() == Some("Unschedulable");
    refused.then(|| scheduled.message.as_deref().unwrap_or_default())
}

fn pod_key(pod: &Pod) -> Key {
    Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name)
}

/// The pods of an owner with their states, even if there are too many for tiles.
fn pods<'a>(engine: &'a Engine, owner: &Uid, pods: &'a Pods) -> Vec<(&'a Pod, PodState)> {
    let store = engine.store();
    let mut found: Vec<(&Pod, PodState)> = Vec::new();
    match (pods, store.indexes().group(owner)) {
        (Pods::Tiles(slots), _) => {
            let views = slots.iter().filter_map(|slot| slot.pod.as_ref());
            found.extend(views.map(|view| (&*view.pod.0, view.state)));
        }
        (Pods::Counts { .. }, Some(group)) => found.extend(group.pods.values().map(|member| {
            let state = PodState::of(&member.pod, 0, store.now());
            (&*member.pod, state)
        })),
        (Pods::Counts { .. }, None) => {}
    }
    found
}

/// The first of some pods that makes no progress.
fn first_stuck<'a>(pods: &[(&'a Pod, PodState)], settled: bool) -> Option<(&'a Pod, Summary)> {
    let mut pods = pods.iter();
    pods.find_map(|(pod, state)| Some((*pod, obstacle(pod, *state, settled)?)))
}

/// The index of the step since which a property of an object has held.
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

/// Adds details about the blocking pod: since when, and what its images do.
fn about_pod(engine: &Engine, pod: &Pod, mut summary: Summary) -> Summary {
    let state = |pod: &Pod| {
        let is_refused = unschedulable(pod).is_some();
        (PodState::of(pod, 0, Time(0)), is_refused)
    };
    let now = state(pod);
    summary.begins(engine, &pod_key(pod), |object| match object {
        Object::Pod(pod) => state(pod) == now,
        _ => false,
    });
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

/// `-n NAMESPACE`, unless it is the default one.
fn within(namespace: &str) -> String {
    match namespace {
        "" | "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    }
}

/// The state of a Deployment; `None` while it makes progress.
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
        let paused = Summary::new(WorkloadStanding::Waits, &words::WAITS_PAUSED);
        return Some(paused.way(rollout("resume")));
    }
    let mut summary = if let Some(why) = refused(deployment) {
        let mut stuck =
            Summary::new(WorkloadStanding::Stuck, &words::STUCK_REFUSED).value("why", why);
        let is_refused = |object: &Object| matches!(object, Object::Deployment(deployment) if refused(deployment).is_some());
        stuck.begins(engine, &key, is_refused);
        stuck
    } else {
        // Of the new revision.
        let lane = view.lanes.first()?;
        let pods = pods(engine, &lane.set.metadata.uid, &lane.pods);
        let (pod, mut stuck) = first_stuck(&pods, settled)?;
        stuck = about_pod(engine, pod, stuck);
        match other_image(engine, &view.lanes, pod) {
            Some((container, image)) => {
                let (name, place) = (&meta.name, within(&meta.namespace));
                stuck.way(format!(
                    "kubectl set image deployment/{name} {container}={image}{place}"
                ))
            }
            None => stuck,
        }
    };
    if view.lanes.len() > 1 {
        summary = summary.way(rollout("undo"));
    }
    summary.deadline = deadline(engine, &key, deployment);
    Some(summary)
}

/// Why a Deployment's pods cannot be created.
fn refused(deployment: &Deployment) -> Option<&str> {
    let mut conditions = deployment.status.conditions.iter();
    let refused = conditions.find(|condition| {
        condition.kind == DeploymentConditionType::ReplicaFailure
            && condition.status == ConditionStatus::True
    });
    refused.map(|refused| &*refused.message)
}

/// The first container of a pod whose image does not exist, with an existing image: another tag from the catalogue,
/// or else the image of an older revision.
fn other_image(engine: &Engine, lanes: &[LaneView], pod: &Pod) -> Option<(Rc<str>, Rc<str>)> {
    let world = engine.world();
    let mut containers = pod.spec.containers.iter();
    let broken =
        containers.find(|container| world.image(&container.image).outcome == Outcome::NotFound)?;
    let older = lanes.iter().skip(1).flat_map(|lane| {
        let containers = lane.set.spec.template.pod_spec.containers.iter();
        containers.filter(|known| known.name == broken.name)
    });
    let known = catalogue::instead(&broken.image).map(Rc::from).into_iter();
    let mut images = known.chain(older.map(|container| container.image.clone()));
    let image = images.find(|image| world.image(image).outcome == Outcome::Fine)?;
    Some((broken.name.clone(), image))
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

/// How long a rollout took, and the minimum number of pods available meanwhile.
fn completed(engine: &Engine, watch: &Watch, key: &Key, end: usize) -> Summary {
    let steps = engine.steps();
    let asked = |object: &Option<Object>| object.as_ref().map(|object| object.meta().generation);
    let begin = steps[..=end].iter().rposition(|step| {
        let mut changes = step.changes.iter().filter(|change| change.key == *key);
        changes.any(|change| asked(&change.before) != asked(&change.after))
    });
    let complete = |phrase| Summary {
        began: Some(end),
        ..Summary::new(WorkloadStanding::Complete, phrase)
    };
    let Some(begin) = begin else {
        return complete(&words::COMPLETE);
    };
    let took = steps[end].time().since(steps[begin].time());
    if took == 0 {
        return complete(&words::COMPLETE_AT_ONCE);
    }
    let mut changes = steps[begin].changes.iter();
    let is_new = changes.any(|change| change.key == *key && change.before.is_none());
    let values = (begin + 1..=end + 1).flat_map(|done| {
        let found = watch.findings(done).iter();
        found.filter(|found| found.about == *key && found.invariant.id == "deployment/available")
    });
    let fewest = values.map(|found| found.value).min().filter(|_| !is_new);
    let summary = match fewest {
        Some(fewest) => complete(&words::COMPLETE_FEWEST).value("count", fewest),
        None => complete(&words::COMPLETE_IN),
    };
    summary.value("time", duration(took))
}

/// The state of a StatefulSet; `None` while it makes progress.
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
    let pods = pods(engine, &meta.uid, &view.pods);
    if let Some((pod, summary)) = first_stuck(&pods, settled) {
        let mut summary = about_pod(engine, pod, summary);
        let name = &pod.metadata.name;
        // With OrderedReady nothing is replaced while an older pod is broken (upstream's "forced rollback").
        if set.is_monotonic() && pod_revision(&pod.metadata) != &*status.update_revision {
            summary = summary.way(format!("kubectl delete pod {name} --wait=false{place}"));
        } else if view.revisions.len() > 1 {
            let line = format!("kubectl rollout undo statefulset/{}{place}", meta.name);
            summary = summary.way(line);
        }
        return Some(summary);
    }
    if !settled || status.update_revision == status.current_revision {
        return None;
    }
    let partition = set.partition();
    if set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete {
        let mut old: Vec<&Pod> = pods.iter().map(|(pod, _)| *pod).collect();
        old.retain(|pod| pod_revision(&pod.metadata) != &*status.update_revision);
        // By ordinal, not by name: `db-10` follows `db-9`.
        let last = old
            .iter()
            .max_by_key(|pod| parent_and_ordinal(&pod.metadata.name).1);
        let name = &last?.metadata.name;
        let waits = Summary::new(WorkloadStanding::Waits, &words::WAITS_ON_DELETE)
            .value("count", old.len());
        return Some(waits.way(format!("kubectl delete pod {name} --wait=false{place}")));
    }
    let waits = Summary::new(WorkloadStanding::Waits, &words::WAITS_PARTITION)
        .value("partition", partition);
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
