//! Comparing what was recorded with what kubestep did.

use crate::chance::{deletions_first, sort_restarted, tolerate};
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

/// The first difference of a step within a column.
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
    /// The first difference of each step, in each column.
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
        let expected = deletions_first(recording, step, tolerate(recording, step, got));
        let got = &deletions_first(recording, step, got.clone());
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
                    let difference = Difference {
                        step,
                        path,
                        expected,
                        got,
                    };
                    self.differences.push((column, difference));
                }
            }
        }
    }
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
/// The scores, and the first difference of each column that has one; with `{:#}` all of them.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<48}", self.name)?;
        for column in Column::ALL {
            write!(f, "  {column} {}", self.score(column))?;
        }
        let mut shown = [false; Column::ALL.len()];
        for (column, difference) in &self.differences {
            if std::mem::replace(&mut shown[*column as usize], true) && !f.alternate() {
                continue;
            }
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
            version: Default::default(),
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

    #[test]
    fn lines_that_were_seen_in_several_orders_may_come_in_any() {
        let path = "steps[0].stdout";
        let step = json!({"stdout": "a\nb\nc\n", "stderr": "", "exit": 0});
        let got = json!({"stdout": "c\na\nb\n", "stderr": "", "exit": 0});
        let orders = json!({path: ["a\nb\nc\n", "b\na\nc\n"]});
        let other = json!({path: ["a\nb\nc\n", "a\nb\nd\n"]});
        assert!(report(&recording(step.clone(), &[path], orders), &got).holds(Column::Texts));
        assert!(!report(&recording(step.clone(), &[path], other), &got).holds(Column::Texts));
        assert!(!report(&recording(step, &[], json!({})), &got).holds(Column::Texts));
    }

    #[test]
    fn what_controllers_do_between_the_deletions_of_one_command_may_come_after_them() {
        let command = |pods: &str| json!({"command": "delete pods --all", "stdout": pods});
        let writes = |writes: Value| json!({"snapshot": {"podWrites": {"ReplicaSet/web": writes}}});
        let expected = json!([
            ["delete", "a"],
            ["create", "c"],
            ["delete", "b"],
            ["create", "d"]
        ]);
        let got = writes(json!([
            ["delete", "a"],
            ["delete", "b"],
            ["create", "c"],
            ["create", "d"]
        ]));
        let holds = |stdout: &str| {
            let mut recording = recording(command(stdout), &[], json!({}));
            recording.steps.push(writes(expected.clone()));
            let mut report = Report::default();
            report.compare(&recording, 1, &got);
            report.holds(Column::Writes)
        };
        assert!(holds("pod \"a\" deleted\npod \"b\" deleted\n"));
        assert!(!holds("pod \"a\" deleted\n"));
        assert!(!holds(""));
    }
}
