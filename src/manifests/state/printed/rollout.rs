//! Lines of `kubectl rollout status`.

use super::Gathered;
use crate::api::kind::Kind;
use crate::api::object::Key;
use serde_json::json;

/// Beginnings of lines about a Deployment, up to its name.
const NAMED: [&str; 3] = [
    "Waiting for deployment \"",
    "error: deployment \"",
    "deployment \"",
];
/// Lines that name no workload: they are about the command's.
const UNNAMED: [&str; 8] = [
    "Waiting for deployment spec update",
    "Waiting for statefulset spec update",
    "Waiting for partitioned roll out",
    "partitioned roll out complete",
    "waiting for statefulset rolling update",
    "statefulset rolling update complete",
    "error: timed out waiting",
    "Waiting for rollout to finish:",
];

/// Whether a line is one of `kubectl rollout status`.
pub fn tells(line: &str) -> bool {
    let pods = line.starts_with("Waiting for ") && line.ends_with(" pods to be ready...");
    pods || UNNAMED.iter().any(|begin| line.starts_with(begin))
        || named(line).is_some_and(|(_, rest)| {
            let is = |begin: &str| rest.starts_with(begin);
            is("rollout to finish") || is("successfully rolled out") || is("exceeded its progress")
        })
}

/// The name in a line, and what follows it.
fn named(line: &str) -> Option<(&str, &str)> {
    let rest = NAMED.iter().find_map(|begin| line.strip_prefix(begin))?;
    rest.split_once("\" ")
}

/// Takes over the counts of a line.
pub fn read(gathered: &mut Gathered, namespace: &str, line: &str, number: u32) {
    let Some((name, rest)) = named(line) else {
        return;
    };
    let numbers = rest
        .split_whitespace()
        .filter_map(|word| word.parse::<u32>().ok());
    let numbers: Vec<i64> = numbers.map(i64::from).collect();
    let key = Key::of(Kind::Deployment, namespace, name);
    let value = &mut gathered.at(&key, number).value;
    let has = |part: &str| rest.contains(part);
    match *numbers {
        [updated, wanted] if has("new replicas have been updated") => {
            value["spec"]["replicas"] = wanted.into();
            value["status"]["updatedReplicas"] = updated.into();
        }
        [available, updated] if has("updated replicas are available") => {
            // All replicas are updated, and none is left of earlier revisions.
            value["spec"]["replicas"] = updated.into();
            value["status"]["updatedReplicas"] = updated.into();
            value["status"]["availableReplicas"] = available.into();
        }
        _ if has("exceeded its progress deadline") => {
            let late = json!({
                "type": "Progressing",
                "status": "False",
                "reason": "ProgressDeadlineExceeded",
            });
            if value["status"]["conditions"].is_null() {
                value["status"]["conditions"] = json!([late]);
            }
        }
        _ => {}
    }
}
