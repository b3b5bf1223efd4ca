//! The rules about Deployments, and about ReplicaSets without one.

use super::causes::{self as c, Obstacle};
use super::remedies::{self, Revision};
use super::workloads::{not_observed, of_pod, pods_of, refused, settling, with_template, worst};
use super::{Cluster, Finding};
use crate::api::condition::ConditionStatus;
use crate::api::deployment::{Deployment, DeploymentCondition, DeploymentConditionType};
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::replica_set::{ReplicaSet, ReplicaSetConditionType};
use crate::api::time::Time;
use crate::controllers::deployment::util::{deployment_complete, find_new_replica_set};
use std::rc::Rc;

fn condition(
    deployment: &Deployment,
    kind: DeploymentConditionType,
) -> Option<&DeploymentCondition> {
    let mut conditions = deployment.status.conditions.iter();
    conditions.find(|condition| condition.kind == kind)
}

/// When the progress deadline ends.
fn deadline(deployment: &Deployment) -> Option<Time> {
    let progressing = condition(deployment, DeploymentConditionType::Progressing)?;
    let seconds = deployment.spec.progress_deadline_seconds?;
    let last = progressing.last_update_time?;
    (seconds < i32::MAX).then(|| last.plus_seconds(seconds.into()))
}

/// The rules about Deployments.
pub fn deployments(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.list(Kind::Deployment, None) {
        if let Object::Deployment(deployment) = object {
            findings.extend(of_deployment(cluster, deployment));
            if deployment.spec.revision_history_limit == Some(0) {
                let finding = Finding::new(object.key(), &c::NO_HISTORY);
                findings.push(finding.shown_at("spec.revisionHistoryLimit", 0));
            }
        }
    }
}

/// A Deployment with its ReplicaSets.
struct Rollout<'a> {
    cluster: Cluster<'a>,
    about: Key,
    deployment: &'a Deployment,
    sets: Vec<Rc<ReplicaSet>>,
    new: Option<Rc<ReplicaSet>>,
    /// When the progress deadline ends.
    until: Option<Time>,
}

fn of_deployment(cluster: Cluster<'_>, deployment: &Deployment) -> Option<Finding> {
    let (meta, status) = (&deployment.metadata, &deployment.status);
    let about = Key::new(Kind::Deployment, &meta.namespace, &meta.name);
    if let Some(found) = not_observed(&about, meta.generation, status.observed_generation) {
        return Some(found);
    }
    if deployment_complete(deployment, status) && status.unavailable_replicas == 0 {
        return None;
    }
    let sets = replica_sets(cluster, meta);
    let rollout = Rollout {
        cluster,
        about,
        deployment,
        new: find_new_replica_set(deployment, &sets).cloned(),
        sets,
        until: deadline(deployment),
    };
    rollout
        .paused()
        .or_else(|| rollout.refused())
        .or_else(|| rollout.by_new_pods())
        .or_else(|| rollout.by_old_pods())
        .or_else(|| Some(rollout.progress(&c::GOES_ON).until(rollout.until)))
}

impl Rollout<'_> {
    fn paused(&self) -> Option<Finding> {
        let paused = Finding::new(self.about.clone(), &c::PAUSED).shown_at("spec.paused", true);
        let resume = remedies::rollout("resume", &self.about);
        self.deployment
            .spec
            .paused
            .then(|| paused.freed_by([resume]))
    }

    fn refused(&self) -> Option<Finding> {
        let failure = condition(self.deployment, DeploymentConditionType::ReplicaFailure)?;
        if failure.status != ConditionStatus::True {
            return None;
        }
        let finding = refused(self.about.clone(), &failure.message)
            .since(failure.last_transition_time)
            .until(self.until)
            .shown_at("status.conditions[type=ReplicaFailure]", &failure.message);
        let remedies = remedies::of_refusal(self.deployment, &finding, self.sets.len() > 1);
        Some(finding.freed_by(remedies))
    }

    /// How far it is.
    fn progress(&self, cause: &'static Obstacle) -> Finding {
        let status = &self.deployment.status;
        Finding::new(self.about.clone(), cause)
            .with("updated", status.updated_replicas)
            .with("available", status.available_replicas)
            .with("replicas", self.deployment.spec.replicas)
            .shown_at("status.conditions[type=Progressing]", "")
    }

    fn by_new_pods(&self) -> Option<Finding> {
        let new = self.new.as_ref();
        let pods = new.map_or_else(Vec::new, |set| pods_of(self.cluster, &set.metadata));
        let found = worst(self.cluster, &pods);
        let blocks = found.as_ref().is_some_and(|(one, _)| one.blocks());
        let progressing = condition(self.deployment, DeploymentConditionType::Progressing);
        let late = progressing.filter(|known| &*known.reason == "ProgressDeadlineExceeded");
        if let Some(late) = late.filter(|_| !blocks) {
            return Some(self.progress(&c::DEADLINE).since(late.last_transition_time));
        }
        let Some(found) = found else {
            return settling(
                self.cluster,
                &self.about,
                &pods,
                self.deployment.spec.min_ready_seconds,
            );
        };
        let mut finding = with_template(of_pod(self.about.clone(), found));
        finding.until = finding.until.or(self.until);
        let others = self.old_sets().map(|set| Revision::of_set(set));
        let others: Vec<Revision> = others.collect();
        finding.remedies =
            remedies::of_deployment(self.cluster, self.deployment, &finding, &others);
        Some(finding)
    }

    fn old_sets(&self) -> impl Iterator<Item = &Rc<ReplicaSet>> {
        let new = self.new.as_ref().map(|set| &set.metadata.name);
        let sets = self.sets.iter();
        sets.filter(move |set| Some(&set.metadata.name) != new)
    }

    fn by_old_pods(&self) -> Option<Finding> {
        let pods = self.old_sets();
        let pods: Vec<&Pod> = pods
            .flat_map(|set| pods_of(self.cluster, &set.metadata))
            .collect();
        let found = worst(self.cluster, &pods)?;
        Some(of_pod(self.about.clone(), found).until(self.until))
    }
}

fn replica_sets(cluster: Cluster<'_>, owner: &ObjectMeta) -> Vec<Rc<ReplicaSet>> {
    let keys = cluster.store.indexes().dependents(&owner.uid);
    let keys = keys.filter(|key| key.kind == Kind::ReplicaSet);
    keys.filter_map(|key| cluster.store.replica_set(key).cloned())
        .collect()
}

/// The rule about ReplicaSets without a Deployment.
pub fn lone_replica_sets(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.list(Kind::ReplicaSet, None) {
        let Object::ReplicaSet(set) = object else {
            continue;
        };
        let owner = set.metadata.controller();
        let is_known = owner.is_some_and(|owner| cluster.store.by_uid(&owner.uid).is_some());
        let (spec, status) = (&set.spec, &set.status);
        if is_known
            || status.available_replicas >= spec.replicas && status.replicas == spec.replicas
        {
            continue;
        }
        let mut conditions = status.conditions.iter();
        let failure = conditions.find(|known| {
            known.kind == ReplicaSetConditionType::ReplicaFailure
                && known.status == ConditionStatus::True
        });
        if let Some(failure) = failure {
            let finding = refused(object.key(), &failure.message)
                .since(failure.last_transition_time)
                .shown_at("status.conditions[type=ReplicaFailure]", &failure.message);
            findings.push(finding);
        } else if let Some(found) = worst(cluster, &pods_of(cluster, &set.metadata)) {
            findings.push(of_pod(object.key(), found));
        }
    }
}
