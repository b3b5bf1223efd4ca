//! A pod's rank in a scale-down.

use super::{ContainerStatus, Pod, PodPhase};
use crate::api::meta::Uid;
use crate::api::time::Time;
use std::rc::Rc;

/// The annotation by which users rank pods for deletion.
const DELETION_COST: &str = "controller.kubernetes.io/pod-deletion-cost";

/// What determines a pod's rank in a scale-down. Computed when the pod is written, since the controller ranks all
/// its pods every time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The node that the pod is bound to.
    pub node: Option<Rc<str>>,
    /// The phase.
    pub phase: PodPhase,
    /// Since when it has been ready.
    pub ready_since: Option<Time>,
    /// When it was created.
    pub created: Time,
    /// Its deletion cost; 0 if the annotation is absent or not a 32-bit number.
    pub cost: i32,
    /// The maximum restart counts of a container and of a sidecar.
    pub restarts: (i32, i32),
    /// Its uid.
    pub uid: Uid,
}

impl Standing {
    /// Computes it from a pod.
    #[must_use]
    pub fn of(pod: &Pod) -> Self {
        let cost = pod.metadata.annotation(DELETION_COST);
        Self {
            node: pod.node_name.clone(),
            phase: pod.status.phase,
            ready_since: pod.ready_since(),
            created: pod.metadata.creation_timestamp.unwrap_or(Time::UNSET),
            cost: cost.and_then(parse_cost).unwrap_or(0),
            restarts: restarts(pod),
            uid: pod.metadata.uid.clone(),
        }
    }
}

/// Numbers with a plus sign or leading zeros are invalid (`pkg/apis/core/helper/helpers.go`,
/// GetDeletionCostFromPodAnnotations).
fn parse_cost(text: &str) -> Option<i32> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let plain = !digits.starts_with('+') && (digits == "0" || !digits.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

/// The maximum restart counts of a container and of a sidecar.
fn restarts(pod: &Pod) -> (i32, i32) {
    let most = |statuses: &mut dyn Iterator<Item = &Rc<ContainerStatus>>| {
        let counts = statuses.map(|status| status.restart_count);
        counts.max().unwrap_or(0).max(0)
    };
    let status = &pod.status;
    let of_init = status.init_container_statuses.iter();
    let mut of_sidecars = of_init.filter(|status| pod.spec.sidecars.contains(&status.name));
    (
        most(&mut status.container_statuses.iter()),
        most(&mut of_sidecars),
    )
}
