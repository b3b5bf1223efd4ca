//! The plan: which elements are animated, how, when, and for how long.

use super::change::{self, Changes, PodChange};
use super::effect::Effect;
use super::{Motion, STEP_MILLIS, StepDirection};
use crate::page::cluster::{ClusterView, DeploymentView, LaneView, Pods};
use crate::page::pods::{PodState, Ring};
use kubestep::actor::Cause;
use kubestep::api::meta::Uid;
use kubestep::api::object::{Key, Object};
use kubestep::api::time::Time;
use kubestep::engine::{self, Item, QueueChange, Step};

/// Maximum number of simultaneous animations; other elements change without one.
pub const ANIMATED_MAX: usize = 32;
/// Maximum number of messages that travel to the queues.
const WOKEN_MAX: usize = 6;
/// Maximum number of boxes in the flow chart highlighted in sequence.
const LIT_MAX: usize = 8;

/// An animated element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MotionTarget {
    /// The tile of a pod.
    Pod(Uid),
    /// A place of a lane that is now empty.
    Slot(Uid, usize),
    /// The glyph of a pod.
    Glyph(Uid),
    /// One of the two halves of a pod's ring.
    Half(Uid, usize),
    /// The node's name on a pod's tile.
    Node(Uid),
    /// The hatching of a terminating pod.
    Hatch(Uid),
    /// The lane of a ReplicaSet, or a workload.
    Lane(Uid),
    /// The desired size of a ReplicaSet.
    Wanted(Uid),
    /// A bar of a workload, by name.
    Bar(Uid, &'static str),
    /// The bar with a ReplicaSet's share of its Deployment's pods.
    Weight(Uid),
    /// A row of the queues.
    Row(u64),
    /// The digits of the clock.
    Clock,
    /// One of the boxes of the flow chart highlighted by the step.
    Box(usize),
    /// A travelling dot.
    Dot(Box<Fly>),
}

/// The path of a dot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fly {
    /// Start.
    pub from: Goal,
    /// End.
    pub to: Goal,
}

/// An end of a dot's path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Goal {
    /// A row of a queue.
    Row(u64),
    /// An object in the cluster.
    Object(Uid),
}

/// Which of two compared clusters an element is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Side {
    /// There is only one.
    #[default]
    Only,
    /// The timeline's.
    Here,
    /// The other one.
    There,
}

/// An animation.
#[derive(Debug, Clone, PartialEq)]
pub struct Move {
    /// The cluster.
    pub side: Side,
    /// The element.
    pub target: MotionTarget,
    /// The effect.
    pub effect: Effect,
    /// The ReplicaSet that a pod comes from or returns to.
    pub lane: Option<Uid>,
    /// Delay in milliseconds.
    pub delay: u32,
    /// Duration in milliseconds.
    pub millis: u32,
}

/// All animations from one view to the next, the most important ones first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MotionPlan {
    /// The movements.
    pub moves: Vec<Move>,
}

/// What to plan animations for.
pub struct MotionScene<'a> {
    /// The view before.
    pub before: &'a ClusterView,
    /// The view after.
    pub after: &'a ClusterView,
    /// The step that was done, if it was one.
    pub step: Option<&'a Step>,
    /// Whether the time changed.
    pub clock: bool,
    /// While playing by the clock: the time up to which it runs, and in how many milliseconds.
    pub runs: Option<(Time, f64)>,
    /// The direction.
    pub way: StepDirection,
    /// The amount of animation.
    pub motion: Motion,
    /// The cluster.
    pub side: Side,
}

/// Delay and duration of a phase: cause, decision, effect and wake-ups follow each other.
#[derive(Clone, Copy)]
struct Beat(u32, u32);

const CAUSE: Beat = Beat(0, 120);
const TIME: Beat = Beat(0, 240);
const DECISION: Beat = Beat(80, 80);
/// Delay between boxes of the flow chart.
const DECISION_EACH: u32 = 8;
const WANTED: Beat = Beat(160, 200);
const BIRTH: Beat = Beat(160, 180);
const GLYPH: Beat = Beat(160, 200);
const NODE: Beat = Beat(160, 180);
const HATCH: Beat = Beat(160, 200);
const GONE: Beat = Beat(160, 160);
const LANES: Beat = Beat(160, 220);
/// The gap left by a pod closes once it is gone.
const GAP: Beat = Beat(280, 140);
const BARS: Beat = Beat(160, 240);
const WOKEN: Beat = Beat(240, 150);
const QUEUED: Beat = Beat(300, 120);

/// Duration of undoing a step.
const BACK: u32 = 200;
/// Duration for several steps at once.
const NET: u32 = 240;
/// Duration of an effect while steps follow each other quickly.
const EFFECTS: u32 = 80;
/// Duration of cross-fading a lane with too many changes.
const FADE: u32 = 120;

/// Plans the animations from one view to the next.
pub fn plan(scene: &MotionScene<'_>) -> MotionPlan {
    let mut planner = Planner {
        scene,
        moves: Vec::new(),
    };
    let changes = change::changes(scene.before, scene.after);
    planner.pods(&changes);
    planner.lanes(&changes);
    planner.moved(&changes);
    planner.workloads(&changes);
    planner.rings(&changes.pods);
    if matches!(scene.motion, Motion::Full(_)) {
        planner.clock();
        if let Some(step) = scene.step {
            planner.cause(step);
            planner.woken(step);
            planner.decision(step);
        }
    }
    MotionPlan {
        moves: planner.moves,
    }
}

impl MotionPlan {
    /// Interleaves two plans, so that neither uses up the limit.
    pub fn beside(self, others: Self) -> Self {
        let mut others = others.moves.into_iter();
        let mut moves = Vec::new();
        for one in self.moves {
            moves.push(one);
            moves.extend(others.next());
        }
        moves.extend(others);
        Self { moves }
    }

    /// The animations to run, limited to visible elements; stops checking once the limit is reached.
    pub fn shown(&self, is_in_sight: impl FnMut(&Move) -> bool) -> Vec<&Move> {
        let mut is_in_sight = is_in_sight;
        let moves = self.moves.iter().filter(|one| is_in_sight(one));
        moves.take(ANIMATED_MAX).collect()
    }
}

struct Planner<'a> {
    scene: &'a MotionScene<'a>,
    moves: Vec<Move>,
}

impl Planner<'_> {
    fn add(&mut self, target: MotionTarget, effect: Effect, beat: Beat) {
        self.add_of(target, effect, beat, None);
    }

    fn add_of(&mut self, target: MotionTarget, effect: Effect, beat: Beat, lane: Option<&Uid>) {
        let (delay, millis) = match (self.scene.motion, self.scene.way) {
            (_, _) if effect == Effect::Fade => (0, FADE),
            (Motion::Effects | Motion::None, _) => (0, EFFECTS),
            (_, StepDirection::Back) => (0, BACK),
            (_, StepDirection::Net) => (0, NET),
            (Motion::Full(within), StepDirection::Forward) => {
                let scale = |millis: u32| millis * within.min(STEP_MILLIS) / STEP_MILLIS;
                (scale(beat.0), scale(beat.1))
            }
        };
        self.moves.push(Move {
            side: self.scene.side,
            target,
            effect,
            lane: lane.cloned(),
            delay,
            millis,
        });
    }

    /// Pods that are added, removed or changed; or lanes with too many of these.
    fn pods(&mut self, changes: &Changes<'_>) {
        let shown = |change: &&PodChange<'_>| !is_ring_alone(change);
        if changes.pods.iter().filter(shown).count() > ANIMATED_MAX {
            // Repeated cross-fades would flicker.
            if !matches!(self.scene.motion, Motion::Full(_)) {
                return;
            }
            let mut faded: Vec<&Uid> = Vec::new();
            for change in changes.pods.iter().filter(shown) {
                let Some(lane) = change.lane.or_else(|| owner(change)) else {
                    continue;
                };
                if !faded.contains(&lane) {
                    faded.push(lane);
                    self.add(MotionTarget::Lane(lane.clone()), Effect::Fade, TIME);
                }
            }
            return;
        }
        for change in changes.pods.iter().filter(shown) {
            self.pod(change);
        }
    }

    fn pod(&mut self, change: &PodChange<'_>) {
        let uid = change.uid;
        let back = self.scene.way == StepDirection::Back;
        match (change.was, change.is) {
            (None, Some(_)) if back => {
                self.add(MotionTarget::Pod(uid.clone()), Effect::Return, BIRTH)
            }
            (None, Some(_)) => {
                self.add_of(
                    MotionTarget::Pod(uid.clone()),
                    Effect::Born,
                    BIRTH,
                    change.lane,
                );
            }
            (Some(_), None) if back => {
                self.add_of(
                    MotionTarget::Pod(uid.clone()),
                    Effect::Unborn,
                    GONE,
                    change.lane,
                );
            }
            (Some(_), None) => {
                self.add(MotionTarget::Pod(uid.clone()), Effect::Gone, GONE);
                if let Some(lane) = change.lane {
                    let slot = MotionTarget::Slot(lane.clone(), change.slot);
                    self.add(slot, Effect::Return, GAP);
                }
            }
            (Some(was), Some(is)) => {
                if was.state != is.state {
                    self.add(MotionTarget::Glyph(uid.clone()), Effect::Pop, GLYPH);
                }
                if is.state == PodState::Terminating && was.state != PodState::Terminating {
                    self.add(MotionTarget::Hatch(uid.clone()), Effect::Wipe, HATCH);
                }
                if was.pod.node_name != is.pod.node_name {
                    self.add(MotionTarget::Node(uid.clone()), Effect::Slide, NODE);
                }
            }
            (None, None) => {}
        }
    }

    /// Lanes that open, those beside them, and their desired sizes.
    fn lanes(&mut self, changes: &Changes<'_>) {
        let leaves = changes.pods.iter().any(|change| change.is.is_none());
        let beat = if leaves { GAP } else { LANES };
        let mut lanes = |uids: &[&Uid], effect, beat| {
            for uid in uids {
                self.add(MotionTarget::Lane((*uid).clone()), effect, beat);
            }
        };
        lanes(&changes.added, Effect::Open, LANES);
        lanes(&changes.opened, Effect::Open, LANES);
        lanes(&changes.removed, Effect::Gone, GONE);
        lanes(&changes.closed, Effect::Gone, GONE);
        let mut kept = self.scene.after.workloads();
        kept.extend(changes.lanes.iter().map(|(_, lane)| uid(lane)));
        // Only the browser knows their positions.
        for uid in kept {
            self.add(MotionTarget::Lane(uid.clone()), Effect::Shift, beat);
        }
        for (was, is) in &changes.lanes {
            if was.set.spec.replicas != is.set.spec.replicas {
                self.add(MotionTarget::Wanted(uid(is).clone()), Effect::Roll, WANTED);
            }
        }
    }

    /// Pods that move within their list or between lists.
    fn moved(&mut self, changes: &Changes<'_>) {
        for uid in changes.moved.iter().take(ANIMATED_MAX) {
            self.add(MotionTarget::Pod((*uid).clone()), Effect::Shift, GAP);
        }
    }

    /// The bars of workloads.
    fn workloads(&mut self, changes: &Changes<'_>) {
        for (uid, quantity) in &changes.counts {
            let bar = MotionTarget::Bar((*uid).clone(), quantity.slug());
            self.add(bar, Effect::Stretch, BARS);
        }
        for (was, is) in &changes.deployments {
            let counts = |view: &DeploymentView| -> Vec<usize> {
                view.weights().into_iter().map(|(_, count)| count).collect()
            };
            if counts(was) != counts(is) {
                for lane in &is.lanes {
                    self.add(MotionTarget::Weight(uid(lane).clone()), Effect::Shift, BARS);
                }
            }
        }
    }

    /// Rings, which advance with each step of the clock, or continuously while playing by it.
    fn rings(&mut self, pods: &[PodChange<'_>]) {
        if let Some((to, millis)) = self.scene.runs {
            return self.running_rings(to, millis);
        }
        for change in pods.iter().take(ANIMATED_MAX) {
            let rings = [change.was, change.is].map(|view| view.and_then(|view| view.ring));
            let [was, Some(is)] = rings else {
                continue;
            };
            let begin = is.beginning();
            let was = was.filter(|was| was.empties == is.empties).unwrap_or(begin);
            for (half, effect) in turns(was, is) {
                self.add(MotionTarget::Half(change.uid.clone(), half), effect, TIME);
            }
        }
    }

    fn running_rings(&mut self, to: Time, millis: f64) {
        let after = self.scene.after;
        let owned = after.lanes().map(|lane| &lane.pods);
        let owned = owned.chain(after.stateful.iter().map(|set| &set.pods));
        let slots = owned.flat_map(Pods::slots).chain(&after.loose);
        let views = slots.filter_map(|slot| slot.pod.as_ref());
        let rings = views.filter_map(|view| Some((&view.pod.metadata.uid, view.ring?)));
        for (uid, ring) in rings.take(ANIMATED_MAX) {
            for (half, effect) in turns(ring, ring.at(to)) {
                self.moves.push(Move {
                    side: self.scene.side,
                    target: MotionTarget::Half(uid.clone(), half),
                    effect,
                    lane: None,
                    delay: 0,
                    millis: millis as u32,
                });
            }
        }
    }

    fn clock(&mut self) {
        if self.scene.clock {
            self.add(MotionTarget::Clock, Effect::Roll, CAUSE);
        }
    }

    /// The processed item travels to its object.
    fn cause(&mut self, step: &Step) {
        if let engine::StepKind::Work(item) = &step.action
            && let Some(uid) = self.uid_of(&item.key, step)
        {
            self.fly(Goal::Row(item.number), Goal::Object(uid), CAUSE);
        }
    }

    /// Writes travel to the queues they wake.
    fn woken(&mut self, step: &Step) {
        let queued = step.woke().filter_map(|change| match change {
            QueueChange::Queued(item) => Some(&**item),
            _ => None,
        });
        for item in queued.take(WOKEN_MAX) {
            self.add(MotionTarget::Row(item.number), Effect::Enqueue, QUEUED);
            if let Some(uid) = self.uid_of(cause(item), step) {
                self.fly(Goal::Object(uid), Goal::Row(item.number), WOKEN);
            }
        }
    }

    /// The path through the flow chart.
    fn decision(&mut self, step: &Step) {
        for place in 0..step.decisions.len().min(LIT_MAX) {
            let each = u32::try_from(place).unwrap_or_default() * DECISION_EACH;
            let beat = Beat(DECISION.0 + each, DECISION.1);
            self.add(MotionTarget::Box(place), Effect::Light, beat);
        }
    }

    fn fly(&mut self, from: Goal, to: Goal, beat: Beat) {
        let fly = Box::new(Fly { from, to });
        self.add(MotionTarget::Dot(fly), Effect::Fly, beat);
    }

    /// The uid of an object that was written by the step or has a lane.
    fn uid_of(&self, key: &Key, step: &Step) -> Option<Uid> {
        let mut written = step.changes.iter().filter(|change| change.key == *key);
        let written = written.find_map(|change| change.after.as_ref().or(change.before.as_ref()));
        let written = written.map(|object: &Object| object.meta().uid.clone());
        written.or_else(|| self.scene.after.uid_of(key))
    }
}

/// The key that caused an item to be queued.
fn cause(item: &Item) -> &Key {
    match &item.cause {
        Cause::Added(key) | Cause::Modified(key) | Cause::Deleted(key) => key,
        _ => &item.key,
    }
}

fn uid(lane: &LaneView) -> &Uid {
    &lane.set.metadata.uid
}

/// The rotations of a ring's halves, one after the other, between two fractions.
fn turns(was: Ring, is: Ring) -> impl Iterator<Item = (usize, Effect)> {
    let (from, to) = (was.angles(), is.angles());
    let [begin, end] = [from, to].map(|angles| angles[0] + angles[1]);
    let when = move |angle: f64| {
        let angle = angle.clamp(begin.min(end), begin.max(end));
        (angle - begin) / (end - begin)
    };
    let halves = [(0, 0.0), (1, 180.0)].into_iter();
    halves
        .filter(move |(half, _)| from[*half] != to[*half])
        .map(move |(half, first)| {
            let (one, other) = (when(first), when(first + 180.0));
            let during = [one.min(other), one.max(other)];
            (half, Effect::Turn([from[half], to[half]], during))
        })
}

/// The controller of a pod without a lane.
fn owner<'a>(change: &PodChange<'a>) -> Option<&'a Uid> {
    let view = change.is.or(change.was)?;
    let pod: &'a kubestep::api::pod::Pod = &view.pod.0;
    pod.metadata.controller().map(|owner| &owner.uid)
}

/// Whether only a pod's ring, or nothing visible, has changed.
fn is_ring_alone(change: &PodChange<'_>) -> bool {
    match (change.was, change.is) {
        (Some(was), Some(is)) => was.state == is.state && was.pod.node_name == is.pod.node_name,
        _ => false,
    }
}
