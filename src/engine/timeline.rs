//! What happened, step by step, with all that is needed to undo it and to do it again.

use super::Kubeconfig;
use super::queue::{Item, QueueChange};
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
    /// What was done.
    pub action: Action,
    /// What was decided, in order.
    pub decisions: Box<[Decision]>,
    /// Why a work item was not finished, if it was not.
    pub error: Option<Box<str>>,
    /// What was written, in order.
    pub changes: Box<[Change]>,
    pub(super) quiet: bool,
    pub(super) recorded: Box<[Recorded]>,
    pub(super) remembered: Box<[Remembered]>,
    pub(super) queued: Box<[QueueChange]>,
    pub(super) after: Bearings,
}

/// What beside objects and queues is as it is at a point of the timeline.
#[derive(Debug, Clone)]
pub(super) struct Bearings {
    pub(super) registers: Registers,
    pub(super) world: Rc<World>,
    pub(super) kubeconfig: Rc<Kubeconfig>,
}

/// What a step did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// An actor worked on an item.
    Work(Rc<Item>),
    /// The clock moved, since nothing was left to do.
    Clock {
        /// Before.
        from: Time,
        /// After.
        to: Time,
    },
    /// The user did something; the command line that does the same.
    User(Rc<str>),
}

impl Step {
    /// The clock at the end of the step.
    #[must_use]
    pub fn time(&self) -> Time {
        self.after.registers.now
    }

    /// Which Kubernetes the cluster is after the step.
    #[must_use]
    pub fn version(&self) -> Version {
        self.after.registers.features.version()
    }

    /// Whether it is something that the user did.
    #[must_use]
    pub fn is_user(&self) -> bool {
        matches!(self.action, Action::User(_))
    }

    /// Items and timers that the step queued.
    pub fn woke(&self) -> impl Iterator<Item = &QueueChange> {
        self.queued
            .iter()
            .filter(|change| matches!(change, QueueChange::Queued(_) | QueueChange::Set(_)))
    }
}
