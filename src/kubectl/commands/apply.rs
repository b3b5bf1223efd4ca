//! `kubectl apply` (`staging/src/k8s.io/kubectl/pkg/cmd/apply`).

use super::documents::{require_files, run};
use super::flags::Invocation;
use super::server_side;
use super::session::Execution;
use super::table::APPLY;
use super::{force, prune};
use crate::manifests::{DryRun, Failure, apply_one};

/// `kubectl apply`.
pub(super) fn apply(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    if !words.is_empty() {
        return Err(Failure::Usage(format!(
            "Unexpected args: [{}]\nSee 'kubectl apply -h' for help and examples",
            words.join(" ")
        )));
    }
    let dry_run = session.dry_run()?;
    check(&session.invocation, dry_run, require_files(session))?;
    prune::allowed(session)?;
    if session.invocation.switch("server-side", false) {
        return server_side::apply(session);
    }
    let forces = session.invocation.switch("force", false);
    run(session, APPLY, |store, dry_run, validation, manifest| {
        let applied = apply_one(store, dry_run, validation, manifest);
        match applied {
            Err(refused) if forces => force::apply(store, manifest, refused),
            applied => applied,
        }
    })
}

/// Flags that exclude each other (ToOptions and Validate).
fn check(flags: &Invocation, dry_run: DryRun, files: Result<(), Failure>) -> Result<(), Failure> {
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
    files?;
    let (force, prune) = (flags.switch("force", false), flags.switch("prune", false));
    let all = flags.switch("all", false);
    let selects = flags.text("selector").is_some_and(|text| !text.is_empty());
    let faults = [
        (
            server_side && force,
            "--force cannot be used with --server-side",
        ),
        (
            dry_run == DryRun::Server && force,
            "--dry-run=server cannot be used with --force",
        ),
        (
            all && selects,
            "cannot set --all and --selector at the same time",
        ),
        (prune && force, "--force cannot be used with --prune"),
        (
            prune && !all && !selects,
            "all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If \
             you did not mean to prune all resources, specify a label selector",
        ),
        (
            prune && server_side,
            "--prune is in alpha and doesn't currently work on objects created by server-side apply",
        ),
    ];
    if let Some((_, text)) = faults.iter().find(|(is_so, _)| *is_so) {
        return refuse(text);
    }
    match flags.text("subresource") {
        None | Some("") => Ok(()),
        Some(_) if !server_side => refuse("--subresource can only be specified for --server-side"),
        Some(_) => Ok(()),
    }
}
