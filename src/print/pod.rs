//! Rows of pods: READY, STATUS and RESTARTS (`printPod` in `pkg/printers/internalversion/printers.go`).

use serde_json::Value;

use super::{age, name, or};
use crate::api::look::Look;
use crate::api::time::Time;

pub(super) fn row(pod: &Value, now: Time) -> Vec<String> {
    let summary = summary(pod);
    let mut restarts = summary.restarts.to_string();
    if let (1.., Some(last)) = (summary.restarts, summary.last_restart) {
        restarts = format!(
            "{restarts} ({} ago)",
            super::duration::human(now.since(last))
        );
    }
    vec![
        name(pod),
        format!("{}/{}", summary.ready, summary.total),
        summary.status,
        restarts,
        age(pod, now),
        or(
            pod.list("status.podIPs")
                .first()
                .map_or("", |ip| ip.text("ip")),
            "<none>",
        )
        .to_owned(),
        or(pod.text("spec.nodeName"), "<none>").to_owned(),
        or(pod.text("status.nominatedNodeName"), "<none>").to_owned(),
        gates(pod),
    ]
}

struct Summary {
    ready: usize,
    total: usize,
    status: String,
    restarts: i64,
    last_restart: Option<Time>,
}

/// Restarts of some containers, and the end of the last run before one.
#[derive(Default)]
struct Restarts {
    count: i64,
    last: Option<Time>,
}

impl Restarts {
    fn add(&mut self, status: &Value) {
        self.count = self.count.saturating_add(status.int("restartCount"));
        // The served name is `lastState`; the internal type calls it `lastTerminationState`.
        let finished = ["lastState", "lastTerminationState"]
            .iter()
            .find_map(|field| Time::parse(status.at(field).text("terminated.finishedAt")));
        self.last = self.last.max(finished);
    }
}

fn summary(pod: &Value) -> Summary {
    let mut status = or(pod.text("status.reason"), pod.text("status.phase")).to_owned();
    if pod.list("status.conditions").iter().any(|condition| {
        condition.text("type") == "PodScheduled" && condition.text("reason") == "SchedulingGated"
    }) {
        status = "SchedulingGated".to_owned();
    }
    let init = initialization(pod);
    let mut summary = Summary {
        ready: init.ready_sidecars,
        total: pod.list("spec.containers").len()
            + pod
                .list("spec.initContainers")
                .iter()
                .filter(|container| restartable(container))
                .count(),
        status,
        restarts: init.all.count,
        last_restart: init.all.last,
    };
    let initialized = condition_is_true(pod, "Initialized");
    if let Some(pending) = &init.pending {
        summary.status.clone_from(pending);
    }
    if init.pending.is_none() || initialized {
        let mut restarts = init.sidecars;
        running(pod, &mut summary, &mut restarts);
        summary.restarts = restarts.count;
        summary.last_restart = restarts.last;
    }
    if pod.has("metadata.deletionTimestamp") {
        if pod.text("status.reason") == "NodeLost" {
            summary.status = "Unknown".to_owned();
        } else if !matches!(pod.text("status.phase"), "Succeeded" | "Failed") {
            summary.status = "Terminating".to_owned();
        }
    }
    summary
}

struct Initialization {
    /// The status that the first unfinished init container gives the pod.
    pending: Option<String>,
    ready_sidecars: usize,
    all: Restarts,
    sidecars: Restarts,
}

/// Init containers run one after the other: the first that has not come to a good end decides.
fn initialization(pod: &Value) -> Initialization {
    let containers = pod.list("spec.initContainers");
    let mut init = Initialization {
        pending: None,
        ready_sidecars: 0,
        all: Restarts::default(),
        sidecars: Restarts::default(),
    };
    for (index, status) in pod.list("status.initContainerStatuses").iter().enumerate() {
        let name = status.text("name");
        let sidecar = containers
            .iter()
            .any(|container| container.text("name") == name && restartable(container));
        init.all.add(status);
        if sidecar {
            init.sidecars.add(status);
        }
        let terminated = status.has("state.terminated");
        if terminated && status.int("state.terminated.exitCode") == 0 {
            continue;
        }
        if sidecar && status.flag("started") {
            init.ready_sidecars += usize::from(status.flag("ready"));
            continue;
        }
        let waiting = status.text("state.waiting.reason");
        init.pending = Some(if terminated {
            format!("Init:{}", end(status))
        } else if !waiting.is_empty() && waiting != "PodInitializing" {
            format!("Init:{waiting}")
        } else {
            format!("Init:{index}/{}", containers.len())
        });
        break;
    }
    init
}

/// The containers proper, from last to first, so that the first one with something to say wins.
fn running(pod: &Value, summary: &mut Summary, restarts: &mut Restarts) {
    let mut running = false;
    let mut failure = None;
    for status in pod.list("status.containerStatuses").iter().rev() {
        restarts.add(status);
        let waiting = status.text("state.waiting.reason");
        if !waiting.is_empty() {
            waiting.clone_into(&mut summary.status);
        } else if status.has("state.terminated") {
            summary.status = end(status);
            if status.int("state.terminated.exitCode") != 0 {
                failure = Some(summary.status.clone());
            }
        } else if status.flag("ready") && status.has("state.running") {
            running = true;
            summary.ready += 1;
        }
    }
    if summary.status == "Completed" {
        if running {
            // A finished container must not hide that the others go on.
            let ready = condition_is_true(pod, "Ready");
            summary.status = if ready { "Running" } else { "NotReady" }.to_owned();
        } else if let Some(failure) = failure {
            summary.status = failure;
        }
    }
}

/// Why a terminated container ended: its reason, or else the signal or exit code.
fn end(status: &Value) -> String {
    let terminated = status.at("state.terminated");
    match (terminated.text("reason"), terminated.int("signal")) {
        ("", 0) => format!("ExitCode:{}", terminated.int("exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

fn restartable(container: &Value) -> bool {
    container.text("restartPolicy") == "Always"
}

fn condition_is_true(pod: &Value, kind: &str) -> bool {
    pod.list("status.conditions")
        .iter()
        .any(|condition| condition.text("type") == kind && condition.text("status") == "True")
}

/// `1/2`: how many of the readiness gates are fulfilled.
fn gates(pod: &Value) -> String {
    let gates = pod.list("spec.readinessGates");
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let fulfilled = gates
        .iter()
        .filter(|gate| condition_is_true(pod, gate.text("conditionType")))
        .count();
    format!("{fulfilled}/{}", gates.len())
}
