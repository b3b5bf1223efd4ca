//! Texts of `kubectl describe` of Deployments, ReplicaSets, StatefulSets and pods.

use super::fault::LineFault;
use super::section::{self, Paragraph};
use super::{
    Ending, GRACE, Gathered, NAMESPACE, Owner, containers, events, selectors, times, volumes,
};
use crate::api::kind::Kind;
use crate::api::object::Key;
use serde_json::{Map, Value, json};

/// Fields by which descriptions of a kind are told apart, in this order.
const TOLD_BY: [(Kind, [&str; 2]); 4] = [
    (Kind::Deployment, ["StrategyType", "Replicas"]),
    (Kind::StatefulSet, ["Update Strategy", "Replicas"]),
    (Kind::ReplicaSet, ["Replicas", "Pods Status"]),
    (Kind::Pod, ["Node", "Status"]),
];
/// The end of a ReplicaSet in the list of a Deployment's.
const CREATED: &str = " replicas created)";

/// Reads a description, which begins on a line.
pub fn read(gathered: &mut Gathered, lines: &[&str], number: u32) {
    let lines = section::lines(lines);
    let block = Paragraph(&lines);
    let name = block.value("Name");
    let has_all = |fields: &[&str; 2]| fields.iter().all(|field| block.has(field));
    let told = TOLD_BY.iter().find(|(_, fields)| has_all(fields));
    let Some((kind, _)) = told else {
        return gathered.refuse(number, LineFault::Description(name.to_owned()));
    };
    let namespace = match block.value("Namespace") {
        "" => NAMESPACE,
        namespace => namespace,
    };
    let key = Key::of(*kind, namespace, name);
    let owner = owner(block, namespace);
    gathered.events.extend(events::read(block, &key));
    let sets = replica_sets(block, &key);
    let found = gathered.at(&key, number);
    found.is_described = true;
    if *kind != Kind::Deployment {
        found.owner = owner;
    }
    meta(&mut found.value, block);
    let filled = match kind {
        Kind::Deployment => deployment(&mut found.value, block),
        Kind::StatefulSet => stateful_set(&mut found.value, block),
        Kind::ReplicaSet => replica_set(&mut found.value, block),
        _ => {
            found.ending = ending(block);
            pod(&mut found.value, block);
            Ok(())
        }
    };
    if let Err(fault) = filled {
        gathered.refuse(number, fault);
    }
    if *kind == Kind::Deployment && block.has("NewReplicaSet") {
        gathered.new_sets.insert(key.clone(), None);
    }
    for (set, is_new, current, wanted) in sets {
        let found = gathered.at(&set, number);
        found.owner = Owner::Is(key.clone());
        found.value["spec"]["replicas"] = wanted.into();
        found.value["status"]["replicas"] = current.into();
        if is_new {
            gathered.new_sets.insert(key.clone(), Some(set));
        }
    }
    unread(gathered, block);
}

/// Names what descriptions say and is not read.
fn unread(gathered: &mut Gathered, block: Paragraph<'_, '_>) {
    for block in [block, block.below("Pod Template")] {
        let (_, types) = volumes::volumes(block);
        let types = types.iter().map(|kind| format!("Volumes ({kind})"));
        gathered.assumed.unread.extend(types);
        for part in ["Containers", "Init Containers"] {
            for (_, own) in block.below(part).each() {
                let names = containers::unread(own).into_iter();
                gathered.assumed.unread.extend(names.map(str::to_owned));
            }
        }
    }
}

/// `Controlled By: ReplicaSet/web-5d4f8c7b9`
fn owner(block: Paragraph<'_, '_>, namespace: &str) -> Owner {
    let Some((kind, name)) = block.value("Controlled By").split_once('/') else {
        return Owner::None;
    };
    let kinds = [Kind::Deployment, Kind::ReplicaSet, Kind::StatefulSet];
    let kind = kinds.into_iter().find(|known| known.name() == kind);
    kind.map_or(Owner::None, |kind| {
        Owner::Is(Key::of(kind, namespace, name))
    })
}

fn meta(value: &mut Value, block: Paragraph<'_, '_>) {
    let metadata = &mut value["metadata"];
    if let Some(time) = times::absolute(block.value("CreationTimestamp")) {
        metadata["creationTimestamp"] = time.to_string().into();
    }
    metadata["labels"] = labels(block, "Labels");
    metadata["annotations"] = annotations(block);
}

fn labels(block: Paragraph<'_, '_>, field: &str) -> Value {
    let listed = block.listed(field).into_iter();
    let map: Map<String, Value> = listed
        .filter_map(|pair| pair.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    map.into()
}

/// The annotations whose values are on the lines of their names; longer ones are cut off in descriptions.
fn annotations(block: Paragraph<'_, '_>) -> Value {
    let listed = block.listed("Annotations").into_iter();
    let is_key = |key: &str| {
        key.chars()
            .all(|letter| letter.is_ascii_alphanumeric() || "-_./".contains(letter))
    };
    let map: Map<String, Value> = listed
        .filter_map(|pair| pair.split_once(": "))
        .filter(|(key, _)| is_key(key))
        .map(|(key, value)| (key.to_owned(), value.trim().into()))
        .collect();
    map.into()
}

/// The whole numbers in a field: as many as are wanted.
fn numbers<const N: usize>(
    block: Paragraph<'_, '_>,
    name: &'static str,
) -> Result<[i64; N], LineFault> {
    let text = block.value(name);
    let words = text.split_whitespace();
    let numbers = words
        .filter_map(|word| word.parse::<u32>().ok())
        .map(i64::from);
    let numbers: Vec<i64> = numbers.collect();
    numbers.try_into().map_err(|_| LineFault::Cell {
        name,
        text: text.to_owned(),
    })
}

fn deployment(value: &mut Value, block: Paragraph<'_, '_>) -> Result<(), LineFault> {
    let [wanted, updated, total, available, unavailable] = numbers(block, "Replicas")?;
    workload(value, block, wanted);
    let status = &mut value["status"];
    for (field, count) in [
        ("replicas", total),
        ("updatedReplicas", updated),
        ("availableReplicas", available),
        ("unavailableReplicas", unavailable),
    ] {
        status[field] = count.into();
    }
    let spec = &mut value["spec"];
    spec["strategy"]["type"] = block.value("StrategyType").into();
    let rolling = block.value("RollingUpdateStrategy");
    for part in rolling.split(", ") {
        for (end, field) in [
            (" max unavailable", "maxUnavailable"),
            (" max surge", "maxSurge"),
        ] {
            if let Some(count) = part.strip_suffix(end) {
                spec["strategy"]["rollingUpdate"][field] = count_or_percent(count);
            }
        }
    }
    if let Ok(seconds @ 1..) = block.value("MinReadySeconds").parse::<i32>() {
        spec["minReadySeconds"] = seconds.into();
    }
    Ok(())
}

fn count_or_percent(text: &str) -> Value {
    match text.parse::<i32>() {
        Ok(count) => count.into(),
        Err(_) => text.into(),
    }
}

fn replica_set(value: &mut Value, block: Paragraph<'_, '_>) -> Result<(), LineFault> {
    let [current, wanted] = numbers(block, "Replicas")?;
    workload(value, block, wanted);
    value["status"]["replicas"] = current.into();
    Ok(())
}

fn stateful_set(value: &mut Value, block: Paragraph<'_, '_>) -> Result<(), LineFault> {
    let [wanted, total] = numbers(block, "Replicas")?;
    workload(value, block, wanted);
    value["status"]["replicas"] = total.into();
    let spec = &mut value["spec"];
    spec["updateStrategy"]["type"] = block.value("Update Strategy").into();
    let rolling = block.below("Update Strategy");
    if let Ok(partition) = rolling.value("Partition").parse::<i32>() {
        spec["updateStrategy"]["rollingUpdate"]["partition"] = partition.into();
    }
    if rolling.has("MaxUnavailable") {
        let count = count_or_percent(rolling.value("MaxUnavailable"));
        spec["updateStrategy"]["rollingUpdate"]["maxUnavailable"] = count;
    }
    for (title, field) in [
        ("Service Name", "serviceName"),
        ("Pod Management Policy", "podManagementPolicy"),
    ] {
        if block.has(title) {
            spec[field] = block.value(title).into();
        }
    }
    let claims = volumes::claims(block);
    if !claims.is_empty() {
        spec["volumeClaimTemplates"] = claims.into();
    }
    Ok(())
}

/// Replicas, selector, template and conditions.
fn workload(value: &mut Value, block: Paragraph<'_, '_>, wanted: i64) {
    value["spec"]["replicas"] = wanted.into();
    if let Some(selector) = selectors::selector(block.value("Selector")) {
        value["spec"]["selector"] = selector;
    }
    let template = block.below("Pod Template");
    let (containers, _) = containers::read(template.below("Containers"));
    if !containers.is_empty() {
        let mut metadata = json!({ "labels": labels(template, "Labels") });
        if template.has("Annotations") {
            metadata["annotations"] = annotations(template);
        }
        let mut spec = json!({ "containers": containers });
        pod_spec(&mut spec, template, &volumes::claims(block));
        value["spec"]["template"] = json!({ "metadata": metadata, "spec": spec });
    }
    // The header and a rule come first.
    let rows = block.below("Conditions").0.iter().skip(2);
    let conditions = rows.filter_map(|row| {
        let mut words = row.text.split_whitespace();
        let (kind, status) = (words.next()?, words.next()?);
        Some(json!({ "type": kind, "status": status, "reason": words.next().unwrap_or_default() }))
    });
    let conditions: Vec<Value> = conditions.collect();
    if !conditions.is_empty() {
        value["status"]["conditions"] = conditions.into();
    }
}

/// What pods and pod templates share beside their containers; a template may mount the claims of its StatefulSet.
fn pod_spec(spec: &mut Value, block: Paragraph<'_, '_>, claims: &[Value]) {
    let (init, _) = containers::read(block.below("Init Containers"));
    if !init.is_empty() {
        spec["initContainers"] = init.into();
    }
    if block.has("Service Account") {
        spec["serviceAccountName"] = block.value("Service Account").into();
    }
    let selector = labels(block, "Node-Selectors");
    if selector.as_object().is_some_and(|map| !map.is_empty()) {
        spec["nodeSelector"] = selector;
    }
    for (field, listed) in [
        ("volumes", volumes::volumes(block).0),
        ("tolerations", volumes::tolerations(block)),
    ] {
        if !listed.is_empty() {
            spec[field] = listed.into();
        }
    }
    volumes::drop_mounts(spec, claims);
}

/// `Terminating (lasts 5s)`; kubectl prints `<invalid>` until the grace period has passed.
fn ending(block: Paragraph<'_, '_>) -> Option<Ending> {
    let lasts = block.value("Status").strip_prefix("Terminating (lasts ")?;
    let grace = times::age(block.value("Termination Grace Period")).unwrap_or(GRACE);
    let past = times::age(lasts.trim_end_matches(')'));
    Some(Ending {
        grace,
        past: past.unwrap_or(-grace),
    })
}

fn pod(value: &mut Value, block: Paragraph<'_, '_>) {
    let spec = &mut value["spec"];
    let (containers, statuses) = containers::read(block.below("Containers"));
    let (_, init) = containers::read(block.below("Init Containers"));
    spec["containers"] = containers.into();
    pod_spec(spec, block, &[]);
    let node = block.value("Node");
    let (node, host) = node.split_once('/').unwrap_or((node, ""));
    if !node.is_empty() {
        spec["nodeName"] = node.into();
    }
    let started = times::absolute(block.value("Start Time"));
    if let Some(time) = started {
        value["metadata"]["creationTimestamp"] = time.to_string().into();
        value["status"]["startTime"] = time.to_string().into();
    }
    let status = &mut value["status"];
    status["phase"] = block.value("Status").into();
    for (title, field) in [
        ("Reason", "reason"),
        ("Message", "message"),
        ("IP", "podIP"),
    ] {
        if !block.value(title).is_empty() {
            status[field] = block.value(title).into();
        }
    }
    if !host.is_empty() {
        status["hostIP"] = host.into();
    }
    if !statuses.is_empty() {
        status["containerStatuses"] = statuses.into();
    }
    if !init.is_empty() {
        status["initContainerStatuses"] = init.into();
    }
    let rows = block.below("Conditions").0.iter().skip(1);
    let conditions = rows.filter_map(|row| {
        let (kind, status) = row.text.split_once(' ')?;
        Some(json!({ "type": kind, "status": status.trim() }))
    });
    status["conditions"] = conditions.collect();
}

/// A ReplicaSet of a Deployment, whether it is the new one, and its current and desired replicas.
type Set = (Key, bool, i64, i64);

/// `web-57794f8f99 (3/3 replicas created), web-7bb4979478 (1/1 replicas created)`
fn replica_sets(block: Paragraph<'_, '_>, deployment: &Key) -> Vec<Set> {
    let lists = [("OldReplicaSets", false), ("NewReplicaSet", true)];
    let sets = lists.into_iter().flat_map(|(field, is_new)| {
        let list = block.value(field).split(", ");
        list.filter_map(move |one| {
            let (name, counts) = one.strip_suffix(CREATED)?.split_once(" (")?;
            let (current, wanted) = counts.split_once('/')?;
            let number = |text: &str| text.parse::<u32>().ok().map(i64::from);
            let key = Key::of(Kind::ReplicaSet, &deployment.namespace, name);
            Some((key, is_new, number(current)?, number(wanted)?))
        })
    });
    sets.collect()
}
