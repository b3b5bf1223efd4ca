//! `sim import -f FILE`: goes on from the state of another cluster; and `sim redact -f FILE`: replaces its names.

use super::documents::{content, require_files};
use super::session::Execution;
use super::sim::usage;
use crate::manifests::{Diagnostic, Failure, state};
use crate::texts::Language;

/// `sim import -f FILE`
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let text = text(session, "import")?;
    let started = state::start(session.engine, &text).map_err(|faults| refused(&faults))?;
    let count = started.objects;
    session.out.push_str(&format!("{count} objects imported\n"));
    for note in &started.notes {
        let line = format!("{}\n", note.text(Language::English));
        session.err.push_str(&line);
    }
    Ok(())
}

/// `sim redact -f FILE`
pub(super) fn redact(session: &mut Execution<'_>) -> Result<(), Failure> {
    let text = text(session, "redact")?;
    let redacted = state::redact(&text).map_err(|faults| refused(&faults))?;
    session.out.push_str(&redacted);
    Ok(())
}

/// The text of the one file of a command.
fn text(session: &mut Execution<'_>, command: &str) -> Result<String, Failure> {
    if !session.words().is_empty() {
        return Err(usage(format!(
            "sim {command} takes no arguments but -f FILE"
        )));
    }
    require_files(session)?;
    let names: Vec<&str> = session.invocation.values("filename").collect();
    let [name] = *names else {
        return Err(usage(format!(
            "sim {command} reads one file; for more, pipe them: cat A B | sim {command} -f -",
        )));
    };
    Ok(content(session, name)?.to_owned())
}

fn refused(faults: &[Diagnostic]) -> Failure {
    let lines = faults.iter().map(|fault| {
        let (line, column, path) = (fault.line, fault.column, &fault.path);
        format!("{line}:{column}: {path}: {}", fault.message)
    });
    Failure::Usage(lines.collect::<Vec<String>>().join("\n"))
}
