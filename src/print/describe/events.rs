//! The events at the end of a description.

use crate::api::light;
use std::rc::Rc;

use serde_json::Value;

use super::page::Description;
use crate::api::look::Look;
use crate::api::time::Time;
use crate::print::event;

/// The table of events, the most recent last; `<none>` if there are none.
pub(super) fn describe(page: &mut Description, mut events: Vec<Rc<Value>>, now: Time) {
    if events.is_empty() {
        page.field(0, "Events", "<none>");
        return;
    }
    light::sort(&mut events, |a, b| event::compare(a, b));
    page.line(0, "Events:");
    page.table(
        &["Type", "Reason", "Age", "From", "Message"],
        events.iter().map(|event| row(event, now)),
    );
}

fn row(value: &Value, now: Time) -> Vec<String> {
    let component = value.text("source.component");
    let reporter = ["reportingController", "reportingComponent"].map(|field| value.text(field));
    let from = [component, reporter[0], reporter[1]]
        .into_iter()
        .find(|text| !text.is_empty())
        .unwrap_or("");
    let mut message = value.text("message").trim().to_owned();
    let field = value.text("involvedObject.fieldPath");
    if !field.is_empty() {
        message = format!("{field}: {message}");
    }
    vec![
        value.text("type").to_owned(),
        value.text("reason").to_owned(),
        event::interval(value, now),
        from.to_owned(),
        message,
    ]
}
