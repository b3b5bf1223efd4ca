//! Rows of Events, and their order.

use std::cmp::Ordering;

use serde_json::Value;

use super::{Column, name, or, time};
use crate::api::time::Time;
use crate::kubectl::look::Look;

const fn column(name: &'static str, wide: bool) -> Column {
    Column { name, wide }
}

/// Unlike elsewhere the wide columns stand between the others.
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
        // A single event of the newer API carries no count.
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

/// `component, host` of who reports it, in the old fields or in the new ones.
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

/// The order of `kubectl get events` and of the events in `describe`: by the time an event was seen last
/// (`staging/src/k8s.io/kubectl/pkg/util/event/sorted_event_list.go`).
#[must_use]
pub fn compare(a: &Value, b: &Value) -> Ordering {
    last_time(a).cmp(&last_time(b))
}

fn last_time(event: &Value) -> Option<Time> {
    Time::parse(event.text("lastTimestamp"))
}
