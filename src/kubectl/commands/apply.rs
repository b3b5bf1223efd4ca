//! `kubectl apply` (`staging/src/k8s.io/kubectl/pkg/cmd/apply`).

use super::documents::{require_files, run};
use super::flags::Invocation;
use super::server_side;
use super::session::Session;
use super::table::APPLY;
use crate::manifests::{DryRun, Failure, apply_one};

/// `kubectl apply`.
pub(super) fn apply(session: &mut Session<'_>) -> Result<(), Failure> {
    let words = session.words();
    if !words.is_empty() {
        return Err(Failure::Usage(format!(
            "Unexpected args: [{}]\nSee 'kubectl apply -h' for help and examples",
            words.join(" ")
        )));
    }
    let dry_run = session.dry_run()?;
    check(&session.invocation, dry_run)?;
    require_files(session)?;
    if session.invocation.switch("server-side", false) {
        return server_side::apply(session);
    }
    run(session, APPLY, |store, dry_run, validation, manifest| {
        apply_one(store, dry_run, validation, manifest)
    })
}

/// Flags that exclude each other (ToOptions and Validate).
fn check(flags: &Invocation, dry_run: DryRun) -> Result<(), Failure> {
    let refuse = |text: &str| Err(Failure::Usage(text.to_owned()));
    let server_side = flags.switch("server-side", false);
    if flags.switch("force-conflicts", false) && !server_side {
        return refuse("--force-conflicts only works with --server-side");
    }
    if dry_run == DryRun::Client && server_side {
        return refuse(
            "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)",
        );
    }
    match flags.text("subresource") {
        None | Some("") => Ok(()),
        Some(_) if !server_side => refuse("--subresource can only be specified for --server-side"),
        Some(other) => Err(Failure::NotSimulated(format!("--subresource={other}"))),
    }
}
