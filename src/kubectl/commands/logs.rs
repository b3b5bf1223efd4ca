//! `kubectl logs`: containers are not run, so there is nothing to show; who asks for a pod that there is not is
//! told so.

use super::session::Session;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::manifests::Failure;

/// Says that containers are not run.
pub(super) fn run(session: &mut Session<'_>) -> Result<(), Failure> {
    let words = session.words();
    let Some(first) = words.first() else {
        return Err(Failure::Usage(
            "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for \
             the logs command\nSee 'kubectl logs -h' for help and examples"
                .to_owned(),
        ));
    };
    let name = first.strip_prefix("pod/").unwrap_or(first);
    let key = session.key(Kind::Pod, name);
    if !first.contains('/') && session.engine.store().get(&key).is_none() {
        return Err(Failure::Usage(format!(
            "error from server (NotFound): pods {} not found in namespace {}",
            quote(name),
            quote(&key.namespace)
        )));
    }
    Err(Failure::NotSimulated(
        "logs: containers are not run, so they write nothing".to_owned(),
    ))
}
