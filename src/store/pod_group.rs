//! The pods controlled by one object, counted the way its controller does.

use crate::api::meta::StringMap;
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::api::pod::standing::Standing;
use crate::api::selector::LabelSelector;
use litemap::LiteMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The pods controlled by one object, with counts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PodGroup {
    /// Every pod with the controller's uid, by name.
    pub pods: BTreeMap<Rc<str>, Member>,
    /// Number of `active` pods by node.
    pub nodes: LiteMap<Rc<str>, i32>,
    /// Active pods whose labels the controller's selector matches.
    pub active: i32,
    /// `active` pods that carry all labels of the controller's template.
    pub fully_labeled: i32,
    /// `active` pods that are ready.
    pub ready: i32,
    /// Matching pods that are terminating and not finished.
    pub terminating: i32,
    /// Active pods that no longer match the selector and are to be released.
    pub unmatched: i32,
}

/// One pod in its [`PodGroup`].
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// The stored pod.
    pub pod: Rc<Pod>,
    /// How it counts.
    pub flags: PodFlags,
    /// Its rank in a scale-down.
    pub standing: Standing,
}

impl Member {
    pub(super) fn new(pod: &Rc<Pod>, flags: PodFlags) -> Self {
        Self {
            pod: pod.clone(),
            flags,
            standing: Standing::of(pod),
        }
    }
}

/// How one pod counts in its [`PodGroup`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PodFlags {
    /// Not finished, not terminating.
    pub active: bool,
    /// Terminating, not finished.
    pub terminating: bool,
    /// Ready.
    pub ready: bool,
    /// The controller's selector matches its labels.
    pub matches: bool,
    /// It has all labels of the controller's template.
    pub fully_labeled: bool,
}

impl PodGroup {
    pub(super) fn count(&mut self, pod: &Pod, flags: PodFlags, by: i32) {
        if let Some(node) = pod
            .node_name
            .as_ref()
            .filter(|_| flags.active && flags.matches)
        {
            let count = self.nodes.entry(node.clone()).or_default();
            *count += by;
            if *count == 0 {
                self.nodes.remove(node);
            }
        }
        let PodFlags {
            active,
            terminating,
            ready,
            matches,
            fully_labeled,
        } = flags;
        let mut add = |counter: fn(&mut Self) -> &mut i32, holds: bool| {
            if holds {
                *counter(self) += by;
            }
        };
        add(|group| &mut group.active, active && matches);
        add(
            |group| &mut group.fully_labeled,
            active && matches && fully_labeled,
        );
        add(|group| &mut group.ready, active && matches && ready);
        add(|group| &mut group.terminating, terminating && matches);
        add(|group| &mut group.unmatched, active && !matches);
    }
}

impl PodFlags {
    pub(super) fn of(pod: &Pod, owner: Option<&Object>) -> Self {
        let (matches, fully_labeled) = match owner.and_then(wanted) {
            Some((_, labels)) if Rc::ptr_eq(labels, &pod.metadata.labels) => (true, true),
            Some((selector, labels)) => (
                selector.matches(&pod.metadata.labels),
                labels
                    .iter()
                    .all(|(key, value)| pod.metadata.labels.get(key) == Some(value)),
            ),
            None => (false, false),
        };
        let flags = Self {
            matches,
            fully_labeled,
            ..Self::default()
        };
        flags.with_state_of(pod)
    }

    /// The flags of a pod with the same labels in another state.
    pub(super) fn with_state_of(self, pod: &Pod) -> Self {
        Self {
            active: pod.is_active(),
            terminating: pod.metadata.is_terminating() && !pod.is_finished(),
            ready: pod.is_ready(),
            ..self
        }
    }
}

/// Selector and template labels of an object that controls pods.
pub(super) fn wanted(owner: &Object) -> Option<(&LabelSelector, &StringMap)> {
    match owner {
        Object::ReplicaSet(set) => Some((&set.spec.selector, &set.spec.template.labels)),
        Object::StatefulSet(set) => Some((&set.spec.selector, &set.spec.template.labels)),
        _ => None,
    }
}
