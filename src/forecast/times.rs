//! How long pulling, starting, becoming ready and terminating take in the runs.

use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, PodConditionType};
use crate::api::time::Time;
use crate::engine::{Engine, Input, Step, StepKind, Turn};
use crate::store::Store;
use crate::world::{Image, Latency, World};
use std::rc::Rc;

/// A container that took longer than this to become ready was not simply starting.
const READY_MAX_MS: i64 = 600_000;

/// The ranges that times are drawn from, all values of a range being equally likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Pulling an image that a node does not have.
    pub pull: Latency,
    /// Starting a container.
    pub start: Latency,
    /// From a container's start until it is ready.
    pub ready: Latency,
    /// Terminating a container.
    pub stop: Latency,
    /// Where they come from.
    pub source: Source,
}

/// Where times come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The times of this many pods of the state that the cluster was started from.
    Pods(usize),
    /// The settings of the simulated nodes; fixed times become a range from half to twice as long.
    Environment,
    /// The user.
    Given,
}

impl Times {
    /// The times of a workload: those that its pods have shown, if the cluster was started from a state, otherwise those
    /// of the simulated nodes.
    #[must_use]
    pub fn of(engine: &Engine, workload: &Key) -> Self {
        let usual = Self::of_environment(engine, workload);
        let Some(started) = state_time(engine) else {
            return usual;
        };
        let pods = pods(engine.store(), workload).filter(|pod| {
            let created = pod.metadata.creation_timestamp;
            created.is_some_and(|created| created < started)
        });
        let shown: Vec<[i64; 2]> = pods.filter_map(shown).collect();
        let [Some(start), Some(ready)] = [0, 1].map(|at| range(shown.iter().map(|one| one[at])))
        else {
            return usual;
        };
        Self {
            // From scheduling to the start is one time, with pulling in it.
            pull: Latency::fixed(0),
            start,
            ready,
            stop: usual.stop,
            source: Source::Pods(shown.len()),
        }
    }

    /// The settings of the simulated nodes for the workload's first image.
    #[must_use]
    pub fn of_environment(engine: &Engine, workload: &Key) -> Self {
        let world = engine.world();
        let image = images(engine.store(), workload).next();
        let image = image.map_or(world.image, |image| *world.pulled(&image));
        Self {
            pull: widened(image.pull_ms),
            start: widened(image.start_ms),
            ready: widened(image.ready_ms),
            stop: widened(world.stop_ms),
            source: Source::Environment,
        }
    }

    /// A world with these times: for the workload's images, and for all without settings of their own, which are most
    /// of those that a change brings.
    pub(super) fn applied(&self, world: &World, engine: &Engine, workload: &Key) -> World {
        let mut world = world.clone();
        let of = |image: Image| Image {
            pull_ms: self.pull,
            start_ms: self.start,
            ready_ms: self.ready,
            ..image
        };
        world.image = of(world.image);
        let own: Vec<Rc<str>> = images(engine.store(), workload).collect();
        for (name, image) in world.images.iter_mut() {
            *image = match own.iter().any(|own| **own == **name) {
                true => of(*image),
                false => Image {
                    pull_ms: widened(image.pull_ms),
                    start_ms: widened(image.start_ms),
                    ready_ms: widened(image.ready_ms),
                    ..*image
                },
            };
        }
        world.stop_ms = self.stop;
        world
    }
}

/// A fixed time as a range from half to twice as long.
fn widened(latency: Latency) -> Latency {
    match latency.least == latency.most {
        true => Latency {
            least: latency.least / 2,
            most: latency.most.saturating_mul(2),
        },
        false => latency,
    }
}

fn range(values: impl Iterator<Item = i64> + Clone) -> Option<Latency> {
    Some(Latency {
        least: values.clone().min()?,
        most: values.max()?,
    })
}

/// When the cluster was last started from a state.
fn state_time(engine: &Engine) -> Option<Time> {
    let steps = engine.steps()[..engine.cursor()].iter().rev();
    let mut states = steps.filter(|step| is_state(step));
    states.next().map(|step| step.time())
}

fn is_state(step: &Step) -> bool {
    let Turn::User(Some(input)) = &step.turn else {
        return false;
    };
    matches!(step.action, StepKind::User(_)) && matches!(**input, Input::State(_))
}

/// The pods of a workload.
fn pods<'a>(store: &'a Store, workload: &Key) -> impl Iterator<Item = &'a Rc<Pod>> {
    let owner = store.get(workload).map(|object| &object.meta().uid);
    let owned = move |uid| {
        store
            .indexes()
            .dependents(uid)
            .filter_map(|key| store.get(key))
    };
    let below = owner.into_iter().flat_map(owned);
    below.flat_map(move |object| match object {
        Object::Pod(pod) => vec![pod],
        Object::ReplicaSet(set) => {
            let group = store.indexes().dependents(&set.metadata.uid);
            let pods = group.filter(|key| key.kind == Kind::Pod);
            pods.filter_map(|key| store.pod(key)).collect()
        }
        _ => Vec::new(),
    })
}

/// The images of a workload's template.
fn images(store: &Store, workload: &Key) -> impl Iterator<Item = Rc<str>> {
    let template = match store.get(workload) {
        Some(Object::Deployment(one)) => Some(&one.spec.template),
        Some(Object::ReplicaSet(one)) => Some(&one.spec.template),
        Some(Object::StatefulSet(one)) => Some(&one.spec.template),
        _ => None,
    };
    let containers = template.map(|template| &template.pod_spec.containers);
    let containers = containers.into_iter().flatten();
    let images: Vec<Rc<str>> = containers.map(|one| one.image.clone()).collect();
    images.into_iter()
}

/// How long a pod took from being scheduled to its last container's start, and from there to Ready, in milliseconds;
/// `None` if it did not start in one go.
fn shown(pod: &Rc<Pod>) -> Option<[i64; 2]> {
    let scheduled = pod
        .condition(PodConditionType::PodScheduled)?
        .last_transition_time;
    let statuses = &pod.status.container_statuses;
    let started = statuses.iter().map(|one| {
        let running = one.state.running.filter(|_| one.restart_count == 0);
        running.map(|running| running.started_at)
    });
    let started = started.collect::<Option<Vec<Time>>>()?.into_iter().max()?;
    let ready = pod.ready_since()?;
    let took = [started.since(scheduled), ready.since(started)];
    let plausible = took.iter().all(|took| (0..=READY_MAX_MS).contains(took));
    plausible.then_some(took)
}
