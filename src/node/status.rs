//! Statuses that a kubelet writes.

use crate::api::condition::ConditionStatus;
use crate::api::pod::{
    ContainerState, ContainerStatus, Pod, PodCondition, PodConditionType, PodPhase, PodStatus,
};
use crate::api::time::Time;
use crate::store::Registers;
use std::rc::Rc;

/// What happened to a pod's containers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happening<'a> {
    /// They are being created.
    Creating,
    /// They are running but not ready.
    Running,
    /// They are running and ready.
    Ready,
    /// They are no longer ready.
    Unready,
    /// They are waiting, for this reason.
    Waiting(&'a str),
    /// They succeeded.
    Succeeded,
    /// They failed; with the pod's reason, if it has one.
    Failed(Option<&'a str>),
}

/// Restart back-off of a container that crashed once, as in status messages.
const FIRST_BACKOFF: &str = "10s";
/// Number of addresses used in each /24 of the pod network.
const ADDRESSES: u64 = 250;

impl Happening<'_> {
    fn runs(self) -> bool {
        matches!(self, Self::Running | Self::Ready | Self::Unready)
    }

    fn phase(self) -> PodPhase {
        match self {
            Self::Succeeded => PodPhase::Succeeded,
            Self::Failed(_) => PodPhase::Failed,
            Self::Running | Self::Ready | Self::Unready | Self::Waiting("CrashLoopBackOff") => {
                PodPhase::Running
            }
            Self::Creating | Self::Waiting(_) => PodPhase::Pending,
        }
    }

    /// The reason why the pod is not ready.
    fn unready_reason(self) -> Option<&'static str> {
        match self {
            Self::Ready => None,
            Self::Succeeded => Some("PodCompleted"),
            Self::Failed(_) => Some("PodFailed"),
            _ => Some("ContainersNotReady"),
        }
    }
}

/// The status of a pod after something happened to its containers.
pub fn after(pod: &Pod, what: Happening<'_>, registers: &mut Registers) -> PodStatus {
    let now = registers.now.whole_seconds();
    let known = &pod.status;
    let pod_ip = match &known.pod_ip {
        None if what.runs() => Some(next_address(registers)),
        known => known.clone(),
    };
    let (reason, message) = match what {
        Happening::Failed(Some("Evicted")) => (
            Some("Evicted".into()),
            Some("The node was low on resource: memory. ".into()),
        ),
        Happening::Failed(reason) => (reason.map(Into::into), None),
        _ => (known.reason.clone(), known.message.clone()),
    };
    PodStatus {
        observed_generation: pod.metadata.generation,
        phase: what.phase(),
        conditions: conditions(pod, what, pod_ip.is_some(), now),
        message,
        reason,
        host_ip: pod.node_name.as_deref().map(node_address),
        pod_ip,
        start_time: known.start_time.or(Some(now)),
        init_container_statuses: known.init_container_statuses.clone(),
        container_statuses: container_statuses(pod, what, now),
        qos_class: known.qos_class,
    }
}

/// Assigns addresses in sequence over the lifetime of the cluster.
pub(super) fn next_address(registers: &mut Registers) -> Rc<str> {
    registers.pod_ips += 1;
    let number = registers.pod_ips;
    address("10.244.", number / ADDRESSES, 2 + number % ADDRESSES)
}

/// Leaves out an address that a pod of another cluster has, and those before it.
pub fn pass_address(registers: &mut Registers, address: &str) {
    let parts = address.strip_prefix("10.244.");
    let parts = parts.and_then(|parts| parts.split_once('.'));
    let number = |text: &str| text.parse::<u8>().map(u64::from).ok();
    if let Some((high, low)) = parts
        && let (Some(high), Some(low)) = (number(high), number(low))
    {
        let passed = (high * ADDRESSES + low).saturating_sub(2);
        registers.pod_ips = registers.pod_ips.max(passed);
    }
}

/// The address of a node: `node-1` has 192.168.0.1.
pub(super) fn node_address(node: &str) -> Rc<str> {
    let digits = node.rsplit('-').next().unwrap_or_default();
    let number = u64::from(digits.parse::<u32>().unwrap_or(0));
    address("192.168.", number / 256, number % 256)
}

/// Builds an address in a /16 network from its two low bytes.
fn address(network: &str, high: u64, low: u64) -> Rc<str> {
    let mut text = String::with_capacity(network.len() + 8);
    text.push_str(network);
    push_number(&mut text, high);
    text.push('.');
    push_number(&mut text, low);
    text.into()
}

fn push_number(text: &mut String, number: u64) {
    if number > 9 {
        push_number(text, number / 10);
    }
    text.push(char::from(b'0' + (number % 10) as u8));
}

fn conditions(pod: &Pod, what: Happening<'_>, has_ip: bool, now: Time) -> Rc<[PodCondition]> {
    use PodConditionType::{
        ContainersReady, Initialized, PodReadyToStartContainers, PodScheduled, Ready,
    };
    let ready = what == Happening::Ready;
    let unready_message = || -> Rc<str> {
        let names: Vec<&str> = pod
            .spec
            .containers
            .iter()
            .map(|container| &*container.name)
            .collect();
        format!("containers with unready status: [{}]", names.join(" ")).into()
    };
    let condition = |kind, holds: bool| {
        let status = ConditionStatus::from(holds);
        let same = pod.condition(kind).filter(|known| known.status == status);
        let reason = what
            .unready_reason()
            .filter(|_| matches!(kind, Ready | ContainersReady));
        PodCondition {
            kind,
            observed_generation: pod.metadata.generation,
            status,
            last_probe_time: (),
            last_transition_time: same.map_or(now, |known| known.last_transition_time),
            reason: reason.map(Into::into),
            message: reason
                .filter(|reason| *reason == "ContainersNotReady")
                .map(|_| unready_message()),
        }
    };
    [
        condition(PodReadyToStartContainers, has_ip),
        condition(Initialized, true),
        condition(Ready, ready),
        condition(ContainersReady, ready),
        condition(PodScheduled, true),
    ]
    .into()
}

fn container_statuses(pod: &Pod, what: Happening<'_>, now: Time) -> Rc<[Rc<ContainerStatus>]> {
    let crashed = what == Happening::Waiting("CrashLoopBackOff");
    pod.spec
        .containers
        .iter()
        .map(|container| {
            let known = pod
                .status
                .container_statuses
                .iter()
                .find(|known| known.name == container.name);
            let restarts = known.map_or(0, |known| known.restart_count);
            let state = match what {
                Happening::Running | Happening::Ready | Happening::Unready => known
                    .map(|known| known.state.clone())
                    .filter(|state| state.running.is_some())
                    .unwrap_or_else(|| ContainerState::running(now)),
                Happening::Succeeded => ContainerState::terminated(0, "Completed"),
                Happening::Failed(_) => ContainerState::terminated(137, "Error"),
                Happening::Creating => ContainerState::waiting("ContainerCreating", None),
                Happening::Waiting(reason) => {
                    ContainerState::waiting(reason, waiting_message(reason, container))
                }
            };
            let last_state = if crashed {
                ContainerState::terminated(1, "Error")
            } else {
                ContainerState::default()
            };
            Rc::new(ContainerStatus {
                name: container.name.clone(),
                state,
                last_state,
                ready: what == Happening::Ready,
                restart_count: restarts + i32::from(crashed),
                image: container.image.clone(),
                image_id: if what.runs() {
                    "sha256:0".into()
                } else {
                    "".into()
                },
                container_id: if what.runs() {
                    "containerd://0".into()
                } else {
                    "".into()
                },
                started: what.runs(),
            })
        })
        .collect()
}

fn waiting_message(reason: &str, container: &crate::api::pod::ContainerSpec) -> Option<String> {
    match reason {
        "ImagePullBackOff" => Some(format!("Back-off pulling image \"{}\"", container.image)),
        "CrashLoopBackOff" => Some(format!(
            "back-off {FIRST_BACKOFF} restarting failed container={}",
            container.name
        )),
        _ => None,
    }
}
