//! `kubectl delete` (`staging/src/k8s.io/kubectl/pkg/cmd/delete/delete.go`).

use super::resources::Bare;
use super::session::Execution;
use super::waiting::WaitingCommand;
use crate::api::go::quote;
use crate::api::object::Object;
use crate::manifests::{DryRun, Failure};
use crate::store::{DeleteOptions, Propagation};

const AT_ONCE: &str = "Warning: Immediate deletion does not wait for confirmation that the running resource has been \
    terminated. The resource may continue to run on the cluster indefinitely.\n";

/// Deletes objects and waits until they are gone.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let dry_run = session.dry_run()?;
    let options = options(session)?;
    let short = match session.invocation.text("output") {
        None | Some("") => false,
        Some("name") => true,
        Some(other) => {
            return Err(Failure::Usage(format!(
                "unexpected -o output mode: {other}. We only support '-o name'"
            )));
        }
    };
    let words = session.words();
    let mut found = session.find(&words, Bare::Refused)?;
    if session.invocation.switch("ignore-not-found", found.listed) {
        found.failures.retain(|failure| !failure.is_not_found());
    }
    let forced = session.invocation.switch("force", false);
    if forced && options.grace_period_seconds == Some(0) {
        session.err.push_str(AT_ONCE);
    }
    let mut failures = Vec::new();
    let none = found.listed && found.objects.is_empty();
    let mut deleted = Vec::new();
    let results = session.write(dry_run, |store| {
        let delete = |object: Object| {
            let result = match dry_run {
                DryRun::Client => Ok(()),
                _ => store.delete(&object.key(), &options),
            };
            (object, result)
        };
        found.objects.into_iter().map(delete).collect::<Vec<_>>()
    });
    for (object, result) in results {
        match result {
            Ok(()) => {
                session.out.push_str(&line(&object, forced, dry_run, short));
                deleted.push((object.key(), object.meta().uid.clone()));
            }
            Err(error) => failures.push(error.into()),
        }
    }
    if none {
        session.out.push_str("No resources found\n");
    }
    // Missing objects are reported last (ContinueOnErrorVisitor).
    failures.extend(found.failures);
    Failure::all(failures)?;
    // Forced deletions are not waited for.
    let wait = session.invocation.switch("wait", !forced);
    if wait && dry_run == DryRun::No && !deleted.is_empty() {
        let timeout = session
            .invocation
            .duration("timeout")
            .filter(|time| *time > 0);
        let deadline = timeout.map(|time| session.engine.now().plus_millis(time));
        session.waiting = Some(WaitingCommand::for_end(deleted, deadline));
    }
    Ok(())
}

/// The line about a deleted object.
pub(super) fn line(object: &Object, forced: bool, dry_run: DryRun, short: bool) -> String {
    let (kind, meta) = (object.kind(), object.meta());
    if short {
        return format!("{}/{}\n", kind.singular_name(), meta.name);
    }
    let namespace = match kind.namespaced() {
        true => format!(" from {} namespace", meta.namespace),
        false => String::new(),
    };
    let force = if forced { "force " } else { "" };
    let tried = match dry_run {
        DryRun::No => "",
        DryRun::Client => " (dry run)",
        DryRun::Server => " (server dry run)",
    };
    format!(
        "{} {} {force}deleted{namespace}{tried}\n",
        kind.singular_name(),
        quote(&meta.name)
    )
}

/// `--cascade`.
///
/// # Errors
/// It has another value than the three policies.
pub(super) fn propagation(session: &mut Execution<'_>) -> Result<Propagation, Failure> {
    let cascade = session.invocation.text("cascade").unwrap_or("background");
    let (propagation, meaning) = match cascade {
        "background" => (Propagation::Background, ""),
        "foreground" => (Propagation::Foreground, ""),
        "orphan" => (Propagation::Orphan, ""),
        "true" => (Propagation::Background, "background"),
        "false" => (Propagation::Orphan, "orphan"),
        other => {
            return Err(Failure::Usage(format!(
                "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
            )));
        }
    };
    if !meaning.is_empty() {
        let text = format!(
            "warning: --cascade={cascade} is deprecated (boolean value) and can be replaced with --cascade={meaning}.\n"
        );
        session.err.push_str(&text);
    }
    Ok(propagation)
}

fn options(session: &mut Execution<'_>) -> Result<DeleteOptions, Failure> {
    let flags = &session.invocation;
    let usage = |text: &str| Err(Failure::Usage(text.to_owned()));
    let now = flags.switch("now", false);
    let force = flags.switch("force", false);
    let mut grace = flags.int("grace-period").filter(|grace| *grace >= 0);
    if now && grace.is_some() {
        return usage("--now and --grace-period cannot be specified together");
    }
    if force && grace.is_some_and(|grace| grace > 0) {
        return usage("--force and --grace-period greater than 0 cannot be specified together");
    }
    if now {
        grace = Some(1);
    } else if grace == Some(0) && !force {
        // The server does not take this as immediate deletion: the kubelet still confirms it.
        grace = Some(1);
    } else if grace.is_none() && force {
        grace = Some(0);
    }
    Ok(DeleteOptions {
        propagation: Some(propagation(session)?),
        grace_period_seconds: grace,
        uid: None,
    })
}
