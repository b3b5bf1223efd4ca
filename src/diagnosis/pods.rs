//! What keeps a pod from becoming ready.

use super::causes::{self as c, Obstacle, Severity};
use super::{Cluster, Evidence};
use crate::api::condition::ConditionStatus;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::{ContainerStatus, Pod, PodConditionType, PodPhase};
use crate::api::time::{Time, duration};

/// Why a pod is not ready.
pub struct Trouble {
    /// The cause.
    pub cause: &'static Obstacle,
    /// The values of its sentence.
    pub values: Vec<(&'static str, String)>,
    /// Since when.
    pub since: Option<Time>,
    /// Until when, if it ends by itself.
    pub until: Option<Time>,
    /// Where it can be seen.
    pub evidence: Evidence,
}

impl Trouble {
    /// Whether somebody has to act.
    pub fn blocks(&self) -> bool {
        self.cause.severity == Severity::Blocks
    }
}

/// Parts of the scheduler's messages, and the causes that they mean (`pkg/scheduler/framework/plugins`, ErrReason…). A
/// message counts nodes by reason; the first reason in this order that it contains decides.
const REASONS: [(&str, &Obstacle); 12] = [
    ("PersistentVolumeClaim", &c::CLAIM),
    ("persistentvolumeclaim", &c::CLAIM),
    ("persistent volumes to bind", &c::CLAIM),
    ("volume node affinity conflict", &c::CLAIM),
    ("anti-affinity", &c::POD_ANTI_AFFINITY),
    ("topology spread constraints", &c::SPREAD),
    ("Insufficient", &c::NO_ROOM),
    ("Too many pods", &c::NO_ROOM),
    ("free ports", &c::NO_ROOM),
    ("node affinity/selector", &c::NODE_AFFINITY),
    ("unschedulable", &c::CORDONED),
    ("untolerated taint", &c::TAINTS),
];

/// Reasons of waiting containers, and the causes that they mean (`pkg/kubelet/images/types.go`,
/// `pkg/kubelet/kuberuntime/kuberuntime_container.go`).
const WAITING: [(&str, &Obstacle); 9] = [
    ("ErrImagePull", &c::IMAGE),
    ("ImagePullBackOff", &c::IMAGE),
    ("InvalidImageName", &c::IMAGE),
    ("ErrImageNeverPull", &c::IMAGE),
    ("ImageInspectError", &c::IMAGE),
    ("RegistryUnavailable", &c::IMAGE),
    ("CrashLoopBackOff", &c::CRASH),
    ("CreateContainerConfigError", &c::CONFIG),
    ("CreateContainerError", &c::CONFIG),
];

/// The reason of a container that the kernel killed for its use of memory.
const OOM_KILLED: &str = "OOMKilled";

/// Why a pod is not ready; `None` if it is ready or has succeeded.
pub fn trouble(cluster: Cluster<'_>, pod: &Pod) -> Option<Trouble> {
    let key = key(pod);
    let found = |cause: &'static Obstacle, path: &str, text: &str| Trouble {
        cause,
        values: vec![
            ("pod", pod.metadata.name.to_string()),
            ("why", text.to_owned()),
        ],
        since: None,
        until: None,
        evidence: Evidence::field(key.clone(), path, text),
    };
    let silent = pod.node_name.as_ref();
    let silent = silent.and_then(|node| Some((node, cluster.world.silent_since(node)?)));
    if let Some(ends) = pod.metadata.deletion_timestamp {
        return Some(match silent {
            Some((node, since)) => Trouble {
                since: Some(since),
                ..found(&c::NODE_LOST, "spec.nodeName", node)
            },
            None => Trouble {
                until: Some(ends).filter(|ends| *ends > cluster.now),
                ..found(
                    &c::TERMINATING,
                    "metadata.deletionTimestamp",
                    &ends.to_string(),
                )
            },
        });
    }
    match pod.status.phase {
        PodPhase::Failed => {
            let reason = pod.status.reason.as_deref().unwrap_or("Failed");
            let text = match &pod.status.message {
                Some(message) => format!("{reason}: {message}"),
                None => reason.to_owned(),
            };
            return Some(found(&c::FAILED, "status.reason", &text));
        }
        PodPhase::Succeeded => return None,
        _ => {}
    }
    if pod.is_ready() {
        return None;
    }
    if let Some((node, since)) = silent {
        let lost = found(&c::NODE_LOST, "spec.nodeName", node);
        return Some(Trouble {
            since: Some(since),
            ..lost
        });
    }
    if pod.node_name.is_none() {
        return unscheduled(pod, &found);
    }
    let statuses = pod.status.init_container_statuses.iter();
    let statuses = statuses.chain(pod.status.container_statuses.iter());
    let of_containers = statuses.map(|status| of_container(cluster, pod, status, &found));
    // The worst container decides, the first one among equals.
    let mut all: Vec<Trouble> = of_containers.flatten().collect();
    all.sort_by_key(|trouble| trouble.cause.severity);
    all.into_iter()
        .next()
        .map(|trouble| with_mount(cluster, trouble, &found))
}

fn key(pod: &Pod) -> Key {
    Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name)
}

type Found<'f> = dyn Fn(&'static Obstacle, &str, &str) -> Trouble + 'f;

fn unscheduled(pod: &Pod, found: &Found<'_>) -> Option<Trouble> {
    let condition = pod.condition(PodConditionType::PodScheduled)?;
    if condition.status != ConditionStatus::False {
        return None;
    }
    let message = condition.message.as_deref().unwrap_or_default();
    let reason = REASONS.iter().find(|(part, _)| message.contains(part));
    let cause = reason.map_or(&c::UNSCHEDULABLE, |(_, cause)| cause);
    let path = "status.conditions[type=PodScheduled]";
    let mut trouble = found(cause, path, message);
    // What preemption would do is of no interest here.
    let about_nodes = message.split(" preemption:").next().unwrap_or(message);
    trouble.values.retain(|(name, _)| *name != "why");
    trouble.values.push(("why", about_nodes.to_owned()));
    trouble.since = Some(condition.last_transition_time);
    Some(trouble)
}

fn of_container(
    cluster: Cluster<'_>,
    pod: &Pod,
    status: &ContainerStatus,
    found: &Found<'_>,
) -> Option<Trouble> {
    let name = &status.name;
    let spec = pod.spec.run();
    let spec = spec.all.iter().find(|spec| spec.name == *name)?;
    let list = match spec.init {
        true => "initContainerStatuses",
        false => "containerStatuses",
    };
    let path = |part: &str| format!("status.{list}[name={name}].{part}");
    let about = |mut trouble: Trouble| {
        trouble.values.extend([
            ("container", name.to_string()),
            ("image", spec.image.to_string()),
            ("restarts", status.restart_count.to_string()),
        ]);
        trouble
    };
    let last = status.last_state.terminated.as_ref();
    let ended = status.state.terminated.as_ref().or(last);
    if let Some(waiting) = &status.state.waiting {
        let known = WAITING
            .iter()
            .find(|(reason, _)| *waiting.reason == **reason);
        let Some((reason, cause)) = known else {
            let starting = found(&c::STARTING, &path("state.waiting"), &waiting.reason);
            return Some(about(Trouble {
                since: pod.status.start_time,
                ..starting
            }));
        };
        let text = waiting.message.as_deref().unwrap_or(reason);
        let trouble = about(found(cause, &path("state.waiting"), text));
        return Some(match ended {
            Some(ended) if **cause == c::CRASH => {
                crashed(trouble, ended.exit_code, &ended.reason, ended.finished_at)
            }
            _ => Trouble {
                since: pod.status.start_time,
                ..trouble
            },
        });
    }
    if let Some(ended) = &status.state.terminated {
        let is_done = spec.init && ended.exit_code == 0;
        let trouble = about(found(&c::CRASH, &path("state.terminated"), &ended.reason));
        return (!is_done)
            .then(|| crashed(trouble, ended.exit_code, &ended.reason, ended.finished_at));
    }
    let running = status.state.running?;
    if status.ready || spec.init && !spec.sidecar {
        return None;
    }
    if let Some(since) = readiness_lost(pod) {
        let shown = "status.conditions[type=Ready]";
        let lost = about(found(&c::READINESS_LOST, shown, "False"));
        return Some(Trouble {
            since: Some(since),
            ..lost
        });
    }
    let lasted = duration(cluster.now.since(running.started_at));
    let cause = match status.started || !spec.startup.exists() {
        true => &c::NOT_READY,
        false => &c::NOT_STARTED,
    };
    let mut trouble = about(found(cause, &path("ready"), "false"));
    trouble.values.push(("time", lasted));
    trouble.since = Some(running.started_at);
    Some(trouble)
}

/// Since when a pod has not been ready that was ready before, with the containers that run now. Its condition is False
/// from the start; one that became False after all of them had started was True in between.
fn readiness_lost(pod: &Pod) -> Option<Time> {
    let ready = pod.condition(PodConditionType::Ready)?;
    let statuses = pod.status.container_statuses.iter();
    let started = statuses.map(|status| status.state.running.map(|running| running.started_at));
    let started = started.collect::<Option<Vec<Time>>>()?.into_iter().max()?;
    let since = ready.last_transition_time;
    (ready.status == ConditionStatus::False && since > started).then_some(since)
}

fn crashed(mut trouble: Trouble, code: i32, reason: &str, at: Option<Time>) -> Trouble {
    if reason == OOM_KILLED {
        trouble.cause = &c::OOM;
    }
    trouble.values.push(("code", code.to_string()));
    trouble.since = at;
    trouble
}

/// A container that is being created may wait for a volume, which only an event tells.
fn with_mount(cluster: Cluster<'_>, trouble: Trouble, found: &Found<'_>) -> Trouble {
    if *trouble.cause != c::STARTING {
        return trouble;
    }
    let pod = &trouble.evidence.object;
    let events = cluster.store.list(Kind::Event, Some(&pod.namespace));
    let events = events
        .filter_map(Object::as_event)
        .filter(|event| *event.reason == *"FailedMount" && event.involved_object.name == pod.name);
    let Some(event) = events.max_by_key(|event| event.last_seen()) else {
        return trouble;
    };
    Trouble {
        since: event.first_timestamp,
        evidence: Evidence::event(pod.clone(), event),
        ..found(&c::VOLUME, "", &event.message)
    }
}
