//! What a kubelet remembers of a pod beside the pod's status.

use super::spec::{self, Spec};
use super::{Config, Outcome};
use crate::api::light;
use crate::api::meta::Uid;
use crate::api::pod::{ContainerState, ContainerStatus, Pod, PodSpec};
use crate::api::rendered::Rendered;
use crate::api::time::Time;
use crate::controllers::Wait;
use std::rc::Rc;

/// What a kubelet remembers of one pod.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// The pod; another one of the same name is not meant.
    pub uid: Uid,
    /// What `specs` was read from.
    pub template: Rc<PodSpec>,
    /// How its containers are to be run: init containers in order, then the others in order.
    pub specs: Rc<[Spec]>,
    /// Places of those that are no init containers, by name.
    pub by_name: Rc<[usize]>,
    /// What is remembered of each of them.
    pub containers: Vec<Rc<Container>>,
    /// When the last container will have ended, and its exit code, once the pod is ending.
    pub ending: Option<(Time, i32)>,
}

/// What a kubelet remembers of one container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Container {
    /// The image that it is made from.
    pub image: Rc<str>,
    /// Where it is in its life.
    pub stage: Stage,
    /// As its status shows it.
    pub state: ContainerState,
    /// The run before.
    pub last_state: ContainerState,
    /// How often it was restarted.
    pub restarts: i32,
    /// Whether it is ready.
    pub ready: bool,
    /// Why it could not be started: shown from the next look on.
    pub result: Option<(Rc<str>, String)>,
    /// How often in a row its image could not be pulled.
    pub pull_failures: u32,
    /// No pull and no restart before this.
    pub back_off_until: Time,
    /// How often in a row it ended and was to be restarted.
    pub crashes: u32,
    /// When it was last decided to start it.
    pub begun: Time,
    /// Exit code of the run, where somebody from outside ends it.
    pub killed: Option<i32>,
    /// Since when it runs.
    pub since: Time,
    /// When it begins to answer its startup and liveness probes.
    pub answers: Time,
    /// Whether it does not answer its liveness probe.
    pub ill: bool,
    /// Whether its startup probe has succeeded, or it has none.
    pub started: bool,
    /// Its next startup or liveness probe, as long as those tell anything new.
    pub health: Option<Health>,
    /// Whether it is being stopped because of a probe.
    pub stopped_by_probe: bool,
    /// Its status: of many containers a step changes one.
    pub status: Rendered<Rc<ContainerStatus>>,
}

/// The next startup probe of a container, or its next liveness probe once it has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Health {
    /// When.
    pub at: Time,
    /// How many have failed in a row.
    pub failures: i64,
    /// Whether one will be answered before too many have failed.
    pub hopeful: bool,
}

/// Where a container is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It is not its turn yet.
    Idle,
    /// Its image is pulled.
    Pulling {
        /// Since.
        begun: Time,
        /// Until.
        due: Time,
    },
    /// It is being started.
    Starting {
        /// Until.
        due: Time,
    },
    /// It runs.
    Running {
        /// When it will end by itself.
        exit: Option<Time>,
        /// When it will be ready, or answer its readiness probe if it has one.
        ready: Option<Time>,
        /// When its readiness is next asked for.
        probe: Option<Time>,
    },
    /// Its image could not be pulled.
    PullFailed {
        /// When the kubelet looks again.
        look: Time,
    },
    /// It ended and will be restarted.
    Crashed {
        /// When the kubelet looks again.
        look: Time,
        /// Whether its status says so.
        shown: bool,
    },
    /// It ended and stays so.
    Done,
}

impl Container {
    fn new(spec: &Spec, waiting: &str) -> Self {
        Self {
            image: spec.image.clone(),
            stage: Stage::Idle,
            state: ContainerState::waiting(waiting, None),
            last_state: ContainerState::default(),
            restarts: 0,
            ready: false,
            result: None,
            pull_failures: 0,
            back_off_until: Time(0),
            crashes: 0,
            begun: Time(0),
            killed: None,
            since: Time(0),
            answers: Time(0),
            ill: false,
            started: false,
            health: None,
            stopped_by_probe: false,
            status: Rendered::default(),
        }
    }

    /// Takes over what a status says, where somebody else has written it.
    fn adopt(&mut self, known: &ContainerStatus) {
        self.state = known.state.clone();
        self.last_state = known.last_state.clone();
        self.restarts = known.restart_count;
        self.ready = known.ready;
        self.started = known.started;
        if let Some(running) = known.state.running {
            self.since = running.started_at;
            self.stage = Stage::Running {
                exit: None,
                ready: None,
                probe: None,
            };
        } else if known.state.terminated.is_some() {
            self.stage = Stage::Done;
        }
    }

    /// When something is next to be done, and what it is.
    pub fn due(&self) -> Option<(Time, Wait)> {
        match self.stage {
            Stage::Idle | Stage::Done => None,
            Stage::Pulling { due, .. } | Stage::Starting { due } => {
                Some((due, Wait::ContainerStart))
            }
            Stage::Running { exit, ready, probe } => {
                let exit = exit.map(|at| (at, Wait::Relist));
                let wait = if ready.is_some() {
                    Wait::Readiness
                } else {
                    Wait::Probe
                };
                // Whoever is asked becomes ready by being asked.
                let ready = probe.or(ready).map(|at| (at, wait));
                let health = self.health.map(|next| match next.hopeful {
                    true => (next.at, Wait::Readiness),
                    false => (next.at, Wait::Probe),
                });
                [exit, ready, health].into_iter().flatten().min()
            }
            Stage::PullFailed { look } | Stage::Crashed { look, shown: true } => {
                Some((look, Wait::RestartBackoff))
            }
            Stage::Crashed { look, shown: false } => Some((look, Wait::Relist)),
        }
    }

    /// Whether it is asked for its readiness.
    pub fn is_probed(&self) -> bool {
        matches!(self.stage, Stage::Running { probe: Some(_), .. })
    }

    /// Whether it runs.
    pub fn runs(&self) -> bool {
        matches!(self.stage, Stage::Running { .. })
    }

    /// Exit code of the run that has ended last.
    pub fn exit_code(&self) -> Option<i32> {
        self.state.terminated.as_ref().map(|end| end.exit_code)
    }
}

impl Memory {
    /// What is to be known of a pod that comes to the node.
    pub fn new(pod: &Pod) -> Self {
        let specs = spec::all(pod);
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
        let container = |spec: &Spec| {
            let mut container = Container::new(spec, waiting);
            if let Some(known) = known(&spec.name) {
                container.adopt(known);
            }
            Rc::new(container)
        };
        Self {
            uid: pod.metadata.uid.clone(),
            template: pod.spec.clone(),
            containers: specs.iter().map(container).collect(),
            by_name: by_name(&specs),
            specs,
            ending: None,
        }
    }

    /// Follows the pod's spec where it became another one.
    pub fn read(&mut self, pod: &Pod) {
        if !Rc::ptr_eq(&self.template, &pod.spec) {
            self.template = pod.spec.clone();
            self.specs = spec::all(pod);
            self.by_name = by_name(&self.specs);
        }
    }

    /// A container, to be changed.
    pub fn one(&mut self, index: usize) -> &mut Container {
        let one = Rc::make_mut(&mut self.containers[index]);
        one.status.forget();
        one
    }

    /// The container that something is to be done for by now, first come first served.
    pub fn due(&self, now: Time) -> Option<(usize, Wait)> {
        let due = self.containers.iter().enumerate();
        let due = due.filter_map(|(index, one)| one.due().map(|(at, wait)| (at, index, wait)));
        due.filter(|(at, ..)| *at <= now)
            .min()
            .map(|(_, index, wait)| (index, wait))
    }

    /// Since when the container whose turn it is is made, and when it will run at the earliest: while its image is
    /// pulled, the start that follows takes at least what the image's start takes.
    pub fn start(&self, config: &Config) -> Option<[Time; 2]> {
        self.containers.iter().find_map(|one| {
            let due = match one.stage {
                Stage::Pulling { due, .. } => {
                    let image = config.image(&one.image);
                    match image.outcome {
                        Outcome::NotFound => due,
                        _ => due.plus_millis(image.start_ms.least.max(0)),
                    }
                }
                Stage::Starting { due } => due,
                _ => return None,
            };
            Some([one.begun, due])
        })
    }

    /// When to look again. What moves on by itself names the wait, so that settling goes on with it.
    pub fn next(&self) -> Option<(Time, Wait)> {
        let all = || self.containers.iter().filter_map(|one| one.due());
        let (at, first) = all().min()?;
        let progress = all().filter(|(_, wait)| wait.is_progress()).min();
        Some((at, progress.map_or(first, |(_, wait)| wait)))
    }
}

fn by_name(specs: &[Spec]) -> Rc<[usize]> {
    let main = (0..specs.len()).filter(|place| !specs[*place].init);
    let mut main: Vec<usize> = main.collect();
    light::sort(&mut main, |a, b| specs[*a].name.cmp(&specs[*b].name));
    main.into()
}
