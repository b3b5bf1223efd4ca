//! A description being written: lines with tab-separated cells, aligned at the end.

use crate::api::light;
use serde_json::{Map, Value};

use crate::api::look::{Look, format_selector, pairs};
use crate::print::tabwriter::{self, TabWriter};
use crate::print::time;
use crate::versions::{Feature, Features};

/// Maximum length of an annotation on the same line as its key.
const MAX_ANNOTATION: usize = 140;
/// The annotation used by `kubectl apply`.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// Lines with tab-separated cells.
#[derive(Debug)]
pub(crate) struct Description {
    text: String,
    features: Features,
}

impl Description {
    /// An empty page.
    pub fn new(features: Features) -> Self {
        Self {
            text: String::new(),
            features,
        }
    }

    /// Whether a feature of this version affects the output.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.has(feature)
    }

    /// Appends a line, indented by two spaces per level.
    pub fn line(&mut self, level: usize, text: &str) {
        self.text.extend(std::iter::repeat_n("  ", level));
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Appends `Name:<tab>value`.
    pub fn field(&mut self, level: usize, name: &str, value: &str) {
        self.line(level, &format!("{name}:\t{value}"));
    }

    /// Appends the field if it has a value.
    pub fn field_if_any(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.field(0, name, value);
        }
    }

    /// Appends a field with several lines, all but the first of which begin with a tab; `<none>` if there are none.
    pub fn lines(&mut self, indent: &str, name: &str, lines: &[String]) {
        if lines.is_empty() {
            self.line(0, &format!("{indent}{name}:\t<none>"));
        }
        for (index, line) in lines.iter().enumerate() {
            let title = if index == 0 {
                format!("{name}:")
            } else {
                String::new()
            };
            self.line(0, &format!("{indent}{title}\t{line}"));
        }
    }

    /// Appends `k=v`, one per line.
    pub fn labels(&mut self, indent: &str, name: &str, map: Option<&Map<String, Value>>) {
        let lines: Vec<String> = pairs(map)
            .iter()
            .map(|(key, value)| format!("{key}={value}"))
            .collect();
        self.lines(indent, name, &lines);
    }

    /// Appends `key: value`, one per line; long values are on the next line and truncated.
    pub fn annotations(&mut self, name: &str, map: Option<&Map<String, Value>>) {
        let mut lines = Vec::new();
        for (key, value) in pairs(map)
            .into_iter()
            .filter(|(key, _)| *key != LAST_APPLIED)
        {
            let value = value.strip_suffix('\n').unwrap_or(value);
            if value.len() + key.len() + 2 > MAX_ANNOTATION || value.contains('\n') {
                lines.push(format!("{key}:"));
                lines.extend(value.split('\n').map(|line| format!("  {}", shorten(line))));
            } else {
                lines.push(format!("{key}: {value}"));
            }
        }
        self.lines("", name, &lines);
    }

    /// Appends tolerations, one per line, ordered by key.
    pub fn tolerations(&mut self, indent: &str, tolerations: &[Value]) {
        let mut sorted: Vec<&Value> = tolerations.iter().collect();
        light::sort(&mut sorted, |a, b| a.text("key").cmp(b.text("key")));
        let lines: Vec<String> = sorted.into_iter().map(toleration).collect();
        self.lines("", &format!("{indent}Tolerations"), &lines);
    }

    /// Appends topology spread constraints, if there are any.
    pub fn spread_constraints(&mut self, indent: &str, constraints: &[Value]) {
        if constraints.is_empty() {
            return;
        }
        let mut sorted: Vec<&Value> = constraints.iter().collect();
        light::sort(&mut sorted, |a, b| {
            a.text("topologyKey").cmp(b.text("topologyKey"))
        });
        let line = |constraint: &&Value| {
            let mut text = format!(
                "{}:{} when max skew {} is exceeded",
                constraint.text("topologyKey"),
                constraint.text("whenUnsatisfiable"),
                constraint.int("maxSkew")
            );
            if constraint.has("labelSelector") {
                text.push_str(&format!(
                    " for selector {}",
                    format_selector(constraint.at("labelSelector"))
                ));
            }
            text
        };
        let lines: Vec<String> = sorted.iter().map(line).collect();
        self.lines(indent, "Topology Spread Constraints", &lines);
    }

    /// Appends a table below the previous line: header, rule and rows, indented by two spaces.
    pub fn table(&mut self, columns: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        let rule = |column: &&str| match *column {
            // Two rules are longer than their titles: for events, and for the probe times of a claim's conditions.
            "Age" if columns.first() == Some(&"Type") => "----".to_owned(),
            "LastProbeTime" => "-".repeat("LastHeartbeatTime".len()),
            _ => "-".repeat(column.len()),
        };
        let rule: Vec<String> = columns.iter().map(rule).collect();
        self.line(1, &columns.join("\t"));
        self.line(1, &rule.join("\t"));
        for row in rows {
            self.line(1, &row.join("\t"));
        }
    }

    /// Appends the conditions of nodes and claims, which differ in their name for the probe time.
    pub fn conditions(&mut self, (title, look): (&str, &str), conditions: &[Value]) {
        if conditions.is_empty() {
            return;
        }
        self.line(0, "Conditions:");
        self.table(
            &[
                "Type",
                "Status",
                title,
                "LastTransitionTime",
                "Reason",
                "Message",
            ],
            conditions.iter().map(|condition| {
                vec![
                    format!("{} ", condition.text("type")),
                    format!("{} ", condition.text("status")),
                    format!("{} ", time::rfc1123(condition.text(look))),
                    format!("{} ", time::rfc1123(condition.text("lastTransitionTime"))),
                    format!("{} ", condition.text("reason")),
                    condition.text("message").to_owned(),
                ]
            }),
        );
    }

    /// The text with its tabs.
    pub fn raw(self) -> String {
        // Escape control characters of terminals.
        if self.text.contains(['\u{1b}', '\r']) {
            return self.text.replace('\u{1b}', "^[").replace('\r', "\\r");
        }
        self.text
    }

    /// The text with aligned columns.
    pub fn finish(self) -> String {
        TabWriter::new(tabwriter::DESCRIBE).layout(&self.raw())
    }
}

fn shorten(text: &str) -> String {
    let limit = MAX_ANNOTATION - 2;
    if text.len() <= limit {
        return text.to_owned();
    }
    let end = (0..=limit)
        .rev()
        .find(|end| text.is_char_boundary(*end))
        .unwrap_or(0);
    format!("{}...", text.get(..end).unwrap_or(""))
}

fn toleration(toleration: &Value) -> String {
    let (key, value, effect) = (
        toleration.text("key"),
        toleration.text("value"),
        toleration.text("effect"),
    );
    let mut text = key.to_owned();
    if !value.is_empty() {
        text.push_str(&format!("={value}"));
    }
    if !effect.is_empty() {
        text.push_str(&format!(":{effect}"));
    }
    if toleration.text("operator") == "Exists" && value.is_empty() {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str("op=Exists");
    }
    if toleration.has("tolerationSeconds") {
        text.push_str(&format!(" for {}s", toleration.int("tolerationSeconds")));
    }
    text
}
