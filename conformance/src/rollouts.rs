//! The rollouts in recordings: where they begin and end, and how many pods there were meanwhile.

use crate::scenario::Recording;
use serde_json::Value;
use std::collections::BTreeSet;

/// Commands that change nothing.
const READS: [&str; 9] = [
    "get",
    "describe",
    "rollout status",
    "rollout history",
    "wait",
    "explain",
    "logs",
    "diff",
    "version",
];
/// What happens on nodes when nothing fails.
const VERBS: [&str; 6] = ["schedule", "creating", "run", "ready", "stopped", "bindpvc"];

/// A change that a real control plane has carried out from one complete rollout to the next, while nobody did anything
/// else and no container failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rollout {
    /// `Deployment` or `StatefulSet`.
    pub kind: &'static str,
    /// The name of the workload.
    pub name: String,
    /// The snapshot before the change.
    pub before: usize,
    /// The step of the command that makes the change.
    pub command: usize,
    /// The first snapshot after which the rollout is complete.
    pub complete: usize,
    /// The fewest available pods in any snapshot.
    pub available: i64,
    /// The most pods in any snapshot, terminating ones included.
    pub pods: i64,
    /// The number of pods that were created.
    pub created: i64,
    /// Available pods and pods of the new revision at each snapshot after the change.
    pub course: Vec<(i64, i64)>,
    /// When the recorded times mean something, which is if pods must have been ready for some time.
    pub times: Option<Recorded>,
}

/// Recorded times in milliseconds, each as the range that the times of the recorded steps leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// From the creation of a pod until it was ready, for all pods together.
    pub ready: [i64; 2],
    /// From the change until the rollout was complete.
    pub complete: [i64; 2],
}

/// The rollouts in a recording.
#[must_use]
pub fn rollouts(recording: &Recording) -> Vec<Rollout> {
    let steps = &recording.steps;
    let mut found = Vec::new();
    for (before, step) in steps.iter().enumerate() {
        let Some(snapshot) = step.get("snapshot") else {
            continue;
        };
        let Some(command) = next(steps, before + 1, is_change) else {
            continue;
        };
        // Nothing may have happened between the snapshot and the command.
        if steps[before + 1..command]
            .iter()
            .any(|step| step.get("command").is_none())
        {
            continue;
        }
        let end = next(steps, command + 1, |step| is_change(step) || is_fault(step));
        let after = &steps[command + 1..end.unwrap_or(steps.len())];
        for (kind, list) in [
            ("Deployment", "deployments"),
            ("StatefulSet", "statefulsets"),
        ] {
            for workload in snapshot[list].as_array().into_iter().flatten() {
                let begins = Begins {
                    kind,
                    list,
                    workload,
                    before,
                    command,
                };
                found.extend(begins.rollout(steps, after));
            }
        }
    }
    found
}

fn next(steps: &[Value], from: usize, is_it: impl Fn(&Value) -> bool) -> Option<usize> {
    let rest = steps.get(from..)?.iter();
    rest.clone().position(is_it).map(|place| from + place)
}

fn is_change(step: &Value) -> bool {
    let command = step["command"].as_str();
    command.is_some_and(|line| !READS.iter().any(|read| line.starts_with(read)))
}

fn is_fault(step: &Value) -> bool {
    let verb = step.pointer("/node/do").and_then(Value::as_str);
    verb.is_some_and(|verb| !VERBS.contains(&verb))
}

/// A workload before a change.
struct Begins<'r> {
    kind: &'static str,
    list: &'static str,
    workload: &'r Value,
    before: usize,
    command: usize,
}

impl Begins<'_> {
    fn rollout(&self, steps: &[Value], after: &[Value]) -> Option<Rollout> {
        let name = self.workload["name"].as_str()?;
        let in_default = self.workload.get("namespace").is_none();
        let has_claims = steps[self.before]["snapshot"]["pvcs"]
            .as_array()
            .is_some_and(|claims| !claims.is_empty());
        // The volumes of claims are not recorded.
        if !in_default || has_claims || !is_complete(self.workload) {
            return None;
        }
        let snapshots = after.iter().enumerate();
        let snapshots = snapshots.filter_map(|(place, step)| {
            let workloads = step.get("snapshot")?[self.list].as_array()?;
            let workload = workloads.iter().find(|one| one["name"] == name)?;
            Some((self.command + 1 + place, workload))
        });
        let snapshots: Vec<(usize, &Value)> = snapshots.collect();
        let (_, first) = snapshots.first()?;
        if !has_new_template(self.workload, first) || is_complete(first) {
            return None;
        }
        let place = snapshots
            .iter()
            .position(|(_, workload)| is_complete(workload))?;
        let (complete, _) = snapshots[place];
        let seen: Vec<usize> = snapshots[..=place].iter().map(|(at, _)| *at).collect();
        let at = |at: &usize| &steps[*at]["snapshot"];
        let counts = std::iter::once(&self.before)
            .chain(&seen)
            .map(|step| self.count(at(step), name));
        let counts: Vec<(i64, i64)> = counts.collect();
        let created = seen
            .iter()
            .map(|step| self.created(at(step), name).len())
            .sum::<usize>();
        // The pods of a StatefulSet wait for the end of others, too.
        let has_times =
            self.kind == "Deployment" && self.workload.pointer("/spec/minReadySeconds").is_some();
        Some(Rollout {
            kind: self.kind,
            name: name.to_owned(),
            before: self.before,
            command: self.command,
            complete,
            available: counts.iter().map(|(available, _)| *available).min()?,
            pods: counts.iter().map(|(_, pods)| *pods).max()?,
            created: i64::try_from(created).ok()?,
            course: snapshots[..=place]
                .iter()
                .map(|(_, one)| {
                    (
                        status(one, "availableReplicas"),
                        status(one, "updatedReplicas"),
                    )
                })
                .collect(),
            times: has_times
                .then(|| self.recorded(steps, &seen, name))
                .flatten(),
        })
    }

    /// The recorded times, given the snapshots until the rollout was complete.
    fn recorded(&self, steps: &[Value], seen: &[usize], name: &str) -> Option<Recorded> {
        let (last, begin) = (*seen.last()?, time(&steps[self.command])?);
        let mut ready = [i64::MAX, 0];
        let mut since = self.command;
        for at in seen {
            for pod in self.created(&steps[*at]["snapshot"], name) {
                let is_applied = |step: &&Value| {
                    let pods = step["applied"].as_array().into_iter().flatten();
                    step.pointer("/node/do").is_some_and(|verb| verb == "ready")
                        && pods.clone().any(|one| *one == *pod)
                };
                let ended = time(steps.get(since..=last)?.iter().find(is_applied)?)?;
                let created = [time(&steps[since])?, time(&steps[*at])?];
                ready = [
                    ready[0].min(ended - created[1]),
                    ready[1].max(ended - created[0]),
                ];
            }
            since = *at;
        }
        let previous = seen
            .len()
            .checked_sub(2)
            .and_then(|place| seen.get(place))?;
        Some(Recorded {
            ready: [ready[0].max(0), ready[1]],
            complete: [
                time(&steps[*previous])? - begin,
                time(&steps[last])? - begin,
            ],
        })
    }

    /// The owners of the workload's pods.
    fn owners(&self, snapshot: &Value, name: &str) -> BTreeSet<String> {
        let own = format!("{}/{name}", self.kind);
        let sets = snapshot["replicasets"].as_array().into_iter().flatten();
        let sets = sets.filter(|set| is_owned(set, &own));
        let sets = sets.filter_map(|set| Some(format!("ReplicaSet/{}", set["name"].as_str()?)));
        sets.chain([own.clone()]).collect()
    }

    /// Available pods, and all pods.
    fn count(&self, snapshot: &Value, name: &str) -> (i64, i64) {
        let owners = self.owners(snapshot, name);
        let pods = snapshot["pods"].as_array().into_iter().flatten();
        let pods = pods.filter(|pod| owners.iter().any(|owner| is_owned(pod, owner)));
        let workloads = snapshot[self.list].as_array().into_iter().flatten();
        let available = workloads
            .filter(|one| one["name"] == name)
            .map(|one| status(one, "availableReplicas"));
        (
            available.sum(),
            i64::try_from(pods.count()).unwrap_or(i64::MAX),
        )
    }

    /// The pods that were created since the snapshot before.
    fn created<'s>(&self, snapshot: &'s Value, name: &str) -> Vec<&'s str> {
        let owners = self.owners(snapshot, name).into_iter();
        let writes = owners.filter_map(|owner| snapshot["podWrites"][&*owner].as_array());
        let created = writes.flatten().filter(|write| write[0] == "create");
        created.filter_map(|write| write[1].as_str()).collect()
    }
}

/// When a step ended, in milliseconds since the start of the scenario.
#[allow(clippy::cast_possible_truncation, reason = "seconds with one digit")]
fn time(step: &Value) -> Option<i64> {
    Some((step["t"].as_f64()? * 1000.0) as i64)
}

fn is_owned(object: &Value, owner: &str) -> bool {
    let mut owners = object["owners"].as_array().into_iter().flatten();
    owners.any(|known| known == owner)
}

fn status(workload: &Value, field: &str) -> i64 {
    workload["status"][field].as_i64().unwrap_or(0)
}

/// Whether all pods are available and of the current revision.
fn is_complete(workload: &Value) -> bool {
    let wanted = workload["spec"]["replicas"].as_i64().unwrap_or(1);
    let counts = ["replicas", "updatedReplicas", "availableReplicas"];
    let revisions = ["currentRevision", "updateRevision"].map(|field| &workload["status"][field]);
    wanted > 0
        && workload["generation"] == workload["status"]["observedGeneration"]
        && counts.iter().all(|field| status(workload, field) == wanted)
        && revisions[0] == revisions[1]
}

/// Whether the template has changed: a Deployment has another revision then, a StatefulSet another update revision.
fn has_new_template(before: &Value, after: &Value) -> bool {
    let revision = |workload: &Value| {
        let annotation = &workload["annotations"]["deployment.kubernetes.io/revision"];
        (
            annotation.clone(),
            workload["status"]["updateRevision"].clone(),
        )
    };
    revision(before) != revision(after)
}
