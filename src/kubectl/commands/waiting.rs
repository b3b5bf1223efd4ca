//! Commands that wait: what they wait for, and what they print meanwhile. Time is the cluster's own: whoever runs the
//! command lets the engine go on, and asks again after each step.

use super::session::shown;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use crate::engine::Engine;
use crate::kubectl::jsonpath::JsonPath;
use crate::kubectl::look::Look;
use crate::kubectl::rollout;
use crate::kubectl::run::Failure;
use crate::store::{ApiError, Store};
use serde_json::Value;
use std::collections::VecDeque;

const TIMED_OUT: &str = "timed out waiting for the condition";

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
    /// `wait`
    Until(VecDeque<Key>, Awaited),
}

/// What `kubectl wait` waits for.
#[derive(Debug, Clone)]
pub enum Awaited {
    /// The object is gone.
    Gone,
    /// The object is there.
    There,
    /// A condition has a status.
    Condition(String, String),
    /// A field has a value, or any.
    Path(JsonPath, Option<String>),
}

impl Awaited {
    fn holds(&self, object: Option<&Object>) -> bool {
        match (self, object) {
            (Self::Gone, object) => object.is_none(),
            (_, None) => false,
            (Self::There, _) => true,
            (Self::Condition(name, status), Some(object)) => {
                let value = object.to_value();
                // A status of an earlier generation says nothing about this one.
                let generation = value.int("metadata.generation");
                let current = |seen: &Value| !seen.has("") || seen.as_i64() >= Some(generation);
                current(value.at("status.observedGeneration"))
                    && value.list("status.conditions").iter().any(|condition| {
                        condition.text("type").eq_ignore_ascii_case(name)
                            && condition.text("status").eq_ignore_ascii_case(status)
                            && current(condition.at("observedGeneration"))
                    })
            }
            (Self::Path(path, wanted), Some(object)) => {
                let text = path.text(&object.to_value(), true).unwrap_or_default();
                match wanted {
                    Some(wanted) => text == *wanted,
                    None => !text.is_empty(),
                }
            }
        }
    }
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

    /// Waits for objects to be as they shall be.
    pub(super) fn for_condition(keys: Vec<Key>, awaited: Awaited, deadline: Time) -> Self {
        Self {
            what: What::Until(keys.into(), awaited),
            deadline: Some(deadline),
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
            What::Until(keys, awaited) => {
                let mut text = String::new();
                while let Some(key) = keys.front().filter(|key| awaited.holds(store.get(key))) {
                    text.push_str(&format!("{} condition met\n", shown(key)));
                    keys.pop_front();
                }
                let end = keys.is_empty().then_some(Ok(()));
                Poll { text, end }
            }
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
        match &self.what {
            What::Rollout { .. } => Failure::Usage(TIMED_OUT.to_owned()),
            What::Until(keys, _) => on(keys.iter()),
            What::Gone(objects) => on(objects.iter().map(|(key, _)| key)),
        }
    }
}

/// What each object was waited for in vain.
fn on<'k>(keys: impl Iterator<Item = &'k Key>) -> Failure {
    let error = |key: &Key| {
        let resource = key.kind.resource_name();
        Failure::Usage(format!("{TIMED_OUT} on {resource}/{}", key.name))
    };
    Failure::several(keys.map(error).collect())
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
