//! What a state says about images, nodes and programs: whatever it shows is assumed to go on.

use super::{Note, names};
use crate::actor::Context;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object};
use crate::api::pod::{ContainerStatus, Pod};
use crate::api::time::Time;
use crate::manifests::Placed;
use crate::texts::{Text, state as texts};
use crate::world::{Image, Outcome, World};
use std::collections::BTreeMap;
use std::rc::Rc;

/// A running container that has not been ready for so long is assumed never to become ready, in milliseconds.
const NEVER_READY_MS: i64 = 600_000;

/// Sets how images behave and which nodes are silent.
pub fn assume(context: &mut Context<'_>, given: &[Placed], notes: &mut Vec<Note>) {
    let mut world = (*context.world).clone();
    images(context, &mut world, notes);
    silent_nodes(context, given, &mut world);
    context.world = Rc::new(world);
}

/// The images that could not be pulled, crash, or do not become ready; those of running containers are on their nodes.
fn images(context: &mut Context<'_>, world: &mut World, notes: &mut Vec<Note>) {
    let now = context.store.now();
    let pods = context.store.list(Kind::Pod, None);
    let pods: Vec<Rc<Pod>> = pods.filter_map(as_pod).collect();
    let mut seen: BTreeMap<Rc<str>, Outcome> = BTreeMap::new();
    for pod in pods.iter().filter(|pod| !pod.is_finished()) {
        let node = pod.node_name.clone();
        for status in statuses(pod) {
            let Some(image) = image_of(pod, status) else {
                continue;
            };
            if let (Some(node), true) = (&node, has_run(status)) {
                context.memory.remember_image(node, &image, now);
            }
            let outcome = outcome(status, now);
            if let Some(outcome) = outcome {
                seen.insert(image, outcome);
            }
        }
    }
    let rows: [(Outcome, &'static Text); 3] = [
        (Outcome::NotFound, &texts::NOT_FOUND),
        (Outcome::Crashes, &texts::CRASHES),
        (Outcome::NeverReady, &texts::NEVER_READY),
    ];
    for (outcome, text) in rows {
        let of = seen.iter().filter(|(_, known)| **known == outcome);
        let of: Vec<&Rc<str>> = of.map(|(image, _)| image).collect();
        for image in &of {
            let usual = world.image(image);
            world
                .images
                .insert(image.to_string(), Image { outcome, ..usual });
        }
        if !of.is_empty() {
            notes.push(Note::new(text).with("images", names(of)));
        }
    }
}

fn as_pod(object: &Object) -> Option<Rc<Pod>> {
    match object {
        Object::Pod(pod) => Some(pod.clone()),
        _ => None,
    }
}

fn statuses(pod: &Pod) -> impl Iterator<Item = &Rc<ContainerStatus>> {
    let init = pod.status.init_container_statuses.iter();
    init.chain(pod.status.container_statuses.iter())
}

/// The image as the spec has it: statuses have it resolved.
fn image_of(pod: &Pod, status: &ContainerStatus) -> Option<Rc<str>> {
    let specs = &pod.spec.run().all;
    let spec = specs.iter().find(|spec| spec.name == status.name)?;
    Some(spec.image.clone())
}

fn has_run(status: &ContainerStatus) -> bool {
    let (state, last) = (&status.state, &status.last_state);
    state.running.is_some() || state.terminated.is_some() || last.terminated.is_some()
}

/// How a container's image behaves, if it differs from one that starts and becomes ready.
fn outcome(status: &ContainerStatus, now: Time) -> Option<Outcome> {
    let waiting = status.state.waiting.as_ref();
    let reason = waiting.map_or("", |waiting| &*waiting.reason);
    match reason {
        "ErrImagePull" | "ImagePullBackOff" | "InvalidImageName" => Some(Outcome::NotFound),
        "CrashLoopBackOff" => Some(Outcome::Crashes),
        _ => {
            let running = status.state.running.filter(|_| !status.ready)?;
            let long = now.since(running.started_at) > NEVER_READY_MS;
            long.then_some(Outcome::NeverReady)
        }
    }
}

/// Nodes whose kubelet does not respond have a condition Ready that is not `True`.
fn silent_nodes(context: &Context<'_>, given: &[Placed], world: &mut World) {
    let nodes = given
        .iter()
        .filter(|placed| placed.object.kind == Kind::Node);
    for node in nodes {
        let (key, value): (&Key, _) = (&node.object.key, &node.object.value);
        let conditions = value.list("status.conditions").iter();
        let ready = conditions.filter(|condition| condition.text("type") == "Ready");
        for ready in ready.filter(|ready| ready.text("status") != "True") {
            let since = Time::parse(ready.text("lastTransitionTime"));
            let since = since.unwrap_or(context.store.now());
            world.silent_nodes.insert(key.name.to_string(), since);
        }
    }
}
