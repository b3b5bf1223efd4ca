//! `kubectl kustomize`, and `-k` of all commands that read files.

use super::session::Execution;
use super::{CommandInput, Invocation, find};
use crate::api::yaml;
use crate::manifests::{Failure, kustomize};
use crate::versions::Version;

/// The flag `-k`.
const FLAG: &str = "kustomize";
/// The command.
const COMMAND: &str = "kustomize";

/// The YAML of a kustomization, with its warnings.
fn built(files: &[(String, String)], directory: &str, err: &mut String) -> Result<String, Failure> {
    let built = kustomize::build(files, directory);
    err.extend(built.warnings.iter().map(|line| format!("{line}\n")));
    let texts: Vec<String> = built.objects?.iter().map(yaml::to_string).collect();
    Ok(texts.join("---\n"))
}

/// The directory of an argument of `kubectl kustomize`.
fn directory(words: &[String]) -> Result<&str, Failure> {
    match words {
        [] => Ok("."),
        [directory] => Ok(directory),
        _ => Err(Failure::Usage(
            "specify one path to kustomization.yaml".to_owned(),
        )),
    }
}

/// `kubectl kustomize DIRECTORY`
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let text = built(session.input.files, directory(&words)?, &mut session.err)?;
    session.out.push_str(&text);
    Ok(())
}

/// Builds the kustomization of `-k`, and makes the invocation read it: what it reads then is a file with the name of the
/// directory. `None` without `-k`.
///
/// # Errors
/// There are other files too, or the kustomization cannot be built.
pub(super) fn prepared(
    invocation: &mut Invocation,
    input: CommandInput<'_>,
    err: &mut String,
) -> Result<Option<Vec<(String, String)>>, Failure> {
    let Some(directory) = invocation.text(FLAG).map(str::to_owned) else {
        return Ok(None);
    };
    let mut faults = Vec::new();
    if invocation.has("filename") {
        faults.push("only one of -f or -k can be specified");
    }
    if invocation.switch("recursive", false) {
        faults.push("the -k flag can't be used with -f or -R");
    }
    match faults.as_slice() {
        [] => {}
        [fault] => return Err(Failure::Usage((*fault).to_owned())),
        faults => return Err(Failure::Usage(format!("[{}]", faults.join(", ")))),
    }
    let text = built(input.files, &directory, err)?;
    invocation.give("filename", &directory);
    Ok(Some(vec![(directory, text)]))
}

/// The directory of the kustomization that a command reads, if it reads one.
pub(in crate::kubectl) fn kustomization(words: &[String]) -> Option<String> {
    let (command, words) = find(words).ok()?;
    let invocation =
        Invocation::parse(Version::default(), command.path, command.flags, &words).ok()?;
    match command.path {
        COMMAND => directory(&invocation.words).ok().map(str::to_owned),
        _ => invocation.text(FLAG).map(str::to_owned),
    }
}
