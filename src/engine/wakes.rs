//! Who is to look at what: after a write, after a failure, and when nodes fall silent.

use super::{Actor, Engine, Item};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::{Key, Object};
use crate::controllers::{Cause, Controller, SyncError, Wake};
use crate::node::{self, Mode};
use crate::store::Change;

/// Milliseconds until a failed key is tried again for the first time; doubles with each failure.
const BACKOFF_FIRST: i64 = 5;
/// Longest back-off in milliseconds.
const BACKOFF_MAX: i64 = 1_000_000;

impl Engine {
    /// Lets everybody see which nodes fell silent and which are back.
    pub(super) fn wake_nodes(&mut self, before: &node::Config) {
        let config = self.config.clone();
        let names = before.silent_nodes.keys().chain(config.silent_nodes.keys());
        let names = light::set(names);
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

    /// A failed key is tried again after a back-off, unless that is of no use; if its own writes have queued it
    /// already, that is the try.
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

    /// Tells every actor of the writes, in their order.
    ///
    /// What a sync wakes of its own goes last: client-go's queues take a key that is being worked on back only
    /// when that is done, and by then the other controllers have seen the writes
    /// (`staging/src/k8s.io/client-go/util/workqueue/queue.go`, Add and Done).
    pub(super) fn wake(&mut self, changes: &[Change], busy: Option<&Item>) {
        let mut own = Vec::new();
        let mut wakes = Vec::new();
        for change in changes {
            // Events that are recorded are of interest to nobody.
            if matches!(change.after, Some(Object::EventEntry(_))) {
                continue;
            }
            if change.key.kind == Kind::Pod && change.after.is_none() {
                self.queues.forget(Actor::Kubelet, &change.key);
            }
            if node::retry::is_placed(change) {
                self.queues.forget(Actor::Scheduler, &change.key);
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
        node::retry::wake(&self.store, change, &mut found);
        wakes.extend(found.drain(..).map(|wake| (Actor::Scheduler, wake)));
        if change.key.kind == Kind::Pod {
            node::kubelet::wake(change, &mut found);
            wakes.extend(found.drain(..).map(|wake| (Actor::Kubelet, wake)));
        }
    }

    /// Queues an item's key once more, after so many milliseconds.
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
