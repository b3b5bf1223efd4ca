//! The stepping: virtual clock, work queues, and a history that goes both ways.
//!
//! A step is one work item of one actor, run to its end; or the clock moving to the next timer, when nothing
//! is left to do now; or something that the user did. All steps stand on one timeline.

pub mod invariants;
mod queue;
mod timeline;

pub use queue::{Item, QueueChange, Queues, Timer};
use timeline::Bearings;
pub use timeline::{Action, Future, Step};

use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::time::Time;
use crate::controllers::recorder::{Recorded, Recorder};
use crate::controllers::{Cause, Context, Controller, SyncError, Wake};
use crate::node::{self, Mode};
use crate::store::{Change, Store};
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

/// Milliseconds until a failed key is tried again for the first time; doubles with each failure.
const BACKOFF_FIRST: i64 = 5;
/// Longest back-off in milliseconds.
const BACKOFF_MAX: i64 = 1_000_000;

/// Who works on items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Actor {
    /// A controller of the control plane.
    Controller(Controller),
    /// Gives pods a node.
    Scheduler,
    /// Runs pods on their node.
    Kubelet,
}

/// A cluster on its timeline.
#[derive(Debug, Clone)]
pub struct Engine {
    store: Store,
    recorder: Recorder,
    queues: Queues,
    config: Rc<node::Config>,
    /// Before the first step.
    origin: Bearings,
    steps: Vec<Rc<Step>>,
    cursor: usize,
    futures: Vec<Future>,
}

/// How a run of several steps ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// There is nothing left to do.
    Settled,
    /// So many steps were taken that something may go round in circles.
    Limit,
}

impl Engine {
    /// A cluster of three empty nodes, at time 0.
    #[must_use]
    pub fn new(config: node::Config) -> Self {
        let mut store = Store::new(config.seed, config.nodes);
        store.registers.gates = config.gates;
        if config.controllers.contains(&Controller::VolumeBinder) {
            store.add_default_storage_class();
            drop(store.take_journal());
        }
        let config = Rc::new(config);
        let origin = Bearings {
            registers: store.registers,
            config: config.clone(),
        };
        Self {
            store,
            recorder: Recorder::default(),
            queues: Queues::default(),
            config,
            origin,
            steps: Vec::new(),
            cursor: 0,
            futures: Vec::new(),
        }
    }

    /// The API server.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What controllers and kubelets remember beside the objects.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// The queues.
    #[must_use]
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// How the nodes behave.
    #[must_use]
    pub fn config(&self) -> &node::Config {
        &self.config
    }

    /// The virtual clock.
    #[must_use]
    pub fn now(&self) -> Time {
        self.store.now()
    }

    /// All steps, those after [`Engine::cursor`] are the future.
    #[must_use]
    pub fn steps(&self) -> &[Rc<Step>] {
        &self.steps
    }

    /// How many steps are done.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The last step that is done.
    #[must_use]
    pub fn current(&self) -> Option<&Rc<Step>> {
        self.cursor
            .checked_sub(1)
            .and_then(|last| self.steps.get(last))
    }

    /// Futures that were left behind by acting in the past, oldest first.
    #[must_use]
    pub fn futures(&self) -> &[Future] {
        &self.futures
    }

    /// All steps of a future that was left behind, from the beginning on: those that it shares with the timeline
    /// as well. `None` where there is no such future.
    #[must_use]
    pub fn timeline_of(&self, future: usize) -> Option<Vec<Rc<Step>>> {
        let later = self.futures.get(future..).filter(|left| !left.is_empty())?;
        let mut steps = self.steps.clone();
        // Each future was left on the timeline that the ones after it were left on in turn.
        for left in later.iter().rev() {
            steps.truncate(left.from);
            steps.extend(left.steps.iter().cloned());
        }
        Some(steps)
    }

    /// Makes a future that was left behind the timeline again, at the last point that they share or before it;
    /// what was the timeline is kept in its place. `false` where there is no such future.
    pub fn take_up(&mut self, future: usize) -> bool {
        let Some(steps) = self.timeline_of(future) else {
            return false;
        };
        let pairs = self.steps.iter().zip(&steps);
        let shared = pairs.take_while(|(ours, theirs)| Rc::ptr_eq(ours, theirs));
        let shared = shared.count();
        self.jump(self.cursor.min(shared));
        let left = self.steps.split_off(shared);
        if !left.is_empty() {
            self.futures.push(Future {
                from: shared,
                steps: left,
            });
        }
        self.steps = steps;
        true
    }

    /// Whether there is nothing to do before the clock moves.
    #[must_use]
    pub fn is_quiescent(&self) -> bool {
        self.queues.first().is_none()
    }

    /// Takes one step: forward along the known future, or the item that was queued first, or else the clock
    /// to the next timer. `None` where nothing will ever happen by itself.
    pub fn step(&mut self) -> Option<&Rc<Step>> {
        if self.cursor < self.steps.len() {
            self.forward();
        } else if let Some(number) = self.queues.first().map(|item| item.number) {
            self.run(number);
        } else {
            let due = self.queues.timers().next()?.due;
            self.advance(due);
        }
        self.current()
    }

    /// Runs an item out of its turn. In the past this leaves the known future.
    pub fn step_item(&mut self, number: u64) -> Option<&Rc<Step>> {
        self.queues.item(number)?;
        self.leave_future();
        self.run(number);
        self.current()
    }

    /// Runs everything that is due now, at most `limit` steps.
    pub fn run_due(&mut self, limit: usize) -> Run {
        for _ in 0..limit {
            if self.cursor == self.steps.len() && self.is_quiescent() {
                return Run::Settled;
            }
            self.step();
        }
        Run::Limit
    }

    /// Runs everything that is due, and moves the clock as long as that brings something on by itself; at most
    /// `limit` steps. Watchdogs and back-offs are not waited for.
    pub fn settle(&mut self, limit: usize) -> Run {
        for _ in 0..limit {
            let waits = || {
                let timer = self.queues.timers().find(|timer| match timer.cause {
                    Cause::Timer(wait) => wait.is_progress(),
                    Cause::Retry { attempt, .. } => attempt <= node::SETTLE_RETRIES,
                    _ => true,
                });
                timer.map(|timer| timer.due)
            };
            if self.cursor < self.steps.len() || !self.is_quiescent() {
                self.step();
            } else if let Some(due) = waits() {
                self.advance(due);
            } else {
                return Run::Settled;
            }
        }
        Run::Limit
    }

    /// Runs everything that is due until a point of time, and leaves the clock there; at most `limit` steps.
    pub fn run_until(&mut self, end: Time, limit: usize) -> Run {
        for _ in 0..limit {
            if self.cursor < self.steps.len() || !self.is_quiescent() {
                self.step();
                continue;
            }
            let next = self.queues.timers().next().map(|timer| timer.due);
            match next {
                Some(due) if due <= end => self.advance(due),
                _ if self.now() < end => self.advance(end),
                _ => return Run::Settled,
            }
        }
        Run::Limit
    }

    /// Moves the clock, not backwards, and queues what is due then.
    pub fn advance(&mut self, to: Time) {
        self.leave_future();
        let from = self.now();
        let to = to.max(from);
        self.store.registers.now = to;
        self.queues.ring(&mut self.store.registers.queued, to);
        self.finish(Action::Clock { from, to }, Outcome::default());
    }

    /// Lets the user do something to the cluster; a refusal leaves no trace.
    ///
    /// # Errors
    /// Whatever `act` refuses with.
    pub fn act<T, E>(
        &mut self,
        command: &str,
        act: impl FnOnce(&mut Context<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let registers = self.store.registers;
        let mut context =
            Context::new(&mut self.store, &mut self.recorder).with_config(self.config.clone());
        let result = act(&mut context);
        let decisions = std::mem::take(&mut context.decisions);
        match result {
            Ok(value) => {
                // The future is left only now: what is refused must not cost it.
                let changes = self.store.take_journal();
                let recorded = self.recorder.take_journal();
                self.leave_future();
                let outcome = Outcome {
                    decisions,
                    error: None,
                    changes,
                    recorded,
                };
                self.finish(Action::User(command.into()), outcome);
                Ok(value)
            }
            Err(error) => {
                for change in self.store.take_journal().iter().rev() {
                    self.store.revert(change);
                }
                for change in self.recorder.take_journal().iter().rev() {
                    self.recorder.revert(change);
                }
                self.store.registers = registers;
                Err(error)
            }
        }
    }

    /// Lets the user change how the nodes behave.
    pub fn configure(&mut self, command: &str, config: node::Config) {
        self.leave_future();
        self.store.registers.gates = config.gates;
        let before = std::mem::replace(&mut self.config, Rc::new(config));
        self.wake_nodes(&before);
        self.finish(Action::User(command.into()), Outcome::default());
    }

    /// Lets everybody see which nodes fell silent and which are back.
    fn wake_nodes(&mut self, before: &node::Config) {
        let config = self.config.clone();
        let names = before.silent_nodes.keys().chain(config.silent_nodes.keys());
        let names: BTreeSet<&String> = names.collect();
        let changed =
            |name: &&String| before.silent_nodes.get(*name) != config.silent_nodes.get(*name);
        for name in names.into_iter().filter(changed) {
            let node = Key::of(Kind::Node, "", name);
            let cause = Cause::Modified(node.clone());
            if config.controllers.contains(&Controller::NodeLifecycle) {
                let actor = Actor::Controller(Controller::NodeLifecycle);
                self.wake_key(actor, Wake::now(node, cause.clone()));
            }
            if config.mode == Mode::Automatic && !config.silent_nodes.contains_key(name) {
                let pods: Vec<Key> = self.store.indexes().on_node(name).cloned().collect();
                for pod in pods {
                    self.wake_key(Actor::Kubelet, Wake::now(pod, cause.clone()));
                }
            }
        }
    }

    /// Goes one step back; `false` at the beginning.
    pub fn back(&mut self) -> bool {
        let Some(step) = self.current().cloned() else {
            return false;
        };
        for change in step.queued.iter().rev() {
            self.queues.revert(change);
        }
        for change in step.recorded.iter().rev() {
            self.recorder.revert(change);
        }
        for change in step.changes.iter().rev() {
            self.store.revert(change);
        }
        self.cursor -= 1;
        let before = match self.current() {
            Some(step) => step.after.clone(),
            None => self.origin.clone(),
        };
        self.bear(before);
        true
    }

    /// Goes to the state after `steps` steps, or as near to it as there is.
    pub fn jump(&mut self, steps: usize) {
        let steps = steps.min(self.steps.len());
        while self.cursor > steps && self.back() {}
        while self.cursor < steps {
            self.forward();
        }
    }

    /// Does a step of the known future again.
    fn forward(&mut self) {
        let Some(step) = self.steps.get(self.cursor).cloned() else {
            return;
        };
        for change in &step.changes {
            self.store.replay(change);
        }
        for change in &step.recorded {
            self.recorder.replay(change);
        }
        for change in &step.queued {
            self.queues.replay(change);
        }
        self.bear(step.after.clone());
        self.cursor += 1;
    }

    fn bear(&mut self, bearings: Bearings) {
        self.store.registers = bearings.registers;
        self.config = bearings.config;
    }

    /// Whoever acts in the past begins another future; the old one is kept.
    fn leave_future(&mut self) {
        if self.cursor < self.steps.len() {
            let steps = self.steps.split_off(self.cursor);
            self.futures.push(Future {
                from: self.cursor,
                steps,
            });
        }
    }

    /// Works on one item to its end.
    fn run(&mut self, number: u64) {
        let Some(item) = self.queues.take(number) else {
            return;
        };
        let mut context =
            Context::new(&mut self.store, &mut self.recorder).with_config(self.config.clone());
        context.cause = Some(item.cause.clone());
        let result = match item.actor {
            Actor::Controller(controller) => controller.sync(&mut context, &item.key),
            Actor::Scheduler => node::scheduler::sync(&mut context, &self.config, &item.key),
            Actor::Kubelet => node::kubelet::sync(&mut context, &self.config, &item.key),
        };
        let Context {
            decisions, timers, ..
        } = context;
        let changes = self.store.take_journal();
        let recorded = self.recorder.take_journal();
        let error = result.err();
        self.wake(&changes, Some(&item));
        for (after, wait) in timers {
            let cause = Cause::Timer(wait);
            self.wake_key(
                item.actor,
                Wake {
                    key: item.key.clone(),
                    cause,
                    after,
                },
            );
        }
        self.count_failure(&item, error.as_ref());
        let error = error.map(|error| error.to_string());
        let outcome = Outcome {
            decisions,
            error,
            changes,
            recorded,
        };
        self.push(Action::Work(item), outcome);
    }

    /// A failed key is tried again after a back-off, unless that is of no use; if its own writes have queued it
    /// already, that is the try.
    fn count_failure(&mut self, item: &Item, error: Option<&SyncError>) {
        let Some(error) = error.filter(|error| !error.is_final()) else {
            self.queues.set_failures(item.actor, &item.key, 0);
            return;
        };
        let failures = self.queues.failures(item.actor, &item.key);
        self.queues
            .set_failures(item.actor, &item.key, failures + 1);
        if !self.queues.is_queued(item.actor, &item.key) {
            let after = BACKOFF_FIRST
                .checked_shl(failures)
                .unwrap_or(BACKOFF_MAX)
                .min(BACKOFF_MAX);
            let cause = Cause::Retry {
                attempt: failures + 1,
                error: error.to_string(),
            };
            self.wake_key(
                item.actor,
                Wake {
                    key: item.key.clone(),
                    cause,
                    after,
                },
            );
        }
    }

    /// Tells every actor of the writes, in their order.
    ///
    /// What a sync wakes of its own goes last: client-go's queues take a key that is being worked on back only
    /// when that is done, and by then the other controllers have seen the writes
    /// (`staging/src/k8s.io/client-go/util/workqueue/queue.go`, Add and Done).
    fn wake(&mut self, changes: &[Change], busy: Option<&Item>) {
        let mut own = Vec::new();
        let mut wakes = Vec::new();
        for change in changes {
            if change.key.kind == Kind::Pod && change.after.is_none() {
                self.queues.forget(Actor::Kubelet, &change.key);
            }
            self.listen(change, &mut wakes);
            for (actor, wake) in wakes.drain(..) {
                match busy {
                    Some(busy) if busy.actor == actor && busy.key == wake.key => {
                        own.push((actor, wake));
                    }
                    _ => self.wake_key(actor, wake),
                }
            }
        }
        for (actor, wake) in own {
            self.wake_key(actor, wake);
        }
    }

    /// Which keys of which actors a write wakes.
    fn listen(&self, change: &Change, wakes: &mut Vec<(Actor, Wake)>) {
        let mut found = Vec::new();
        for &controller in &self.config.controllers {
            controller.wake(&self.store, change, &mut found);
            wakes.extend(
                found
                    .drain(..)
                    .map(|wake| (Actor::Controller(controller), wake)),
            );
        }
        if self.config.mode == Mode::Manual {
            return;
        }
        if change.key.kind == Kind::Node {
            node::scheduler::wake_for_node(&self.store, change, &mut found);
            wakes.extend(found.drain(..).map(|wake| (Actor::Scheduler, wake)));
        }
        if change.key.kind == Kind::Pod {
            node::scheduler::wake(change, &mut found);
            wakes.extend(found.drain(..).map(|wake| (Actor::Scheduler, wake)));
            node::kubelet::wake(change, &mut found);
            wakes.extend(found.drain(..).map(|wake| (Actor::Kubelet, wake)));
        }
    }

    fn wake_key(&mut self, actor: Actor, wake: Wake) {
        let now = self.store.now();
        let number = &mut self.store.registers.queued;
        if wake.after <= 0 {
            self.queues.add(number, actor, wake.key, wake.cause);
        } else {
            let due = now.plus_millis(wake.after);
            self.queues.add_at(number, due, actor, wake.key, wake.cause);
        }
    }

    /// Ends a step that is no work item.
    fn finish(&mut self, action: Action, outcome: Outcome) {
        self.wake(&outcome.changes, None);
        // What was done to the containers of a pod is noticed by the kubelet.
        for key in outcome.recorded.iter().filter_map(Recorded::pod) {
            let wake = Wake::now(key.clone(), Cause::Modified(key.clone()));
            self.wake_key(Actor::Kubelet, wake);
        }
        self.push(action, outcome);
    }

    fn push(&mut self, action: Action, mut outcome: Outcome) {
        for decision in &mut outcome.decisions {
            decision.facts.shrink_to_fit();
        }
        self.steps.push(Rc::new(Step {
            action,
            decisions: outcome.decisions.into(),
            error: outcome.error.map(Into::into),
            changes: outcome.changes,
            recorded: outcome.recorded,
            queued: self.queues.take_journal(),
            after: Bearings {
                registers: self.store.registers,
                config: self.config.clone(),
            },
        }));
        self.cursor = self.steps.len();
    }
}

/// What a step did, beside the queues.
#[derive(Default)]
struct Outcome {
    decisions: Vec<crate::controllers::decision::Decision>,
    error: Option<String>,
    changes: Box<[Change]>,
    recorded: Box<[Recorded]>,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Controller(controller) => write!(f, "{controller}"),
            Self::Scheduler => f.write_str("scheduler"),
            Self::Kubelet => f.write_str("kubelet"),
        }
    }
}

/// The key and the actor, for whoever shows an item.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.actor, self.key)
    }
}

impl Item {
    /// What the item is about.
    #[must_use]
    pub fn object(&self) -> &Key {
        &self.key
    }
}
