//! What an actor works with during one sync.

use super::cause::{Cause, Wait, Wake};
use super::decision::{Branch, Decision};
use super::memory::Memory;
use super::recorder::{Recorder, Reporter};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::time::Time;
use crate::store::Store;
use crate::world::World;
use std::rc::Rc;

/// Few decisions have more facts than this.
const FACTS: usize = 3;

/// What an actor works with during one sync.
pub struct Context<'a> {
    /// The API server.
    pub store: &'a mut Store,
    /// Records events.
    pub recorder: &'a mut Recorder,
    /// What actors remember outside the API objects.
    pub memory: &'a mut Memory,
    /// Behaviour of the world around the cluster.
    pub world: Rc<World>,
    /// Decisions so far.
    pub decisions: Vec<Decision>,
    /// Requested timers: delay in milliseconds, and what they wait for.
    pub timers: Vec<(i64, Wait)>,
    /// Other keys to be queued for the same actor.
    pub others: Vec<Wake>,
    /// Why the key is being reconciled.
    pub cause: Option<Cause>,
}

impl<'a> Context<'a> {
    /// A context without decisions.
    pub fn new(
        store: &'a mut Store,
        recorder: &'a mut Recorder,
        memory: &'a mut Memory,
        world: Rc<World>,
    ) -> Self {
        Self {
            store,
            recorder,
            memory,
            world,
            decisions: Vec::new(),
            timers: Vec::new(),
            others: Vec::new(),
            cause: None,
        }
    }

    /// Whether this timer is what triggered the sync.
    #[must_use]
    pub fn is_timer(&self, wait: Wait) -> bool {
        self.cause == Some(Cause::Timer(wait))
    }

    /// The virtual clock.
    #[must_use]
    pub fn now(&self) -> Time {
        self.store.now()
    }

    /// Reports that a branch is taken; its facts are added to the returned decision.
    pub fn decide(&mut self, branch: &'static Branch) -> &mut Decision {
        self.decisions.push(match self.recorder.is_off() {
            true => Decision::unsaid(),
            false => Decision {
                branch,
                facts: Vec::with_capacity(FACTS),
            },
        });
        let last = self.decisions.len() - 1;
        &mut self.decisions[last]
    }

    /// Records an event about an object.
    pub fn event(
        &mut self,
        source: &str,
        about: (Kind, &ObjectMeta),
        kind: EventType,
        reason: &str,
        message: &str,
    ) {
        self.report(Reporter::of(source), about, kind, reason, message);
    }

    /// Records an event of a component on a node, or about a part of an object.
    pub fn report(
        &mut self,
        reporter: Reporter<'_>,
        about: (Kind, &ObjectMeta),
        kind: EventType,
        reason: &str,
        message: &str,
    ) {
        self.recorder
            .record(self.store, reporter, about, kind, reason, message);
    }

    /// Requeues the key after `after` milliseconds.
    pub fn wake_after(&mut self, after: i64, wait: Wait) {
        self.timers.push((after.max(0), wait));
    }
}
