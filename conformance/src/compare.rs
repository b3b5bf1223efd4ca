//! Compares recordings with kubestep's results.

use crate::chance::{Cut, Happened, deletions_first, sort_restarted, tolerate};
use crate::rules::{Side, excuse};
use crate::scenario::Recording;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A compared aspect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// All objects of a snapshot.
    Objects,
    /// Events since the last snapshot.
    Events,
    /// Order of the writes since the last snapshot.
    Writes,
    /// Output and exit code of a kubectl command.
    Texts,
}

/// The number of equal steps among those compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Score {
    /// Equal steps.
    pub equal: usize,
    /// Steps that differ only in what is random in a real cluster.
    pub excused: usize,
    /// Compared steps.
    pub compared: usize,
}

/// The first difference of a step in a column.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The step.
    pub step: usize,
    /// The path within it.
    pub path: String,
    /// The recorded value.
    pub expected: Value,
    /// kubestep's value.
    pub got: Value,
}

/// The result of a scenario.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Report {
    /// Name of the scenario.
    pub name: String,
    /// Score of each column, in the order of [`Column::ALL`].
    pub scores: [Score; 4],
    /// The first difference of each step in each column.
    pub differences: Vec<(Column, Difference)>,
    /// How often each rule for random outcomes was applied.
    pub chance: BTreeMap<&'static str, usize>,
    /// The number of omitted comparisons, by reason.
    pub left_out: BTreeMap<&'static str, usize>,
    /// Why the rest of the story is not compared.
    cut: Option<Cut>,
    happened: [Happened; 2],
}

impl Column {
    /// All columns, in the order of printing.
    pub const ALL: [Self; 4] = [Self::Objects, Self::Events, Self::Writes, Self::Texts];

    /// The fields of a recorded step that belong to the column.
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
    /// A report without comparisons.
    pub(crate) fn of(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Goes on after the steps of another report: which events have happened, and what is no longer compared.
    pub(crate) fn goes_on_after(&mut self, before: Self) {
        self.cut = before.cut;
        self.happened = before.happened;
    }

    /// The score of a column.
    #[must_use]
    pub fn score(&self, column: Column) -> Score {
        self.scores[column as usize]
    }

    /// Whether everything compared in a column is equal.
    #[must_use]
    pub fn holds(&self, column: Column) -> bool {
        let score = self.score(column);
        score.equal + score.excused == score.compared
    }

    /// Compares a step in its columns.
    ///
    /// `equal_pods` tells whether a difference in its writes to pods is another choice among equal ones.
    pub(crate) fn compare(
        &mut self,
        recording: &Recording,
        step: usize,
        got: &Value,
        equal_pods: bool,
    ) {
        let raw = deletions_first(recording, step, recording.steps[step].clone());
        let expected = deletions_first(recording, step, tolerate(recording, step, got));
        let got = &deletions_first(recording, step, got.clone());
        let happened = [&expected, got].map(|value| value.pointer("/snapshot/events"));
        let [of_expected, of_got] = &mut self.happened;
        let happened = [of_expected.count(happened[0]), of_got.count(happened[1])];
        let [expected_side, got_side] = happened.each_ref().map(|happened| Side {
            recording,
            step,
            happened,
        });
        let excuse_in = |column: Column| {
            let is_equal = |a: &Value, b: &Value| difference_in(column, a, b).is_none();
            let excuse =
                |expected: &Value| excuse((&expected_side, expected), (&got_side, got), is_equal);
            // Unstable values are put into the recorded order, which may itself be random.
            excuse(&expected).or_else(|| excuse(&raw))
        };
        let differs = |column| difference_in(column, &expected, got).is_some();
        if equal_pods && differs(Column::Writes) && excuse_in(Column::Writes).is_none() {
            self.cut.get_or_insert(Cut::EqualPods);
        }
        let left_out = Cut::of_step(recording, &expected, got);
        let snapshot = expected.get("snapshot").is_some();
        for column in Column::ALL {
            if snapshot == (column == Column::Texts) {
                continue;
            }
            if let Some(why) = self.cut.map(Cut::name).or(left_out) {
                *self.left_out.entry(why).or_default() += 1;
                continue;
            }
            let score = &mut self.scores[column as usize];
            score.compared += 1;
            let Some((path, expected_value, got_value)) = difference_in(column, &expected, got)
            else {
                score.equal += 1;
                continue;
            };
            if let Some(rules) = excuse_in(column) {
                score.excused += 1;
                for rule in rules {
                    *self.chance.entry(rule).or_default() += 1;
                }
                continue;
            }
            let difference = Difference {
                step,
                path,
                expected: expected_value,
                got: got_value,
            };
            self.differences.push((column, difference));
        }
        if let Some(cut) = Cut::by_refusal(&expected, got).flatten() {
            self.cut.get_or_insert(cut);
        }
    }
}

/// The first difference of two steps in a column.
fn difference_in(column: Column, expected: &Value, got: &Value) -> Option<(String, Value, Value)> {
    column.fields().iter().find_map(|field| {
        let path = format!("/{}", field.replace('.', "/"));
        let read = |step: &Value| sort_restarted(step.pointer(&path).unwrap_or(&Value::Null));
        first_difference(field, &read(expected), &read(got))
    })
}

/// The first difference of two values: path, expected, got. Numbers are compared by value, and an absent list
/// equals an empty one.
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
        write!(f, "{}/{}", self.equal, self.compared)?;
        match self.excused {
            0 => Ok(()),
            excused => write!(f, " (+{excused})"),
        }
    }
}

/// A line with the scores, and the first difference of each column; with `{:#}` all differences.
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
    use kubestep::versions::Version;
    use serde_json::json;

    fn report(recording: &Recording, got: &Value) -> Report {
        let mut report = Report::default();
        report.compare(recording, 0, got, false);
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
                excused: 0,
                compared: 1
            }
        );
        assert_eq!(
            report.score(Column::Events),
            Score {
                equal: 1,
                excused: 0,
                compared: 1
            }
        );
        assert_eq!(report.differences[0].1.path, "snapshot.pods[1].name");
    }

    #[test]
    fn additional_values_are_a_difference() {
        let step = json!({"snapshot": {"pods": []}});
        let got = json!({"snapshot": {"pods": [{"name": "a"}]}});
        assert!(!report(&recording(step, &[], json!({})), &got).holds(Column::Objects));
    }

    #[test]
    fn exactly_the_observed_values_are_accepted() {
        let path = "steps[0].stdout";
        let step = json!({"stdout": "a", "stderr": "", "exit": 0});
        let recording = recording(step, &[path], json!({path: ["a", "b"]}));
        let got = |text: &str| json!({"stdout": text, "stderr": "", "exit": 0});
        assert!(report(&recording, &got("a")).holds(Column::Texts));
        assert!(report(&recording, &got("b")).holds(Column::Texts));
        assert!(!report(&recording, &got("c")).holds(Column::Texts));
    }

    #[test]
    fn descriptions_by_the_kubectl_of_another_version_are_left_out() {
        let compared = |version, command: &str| {
            let step = json!({"command": command, "stdout": "a", "stderr": "", "exit": 0});
            let mut recording = recording(step, &[], json!({}));
            recording.version = version;
            let report = report(&recording, &json!({"stdout": "b", "stderr": "", "exit": 0}));
            report.score(Column::Texts).compared
        };
        assert_eq!(compared(Version::V1_37, "describe sts web"), 0);
        assert_eq!(compared(Version::V1_36, "describe sts web"), 1);
        assert_eq!(compared(Version::V1_37, "describe pod web-0"), 1);
    }

    #[test]
    fn lines_observed_in_several_orders_match_in_any() {
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
    fn reactions_between_deletions_of_one_command_may_follow_them() {
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
            report.compare(&recording, 1, &got, false);
            report.holds(Column::Writes)
        };
        assert!(holds("pod \"a\" deleted\npod \"b\" deleted\n"));
        assert!(!holds("pod \"a\" deleted\n"));
        assert!(!holds(""));
    }
}
