//! `kubectl wait` (`staging/src/k8s.io/kubectl/pkg/cmd/wait/wait.go`).

use super::resources::Bare;
use super::session::Execution;
use super::waiting::{Awaited, WaitingCommand};
use crate::api::object::Object;
use crate::manifests::Failure;
use crate::print::jsonpath::JsonPath;

/// Default timeout: thirty seconds.
const TIMEOUT: i64 = 30_000;
/// Meaning of a negative timeout: a week.
const WEEK: i64 = 7 * 24 * 3_600_000;

/// Waits until objects are in the given state.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: String| Failure::Usage(text);
    let wanted = session
        .invocation
        .text("for")
        .unwrap_or_default()
        .to_owned();
    let awaited = if wanted.eq_ignore_ascii_case("delete") {
        Awaited::Gone
    } else if wanted.eq_ignore_ascii_case("create") {
        Awaited::There
    } else if let Some(condition) = wanted.strip_prefix("condition=") {
        let (name, value) = condition.split_once('=').unwrap_or((condition, "true"));
        Awaited::Condition(name.to_owned(), value.to_owned())
    } else if let Some(path) = wanted.strip_prefix("jsonpath=") {
        let (path, value) = match path.split_once("}=") {
            Some((path, value)) => (format!("{path}}}"), Some(value.to_owned())),
            None => (path.to_owned(), None),
        };
        let path = JsonPath::for_output(&path).map_err(|error| usage(error.to_string()))?;
        Awaited::Path(path, value)
    } else {
        // Without the flag, upstream prints the empty list that is its default (conditionFuncFor).
        let given = match session.invocation.has("for") {
            true => format!("\"{wanted}\""),
            false => "[]".to_owned(),
        };
        return Err(usage(format!("unrecognized condition: {given}")));
    };
    let words = session.words();
    let mut found = session.find(&words, Bare::Refused)?;
    let gone = matches!(awaited, Awaited::Gone);
    if matches!(awaited, Awaited::There) {
        found.failures.retain(|failure| !failure.is_not_found());
    } else {
        found.missing.clear();
    }
    if !gone && found.listed && found.objects.is_empty() {
        return Err(usage("no matching resources found".to_owned()));
    }
    if !gone {
        Failure::all(found.failures)?;
    }
    let there = found.objects.iter().map(Object::key);
    let objects = there.chain(found.missing).collect();
    let timeout = match session.invocation.duration("timeout") {
        None => TIMEOUT,
        Some(negative) if negative < 0 => WEEK,
        Some(timeout) => timeout,
    };
    let deadline = session.engine.now().plus_millis(timeout);
    session.waiting = Some(WaitingCommand::for_condition(
        objects,
        awaited,
        "condition met",
        deadline,
    ));
    Ok(())
}
