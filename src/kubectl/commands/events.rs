//! `kubectl events` (`staging/src/k8s.io/kubectl/pkg/cmd/events/events.go`).

use super::output::{DefaultOutput, OutputFormat};
use super::resources;
use super::rows::{PrintStyle, Rows};
use super::session::Execution;
use super::waiting::WaitingCommand;
use crate::api::event::Event;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::Object;
use crate::manifests::Failure;
use crate::print::event;
use serde_json::json;
use std::rc::Rc;

/// Prints all events, or those of an object.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: &str| Failure::Usage(text.to_owned());
    let flags = &session.invocation;
    let mut fields = Vec::new();
    if let Some(about) = flags.text("for") {
        let mut parts = about.split('/');
        let (word, name) = (parts.next().unwrap_or_default(), parts.next());
        let name = name.ok_or_else(|| usage("--for must be in resource/name form"))?;
        if parts.next().is_some() {
            let text = "arguments in resource/name form may not have more than one slash";
            return Err(usage(text));
        }
        let kind = resources::kind(session.engine.store(), word)?;
        fields.push(format!(
            "involvedObject.kind={kind},involvedObject.name={name}"
        ));
    }
    let mut types: Vec<&str> = Vec::new();
    for word in flags.values("types").flat_map(|list| list.split(',')) {
        let known = ["Normal", "Warning"];
        let known = known.iter().find(|known| known.eq_ignore_ascii_case(word));
        let known = known.ok_or_else(|| usage("valid --types are Normal or Warning"))?;
        if !types.contains(known) {
            types.push(known);
        }
    }
    if let [only] = types.as_slice() {
        fields.push(format!("type={only}"));
    }
    let format = OutputFormat::of(flags, DefaultOutput::Operation)?;
    let everywhere = flags.switch("all-namespaces", false);
    let lines = event::EventLines::new(!flags.switch("no-headers", false), everywhere);
    let watches = flags.switch("watch", false);
    let selection = session.select(Kind::Event, "", &fields.join(","))?;
    let is_human = matches!(format, OutputFormat::Human { .. });
    let mut found: Vec<Object> = {
        let events = session
            .engine
            .store()
            .list(Kind::Event, selection.namespace.as_deref());
        events
            .filter(|event| selection.selects(event))
            .cloned()
            .collect()
    };
    if !watches && found.is_empty() {
        let line = match everywhere {
            true => "No events found.\n".to_owned(),
            false => format!("No events found in {} namespace.\n", session.namespace()),
        };
        session.err.push_str(&line);
        return Ok(());
    }
    if !watches {
        // Unlike `kubectl get events`, it supports the timestamps of the newer form (`events.go`, eventTime).
        let seen = |object: &Object| object.as_event().map(Event::last_seen);
        light::sort(&mut found, |a, b| seen(a).cmp(&seen(b)));
    }
    if !watches && !is_human && !matches!(format, OutputFormat::Name) {
        let items: Vec<_> = found.iter().map(Object::to_value).collect();
        let list =
            json!({ "apiVersion": "v1", "items": items, "kind": "EventList", "metadata": {} });
        session.out.push_str(&format.text(&list)?);
        return Ok(());
    }
    let style = match is_human {
        true => PrintStyle::Events(lines),
        false => PrintStyle::Format(Rc::new(format), false),
    };
    let mut rows = Rows::new_watch(session.engine, selection, style, false);
    let text = rows.first(&found, session.engine.now());
    session.out.push_str(&text);
    session.waiting = watches.then(|| WaitingCommand::for_rows(rows));
    Ok(())
}
