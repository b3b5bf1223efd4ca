//! The steps of the timeline, with all that is needed to undo and redo them.

use super::queue::{Item, QueueChange};
use super::{Input, Kubeconfig};
use crate::actor::decision::Decision;
use crate::actor::memory::Remembered;
use crate::actor::recorder::Recorded;
use crate::api::time::Time;
use crate::store::{Change, Registers};
use crate::versions::Version;
use crate::world::World;
use std::rc::Rc;

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// What happened.
    pub action: StepKind,
    /// Why it was this step's turn.
    pub turn: Turn,
    /// Decisions, in order.
    pub decisions: Box<[Decision]>,
    /// The error that ended a work item early.
    pub error: Option<Box<str>>,
    /// Writes, in order.
    pub changes: Box<[Change]>,
    pub(super) quiet: bool,
    pub(super) is_compacted: bool,
    pub(super) recorded: Box<[Recorded]>,
    pub(super) remembered: Box<[Remembered]>,
    pub(super) queued: Box<[QueueChange]>,
    pub(super) after: Bearings,
}

/// State outside objects and queues at a point of the timeline.
#[derive(Debug, Clone)]
pub(super) struct Bearings {
    pub(super) registers: Registers,
    pub(super) world: Rc<World>,
    pub(super) kubeconfig: Rc<Kubeconfig>,
}

/// What a step was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepKind {
    /// An actor processed a work item.
    Work(Rc<Item>),
    /// The clock moved, because nothing was due.
    Clock {
        /// Before.
        from: Time,
        /// After.
        to: Time,
    },
    /// A user action, as the equivalent command line.
    User(Rc<str>),
}

/// Why it was a step's turn: enough to take the same step again in the same state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Turn {
    /// The cluster by itself.
    Next,
    /// A work item out of turn, by its place in the queue.
    Item(usize),
    /// The clock was moved to another time than that of the next timer.
    Clock,
    /// The user, who entered this; `None` if it is not known how to repeat it.
    User(Option<Rc<Input>>),
}

impl Step {
    /// The clock at the end of the step.
    #[must_use]
    pub fn time(&self) -> Time {
        self.after.registers.now
    }

    /// The Kubernetes version after the step.
    #[must_use]
    pub fn version(&self) -> Version {
        self.after.registers.features.version()
    }

    /// Whether it is a user action.
    #[must_use]
    pub fn is_user(&self) -> bool {
        matches!(self.action, StepKind::User(_))
    }

    /// Items and timers queued by the step.
    pub fn woke(&self) -> impl Iterator<Item = &QueueChange> {
        self.queued
            .iter()
            .filter(|change| matches!(change, QueueChange::Queued(_) | QueueChange::Set(_)))
    }
}
