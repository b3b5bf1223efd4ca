//! The pod status that a kubelet derives from its memory of the containers (`pkg/kubelet/kubelet_pods.go`,
//! generateAPIPodStatus).

use super::status::{next_address, node_address};
use crate::actor::memory::{ContainerMemory, ContainerStage, PodMemory};
use crate::api::condition::ConditionStatus;
use crate::api::pod::container::Container;
use crate::api::pod::{ContainerStatus, Pod, PodCondition, PodConditionType, PodPhase, PodStatus};
use crate::api::time::Time;
use crate::store::Registers;
use std::rc::Rc;

/// A pod with its containers' specs and memory.
pub struct Known<'a> {
    pub pod: &'a Pod,
    pub memory: &'a PodMemory,
}

impl<'a> Known<'a> {
    fn containers(&self) -> impl Iterator<Item = (&'a Container, &'a ContainerMemory)> {
        let containers = self.memory.containers.iter().map(|one| &**one);
        self.memory.spec.run().all.iter().zip(containers)
    }

    fn container(&self, place: usize) -> Rc<ContainerStatus> {
        let PodMemory {
            spec, containers, ..
        } = self.memory;
        container_status((&spec.run().all[place], &containers[place]))
    }

    /// The status to write.
    pub fn status(&self, sandbox: bool, registers: &mut Registers) -> PodStatus {
        let now = registers.now.whole_seconds();
        let known = &self.pod.status;
        let pod_ip = match &known.pod_ip {
            None if sandbox => Some(next_address(registers)),
            known => known.clone(),
        };
        let phase = self.phase();
        let init = self.containers().filter(|(spec, _)| spec.init);
        let main = self.memory.spec.run().by_name.iter();
        PodStatus {
            observed_generation: self.pod.metadata.generation,
            phase,
            conditions: self.conditions(sandbox, phase, now),
            message: known.message.clone(),
            reason: known.reason.clone(),
            host_ip: self.pod.node_name.as_deref().map(node_address),
            pod_ip,
            start_time: known.start_time.or(Some(now)),
            init_container_statuses: init.map(container_status).collect(),
            container_statuses: main.map(|place| self.container(*place)).collect(),
            qos_class: known.qos_class,
        }
    }

    /// `pkg/kubelet/kubelet_pods.go`, getPhase.
    fn phase(&self) -> PodPhase {
        let init = self
            .containers()
            .filter(|(spec, _)| spec.init && !spec.sidecar);
        let mut failed = false;
        for (_, one) in init {
            match (one.stage, one.exit_code()) {
                (ContainerStage::Done, Some(0)) => {}
                (ContainerStage::Done, _) => failed = true,
                _ => return PodPhase::Pending,
            }
        }
        if failed {
            return PodPhase::Failed;
        }
        let main: Vec<&ContainerMemory> = self
            .containers()
            .filter(|(spec, _)| !spec.init)
            .map(|(_, one)| one)
            .collect();
        let never_ran = |one: &&ContainerMemory| {
            one.state.running.is_none()
                && one.state.terminated.is_none()
                && one.last_state.terminated.is_none()
        };
        if main.iter().any(never_ran) {
            return PodPhase::Pending;
        }
        if main.iter().any(|one| one.stage != ContainerStage::Done) {
            return PodPhase::Running;
        }
        if main.iter().all(|one| one.exit_code() == Some(0)) {
            PodPhase::Succeeded
        } else {
            PodPhase::Failed
        }
    }

    fn conditions(&self, sandbox: bool, phase: PodPhase, now: Time) -> Rc<[PodCondition]> {
        use PodConditionType::{
            ContainersReady, DisruptionTarget, Initialized, PodReadyToStartContainers,
            PodScheduled, Ready,
        };
        let finished = matches!(phase, PodPhase::Succeeded | PodPhase::Failed);
        let names = |wanted: &dyn Fn(&Container, &ContainerMemory) -> bool| -> Vec<&str> {
            let found = self.containers().filter(|(spec, one)| wanted(spec, one));
            found.map(|(spec, _)| &*spec.name).collect()
        };
        let unready = names(&|spec, one| (!spec.init || spec.sidecar) && !one.ready);
        let pending = names(&|spec, one| {
            spec.init && one.exit_code() != Some(0) && !(spec.sidecar && one.started)
        });
        // Shared between Ready and ContainersReady, since the text is long for many containers.
        type Why = (Rc<str>, Option<Rc<str>>);
        let condition = |kind, why: Option<Why>, holds: bool| {
            let status = ConditionStatus::from(holds);
            let same = self.pod.condition(kind);
            let same = same.filter(|known| known.status == status);
            let (reason, message) = why.unzip();
            PodCondition {
                kind,
                observed_generation: self.pod.metadata.generation,
                status,
                last_probe_time: (),
                last_transition_time: same.map_or(now, |known| known.last_transition_time),
                reason,
                message: message.flatten(),
            }
        };
        let ended = match phase {
            PodPhase::Succeeded => Some("PodCompleted"),
            PodPhase::Failed => Some("PodFailed"),
            _ => None,
        };
        let why = match ended {
            Some(reason) => Some((reason.into(), None)),
            None if unready.is_empty() => None,
            None => {
                let names = unready.join(" ");
                let text = ["containers with unready status: [", names.as_str(), "]"].concat();
                Some(("ContainersNotReady".into(), Some(text.into())))
            }
        };
        let not_initialized = (!pending.is_empty() && !finished).then(|| {
            let text = format!("containers with incomplete status: [{}]", pending.join(" "));
            ("ContainersNotInitialized".into(), Some(text.into()))
        });
        let initialized = not_initialized.is_none();
        let completed = (phase == PodPhase::Succeeded).then(|| ("PodCompleted".into(), None));
        let others = self.pod.status.conditions.iter();
        let others = others.filter(|known| known.kind == DisruptionTarget);
        let own = [
            condition(PodReadyToStartContainers, None, sandbox && !finished),
            condition(Initialized, not_initialized.or(completed), initialized),
            condition(Ready, why.clone(), why.is_none()),
            condition(ContainersReady, why.clone(), why.is_none()),
            condition(PodScheduled, None, true),
        ];
        if others.clone().next().is_none() {
            return own.into();
        }
        others.cloned().chain(own).collect()
    }
}

fn container_status((spec, one): (&Container, &ContainerMemory)) -> Rc<ContainerStatus> {
    let status = one.status.get_or_make(|| Rc::new(render(spec, one)));
    status.clone()
}

thread_local! {
    /// IDs of no image, of an image and of a container; the same for all, so they are shared.
    static IDS: [Rc<str>; 3] = ["".into(), "sha256:0".into(), "containerd://0".into()];
}

/// Whether an init container has completed, after which it counts as ready (`pkg/kubelet/prober/prober_manager.go`,
/// UpdatePodStatus).
fn is_initialized(spec: &Container, one: &ContainerMemory) -> bool {
    spec.init && !spec.sidecar && one.exit_code() == Some(0)
}

fn render(spec: &Container, one: &ContainerMemory) -> ContainerStatus {
    let ran = one.state.waiting.is_none();
    let (image_id, container_id) = IDS.with(|[none, image, container]| match ran {
        true => (image.clone(), container.clone()),
        false => (none.clone(), none.clone()),
    });
    ContainerStatus {
        name: spec.name.clone(),
        state: one.state.clone(),
        last_state: one.last_state.clone(),
        ready: one.ready || is_initialized(spec, one),
        restart_count: one.restarts,
        image: spec.image.clone(),
        image_id,
        container_id,
        started: one.runs() && one.started,
    }
}
