//! The kubelet's work on a single container: image, start, probes, restarts (`pkg/kubelet/images/image_manager.go`,
//! `pkg/kubelet/kuberuntime`).

use super::kubelet_branches as b;
use crate::actor::decision::{Branch, Decision};
use crate::actor::memory::{ContainerMemory, ContainerStage, PodMemory};
use crate::actor::recorder::Reporter;
use crate::actor::{Context, Wait};
use crate::api::event::EventType::{self, Normal, Warning};
use crate::api::kind::Kind;
use crate::api::pod::container::{Container, PullPolicy, restart_policy};
use crate::api::pod::{ContainerState, Pod, Terminated};
use crate::api::time::{Time, duration};
use crate::world::latency::go_duration;
use crate::world::{Outcome, World, catalogue};
use std::rc::Rc;

/// Initial back-off after a failed pull, or after the second exit of a container.
const BACKOFF_FIRST: i64 = 10_000;
/// Maximum back-off.
const BACKOFF_MAX: i64 = 300_000;
/// Length of a run after which a container's back-off is reset.
const BACKOFF_RESET: i64 = 600_000;
/// Milliseconds from a failed sync to the next.
pub(super) const LOOK_AGAIN: i64 = 10_000;
/// Maximum time between syncs of a pod.
const LOOK_MOST: i64 = 60_000;
/// Milliseconds between relists of the runtime's containers.
const RELIST: i64 = 1000;
/// Time to check an image that is always pulled but is already present.
const CHECK: i64 = 300;

/// A pod being synced.
pub struct Work<'a, 'c> {
    pub cx: &'a mut Context<'c>,
    pub world: &'a World,
    pub pod: Rc<Pod>,
    pub node: Rc<str>,
    pub specs: Rc<[Container]>,
    pub memory: PodMemory,
}

/// The back-off after a number of failures.
pub fn back_off(failures: u32) -> i64 {
    let doubled = BACKOFF_FIRST << failures.saturating_sub(1).min(16);
    doubled.min(BACKOFF_MAX)
}

/// A made-up image size, always the same for the same image.
fn image_bytes(image: &str) -> u32 {
    let sum = image.bytes().fold(17_u32, |sum, byte| {
        sum.wrapping_mul(31).wrapping_add(byte.into())
    });
    20_000_000 + sum % 180_000_000
}

impl Work<'_, '_> {
    /// Records an event about a container.
    pub fn event(&mut self, index: usize, kind: EventType, reason: &str, message: &str) {
        let field = self.specs[index].field_path.clone();
        let reporter = Reporter {
            component: "kubelet",
            host: Some(&self.node),
            field: Some(&field),
            action: None,
        };
        let about = (Kind::Pod, &self.pod.metadata);
        self.cx.report(reporter, about, kind, reason, message);
    }

    /// Reports a branch taken for the pod.
    pub fn decide(&mut self, branch: &'static Branch) -> &mut Decision {
        let pod = self.pod.metadata.name.clone();
        self.cx.decide(branch).object("pod", Kind::Pod, pod)
    }

    pub fn one(&mut self, index: usize) -> &mut ContainerMemory {
        self.memory.one(index)
    }

    /// Performs a due action for a container.
    pub fn advance(&mut self, index: usize, wait: Wait) {
        match self.memory.containers[index].stage {
            ContainerStage::Pulling { begun, .. } => self.pulled(index, begun),
            ContainerStage::Starting { .. } => self.started(index),
            ContainerStage::Running { .. } if self.asks_for_health(index) => {
                self.check_health(index)
            }
            ContainerStage::Running { .. } => match wait {
                Wait::Readiness | Wait::Probe if self.memory.containers[index].is_probed() => {
                    self.probe(index);
                }
                Wait::Readiness => self.ready(index),
                _ => self.exited(index),
            },
            ContainerStage::PullFailed { .. } => self.look_at_image(index),
            ContainerStage::NotCreated { .. } => self.look_at_environment(index),
            ContainerStage::Crashed { .. } => self.look_at_crash(index),
            ContainerStage::Idle | ContainerStage::Done => {}
        }
    }

    /// Starts the next container in turn.
    pub fn begin_next(&mut self) {
        for index in 0..self.specs.len() {
            let (spec, one) = (&self.specs[index], &self.memory.containers[index]);
            match one.stage {
                ContainerStage::Idle => return self.begin(index),
                ContainerStage::Pulling { .. } | ContainerStage::Starting { .. } => return,
                ContainerStage::Done if spec.init && one.exit_code() != Some(0) => return,
                ContainerStage::Done => {}
                ContainerStage::Running { .. } if !spec.init || spec.sidecar && one.started => {}
                _ if spec.init => return,
                _ => {}
            }
        }
    }

    /// Pulls the image of a container that is to be started.
    pub fn begin(&mut self, index: usize) {
        let now = self.cx.now();
        let (image, policy) = (self.specs[index].image.clone(), self.specs[index].policy);
        let present = self.cx.memory.has_image(&self.node, &image);
        self.one(index).begun = now;
        self.warn_of_pull_secrets();
        if present && policy != PullPolicy::Always {
            let node = self.node.clone();
            self.decide(&b::PRESENT)
                .object("node", Kind::Node, node)
                .text("image", image.clone());
            let told = "\" already present on machine and can be accessed by the pod";
            let text = ["Container image \"", &*image, told].concat();
            self.event(index, Normal, "Pulled", &text);
            return self.start(index);
        }
        if policy == PullPolicy::Never {
            self.decide(&b::NEVER).text("image", image.clone());
            let text =
                format!("Container image \"{image}\" is not present with pull policy of Never");
            self.event(index, Warning, "ErrImageNeverPull", &text);
            self.event(index, Warning, "Failed", "Error: ErrImageNeverPull");
            let look = now.plus_millis(LOOK_AGAIN);
            let one = self.one(index);
            one.state = ContainerState::waiting("ErrImageNeverPull", Some(text));
            one.stage = ContainerStage::PullFailed { look };
            return;
        }
        let takes = self.world.pulled(&image).pull_ms;
        let mut takes = takes.draw(&mut self.cx.store.registers);
        if present {
            takes = takes.min(CHECK);
        }
        self.decide(&b::PULL)
            .text("image", image.clone())
            .text("time", duration(takes));
        self.event(
            index,
            Normal,
            "Pulling",
            &format!("Pulling image \"{image}\""),
        );
        let due = now.plus_millis(takes);
        self.one(index).stage = ContainerStage::Pulling { begun: now, due };
    }

    fn start(&mut self, index: usize) {
        if !self.has_environment(index) {
            return;
        }
        let takes = self.world.pulled(&self.specs[index].image).start_ms;
        let takes = takes.draw(&mut self.cx.store.registers);
        let due = self.cx.now().plus_millis(takes);
        self.one(index).stage = ContainerStage::Starting { due };
    }

    fn pulled(&mut self, index: usize, begun: Time) {
        let image = self.specs[index].image.clone();
        let now = self.cx.now();
        if self.world.image(&image).outcome == Outcome::NotFound {
            return self.pull_failed(index, &image);
        }
        self.cx.memory.remember_image(&self.node, &image, now);
        let took = go_duration(now.since(begun));
        let bytes = image_bytes(&image);
        let text = format!(
            "Successfully pulled image \"{image}\" in {took} ({took} including waiting). Image size: {bytes} bytes."
        );
        self.event(index, Normal, "Pulled", &text);
        let (node, container) = (self.node.clone(), self.specs[index].name.clone());
        self.decide(&b::PULLED)
            .text("image", image)
            .object("node", Kind::Node, node)
            .text("container", container);
        let one = self.one(index);
        one.pull_failures = 0;
        one.result = None;
        self.start(index);
    }

    fn pull_failed(&mut self, index: usize, image: &str) {
        let now = self.cx.now();
        let error = not_found(image);
        let text = format!("Failed to pull image \"{image}\": {error}");
        self.event(index, Warning, "Failed", &text);
        self.event(index, Warning, "Failed", "Error: ErrImagePull");
        let one = self.one(index);
        one.pull_failures = one.pull_failures.saturating_add(1);
        let failures = one.pull_failures;
        let wait = back_off(failures);
        one.back_off_until = now.plus_millis(wait);
        one.result = Some(("ErrImagePull".into(), error));
        // The first time, the new sandbox makes the kubelet sync again immediately.
        let again = if failures == 1 { 0 } else { LOOK_AGAIN };
        one.stage = ContainerStage::PullFailed {
            look: now.plus_millis(again),
        };
        if let Some((name, tag)) = self.world.missing_tag(image) {
            self.decide(&b::NO_TAG)
                .text("name", name)
                .text("tag", tag)
                .text("date", catalogue::DATE);
        }
        self.decide(&b::PULL_FAILED)
            .text("image", image)
            .number("failures", failures)
            .number("seconds", wait / 1000);
    }

    /// Reports the result of the last attempt, then pulls again or keeps waiting.
    fn look_at_image(&mut self, index: usize) {
        let now = self.cx.now();
        let image = self.specs[index].image.clone();
        let one = self.one(index);
        if let Some((reason, message)) = one.result.clone() {
            one.state = ContainerState::waiting(&reason, Some(message));
        }
        let left = one.back_off_until.since(now);
        if left <= 0 {
            return self.begin(index);
        }
        let text = format!("Back-off pulling image \"{image}\"");
        let message = format!("{text}: ErrImagePull: {}", not_found(&image));
        one.result = Some(("ImagePullBackOff".into(), message));
        one.stage = ContainerStage::PullFailed {
            look: now.plus_millis(LOOK_AGAIN),
        };
        self.decide(&b::PULL_BACKOFF)
            .text("image", image)
            .number("seconds", left / 1000);
        self.event(index, Normal, "BackOff", &text);
        self.event(index, Warning, "Failed", "Error: ImagePullBackOff");
    }

    fn started(&mut self, index: usize) {
        let now = self.cx.now();
        let spec = self.specs[index].clone();
        let image = *self.world.pulled(&spec.image);
        self.event(index, Normal, "Created", "Container created");
        self.event(index, Normal, "Started", "Container started");
        self.decide(&b::START).text("container", spec.name.clone());
        let takes = image.ready_ms.draw(&mut self.cx.store.registers);
        let after = now.plus_millis(takes);
        let is_step = spec.init && !spec.sidecar;
        let exit = match image.outcome {
            Outcome::Crashes => Some(after),
            Outcome::NeverReady => None,
            _ => Some(after).filter(|_| is_step),
        };
        let one = self.one(index);
        one.stage = ContainerStage::Running {
            exit,
            ready: None,
            probe: None,
        };
        one.state = ContainerState::running(now.whole_seconds());
        one.result = None;
        one.ready = false;
        one.since = now;
        // A crashing container answers probes until it crashes.
        one.answers = if image.outcome == Outcome::Crashes {
            now
        } else {
            after
        };
        one.ill = image.outcome == Outcome::Unhealthy;
        one.started = is_step || !spec.startup.exists();
        one.health = None;
        one.stopped_by_probe = false;
        if is_step {
            return;
        }
        if one.started {
            self.has_started(index);
        } else {
            self.ask_startup(index, now.plus_millis(spec.startup.delay()), 0);
        }
    }

    /// Starts readiness probing of a container, or decides its readiness if it has no probe.
    pub fn open(&mut self, index: usize) {
        let now = self.cx.now();
        let spec = self.specs[index].clone();
        let outcome = self.world.pulled(&spec.image).outcome;
        let one = self.one(index);
        let first = one.since.plus_millis(spec.readiness.delay()).max(now);
        let answers = one.answers;
        let ContainerStage::Running { exit, .. } = one.stage else {
            return;
        };
        let (ready, probe) = match outcome {
            Outcome::Crashes => return,
            Outcome::NeverReady => (None, Some(first)),
            _ if spec.readiness.exists() => (Some(answers), Some(first)),
            _ => (Some(answers).filter(|at| *at > now), None),
        };
        one.ready = ready.is_none() && probe.is_none();
        one.stage = ContainerStage::Running { exit, ready, probe };
    }

    fn ready(&mut self, index: usize) {
        let name = self.specs[index].name.clone();
        self.decide(&b::READY).text("container", name);
        let one = self.one(index);
        one.ready = true;
        one.wait_for(None, None);
    }

    /// Runs a container's readiness probe.
    fn probe(&mut self, index: usize) {
        let now = self.cx.now();
        let spec = self.specs[index].clone();
        let period = spec.readiness.period();
        let answers = match self.memory.containers[index].stage {
            ContainerStage::Running { ready, .. } => ready,
            _ => None,
        };
        // The next probe takes a repaired image into account.
        let fine = self.world.pulled(&spec.image).outcome != Outcome::NeverReady;
        if fine && answers.is_none_or(|at| at <= now) {
            let more = spec.readiness.successes() - 1;
            if more == 0 {
                return self.ready(index);
            }
            let at = now.plus_millis(period.saturating_mul(more));
            self.one(index).wait_for(Some(at), None);
            return;
        }
        self.decide(&b::PROBE)
            .text("container", spec.name.clone())
            .number("seconds", period / 1000);
        let ip = self.pod.status.pod_ip.clone().unwrap_or_default();
        let text = format!("Readiness probe failed: {}", spec.readiness.failure(&ip));
        self.event(index, Warning, "Unhealthy", &text);
        let next = now.plus_millis(period);
        self.one(index).wait_for(answers, Some(next));
    }

    fn exited(&mut self, index: usize) {
        let now = self.cx.now();
        let spec = self.specs[index].clone();
        let crashed = self.world.pulled(&spec.image).outcome == Outcome::Crashes;
        let one = self.one(index);
        let code = one.killed.take().unwrap_or(i32::from(crashed));
        let crashed = code != 0;
        let by_probe = std::mem::take(&mut one.stopped_by_probe);
        one.end(code, now);
        let restarts = match restart_policy(&self.pod) {
            _ if spec.sidecar => true,
            "Never" => false,
            _ if by_probe => true,
            "OnFailure" => crashed,
            _ => crashed || !spec.init,
        };
        if !restarts {
            self.one(index).stage = ContainerStage::Done;
            let decision = self.decide(&b::EXIT);
            decision.text("container", spec.name).number("code", code);
            return;
        }
        if by_probe {
            return self.restart_after_probe(index);
        }
        let one = self.one(index);
        if one.crashes == 0 || now.since(one.begun) > BACKOFF_RESET {
            one.crashes = 0;
            return self.restart(index);
        }
        let wait = back_off(one.crashes);
        self.stay_down(index, wait);
    }

    /// Delays the restart of an exited container by `wait` milliseconds.
    pub fn stay_down(&mut self, index: usize, wait: i64) {
        let now = self.cx.now();
        let one = self.one(index);
        one.back_off_until = now.plus_millis(wait);
        one.stage = ContainerStage::Crashed {
            look: now.plus_millis(RELIST.min(wait)),
            shown: false,
        };
        self.crash_back_off(index, wait);
    }

    fn crash_back_off(&mut self, index: usize, left: i64) {
        let name = self.specs[index].name.clone();
        let text = format!(
            "Back-off restarting failed container {name} in pod {}",
            self.full_name()
        );
        self.event(index, Warning, "BackOff", &text);
        self.decide(&b::BACKOFF)
            .text("container", name)
            .number("seconds", (left + 999) / 1000);
    }

    /// `web_default(uid)`.
    fn full_name(&self) -> String {
        let meta = &self.pod.metadata;
        format!("{}_{}({})", meta.name, meta.namespace, meta.uid)
    }

    fn look_at_crash(&mut self, index: usize) {
        let now = self.cx.now();
        let text = format!(
            "back-off {} restarting failed container={} pod={}",
            go_duration(back_off(self.memory.containers[index].crashes)),
            self.specs[index].name,
            self.full_name()
        );
        let one = self.one(index);
        if one.state.terminated.is_some() {
            one.last_state = one.state.clone();
            one.state = ContainerState::waiting("CrashLoopBackOff", Some(text));
        }
        let left = one.back_off_until.since(now);
        if left <= 0 {
            return self.restart(index);
        }
        one.stage = ContainerStage::Crashed {
            look: now.plus_millis(left.min(LOOK_MOST)),
            shown: true,
        };
        self.crash_back_off(index, left);
    }

    /// Restarts an exited container.
    pub fn restart(&mut self, index: usize) {
        let name = self.specs[index].name.clone();
        let one = self.one(index);
        if one.state.terminated.is_some() {
            one.last_state = one.state.clone();
        }
        one.crashes = one.crashes.saturating_add(1);
        one.restarts = one.restarts.saturating_add(1);
        let restarts = one.restarts;
        let decision = self.decide(&b::RESTART);
        decision
            .text("container", name)
            .number("restarts", restarts);
        self.begin(index);
    }
}

impl ContainerMemory {
    /// Sets what a running container waits for: to become ready, or its next readiness probe.
    pub fn wait_for(&mut self, ready: Option<Time>, probe: Option<Time>) {
        if let ContainerStage::Running { exit, .. } = self.stage {
            self.stage = ContainerStage::Running { exit, ready, probe };
        }
    }

    /// Ends the current run.
    pub fn end(&mut self, code: i32, now: Time) {
        let started_at = self.state.running.map(|running| running.started_at);
        let reason = if code == 0 { "Completed" } else { "Error" };
        self.state = ContainerState {
            terminated: Some(Rc::new(Terminated {
                exit_code: code,
                reason: reason.into(),
                started_at,
                finished_at: Some(now.whole_seconds()),
            })),
            ..ContainerState::default()
        };
        self.ready = false;
        self.started = false;
        self.health = None;
    }
}

/// The error of a registry, as passed on by containerd.
fn not_found(image: &str) -> String {
    let name = match image.split_once('/') {
        None => format!("docker.io/library/{image}"),
        Some((host, _)) if host.contains(['.', ':']) => image.to_owned(),
        Some(_) => format!("docker.io/{image}"),
    };
    let tag = name.rsplit('/').next().unwrap_or_default();
    let name = if tag.contains([':', '@']) {
        name
    } else {
        format!("{name}:latest")
    };
    format!(
        "rpc error: code = NotFound desc = failed to pull and unpack image \"{name}\": failed to resolve reference \"{name}\": {name}: not found"
    )
}
