//! Commands that wait: what they wait for, and what they print meanwhile. Time is the cluster's own: whoever runs the
//! command lets the engine go on, and asks again after each step.

use crate::api::meta::Uid;
use crate::api::object::Key;
use crate::api::time::Time;
use crate::engine::Engine;
use crate::kubectl::rollout;
use crate::kubectl::run::Failure;
use crate::store::{ApiError, Store};
use std::collections::VecDeque;

/// Something that a command waits for.
#[derive(Debug, Clone)]
pub struct Waiting {
    what: What,
    /// When it gives up.
    pub deadline: Option<Time>,
}

#[derive(Debug, Clone)]
enum What {
    /// `rollout status`
    Rollout {
        keys: VecDeque<Key>,
        revision: i64,
        /// The version of the object that was printed last.
        printed: Option<u64>,
    },
    /// `delete`
    Gone(Vec<(Key, Uid)>),
}

/// What came of asking.
#[derive(Debug)]
pub struct Poll {
    /// New output.
    pub text: String,
    /// How it ended, if it did.
    pub end: Option<Result<(), Failure>>,
}

impl Waiting {
    /// Waits for rollouts to end.
    pub(super) fn for_rollouts(keys: Vec<Key>, revision: i64, deadline: Option<Time>) -> Self {
        let what = What::Rollout {
            keys: keys.into(),
            revision,
            printed: None,
        };
        Self { what, deadline }
    }

    /// Waits for objects to go.
    pub(super) fn for_end(objects: Vec<(Key, Uid)>, deadline: Option<Time>) -> Self {
        Self {
            what: What::Gone(objects),
            deadline,
        }
    }

    /// Looks at the cluster as it is now.
    pub fn poll(&mut self, engine: &Engine) -> Poll {
        let store = engine.store();
        match &mut self.what {
            What::Rollout {
                keys,
                revision,
                printed,
            } => rollouts(store, keys, *revision, printed),
            What::Gone(objects) => {
                objects.retain(|(key, uid)| {
                    store
                        .get(key)
                        .is_some_and(|object| object.meta().uid == *uid)
                });
                Poll {
                    text: String::new(),
                    end: objects.is_empty().then_some(Ok(())),
                }
            }
        }
    }

    /// The error of a wait that took too long.
    #[must_use]
    pub fn timed_out(&self) -> Failure {
        let timed_out = "timed out waiting for the condition";
        match &self.what {
            What::Rollout { .. } => Failure::Usage(timed_out.to_owned()),
            What::Gone(objects) => {
                let errors = objects.iter().map(|(key, _)| {
                    let resource = key.kind.plural();
                    Failure::Usage(format!("{timed_out} on {resource}/{}", key.name))
                });
                Failure::Several(errors.collect())
            }
        }
    }
}

fn rollouts(
    store: &Store,
    keys: &mut VecDeque<Key>,
    revision: i64,
    printed: &mut Option<u64>,
) -> Poll {
    let mut text = String::new();
    let end = loop {
        let Some(key) = keys.front() else {
            break Some(Ok(()));
        };
        let Some(object) = store.get(key) else {
            break Some(Err(match printed {
                Some(_) => Failure::Usage("object has been deleted".to_owned()),
                None => ApiError::not_found(key).into(),
            }));
        };
        let version = object.meta().resource_version;
        if *printed == Some(version) {
            break None;
        }
        *printed = Some(version);
        match rollout::status::status(key.kind, &object.to_value(), revision) {
            Err(error) => break Some(Err(Failure::Usage(error.to_string()))),
            Ok(status) => {
                text.push_str(&status.text);
                if !status.done {
                    break None;
                }
            }
        }
        keys.pop_front();
        *printed = None;
    };
    Poll { text, end }
}
