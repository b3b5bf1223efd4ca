//! The kubelet's memory of a pod: its initial state, and when the next action is due.

use crate::actor::Wait;
use crate::actor::memory::{ContainerMemory, ContainerStage, PodMemory};
use crate::api::pod::container::Container;
use crate::api::pod::{ContainerState, ContainerStatus, Pod};
use crate::api::rendered::Rendered;
use crate::api::time::Time;
use crate::world::{Outcome, World};
use std::rc::Rc;

impl ContainerMemory {
    fn new(spec: &Container, waiting: &str) -> Self {
        Self {
            image: spec.image.clone(),
            stage: ContainerStage::Idle,
            state: ContainerState::waiting(waiting, None),
            last_state: ContainerState::default(),
            restarts: 0,
            ready: false,
            result: None,
            pull_failures: 0,
            back_off_until: Time::UNSET,
            crashes: 0,
            begun: Time::UNSET,
            killed: None,
            since: Time::UNSET,
            answers: Time::UNSET,
            ill: false,
            started: false,
            health: None,
            stopped_by_probe: false,
            status: Rendered::default(),
        }
    }

    /// Takes over a status written by someone else.
    fn adopt(&mut self, known: &ContainerStatus) {
        self.state = known.state.clone();
        self.last_state = known.last_state.clone();
        self.restarts = known.restart_count;
        self.ready = known.ready;
        self.started = known.started;
        if let Some(running) = known.state.running {
            self.since = running.started_at;
            self.stage = ContainerStage::Running {
                exit: None,
                ready: None,
                probe: None,
            };
        } else if known.state.terminated.is_some() {
            self.stage = ContainerStage::Done;
        }
    }

    /// When the next action is due, and which.
    pub fn due(&self) -> Option<(Time, Wait)> {
        match self.stage {
            ContainerStage::Idle | ContainerStage::Done => None,
            ContainerStage::Pulling { due, .. } | ContainerStage::Starting { due } => {
                Some((due, Wait::ContainerStart))
            }
            ContainerStage::Running { exit, ready, probe } => {
                let exit = exit.map(|at| (at, Wait::Relist));
                let wait = if ready.is_some() {
                    Wait::Readiness
                } else {
                    Wait::Probe
                };
                // A container with a readiness probe becomes ready through it.
                let ready = probe.or(ready).map(|at| (at, wait));
                let health = self.health.map(|next| match next.hopeful {
                    true => (next.at, Wait::Readiness),
                    false => (next.at, Wait::Probe),
                });
                [exit, ready, health].into_iter().flatten().min()
            }
            ContainerStage::PullFailed { look }
            | ContainerStage::NotCreated { look }
            | ContainerStage::Crashed { look, shown: true } => Some((look, Wait::RestartBackoff)),
            ContainerStage::Crashed { look, shown: false } => Some((look, Wait::Relist)),
        }
    }

    /// Whether it has a readiness probe.
    pub fn is_probed(&self) -> bool {
        matches!(self.stage, ContainerStage::Running { probe: Some(_), .. })
    }

    /// Whether it is running.
    pub fn runs(&self) -> bool {
        matches!(self.stage, ContainerStage::Running { .. })
    }

    /// Exit code of the last run.
    pub fn exit_code(&self) -> Option<i32> {
        self.state.terminated.as_ref().map(|end| end.exit_code)
    }
}

impl PodMemory {
    /// The memory of a pod that was just bound to the node.
    pub fn new(pod: &Pod) -> Self {
        let specs = &pod.spec.run().all;
        let has_init = specs.iter().any(|spec| spec.init);
        let waiting = if has_init {
            "PodInitializing"
        } else {
            "ContainerCreating"
        };
        let known = |name: &Rc<str>| {
            let statuses = pod.status.init_container_statuses.iter();
            let mut statuses = statuses.chain(pod.status.container_statuses.iter());
            statuses.find(|status| status.name == *name)
        };
        let container = |spec: &Container| {
            let mut container = ContainerMemory::new(spec, waiting);
            if let Some(known) = known(&spec.name) {
                container.adopt(known);
            }
            Rc::new(container)
        };
        Self {
            uid: pod.metadata.uid.clone(),
            spec: pod.spec.clone(),
            containers: specs.iter().map(container).collect(),
            ending: None,
            mounting: None,
        }
    }

    /// Mutable access to a container.
    pub fn one(&mut self, index: usize) -> &mut ContainerMemory {
        let one = Rc::make_mut(&mut self.containers[index]);
        one.status.forget();
        one
    }

    /// Whether no container has been processed yet: volumes come first.
    pub fn is_untouched(&self) -> bool {
        let idle = |one: &Rc<ContainerMemory>| one.stage == ContainerStage::Idle;
        self.containers.iter().all(idle)
    }

    /// The container whose action has been due longest by now.
    pub fn due(&self, now: Time) -> Option<(usize, Wait)> {
        let due = self.containers.iter().enumerate();
        let due = due.filter_map(|(index, one)| one.due().map(|(at, wait)| (at, index, wait)));
        due.filter(|(at, ..)| *at <= now)
            .min()
            .map(|(_, index, wait)| (index, wait))
    }

    /// Since when the current container is being started, and when it will run at the earliest: after a pull,
    /// starting takes at least the minimum latency.
    pub fn start(&self, world: &World) -> Option<[Time; 2]> {
        self.containers.iter().find_map(|one| {
            let due = match one.stage {
                ContainerStage::Pulling { due, .. } => {
                    let image = world.image(&one.image);
                    match image.outcome {
                        Outcome::NotFound => due,
                        _ => due.plus_millis(image.start_ms.least.max(0)),
                    }
                }
                ContainerStage::Starting { due } => due,
                _ => return None,
            };
            Some([one.begun, due])
        })
    }

    /// When to sync next. A wait that ends by itself takes precedence, so that settling waits for it.
    pub fn next(&self) -> Option<(Time, Wait)> {
        let mounting = self.mounting.map(|(look, _)| (look, Wait::RestartBackoff));
        let of_containers = || self.containers.iter().filter_map(|one| one.due());
        let all = || of_containers().chain(mounting);
        let (at, first) = all().min()?;
        let progress = all().filter(|(_, wait)| wait.is_progress()).min();
        Some((at, progress.map_or(first, |(_, wait)| wait)))
    }
}
