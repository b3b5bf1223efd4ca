//! The stepping: virtual clock, work queues, and a history that goes both ways.
//!
//! A step is one work item of one actor, run to its end; or the clock moving to the next timer, when nothing
//! is left to do now; or something that the user did. All steps stand on one timeline.

mod history;
pub mod invariants;
mod queue;
mod quiet;
mod timeline;
mod wakes;

pub use queue::{Item, QueueChange, Queues, Timer};
use timeline::Bearings;
pub use timeline::{Action, Step};

use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::pod::Pod;
use crate::api::time::Time;
use crate::controllers::recorder::{Recorded, Recorder};
use crate::controllers::{Cause, Context, Controller, Wake};
use crate::node::{self, Mode};
use crate::store::{Change, Store};
use std::fmt;
use std::rc::Rc;

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
    /// All futures by their numbers; the steps of the one that is the timeline are not here.
    futures: Vec<Vec<Rc<Step>>>,
    future: usize,
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
            futures: vec![Vec::new()],
            future: 0,
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

    /// Since when the kubelet gets a pod's container ready to run, and when it will run at the earliest; `None` where
    /// no kubelet does.
    #[must_use]
    pub fn container_start(&self, pod: &Pod) -> Option<[Time; 2]> {
        let key = Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name);
        let memory = self.recorder.pod(&key)?;
        memory
            .start(&self.config)
            .filter(|_| memory.uid == pod.metadata.uid)
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
            decisions,
            timers,
            others,
            ..
        } = context;
        let changes = self.store.take_journal();
        let recorded = self.recorder.take_journal();
        let error = result.err();
        self.wake(&changes, Some(&item));
        for wake in others {
            self.wake_key(item.actor, wake);
        }
        for (after, wait) in timers {
            self.wake_again(&item, Cause::Timer(wait), after);
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

    /// Ends a step that is no work item.
    fn finish(&mut self, action: Action, outcome: Outcome) {
        self.wake(&outcome.changes, None);
        // What was done to the containers of a pod is noticed by the kubelet, where there is one.
        let has_kubelets = self.config.mode == Mode::Automatic;
        let pods = outcome.recorded.iter().filter_map(Recorded::pod);
        for key in pods.filter(|_| has_kubelets) {
            let wake = Wake::now(key.clone(), Cause::Modified(key.clone()));
            self.wake_key(Actor::Kubelet, wake);
        }
        self.push(action, outcome);
    }

    fn push(&mut self, action: Action, mut outcome: Outcome) {
        for decision in &mut outcome.decisions {
            decision.facts.shrink_to_fit();
        }
        let Outcome {
            decisions,
            error,
            changes,
            recorded,
        } = outcome;
        self.steps.push(Rc::new(Step {
            quiet: quiet::is_quiet(&action, &decisions, error.as_deref(), &changes),
            action,
            decisions: decisions.into(),
            error: error.map(Into::into),
            changes,
            recorded,
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
