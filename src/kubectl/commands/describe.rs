//! `kubectl describe` (`staging/src/k8s.io/kubectl/pkg/cmd/describe/describe.go`).

use super::resources::{self, Bare, Found};
use super::session::Execution;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::manifests::Failure;
use crate::print::describe::{Surroundings, describe};
use crate::store::Store;
use crate::versions::Features;
use serde_json::Value;
use std::rc::Rc;

const NO_TYPE: &str = "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete \
    list of supported resources.\n";

/// The rest of the cluster, for descriptions.
pub struct Around<'a>(pub &'a Store);

impl Surroundings for Around<'_> {
    fn list(&self, kind: Kind, namespace: &str) -> Vec<Rc<Value>> {
        let namespace = (!namespace.is_empty()).then_some(namespace);
        let objects = self.0.list(kind, namespace);
        objects.map(|object| Rc::new(object.to_value())).collect()
    }

    fn features(&self) -> Features {
        self.0.registers.features
    }

    fn events(&self, _kind: Kind, object: &Value) -> Vec<Rc<Value>> {
        let uid = uid(object);
        let is_about = |object: &&Object| match object {
            Object::EventEntry(entry) => entry.about.uid == uid,
            Object::Event(event) => event.involved_object.uid == uid,
            _ => false,
        };
        let events = self.0.list(Kind::Event, None).filter(is_about);
        events.map(|event| Rc::new(event.to_value())).collect()
    }

    fn pod_phases(&self, owner: &Value) -> [usize; 4] {
        let uid = uid(owner);
        let mut counts = [0; 4];
        for key in self.0.indexes().dependents(&uid) {
            let Some(pod) = self
                .0
                .pod(key)
                .filter(|pod| pod.metadata.is_controlled_by(&uid))
            else {
                continue;
            };
            let value = serde_json::to_value(pod.status.phase).unwrap_or_default();
            let phase = ["Running", "Pending", "Succeeded", "Failed"]
                .iter()
                .position(|phase| value == *phase);
            if let Some(count) = phase.and_then(|phase| counts.get_mut(phase)) {
                *count += 1;
            }
        }
        counts
    }
}

fn uid(object: &Value) -> Uid {
    Uid::from(object.text("metadata.uid"))
}

/// Describes objects.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    if words.is_empty() && !session.invocation.has("filename") {
        return Err(Failure::Raw(format!(
            "{NO_TYPE}error: Required resource not specified."
        )));
    }
    let mut found = session.find(&words, Bare::All)?;
    let by_prefix = by_prefix(session, &words, &mut found);
    // Objects found by a name prefix are described without events (RunE, DescribeMatchingResources).
    let show_events = !by_prefix
        && session
            .invocation
            .switch("show-events", found.objects.len() == 1);
    let now = session.engine.now();
    let texts: Vec<String> = found
        .objects
        .iter()
        .map(|object| {
            let around = Around(session.engine.store());
            describe(object.kind(), &object.to_value(), &around, show_events, now)
        })
        .collect();
    session.out.push_str(&texts.join("\n\n"));
    if texts.is_empty() && found.failures.is_empty() {
        let everywhere = session.invocation.switch("all-namespaces", false);
        let line = if everywhere {
            "No resources found\n".to_owned()
        } else {
            format!("No resources found in {} namespace.\n", session.namespace())
        };
        session.err.push_str(&line);
    }
    Failure::all(found.failures)
}

/// Treats a name that does not exist as a prefix. Returns whether any object matches.
fn by_prefix(session: &Execution<'_>, words: &[String], found: &mut Found) -> bool {
    let [word, prefix] = words else { return false };
    let missing = found.failures.iter().any(Failure::is_not_found);
    let Ok(kind) = resources::kind(session.engine.store(), word) else {
        return false;
    };
    if !missing {
        return false;
    }
    let Key { namespace, .. } = session.key(kind, prefix);
    let namespace = kind.namespaced().then_some(&*namespace);
    let objects: Vec<Object> = session
        .engine
        .store()
        .list(kind, namespace)
        .filter(|object| object.meta().name.starts_with(prefix.as_str()))
        .cloned()
        .collect();
    if objects.is_empty() {
        return false;
    }
    found.failures.clear();
    found.objects = objects;
    true
}
