//! Rows of Events, and their order.

use std::cmp::Ordering;

use serde_json::Value;

use super::table::push_cell;
use super::tabwriter::{self, TabWriter};
use super::{Column, name, or, time};
use crate::api::look::Look;
use crate::api::time::Time;

const fn column(name: &'static str, wide: bool) -> Column {
    Column { name, wide }
}

/// Unlike in other tables, the wide columns are between the others.
pub(super) const COLUMNS: &[Column] = &[
    column("LAST SEEN", false),
    column("TYPE", false),
    column("REASON", false),
    column("OBJECT", false),
    column("SUBOBJECT", true),
    column("SOURCE", true),
    column("MESSAGE", false),
    column("FIRST SEEN", true),
    column("COUNT", true),
    column("NAME", true),
];

pub(super) fn row(event: &Value, now: Time) -> Vec<String> {
    let first = first_seen(event, now);
    let mut last = match Time::parse(event.text("lastTimestamp")) {
        Some(_) => time::since(event.text("lastTimestamp"), now),
        None => first.clone(),
    };
    let mut count = event.int("count");
    if event.has("series") {
        last = time::since(event.text("series.lastObservedTime"), now);
        count = event.int("series.count");
    } else if count == 0 {
        // A single event of the newer API has no count.
        count = 1;
    }
    let object = event.at("involvedObject");
    vec![
        last,
        event.text("type").to_owned(),
        event.text("reason").to_owned(),
        super::resource_name(object.text("kind"), "", object.text("name")),
        object.text("fieldPath").to_owned(),
        source(event),
        event.text("message").trim().to_owned(),
        first,
        count.to_string(),
        name(event),
    ]
}

fn first_seen(event: &Value, now: Time) -> String {
    let field = if Time::parse(event.text("firstTimestamp")).is_some() {
        "firstTimestamp"
    } else {
        "eventTime"
    };
    time::since(event.text(field), now)
}

/// `component, host` of the reporter, from the old fields or the new ones.
fn source(event: &Value) -> String {
    let component = or(
        event.text("source.component"),
        event.text("reportingController"),
    );
    let component = or(component, event.text("reportingComponent"));
    let host = or(event.text("source.host"), event.text("reportingInstance"));
    if host.is_empty() {
        component.to_owned()
    } else {
        format!("{component}, {host}")
    }
}

/// The order of `kubectl get events` and of the events in `describe`: by last occurrence
/// (`staging/src/k8s.io/kubectl/pkg/util/event/sorted_event_list.go`).
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Ordering {
    last_time(a).cmp(&last_time(b))
}

fn last_time(event: &Value) -> Option<Time> {
    Time::parse(event.text("lastTimestamp"))
}

/// Rows of `kubectl events`, which differ from those of `kubectl get events`
/// (`staging/src/k8s.io/kubectl/pkg/cmd/events/event_printer.go`).
#[derive(Clone, Debug)]
pub struct EventLines {
    writer: TabWriter,
    /// Whether the header has yet to be printed.
    header: bool,
    with_namespace: bool,
}

impl EventLines {
    /// A printer that has not printed anything.
    #[must_use]
    pub fn new(header: bool, with_namespace: bool) -> Self {
        let writer = TabWriter::remembering(tabwriter::GET);
        Self {
            writer,
            header,
            with_namespace,
        }
    }

    /// The lines of further events.
    pub fn print(&mut self, events: &[&Value], now: Time) -> String {
        let mut text = String::new();
        let mut line = |namespace: &str, cells: [&str; 5]| {
            let namespace = self.with_namespace.then_some(namespace);
            let cells: Vec<&str> = namespace.into_iter().chain(cells).collect();
            for (at, cell) in cells.iter().enumerate() {
                text.push_str(if at > 0 { "\t" } else { "" });
                push_cell(&mut text, cell);
            }
            text.push('\n');
        };
        if std::mem::take(&mut self.header) {
            let names = ["LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"];
            line("NAMESPACE", names);
        }
        for event in events {
            let object = event.at("involvedObject");
            line(
                event.text("metadata.namespace"),
                [
                    &interval(event, now),
                    event.text("type"),
                    event.text("reason"),
                    &format!("{}/{}", object.text("kind"), object.text("name")),
                    event.text("message").trim(),
                ],
            );
        }
        self.writer.layout(&text)
    }
}

/// The time of the event: `5s`, or `5s (x4 over 40s)`.
pub fn interval(event: &Value, now: Time) -> String {
    let since = |field: &str| time::since(event.text(field), now);
    let first = since(match event.text("eventTime") {
        "" => "firstTimestamp",
        _ => "eventTime",
    });
    let (last, count) = if event.has("series") {
        ("series.lastObservedTime", event.int("series.count"))
    } else if event.int("count") > 1 {
        ("lastTimestamp", event.int("count"))
    } else {
        return first;
    };
    format!("{} (x{count} over {first})", since(last))
}
