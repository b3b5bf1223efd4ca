//! What actors remember outside the API objects. Every change can be undone and redone.

mod autoscaler;
mod kubelet;

pub use autoscaler::{AutoscalerMemory, Recommendation, ScaleEvent};
pub use kubelet::{ContainerMemory, ContainerStage, Health, PodMemory};

use super::Undo;
use crate::api::object::{Key, Lookup};
use crate::api::time::Time;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Times by a pair of names.
type Times = BTreeMap<(Rc<str>, Rc<str>), Time>;

/// Memory of the autoscaler, the EndpointSlice controller and the kubelets.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Memory {
    autoscalers: BTreeMap<Key, Rc<AutoscalerMemory>>,
    pods: BTreeMap<Lookup, Rc<PodMemory>>,
    /// By node and image: since when the node has the image.
    images: Times,
    /// By Service and pod: the trigger times last seen by the EndpointSlice controller.
    triggers: Times,
    journal: Vec<Remembered>,
}

/// A change of the memory that can be undone and redone.
#[derive(Debug, Clone, PartialEq)]
pub struct Remembered(What);

#[derive(Debug, Clone, PartialEq)]
enum What {
    Autoscaler {
        key: Key,
        before: Option<Rc<AutoscalerMemory>>,
        after: Option<Rc<AutoscalerMemory>>,
    },
    Pod {
        key: Key,
        before: Option<Rc<PodMemory>>,
        after: Option<Rc<PodMemory>>,
    },
    /// A node pulled an image for the first time.
    Image((Rc<str>, Rc<str>), Time),
    /// The trigger time of a Service's pod changed.
    Trigger {
        place: (Rc<str>, Rc<str>),
        before: Option<Time>,
        after: Option<Time>,
    },
}

impl Remembered {
    /// The pod whose kubelet memory changed.
    #[must_use]
    pub fn pod(&self) -> Option<&Key> {
        match &self.0 {
            What::Pod { key, .. } => Some(key),
            _ => None,
        }
    }
}

impl Memory {
    /// Memory about an autoscaler.
    #[must_use]
    pub fn autoscaler(&self, key: &Key) -> AutoscalerMemory {
        let known = self.autoscalers.get(key);
        known.map(|known| (**known).clone()).unwrap_or_default()
    }

    /// Stores or deletes the memory about an autoscaler.
    pub fn remember_autoscaler(&mut self, key: &Key, memory: Option<AutoscalerMemory>) {
        let before = self.autoscalers.get(key).cloned();
        let after = memory.map(Rc::new);
        put(&mut self.autoscalers, key, after.clone());
        let key = key.clone();
        self.journal
            .push(Remembered(What::Autoscaler { key, before, after }));
    }

    /// The kubelet's memory about a pod.
    #[must_use]
    pub fn pod(&self, key: &Key) -> Option<Rc<PodMemory>> {
        self.pods.get(&Lookup::of(key)).cloned()
    }

    /// Stores or deletes the memory about a pod.
    pub fn remember_pod(&mut self, key: &Key, memory: Option<PodMemory>) {
        let place = Lookup::of(key);
        let known = self.pods.get_mut(&place);
        if known.as_deref().map(|known| &**known) == memory.as_ref() {
            return;
        }
        let after = memory.map(Rc::new);
        let before = match (known, &after) {
            (Some(known), Some(after)) => Some(std::mem::replace(known, after.clone())),
            (Some(_), None) => self.pods.remove(&place),
            (None, Some(after)) => self.pods.insert(place, after.clone()),
            (None, None) => None,
        };
        let key = key.clone();
        self.journal
            .push(Remembered(What::Pod { key, before, after }));
    }

    /// Whether a node has an image.
    #[must_use]
    pub fn has_image(&self, node: &Rc<str>, image: &Rc<str>) -> bool {
        self.images.contains_key(&(node.clone(), image.clone()))
    }

    /// Records that a node has pulled an image.
    pub fn remember_image(&mut self, node: &Rc<str>, image: &Rc<str>, now: Time) {
        let place = (node.clone(), image.clone());
        if !self.images.contains_key(&place) {
            self.images.insert(place.clone(), now);
            self.journal.push(Remembered(What::Image(place, now)));
        }
    }

    /// The trigger times last seen of a Service (under the empty name) and of its pods.
    pub fn triggers(&self, service: &Rc<str>) -> impl Iterator<Item = (&Rc<str>, Time)> {
        let from = (service.clone(), Rc::from(""));
        let all = self.triggers.range(from..);
        let own = all.take_while(move |((of, _), _)| of == service);
        own.map(|((_, pod), time)| (pod, *time))
    }

    /// Stores or deletes a trigger time.
    pub fn remember_trigger(&mut self, service: &Rc<str>, pod: &Rc<str>, after: Option<Time>) {
        let place = (service.clone(), pod.clone());
        let before = self.triggers.get(&place).copied();
        if before != after {
            put(&mut self.triggers, &place, after);
            self.journal.push(Remembered(What::Trigger {
                place,
                before,
                after,
            }));
        }
    }
}

impl Undo for Memory {
    type Change = Remembered;

    fn take_journal(&mut self) -> Box<[Remembered]> {
        self.journal.drain(..).collect()
    }

    fn revert(&mut self, change: &Remembered) {
        match &change.0 {
            What::Autoscaler { key, before, .. } => put(&mut self.autoscalers, key, before.clone()),
            What::Pod { key, before, .. } => put(&mut self.pods, &Lookup::of(key), before.clone()),
            What::Image(image, _) => put(&mut self.images, image, None),
            What::Trigger { place, before, .. } => put(&mut self.triggers, place, *before),
        }
    }

    fn replay(&mut self, change: &Remembered) {
        match &change.0 {
            What::Autoscaler { key, after, .. } => put(&mut self.autoscalers, key, after.clone()),
            What::Pod { key, after, .. } => put(&mut self.pods, &Lookup::of(key), after.clone()),
            What::Image(image, since) => put(&mut self.images, image, Some(*since)),
            What::Trigger { place, after, .. } => put(&mut self.triggers, place, *after),
        }
    }
}

fn put<K: Ord + Clone, V>(map: &mut BTreeMap<K, V>, key: &K, value: Option<V>) {
    match value {
        Some(value) => drop(map.insert(key.clone(), value)),
        None => drop(map.remove(key)),
    }
}
