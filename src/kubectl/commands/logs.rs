//! `kubectl logs`: containers are not run, so there are no logs; missing pods are reported nevertheless
//! (`staging/src/k8s.io/kubectl/pkg/cmd/logs/logs.go`, Complete).

use super::resources::Bare;
use super::session::Execution;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::manifests::Failure;

const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for \
                     the logs command";

/// Reports that containers are not run.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let selector = session.invocation.text("selector").unwrap_or_default();
    let usage = |text: &str| {
        let help = "See 'kubectl logs -h' for help and examples";
        Err(Failure::Usage(format!("{text}\n{help}")))
    };
    let target = match words.as_slice() {
        [] if !selector.is_empty() => return of_selector(session),
        [_] if !selector.is_empty() => {
            return usage("only a selector (-l) or a POD name is allowed");
        }
        [target] | [target, _] => target,
        _ => return usage(USAGE),
    };
    let name = target.strip_prefix("pod/").unwrap_or(target);
    let key = session.key(Kind::Pod, name);
    if !target.contains('/') && session.engine.store().get(&key).is_none() {
        return Err(Failure::Usage(format!(
            "error from server (NotFound): pods {} not found in namespace {}",
            quote(name),
            quote(&key.namespace)
        )));
    }
    Err(not_simulated())
}

/// The logs of all pods that match a selector; there may be none.
fn of_selector(session: &mut Execution<'_>) -> Result<(), Failure> {
    let pods = session.find(&["pods".to_owned()], Bare::All)?.complete()?;
    if pods.is_empty() {
        let line = format!("No resources found in {} namespace.\n", session.namespace());
        session.err.push_str(&line);
        return Ok(());
    }
    Err(not_simulated())
}

fn not_simulated() -> Failure {
    Failure::NotSimulated("logs: containers are not run, so they write nothing".to_owned())
}
