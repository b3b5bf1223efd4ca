//! Random outcomes in the recorded cluster that do not count as differences.

use crate::scenario::Recording;
use kubestep::versions::Version;
use serde_json::Value;
use std::collections::BTreeMap;

/// Why the rest of a story is not compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cut {
    /// A command refused by name would have changed something.
    Refusal,
    /// The real controller chose another one of several equal pods.
    EqualPods,
}

impl Cut {
    /// Commands refused by name are not compared.
    pub(crate) const REFUSED: &str = "rejected as not simulated";

    /// The 1.37 recordings were made with kubectl 1.36, whose descriptions of StatefulSets lack what 1.37 added.
    const OLD_KUBECTL: &str = "StatefulSets described by kubectl 1.36";

    /// Why a step is not compared, although the story goes on.
    pub(crate) fn of_step(
        recording: &Recording,
        expected: &Value,
        got: &Value,
    ) -> Option<&'static str> {
        if Self::by_refusal(expected, got).is_some() {
            return Some(Self::REFUSED);
        }
        let command = expected["command"].as_str().unwrap_or_default();
        let described = recording.version > Version::V1_36 && command.starts_with("describe sts");
        described.then_some(Self::OLD_KUBECTL)
    }

    /// Its name in the counts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Refusal => "after a change rejected as not simulated",
            Self::EqualPods => "after another choice among equal pods",
        }
    }

    /// Whether kubestep refuses a command by name, and whether that ends the comparison: if the command changed
    /// something, whatever follows cannot be equal.
    pub(crate) fn by_refusal(expected: &Value, got: &Value) -> Option<Option<Self>> {
        let stderr = got["stderr"].as_str()?;
        if !stderr.contains("not simulated: ") {
            return None;
        }
        let command = expected["command"].as_str().unwrap_or_default();
        let changes = ["apply", "create", "delete", "patch", "replace", "set"];
        let changed = expected["exit"] == 0
            && !command.contains("--dry-run")
            && changes.iter().any(|verb| command.starts_with(verb));
        Some(changed.then_some(Self::Refusal))
    }
}

/// The count of each event up to the last snapshot.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Happened(BTreeMap<String, i64>);

impl Happened {
    /// The occurrences of each event since the last snapshot.
    pub(crate) fn count(&mut self, events: Option<&Value>) -> Vec<i64> {
        let events = events.and_then(Value::as_array).into_iter().flatten();
        let since = events.map(|event| {
            let fields = ["source", "object", "type", "reason", "message"];
            let mut key = fields
                .map(|field| event[field].as_str().unwrap_or_default())
                .join("\n");
            // An aggregated event is a single one, whatever its last message is.
            if let Some((start, _)) = key.split_once("(combined from") {
                key = start.to_owned();
            }
            let count = event["count"].as_i64().unwrap_or(1);
            let before = self.0.insert(key, count).unwrap_or(0);
            if count > before {
                count - before
            } else {
                count
            }
        });
        since.collect()
    }
}

/// Objects created by a restart are named after a hash of the time, which determines their position in tables;
/// sorts their lines by recorded name.
pub(crate) fn sort_restarted(value: &Value) -> Value {
    match value.as_str().filter(|text| text.contains("-#restart")) {
        Some(text) => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            lines.into()
        }
        None => value.clone(),
    }
}

/// The recorded step, with kubestep's result substituted where the recorded runs differ and it is one of the
/// observed values (any value, if none are listed).
pub(crate) fn tolerate(recording: &Recording, step: usize, got: &Value) -> Value {
    let mut expected = recording.steps[step].clone();
    let prefix = format!("steps[{step}].");
    for path in &recording.unstable {
        let Some(rest) = path.strip_prefix(&prefix) else {
            continue;
        };
        let pointer = pointer(rest, &expected);
        let ours = got.pointer(&pointer).cloned();
        let seen = recording.observed.get(path);
        let ours_or_null = ours.clone().unwrap_or(Value::Null);
        if seen.is_some_and(|seen| !seen.contains(&ours_or_null) && !reorders(seen, &ours_or_null))
        {
            continue;
        }
        replace(&mut expected, &pointer, ours);
    }
    expected
}

/// Whether the observed texts, and this one, have the same lines in different orders: then their order is random,
/// like that of pods with random names.
fn reorders(seen: &[Value], ours: &Value) -> bool {
    let sorted = |value: &Value| {
        let mut lines: Vec<String> = value.as_str()?.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        Some(lines)
    };
    let ours = sorted(ours);
    ours.is_some() && seen.len() > 1 && seen.iter().all(|text| sorted(text) == ours)
}

/// The writes to pods, with the deletions of one command first.
///
///
/// A command that deletes several pods sends one request after the other
/// (`staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go`, DeleteResult), and the controllers' reactions to the
/// first one may precede or follow the last: the recordings have both. Here a command is a single step.
pub(crate) fn deletions_first(recording: &Recording, step: usize, mut value: Value) -> Value {
    let deleted = deleted_together(recording, step);
    let Some(Value::Object(owners)) = value.pointer_mut("/snapshot/podWrites") else {
        return value;
    };
    for writes in owners.values_mut().filter_map(Value::as_array_mut) {
        writes.sort_by_key(|write| {
            let pod = write[1].as_str().unwrap_or_default();
            let goes = write[0] == "delete" || write[0] == "gone";
            !(goes && deleted.contains(&pod))
        });
    }
    value
}

/// The pods deleted together by commands since the last snapshot.
fn deleted_together(recording: &Recording, step: usize) -> Vec<&str> {
    let before = recording.steps[..step].iter().rev();
    let commands = before
        .take_while(|step| step.get("snapshot").is_none())
        .filter_map(|step| step["stdout"].as_str());
    let pods = commands.map(|stdout| {
        let lines = stdout.lines();
        let named = lines.filter_map(|line| line.strip_prefix("pod \"")?.split_once("\" "));
        let gone = named.filter(|(_, verb)| verb.contains("deleted"));
        gone.map(|(pod, _)| pod).collect::<Vec<_>>()
    });
    pods.filter(|pods| pods.len() > 1).flatten().collect()
}

/// Sets the value at a path, or removes it.
fn replace(value: &mut Value, pointer: &str, with: Option<Value>) {
    let Some((parent, last)) = pointer.rsplit_once('/') else {
        return;
    };
    let last = last.replace("~1", "/").replace("~0", "~");
    match (value.pointer_mut(parent), with) {
        (Some(Value::Object(fields)), Some(with)) => drop(fields.insert(last, with)),
        (Some(Value::Object(fields)), None) => drop(fields.remove(&last)),
        (Some(Value::Array(items)), Some(with)) => {
            if let Some(item) = last
                .parse()
                .ok()
                .and_then(|index: usize| items.get_mut(index))
            {
                *item = with;
            }
        }
        _ => {}
    }
}

/// Converts `snapshot.podWrites.ReplicaSet/web[0]` to a JSON pointer.
///
/// Names of annotations and objects may contain dots: the longest name that exists in the value is used.
fn pointer(path: &str, value: &Value) -> String {
    let mut pointer = String::new();
    let (mut rest, mut value) = (path, value);
    while !rest.is_empty() {
        let (name, after) = match rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            Some((index, after)) => (index, after),
            None => rest.split_at(name_length(rest, value)),
        };
        rest = after.strip_prefix('.').unwrap_or(after);
        pointer.push('/');
        pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
        value = match value {
            Value::Object(fields) => fields.get(name),
            Value::Array(items) => name.parse().ok().and_then(|index: usize| items.get(index)),
            _ => None,
        }
        .unwrap_or(&Value::Null);
    }
    pointer
}

/// Length of the name at the start of a path.
fn name_length(path: &str, value: &Value) -> usize {
    let ends = |name: &&String| {
        let after = path.strip_prefix(name.as_str());
        after.is_some_and(|after| after.is_empty() || after.starts_with(['.', '[']))
    };
    let known = value
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys());
    let longest = known.filter(ends).map(String::len).max();
    longest.unwrap_or_else(|| path.find(['.', '[']).unwrap_or(path.len()))
}
