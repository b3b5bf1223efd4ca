//! A stand-in for the kubelets: pulling, starting, becoming ready and terminating take their time.

use super::kubelet_branches as b;

use super::admission;
use super::pod_status::Known;
use super::status::{Happening, after};
use super::work::Work;
use crate::actor::memory::{ContainerStage, PodMemory, Remembered};
use crate::actor::recorder::Reporter;
use crate::actor::{Cause, Context, Kinds, Spec, SyncError, Wait, Wake, cause_of};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::left_out::{self, Implementer};
use crate::api::pod::{Pod, PodPhase};
use crate::api::time::{Time, duration};
use crate::store::{ApiError, Change, DeleteOptions, Store};
use std::rc::Rc;

/// Maximum number of actions for a pod in one sync; the rest is left to the next sync.
const ROUNDS: usize = 64;
/// Minimum grace period of a container in seconds, however short that of its pod.
const LEAST_GRACE: i64 = 2;
/// Exit code of a container killed after its grace period.
const KILLED: i32 = 137;

/// Registration of the kubelets with the engine.
pub static SPEC: Spec = Spec {
    name: "kubelet",
    short_name: "kubelet",
    branches: b::ALL,
    runs_in_manual: false,
    interests: Kinds::of(&[Kind::Pod]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: Some(is_gone),
    wake_on_silence: Some(wake_heard),
    wake_on_memory: Some(wake_changed),
};

fn is_gone(change: &Change) -> bool {
    change.after.is_none()
}

/// Queues the pods of a node that came back.
fn wake_heard(store: &Store, node: &Key, is_silent: bool, wakes: &mut Vec<Wake>) {
    if !is_silent {
        let cause = Cause::Modified(node.clone());
        let pods = store.indexes().on_node(&node.name);
        wakes.extend(pods.map(|pod| Wake::now(pod.clone(), cause.clone())));
    }
}

/// Queues a pod whose containers were changed by the user.
fn wake_changed(change: &Remembered) -> Option<Wake> {
    let key = change.pod()?;
    Some(Wake::now(key.clone(), Cause::Modified(key.clone())))
}

/// Queues pods that were bound to a node, marked for deletion, or given another image.
fn wake(_: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let Some(Object::Pod(pod)) = &change.after else {
        return;
    };
    let before = match &change.before {
        Some(Object::Pod(before)) => Some(before),
        _ => None,
    };
    let came = pod.node_name.is_some() && before.is_none_or(|before| before.node_name.is_none());
    let ends = pod.metadata.is_terminating()
        && before.is_none_or(|before| {
            before.metadata.deletion_timestamp != pod.metadata.deletion_timestamp
        });
    let changed = pod.node_name.is_some()
        && before.is_some_and(|before| {
            !Rc::ptr_eq(&before.spec, &pod.spec) && before.spec.containers != pod.spec.containers
        });
    if came || ends || changed {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
    }
}

/// Syncs a pod on its node.
///
/// # Errors
/// The API server refused a write.
fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(pod) = cx.store.pod(key).cloned() else {
        cx.memory.remember_pod(key, None);
        return Ok(());
    };
    let node = pod.node_name.clone();
    let world = cx.world.clone();
    let hears = |node: &Rc<str>| world.silent_since(node).is_none();
    let Some(node) = node.filter(hears).filter(|_| !pod.is_finished()) else {
        return Ok(());
    };
    let known = cx.memory.pod(key);
    let known = known.filter(|known| known.uid == pod.metadata.uid);
    let mut memory = match &known {
        Some(known) => (**known).clone(),
        None => PodMemory::new(&pod),
    };
    memory.spec = pod.spec.clone();
    let is_new = known.is_none() && pod.status.container_statuses.is_empty();
    let mut work = Work {
        cx,
        world: &world,
        specs: pod.spec.run().all.clone(),
        pod,
        node,
        memory,
    };
    if known.is_none() && !is_new {
        work.resume();
    }
    if work.pod.metadata.is_terminating() {
        return end(work, key);
    }
    if is_new {
        if let Some((reason, message)) = not_admitted(&work) {
            return reject(work, &reason, &message);
        }
        let node = work.node.clone();
        work.decide(&b::TAKE).object("node", Kind::Node, node);
        let left_out = left_out::paths(
            work.pod.spec.left_out(),
            &[Implementer::Kubelet, Implementer::Program],
        );
        if !left_out.is_empty() {
            work.decide(&b::LEFT_OUT).text("fields", left_out);
        }
        write_known(&mut work, false)?;
    } else {
        go_on(&mut work);
    }
    if work.mounts() {
        work.begin_next();
    }
    if !is_new {
        if work.cx.decisions.is_empty() {
            work.decide(&b::IDLE);
        }
        write_known(&mut work, true)?;
    }
    if let Some((at, wait)) = work.memory.next() {
        let after = at.since(work.cx.now());
        work.cx.wake_after(after, wait);
    }
    let Work {
        cx, memory, pod, ..
    } = work;
    cx.memory
        .remember_pod(key, (!pod.is_finished()).then_some(memory));
    Ok(())
}

/// Reason and message if the node does not admit a pod; scheduled pods have been checked already.
fn not_admitted(work: &Work<'_, '_>) -> Option<(String, String)> {
    work.pod.spec.node_name.as_ref()?;
    let store = &work.cx.store;
    let node = store.node(&work.node)?;
    admission::refusal(node, store.indexes().room(&work.node), &work.pod)
}

/// Fails a pod that was not admitted.
fn reject(mut work: Work<'_, '_>, reason: &str, message: &str) -> Result<(), SyncError> {
    let node = work.node.clone();
    work.decide(&b::REJECT)
        .object("node", Kind::Node, node.clone())
        .text("why", message);
    let reporter = Reporter {
        host: Some(&node),
        ..Reporter::of("kubelet")
    };
    let about = (Kind::Pod, &work.pod.metadata);
    work.cx
        .report(reporter, about, EventType::Warning, reason, message);
    let mut rejected = (*work.pod).clone();
    rejected.status.phase = PodPhase::Failed;
    rejected.status.reason = Some(reason.into());
    rejected.status.message = Some(format!("Pod was rejected: {message}").into());
    rejected.status.start_time = Some(work.cx.now().whole_seconds());
    rejected.status.observed_generation = rejected.metadata.generation;
    work.cx
        .store
        .update_status(Object::Pod(Rc::new(rejected)))?;
    Ok(())
}

/// Performs all due actions.
fn go_on(work: &mut Work<'_, '_>) {
    let now = work.cx.now();
    for index in 0..work.specs.len() {
        let image = work.specs[index].image.clone();
        if work.memory.containers[index].image == image {
            continue;
        }
        let one = work.one(index);
        one.image = image.clone();
        one.pull_failures = 0;
        one.crashes = 0;
        let name = work.specs[index].name.clone();
        work.decide(&b::CHANGED)
            .text("container", name.clone())
            .text("image", image);
        let one = work.one(index);
        if one.runs() {
            one.end(0, now);
            let text = format!("Container {name} definition changed, will be restarted");
            work.event(index, EventType::Normal, "Killing", &text);
            work.restart(index);
        } else if !matches!(one.stage, ContainerStage::Idle | ContainerStage::Done) {
            work.begin(index);
        }
    }
    // The user may have triggered a fault.
    for index in 0..work.specs.len() {
        work.watch(index);
    }
    for _ in 0..ROUNDS {
        let Some((index, wait)) = work.memory.due(now) else {
            return;
        };
        work.advance(index, wait);
    }
}

/// Stops the containers, at the latest at the end of the pod's grace period; then removes the object.
fn end(mut work: Work<'_, '_>, key: &Key) -> Result<(), SyncError> {
    let now = work.cx.now();
    let grace = work.pod.metadata.deletion_grace_period_seconds;
    let grace = grace.unwrap_or(30).max(LEAST_GRACE).saturating_mul(1000);
    let (due, code) = match work.memory.ending {
        Some((due, _)) if due > now.plus_millis(grace) => (now.plus_millis(grace), KILLED),
        Some(ending) => ending,
        None => {
            let (takes, code) = stop(&mut work, grace);
            work.decide(&b::KILL).text("time", duration(takes));
            (now.plus_millis(takes), code)
        }
    };
    if due > now {
        work.memory.ending = Some((due, code));
        write_known(&mut work, true)?;
        work.cx.wake_after(due.since(now), Wait::Termination);
        let Work { cx, memory, .. } = work;
        cx.memory.remember_pod(key, Some(memory));
        return Ok(());
    }
    work.decide(&b::ENDED);
    for index in 0..work.specs.len() {
        if work.memory.containers[index].runs() {
            let one = work.one(index);
            one.end(code, now);
            one.stage = ContainerStage::Done;
        }
    }
    write_known(&mut work, true)?;
    work.cx.memory.remember_pod(key, None);
    remove(work.cx.store, key)
}

/// Stops the running containers; returns the milliseconds that takes and their exit code.
fn stop(work: &mut Work<'_, '_>, grace: i64) -> (i64, i32) {
    let (mut takes, mut code) = (0, 0);
    for index in 0..work.specs.len() {
        if work.memory.containers[index].runs() {
            let name = work.specs[index].name.clone();
            let text = ["Stopping container ", &*name].concat();
            work.event(index, EventType::Normal, "Killing", &text);
            let hook = work.specs[index].pre_stop;
            if hook > 0 {
                let sleeps = duration(hook.min(grace));
                work.decide(&b::PRE_STOP)
                    .text("container", name)
                    .text("time", sleeps);
            }
            let own = work.world.stop_ms.draw(&mut work.cx.store.registers);
            let (one, ends) = stopping(hook, own, grace);
            takes = takes.max(one);
            code = code.max(ends);
        }
    }
    (takes, code)
}

/// How long a container takes to stop, and its exit code: its `preStop` hook takes its time out of the grace period,
/// and the container has the rest of it, but not less than [`LEAST_GRACE`]
/// (`pkg/kubelet/kuberuntime/kuberuntime_container.go`, killContainer).
pub(super) fn stopping(hook: i64, takes: i64, grace: i64) -> (i64, i32) {
    let hook = hook.min(grace);
    let left = match hook {
        0 => grace,
        hook => (grace - hook).max(LEAST_GRACE.saturating_mul(1000)),
    };
    let code = if takes <= left { 0 } else { KILLED };
    (hook + takes.min(left), code)
}

/// Writes the status if it changed.
fn write_known(work: &mut Work<'_, '_>, sandbox: bool) -> Result<(), SyncError> {
    let known = Known {
        pod: &work.pod,
        memory: &work.memory,
    };
    let has_sandbox = sandbox
        && work
            .memory
            .containers
            .iter()
            .any(|one| one.begun != Time::UNSET || one.stage != ContainerStage::Idle);
    let status = known.status(has_sandbox, &mut work.cx.store.registers);
    if status == work.pod.status {
        return Ok(());
    }
    let mut written = (*work.pod).clone();
    written.status = status;
    match work.cx.store.update_status(Object::Pod(Rc::new(written))) {
        Ok(Object::Pod(pod)) => {
            work.pod = pod;
            Ok(())
        }
        other => Ok(ApiError::unless_gone(other.map(drop))?),
    }
}

/// Removes a terminated pod from the API server.
pub(super) fn remove(store: &mut Store, key: &Key) -> Result<(), SyncError> {
    let options = DeleteOptions {
        grace_period_seconds: Some(0),
        ..DeleteOptions::default()
    };
    Ok(ApiError::unless_gone(store.delete(key, &options))?)
}

/// Writes the status for what happened to a pod.
pub(super) fn write(
    store: &mut Store,
    pod: &Rc<Pod>,
    what: Happening<'_>,
) -> Result<(), SyncError> {
    let mut pod = (**pod).clone();
    pod.status = after(&pod, what, &mut store.registers);
    let result = store.update_status(Object::Pod(Rc::new(pod)));
    Ok(ApiError::unless_gone(result.map(drop))?)
}
