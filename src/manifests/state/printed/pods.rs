//! Pods: what READY, STATUS and RESTARTS say about their containers (`printPod` in
//! `pkg/printers/internalversion/printers.go`, read backwards).

use super::fault::LineFault;
use super::{Ending, GRACE, Gathered, Owner, tables, templates, times};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Key;
use crate::api::time::Time;
use serde_json::{Value, json};
use std::cmp::Ordering;

/// At most so many containers are read.
const CONTAINERS_MAX: usize = 100;
/// Nodes on which pods are if neither they nor nodes are given.
const NODES: [&str; 3] = ["node-1", "node-2", "node-3"];
/// Exit codes that follow from the reasons of terminated containers.
const EXITS: [(&str, i64); 6] = [
    ("Completed", 0),
    ("Error", 1),
    ("OOMKilled", 137),
    ("ContainerCannotRun", 127),
    ("StartError", 128),
    ("ContainerStatusUnknown", 137),
];
/// Reasons of failed pods, which `kubectl get` prints instead of those of their containers.
const FAILED: [&str; 13] = [
    "Evicted",
    "Failed",
    "DeadlineExceeded",
    "NodeAffinity",
    "NodeShutdown",
    "Terminated",
    "Shutdown",
    "Preempting",
    "UnexpectedAdmissionError",
    "OutOfcpu",
    "OutOfmemory",
    "OutOfpods",
    "TopologyAffinityError",
];

/// READY, STATUS and RESTARTS.
pub struct PodRow {
    ready: usize,
    /// Number of containers.
    pub total: usize,
    status: String,
    restarts: i64,
    /// Seconds since the last restart.
    ago: Option<i64>,
}

/// How the containers that are not ready are.
enum Rest {
    Running,
    Waiting(String),
    Ended { reason: String, code: i64 },
}

impl PodRow {
    /// The row with these cells.
    ///
    /// # Errors
    /// A cell is not what kubectl prints.
    pub fn of<'c>(cell: &dyn Fn(&str) -> Option<&'c str>) -> Result<Self, LineFault> {
        let (ready, total) = tables::pair(cell, "READY")?;
        let [ready, total] =
            [ready, total].map(|count| usize::try_from(count).unwrap_or(usize::MAX));
        if ready > total || total > CONTAINERS_MAX {
            return Err(LineFault::Cell {
                name: "READY",
                text: format!("{ready}/{total}"),
            });
        }
        let restarts = cell("RESTARTS").unwrap_or_default();
        let (count, ago) = restarts.split_once(" (").unwrap_or((restarts, ""));
        let count: i32 = count.parse().map_err(|_| LineFault::Cell {
            name: "RESTARTS",
            text: restarts.to_owned(),
        })?;
        Ok(Self {
            ready,
            total,
            status: cell("STATUS").unwrap_or_default().to_owned(),
            restarts: count.max(0).into(),
            ago: ago.strip_suffix(" ago)").and_then(times::age),
        })
    }

    /// When a container was restarted last.
    fn restarted(&self, now: Time) -> String {
        let ago = self.ago.unwrap_or(0);
        now.plus_seconds(-ago).to_string()
    }
}

/// Gives each pod its spec and its status.
pub fn fill(gathered: &mut Gathered, now: Time) {
    let nodes = gathered.keys(Kind::Node);
    let nodes: Vec<String> = match nodes.is_empty() {
        true => NODES.map(str::to_owned).into(),
        false => nodes.iter().map(|node| node.name.to_string()).collect(),
    };
    for (place, key) in gathered.keys(Kind::Pod).iter().enumerate() {
        let Some(mut found) = gathered.found.remove(key) else {
            continue;
        };
        let owner = match &found.owner {
            Owner::Is(owner) => gathered.found.get(owner).map(|owner| owner.value.clone()),
            _ => None,
        };
        spec(gathered, key, &mut found, owner.as_ref());
        let described = found.is_described;
        match found.row.take().filter(|_| !described) {
            Some(row) => {
                let node = nodes.get(place % nodes.len()).cloned().unwrap_or_default();
                listed(gathered, key, &mut found, &row, &node, now);
            }
            None => self::described(gathered, key, &mut found.value),
        }
        let address = found.value["status"]["podIP"].clone();
        if !address.is_null() {
            found.value["status"]["podIPs"] = json!([{ "ip": address }]);
        }
        if let Some(Ending { grace, past }) = found.ending {
            let due = now.plus_seconds(-past).to_string();
            found.value["metadata"]["deletionTimestamp"] = due.into();
            found.value["metadata"]["deletionGracePeriodSeconds"] = grace.into();
        }
        gathered.found.insert(key.clone(), found);
    }
}

/// The spec of a pod of a table: that of its owner's template, with as many containers as READY counts.
fn spec(gathered: &mut Gathered, key: &Key, found: &mut super::Found, owner: Option<&Value>) {
    let total = found.row.as_ref().map_or(1, |row| row.total);
    let template = owner.map_or(&Value::Null, |owner| owner.at("spec.template"));
    if !found.is_described {
        let node = found.value["spec"]["nodeName"].take();
        let mut spec = template.at("spec").clone();
        let known = spec.list("containers").len();
        if spec.is_null() {
            spec = json!({ "containers": [] });
        }
        if total > known {
            let more = templates::made_up(&key.name, "unknown", known, total);
            let images = more.iter().map(|one| one.text("image").to_owned());
            gathered.assumed.images.extend(images);
            if let Some(containers) = spec["containers"].as_array_mut() {
                containers.extend(more);
            }
        } else if let Some(containers) = spec["containers"].as_array_mut() {
            containers.truncate(total);
        }
        if !node.is_null() {
            spec["nodeName"] = node;
        }
        found.value["spec"] = spec;
    }
    if found.value.map("metadata.labels").is_none() {
        found.value["metadata"]["labels"] = template.at("metadata.labels").clone();
    }
}

/// The status of a pod of a table.
fn listed(
    gathered: &mut Gathered,
    key: &Key,
    found: &mut super::Found,
    row: &PodRow,
    node: &str,
    now: Time,
) {
    let created = found.value.text("metadata.creationTimestamp").to_owned();
    let (rest, init) = rest(&row.status);
    let is_scheduled = place(gathered, key, found, row, node);
    let ends = matches!(rest, Rest::Ended { code: 1, .. });
    gathered.assumed.exits |= ends || matches!(rest, Rest::Waiting(_)) && row.restarts > 0;
    let value = &mut found.value;
    let is_failed = FAILED.contains(&&*row.status);
    let statuses = match is_failed || row.status == "Pending" || !is_scheduled {
        true => Vec::new(),
        false => containers(value, row, &rest, init.is_some(), (&created, now)),
    };
    let is_initialized = is_scheduled && init.is_none();
    if let Some(init) = init {
        let made = init_containers(value, &key.name, &init, row, (&created, now));
        value["status"]["initContainerStatuses"] = made.into();
    }
    let is_waiting =
        |status: &Value| status.has("state.waiting") && !status.has("lastState.terminated");
    // Controllers restart the containers of their pods, but those of other pods may have ended for good.
    let is_over = matches!(rest, Rest::Ended { .. }) && found.owner == Owner::None;
    let phase = match &rest {
        _ if is_failed => "Failed",
        Rest::Ended { code: 0, .. } if is_over => "Succeeded",
        Rest::Ended { .. } if is_over => "Failed",
        _ if statuses.is_empty() || statuses.iter().any(is_waiting) => "Pending",
        _ => "Running",
    };
    if is_over {
        value["spec"]["restartPolicy"] = "Never".into();
    }
    let is_ready = row.ready == row.total && phase == "Running";
    let since = since(&statuses, &created);
    let status = &mut value["status"];
    status["phase"] = phase.into();
    status["conditions"] = conditions([is_scheduled, is_initialized, is_ready], &since);
    if is_scheduled {
        status["startTime"] = created.into();
    }
    if is_failed {
        status["reason"] = row.status.as_str().into();
    }
    if !statuses.is_empty() {
        status["containerStatuses"] = statuses.into();
    }
}

/// Puts a pod on a node, unless it waits for one; whether it is on one. And begins its deletion.
fn place(
    gathered: &mut Gathered,
    key: &Key,
    found: &mut super::Found,
    row: &PodRow,
    node: &str,
) -> bool {
    if row.status == "Terminating" {
        gathered.assumed.endings.insert(key.to_string());
        found.ending = Some(Ending {
            grace: GRACE,
            past: -GRACE,
        });
    }
    if found.value.has("spec.nodeName") {
        return true;
    }
    if matches!(&*row.status, "Pending" | "SchedulingGated") {
        gathered.assumed.pending.insert(key.to_string());
        return false;
    }
    gathered.assumed.nodes = true;
    found.value["spec"]["nodeName"] = node.into();
    true
}

/// How the containers that are not ready are, and the state of init containers if these are not done.
fn rest(status: &str) -> (Rest, Option<String>) {
    let one = |status: &str| {
        let known = EXITS.iter().find(|(reason, _)| *reason == status);
        let number = |begin: &str| status.strip_prefix(begin)?.parse::<i16>().ok();
        match (known, number("ExitCode:"), number("Signal:")) {
            (Some((reason, code)), ..) => Rest::Ended {
                reason: (*reason).to_owned(),
                code: *code,
            },
            (_, Some(code), _) => Rest::Ended {
                reason: String::new(),
                code: code.into(),
            },
            (.., Some(signal)) => Rest::Ended {
                reason: String::new(),
                code: 128 + i64::from(signal),
            },
            _ => Rest::Waiting(status.to_owned()),
        }
    };
    match status {
        "Running" | "Terminating" | "Unknown" | "NodeLost" | "Pending" | "SchedulingGated" => {
            (Rest::Running, None)
        }
        "NotReady" => (one("Completed"), None),
        _ => match status.strip_prefix("Init:") {
            Some(init) => (
                Rest::Waiting("PodInitializing".to_owned()),
                Some(init.to_owned()),
            ),
            None => (one(status), None),
        },
    }
}

/// The state of a container that is not ready.
fn state(rest: &Rest, started: &str, ended: &str) -> Value {
    match rest {
        Rest::Running => json!({ "running": { "startedAt": started } }),
        Rest::Waiting(reason) => json!({ "waiting": { "reason": reason } }),
        Rest::Ended { reason, code } => json!({ "terminated": {
            "reason": reason,
            "exitCode": code,
            "startedAt": started,
            "finishedAt": ended,
        } }),
    }
}

/// The status of a container, of which kubectl prints only a part.
fn status(
    spec: &Value,
    own: &Rest,
    is_ready: bool,
    restarts: i64,
    [created, restarted]: [&str; 2],
) -> Value {
    let started = if restarts > 0 { restarted } else { created };
    let mut status = json!({
        "name": spec["name"],
        "image": spec["image"],
        "imageID": "",
        "ready": is_ready,
        "started": matches!(own, Rest::Running),
        "restartCount": restarts,
        "state": state(own, started, restarted),
    });
    if restarts > 0 {
        let last = Rest::Ended {
            reason: "Error".to_owned(),
            code: 1,
        };
        status["lastState"] = state(&last, created, restarted);
    }
    status
}

/// The statuses of the containers: the first ones are ready, and the others have been restarted.
fn containers(
    value: &Value,
    row: &PodRow,
    rest: &Rest,
    is_initializing: bool,
    (created, now): (&str, Time),
) -> Vec<Value> {
    let restarted = row.restarted(now);
    let broken = row.total - row.ready;
    // The restarts are those of containers that are not ready, if there are any.
    let first = if broken == 0 { 0 } else { row.ready };
    let share = i64::try_from(broken.max(1)).unwrap_or(1);
    let specs = value.list("spec.containers").iter().take(row.total);
    let one = |(place, spec): (usize, &Value)| {
        let is_ready = place < row.ready;
        let restarts = match place {
            _ if place < first || is_initializing => 0,
            _ if place == first => row.restarts / share + row.restarts % share,
            _ if broken > 0 => row.restarts / share,
            _ => 0,
        };
        let own = if is_ready { &Rest::Running } else { rest };
        status(spec, own, is_ready, restarts, [created, &restarted])
    };
    specs.enumerate().map(one).collect()
}

/// The statuses of init containers, which are made up if the template has none: `Init:1/2`, `Init:CrashLoopBackOff`.
fn init_containers(
    value: &mut Value,
    name: &str,
    init: &str,
    row: &PodRow,
    (created, now): (&str, Time),
) -> Vec<Value> {
    let number = |text: &str| {
        let count = text.parse::<u8>().ok();
        count
            .map(usize::from)
            .filter(|count| *count <= CONTAINERS_MAX)
    };
    let counts = init.split_once('/');
    let counts = counts.and_then(|(done, all)| Some((number(done)?, number(all)?)));
    let mut specs = value.list("spec.initContainers").to_vec();
    let (done, all) = counts.unwrap_or((0, specs.len().max(1)));
    for place in specs.len()..all {
        let image = format!("{name}-init:unknown");
        specs.push(json!({ "name": format!("init-{}", place + 1), "image": image }));
    }
    let restarted = row.restarted(now);
    let pending = match counts {
        Some(_) => Rest::Running,
        None => rest(init).0,
    };
    let complete = Rest::Ended {
        reason: "Completed".to_owned(),
        code: 0,
    };
    let wait = Rest::Waiting("PodInitializing".to_owned());
    let one = |(place, spec): (usize, &Value)| {
        let (own, restarts) = match place.cmp(&done) {
            Ordering::Less => (&complete, 0),
            Ordering::Equal => (&pending, row.restarts),
            Ordering::Greater => (&wait, 0),
        };
        status(spec, own, place < done, restarts, [created, &restarted])
    };
    let statuses = specs.iter().enumerate().map(one).collect();
    value["spec"]["initContainers"] = specs.into();
    statuses
}

/// When the last container started.
fn since(statuses: &[Value], created: &str) -> String {
    let started = statuses
        .iter()
        .map(|status| status.text("state.running.startedAt"));
    let last = started.max().filter(|last| *last > created);
    last.unwrap_or(created).to_owned()
}

fn conditions([is_scheduled, is_initialized, is_ready]: [bool; 3], since: &str) -> Value {
    let all = [
        ("PodScheduled", is_scheduled),
        ("Initialized", is_initialized),
        ("ContainersReady", is_ready),
        ("Ready", is_ready),
    ];
    let conditions = all.into_iter().map(|(kind, holds)| {
        let status = if holds { "True" } else { "False" };
        let mut condition = json!({ "type": kind, "status": status, "lastTransitionTime": since });
        if kind == "PodScheduled" && !holds {
            condition["reason"] = "Unschedulable".into();
        }
        condition
    });
    conditions.collect()
}

/// Adds to a described pod what its description says elsewhere, or not at all.
fn described(gathered: &Gathered, key: &Key, value: &mut Value) {
    let created = value.text("metadata.creationTimestamp").to_owned();
    let events = gathered.events.iter().rev();
    let why = events
        .filter(|event| event.about == *key && event.reason == "FailedScheduling")
        .map(|event| event.message.clone())
        .next();
    let since = since(value.list("status.containerStatuses"), &created);
    let has_run = value
        .list("status.containerStatuses")
        .iter()
        .any(|status| !status.has("state.waiting") || status.has("lastState.terminated"));
    let status = &mut value["status"];
    if !matches!(
        status.text("phase"),
        "Pending" | "Running" | "Succeeded" | "Failed" | "Unknown"
    ) {
        // Terminating
        status["phase"] = if has_run { "Running" } else { "Pending" }.into();
    }
    for condition in status["conditions"].as_array_mut().into_iter().flatten() {
        let is_unscheduled =
            condition.text("type") == "PodScheduled" && condition.text("status") == "False";
        condition["lastTransitionTime"] = since.as_str().into();
        if is_unscheduled {
            condition["reason"] = "Unschedulable".into();
            condition["message"] = why.clone().unwrap_or_default().into();
        }
    }
}
