//! `-w`: prints objects as they change (`staging/src/k8s.io/kubectl/pkg/cmd/get/get.go`, watch).

use super::output::OutputFormat;
use super::selection::Selection;
use crate::api::object::Object;
use crate::api::time::Time;
use crate::engine::Engine;
use crate::manifests::shown;
use crate::print::table::{Printer, TableEntry};
use crate::print::{event, json};
use serde_json::json;
use std::rc::Rc;

/// Prints the selected objects whenever they change.
#[derive(Debug, Clone)]
pub struct Rows {
    selection: Selection,
    style: PrintStyle,
    with_event: bool,
    /// Number of steps processed.
    seen: usize,
}

/// How an object is printed.
#[derive(Debug, Clone)]
pub enum PrintStyle {
    /// As a table row of `get`.
    Table(Printer),
    /// In the format of `-o`, with whether anything was printed before.
    Format(Rc<OutputFormat>, bool),
    /// As a row of `kubectl events`.
    Events(event::EventLines),
}

impl Rows {
    /// Watches changes from now on.
    pub fn new_watch(
        engine: &Engine,
        selection: Selection,
        style: PrintStyle,
        with_event: bool,
    ) -> Self {
        Self {
            selection,
            style,
            with_event,
            seen: engine.cursor(),
        }
    }

    /// The selected objects, as the first part of the table.
    pub fn first(&mut self, objects: &[Object], now: Time) -> String {
        self.print(objects.iter().map(|object| ("ADDED", object)), now)
    }

    /// The changes since the last call: a row for each change, even if it looks the same as the previous one.
    pub fn changed(&mut self, engine: &Engine) -> String {
        let cursor = engine.cursor();
        // Steps that were undone are redone or replaced by others.
        let seen = self.seen.min(cursor);
        self.seen = cursor;
        let mut text = String::new();
        for step in engine.steps().get(seen..cursor).unwrap_or_default() {
            for change in &step.changes {
                let among = |object: &'_ &Object| -> bool { self.selection.selects(object) };
                let before = change.before.as_ref().filter(among);
                let after = change.after.as_ref().filter(among);
                let row = match (before, after) {
                    (None, Some(object)) => ("ADDED", object),
                    (Some(_), Some(object)) => ("MODIFIED", object),
                    (Some(object), None) => ("DELETED", object),
                    (None, None) => continue,
                };
                text.push_str(&self.print([row].into_iter(), step.time()));
            }
        }
        text
    }

    fn print<'o>(
        &mut self,
        rows: impl Iterator<Item = (&'static str, &'o Object)>,
        now: Time,
    ) -> String {
        let mut text = String::new();
        let values: Vec<_> = rows
            .map(|(event, object)| (event, object.to_value(), object))
            .collect();
        match &mut self.style {
            PrintStyle::Table(printer) => {
                let entries: Vec<TableEntry<'_>> = values
                    .iter()
                    .map(|(event, value, object)| TableEntry {
                        kind: object.kind(),
                        object: value,
                        event,
                    })
                    .collect();
                return printer.print(&entries, now);
            }
            // `kubectl events` does not print deleted events.
            PrintStyle::Events(lines) => {
                let values: Vec<_> = values
                    .iter()
                    .filter(|(event, ..)| *event != "DELETED")
                    .map(|(_, value, _)| value)
                    .collect();
                return lines.print(&values, now);
            }
            PrintStyle::Format(format, printed) => {
                for (event, mut value, object) in values {
                    if self.with_event {
                        value = json!({ "type": event, "object": value });
                    }
                    match &**format {
                        OutputFormat::Name => text.push_str(&format!("{}\n", shown(&object.key()))),
                        OutputFormat::Json => text.push_str(&json::pretty(&value)),
                        format => {
                            if matches!(format, OutputFormat::Yaml)
                                && std::mem::replace(printed, true)
                            {
                                text.push_str("---\n");
                            }
                            // If a template cannot be evaluated for an object, that is reported and the next one is
                            // tried.
                            let one = format.text(&value);
                            text.push_str(&one.unwrap_or_else(|why| format!("{why}\n")));
                        }
                    }
                }
            }
        }
        text
    }
}
