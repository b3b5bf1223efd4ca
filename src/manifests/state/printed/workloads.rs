//! The counts, conditions and revisions of workloads, as far as the text does not say them.

use super::{Gathered, Owner, selectors, templates};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::Look;
use crate::api::object::Key;
use crate::api::time::Time;
use serde_json::{Value, json};

/// The annotation with the revision of a Deployment and its ReplicaSets.
const REVISION: &str = "deployment.kubernetes.io/revision";
/// The label with the revision of a StatefulSet's pod.
const POD_REVISION: &str = "controller-revision-hash";
/// The reason of the condition Progressing while a Deployment is paused.
const PAUSED: &str = "DeploymentPaused";
/// The part of an event's message that is not in the condition's.
const CREATING: &str = "Error creating: ";

/// Completes ReplicaSets, then Deployments, and StatefulSets.
pub fn fill(gathered: &mut Gathered, now: Time) {
    for key in gathered.keys(Kind::ReplicaSet) {
        counts(gathered, &key);
        let message = refusal(gathered, std::slice::from_ref(&key));
        conditions(gathered, &key, &message, now);
    }
    for key in gathered.keys(Kind::Deployment) {
        deployment(gathered, &key, now);
    }
    for key in gathered.keys(Kind::StatefulSet) {
        counts(gathered, &key);
        revisions(gathered, &key);
        let found = gathered.at(&key, 1);
        if found.value["spec"]["updateStrategy"].is_null() {
            gathered.assumed.strategies.insert(key.to_string());
        }
    }
}

/// Sets a number if the text does not give it.
fn otherwise(value: &mut Value, part: &str, field: &str, number: i64) -> i64 {
    let place = &mut value[part][field];
    if place.is_null() {
        *place = number.into();
    }
    place.as_i64().unwrap_or(number)
}

fn length<T>(items: impl Iterator<Item = T>) -> i64 {
    i64::try_from(items.count()).unwrap_or(i64::MAX)
}

fn is_ready(pod: &Value) -> bool {
    let mut conditions = pod.list("status.conditions").iter();
    conditions.any(|one| one.text("type") == "Ready" && one.text("status") == "True")
}

fn is_active(pod: &Value) -> bool {
    !pod.has("metadata.deletionTimestamp")
        && !matches!(pod.text("status.phase"), "Failed" | "Succeeded")
}

/// The counts of a ReplicaSet or StatefulSet: those of its pods, unless given.
fn counts(gathered: &mut Gathered, key: &Key) {
    let pods = gathered.owned(Kind::Pod, key);
    let pods: Vec<&Value> = pods.iter().map(|pod| &gathered.found[pod].value).collect();
    let is_stateful = key.kind == Kind::StatefulSet;
    let own = length(pods.iter().filter(|pod| is_stateful || is_active(pod)));
    let ready = length(pods.iter().filter(|pod| is_active(pod) && is_ready(pod)));
    let is_given = gathered.found[key].value.has("spec.replicas");
    if !is_given {
        gathered.assumed.replicas.insert(key.to_string());
    }
    let value = &mut gathered.at(key, 1).value;
    otherwise(value, "spec", "replicas", own);
    let own = otherwise(value, "status", "replicas", own);
    let ready = otherwise(value, "status", "readyReplicas", ready);
    otherwise(value, "status", "availableReplicas", ready);
    if !is_stateful {
        value["status"]["fullyLabeledReplicas"] = own.into();
    }
}

fn deployment(gathered: &mut Gathered, key: &Key, now: Time) {
    let sets = templates::sets_of(gathered, key);
    let new = gathered.new_sets.get(key).cloned().flatten();
    let value = &gathered.found[key].value;
    if !value.has("spec.replicas") && !sets.is_empty() {
        gathered.assumed.replicas.insert(key.to_string());
    }
    if !value.has("spec.strategy") {
        gathered.assumed.strategies.insert(key.to_string());
    }
    sums(gathered, key, &sets, new.as_ref());
    let message = refusal(gathered, &sets);
    conditions(gathered, key, &message, now);
    let found = gathered.at(key, 1);
    let conditions = found.value.list("status.conditions").iter();
    let is_paused = conditions
        .map(|one| one.text("reason"))
        .any(|reason| reason == PAUSED);
    if is_paused {
        found.value["spec"]["paused"] = true.into();
    }
    // Without a ReplicaSet of its template, the controller has not seen it yet, unless it waits before it creates one.
    let waits = is_paused || found.value.text("spec.strategy.type") == "Recreate";
    found.is_observed = new.is_some() || waits || sets.is_empty();
    number(gathered, key, sets, new);
}

/// The counts of a Deployment: those of its ReplicaSets, unless given.
fn sums(gathered: &mut Gathered, key: &Key, sets: &[Key], new: Option<&Key>) {
    let of = |set: &Key, field: &str| gathered.found[set].value.int(field);
    let sum = |field: &str| -> i64 {
        let counts = sets.iter().map(|set| of(set, field));
        counts.fold(0, i64::saturating_add)
    };
    let mut wanted = sum("spec.replicas");
    let running = sets.iter().filter(|set| of(set, "spec.replicas") > 0);
    if running.count() > 1 {
        wanted = without_surge(wanted);
    }
    let [total, ready, available] = [
        "status.replicas",
        "status.readyReplicas",
        "status.availableReplicas",
    ]
    .map(sum);
    let updated = new.map_or(0, |set| of(set, "status.replicas"));
    let value = &mut gathered.at(key, 1).value;
    let wanted = otherwise(value, "spec", "replicas", wanted);
    // A Deployment without its ReplicaSets has at least as many pods as it wants.
    let total = if sets.is_empty() { wanted } else { total };
    let total = otherwise(value, "status", "replicas", total);
    otherwise(value, "status", "updatedReplicas", updated);
    let available = otherwise(value, "status", "availableReplicas", available);
    let ready = ready.max(available).min(total.max(available));
    otherwise(value, "status", "readyReplicas", ready);
    let missing = total.saturating_sub(available).max(0);
    otherwise(value, "status", "unavailableReplicas", missing);
}

/// The replicas of a Deployment whose ReplicaSets have this many in the middle of a rolling update, which adds 25 %.
fn without_surge(sum: i64) -> i64 {
    let surge = |replicas: i64| replicas / 4 + i64::from(replicas % 4 > 0);
    let least = sum - surge(sum);
    let fits = |replicas: &i64| replicas + surge(*replicas) <= sum;
    (least..=sum).rev().find(fits).unwrap_or(sum)
}

/// Numbers the revisions by age, the new one last, where the text does not.
fn number(gathered: &mut Gathered, key: &Key, mut sets: Vec<Key>, new: Option<Key>) {
    sets.retain(|set| Some(set) != new.as_ref());
    sets.extend(new);
    let last = length(sets.iter()).max(1);
    let own = sets.into_iter().zip(1_i64..).chain([(key.clone(), last)]);
    for (key, number) in own.collect::<Vec<_>>() {
        if let Some(found) = gathered.found.get_mut(&key) {
            let annotations = &mut found.value["metadata"]["annotations"];
            if annotations[REVISION].is_null() {
                annotations[REVISION] = number.to_string().into();
            }
        }
    }
}

/// The last refusal to create pods, which descriptions tell in events.
fn refusal(gathered: &Gathered, sets: &[Key]) -> String {
    let mut events = gathered.events.iter().rev();
    let found = events.find(|event| event.reason == "FailedCreate" && sets.contains(&event.about));
    let message = found.map_or("", |event| &event.message);
    message.strip_prefix(CREATING).unwrap_or(message).to_owned()
}

/// Adds to conditions what tables of them do not have.
fn conditions(gathered: &mut Gathered, key: &Key, message: &str, now: Time) {
    let new = gathered.new_sets.get(key).and_then(Option::as_ref);
    let new = new.and_then(|set| gathered.found.get(set));
    let since = new
        .map_or("", |set| set.value.text("metadata.creationTimestamp"))
        .to_owned();
    let value = &mut gathered.at(key, 1).value;
    let created = value.text("metadata.creationTimestamp").to_owned();
    let since = if since.is_empty() { created } else { since };
    let conditions = value["status"]["conditions"].as_array_mut();
    for condition in conditions.into_iter().flatten() {
        let is_late = condition.text("reason") == "ProgressDeadlineExceeded";
        let at = if is_late {
            now.to_string()
        } else {
            since.clone()
        };
        condition["lastTransitionTime"] = at.as_str().into();
        if key.kind == Kind::Deployment {
            condition["lastUpdateTime"] = at.into();
        }
        let is_refusal = condition.text("type") == "ReplicaFailure";
        condition["message"] = if is_refusal { message } else { "" }.into();
    }
}

/// The revisions of a StatefulSet's pods that are known: by ordinal, with the images of the pod if it is described.
fn known_revisions<'g>(
    gathered: &'g Gathered,
    pods: &[Key],
) -> Vec<(&'g str, Option<Vec<&'g str>>)> {
    let known = pods.iter().filter_map(|pod| {
        let pod = &gathered.found[pod];
        let images = pod.is_described.then(|| images(pod.value.at("spec")));
        Some((revision(&pod.value)?, images))
    });
    known.collect()
}

fn revision(pod: &Value) -> Option<&str> {
    pod.at("metadata.labels").key(POD_REVISION).as_str()
}

fn ordinal(pod: &Key) -> u64 {
    let end = pod.name.rsplit_once('-').map(|(_, end)| end);
    end.and_then(|end| end.parse().ok()).unwrap_or(0)
}

/// The revisions of a StatefulSet: the update revision is that of its template.
fn revisions(gathered: &mut Gathered, key: &Key) {
    let mut pods = gathered.owned(Kind::Pod, key);
    light::sort(&mut pods, |one, other| ordinal(one).cmp(&ordinal(other)));
    let known = known_revisions(gathered, &pods);
    let template = images(gathered.found[key].value.at("spec.template.spec"));
    // Updates begin with the highest ordinal.
    let mut latest = known.iter().rev();
    let update = match known.iter().any(|(_, images)| images.is_some()) {
        true => latest.find(|(_, images)| images.as_ref() == Some(&template)),
        false => latest.next(),
    };
    let assumed = format!("{}-assumed", key.name);
    let update = update.map_or(assumed, |(revision, _)| (*revision).to_owned());
    let current = known
        .first()
        .map_or(&*update, |(revision, _)| revision)
        .to_owned();
    let mut counts = [0_i64; 2];
    for pod in &pods {
        let Some(found) = gathered.found.get_mut(pod) else {
            continue;
        };
        let own = revision(&found.value).unwrap_or(&update).to_owned();
        for (count, revision) in counts.iter_mut().zip([&current, &update]) {
            *count += i64::from(own == *revision);
        }
        let labels = &mut found.value["metadata"]["labels"];
        labels[POD_REVISION] = own.into();
        labels["statefulset.kubernetes.io/pod-name"] = (*pod.name).into();
        labels["apps.kubernetes.io/pod-index"] = ordinal(pod).to_string().into();
    }
    let status = &mut gathered.at(key, 1).value["status"];
    status["currentRevision"] = current.into();
    status["updateRevision"] = update.as_str().into();
    status["currentReplicas"] = counts[0].into();
    status["updatedReplicas"] = counts[1].into();
    controller_revision(gathered, key, &update);
}

/// Adds the ControllerRevision with a StatefulSet's template.
fn controller_revision(gathered: &mut Gathered, key: &Key, name: &str) {
    let set = &gathered.found[key];
    let (line, value) = (set.line, &set.value);
    let mut template = value.at("spec.template").clone();
    template["$patch"] = "replace".into();
    let revision = json!({
        "metadata": {
            "name": name,
            "creationTimestamp": value.at("metadata.creationTimestamp"),
            "labels": selectors::matching(value.at("spec.selector")),
        },
        "revision": 1,
        "data": { "spec": { "template": template } },
    });
    let found = gathered.at(
        &Key::of(Kind::ControllerRevision, &key.namespace, name),
        line,
    );
    found.value = revision;
    found.owner = Owner::Is(key.clone());
}

fn images(spec: &Value) -> Vec<&str> {
    let containers = spec.list("containers").iter();
    containers
        .map(|container| container.text("image"))
        .collect()
}
