//! Fields of a pod spec that are set but not simulated, although they would change what happens.

use super::fields::TYPES;
use crate::texts::{Language, Text, reasons};
use serde_json::Value;

/// How a field is treated.
#[derive(Debug, Clone, Copy)]
pub enum Treatment {
    /// It is simulated, in this file of `src/`.
    ActedOn(&'static str),
    /// The fields of this type have their own rows.
    Within(&'static str),
    /// It does not affect when pods are created, run, become ready and end, or which nodes are feasible: only the
    /// program in the container sees it, or it is a preference among nodes.
    NoEffect,
    /// It would change what happens, but is not simulated.
    LeftOut {
        /// The component that implements it in a real cluster.
        by: Implementer,
        /// The values that make a difference.
        when: Meaningful,
        /// What happens instead.
        reason: &'static Text,
    },
}

/// The component that implements a field in a real cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Implementer {
    /// The scheduler.
    Scheduler,
    /// The kubelet.
    Kubelet,
    /// The program in the container. Nearly every manifest has such a field, so only Why names it.
    Program,
}

/// The values of a field that make a difference.
#[derive(Debug, Clone, Copy)]
pub enum Meaningful {
    /// Anything but `false`, 0 and empty values.
    Set,
    /// One of these strings.
    OneOf(&'static [&'static str]),
    /// An object, or a list with an object, whose field is one of these strings.
    Where(&'static str, &'static [&'static str]),
}

impl Meaningful {
    fn holds(self, value: &Value) -> bool {
        let is = |value: &Value, texts: &[&str]| {
            value.as_str().is_some_and(|text| texts.contains(&text))
        };
        match self {
            Self::Set => match value {
                Value::Null => false,
                Value::Bool(set) => *set,
                Value::Number(number) => number.as_f64() != Some(0.0),
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                // An empty struct can be a choice, such as `emptyDir: {}`.
                Value::Object(_) => true,
            },
            Self::OneOf(texts) => is(value, texts),
            Self::Where(field, texts) => match value {
                Value::Array(items) => items.iter().any(|item| is(&item[field], texts)),
                value => is(&value[field], texts),
            },
        }
    }
}

/// A field that is set but not simulated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Path within the spec, such as `containers[0].lifecycle.preStop`.
    pub path: String,
    /// The component that implements it in a real cluster.
    pub by: Implementer,
    reason: &'static Text,
}

/// All fields of a pod spec that are set but not simulated.
#[must_use]
pub fn left_out(spec: &Value) -> Vec<LeftOut> {
    let mut found = Vec::new();
    walk("PodSpec", spec, "", &mut found);
    found
}

/// Why a field of a type within a pod spec is not simulated, if it is not.
#[must_use]
pub fn reason(of: &str, field: &str) -> Option<&'static Text> {
    let rows = TYPES.iter().find(|(name, _)| *name == of);
    let mut rows = rows.into_iter().flat_map(|(_, rows)| *rows);
    rows.find_map(|(name, effect)| match effect {
        Treatment::LeftOut { reason, .. } if *name == field => Some(*reason),
        _ => None,
    })
}

/// The paths of the fields of some components, joined; empty if there are none.
#[must_use]
pub fn paths(all: &[LeftOut], by: &[Implementer]) -> String {
    let own = all.iter().filter(|one| by.contains(&one.by));
    let paths: Vec<&str> = own.map(|one| one.path.as_str()).collect();
    paths.join(", ")
}

fn walk(of: &str, value: &Value, path: &str, found: &mut Vec<LeftOut>) {
    let rows = TYPES.iter().find(|(name, _)| *name == of);
    for (field, effect) in rows.into_iter().flat_map(|(_, rows)| *rows) {
        let Some(value) = value.get(field) else {
            continue;
        };
        let path = match path {
            "" => (*field).to_owned(),
            path => [path, ".", field].concat(),
        };
        match effect {
            Treatment::ActedOn(_) | Treatment::NoEffect => {}
            Treatment::Within(of) => match value {
                Value::Array(items) => {
                    for (at, item) in items.iter().enumerate() {
                        walk(of, item, &format!("{path}[{at}]"), found);
                    }
                }
                value => walk(of, value, &path, found),
            },
            Treatment::LeftOut { by, when, reason } if when.holds(value) => found.push(LeftOut {
                path,
                by: *by,
                reason,
            }),
            Treatment::LeftOut { .. } => {}
        }
    }
}

/// A note on all fields that are left out for the same reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOutNote {
    fields: Vec<String>,
    reason: &'static Text,
}

impl LeftOutNote {
    /// One note per reason; `at` is the path of the pod spec in its object.
    #[must_use]
    pub fn all(spec: &Value, at: &str) -> Vec<Self> {
        let mut notes: Vec<Self> = Vec::new();
        let found = left_out(spec).into_iter();
        let noted = found.filter(|found| found.by != Implementer::Program);
        for LeftOut { path, reason, .. } in noted {
            let path = format!("{at}.{path}");
            match notes.iter_mut().find(|note| note.reason == reason) {
                Some(note) => note.fields.push(path),
                None => notes.push(Self {
                    fields: vec![path],
                    reason,
                }),
            }
        }
        notes
    }

    /// The line to print. It must not look like a warning of the real server.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let fields = self.fields.join(reasons::SEPARATOR.text(language));
        let reason = self.reason.text(language);
        reasons::NOTE.with(language, &[("fields", &fields), ("reason", &reason)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::schema::schema;
    use serde_json::json;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Snake case of a camel case name.
    fn snake(name: &str) -> String {
        let split = |letter: char| match letter.is_ascii_uppercase() {
            true => vec!['_', letter.to_ascii_lowercase()],
            false => vec![letter],
        };
        name.chars().flat_map(split).collect()
    }

    #[test]
    fn every_field_of_the_api_has_a_row_and_every_row_a_field() {
        let mut wanted = BTreeSet::from(["PodSpec"]);
        for (of, rows) in TYPES {
            let name = format!("v1.{of}");
            let mut fields = Vec::new();
            let known = schema().struct_named(&name).expect(of);
            known.each_json_field(&mut |field| fields.push(field.json.to_string()));
            let rows_of: Vec<&str> = rows.iter().map(|(field, _)| *field).collect();
            let fields: BTreeSet<&str> = fields.iter().map(String::as_str).collect();
            assert_eq!(fields, rows_of.iter().copied().collect(), "{of}");
            assert_eq!(rows_of.len(), fields.len(), "{of} has a row twice");
            for (field, effect) in *rows {
                if let Treatment::Within(inner) = effect {
                    let of_field = known.field(field).expect(field).ty.fields();
                    assert_eq!(of_field.expect(field).short_name(), *inner, "{of}.{field}");
                    wanted.insert(inner);
                }
            }
        }
        let named: BTreeSet<&str> = TYPES.iter().map(|(of, _)| *of).collect();
        assert_eq!(named, wanted);
    }

    #[test]
    fn what_is_acted_on_is_named_where_it_is_acted_on() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let rows = TYPES
            .iter()
            .flat_map(|(of, rows)| rows.iter().map(move |row| (of, row)));
        for (of, (field, effect)) in rows {
            if let Treatment::ActedOn(place) = effect {
                let text = std::fs::read_to_string(source.join(place)).expect(place);
                let named = text.contains(&format!("\"{field}"))
                    || text.contains(&format!("/{field}"))
                    || text.contains(&snake(field));
                assert!(named, "{of}.{field} is not in {place}");
            }
        }
    }

    #[test]
    fn what_is_asked_for_is_named_with_its_place_and_a_reason() {
        let spec = json!({
            "hostNetwork": true,
            "priority": 0,
            "os": { "name": "linux" },
            "volumes": [{ "name": "a", "hostPath": { "path": "/", "type": "" } }, { "name": "b", "csi": {} }],
            "initContainers": [{ "restartPolicy": "Always", "args": ["-c"], "lifecycle": { "preStop": { "httpGet": {} } } }],
            "containers": [
                { "command": ["sh"], "securityContext": { "runAsNonRoot": false } },
                { "lifecycle": { "preStop": { "sleep": { "seconds": 5 } } } },
                { "lifecycle": { "preStop": { "exec": { "command": ["drain"] } } } },
            ],
        });
        let texts: Vec<String> = LeftOutNote::all(&spec, "spec")
            .iter()
            .map(|note| note.text(Language::English))
            .collect();
        assert_eq!(
            texts,
            [
                "not simulated: spec.volumes[1].csi: The volume is assumed to exist: mounting it never fails.",
                "not simulated: spec.initContainers[0].lifecycle.preStop.httpGet, spec.containers[2].lifecycle.preStop.exec: The hook is not run: how long containers \
                 take to stop is set in Environment.",
            ]
        );
        let found = left_out(&spec).into_iter();
        let paths: Vec<String> = found.map(|found| found.path).collect();
        assert!(
            paths.contains(&"containers[0].command".to_owned()),
            "in Why only"
        );
        let strict = json!({
            "priorityClassName": "high",
            "os": { "name": "windows" },
        });
        let found = left_out(&strict).into_iter();
        let paths: Vec<String> = found.map(|found| found.path).collect();
        assert_eq!(paths, ["priorityClassName", "os"]);
        let chinese = LeftOutNote::all(&strict, "spec")[0].text(Language::Chinese);
        assert_eq!(
            chinese,
            "未模拟：spec.priorityClassName：不模拟抢占：优先级会被设置，但不会抢占其他 Pod，也不会优先调度。"
        );
    }
}
