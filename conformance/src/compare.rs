//! Comparing what was recorded with what kubestep did.

use crate::scenario::Recording;
use serde_json::Value;
use std::fmt;

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// All lists of objects of a snapshot.
    Objects,
    /// The events since the last snapshot.
    Events,
    /// The order of the writes since the last snapshot.
    Writes,
    /// Output and exit code of a kubectl command.
    Texts,
}

/// How many steps were equal, of how many compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Steps that were equal.
    pub equal: usize,
    /// Steps that were compared.
    pub compared: usize,
}

/// The first difference of a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// In which step.
    pub step: usize,
    /// At which path within it.
    pub path: String,
    /// What was recorded.
    pub expected: Value,
    /// What kubestep did.
    pub got: Value,
}

/// What came of a scenario.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Name of the scenario.
    pub name: String,
    /// Score of each column, in the order of [`Column::ALL`].
    pub scores: [Score; 4],
    /// The first difference of each column that has one.
    pub differences: Vec<(Column, Difference)>,
}

impl Column {
    /// All columns, in the order in which they are printed.
    pub const ALL: [Self; 4] = [Self::Objects, Self::Events, Self::Writes, Self::Texts];

    /// The fields of a recorded step that the column compares.
    fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Objects => &[
                "snapshot.deployments",
                "snapshot.replicasets",
                "snapshot.statefulsets",
                "snapshot.controllerrevisions",
                "snapshot.pods",
                "snapshot.pvcs",
                "snapshot.services",
                "snapshot.endpointslices",
                "snapshot.hpas",
            ],
            Self::Events => &["snapshot.events"],
            Self::Writes => &["snapshot.specWrites", "snapshot.podWrites"],
            Self::Texts => &["stdout", "stderr", "exit"],
        }
    }
}

impl Report {
    /// The score of a column.
    #[must_use]
    pub fn score(&self, column: Column) -> Score {
        self.scores[column as usize]
    }

    /// Whether everything that was compared in a column is equal.
    #[must_use]
    pub fn holds(&self, column: Column) -> bool {
        let score = self.score(column);
        score.equal == score.compared
    }

    /// Compares one step in the columns that it has.
    pub(crate) fn compare(&mut self, recording: &Recording, step: usize, got: &Value) {
        let expected = tolerate(recording, step, got);
        let snapshot = expected.get("snapshot").is_some();
        for column in Column::ALL {
            if snapshot == (column == Column::Texts) {
                continue;
            }
            let score = &mut self.scores[column as usize];
            score.compared += 1;
            let fields = column.fields().iter();
            let difference = fields.filter_map(|field| {
                let path = format!("/{}", field.replace('.', "/"));
                let read = |step: &Value| {
                    let value = step.pointer(&path).unwrap_or(&Value::Null);
                    sort_restarted(value)
                };
                first_difference(field, &read(&expected), &read(got))
            });
            match difference.into_iter().next() {
                None => score.equal += 1,
                Some((path, expected, got)) => {
                    if self.differences.iter().all(|(known, _)| *known != column) {
                        self.differences.push((
                            column,
                            Difference {
                                step,
                                path,
                                expected,
                                got,
                            },
                        ));
                    }
                }
            }
        }
    }
}

/// What a restart makes is named by a hash of the time, and stands in tables by that name: their lines in the order
/// of their recorded names.
fn sort_restarted(value: &Value) -> Value {
    match value.as_str().filter(|text| text.contains("-#restart")) {
        Some(text) => {
            let mut lines: Vec<&str> = text.lines().collect();
            lines.sort_unstable();
            lines.into()
        }
        None => value.clone(),
    }
}

/// The recorded step, with what kubestep did in the place of what was not the same in all recorded runs, where
/// it is one of the values seen there (any value is right where none is listed).
fn tolerate(recording: &Recording, step: usize, got: &Value) -> Value {
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
        if seen.is_some_and(|seen| !seen.contains(&ours_or_null)) {
            continue;
        }
        replace(&mut expected, &pointer, ours);
    }
    expected
}

/// Puts a value at a path, or takes the one there away.
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

/// `snapshot.podWrites.ReplicaSet/web[0]` as a JSON pointer into a value.
///
/// Names of annotations and objects may have dots in them: the longest name that the value has is taken.
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

/// Length of the name that a path begins with.
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

/// The first place at which two values differ: path, expected, got. Numbers are equal by value, and an absent
/// list is an empty one.
fn first_difference(path: &str, a: &Value, b: &Value) -> Option<(String, Value, Value)> {
    match (a, b) {
        (Value::Object(x), Value::Object(y)) => {
            let keys: std::collections::BTreeSet<_> = x.keys().chain(y.keys()).collect();
            keys.into_iter().find_map(|key| {
                let path = format!("{path}.{key}");
                match (x.get(key), y.get(key)) {
                    (Some(a), Some(b)) => first_difference(&path, a, b),
                    (a, b) => Some((
                        path,
                        a.cloned().unwrap_or(Value::Null),
                        b.cloned().unwrap_or(Value::Null),
                    )),
                }
            })
        }
        (Value::Array(x), Value::Array(y)) => {
            let pairs = x.iter().zip(y).enumerate();
            let inner = pairs
                .into_iter()
                .find_map(|(index, (a, b))| first_difference(&format!("{path}[{index}]"), a, b));
            inner.or_else(|| {
                let at = x.len().min(y.len());
                (x.len() != y.len()).then(|| {
                    let item = |list: &[Value]| list.get(at).cloned().unwrap_or(Value::Null);
                    (format!("{path}[{at}]"), item(x), item(y))
                })
            })
        }
        (Value::Null, Value::Array(items)) | (Value::Array(items), Value::Null)
            if items.is_empty() =>
        {
            None
        }
        (a, b) if a == b => None,
        (a, b) => Some((path.to_owned(), a.clone(), b.clone())),
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Objects => "objects",
            Self::Events => "events",
            Self::Writes => "writes",
            Self::Texts => "texts",
        })
    }
}

impl fmt::Display for Score {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.equal, self.compared)
    }
}

/// The scenario's line, and its first differences.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<48}", self.name)?;
        for column in Column::ALL {
            write!(f, "  {column} {}", self.score(column))?;
        }
        for (column, difference) in &self.differences {
            let Difference {
                step,
                path,
                expected,
                got,
            } = difference;
            write!(
                f,
                "\n    {column}: step {step}, {path}\n      expected {expected}\n      got      {got}"
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn report(recording: &Recording, got: &Value) -> Report {
        let mut report = Report::default();
        report.compare(recording, 0, got);
        report
    }

    fn recording(step: Value, unstable: &[&str], observed: Value) -> Recording {
        Recording {
            name: "test".to_owned(),
            feature_gates: Value::Null,
            steps: vec![step],
            unstable: unstable.iter().map(ToString::to_string).collect(),
            observed: serde_json::from_value(observed).unwrap(),
        }
    }

    #[test]
    fn a_difference_is_found_with_its_path() {
        let step = json!({"snapshot": {"pods": [{"name": "a"}, {"name": "b"}], "events": []}});
        let got = json!({"snapshot": {"pods": [{"name": "a"}, {"name": "c"}], "events": []}});
        let report = report(&recording(step, &[], json!({})), &got);
        assert_eq!(
            report.score(Column::Objects),
            Score {
                equal: 0,
                compared: 1
            }
        );
        assert_eq!(
            report.score(Column::Events),
            Score {
                equal: 1,
                compared: 1
            }
        );
        assert_eq!(report.differences[0].1.path, "snapshot.pods[1].name");
    }

    #[test]
    fn what_is_too_much_is_a_difference() {
        let step = json!({"snapshot": {"pods": []}});
        let got = json!({"snapshot": {"pods": [{"name": "a"}]}});
        assert!(!report(&recording(step, &[], json!({})), &got).holds(Column::Objects));
    }

    #[test]
    fn any_value_that_was_seen_is_right_and_no_other() {
        let path = "steps[0].stdout";
        let step = json!({"stdout": "a", "stderr": "", "exit": 0});
        let recording = recording(step, &[path], json!({path: ["a", "b"]}));
        let got = |text: &str| json!({"stdout": text, "stderr": "", "exit": 0});
        assert!(report(&recording, &got("a")).holds(Column::Texts));
        assert!(report(&recording, &got("b")).holds(Column::Texts));
        assert!(!report(&recording, &got("c")).holds(Column::Texts));
    }
}
