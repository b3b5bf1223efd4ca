//! `kubectl diff`: the changes that `apply` would make (`staging/src/k8s.io/kubectl/pkg/cmd/diff/diff.go`), as
//! `diff -u -N`.

use super::documents;
use super::session::{Done, Execution};
use crate::api::kind::Kind;
use crate::api::{light, yaml};
use crate::manifests::{DryRun, Failure, Manifest, merged};
use crate::print::unified::unified;
use serde_json::Value;

/// Exit code of `diff` if there are differences; kubectl's own errors have the next one.
const DIFFERENT: i32 = 1;

/// Prints the differences between the cluster and the given files.
pub(super) fn run(session: &mut Execution<'_>) -> Result<(), Failure> {
    session.exits.1 = DIFFERENT + 1;
    documents::require_files(session)?;
    if !session.invocation.words.is_empty() {
        let words = session.invocation.words.join(" ");
        return Err(Failure::Usage(format!(
            "Unexpected args: [{words}]\nSee 'kubectl diff -h' for help and examples"
        )));
    }
    let documents::Read { manifests, unread } = documents::read(session)?;
    // Stops at the first failure.
    unread.into_iter().next().map_or(Ok(()), Err)?;
    let manifests = manifests.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut texts = Vec::new();
    for manifest in &manifests {
        let live = session
            .engine
            .store()
            .get(&manifest.key)
            .map(|object| object.to_value());
        let merged = session.write(DryRun::Server, |store| merged(store, manifest))?;
        let done = Done {
            key: manifest.key.clone(),
            operation: String::new(),
            object: merged,
        };
        let mut pair = [
            live.unwrap_or_default(),
            session.as_kept(&done, DryRun::Server),
        ];
        if manifest.kind == Kind::Secret {
            mask(&mut pair);
        }
        let [live, merged] = pair.map(|value| match value {
            Value::Null => String::new(),
            value => yaml::to_string(&value),
        });
        if live != merged {
            texts.push((file_name(manifest), live, merged));
        }
    }
    light::sort(&mut texts, Ord::cmp);
    let time = session.engine.now().whole_seconds().to_string();
    let time = time.trim_end_matches('Z').replace('T', " ");
    for (name, live, merged) in &texts {
        // kubectl's temporary directories have random names; here they have none.
        let file = |side: &str| format!("/tmp/{side}/{name}");
        let (old, new) = (file("LIVE"), file("MERGED"));
        let head = format!(
            "diff -u -N {old} {new}\n--- {old}\t{time}.000000000 +0000\n+++ {new}\t{time}.000000000 +0000\n"
        );
        session.out.push_str(&head);
        session.out.push_str(&unified(live, merged));
    }
    if !texts.is_empty() {
        session.exits.0 = DIFFERENT;
    }
    Ok(())
}

/// `apps.v1.Deployment.default.web`
fn file_name(manifest: &Manifest) -> String {
    let (info, key) = (manifest.kind.info(), &manifest.key);
    let dot = if info.group.is_empty() { "" } else { "." };
    format!(
        "{}{dot}{}.{}.{}.{}",
        info.group, info.version, info.name, key.namespace, key.name
    )
}

/// Masks the values of Secrets, showing only whether they differ.
fn mask([from, to]: &mut [Value; 2]) {
    let (old, new) = (from["data"].clone(), to["data"].clone());
    let word = |key: &str, after: bool| match (old.get(key), new.get(key)) {
        (Some(a), Some(b)) if a != b && after => "*** (after)",
        (Some(a), Some(b)) if a != b => "*** (before)",
        _ => "***",
    };
    for (value, after) in [(from, false), (to, true)] {
        for (key, text) in value["data"].as_object_mut().into_iter().flatten() {
            *text = word(key, after).into();
        }
    }
}
