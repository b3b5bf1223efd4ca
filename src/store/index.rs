//! Indexes for what the store must find without scanning all objects, updated at each write.

use super::claim_users::ClaimUsers;
use super::labelled::Labelled;
use super::pod_group::{Member, PodFlags, PodGroup, wanted};
use super::pods_by_ordinal::PodsByOrdinal;
use super::rooms::{Room, Rooms};
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::stateful_set::StatefulSet;
use crate::api::strings::Strings;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The indexes of a store.
#[derive(Debug, Clone, Default)]
pub struct Indexes {
    keys: BTreeMap<Uid, Key>,
    dependents: BTreeMap<Uid, BTreeSet<Key>>,
    groups: BTreeMap<Uid, PodGroup>,
    by_ordinal: BTreeMap<Uid, PodsByOrdinal>,
    owned_claims: BTreeMap<Rc<str>, usize>,
    orphans: BTreeSet<Key>,
    /// Pods by label.
    pub(super) labelled: Labelled,
    /// Pods by claim.
    pub(super) claim_users: ClaimUsers,
    /// Pods by node.
    rooms: Rooms,
}

impl Indexes {
    /// Key of the object with a uid.
    #[must_use]
    pub fn key_of(&self, uid: &Uid) -> Option<&Key> {
        self.keys.get(uid)
    }

    /// Objects with an owner reference to the uid.
    pub fn dependents(&self, owner: &Uid) -> impl Iterator<Item = &Key> {
        self.dependents.get(owner).into_iter().flatten()
    }

    /// Objects with an owner reference to the uid, except pods.
    pub fn dependents_but_pods(&self, owner: &Uid) -> impl Iterator<Item = &Key> {
        let first_pod = Key::of(Kind::Pod, "", "");
        let all = self.dependents.get(owner).into_iter();
        all.flat_map(move |all| {
            let after = all.iter().rev().take_while(|key| key.kind > Kind::Pod);
            all.range(..first_pod.clone()).chain(after)
        })
    }

    /// Number of objects with an owner reference to the uid.
    #[must_use]
    pub fn dependent_count(&self, owner: &Uid) -> usize {
        self.dependents.get(owner).map_or(0, BTreeSet::len)
    }

    /// The pods that the object with this uid controls.
    #[must_use]
    pub fn group(&self, controller: &Uid) -> Option<&PodGroup> {
        self.groups.get(controller)
    }

    /// Pods controlled by the StatefulSet with this uid, by ordinal.
    #[must_use]
    pub fn pods_by_ordinal(&self, set: &Uid) -> Option<&PodsByOrdinal> {
        self.by_ordinal.get(set)
    }

    /// Whether any PersistentVolumeClaim of a namespace has an owner.
    #[must_use]
    pub fn has_owned_claims(&self, namespace: &Rc<str>) -> bool {
        self.owned_claims.contains_key(namespace)
    }

    /// Objects of a kind in a namespace that have no controller.
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
        self.room(node).into_iter().flat_map(|room| &room.pods)
    }

    /// The pods of a node and what they request; `None` for a node without pods that does not report its size.
    #[must_use]
    pub fn room(&self, node: &str) -> Option<&Room> {
        self.rooms.of(node)
    }

    /// Pods for which the scheduler has found no node, the oldest first.
    pub fn waiting(&self) -> impl Iterator<Item = &Key> {
        self.rooms.waiting()
    }

    /// Pods for which the scheduler has found no node, and that have rules about other pods.
    pub fn choosy(&self) -> impl Iterator<Item = &Key> {
        self.rooms.choosy()
    }

    /// Unfinished pods on nodes with required anti-affinity.
    pub fn repelling(&self) -> impl Iterator<Item = &Key> {
        self.rooms.repelling()
    }

    /// Names of the pods of a namespace whose labels match, sorted.
    #[must_use]
    pub fn pods_with(
        &self,
        namespace: &str,
        wanted: impl Fn(&Strings) -> bool,
    ) -> BTreeSet<Rc<str>> {
        self.labelled.names(namespace, wanted)
    }

    /// Names of the pods of a namespace that use a claim, sorted.
    pub fn claim_users(
        &self,
        namespace: &Rc<str>,
        claim: &Rc<str>,
    ) -> impl Iterator<Item = &Rc<str>> {
        self.claim_users.of(namespace, claim)
    }

    /// Updates the indexes after a write. Most writes leave an object with the same owners, and only its pod counts
    /// need an update.
    pub(super) fn written(
        &mut self,
        key: &Key,
        before: Option<&Object>,
        after: Option<&Object>,
        objects: &BTreeMap<Key, Object>,
    ) {
        match (before, after) {
            (Some(before), Some(after)) if same_place(before, after) => {
                if let (Object::Pod(before), Object::Pod(after)) = (before, after) {
                    self.pod_changed(key, before, after, objects);
                }
            }
            _ => {
                if let Some(before) = before {
                    self.remove(key, before);
                }
                if let Some(after) = after {
                    self.add(key, after, objects);
                }
            }
        }
        self.owner_changed(before, after);
        self.labelled.written(key, before, after);
        self.claim_users.written(key, before, after);
        self.rooms.written(key, before, after);
    }

    /// Recounts a pod whose owner has not changed.
    fn pod_changed(
        &mut self,
        key: &Key,
        before: &Pod,
        after: &Rc<Pod>,
        objects: &BTreeMap<Key, Object>,
    ) {
        let Some(controller) = after.metadata.controller() else {
            return;
        };
        let same_labels = Rc::ptr_eq(&before.metadata.labels, &after.metadata.labels);
        let in_set = &*controller.kind == Kind::StatefulSet.name();
        let owner = match same_labels && !in_set {
            true => None,
            false => self.owner(&controller.uid, objects),
        };
        if in_set {
            self.remove_ordinal(&controller.uid, &key.name);
            let pods = self.by_ordinal.entry(controller.uid.clone()).or_default();
            pods.add(after, owner.and_then(as_stateful_set));
        }
        let Some(group) = self.groups.get_mut(&controller.uid) else {
            return;
        };
        let Some(member) = group.pods.get_mut(&key.name) else {
            return;
        };
        let flags = match same_labels {
            true => member.flags.with_state_of(after),
            false => PodFlags::of(after, owner),
        };
        let old = std::mem::replace(member, Member::new(after, flags));
        group.count(&old.pod, old.flags, -1);
        group.count(after, flags, 1);
    }

    fn owner<'a>(
        &self,
        controller: &Uid,
        objects: &'a BTreeMap<Key, Object>,
    ) -> Option<&'a Object> {
        self.keys.get(controller).and_then(|key| objects.get(key))
    }

    fn remove(&mut self, key: &Key, object: &Object) {
        let meta = object.meta();
        self.keys.remove(&meta.uid);
        for owner in meta.owner_references.iter() {
            take(&mut self.dependents, &owner.uid, key);
        }
        match object {
            Object::Pod(_) => {
                if let Some(controller) = meta.controller() {
                    self.take_pod(&controller.uid, &key.name);
                    if &*controller.kind == Kind::StatefulSet.name() {
                        self.remove_ordinal(&controller.uid, &key.name);
                    }
                }
            }
            Object::PersistentVolumeClaim(_) if !meta.owner_references.is_empty() => {
                self.count_owned_claim(&key.namespace, -1);
            }
            _ => {}
        }
        if key.kind.is_adoptable() && meta.controller().is_none() {
            self.orphans.remove(key);
        }
    }

    fn add(&mut self, key: &Key, object: &Object, objects: &BTreeMap<Key, Object>) {
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
                if let Some(controller) = meta.controller() {
                    let owner = self.owner(&controller.uid, objects);
                    let flags = PodFlags::of(pod, owner);
                    let group = self.groups.entry(controller.uid.clone()).or_default();
                    group.count(pod, flags, 1);
                    let member = Member::new(pod, flags);
                    group.pods.insert(key.name.clone(), member);
                    if &*controller.kind == Kind::StatefulSet.name() {
                        let pods = self.by_ordinal.entry(controller.uid.clone()).or_default();
                        pods.add(pod, owner.and_then(as_stateful_set));
                    }
                }
            }
            Object::PersistentVolumeClaim(_) if !meta.owner_references.is_empty() => {
                self.count_owned_claim(&key.namespace, 1);
            }
            _ => {}
        }
        if key.kind.is_adoptable() && meta.controller().is_none() {
            self.orphans.insert(key.clone());
        }
    }

    /// Recounts a controller's pods after it was created or deleted or its template's labels changed, so that the
    /// index depends on the current objects only, not on their history.
    fn owner_changed(&mut self, before: Option<&Object>, after: Option<&Object>) {
        self.rebuild_by_ordinal(before, after);
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
        let mut pods = std::mem::take(&mut group.pods);
        for member in pods.values_mut() {
            group.count(&member.pod, member.flags, -1);
            member.flags = PodFlags::of(&member.pod, after);
            group.count(&member.pod, member.flags, 1);
        }
        group.pods = pods;
    }

    /// Sorts a StatefulSet's pods by ordinal again after a change of what makes a pod a member.
    fn rebuild_by_ordinal(&mut self, before: Option<&Object>, after: Option<&Object>) {
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
        let (Some(pods), Some(group)) = (
            self.by_ordinal.get_mut(&meta.uid),
            self.groups.get(&meta.uid),
        ) else {
            return;
        };
        *pods = PodsByOrdinal::default();
        for member in group.pods.values() {
            pods.add(&member.pod, set);
        }
    }

    fn remove_ordinal(&mut self, set: &Uid, name: &str) {
        if let Some(pods) = self.by_ordinal.get_mut(set) {
            pods.remove(name);
            if pods.is_empty() {
                self.by_ordinal.remove(set);
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
        if let Some(member) = group.pods.remove(name) {
            group.count(&member.pod, member.flags, -1);
        }
        if group.pods.is_empty() {
            self.groups.remove(controller);
        }
    }
}

/// Whether two versions of an object have the same owners.
fn same_place(before: &Object, after: &Object) -> bool {
    let (old, new) = (before.meta(), after.meta());
    let same_owners = Rc::ptr_eq(&old.owner_references, &new.owner_references)
        || old.owner_references == new.owner_references;
    old.uid == new.uid && same_owners
}

fn as_stateful_set(object: &Object) -> Option<&StatefulSet> {
    match object {
        Object::StatefulSet(set) => Some(set),
        _ => None,
    }
}

fn take<K: Ord>(sets: &mut BTreeMap<K, BTreeSet<Key>>, at: &K, key: &Key) {
    if let Some(set) = sets.get_mut(at) {
        set.remove(key);
        if set.is_empty() {
            sets.remove(at);
        }
    }
}
