//! Which keys to queue for which actors after a write, after a failure, and when nodes fall silent.

use super::{Actor, Engine, Item};
use crate::actor::memory::Remembered;
use crate::actor::{Cause, SyncError, Wake};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::{Key, Object};
use crate::store::Change;
use crate::world::World;

/// Milliseconds before the first retry of a failed key; doubles with each failure.
const BACKOFF_FIRST: i64 = 5;
/// Maximum back-off in milliseconds.
const BACKOFF_MAX: i64 = 1_000_000;

impl Engine {
    /// Notifies all actors of nodes that fell silent or came back.
    pub(super) fn wake_nodes(&mut self, before: &World) {
        let (config, world) = (self.config.clone(), self.world.clone());
        let names = before.silent_nodes.keys().chain(world.silent_nodes.keys());
        let names = light::set(names);
        let changed = |name: &&String| before.silent_since(name) != world.silent_since(name);
        for name in names.into_iter().filter(changed) {
            let node = Key::of(Kind::Node, "", name);
            let is_silent = world.silent_since(name).is_some();
            let mut found = Vec::new();
            for &actor in &config.actors {
                let Some(wake) = actor.spec().wake_on_silence else {
                    continue;
                };
                wake(&self.store, &node, is_silent, &mut found);
                for wake in found.drain(..) {
                    self.wake_key(actor, wake);
                }
            }
        }
    }

    /// Queues all objects for every controller, as an informer's initial list does. Kubelets are not restarted.
    pub(super) fn restart(&mut self) {
        let all = self.store.all();
        let listed = all.filter(|object| !matches!(object, Object::EventEntry(_)));
        let listed = listed.map(|object| Change {
            key: object.key(),
            before: None,
            after: Some(object.clone()),
        });
        let listed: Vec<Change> = listed.collect();
        let mut wakes = Vec::new();
        for change in &listed {
            self.listen(change, None, &mut wakes);
        }
        for (actor, mut wake) in wakes {
            if actor != Actor::Kubelet {
                wake.cause = Cause::Restart;
                self.wake_key(actor, wake);
            }
        }
    }

    /// Notifies actors of what the user changed in their memory.
    pub(super) fn wake_on_memory(&mut self, changes: &[Remembered]) {
        let config = self.config.clone();
        for &actor in &config.actors {
            let Some(wake) = actor.spec().wake_on_memory else {
                continue;
            };
            for wake in changes.iter().filter_map(wake) {
                self.wake_key(actor, wake);
            }
        }
    }

    /// Retries a failed key after a back-off, unless the error is final. If the sync's own writes have queued the
    /// key already, that is the retry.
    pub(super) fn count_failure(&mut self, item: &Item, error: Option<&SyncError>) {
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
            self.wake_again(item, cause, after);
        }
    }

    /// Notifies every actor of the writes, in order.
    ///
    /// Keys that a sync wakes for its own actor are queued last: client-go's work queue re-adds a key that is being
    /// processed only when it is done, and by then the other controllers have seen the writes
    /// (`staging/src/k8s.io/client-go/util/workqueue/queue.go`, Add and Done).
    pub(super) fn wake(&mut self, changes: &[Change], busy: Option<&Item>) {
        let mut own = Vec::new();
        let mut wakes = Vec::new();
        for change in changes {
            // Half of all writes: a recorded event has no owner and ends nothing, so it wakes no actor.
            if matches!(change.after, Some(Object::EventEntry(_))) {
                continue;
            }
            self.listen(change, busy.map(|busy| busy.actor), &mut wakes);
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

    /// The keys that a write wakes, by actor.
    fn listen(&mut self, change: &Change, by: Option<Actor>, wakes: &mut Vec<(Actor, Wake)>) {
        let mut found = Vec::new();
        for &actor in &self.config.actors {
            let spec = actor.spec();
            let is_expected = by == Some(actor) && spec.deaf_to_own.contains(change.key.kind);
            if is_expected || !spec.interests.contains(change.key.kind) {
                continue;
            }
            if spec.forget.is_some_and(|forget| forget(change)) {
                self.queues.forget(actor, &change.key);
            }
            (spec.wake)(&self.store, change, &mut found);
            // Most writes concern few of the actors that are interested in their kind.
            if !found.is_empty() {
                wakes.extend(found.drain(..).map(|wake| (actor, wake)));
            }
        }
    }

    /// Queues an item's key again after `after` milliseconds.
    pub(super) fn wake_again(&mut self, item: &Item, cause: Cause, after: i64) {
        let key = item.key.clone();
        self.wake_key(item.actor, Wake { key, cause, after });
    }

    pub(super) fn wake_key(&mut self, actor: Actor, wake: Wake) {
        let now = self.store.now();
        let number = &mut self.store.registers.queued;
        if wake.after <= 0 {
            self.queues.add(number, actor, wake.key, wake.cause);
        } else {
            let due = now.plus_millis(wake.after);
            self.queues.add_at(number, due, actor, wake.key, wake.cause);
        }
    }
}
