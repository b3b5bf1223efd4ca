//! A single run: a copy of the cluster that goes on until the rollout is complete or cannot go on.

use super::Plan;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use crate::diagnosis::goal::{has_exceeded_deadline, is_complete};
use crate::engine::{End, Engine, RunAhead};
use crate::store::Store;

/// The pods of a workload at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ForecastLevels {
    /// Pods that are available, as the ReplicaSets or the StatefulSet report.
    pub available: i64,
    /// Pods of the newest revision, as the workload reports.
    pub updated: i64,
    /// All pods, terminating ones included.
    pub pods: i64,
    /// What the unfinished pods request, in thousandths of a CPU.
    pub cpu: i64,
    /// What the unfinished pods request, in bytes.
    pub memory: i64,
}

impl ForecastLevels {
    /// Those of a workload now.
    #[must_use]
    pub fn of(engine: &Engine, workload: &Key) -> Self {
        let store = engine.store();
        let mut levels = Self::default();
        match store.get(workload) {
            Some(Object::Deployment(one)) => {
                levels.updated = one.status.updated_replicas.into();
                let owned = store.indexes().dependents(&one.metadata.uid);
                for key in owned.filter(|key| key.kind == Kind::ReplicaSet) {
                    if let Some(set) = store.replica_set(key) {
                        levels.available += i64::from(set.status.available_replicas);
                        levels.add_pods(store, &set.metadata.uid);
                    }
                }
            }
            Some(Object::ReplicaSet(one)) => {
                levels.available = one.status.available_replicas.into();
                levels.updated = one.status.replicas.into();
                levels.add_pods(store, &one.metadata.uid);
            }
            Some(Object::StatefulSet(one)) => {
                levels.available = one.status.available_replicas.into();
                levels.updated = one.status.updated_replicas.into();
                levels.add_pods(store, &one.metadata.uid);
            }
            _ => {}
        }
        levels
    }

    fn add_pods(&mut self, store: &Store, controller: &Uid) {
        let pods = store.indexes().group(controller);
        let pods = pods.into_iter().flat_map(|group| group.pods.values());
        for pod in pods.map(|member| &member.pod) {
            self.pods += 1;
            if !pod.is_finished() {
                let requests = &pod.spec.demand.requests;
                self.cpu = self.cpu.saturating_add(requests.get("cpu"));
                self.memory = self.memory.saturating_add(requests.get("memory"));
            }
        }
    }
}

/// The pods from some time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// Milliseconds since the start.
    pub at: i64,
    /// The pods.
    pub levels: ForecastLevels,
}

/// How one run went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// Milliseconds until the rollout was complete; `None` if it was not by the end of the run.
    pub complete: Option<i64>,
    /// Milliseconds until the run ended.
    pub ended: i64,
    /// Whether the progress deadline was exceeded at any time.
    pub missed_deadline: bool,
    /// The pods whenever they changed, from the start on.
    pub course: Vec<Point>,
}

/// A run that has not ended.
#[derive(Debug, Clone)]
pub(super) struct PendingRun {
    ahead: RunAhead,
    seen: Seen,
}

/// What was seen of a run so far.
#[derive(Debug, Clone)]
struct Seen {
    workload: Key,
    began: Time,
    /// The resource version that the levels were read at.
    version: u64,
    missed_deadline: bool,
    course: Vec<Point>,
}

/// The maximum number of steps of a run, for clusters that never come to rest.
const STEPS_MAX: usize = 2_000_000;

impl PendingRun {
    /// Begins at the present of a cluster; the pods were `before` when the change was made.
    pub(super) fn new(engine: Engine, plan: &Plan, before: ForecastLevels) -> Self {
        let seen = Seen {
            workload: plan.workload.clone(),
            began: engine.now(),
            version: 0,
            missed_deadline: false,
            course: vec![Point {
                at: 0,
                levels: before,
            }],
        };
        Self {
            ahead: RunAhead::new(engine, plan.horizon_ms, STEPS_MAX),
            seen,
        }
    }

    /// Takes at most so many steps. Returns how many it took, and how the run went if it has ended.
    pub(super) fn advance(&mut self, steps: usize) -> (usize, Option<Sample>) {
        let (before, seen) = (self.ahead.steps(), &mut self.seen);
        let ended = self.ahead.advance(steps, |engine| seen.look(engine));
        let sample = ended.map(|end| Sample {
            complete: match end {
                End::Found(complete) => complete,
                End::Time | End::Steps => None,
            },
            ended: self.ahead.passed(),
            missed_deadline: seen.missed_deadline,
            course: std::mem::take(&mut seen.course),
        });
        (self.ahead.steps() - before, sample)
    }

    /// The cluster where it is now.
    pub(super) fn engine(&self) -> &Engine {
        self.ahead.engine()
    }
}

impl Seen {
    /// Looks at the pods once everything due at this time is done. Between two such times numbers are on their way:
    /// a pod is gone, and its ReplicaSet has not counted yet. Returns when the rollout became complete, or `None` for
    /// never, if the run is over.
    #[allow(
        clippy::option_option,
        reason = "whether it is over, and whether it is complete"
    )]
    fn look(&mut self, engine: &Engine) -> Option<Option<i64>> {
        if !engine.is_quiescent() {
            return None;
        }
        let version = engine.store().registers.resource_version;
        if version != self.version || self.course.len() == 1 {
            let at = engine.now().since(self.began);
            self.version = version;
            self.missed_deadline |= has_exceeded_deadline(engine.store(), &self.workload);
            let levels = ForecastLevels::of(engine, &self.workload);
            if self.course.last().is_none_or(|last| last.levels != levels) {
                self.course.push(Point { at, levels });
            }
            if is_complete(engine.store(), &self.workload) {
                return Some(Some(at));
            }
        }
        self.is_stuck(engine).then_some(None)
    }

    /// Whether nothing will change: all that is left are back-offs, and deadlines that have passed.
    fn is_stuck(&self, engine: &Engine) -> bool {
        let deployment = engine.store().deployment(&self.workload);
        let waits = deployment.is_some_and(|one| one.spec.progress_deadline_seconds.is_some());
        engine.is_settled() && (self.missed_deadline || !waits)
    }
}
