//! The events at the end of a description.

use super::section::Paragraph;
use super::times;
use crate::api::object::Key;
use crate::api::time::Time;
use serde_json::{Value, json};

/// An event in a description.
pub struct PrintedEvent {
    /// The object it is about.
    pub about: Key,
    kind: String,
    /// Its reason.
    pub reason: String,
    /// Its message.
    pub message: String,
    component: String,
    count: i64,
    /// Seconds since it was seen last and first.
    seen: (i64, i64),
}

/// Reads the events of a description.
pub fn read(block: Paragraph<'_, '_>, about: &Key) -> Vec<PrintedEvent> {
    let rows = block.below("Events").0.iter();
    // The header and a rule come first.
    rows.skip(2)
        .filter_map(|row| event(row.text, about))
        .collect()
}

fn event(text: &str, about: &Key) -> Option<PrintedEvent> {
    let cells = text.split("  ").map(str::trim);
    let cells: Vec<&str> = cells.filter(|cell| !cell.is_empty()).collect();
    let [kind, reason, age, component, message @ ..] = cells.as_slice() else {
        return None;
    };
    // `3m12s (x5 over 10m)`
    let (last, more) = age.split_once(" (x").unwrap_or((age, ""));
    let more = more
        .strip_suffix(')')
        .and_then(|more| more.split_once(" over "));
    let (count, first) = more.unwrap_or(("1", last));
    let last = times::age(last).unwrap_or(0);
    Some(PrintedEvent {
        about: about.clone(),
        kind: (*kind).to_owned(),
        reason: (*reason).to_owned(),
        message: message.join(" "),
        component: (*component).to_owned(),
        count: i64::from(count.parse::<i32>().unwrap_or(1).max(1)),
        seen: (last, times::age(first).unwrap_or(last)),
    })
    .filter(|event| matches!(&*event.kind, "Normal" | "Warning") && !event.message.is_empty())
}

impl PrintedEvent {
    /// The object, with the uid of what it is about.
    pub fn value(&self, number: usize, uid: &str, now: Time) -> Value {
        let Key {
            kind,
            namespace,
            name,
        } = &self.about;
        let (last, first) = self.seen;
        let at = |seconds: i64| now.plus_seconds(-seconds).to_string();
        json!({
            "apiVersion": "v1",
            "kind": "Event",
            "metadata": {
                "name": format!("{name}.{number:016x}"),
                "namespace": &**namespace,
                "creationTimestamp": at(first),
            },
            "involvedObject": {
                "apiVersion": kind.api_version(),
                "kind": kind.name(),
                "namespace": &**namespace,
                "name": &**name,
                "uid": uid,
            },
            "type": self.kind,
            "reason": self.reason,
            "message": self.message,
            "source": { "component": self.component },
            "reportingComponent": self.component,
            "count": self.count,
            "firstTimestamp": at(first),
            "lastTimestamp": at(last),
        })
    }
}
