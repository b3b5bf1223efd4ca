//! Recreate: all old pods are terminated before new ones are created (`pkg/controller/deployment/recreate.go`).

use super::util::{deployment_complete, filter_active};
use super::{Rollout, Sets, branches as b, set_key};
use crate::actor::decision::PODS;
use crate::actor::{Context, SyncError};
use crate::api::kind::Kind;

impl Rollout {
    /// One step: scale down, wait, or scale up.
    pub(super) fn rollout_recreate(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, false)?;
        let active = filter_active(&sets.old);
        if !active.is_empty() {
            for set in &active {
                cx.decide(&b::RECREATE_SCALE_DOWN)
                    .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
                    .number("from", set.spec.replicas)
                    .of(&set_key(set), "spec.replicas");
                self.scale_replica_set_and_record_event(cx, set, 0)?;
            }
            return self.sync_rollout_status(cx, &sets);
        }
        let left = self.old_pods(cx, &sets);
        if left > 0 {
            cx.decide(&b::RECREATE_WAIT)
                .number("pods", left)
                .of_all(sets.old.iter().map(|set| set_key(set)), PODS);
            return self.sync_rollout_status(cx, &sets);
        }
        let sets = match sets.new {
            Some(_) => sets,
            None => self.all_replica_sets_and_sync_revision(cx, true)?,
        };
        if let Some(new) = &sets.new {
            let wanted = self.deployment.spec.replicas;
            if new.spec.replicas != wanted {
                cx.decide(&b::RECREATE_SCALE_UP)
                    .object("replicaSet", Kind::ReplicaSet, new.metadata.name.clone())
                    .number("replicas", wanted)
                    .of(&self.key, "spec.replicas");
            }
            self.scale_replica_set_and_record_event(cx, new, wanted)?;
        }
        if deployment_complete(&self.deployment, &self.deployment.status) {
            self.cleanup_deployment(cx, &sets.old)?;
        }
        self.sync_rollout_status(cx, &sets)
    }

    /// Pods of old ReplicaSets that still exist, including terminating ones; finished pods do not count.
    fn old_pods(&self, cx: &Context<'_>, sets: &Sets) -> i64 {
        let counted: i64 = sets
            .old
            .iter()
            .map(|set| i64::from(set.status.replicas))
            .sum();
        if counted > 0 {
            return counted;
        }
        let indexes = cx.store.indexes();
        let groups = sets
            .old
            .iter()
            .filter_map(|set| indexes.group(&set.metadata.uid));
        let pods = groups.flat_map(|group| group.pods.values());
        let left = pods.filter(|member| !member.pod.is_finished()).count();
        i64::try_from(left).unwrap_or(i64::MAX)
    }
}
