//! The engine: virtual clock, work queues, and a history that can be undone and redone.
//!
//! A step is one work item processed by one actor, a move of the clock to the next timer once nothing is due, or an
//! action of the user. All steps form one timeline.

mod ahead;
mod circle;
mod compact;
mod config;
mod headline;
mod history;
mod input;
pub mod invariants;
mod queue;
mod quiet;
mod registry;
mod timeline;
mod wakes;

pub use ahead::{End, RunAhead};
pub use circle::Circle;
use compact::Checkpoint;
pub use config::{Config, Kubeconfig};
pub use input::Input;
pub use queue::{Failures, Item, QueueChange, Queues, Timer};
pub use registry::Actor;
use timeline::Bearings;
pub use timeline::{Step, StepKind, Turn};

use crate::actor::decision::Decision;
use crate::actor::memory::{Memory, Remembered};
use crate::actor::recorder::{Recorded, Recorder};
use crate::actor::{Cause, Context, Undo};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::pod::Pod;
use crate::api::time::Time;
use crate::store::{Change, Store};
use crate::versions::Features;
use crate::world::World;
use std::fmt;
use std::rc::Rc;

/// A cluster and its timeline.
#[derive(Debug, Clone)]
pub struct Engine {
    store: Store,
    recorder: Recorder,
    memory: Memory,
    queues: Queues,
    /// Initial configuration.
    config: Rc<Config>,
    world: Rc<World>,
    kubeconfig: Rc<Kubeconfig>,
    /// State before the first step.
    origin: Bearings,
    steps: Vec<Rc<Step>>,
    cursor: usize,
    /// The states that are kept as a whole.
    checkpoints: Vec<Checkpoint>,
    /// All futures by number; the entry of the current timeline is empty, since its steps are in `steps`.
    futures: Vec<Vec<Rc<Step>>>,
    future: usize,
    /// What the user has entered, while it is carried out.
    input: Option<Input>,
    /// Whether steps are kept.
    is_recording: bool,
}

/// How a run of several steps ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// Nothing is left to do.
    Settled,
    /// The step limit was reached; the cluster may be in an endless loop ([`Engine::circle`]).
    Limit,
}

impl Engine {
    /// A cluster of empty nodes at time 0.
    #[must_use]
    pub fn new(config: Config) -> Self {
        let mut store = Store::new(config.seed, config.nodes);
        store.registers.features = config.features;
        store.registers.name_order = config.names;
        if config.actors.contains(&Actor::VolumeBinder) {
            store.add_default_storage_class();
            drop(store.take_journal());
        }
        let world = Rc::new(config.world.clone());
        let kubeconfig = Rc::default();
        let origin = Bearings {
            registers: store.registers,
            world: Rc::clone(&world),
            kubeconfig: Rc::clone(&kubeconfig),
        };
        Self {
            store,
            recorder: Recorder::default(),
            memory: Memory::default(),
            queues: Queues::default(),
            config: Rc::new(config),
            world,
            kubeconfig,
            origin,
            steps: Vec::new(),
            cursor: 0,
            checkpoints: Vec::new(),
            futures: vec![Vec::new()],
            future: 0,
            input: None,
            is_recording: true,
        }
    }

    /// Initial configuration.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The API server.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The events recorded so far.
    #[must_use]
    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    /// What actors remember outside the API objects.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// The queues.
    #[must_use]
    pub fn queues(&self) -> &Queues {
        &self.queues
    }

    /// The current behaviour of the world around the control plane.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// kubectl's configuration on the user's machine.
    #[must_use]
    pub fn kubeconfig(&self) -> &Kubeconfig {
        &self.kubeconfig
    }

    /// Whether an actor runs in this cluster.
    #[must_use]
    pub fn runs(&self, actor: Actor) -> bool {
        self.config.actors.contains(&actor)
    }

    /// The virtual clock.
    #[must_use]
    pub fn now(&self) -> Time {
        self.store.now()
    }

    /// All steps; those after [`Engine::cursor`] are the future.
    #[must_use]
    pub fn steps(&self) -> &[Rc<Step>] {
        &self.steps
    }

    /// Number of steps done.
    #[must_use]
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// The last step done.
    #[must_use]
    pub fn current(&self) -> Option<&Rc<Step>> {
        self.cursor
            .checked_sub(1)
            .and_then(|last| self.steps.get(last))
    }

    /// When the kubelet began to prepare a pod's container, and when it can start at the earliest; `None` if no
    /// kubelet is preparing one.
    #[must_use]
    pub fn container_start(&self, pod: &Pod) -> Option<[Time; 2]> {
        let key = Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name);
        let memory = self.memory.pod(&key)?;
        memory
            .start(&self.world)
            .filter(|_| memory.uid == pod.metadata.uid)
    }

    /// Whether nothing is due at the current time.
    #[must_use]
    pub fn is_quiescent(&self) -> bool {
        self.queues.first().is_none()
    }

    /// Takes one step: the next one of the known future, else the item queued first, else a move of the clock to
    /// the next timer. Returns `None` if nothing is queued and no timer is set.
    pub fn step(&mut self) -> Option<&Rc<Step>> {
        if self.cursor < self.steps.len() {
            self.forward();
        } else if let Some(number) = self.queues.first().map(|item| item.number) {
            self.run(number, Turn::Next);
        } else {
            let due = self.queues.timers().next()?.due;
            self.advance(due);
        }
        self.current()
    }

    /// Runs an item out of turn. In the past this leaves the known future.
    pub fn step_item(&mut self, number: u64) -> Option<&Rc<Step>> {
        let place = self.queues.place(number)?;
        // In the past even the next item is out of turn, because it leaves the known future.
        let turn = match (place, self.leave_future()) {
            (0, false) => Turn::Next,
            (place, _) => Turn::Item(place),
        };
        self.run(number, turn);
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

    /// Runs everything that is due, and advances the clock as long as a timer makes progress; at most `limit`
    /// steps. Does not wait for watchdogs and back-offs.
    pub fn settle(&mut self, limit: usize) -> Run {
        for _ in 0..limit {
            if self.cursor < self.steps.len() || !self.is_quiescent() {
                self.step();
            } else if let Some(due) = self.next_progress() {
                self.advance(due);
            } else {
                return Run::Settled;
            }
        }
        Run::Limit
    }

    /// Takes one step of settling, or advances the clock to `due` if nothing makes progress before that time.
    pub fn settle_before(&mut self, due: Option<Time>) -> Run {
        let waits = self.cursor == self.steps.len() && self.is_quiescent();
        let next = self.next_progress();
        match due.filter(|due| waits && next.is_none_or(|next| *due < next)) {
            Some(due) => {
                self.advance(due);
                Run::Limit
            }
            None => self.settle(1),
        }
    }

    /// Whether [`Engine::settle`] has nothing left to do.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.cursor == self.steps.len() && self.is_quiescent() && self.next_progress().is_none()
    }

    /// When the next timer is due that settling waits for.
    fn next_progress(&self) -> Option<Time> {
        let mut timers = self.queues.timers();
        let timer = timers.find(|timer| timer.cause.is_progress());
        timer.map(|timer| timer.due)
    }

    /// Runs everything due until `end` and leaves the clock there; at most `limit` steps.
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

    /// Advances the clock and queues what is due by then; never moves it backwards.
    pub fn advance(&mut self, to: Time) {
        let leaves = self.leave_future();
        let from = self.now();
        let to = to.max(from);
        let next = self.queues.timers().next().map(|timer| timer.due);
        let turn = match next {
            Some(due) if due == to && self.is_quiescent() && !leaves => Turn::Next,
            _ => Turn::Clock,
        };
        self.store.registers.now = to;
        self.queues.ring(&mut self.store.registers.queued, to);
        self.finish(StepKind::Clock { from, to }, turn, Outcome::default());
    }

    /// Applies a user action to the cluster, and to the world if it replaces that of its context; a refused action
    /// leaves no trace.
    ///
    /// # Errors
    /// Whatever error `act` returns.
    pub fn act<T, E>(
        &mut self,
        command: &str,
        act: impl FnOnce(&mut Context<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let registers = self.store.registers;
        let mut context = self.context();
        let result = act(&mut context);
        let decisions = std::mem::take(&mut context.decisions);
        let world = context.world;
        match result {
            Ok(value) => {
                // Leave the future only now, so that a refused action does not discard it.
                let changes = self.store.take_journal();
                let recorded = self.recorder.take_journal();
                let remembered = self.memory.take_journal();
                self.leave_future();
                let before = std::mem::replace(&mut self.world, world);
                self.wake_nodes(&before);
                let outcome = Outcome {
                    decisions,
                    error: None,
                    changes,
                    recorded,
                    remembered,
                };
                let turn = self.turn_of_user();
                self.finish(StepKind::User(command.into()), turn, outcome);
                Ok(value)
            }
            Err(error) => {
                for change in self.store.take_journal().iter().rev() {
                    self.store.revert(change);
                }
                for change in self.recorder.take_journal().iter().rev() {
                    self.recorder.revert(change);
                }
                for change in self.memory.take_journal().iter().rev() {
                    self.memory.revert(change);
                }
                self.store.registers = registers;
                Err(error)
            }
        }
    }

    /// Applies a user's change to the world.
    pub fn set_world(&mut self, command: &str, world: World) {
        self.leave_future();
        let before = std::mem::replace(&mut self.world, Rc::new(world));
        self.wake_nodes(&before);
        let turn = self.turn_of_user();
        self.finish(StepKind::User(command.into()), turn, Outcome::default());
    }

    /// Applies a user's change of the Kubernetes version or feature gates: the control plane restarts, and every
    /// controller lists all objects.
    pub fn set_features(&mut self, command: &str, features: Features) {
        self.leave_future();
        self.store.registers.features = features;
        self.store.default_anew();
        let changes = self.store.take_journal();
        self.wake(&changes, None);
        self.restart();
        let outcome = Outcome {
            changes,
            ..Outcome::default()
        };
        let turn = self.turn_of_user();
        self.push(StepKind::User(command.into()), turn, outcome);
    }

    /// Stores a change of kubectl's configuration as a step.
    pub fn set_kubeconfig(&mut self, command: &str, kubeconfig: Kubeconfig) {
        self.leave_future();
        self.kubeconfig = Rc::new(kubeconfig);
        let turn = self.turn_of_user();
        self.finish(StepKind::User(command.into()), turn, Outcome::default());
    }

    fn context(&mut self) -> Context<'_> {
        Context::new(
            &mut self.store,
            &mut self.recorder,
            &mut self.memory,
            self.world.clone(),
        )
    }

    /// Processes one work item.
    fn run(&mut self, number: u64, turn: Turn) {
        let Some(item) = self.queues.take(number) else {
            return;
        };
        let mut context = self.context();
        context.cause = Some(item.cause.clone());
        let result = (item.actor.spec().sync)(&mut context, &item.key);
        let Context {
            decisions,
            timers,
            others,
            ..
        } = context;
        let changes = self.store.take_journal();
        let recorded = self.recorder.take_journal();
        let remembered = self.memory.take_journal();
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
            remembered,
        };
        self.push(StepKind::Work(item), turn, outcome);
    }

    /// Completes a step that is not a work item.
    fn finish(&mut self, action: StepKind, turn: Turn, outcome: Outcome) {
        self.wake(&outcome.changes, None);
        self.wake_on_memory(&outcome.remembered);
        self.push(action, turn, outcome);
    }

    fn push(&mut self, action: StepKind, turn: Turn, mut outcome: Outcome) {
        if !self.is_recording {
            drop(self.queues.take_journal());
            return;
        }
        for decision in &mut outcome.decisions {
            decision.shrink();
        }
        let Outcome {
            decisions,
            error,
            changes,
            recorded,
            remembered,
        } = outcome;
        self.steps.push(Rc::new(Step {
            quiet: quiet::is_quiet(&action, &decisions, error.as_deref(), &changes),
            action,
            turn,
            decisions: decisions.into(),
            error: error.map(Into::into),
            is_compacted: false,
            changes,
            recorded,
            remembered,
            queued: self.queues.take_journal(),
            after: Bearings {
                registers: self.store.registers,
                world: self.world.clone(),
                kubeconfig: self.kubeconfig.clone(),
            },
        }));
        self.cursor = self.steps.len();
    }
}

/// The effects of a step other than changes of the queues.
#[derive(Default)]
struct Outcome {
    decisions: Vec<Decision>,
    error: Option<String>,
    changes: Box<[Change]>,
    recorded: Box<[Recorded]>,
    remembered: Box<[Remembered]>,
}

/// Shown as actor and key.
impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.actor, self.key)
    }
}

impl Item {
    /// The object that the item is about.
    #[must_use]
    pub fn object(&self) -> &Key {
        &self.key
    }
}
