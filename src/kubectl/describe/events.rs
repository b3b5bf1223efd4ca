//! The events at the end of a description.

use std::rc::Rc;

use serde_json::Value;

use super::page::Page;
use crate::api::time::Time;
use crate::kubectl::look::Look;
use crate::kubectl::print::{event, time};

/// The table of events, the one seen last at the end; `<none>` without events.
pub(super) fn describe(page: &mut Page, mut events: Vec<Rc<Value>>, now: Time) {
    if events.is_empty() {
        page.field(0, "Events", "<none>");
        return;
    }
    events.sort_by(|a, b| event::compare(a, b));
    page.line(0, "Events:");
    page.table(
        &["Type", "Reason", "Age", "From", "Message"],
        events.iter().map(|event| row(event, now)),
    );
}

fn row(event: &Value, now: Time) -> Vec<String> {
    let since = |field: &str| time::since(event.text(field), now);
    let first = since(if event.text("eventTime").is_empty() {
        "firstTimestamp"
    } else {
        "eventTime"
    });
    let age = if event.has("series") {
        format!(
            "{} (x{} over {first})",
            since("series.lastObservedTime"),
            event.int("series.count")
        )
    } else if event.int("count") > 1 {
        format!(
            "{} (x{} over {first})",
            since("lastTimestamp"),
            event.int("count")
        )
    } else {
        first
    };
    let component = event.text("source.component");
    let reporter = ["reportingController", "reportingComponent"].map(|field| event.text(field));
    let from = [component, reporter[0], reporter[1]]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or("");
    let mut message = event.text("message").trim().to_owned();
    let field = event.text("involvedObject.fieldPath");
    if !field.is_empty() {
        message = format!("{field}: {message}");
    }
    vec![
        event.text("type").to_owned(),
        event.text("reason").to_owned(),
        age,
        from.to_owned(),
        message,
    ]
}
