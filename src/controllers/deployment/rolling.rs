//! Rolling updates (`pkg/controller/deployment/rolling.go`).

use super::util::{
    available_count, by_age, deployment_complete, filter_active, max_surge, min_available,
    new_rs_new_replicas, replica_count,
};
use super::{Rollout, Sets, branches as b, set_key};
use crate::actor::decision::Decision;
use crate::actor::{Context, SyncError};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::replica_set::ReplicaSet;
use std::rc::Rc;

impl Rollout {
    /// One step of a rolling update: scale up or down, never both in one sync.
    pub(super) fn rollout_rolling(&mut self, cx: &mut Context<'_>) -> Result<(), SyncError> {
        let sets = self.all_replica_sets_and_sync_revision(cx, true)?;
        if self.reconcile_new_replica_set(cx, &sets)? {
            return self.sync_rollout_status(cx, &sets);
        }
        if self.reconcile_old_replica_sets(cx, &sets) {
            return self.sync_rollout_status(cx, &sets);
        }
        if deployment_complete(&self.deployment, &self.deployment.status) {
            self.cleanup_deployment(cx, &sets.old)?;
        }
        self.sync_rollout_status(cx, &sets)
    }

    /// Scales the new ReplicaSet; returns whether its size changed.
    fn reconcile_new_replica_set(
        &mut self,
        cx: &mut Context<'_>,
        sets: &Sets,
    ) -> Result<bool, SyncError> {
        let Some(new) = &sets.new else {
            return Ok(false);
        };
        let wanted = self.deployment.spec.replicas;
        let current = new.spec.replicas;
        let new_key = set_key(new);
        let surge = max_surge(&self.deployment);
        let total = replica_count(sets.all());
        if current == wanted {
            cx.decide(&b::NEW_AT_SIZE)
                .number("replicas", wanted)
                .of(&self.key, "spec.replicas");
            return Ok(false);
        }
        let target = if current > wanted {
            wanted
        } else {
            new_rs_new_replicas(&self.deployment, total, current)
        };
        let branch = match target {
            target if target < current => &b::SCALE_DOWN_NEW,
            target if target == current => &b::SURGE_FULL,
            _ => &b::SCALE_UP_NEW,
        };
        cx.decide(branch)
            .number("replicas", wanted)
            .of(&self.key, "spec.replicas")
            .number("maxSurge", surge)
            .of(&self.key, "spec.strategy.rollingUpdate.maxSurge")
            .number("total", total)
            .of_all(sets.all().map(|set| set_key(set)), "spec.replicas")
            .number("current", current)
            .of(&new_key, "spec.replicas")
            .number("room", wanted + surge - total)
            .number("newReplicas", target);
        Ok(self
            .scale_replica_set_and_record_event(cx, new, target)?
            .is_some())
    }

    /// Scales old ReplicaSets down as far as availability allows; returns whether any changed. As upstream, a
    /// failed resize is not reported: the next sync finds what is left to do.
    fn reconcile_old_replica_sets(&self, cx: &mut Context<'_>, sets: &Sets) -> bool {
        let mut old = filter_active(&sets.old);
        light::sort(&mut old, |a, b| by_age(a).cmp(&by_age(b)));
        if old.is_empty() {
            cx.decide(&b::NO_OLD);
            return false;
        }
        let budget = self.old_pods_that_may_go(cx, sets);
        if budget <= 0 {
            return false;
        }
        let Some(cleaned) = self.clean_up_unhealthy(cx, &mut old, budget) else {
            return false;
        };
        let Some(scaled) = self.scale_down_old_replica_sets(cx, &old, sets) else {
            return false;
        };
        cleaned + scaled > 0
    }

    /// Maximum number of pods that can be removed from old ReplicaSets ([`max_scaled_down`]).
    fn old_pods_that_may_go(&self, cx: &mut Context<'_>, sets: &Sets) -> i32 {
        let total = replica_count(sets.all());
        let least = min_available(&self.deployment);
        let unavailable = sets.new.as_ref().map_or(0, |new| unavailable(new));
        let budget = max_scaled_down(total, least, unavailable);
        let branch = match budget {
            1.. => &b::MAY_SCALE_DOWN,
            _ => &b::HOLD_OLD,
        };
        let decision = cx
            .decide(branch)
            .number("total", total)
            .of_all(sets.all().map(|set| set_key(set)), "spec.replicas")
            .number("minAvailable", least)
            .of(&self.key, "spec.strategy.rollingUpdate.maxUnavailable")
            .of(&self.key, "spec.replicas")
            .number("newUnavailable", unavailable);
        if let Some(new) = &sets.new {
            let key = set_key(new);
            decision.of(&key, "spec.replicas");
            decision.of(&key, "status.availableReplicas");
        }
        decision.number("maxScaledDown", budget);
        budget
    }

    /// Removes unavailable pods from old sets and updates `old` accordingly. Returns their number; `None` if the
    /// rest of the stage is skipped.
    fn clean_up_unhealthy(
        &self,
        cx: &mut Context<'_>,
        old: &mut [Rc<ReplicaSet>],
        budget: i32,
    ) -> Option<i32> {
        let mut cleaned = 0;
        let (steps, behind) = cleanup_unhealthy_replicas(old, budget);
        for (index, target) in steps {
            let (from, set) = (old[index].spec.replicas, old[index].clone());
            cx.decide(&b::CLEAN_UNHEALTHY)
                .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
                .number("count", from - target)
                .number("from", from)
                .of(&set_key(&set), "spec.replicas")
                .number("to", target);
            let resized = self.scale_replica_set_and_record_event(cx, &set, target);
            if let Some(resized) = resized.ok()? {
                old[index] = resized;
            }
            cleaned += from - target;
        }
        let Some(set) = behind.map(|index| &old[index]) else {
            return Some(cleaned);
        };
        cx.decide(&b::STATUS_BEHIND)
            .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
            .number("size", set.spec.replicas)
            .of(&set_key(set), "spec.replicas")
            .number("available", set.status.available_replicas)
            .of(&set_key(set), "status.availableReplicas");
        None
    }

    /// Removes available pods from old sets (scaleDownOldReplicaSetsForRollingUpdate). Returns their number; `None`
    /// if a write failed.
    fn scale_down_old_replica_sets(
        &self,
        cx: &mut Context<'_>,
        old: &[Rc<ReplicaSet>],
        sets: &Sets,
    ) -> Option<i32> {
        let new = sets.new.as_ref();
        let least = min_available(&self.deployment);
        let available = available_count(old.iter().chain(new));
        // Sets scaled to zero do not count, even if some of their pods are still available.
        let counted = old.iter().chain(new).filter(|set| set.spec.replicas > 0);
        let counted: Vec<_> = counted.map(|set| set_key(set)).collect();
        let key = &self.key;
        let report = |decision: &mut Decision| {
            decision
                .number("available", available)
                .of_all(counted.iter().cloned(), "status.availableReplicas")
                .number("minAvailable", least)
                .of(key, "spec.strategy.rollingUpdate.maxUnavailable")
                .of(key, "spec.replicas")
                .number("mayGo", available - least);
        };
        let steps = scale_down_old(old, available, least);
        if steps.is_empty() {
            report(cx.decide(&b::KEEP_AVAILABLE));
        }
        let mut scaled = 0;
        for (index, target) in steps {
            let (from, set) = (old[index].spec.replicas, &old[index]);
            let decision = cx.decide(&b::SCALE_DOWN_OLD);
            report(decision);
            decision
                .object("replicaSet", Kind::ReplicaSet, set.metadata.name.clone())
                .number("from", from);
            // The size of a set that this step has already changed is the result of that decision.
            if sets.old.iter().any(|read| Rc::ptr_eq(read, set)) {
                decision.of(&set_key(set), "spec.replicas");
            }
            decision.number("to", target);
            self.scale_replica_set_and_record_event(cx, set, target)
                .ok()?;
            scaled += from - target;
        }
        Some(scaled)
    }
}

/// Wanted pods of a set that are not available.
fn unavailable(set: &ReplicaSet) -> i32 {
    set.spec.replicas - set.status.available_replicas
}

/// Maximum number of old pods to remove: all except the minimum available, where new pods count once available.
#[must_use]
pub fn max_scaled_down(total: i32, min_available: i32, new_unavailable: i32) -> i32 {
    total
        .saturating_sub(min_available)
        .saturating_sub(new_unavailable)
}

/// Removes unavailable pods from old sets, the oldest set first, at most `budget` in total. Returns index and new
/// size of each set that is scaled down (cleanupUnhealthyReplicas).
///
/// A set with more available pods than it wants has an outdated status, at which upstream skips the whole stage;
/// the second result is that set's index.
#[must_use]
pub fn cleanup_unhealthy_replicas(
    old: &[Rc<ReplicaSet>],
    budget: i32,
) -> (Vec<(usize, i32)>, Option<usize>) {
    let mut left = budget;
    let mut steps = Vec::new();
    for (index, set) in old.iter().enumerate() {
        if left <= 0 {
            break;
        }
        let count = unavailable(set).min(left);
        if set.spec.replicas == 0 || count == 0 {
            continue;
        }
        if count < 0 {
            return (steps, Some(index));
        }
        left -= count;
        steps.push((index, set.spec.replicas - count));
    }
    (steps, None)
}

/// Removes available pods from old sets, the oldest set first, while more than `min_available` are available.
/// Returns index and new size of each set that is scaled down (scaleDownOldReplicaSetsForRollingUpdate).
#[must_use]
pub fn scale_down_old(
    old: &[Rc<ReplicaSet>],
    available: i32,
    min_available: i32,
) -> Vec<(usize, i32)> {
    let mut left = available - min_available;
    let mut steps = Vec::new();
    for (index, set) in old.iter().enumerate() {
        if left <= 0 {
            break;
        }
        let count = set.spec.replicas.min(left);
        if count == 0 {
            continue;
        }
        left -= count;
        steps.push((index, set.spec.replicas - count));
    }
    steps
}
