//! The cluster in the format of recordings.

use crate::names::Names;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::store::Store;
use serde_json::{Map, Value, json};

/// Annotations that recordings omit.
const LEFT_OUT: [&str; 2] = [
    "kubectl.kubernetes.io/last-applied-configuration",
    "endpoints.kubernetes.io/last-change-trigger-time",
];

/// All objects, by kind.
pub(crate) fn objects(store: &Store, names: &Names) -> Map<String, Value> {
    let mut lists = Map::new();
    let mut list = |field: &str, values: Vec<Value>| {
        let always = ["deployments", "replicasets", "statefulsets", "pods"].contains(&field);
        if always || !values.is_empty() {
            lists.insert(field.to_owned(), Value::Array(values));
        }
    };
    list(
        "deployments",
        each(by_age(store, Kind::Deployment), names, deployment),
    );
    list(
        "replicasets",
        each(by_age(store, Kind::ReplicaSet), names, replica_set),
    );
    list(
        "statefulsets",
        each(by_age(store, Kind::StatefulSet), names, stateful_set),
    );
    list(
        "controllerrevisions",
        each(revisions(store), names, controller_revision),
    );
    list("pods", each(pods(store, names), names, pod));
    list(
        "pvcs",
        each(values(store, Kind::PersistentVolumeClaim), names, claim),
    );
    let mut services = values(store, Kind::Service);
    services.retain(|service| service["metadata"]["name"] != "kubernetes");
    list("services", each(services, names, service));
    let slices = values(store, Kind::EndpointSlice);
    list(
        "endpointslices",
        slices
            .iter()
            .map(|slice| endpoint_slice(slice, names))
            .collect(),
    );
    list(
        "hpas",
        each(
            values(store, Kind::HorizontalPodAutoscaler),
            names,
            autoscaler,
        ),
    );
    lists
}

type Fill = fn(&Value, &mut Map<String, Value>);

fn each(values: Vec<Value>, names: &Names, fill: Fill) -> Vec<Value> {
    let snapshot = |value: &Value| {
        let mut fields = metadata(value, names);
        fill(value, &mut fields);
        names.walk(&Value::Object(fields))
    };
    values.iter().map(snapshot).collect()
}

fn values(store: &Store, kind: Kind) -> Vec<Value> {
    store.list(kind, None).map(Object::to_value).collect()
}

fn by_age(store: &Store, kind: Kind) -> Vec<Value> {
    let mut values = values(store, kind);
    values.sort_by_key(|value| {
        ["creationTimestamp", "namespace", "name"].map(|field| meta_text(value, field))
    });
    values
}

fn revisions(store: &Store) -> Vec<Value> {
    let mut values = values(store, Kind::ControllerRevision);
    values.sort_by_key(|value| {
        (
            meta_text(value, "namespace"),
            value["revision"].as_i64(),
            meta_text(value, "name"),
        )
    });
    values
}

fn meta_text(value: &Value, field: &str) -> String {
    value["metadata"][field]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

/// Sorted by namespace and recorded name; pods of StatefulSets by set and ordinal.
fn pods(store: &Store, names: &Names) -> Vec<Value> {
    let mut pods: Vec<&Object> = store.list(Kind::Pod, None).collect();
    pods.sort_by_key(|pod| {
        let meta = pod.meta();
        let name = names.to_recorded(&meta.name);
        let place = match meta.controller() {
            Some(owner) if &*owner.kind == "StatefulSet" => {
                let ordinal: u32 = name
                    .rsplit('-')
                    .next()
                    .and_then(|n| n.parse().ok())
                    .unwrap_or(0);
                (owner.name.to_string(), format!("{ordinal:06}"))
            }
            _ => (name, String::new()),
        };
        (meta.namespace.to_string(), place)
    });
    pods.into_iter().map(Object::to_value).collect()
}

/// The fields common to all objects.
fn metadata(value: &Value, names: &Names) -> Map<String, Value> {
    let meta = &value["metadata"];
    let mut fields = Map::new();
    fields.insert("name".to_owned(), meta["name"].clone());
    if meta["namespace"]
        .as_str()
        .is_some_and(|namespace| namespace != "default")
    {
        fields.insert("namespace".to_owned(), meta["namespace"].clone());
    }
    copy(meta, &mut fields, &["labels"]);
    if let Some(annotations) = meta["annotations"].as_object() {
        let shown = annotations
            .iter()
            .filter(|(key, _)| !LEFT_OUT.contains(&key.as_str()));
        let shown: Map<String, Value> = shown
            .map(|(key, value)| (key.clone(), hide_times(value)))
            .collect();
        if !shown.is_empty() {
            fields.insert("annotations".to_owned(), Value::Object(shown));
        }
    }
    if meta.get("deletionTimestamp").is_some() {
        fields.insert("terminating".to_owned(), Value::Bool(true));
    }
    copy(meta, &mut fields, &["finalizers"]);
    if let Some(owners) = meta["ownerReferences"].as_array() {
        let owners = owners
            .iter()
            .map(|owner| Value::from(owner_text(owner, names)));
        fields.insert("owners".to_owned(), owners.collect());
    }
    copy(meta, &mut fields, &["generation"]);
    fields
}

fn owner_text(owner: &Value, names: &Names) -> String {
    let text = |field: &str| owner[field].as_str().unwrap_or_default();
    let flag = |field: &str| owner[field].as_bool().unwrap_or(false);
    let (controller, blocks) = (flag("controller"), flag("blockOwnerDeletion"));
    format!(
        "{}/{}{}{}",
        text("kind"),
        names.to_recorded(text("name")),
        if controller { "" } else { " (not controller)" },
        if blocks && !controller {
            " (blockOwnerDeletion)"
        } else {
            ""
        },
    )
}

/// Masks times in annotations as `<time>`.
fn hide_times(value: &Value) -> Value {
    value.as_str().map_or_else(
        || value.clone(),
        |text| Value::from(crate::normalise::normalise(text)),
    )
}

fn copy(from: &Value, to: &mut Map<String, Value>, fields: &[&str]) {
    for field in fields {
        if let Some(value) = from.get(*field) {
            to.insert((*field).to_owned(), value.clone());
        }
    }
}

fn chosen(from: &Value, fields: &[&str]) -> Map<String, Value> {
    let mut to = Map::new();
    copy(from, &mut to, fields);
    to
}

fn images(containers: &Value) -> Value {
    let containers = containers.as_array().into_iter().flatten();
    containers
        .map(|container| container["image"].clone())
        .collect()
}

/// The status without its conditions, and the conditions in a short form.
fn split_status(value: &Value) -> (Value, Vec<Value>) {
    let mut status = value.get("status").cloned().unwrap_or_else(|| json!({}));
    let conditions = status
        .as_object_mut()
        .and_then(|status| status.remove("conditions"));
    let short = |condition: &Value| {
        let text = |field: &str| {
            condition
                .get(field)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        json!({
            "type": text("type"), "status": text("status"),
            "reason": text("reason"), "message": text("message"),
        })
    };
    let conditions = conditions
        .as_ref()
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    (status, conditions.map(short).collect())
}

fn deployment(value: &Value, fields: &mut Map<String, Value>) {
    let shown = [
        "replicas",
        "paused",
        "strategy",
        "minReadySeconds",
        "revisionHistoryLimit",
        "progressDeadlineSeconds",
        "selector",
    ];
    let spec = &value["spec"];
    fields.insert("spec".to_owned(), Value::Object(chosen(spec, &shown)));
    fields.insert(
        "images".to_owned(),
        images(&spec["template"]["spec"]["containers"]),
    );
    let (status, mut conditions) = split_status(value);
    // The served order depends on which condition was written last; recordings sort them.
    conditions.sort_by_key(|condition| condition["type"].as_str().map(str::to_owned));
    fields.insert("status".to_owned(), status);
    fields.insert("conditions".to_owned(), Value::Array(conditions));
}

fn replica_set(value: &Value, fields: &mut Map<String, Value>) {
    let spec = &value["spec"];
    let shown = ["replicas", "minReadySeconds", "selector"];
    fields.insert("spec".to_owned(), Value::Object(chosen(spec, &shown)));
    fields.insert(
        "images".to_owned(),
        images(&spec["template"]["spec"]["containers"]),
    );
    let (status, conditions) = split_status(value);
    fields.insert("status".to_owned(), status);
    if !conditions.is_empty() {
        fields.insert("conditions".to_owned(), Value::Array(conditions));
    }
}

fn stateful_set(value: &Value, fields: &mut Map<String, Value>) {
    let shown = [
        "replicas",
        "serviceName",
        "podManagementPolicy",
        "updateStrategy",
        "minReadySeconds",
        "revisionHistoryLimit",
        "persistentVolumeClaimRetentionPolicy",
        "ordinals",
        "selector",
    ];
    let spec = &value["spec"];
    let mut chosen = chosen(spec, &shown);
    let claims = spec["volumeClaimTemplates"]
        .as_array()
        .into_iter()
        .flatten();
    let claims = claims
        .map(|claim| claim["metadata"]["name"].clone())
        .collect();
    chosen.insert("volumeClaimTemplates".to_owned(), claims);
    fields.insert("spec".to_owned(), Value::Object(chosen));
    fields.insert(
        "images".to_owned(),
        images(&spec["template"]["spec"]["containers"]),
    );
    fields.insert(
        "status".to_owned(),
        value.get("status").cloned().unwrap_or_else(|| json!({})),
    );
}

fn controller_revision(value: &Value, fields: &mut Map<String, Value>) {
    copy(value, fields, &["revision", "data"]);
}

fn pod(value: &Value, fields: &mut Map<String, Value>) {
    let (spec, status) = (&value["spec"], &value["status"]);
    copy(spec, fields, &["hostname", "subdomain"]);
    fields.insert(
        "node".to_owned(),
        spec.get("nodeName").cloned().unwrap_or(Value::Null),
    );
    fields.insert("phase".to_owned(), status["phase"].clone());
    copy(status, fields, &["reason"]);
    let conditions = status["conditions"].as_array().into_iter().flatten();
    let ready = |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
    fields.insert(
        "ready".to_owned(),
        Value::Bool(conditions.clone().any(ready)),
    );
    if let Some(ip) = status.get("podIP") {
        fields.insert("ip".to_owned(), ip.clone());
    }
    let containers = || status["containerStatuses"].as_array().into_iter().flatten();
    let waiting = containers().find_map(|status| status.pointer("/state/waiting/reason"));
    if let Some(reason) = waiting {
        fields.insert("waiting".to_owned(), reason.clone());
    }
    let restarts: i64 = containers()
        .filter_map(|status| status["restartCount"].as_i64())
        .sum();
    if restarts > 0 {
        fields.insert("restarts".to_owned(), restarts.into());
    }
    let volumes = spec["volumes"].as_array().into_iter().flatten();
    let claims: Map<String, Value> = volumes
        .filter_map(|volume| {
            let claim = volume.pointer("/persistentVolumeClaim/claimName")?;
            Some((volume["name"].as_str()?.to_owned(), claim.clone()))
        })
        .collect();
    if !claims.is_empty() {
        fields.insert("claims".to_owned(), Value::Object(claims));
    }
    fields.insert("images".to_owned(), images(&spec["containers"]));
}

fn claim(value: &Value, fields: &mut Map<String, Value>) {
    fields.insert("phase".to_owned(), value["status"]["phase"].clone());
    let storage = value["spec"]["resources"]["requests"]["storage"].clone();
    fields.insert("storage".to_owned(), storage);
}

fn service(value: &Value, fields: &mut Map<String, Value>) {
    let spec = &value["spec"];
    fields.insert(
        "headless".to_owned(),
        Value::Bool(spec["clusterIP"] == "None"),
    );
    fields.insert("selector".to_owned(), spec["selector"].clone());
    fields.insert("ports".to_owned(), spec["ports"].clone());
}

fn autoscaler(value: &Value, fields: &mut Map<String, Value>) {
    fields.insert("spec".to_owned(), value["spec"].clone());
}

fn endpoint_slice(value: &Value, names: &Names) -> Value {
    let endpoints = value["endpoints"].as_array().into_iter().flatten();
    let mut endpoints: Vec<Value> = endpoints
        .map(|endpoint| {
            let pod = endpoint["targetRef"]["name"].as_str().unwrap_or_default();
            json!({
                "pod": names.to_recorded(pod),
                "addresses": endpoint["addresses"],
                "hostname": endpoint["hostname"],
                "conditions": endpoint["conditions"],
            })
        })
        .collect();
    endpoints.sort_by_key(|endpoint| {
        let pod = endpoint["pod"].as_str().unwrap_or_default().to_owned();
        (pod.len(), pod)
    });
    json!({
        "service": value["metadata"]["labels"]["kubernetes.io/service-name"],
        "ports": value["ports"],
        "endpoints": endpoints,
    })
}
