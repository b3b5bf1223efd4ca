//! Selectors and pod templates of workloads, as far as the text tells.

use super::{Found, Gathered, Owner, owners, selectors, volumes};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::Look;
use crate::api::object::Key;
use serde_json::{Map, Value, json};

/// The label with the hash of a ReplicaSet's template.
pub const HASH: &str = "pod-template-hash";
/// Labels that controllers give their pods.
const OWN_LABELS: [&str; 4] = [
    HASH,
    "controller-revision-hash",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
];

/// Gives each workload a selector and a template.
pub fn fill(gathered: &mut Gathered) {
    for key in gathered.keys(Kind::Deployment) {
        of_deployment(gathered, &key);
    }
    for kind in [Kind::ReplicaSet, Kind::StatefulSet] {
        for key in gathered.keys(kind) {
            let deployment = match &gathered.found[&key].owner {
                Owner::Is(owner) if owner.kind == Kind::Deployment => Some(owner.clone()),
                _ => None,
            };
            of_set(gathered, &key, deployment.as_ref());
        }
    }
}

/// The ReplicaSets of a Deployment, the oldest first.
pub fn sets_of(gathered: &Gathered, deployment: &Key) -> Vec<Key> {
    let mut sets = gathered.owned(Kind::ReplicaSet, deployment);
    light::sort(&mut sets, |one, other| {
        let age = |key: &Key| gathered.found[key].value.text("metadata.creationTimestamp");
        age(one).cmp(age(other)).then_with(|| one.cmp(other))
    });
    sets
}

/// The ReplicaSet with a Deployment's template: the one that a description names, or else the one whose images and
/// number of replicas are the Deployment's, and of several the youngest.
pub fn new_set(gathered: &mut Gathered, deployment: &Key) -> Option<Key> {
    if let Some(known) = gathered.new_sets.get(deployment) {
        return known.clone();
    }
    let mut sets = sets_of(gathered, deployment);
    let own = &gathered.found[deployment].value;
    let wanted = images(own);
    sets.retain(|set| {
        let images = images(&gathered.found[set].value);
        wanted.is_empty() || images.is_empty() || images == wanted
    });
    let updated = own.at("status.updatedReplicas").as_i64();
    let counts = |set: &&Key| gathered.found[*set].value.at("status.replicas").as_i64() == updated;
    let counted: Vec<Key> = sets.iter().filter(counts).cloned().collect();
    if updated.is_some() && !counted.is_empty() {
        sets = counted;
    }
    let new = sets.last().cloned();
    if let (Some(new), 2..) = (&new, sets.len()) {
        gathered.assumed.newest.insert(new.to_string());
    }
    gathered.new_sets.insert(deployment.clone(), new.clone());
    new
}

fn images(workload: &Value) -> Vec<&str> {
    let containers = workload.list("spec.template.spec.containers").iter();
    containers
        .map(|container| container.text("image"))
        .collect()
}

fn of_deployment(gathered: &mut Gathered, key: &Key) {
    let new = new_set(gathered, key);
    let pods = new
        .as_ref()
        .map_or_else(Vec::new, |set| gathered.owned(Kind::Pod, set));
    let own = &gathered.found[key].value;
    let set = new
        .as_ref()
        .map_or(&Value::Null, |set| &gathered.found[set].value);
    let selector = [own, set].into_iter().find_map(selector);
    let labels = selector.or_else(|| labels_of_pods(gathered, &pods));
    let templates = [own, set].map(|workload| workload.at("spec.template"));
    // A description tells more than a table.
    let described = templates.iter().find(|template| template.has("metadata"));
    let listed = described.or_else(|| templates.iter().find(|template| !template.is_null()));
    let template = listed.map(|template| (*template).clone());
    let tag = new.as_ref().map_or("unknown", owners::hash).to_owned();
    complete(gathered, key, labels, template, &pods, &tag);
}

fn of_set(gathered: &mut Gathered, key: &Key, deployment: Option<&Key>) {
    let pods = gathered.owned(Kind::Pod, key);
    let own = gathered.found[key].value.clone();
    let of_deployment = deployment.map(|key| &gathered.found[key].value);
    let is_new = deployment
        .is_some_and(|owner| gathered.new_sets.get(owner).and_then(Option::as_ref) == Some(key));
    let template = match of_deployment {
        Some(owner) if is_new => Some(owner.at("spec.template").clone()),
        _ => Some(own.at("spec.template").clone()).filter(|template| !template.is_null()),
    };
    let labels = selector(&own)
        .or_else(|| selector(of_deployment?))
        .or_else(|| labels_of_pods(gathered, &pods));
    let hash = owners::hash(key).to_owned();
    let tag = match key.kind {
        Kind::ReplicaSet => &*hash,
        _ => "unknown",
    };
    complete(gathered, key, labels, template, &pods, tag);
    if let (Some(_), Some(found)) = (deployment, gathered.found.get_mut(key)) {
        let spec = &mut found.value["spec"];
        spec["selector"]["matchLabels"][HASH] = hash.as_str().into();
        spec["template"]["metadata"]["labels"][HASH] = hash.into();
    }
}

/// The labels of a selector without those that controllers add.
fn selector(workload: &Value) -> Option<Map<String, Value>> {
    without_own(&selectors::matching(workload.at("spec.selector"))?)
}

fn without_own(labels: &Value) -> Option<Map<String, Value>> {
    let mut labels = labels.as_object()?.clone();
    labels.retain(|name, _| !OWN_LABELS.contains(&&**name));
    (!labels.is_empty()).then_some(labels)
}

fn labels_of_pods(gathered: &Gathered, pods: &[Key]) -> Option<Map<String, Value>> {
    let labels = pods
        .iter()
        .map(|pod| gathered.found[pod].value.at("metadata.labels"));
    labels.filter_map(without_own).next()
}

/// Sets the selector and the template of a workload, and makes up what is not known of them.
fn complete(
    gathered: &mut Gathered,
    key: &Key,
    labels: Option<Map<String, Value>>,
    template: Option<Value>,
    pods: &[Key],
    tag: &str,
) {
    let name = match (key.kind, &gathered.found[key].owner) {
        (Kind::ReplicaSet, Owner::Is(deployment)) => deployment.name.clone(),
        _ => key.name.clone(),
    };
    let labels = labels.unwrap_or_else(|| {
        gathered.assumed.selectors.insert(key.to_string());
        Map::from_iter([("app".to_owned(), Value::from(&*name))])
    });
    let described = pods
        .iter()
        .map(|pod| &gathered.found[pod])
        .find(|pod| pod.is_described);
    let mut inferred = Vec::new();
    let template = template.or_else(|| {
        let (spec, claims) = of_pod(described?, key.kind);
        if !claims.is_empty() {
            gathered.assumed.claims.insert(key.to_string());
            inferred = claims;
        }
        Some(json!({ "spec": spec }))
    });
    let mut template = template.unwrap_or_else(|| {
        let totals = pods
            .iter()
            .filter_map(|pod| gathered.found[pod].row.as_ref());
        let count = totals.map(|row| row.total).max().unwrap_or(1);
        let containers = made_up(&name, tag, 0, count);
        let images = containers.iter().map(|one| one.text("image").to_owned());
        gathered.assumed.images.extend(images);
        json!({ "spec": { "containers": containers } })
    });
    let known = template["metadata"]["labels"].as_object().cloned();
    let mut all = known
        .and_then(|known| without_own(&known.into()))
        .unwrap_or_default();
    all.extend(labels.clone());
    template["metadata"]["labels"] = all.into();
    let found = gathered.at(key, 1);
    if !found.value.has("spec.selector") {
        found.value["spec"]["selector"] = json!({ "matchLabels": labels });
    }
    found.value["spec"]["template"] = template;
    if !inferred.is_empty() {
        found.value["spec"]["volumeClaimTemplates"] = inferred.into();
    }
}

/// The spec of a pod as its template has it, and the claim templates of its StatefulSet.
fn of_pod(pod: &Found, kind: Kind) -> (Value, Vec<Value>) {
    let mut spec = pod.value.at("spec").clone();
    if let Some(fields) = spec.as_object_mut() {
        fields.remove("nodeName");
    }
    let claims = match kind {
        Kind::StatefulSet => volumes::claims_of_pod(&mut spec, pod.value.text("metadata.name")),
        _ => Vec::new(),
    };
    (spec, claims)
}

/// Containers of which only the number is known: those from a place on.
pub fn made_up(name: &str, tag: &str, from: usize, to: usize) -> Vec<Value> {
    let one = |place: usize| {
        let (end, number) = match place {
            0 => (String::new(), String::new()),
            _ => (format!("-{}", place + 1), format!("-{}", place + 1)),
        };
        json!({ "name": format!("app{number}"), "image": format!("{name}{end}:{tag}") })
    };
    (from..to).map(one).collect()
}
