//! `kubectl apply` (`staging/src/k8s.io/kubectl/pkg/cmd/apply`).

use super::documents::{require_files, run};
use super::session::Session;
use crate::manifests::{Failure, apply_one};

/// `kubectl apply`.
pub(super) fn apply(session: &mut Session<'_>) -> Result<(), Failure> {
    let words = session.words();
    if !words.is_empty() {
        return Err(Failure::Usage(format!(
            "Unexpected args: [{}]\nSee 'kubectl apply -h' for help and examples",
            words.join(" ")
        )));
    }
    require_files(session)?;
    run(session, "apply", |store, dry_run, validation, manifest| {
        apply_one(store, dry_run, validation, manifest)
    })
}
