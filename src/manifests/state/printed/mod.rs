//! A state as kubectl prints it for people: tables of `get`, texts of `describe`, and lines of `rollout status`.
//!
//! What is read is turned into objects as `kubectl get -o yaml` would print them, so that there is one way to start
//! from a state. What such texts do not say is assumed, and each assumption is a [`Note`].

mod assumed;
mod containers;
mod describe;
mod events;
mod fault;
mod owners;
mod pods;
mod rollout;
mod section;
mod selectors;
mod tables;
mod templates;
mod times;
mod volumes;
mod workloads;

use super::Note;
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::time::Time;
use crate::api::yaml::Document;
use crate::manifests::Diagnostic;
use assumed::Assumed;
use fault::LineFault;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The namespace of objects whose namespace is not given.
const NAMESPACE: &str = "default";
/// The grace period of pods that do not tell theirs, in seconds.
const GRACE: i64 = 30;
/// At most so many faults are reported.
const FAULTS_MAX: usize = 20;
/// Beginnings of lines that show that a text is YAML or JSON.
const DOCUMENTS: [&str; 6] = ["apiVersion:", "kind:", "---", "{", "[", "- "];
/// Beginnings of lines beside the output itself, which say nothing about the state.
const ASIDE: [&str; 9] = [
    "---",
    "No resources found",
    "Warning:",
    "Error from server",
    "error: timed out",
    "error: watch closed",
    "command terminated",
    "```",
    "^C",
];
/// What a line with a command contains, after the prompt of a shell.
const COMMANDS: [&str; 6] = [
    "$ kubectl ",
    "# kubectl ",
    "% kubectl ",
    "> kubectl ",
    "❯ kubectl ",
    "$ k ",
];

/// The objects of a text, and the time at which it was printed.
pub struct Printed {
    /// The objects, each with the line on which it is.
    pub documents: Vec<Document>,
    /// When it was printed.
    pub now: Time,
}

/// An object as far as a text tells.
struct Found {
    /// The line on which it is first mentioned.
    line: u32,
    /// Its fields so far.
    value: Value,
    /// Its age in seconds.
    age: Option<i64>,
    owner: Owner,
    /// Its deletion, if it is a pod that is being deleted.
    ending: Option<Ending>,
    /// READY, STATUS and RESTARTS, if it is a pod in a table.
    row: Option<pods::PodRow>,
    /// Whether it has been described, so that what is not in its fields does not exist.
    is_described: bool,
    /// Whether its controller has seen its last change.
    is_observed: bool,
}

/// The deletion of a pod, in seconds.
#[derive(Clone, Copy)]
struct Ending {
    grace: i64,
    /// Since the grace period has ended; negative before.
    past: i64,
}

/// What is known of an object's controller.
#[derive(Clone, PartialEq, Eq)]
enum Owner {
    /// The text does not say.
    Unknown,
    /// It has none.
    None,
    /// This one.
    Is(Key),
}

/// All that a text tells.
#[derive(Default)]
struct Gathered {
    found: BTreeMap<Key, Found>,
    events: Vec<events::PrintedEvent>,
    /// The new ReplicaSet of each Deployment of which it is known; `None` if there is none yet.
    new_sets: BTreeMap<Key, Option<Key>>,
    faults: Vec<(u32, LineFault)>,
    assumed: Assumed,
}

impl Gathered {
    /// The object with this key, which is new if it has not been mentioned before.
    fn at(&mut self, key: &Key, line: u32) -> &mut Found {
        self.found.entry(key.clone()).or_insert_with(|| Found {
            line,
            value: json!({ "metadata": { "name": &*key.name }, "spec": {}, "status": {} }),
            age: None,
            owner: Owner::Unknown,
            ending: None,
            row: None,
            is_described: false,
            is_observed: true,
        })
    }

    fn refuse(&mut self, line: u32, fault: LineFault) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push((line, fault));
        }
    }

    /// The keys of a kind.
    fn keys(&self, kind: Kind) -> Vec<Key> {
        let all = self.found.keys().filter(|key| key.kind == kind);
        all.cloned().collect()
    }

    /// The keys of a kind whose controller this is.
    fn owned(&self, kind: Kind, owner: &Key) -> Vec<Key> {
        let owner = Owner::Is(owner.clone());
        let of_kind = self.found.iter().filter(|(key, _)| key.kind == kind);
        let owned = of_kind.filter(|(_, found)| found.owner == owner);
        owned.map(|(key, _)| key.clone()).collect()
    }
}

/// Whether a text is kubectl's output for people rather than YAML or JSON: the first line that is either decides.
pub fn is_printed(text: &str) -> bool {
    for line in text.lines() {
        if DOCUMENTS.iter().any(|begin| line.starts_with(begin)) {
            return false;
        }
        if tables::is_header(line) || section::begins(line) || rollout::tells(line) {
            return true;
        }
    }
    false
}

/// The objects of a text.
///
/// # Errors
/// The lines that cannot be read.
pub fn read(text: &str, notes: &mut Vec<Note>) -> Result<Printed, Vec<Diagnostic>> {
    let mut gathered = gather(text);
    if gathered.faults.is_empty() && gathered.found.is_empty() {
        gathered.refuse(1, LineFault::Nothing);
    }
    if !gathered.faults.is_empty() {
        let faults = gathered.faults.iter();
        return Err(faults
            .map(|(line, fault)| fault.diagnostic(*line))
            .collect());
    }
    owners::infer(&mut gathered);
    let now = times::set(&mut gathered);
    templates::fill(&mut gathered);
    pods::fill(&mut gathered, now);
    workloads::fill(&mut gathered, now);
    let documents = assumed::documents(&mut gathered, now);
    gathered.assumed.tell(notes);
    Ok(Printed { documents, now })
}

fn gather(text: &str) -> Gathered {
    let mut gathered = Gathered::default();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut namespace = NAMESPACE.to_owned();
    let mut table = None;
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        let number = number(at);
        at += 1;
        if line.is_empty() || ASIDE.iter().any(|begin| line.starts_with(begin)) {
            continue;
        }
        if is_command(line) {
            namespace = tables::namespace_of_command(line);
            table = None;
        } else if tables::is_header(line) {
            table = Some(tables::PrintedTable::new(line, &namespace));
        } else if section::begins(line) {
            let rest = lines.get(at - 1..).unwrap_or_default();
            let length = section::length(rest);
            let own = rest.get(..length).unwrap_or_default();
            describe::read(&mut gathered, own, number);
            at += length - 1;
            table = None;
        } else if rollout::tells(line) {
            rollout::read(&mut gathered, &namespace, line, number);
        } else if let Some(table) = &mut table {
            table.row(&mut gathered, line, number);
        } else {
            gathered.refuse(number, LineFault::Stray((*line).to_owned()));
        }
    }
    gathered
}

/// The number of a line, 1-based.
fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX).saturating_add(1)
}

/// Whether a line is a prompt with a command rather than output.
fn is_command(line: &str) -> bool {
    let begins = |begin: &&str| line.starts_with(begin);
    ["$", "#", "%", ">", "❯", "kubectl ", "k ", "PS "]
        .iter()
        .any(begins)
        || !line.starts_with(' ') && COMMANDS.iter().any(|part| line.contains(part))
}
