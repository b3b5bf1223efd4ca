//! What the store can find without looking at every object, kept true at each write.

use super::claim_users::ClaimUsers;
use super::labelled::Labelled;
use super::roster::Roster;
use crate::api::kind::Kind;
use crate::api::meta::{StringMap, Uid};
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::selector::LabelSelector;
use crate::api::stateful_set::StatefulSet;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Indexes over the objects of a store.
#[derive(Debug, Clone, Default)]
pub struct Indexes {
    keys: BTreeMap<Uid, Key>,
    dependents: BTreeMap<Uid, BTreeSet<Key>>,
    groups: BTreeMap<Uid, PodGroup>,
    rosters: BTreeMap<Uid, Roster>,
    owned_claims: BTreeMap<Rc<str>, usize>,
    orphans: BTreeSet<Key>,
    on_node: BTreeMap<Rc<str>, BTreeSet<Key>>,
    events: BTreeMap<Uid, BTreeSet<Key>>,
    /// Pods by their labels.
    pub(super) labelled: Labelled,
    /// Pods by their claims.
    pub(super) claim_users: ClaimUsers,
}

/// The pods that one object controls, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodGroup {
    /// Every pod with the controller's uid, by name.
    pub pods: BTreeMap<Rc<str>, PodFlags>,
    /// Active pods whose labels the controller's selector matches.
    pub active: i32,
    /// Those of `active` that carry all labels of the controller's template.
    pub fully_labeled: i32,
    /// Those of `active` that are ready.
    pub ready: i32,
    /// Matching pods that are ending and have not finished.
    pub terminating: i32,
    /// Active pods that the selector does not match any more: to be released.
    pub unmatched: i32,
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

impl Indexes {
    /// Key of the object with a uid.
    #[must_use]
    pub fn key_of(&self, uid: &Uid) -> Option<&Key> {
        self.keys.get(uid)
    }

    /// Objects that name the uid among their owners.
    pub fn dependents(&self, owner: &Uid) -> impl Iterator<Item = &Key> {
        self.dependents.get(owner).into_iter().flatten()
    }

    /// How many objects name the uid among their owners.
    #[must_use]
    pub fn dependent_count(&self, owner: &Uid) -> usize {
        self.dependents.get(owner).map_or(0, BTreeSet::len)
    }

    /// The pods that the object with this uid controls.
    #[must_use]
    pub fn group(&self, controller: &Uid) -> Option<&PodGroup> {
        self.groups.get(controller)
    }

    /// The pods that the StatefulSet with this uid controls, by number.
    #[must_use]
    pub fn roster(&self, set: &Uid) -> Option<&Roster> {
        self.rosters.get(set)
    }

    /// Whether any PersistentVolumeClaim of a namespace has an owner.
    #[must_use]
    pub fn has_owned_claims(&self, namespace: &Rc<str>) -> bool {
        self.owned_claims.contains_key(namespace)
    }

    /// Objects of a kind in a namespace that nobody controls.
    pub fn orphans(&self, kind: Kind, namespace: &Rc<str>) -> impl Iterator<Item = &Key> {
        let first = Key {
            kind,
            namespace: namespace.clone(),
            name: "".into(),
        };
        let namespace = namespace.clone();
        self.orphans
            .range(first..)
            .take_while(move |key| key.kind == kind && key.namespace == namespace)
    }

    /// Pods bound to a node.
    pub fn on_node(&self, node: &str) -> impl Iterator<Item = &Key> {
        self.on_node.get(node).into_iter().flatten()
    }

    /// Names of the pods of a namespace whose labels are wanted, sorted.
    #[must_use]
    pub fn pods_with(
        &self,
        namespace: &str,
        wanted: impl Fn(&BTreeMap<String, String>) -> bool,
    ) -> BTreeSet<Rc<str>> {
        self.labelled.names(namespace, wanted)
    }

    /// Names of the pods of a namespace that have a claim among their volumes, sorted.
    pub fn claim_users(
        &self,
        namespace: &Rc<str>,
        claim: &Rc<str>,
    ) -> impl Iterator<Item = &Rc<str>> {
        self.claim_users.of(namespace, claim)
    }

    /// Events about the object with this uid.
    pub fn events(&self, involved: &Uid) -> impl Iterator<Item = &Key> {
        self.events.get(involved).into_iter().flatten()
    }

    pub(super) fn remove(&mut self, key: &Key, object: &Object) {
        let meta = object.meta();
        self.keys.remove(&meta.uid);
        for owner in meta.owner_references.iter() {
            take(&mut self.dependents, &owner.uid, key);
        }
        match object {
            Object::Pod(pod) => {
                if let Some(node) = &pod.node_name {
                    take(&mut self.on_node, node, key);
                }
                if let Some(controller) = meta.controller() {
                    self.take_pod(&controller.uid, &key.name);
                    if &*controller.kind == Kind::StatefulSet.name() {
                        self.leave_roster(&controller.uid, &key.name);
                    }
                }
            }
            Object::PersistentVolumeClaim(_) if !meta.owner_references.is_empty() => {
                self.count_owned_claim(&key.namespace, -1);
            }
            Object::Event(event) => take(&mut self.events, &event.involved_object.uid, key),
            _ => {}
        }
        if meta.controller().is_none() {
            self.orphans.remove(key);
        }
    }

    pub(super) fn add(&mut self, key: &Key, object: &Object, objects: &BTreeMap<Key, Object>) {
        let meta = object.meta();
        self.keys.insert(meta.uid.clone(), key.clone());
        for owner in meta.owner_references.iter() {
            self.dependents
                .entry(owner.uid.clone())
                .or_default()
                .insert(key.clone());
        }
        match object {
            Object::Pod(pod) => {
                if let Some(node) = &pod.node_name {
                    self.on_node
                        .entry(node.clone())
                        .or_default()
                        .insert(key.clone());
                }
                if let Some(controller) = meta.controller() {
                    let owner = self
                        .keys
                        .get(&controller.uid)
                        .and_then(|owner| objects.get(owner));
                    let flags = PodFlags::of(pod, owner);
                    let group = self.groups.entry(controller.uid.clone()).or_default();
                    group.pods.insert(key.name.clone(), flags);
                    group.count(flags, 1);
                    if &*controller.kind == Kind::StatefulSet.name() {
                        let roster = self.rosters.entry(controller.uid.clone()).or_default();
                        roster.add(pod, owner.and_then(as_stateful_set));
                    }
                }
            }
            Object::PersistentVolumeClaim(_) if !meta.owner_references.is_empty() => {
                self.count_owned_claim(&key.namespace, 1);
            }
            Object::Event(event) => {
                let involved = event.involved_object.uid.clone();
                self.events.entry(involved).or_default().insert(key.clone());
            }
            _ => {}
        }
        if meta.controller().is_none() && can_be_adopted(key.kind) {
            self.orphans.insert(key.clone());
        }
    }

    /// Counts the pods of a controller anew where its template's labels became others, or it came or went: what
    /// the index holds depends on the objects alone, not on how they came about.
    pub(super) fn owner_changed(
        &mut self,
        before: Option<&Object>,
        after: Option<&Object>,
        objects: &BTreeMap<Key, Object>,
    ) {
        self.seat_anew(before, after, objects);
        let labels =
            |owner: Option<&Object>| owner.and_then(wanted).map(|(_, labels)| labels.clone());
        let same = match (labels(before), labels(after)) {
            (Some(known), Some(labels)) => Rc::ptr_eq(&known, &labels) || known == labels,
            (known, labels) => known.is_none() && labels.is_none(),
        };
        let Some(meta) = after.or(before).map(Object::meta).filter(|_| !same) else {
            return;
        };
        let Some(group) = self.groups.get_mut(&meta.uid) else {
            return;
        };
        let names: Vec<Rc<str>> = group.pods.keys().cloned().collect();
        for name in names {
            let key = Key {
                kind: Kind::Pod,
                namespace: meta.namespace.clone(),
                name,
            };
            if let Some(Object::Pod(pod)) = objects.get(&key) {
                let flags = PodFlags::of(pod, after);
                if let Some(old) = group.pods.insert(key.name, flags) {
                    group.count(old, -1);
                }
                group.count(flags, 1);
            }
        }
    }

    /// Seats the pods of a StatefulSet anew where what makes a pod a member became something else.
    fn seat_anew(
        &mut self,
        before: Option<&Object>,
        after: Option<&Object>,
        objects: &BTreeMap<Key, Object>,
    ) {
        let set = after.and_then(as_stateful_set);
        let known = before.and_then(as_stateful_set);
        let same = match (known, set) {
            (Some(known), Some(set)) => {
                known.spec.selector == set.spec.selector
                    && known.spec.volume_claim_templates == set.spec.volume_claim_templates
            }
            (known, set) => known.is_none() && set.is_none(),
        };
        let Some(StatefulSet { metadata: meta, .. }) = set.or(known).filter(|_| !same) else {
            return;
        };
        let (Some(roster), Some(group)) =
            (self.rosters.get_mut(&meta.uid), self.groups.get(&meta.uid))
        else {
            return;
        };
        *roster = Roster::default();
        for name in group.pods.keys() {
            let pod = objects.get(&Key::new(Kind::Pod, &meta.namespace, name));
            if let Some(Object::Pod(pod)) = pod {
                roster.add(pod, set);
            }
        }
    }

    fn leave_roster(&mut self, set: &Uid, name: &str) {
        if let Some(roster) = self.rosters.get_mut(set) {
            roster.remove(name);
            if roster.is_empty() {
                self.rosters.remove(set);
            }
        }
    }

    fn count_owned_claim(&mut self, namespace: &Rc<str>, by: isize) {
        let count = self.owned_claims.entry(namespace.clone()).or_default();
        *count = count.saturating_add_signed(by);
        if *count == 0 {
            self.owned_claims.remove(namespace);
        }
    }

    fn take_pod(&mut self, controller: &Uid, name: &Rc<str>) {
        let Some(group) = self.groups.get_mut(controller) else {
            return;
        };
        if let Some(flags) = group.pods.remove(name) {
            group.count(flags, -1);
        }
        if group.pods.is_empty() {
            self.groups.remove(controller);
        }
    }
}

impl PodGroup {
    fn count(&mut self, flags: PodFlags, by: i32) {
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
    fn of(pod: &Pod, owner: Option<&Object>) -> Self {
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
        Self {
            active: pod.is_active(),
            terminating: pod.metadata.is_terminating() && !pod.is_finished(),
            ready: pod.is_ready(),
            matches,
            fully_labeled,
        }
    }
}

/// Selector and template labels of an object that controls pods.
fn wanted(owner: &Object) -> Option<(&LabelSelector, &StringMap)> {
    match owner {
        Object::ReplicaSet(set) => Some((&set.spec.selector, &set.spec.template.labels)),
        Object::StatefulSet(set) => Some((&set.spec.selector, &set.spec.template.labels)),
        _ => None,
    }
}

fn as_stateful_set(object: &Object) -> Option<&StatefulSet> {
    match object {
        Object::StatefulSet(set) => Some(set),
        _ => None,
    }
}

fn can_be_adopted(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Pod | Kind::ReplicaSet | Kind::ControllerRevision
    )
}

fn take<K: Ord>(sets: &mut BTreeMap<K, BTreeSet<Key>>, at: &K, key: &Key) {
    if let Some(set) = sets.get_mut(at) {
        set.remove(key);
        if set.is_empty() {
            sets.remove(at);
        }
    }
}
