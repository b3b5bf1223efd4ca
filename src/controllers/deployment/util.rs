//! Pure helpers of the Deployment controller, with upstream's names
//! (`pkg/controller/deployment/util/deployment_util.go`).

use super::annotations::{DESIRED_REPLICAS, MAX_REPLICAS, count_annotation, revision};
use crate::api::condition::{ConditionStatus, find};
use crate::api::deployment::{
    Deployment, DeploymentCondition, DeploymentConditionType, DeploymentStatus, DeploymentStrategy,
};
use crate::api::int_or_percent::{IntOrPercent, InvalidPercent, Round};
use crate::api::light;
use crate::api::replica_set::ReplicaSet;
use crate::api::time::Time;
use std::rc::Rc;

/// maxSurge and maxUnavailable as counts: percentages of `desired` rounded up and down, respectively; never both 0.
///
/// # Errors
/// A string that is not a percentage.
pub fn resolve_fenceposts(
    max_surge: Option<&IntOrPercent>,
    max_unavailable: Option<&IntOrPercent>,
    desired: i32,
) -> Result<(i32, i32), InvalidPercent> {
    let resolve = |value: Option<&IntOrPercent>, round| {
        value.map_or(Ok(0), |value| value.resolve(desired, round))
    };
    let surge = resolve(max_surge, Round::Up)?;
    let unavailable = resolve(max_unavailable, Round::Down)?;
    Ok(if surge == 0 && unavailable == 0 {
        (0, 1)
    } else {
        (surge, unavailable)
    })
}

fn fenceposts(deployment: &Deployment) -> Option<(i32, i32)> {
    let DeploymentStrategy::RollingUpdate { rolling_update } = &deployment.spec.strategy else {
        return None;
    };
    let bounds = rolling_update.as_ref();
    let surge = bounds.and_then(|bounds| bounds.max_surge.as_ref());
    let unavailable = bounds.and_then(|bounds| bounds.max_unavailable.as_ref());
    // Validation refuses strings that are not percentages; upstream ignores the error here too.
    Some(resolve_fenceposts(surge, unavailable, deployment.spec.replicas).unwrap_or((0, 0)))
}

/// Maximum number of unavailable pods during a rolling update.
#[must_use]
pub fn max_unavailable(deployment: &Deployment) -> i32 {
    match fenceposts(deployment) {
        Some((_, unavailable)) if deployment.spec.replicas > 0 => {
            unavailable.min(deployment.spec.replicas)
        }
        _ => 0,
    }
}

/// Minimum number of available pods during a rolling update.
#[must_use]
pub fn min_available(deployment: &Deployment) -> i32 {
    match deployment.spec.strategy {
        DeploymentStrategy::RollingUpdate { .. } => {
            deployment.spec.replicas - max_unavailable(deployment)
        }
        DeploymentStrategy::Recreate => 0,
    }
}

/// Maximum number of surplus pods during a rolling update.
#[must_use]
pub fn max_surge(deployment: &Deployment) -> i32 {
    fenceposts(deployment).map_or(0, |(surge, _)| surge)
}

/// Seconds without progress after which the rollout counts as stuck; `None` means never.
#[must_use]
pub fn progress_deadline(deployment: &Deployment) -> Option<i64> {
    let seconds = deployment.spec.progress_deadline_seconds;
    seconds
        .filter(|seconds| *seconds != i32::MAX)
        .map(i64::from)
}

/// Whether the rollout has a progress deadline.
#[must_use]
pub fn has_progress_deadline(deployment: &Deployment) -> bool {
    progress_deadline(deployment).is_some()
}

/// The highest revision; annotations that are not numbers are skipped.
#[must_use]
pub fn max_revision(sets: &[Rc<ReplicaSet>]) -> i64 {
    sets.iter()
        .filter_map(|set| revision(&set.metadata))
        .max()
        .unwrap_or(0)
}

/// The oldest set with the Deployment's template; ties are broken by name.
#[must_use]
pub fn find_new_replica_set<'a>(
    deployment: &Deployment,
    sets: &'a [Rc<ReplicaSet>],
) -> Option<&'a Rc<ReplicaSet>> {
    let template = &deployment.spec.template;
    sets.iter()
        .filter(|set| set.spec.template.equal_ignore_hash(template))
        .min_by_key(|set| by_age(set))
}

/// All sets except the new one.
#[must_use]
pub fn find_old_replica_sets(
    deployment: &Deployment,
    sets: &[Rc<ReplicaSet>],
) -> Vec<Rc<ReplicaSet>> {
    let new = find_new_replica_set(deployment, sets).map(|set| &set.metadata.uid);
    sets.iter()
        .filter(|set| new != Some(&set.metadata.uid))
        .cloned()
        .collect()
}

/// Sort key by age: creation time, then name.
#[must_use]
pub fn by_age(set: &ReplicaSet) -> (Time, Rc<str>) {
    (set.metadata.created(), set.metadata.name.clone())
}

/// Sorts by size, largest first; ties are newest first.
pub fn sort_by_size_newer(sets: &mut [Rc<ReplicaSet>]) {
    light::sort(sets, |a, b| {
        let ages = || by_age(b).cmp(&by_age(a));
        b.spec.replicas.cmp(&a.spec.replicas).then_with(ages)
    });
}

/// Sorts by size, largest first; ties are oldest first.
pub fn sort_by_size_older(sets: &mut [Rc<ReplicaSet>]) {
    light::sort(sets, |a, b| {
        let ages = || by_age(a).cmp(&by_age(b));
        b.spec.replicas.cmp(&a.spec.replicas).then_with(ages)
    });
}

/// Sets with a nonzero size.
#[must_use]
pub fn filter_active(sets: &[Rc<ReplicaSet>]) -> Vec<Rc<ReplicaSet>> {
    sets.iter()
        .filter(|set| set.spec.replicas > 0)
        .cloned()
        .collect()
}

/// The set to scale: the only active one, else the new one, else the newest; `None` if several are active.
#[must_use]
pub fn find_active_or_latest(
    new: Option<&Rc<ReplicaSet>>,
    old: &[Rc<ReplicaSet>],
) -> Option<Rc<ReplicaSet>> {
    let active: Vec<_> = old
        .iter()
        .chain(new)
        .filter(|set| set.spec.replicas > 0)
        .collect();
    match active.as_slice() {
        [] => new
            .or_else(|| old.iter().max_by_key(|set| by_age(set)))
            .cloned(),
        [one] => Some((*one).clone()),
        _ => None,
    }
}

/// Sum of `spec.replicas`.
#[must_use]
pub fn replica_count<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter()
        .fold(0, |sum, set| sum.saturating_add(set.spec.replicas))
}

/// Sum of `status.replicas`.
#[must_use]
pub fn actual_replica_count<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter()
        .fold(0, |sum, set| sum.saturating_add(set.status.replicas))
}

/// Sum of `status.readyReplicas`.
#[must_use]
pub fn ready_count<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter()
        .fold(0, |sum, set| sum.saturating_add(set.status.ready_replicas))
}

/// Sum of `status.availableReplicas`.
#[must_use]
pub fn available_count<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> i32 {
    sets.into_iter().fold(0, |sum, set| {
        sum.saturating_add(set.status.available_replicas)
    })
}

/// Sum of `status.terminatingReplicas`; `None` while a synced set has not reported it.
#[must_use]
pub fn terminating_count<'a>(sets: impl IntoIterator<Item = &'a Rc<ReplicaSet>>) -> Option<i32> {
    sets.into_iter()
        .try_fold(0i32, |sum, set| match set.status.terminating_replicas {
            Some(count) => Some(sum.saturating_add(count)),
            None if set.status.observed_generation == 0 => Some(sum),
            None => None,
        })
}

/// Whether the new set has all pods, and all are available.
#[must_use]
pub fn is_saturated(deployment: &Deployment, set: Option<&Rc<ReplicaSet>>) -> bool {
    let wanted = deployment.spec.replicas;
    set.is_some_and(|set| {
        count_annotation(set, DESIRED_REPLICAS) == Some(wanted)
            && set.spec.replicas == wanted
            && set.status.available_replicas == wanted
    })
}

/// Size of the new set: as many pods as fit below `replicas + maxSurge`, at most `replicas`.
#[must_use]
pub fn new_rs_new_replicas(deployment: &Deployment, total: i32, new_replicas: i32) -> i32 {
    match &deployment.spec.strategy {
        DeploymentStrategy::Recreate => deployment.spec.replicas,
        DeploymentStrategy::RollingUpdate { .. } => {
            let allowed = deployment
                .spec
                .replicas
                .saturating_add(surge_alone(deployment));
            if total >= allowed {
                return new_replicas;
            }
            let room = allowed - total;
            new_replicas + room.min(deployment.spec.replicas - new_replicas)
        }
    }
}

/// maxSurge as a count, without the rule of [`max_surge`] that it and maxUnavailable are never both 0.
#[must_use]
pub fn surge_alone(deployment: &Deployment) -> i32 {
    let DeploymentStrategy::RollingUpdate {
        rolling_update: Some(bounds),
    } = &deployment.spec.strategy
    else {
        return 0;
    };
    let surge = bounds.max_surge.as_ref();
    surge.map_or(0, |surge| {
        surge
            .resolve(deployment.spec.replicas, Round::Up)
            .unwrap_or(0)
    })
}

/// Change of a set's size in proportional scaling, before it is limited by what is left to add.
#[must_use]
pub fn replica_set_fraction(set: &ReplicaSet, deployment: &Deployment) -> i32 {
    if deployment.spec.replicas == 0 {
        return -set.spec.replicas;
    }
    let before = match count_annotation(set, MAX_REPLICAS) {
        None | Some(0) => deployment.status.replicas,
        Some(count) => count,
    };
    if before == 0 {
        return 0;
    }
    let allowed = deployment.spec.replicas.wrapping_add(max_surge(deployment));
    // Upstream multiplies 32-bit integers before dividing as floats.
    let share = f64::from(set.spec.replicas.wrapping_mul(allowed)) / f64::from(before);
    round_half_away(share).wrapping_sub(set.spec.replicas)
}

/// [`replica_set_fraction`], limited to the rest of `to_add` after `added`.
#[must_use]
pub fn replica_set_proportion(
    set: &ReplicaSet,
    deployment: &Deployment,
    to_add: i32,
    added: i32,
) -> i32 {
    if set.spec.replicas == 0 || to_add == 0 || to_add == added {
        return 0;
    }
    let fraction = replica_set_fraction(set, deployment);
    let left = to_add - added;
    if to_add > 0 {
        fraction.min(left)
    } else {
        fraction.max(left)
    }
}

fn round_half_away(value: f64) -> i32 {
    // `as` saturates, as needed for products that overflowed.
    (if value < 0.0 {
        value - 0.5
    } else {
        value + 0.5
    }) as i32
}

/// Whether every pod is updated and available.
#[must_use]
pub fn deployment_complete(deployment: &Deployment, status: &DeploymentStatus) -> bool {
    let wanted = deployment.spec.replicas;
    status.updated_replicas == wanted
        && status.replicas == wanted
        && status.available_replicas == wanted
        && status.observed_generation >= deployment.metadata.generation
}

/// Whether the new status shows progress over the stored one.
#[must_use]
pub fn deployment_progressing(deployment: &Deployment, new: &DeploymentStatus) -> bool {
    let old = &deployment.status;
    new.updated_replicas > old.updated_replicas
        || new.replicas - new.updated_replicas < old.replicas - old.updated_replicas
        || new.ready_replicas > old.ready_replicas
        || new.available_replicas > old.available_replicas
}

/// Whether the deadline has passed without progress.
#[must_use]
pub fn deployment_timed_out(deployment: &Deployment, status: &DeploymentStatus, now: Time) -> bool {
    let progressing = find(&status.conditions, DeploymentConditionType::Progressing);
    let Some((condition, deadline)) = progressing.zip(progress_deadline(deployment)) else {
        return false;
    };
    match &*condition.reason {
        "NewReplicaSetAvailable" => false,
        "ProgressDeadlineExceeded" => true,
        _ => {
            let from = condition.last_update_time.unwrap_or_default();
            from.plus_seconds(deadline) < now
        }
    }
}

/// Milliseconds until a stalled rollout counts as stuck, negative once it does; `None` if there is nothing to wait
/// for.
#[must_use]
pub fn time_to_deadline(
    deployment: &Deployment,
    status: &DeploymentStatus,
    now: Time,
) -> Option<i64> {
    let stored = &deployment.status.conditions;
    let current = find(stored, DeploymentConditionType::Progressing)?;
    let deadline = progress_deadline(deployment)?;
    if deployment_complete(deployment, status) || &*current.reason == "ProgressDeadlineExceeded" {
        return None;
    }
    let since = current.last_update_time.unwrap_or_default();
    Some(since.plus_seconds(deadline).since(now))
}

/// Milliseconds until upstream checks the deadline again, 0 for immediately (requeueStuckDeployment).
#[must_use]
pub fn stuck_check_after(
    deployment: &Deployment,
    status: &DeploymentStatus,
    now: Time,
) -> Option<i64> {
    let left = time_to_deadline(deployment, status, now)?;
    Some(if left < 1000 { 0 } else { left })
}

/// A condition with the current time.
#[must_use]
pub fn new_condition(
    kind: DeploymentConditionType,
    status: ConditionStatus,
    reason: &str,
    message: &str,
    now: Time,
) -> DeploymentCondition {
    let now = Some(now.whole_seconds());
    DeploymentCondition {
        kind,
        status,
        reason: reason.into(),
        message: message.into(),
        last_update_time: now,
        last_transition_time: now,
    }
}

/// Sets a condition. Nothing changes if status and reason are the same; otherwise it moves to the end of the list,
/// and its transition time is kept if its status is.
pub fn set_condition(status: &mut DeploymentStatus, mut condition: DeploymentCondition) {
    if let Some(known) = find(&status.conditions, condition.kind) {
        if known.status == condition.status && known.reason == condition.reason {
            return;
        }
        if known.status == condition.status {
            condition.last_transition_time = known.last_transition_time;
        }
    }
    crate::api::condition::remove(&mut status.conditions, condition.kind);
    status.conditions.push(condition);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `pkg/controller/deployment/util/deployment_util.go`: halves are rounded away from zero.
    #[test]
    fn shares_are_rounded_to_the_nearest_and_halves_away_from_zero() {
        for (value, rounded) in [
            (0.0, 0),
            (2.4, 2),
            (2.5, 3),
            (-2.4, -2),
            (-2.5, -3),
            (-0.5, -1),
        ] {
            assert_eq!(round_half_away(value), rounded, "{value}");
        }
    }
}
