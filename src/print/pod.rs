//! Rows of pods: READY, STATUS and RESTARTS (`printPod` in `pkg/printers/internalversion/printers.go`), both for
//! served and for typed pods.

use serde_json::Value;

use super::{age, name, or};
use crate::api::condition::ConditionStatus;
use crate::api::look::Look;
use crate::api::pod::{ContainerState, ContainerStatus, Pod, PodConditionType};
use crate::api::time::Time;
use std::rc::Rc;

/// Reason and STATUS of a pod with scheduling gates.
const GATED: &str = "SchedulingGated";

pub(super) fn row(pod: &Value, now: Time) -> Vec<String> {
    let summary = summary(&Seen::of_value(pod));
    let mut restarts = summary.restarts.to_string();
    if let (1.., Some(last)) = (summary.restarts, summary.last_restart) {
        restarts = format!(
            "{restarts} ({} ago)",
            super::duration::human(now.since(last))
        );
    }
    vec![
        name(pod),
        summary.ready(),
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

/// The content of READY, STATUS and RESTARTS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PodSummary {
    /// Number of ready containers.
    pub ready: usize,
    /// Number of containers, including sidecars.
    pub total: usize,
    /// The status, such as `Running` or `CrashLoopBackOff`.
    pub status: String,
    /// Number of container restarts.
    pub restarts: i64,
    /// When the last run before a restart ended.
    pub last_restart: Option<Time>,
}

/// The relevant fields of a pod, whether typed or served.
struct Seen<'a> {
    reason: &'a str,
    phase: &'a str,
    gated: bool,
    initialized: bool,
    is_ready: bool,
    terminating: bool,
    containers: usize,
    init_containers: usize,
    sidecars: usize,
    init: Vec<Run<'a>>,
    main: Vec<Run<'a>>,
}

/// The relevant fields of a container's status.
struct Run<'a> {
    /// Whether it is a sidecar.
    sidecar: bool,
    waiting: &'a str,
    running: bool,
    ended: Option<End<'a>>,
    ready: bool,
    started: bool,
    restarts: i64,
    last_finished: Option<Time>,
}

/// How a container terminated.
struct End<'a> {
    reason: &'a str,
    signal: i64,
    exit_code: i64,
}

impl End<'_> {
    /// The reason, or else the signal or exit code.
    fn text(&self) -> String {
        match (self.reason, self.signal) {
            ("", 0) => format!("ExitCode:{}", self.exit_code),
            ("", signal) => format!("Signal:{signal}"),
            (reason, _) => reason.to_owned(),
        }
    }
}

/// Number of restarts, and the end of the last run before one.
#[derive(Default)]
struct Restarts {
    count: i64,
    last: Option<Time>,
}

impl Restarts {
    fn add(&mut self, run: &Run<'_>) {
        self.count = self.count.saturating_add(run.restarts);
        self.last = self.last.max(run.last_finished);
    }
}

impl<'a> Seen<'a> {
    fn of(pod: &'a Pod) -> Self {
        let status = &pod.status;
        let holds = |kind| {
            let condition = pod.condition(kind);
            condition.is_some_and(|condition| condition.status == ConditionStatus::True)
        };
        let scheduled = pod.condition(PodConditionType::PodScheduled);
        let init = pod.spec.value().get("initContainers");
        let run = |status: &'a Rc<ContainerStatus>| Run::of(status, &pod.spec.sidecars);
        Self {
            reason: status.reason.as_deref().unwrap_or_default(),
            phase: status.phase.name(),
            gated: scheduled.is_some_and(|known| known.reason.as_deref() == Some(GATED)),
            initialized: holds(PodConditionType::Initialized),
            is_ready: holds(PodConditionType::Ready),
            terminating: pod.metadata.is_terminating(),
            containers: pod.spec.containers.len(),
            init_containers: init.and_then(Value::as_array).map_or(0, Vec::len),
            sidecars: pod.spec.sidecars.len(),
            init: status.init_container_statuses.iter().map(run).collect(),
            main: status.container_statuses.iter().map(run).collect(),
        }
    }

    fn of_value(pod: &'a Value) -> Self {
        let init = pod.list("spec.initContainers");
        let sidecars = init
            .iter()
            .filter(|one| one.text("restartPolicy") == "Always");
        let sidecars: Vec<&str> = sidecars.map(|one| one.text("name")).collect();
        let runs = |path: &str| -> Vec<Run<'a>> {
            let statuses = pod.list(path).iter();
            statuses.map(|one| Run::of_value(one, &sidecars)).collect()
        };
        Self {
            reason: pod.text("status.reason"),
            phase: pod.text("status.phase"),
            gated: pod.list("status.conditions").iter().any(|condition| {
                condition.text("type") == "PodScheduled" && condition.text("reason") == GATED
            }),
            initialized: condition_is_true(pod, "Initialized"),
            is_ready: condition_is_true(pod, "Ready"),
            terminating: pod.has("metadata.deletionTimestamp"),
            containers: pod.list("spec.containers").len(),
            init_containers: init.len(),
            init: runs("status.initContainerStatuses"),
            main: runs("status.containerStatuses"),
            sidecars: sidecars.len(),
        }
    }
}

impl<'a> Run<'a> {
    fn of(status: &'a ContainerStatus, sidecars: &[Rc<str>]) -> Self {
        let ContainerState {
            waiting,
            running,
            terminated,
        } = &status.state;
        let last = status.last_state.terminated.as_ref();
        Self {
            sidecar: sidecars.contains(&status.name),
            waiting: waiting.as_ref().map_or("", |waiting| &waiting.reason),
            running: running.is_some(),
            ended: terminated.as_ref().map(|end| End {
                reason: &end.reason,
                signal: 0,
                exit_code: end.exit_code.into(),
            }),
            ready: status.ready,
            started: status.started,
            restarts: status.restart_count.into(),
            last_finished: last.and_then(|end| end.finished_at),
        }
    }

    fn of_value(status: &'a Value, sidecars: &[&str]) -> Self {
        let end = status.at("state.terminated");
        // The served name is `lastState`; the internal type calls it `lastTerminationState`.
        let last_finished = ["lastState", "lastTerminationState"]
            .iter()
            .find_map(|field| Time::parse(status.at(field).text("terminated.finishedAt")));
        Self {
            sidecar: sidecars.contains(&status.text("name")),
            waiting: status.text("state.waiting.reason"),
            running: status.has("state.running"),
            ended: (!end.is_null()).then(|| End {
                reason: end.text("reason"),
                signal: end.int("signal"),
                exit_code: end.int("exitCode"),
            }),
            ready: status.flag("ready"),
            started: status.flag("started"),
            restarts: status.int("restartCount"),
            last_finished,
        }
    }
}

impl PodSummary {
    /// Summarizes a pod.
    #[must_use]
    pub fn of(pod: &Pod) -> Self {
        summary(&Seen::of(pod))
    }

    /// READY, such as `1/2`.
    #[must_use]
    pub fn ready(&self) -> String {
        format!("{}/{}", self.ready, self.total)
    }
}

fn summary(pod: &Seen<'_>) -> PodSummary {
    let status = if pod.gated {
        GATED
    } else {
        or(pod.reason, pod.phase)
    };
    let init = initialization(pod);
    let mut summary = PodSummary {
        ready: init.ready_sidecars,
        total: pod.containers + pod.sidecars,
        status: status.to_owned(),
        restarts: init.all.count,
        last_restart: init.all.last,
    };
    if let Some(pending) = &init.pending {
        summary.status.clone_from(pending);
    }
    if init.pending.is_none() || pod.initialized {
        let mut restarts = init.sidecars;
        running(pod, &mut summary, &mut restarts);
        summary.restarts = restarts.count;
        summary.last_restart = restarts.last;
    }
    if pod.terminating {
        if pod.reason == "NodeLost" {
            summary.status = "Unknown".to_owned();
        } else if !matches!(pod.phase, "Succeeded" | "Failed") {
            summary.status = "Terminating".to_owned();
        }
    }
    summary
}

struct Initialization {
    /// The status caused by the first unfinished init container.
    pending: Option<String>,
    ready_sidecars: usize,
    all: Restarts,
    sidecars: Restarts,
}

/// Init containers run sequentially, so the first one that has not succeeded determines the status.
fn initialization(pod: &Seen<'_>) -> Initialization {
    let mut init = Initialization {
        pending: None,
        ready_sidecars: 0,
        all: Restarts::default(),
        sidecars: Restarts::default(),
    };
    for (index, run) in pod.init.iter().enumerate() {
        init.all.add(run);
        if run.sidecar {
            init.sidecars.add(run);
        }
        if run.ended.as_ref().is_some_and(|end| end.exit_code == 0) {
            continue;
        }
        if run.sidecar && run.started {
            init.ready_sidecars += usize::from(run.ready);
            continue;
        }
        init.pending = Some(if let Some(end) = &run.ended {
            format!("Init:{}", end.text())
        } else if !run.waiting.is_empty() && run.waiting != "PodInitializing" {
            format!("Init:{}", run.waiting)
        } else {
            format!("Init:{index}/{}", pod.init_containers)
        });
        break;
    }
    init
}

/// The regular containers, from last to first, so that the first one with a reason wins.
fn running(pod: &Seen<'_>, summary: &mut PodSummary, restarts: &mut Restarts) {
    let mut running = false;
    let mut failure = None;
    for run in pod.main.iter().rev() {
        restarts.add(run);
        if !run.waiting.is_empty() {
            run.waiting.clone_into(&mut summary.status);
        } else if let Some(end) = &run.ended {
            summary.status = end.text();
            if end.exit_code != 0 {
                failure = Some(summary.status.clone());
            }
        } else if run.ready && run.running {
            running = true;
            summary.ready += 1;
        }
    }
    if summary.status == "Completed" {
        if running {
            // A completed container must not hide that others are still running.
            let status = if pod.is_ready { "Running" } else { "NotReady" };
            summary.status = status.to_owned();
        } else if let Some(failure) = failure {
            summary.status = failure;
        }
    }
}

fn condition_is_true(pod: &Value, kind: &str) -> bool {
    pod.list("status.conditions")
        .iter()
        .any(|condition| condition.text("type") == kind && condition.text("status") == "True")
}

/// `1/2`: how many readiness gates are satisfied.
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
