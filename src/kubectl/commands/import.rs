//! `sim import -f FILE`: goes on from the state of another cluster.

use super::documents::{content, require_files};
use super::session::Session;
use super::sim::usage;
use crate::manifests::{Failure, state};
use crate::texts::Language;

/// `sim import -f FILE`
pub(super) fn run(session: &mut Session<'_>) -> Result<(), Failure> {
    if !session.words().is_empty() {
        return Err(usage("sim import takes no arguments but -f FILE"));
    }
    require_files(session)?;
    let names: Vec<&str> = session.invocation.values("filename").collect();
    let [name] = *names else {
        return Err(usage(
            "sim import reads one file; for more, pipe them: cat A B | sim import -f -",
        ));
    };
    let text = content(session, name)?.1.to_owned();
    let faults = match state::start(session.engine, &text) {
        Ok(started) => {
            let count = started.objects;
            session.out.push_str(&format!("{count} objects imported\n"));
            for note in &started.notes {
                let line = format!("{}\n", note.text(Language::English));
                session.err.push_str(&line);
            }
            return Ok(());
        }
        Err(faults) => faults,
    };
    let lines = faults.iter().map(|fault| {
        let (line, column, path) = (fault.line, fault.column, &fault.path);
        format!("{line}:{column}: {path}: {}", fault.message)
    });
    Err(Failure::Usage(lines.collect::<Vec<String>>().join("\n")))
}
