//! Random names, and their placeholders in recordings.

use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::store::Change;
use serde_json::Value;
use std::collections::BTreeMap;

/// Annotation with the time of a restart, which makes the template's hash vary.
pub(crate) const RESTARTED_AT: &str = "kubectl.kubernetes.io/restartedAt";
/// Number of characters that the server appends to a generated name.
const SUFFIX: usize = 5;
/// Maximum length of a generated name's prefix.
const BASE_MAX: usize = 58;

/// Real and recorded names.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Real to recorded names, the longest real name first.
    recorded: Vec<(String, String)>,
    counts: BTreeMap<String, u32>,
    restarts: u32,
    /// Numbers of generated pods, by uid.
    numbers: BTreeMap<String, u32>,
    /// Positions of all pods in the order of creation, by uid.
    born: BTreeMap<String, u64>,
}

impl Names {
    /// Registers the names in a write.
    pub(crate) fn learn(&mut self, change: &Change) {
        let Some(object) = change.after.as_ref().filter(|_| change.before.is_none()) else {
            return;
        };
        match object.kind() {
            Kind::Pod => {
                let place = self.born.len() as u64;
                self.born.insert(object.meta().uid.to_string(), place);
                self.learn_pod(object);
            }
            Kind::ReplicaSet => self.learn_hash(object, "/spec/template", "pod-template-hash"),
            Kind::ControllerRevision => {
                self.learn_hash(
                    object,
                    "/data/spec/template",
                    "controller.kubernetes.io/hash",
                );
            }
            Kind::EndpointSlice => {
                let name = object.meta().name.to_string();
                if object.meta().generate_name.is_some() && name.len() > SUFFIX {
                    let recorded = format!("{}#0001", &name[..name.len() - SUFFIX]);
                    self.add(name, recorded);
                }
            }
            _ => {}
        }
    }

    /// The number of a generated pod; 0 for pods with fixed names.
    pub(crate) fn number(&self, uid: &str) -> u32 {
        self.numbers.get(uid).copied().unwrap_or(0)
    }

    /// The position of a pod in the order of creation.
    pub(crate) fn born(&self, uid: &str) -> u64 {
        self.born.get(uid).copied().unwrap_or(0)
    }

    /// Replaces real names by recorded ones.
    pub(crate) fn to_recorded(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (real, recorded) in &self.recorded {
            if text.contains(real.as_str()) {
                text = text.replace(real.as_str(), recorded);
            }
        }
        text
    }

    /// Replaces recorded names by real ones.
    pub(crate) fn to_real(&self, text: &str) -> String {
        let mut text = text.to_owned();
        let mut known: Vec<_> = self.recorded.iter().collect();
        known.sort_by_key(|(_, recorded)| std::cmp::Reverse(recorded.len()));
        for (real, recorded) in known {
            if text.contains(recorded.as_str()) {
                text = text.replace(recorded.as_str(), real);
            }
        }
        text
    }

    /// Replaces real names by recorded ones in all strings and keys of a value, and masks the time of a restart.
    pub(crate) fn walk(&self, value: &Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.to_recorded(text)),
            Value::Array(items) => items.iter().map(|item| self.walk(item)).collect(),
            Value::Object(fields) => {
                let walked = fields.iter().map(|(key, value)| {
                    let hidden = key == RESTARTED_AT;
                    let value = if hidden {
                        "<time>".into()
                    } else {
                        self.walk(value)
                    };
                    (self.to_recorded(key), value)
                });
                Value::Object(walked.collect())
            }
            other => other.clone(),
        }
    }

    fn learn_pod(&mut self, pod: &Object) {
        let meta = pod.meta();
        let Some(base) = meta.generate_name.as_deref() else {
            return;
        };
        let base = &base[..base.len().min(BASE_MAX)];
        let of_set = meta
            .controller()
            .is_some_and(|owner| &*owner.kind == "StatefulSet");
        let name = meta.name.to_string();
        if of_set || !name.starts_with(base) || name.len() != base.len() + SUFFIX {
            return;
        }
        let count = self.counts.entry(base.to_owned()).or_default();
        *count += 1;
        self.numbers.insert(meta.uid.to_string(), *count);
        let recorded = format!("{base}#{count:04}");
        self.add(name, recorded);
    }

    fn learn_hash(&mut self, object: &Object, template: &str, label: &str) {
        let value = object.to_value();
        let annotations = value.pointer(&format!("{template}/metadata/annotations"));
        let restarted =
            annotations.is_some_and(|annotations| annotations.get(RESTARTED_AT).is_some());
        let Some(hash) = object
            .meta()
            .labels
            .get(label)
            .filter(|_| restarted)
            .cloned()
        else {
            return;
        };
        if self.recorded.iter().all(|(real, _)| *real != hash) {
            self.restarts += 1;
            let recorded = format!("#restart{:02}", self.restarts);
            self.add(hash, recorded);
        }
    }

    fn add(&mut self, real: String, recorded: String) {
        let at = self
            .recorded
            .partition_point(|(known, _)| known.len() >= real.len());
        self.recorded.insert(at, (real, recorded));
    }
}
