//! Startup and liveness probes: liveness probes start once the startup probe has succeeded, and a container that
//! fails either is restarted (`pkg/kubelet/prober/worker.go`, doProbe).
//!
//!
//! A successful probe that changes nothing is not simulated: only failing probes are, and the one that completes
//! the startup.

use super::kubelet::stopping;
use super::kubelet_branches as b;
use super::work::{Work, back_off};
use crate::actor::memory::{ContainerStage, Health};
use crate::api::event::EventType::{Normal, Warning};
use crate::api::pod::container::restart_policy;
use crate::api::time::{Time, duration};

impl Work<'_, '_> {
    /// Whether a startup or liveness probe is scheduled.
    pub fn asks_for_health(&self, index: usize) -> bool {
        let next = self.memory.containers[index].health;
        next.is_some_and(|next| next.at <= self.cx.now())
    }

    /// Schedules the next startup probe.
    pub fn ask_startup(&mut self, index: usize, at: Time, failures: i64) {
        let probe = &self.specs[index].startup;
        let left = (probe.failures() - failures - 1).saturating_mul(probe.period());
        let one = self.one(index);
        let hopeful = one.answers <= at.plus_millis(left);
        one.health = Some(Health {
            at,
            failures,
            hopeful,
        });
    }

    /// Marks a container as started, which enables its other probes.
    pub fn has_started(&mut self, index: usize) {
        self.one(index).started = true;
        self.open(index);
        self.watch(index);
    }

    /// Schedules the next liveness probe of a running container, if it will fail.
    pub fn watch(&mut self, index: usize) {
        let (now, probe) = (self.cx.now(), &self.specs[index].liveness);
        if !probe.exists() {
            return;
        }
        let (delay, period) = (probe.delay(), probe.period());
        let one = &self.memory.containers[index];
        let watched = !one.started || one.health.is_some() || one.stopped_by_probe;
        if watched || !one.runs() {
            return;
        }
        let first = one.since.plus_millis(delay);
        let late = now.since(first).max(0);
        let periods = late / period + i64::from(late % period > 0);
        let at = first.plus_millis(periods.saturating_mul(period));
        if one.ill || at < one.answers {
            self.one(index).health = Some(Health {
                at,
                failures: 0,
                hopeful: false,
            });
        }
    }

    /// Runs a container's startup or liveness probe.
    pub fn check_health(&mut self, index: usize) {
        let now = self.cx.now();
        let spec = self.specs[index].clone();
        let one = self.one(index);
        let Some(last) = one.health.take() else {
            return;
        };
        let (name, title, probe) = match one.started {
            false => ("startup", "Startup", &spec.startup),
            true => ("liveness", "Liveness", &spec.liveness),
        };
        let answers = now >= one.answers && !(one.started && one.ill);
        if answers && !one.started {
            self.decide(&b::STARTED)
                .text("container", spec.name.clone());
            return self.has_started(index);
        }
        if answers {
            return;
        }
        let failures = last.failures + 1;
        self.decide(&b::UNHEALTHY)
            .text("container", spec.name.clone())
            .text("probe", name)
            .number("failures", failures)
            .number("most", probe.failures());
        let ip = self.pod.status.pod_ip.clone().unwrap_or_default();
        let text = format!("{title} probe failed: {}", probe.failure(&ip));
        self.event(index, Warning, "Unhealthy", &text);
        if failures >= probe.failures() {
            return self.stop_by_probe(index, name, probe.grace());
        }
        let next = now.plus_millis(probe.period());
        match name {
            "startup" => self.ask_startup(index, next, failures),
            _ => {
                self.one(index).health = Some(Health {
                    at: next,
                    failures,
                    hopeful: false,
                });
            }
        }
    }

    /// Stops a container whose probe has failed (`pkg/kubelet/kuberuntime/kuberuntime_manager.go`,
    /// computePodActions).
    fn stop_by_probe(&mut self, index: usize, probe: &str, grace: Option<i64>) {
        let now = self.cx.now();
        let spec = self.specs[index].clone();
        let name = &spec.name;
        let text = match restart_policy(&self.pod) {
            _ if spec.init => format!("Init container {name} failed {probe} probe"),
            "Never" => format!("Container {name} failed {probe} probe"),
            _ => format!("Container {name} failed {probe} probe, will be restarted"),
        };
        self.event(index, Normal, "Killing", &text);
        let of_pod = self.pod.spec.termination_grace_period_seconds;
        let grace = grace.unwrap_or(of_pod.max(0).saturating_mul(1000));
        let takes = self.world.stop_ms.draw(&mut self.cx.store.registers);
        let (takes, code) = stopping(spec.pre_stop, takes, grace);
        self.decide(&b::PROBE_KILL)
            .text("container", name.clone())
            .text("probe", probe)
            .text("time", duration(takes));
        let one = self.one(index);
        one.killed = Some(code);
        one.stopped_by_probe = true;
        one.stage = ContainerStage::Running {
            exit: Some(now.plus_millis(takes)),
            ready: None,
            probe: None,
        };
    }

    /// Restarts a container stopped because of a probe. The back-off counts from the end of the previous run, since
    /// the kubelet uses the state from before it stopped the container (doBackOff).
    pub fn restart_after_probe(&mut self, index: usize) {
        let now = self.cx.now();
        let one = self.one(index);
        let crashes = one.crashes;
        let before = one.last_state.terminated.as_ref();
        let before = before.and_then(|ended| ended.finished_at);
        let Some(before) = before else {
            self.restart(index);
            self.one(index).crashes = crashes;
            return;
        };
        let left = match crashes {
            0 => 0,
            _ => before.plus_millis(back_off(crashes)).since(now),
        };
        if left > 0 {
            self.stay_down(index, left);
        } else {
            self.restart(index);
        }
    }
}
