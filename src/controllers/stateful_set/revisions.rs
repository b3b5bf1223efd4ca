//! ControllerRevisions: the history of the set's template, and the current and update revision
//! (`pkg/controller/history/controller_history.go`).

use super::{StatefulSetControl, SyncError, branches as b};
use crate::actor::Context;
use crate::api::controller_revision::{ControllerRevision, HASH_LABEL, RevisionData};
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::api::revision_hash::{self, hash};
use crate::api::schema::schema;
use crate::api::stateful_set::StatefulSet;
use crate::api::template::PodTemplate;
use crate::api::{defaults, go, light};
use crate::controllers::refs;
use crate::store::{ApiError, DeleteOptions, PodsByOrdinal};
use std::collections::BTreeSet;
use std::rc::Rc;

/// The current and the update revision of a set.
pub(super) struct Revisions {
    pub(super) current: Rc<ControllerRevision>,
    pub(super) update: Rc<ControllerRevision>,
    pub(super) collision_count: i32,
}

/// The revisions of a set at the start of the sync, the oldest first.
pub(super) struct RevisionHistory {
    revisions: Vec<Rc<ControllerRevision>>,
    /// Revisions of existing pods; looked up only if revisions may have to be deleted.
    in_use: BTreeSet<Rc<str>>,
}

/// Adopts matching orphaned revisions (adoptOrphanRevisions).
pub(super) fn adopt_orphans(cx: &mut Context<'_>, set: &StatefulSet) -> Result<(), SyncError> {
    let owner = &set.metadata;
    let keys = cx
        .store
        .indexes()
        .orphans(Kind::ControllerRevision, &owner.namespace);
    let orphans = keys.filter_map(|key| cx.store.controller_revision(key));
    let matching: Vec<_> = orphans
        .filter(|revision| set.spec.selector.matches(&revision.metadata.labels))
        .cloned()
        .collect();
    for revision in matching {
        let name = revision.metadata.name.clone();
        if let Some(deleted) = owner.deletion_timestamp {
            cx.decide(&b::CANNOT_ADOPT)
                .object("revision", Kind::ControllerRevision, name);
            return Err(SyncError::Adopt(format!(
                "can't adopt ControllerRevisions: {}/{} has just been deleted at {deleted}",
                owner.namespace, owner.name
            )));
        }
        cx.decide(&b::ADOPT_REVISION)
            .object("revision", Kind::ControllerRevision, name);
        let orphan = Object::ControllerRevision(revision);
        refs::adopt(cx.store, Kind::StatefulSet, owner, orphan)?;
    }
    Ok(())
}

impl RevisionHistory {
    /// Revisions that match the selector and are owned by the set or orphaned (ListRevisions).
    pub(super) fn of(cx: &Context<'_>, set: &StatefulSet) -> Self {
        let (uid, namespace) = (&set.metadata.uid, &set.metadata.namespace);
        let indexes = cx.store.indexes();
        // Keys are ordered by kind, and pods, which come after revisions, need not be visited.
        let owned = indexes
            .dependents(uid)
            .take_while(|key| key.kind <= Kind::ControllerRevision);
        let orphans = indexes.orphans(Kind::ControllerRevision, namespace);
        let listed = owned.chain(orphans);
        let belongs = |revision: &&Rc<ControllerRevision>| {
            let meta = &revision.metadata;
            let controller = meta.controller();
            controller.is_none_or(|owner| owner.uid == *uid)
                && set.spec.selector.matches(&meta.labels)
        };
        let mut revisions: Vec<Rc<ControllerRevision>> = listed
            .filter_map(|key| cx.store.controller_revision(key))
            .filter(belongs)
            .cloned()
            .collect();
        light::sort(&mut revisions, |a, b| {
            let age =
                |revision: &ControllerRevision| (revision.revision, revision.metadata.created());
            age(a)
                .cmp(&age(b))
                .then_with(|| a.metadata.name.cmp(&b.metadata.name))
        });
        // A revision without any controller is in both lists.
        revisions.dedup_by(|a, b| Rc::ptr_eq(a, b));
        let too_many = set.spec.revision_history_limit >= 0
            && revisions.len() > set.spec.revision_history_limit.unsigned_abs() as usize;
        let pods = indexes.pods_by_ordinal(uid).filter(|_| too_many);
        let in_use = pods.into_iter().flat_map(PodsByOrdinal::revisions_in_use);
        Self {
            in_use: in_use.map(Rc::from).collect(),
            revisions,
        }
    }

    /// The current and the update revision; creates or renumbers the update revision if the template changed
    /// (getStatefulSetRevisions).
    pub(super) fn revisions(
        &self,
        cx: &mut Context<'_>,
        set: &StatefulSet,
    ) -> Result<Revisions, SyncError> {
        let mut collision_count = set.status.collision_count.unwrap_or(0);
        let update = self.update_revision(cx, set, &mut collision_count)?;
        let named = |revision: &&Rc<ControllerRevision>| {
            revision.metadata.name == set.status.current_revision
        };
        let current = self.revisions.iter().find(named);
        Ok(Revisions {
            current: current.unwrap_or(&update).clone(),
            update,
            collision_count,
        })
    }

    fn update_revision(
        &self,
        cx: &mut Context<'_>,
        set: &StatefulSet,
        collision_count: &mut i32,
    ) -> Result<Rc<ControllerRevision>, SyncError> {
        let template = &set.spec.template;
        let Some(newest) = self.revisions.last() else {
            return create(cx, set, 0, collision_count);
        };
        let wanted = Candidate::of(template, *collision_count);
        let equal = self
            .revisions
            .iter()
            .rev()
            .find(|known| wanted.equals(known));
        match equal {
            Some(equal) if equal.data == newest.data => {
                cx.decide(&b::REVISION_KEPT).object(
                    "revision",
                    Kind::ControllerRevision,
                    newest.metadata.name.clone(),
                );
                Ok(newest.clone())
            }
            Some(equal) => renumber(cx, equal, newest.revision),
            None if is_equivalent(newest, template) => {
                cx.decide(&b::REVISION_EQUIVALENT).object(
                    "revision",
                    Kind::ControllerRevision,
                    newest.metadata.name.clone(),
                );
                Ok(newest.clone())
            }
            None => create(cx, set, newest.revision, collision_count),
        }
    }

    /// Deletes the oldest unused revisions beyond the history limit (truncateHistory).
    pub(super) fn truncate(
        &self,
        cx: &mut Context<'_>,
        set: &StatefulSet,
        control: Option<&StatefulSetControl>,
    ) -> Result<(), SyncError> {
        let Ok(limit) = usize::try_from(set.spec.revision_history_limit) else {
            return Ok(());
        };
        let live = |name: &Rc<str>| {
            self.in_use.contains(name)
                || control.is_some_and(|control| {
                    [&control.current, &control.update]
                        .map(|known| &known.metadata.name)
                        .contains(&name)
                })
        };
        let names = self
            .revisions
            .iter()
            .map(|revision| &revision.metadata.name);
        let unused: Vec<&Rc<str>> = names.filter(|name| !live(name)).collect();
        let key = Key::new(
            Kind::StatefulSet,
            &set.metadata.namespace,
            &set.metadata.name,
        );
        for name in unused.iter().take(unused.len().saturating_sub(limit)) {
            cx.decide(&b::CLEAN_HISTORY)
                .object("revision", Kind::ControllerRevision, (*name).clone())
                .number("unused", count(unused.len()))
                .number("limit", set.spec.revision_history_limit)
                .of(&key, "spec.revisionHistoryLimit")
                .number("tooMany", count(unused.len() - limit));
            let revision = Key::new(Kind::ControllerRevision, &set.metadata.namespace, name);
            cx.store.delete(&revision, &DeleteOptions::default())?;
        }
        Ok(())
    }
}

fn count(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}

/// The revision that would be created for the template.
struct Candidate<'a> {
    template: &'a Rc<PodTemplate>,
    collision_count: i32,
}

impl<'a> Candidate<'a> {
    fn of(template: &'a Rc<PodTemplate>, collision_count: i32) -> Self {
        Self {
            template,
            collision_count,
        }
    }

    /// Whether a revision has the same data (EqualRevision).
    fn equals(&self, known: &ControllerRevision) -> bool {
        known.data.is_patch_to(self.template) && !self.is_told_apart(known)
    }

    /// Upstream parses the hash labels as decimal numbers and compares revisions by them. Few labels are numbers,
    /// so the hash is computed only for those.
    fn is_told_apart(&self, known: &ControllerRevision) -> bool {
        let number = |label: &str| label.parse::<i32>().ok();
        let label = known.metadata.labels.get(HASH_LABEL);
        let Some(known) = label.and_then(|label| number(label)) else {
            return false;
        };
        let data = go::json(RevisionData::of(self.template).value());
        number(&hash(&data, self.collision_count)).is_some_and(|own| own != known)
    }
}

/// Whether a revision's template equals the set's once defaulted; an older server may have had fewer defaults (the
/// gate StatefulSetSemanticRevisionComparison, on by default).
fn is_equivalent(revision: &ControllerRevision, template: &PodTemplate) -> bool {
    let (Some(known), Some(ty)) = (
        revision.data.template(),
        schema().type_named("v1.PodTemplateSpec"),
    ) else {
        return false;
    };
    let mut value = (*known.value).clone();
    defaults::apply_typed(&ty, &mut value);
    value == *template.value
}

/// Moves a previous revision to the end of the history (UpdateControllerRevision).
fn renumber(
    cx: &mut Context<'_>,
    revision: &Rc<ControllerRevision>,
    highest: i64,
) -> Result<Rc<ControllerRevision>, SyncError> {
    let number = highest.saturating_add(1);
    cx.decide(&b::REVISION_ROLLBACK)
        .object(
            "revision",
            Kind::ControllerRevision,
            revision.metadata.name.clone(),
        )
        .number("highest", highest)
        .number("number", number);
    let mut revision = (**revision).clone();
    revision.revision = number;
    written(
        cx.store
            .update(Object::ControllerRevision(Rc::new(revision)))?,
    )
}

/// Creates a new revision (newRevision, CreateControllerRevision).
fn create(
    cx: &mut Context<'_>,
    set: &StatefulSet,
    highest: i64,
    collision_count: &mut i32,
) -> Result<Rc<ControllerRevision>, SyncError> {
    let owner = &set.metadata;
    let number = highest.saturating_add(1);
    let data = RevisionData::of(&set.spec.template);
    let bytes = go::json(data.value());
    let mut labels = (*set.spec.template.labels).clone();
    // The label keeps the first hash even if the name needs another one.
    labels.insert(HASH_LABEL.to_owned(), hash(&bytes, *collision_count));
    let mut revision = ControllerRevision {
        metadata: ObjectMeta {
            namespace: owner.namespace.clone(),
            labels: Rc::new(labels),
            annotations: owner.annotations.clone(),
            owner_references: [refs::controller_reference(Kind::StatefulSet, owner)].into(),
            ..ObjectMeta::default()
        },
        data: Rc::new(data),
        revision: number,
    };
    loop {
        let hash = hash(&bytes, *collision_count);
        let name: Rc<str> = revision_hash::name(&owner.name, &hash).into();
        revision.metadata.name = name.clone();
        match cx
            .store
            .create(Object::ControllerRevision(Rc::new(revision.clone())))
        {
            Ok(created) => {
                cx.decide(&b::REVISION_CREATED)
                    .object("revision", Kind::ControllerRevision, name)
                    .number("highest", highest)
                    .number("number", number);
                return written(created);
            }
            Err(ApiError::AlreadyExists { .. }) => {
                let key = Key::new(Kind::ControllerRevision, &owner.namespace, &name);
                let known = cx.store.controller_revision(&key);
                if let Some(known) = known.filter(|known| known.data == revision.data) {
                    return Ok(known.clone());
                }
                *collision_count = collision_count.saturating_add(1);
                cx.decide(&b::REVISION_COLLISION)
                    .object("revision", Kind::ControllerRevision, name)
                    .number("collisionCount", *collision_count);
            }
            Err(error) => return Err(error.into()),
        }
    }
}

fn written(object: Object) -> Result<Rc<ControllerRevision>, SyncError> {
    match object {
        Object::ControllerRevision(revision) => Ok(revision),
        other => Err(SyncError::Template(format!(
            "{} is no revision",
            other.key()
        ))),
    }
}
