//! `spec.behavior`, and the rules that keep the size from fluctuating
//! (`pkg/controller/podautoscaler/horizontal.go`).

use crate::actor::memory::{AutoscalerMemory, Recommendation, ScaleEvent};
use crate::api::time::Time;
use serde::Deserialize;

/// Seconds during which the highest recommendation holds back a scale-down.
pub const DOWNSCALE_STABILIZATION: i64 = 300;
/// Without a behavior, a scale-up at most doubles the size …
const SCALE_UP_FACTOR: i32 = 2;
/// … or reaches this size.
const SCALE_UP_LEAST: i32 = 4;

/// Scaling rules of one direction (`v2.HPAScalingRules`), defaulted.
#[derive(Debug, Clone, PartialEq)]
pub struct ScalingRules {
    /// Stabilization window in seconds, within which the most cautious recommendation wins.
    pub window: i64,
    /// Which policy applies.
    pub select: Select,
    /// Limits of the rate of change.
    pub policies: Vec<Policy>,
    /// Tolerated deviation from the target, unless the default applies.
    pub tolerance: Option<f64>,
}

/// Which of several policies applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Select {
    /// The one that allows the largest change.
    Max,
    /// The one that allows the smallest change.
    Min,
    /// None: scaling in this direction is disabled.
    Disabled,
}

/// A limit of the rate of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Policy {
    /// Unit of `value`.
    #[serde(rename = "type")]
    pub kind: PolicyType,
    /// Maximum change within the period.
    pub value: i32,
    /// Length of the period in seconds.
    pub period_seconds: i64,
}

/// Unit of a policy's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum PolicyType {
    /// Pods.
    Pods,
    /// Percent of the current size.
    Percent,
}

/// Scaling rules as written in the manifest.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct GivenRules {
    stabilization_window_seconds: Option<i64>,
    select_policy: Option<Select>,
    policies: Option<Vec<Policy>>,
    tolerance: Option<String>,
}

/// Rules of both directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Behavior {
    /// Rules for scaling up.
    pub up: ScalingRules,
    /// Rules for scaling down.
    pub down: ScalingRules,
}

impl GivenRules {
    /// Rules for scaling up, defaulted (`pkg/apis/autoscaling/v2/defaults.go`, GenerateHPAScaleUpRules).
    #[must_use]
    pub fn up(self) -> ScalingRules {
        let policy = |kind, value| Policy {
            kind,
            value,
            period_seconds: 15,
        };
        let default = vec![
            policy(PolicyType::Pods, 4),
            policy(PolicyType::Percent, 100),
        ];
        self.or(0, default)
    }

    /// Rules for scaling down, defaulted (GenerateHPAScaleDownRules, maybeInitScaleDownStabilizationWindow).
    #[must_use]
    pub fn down(self) -> ScalingRules {
        let everything = Policy {
            kind: PolicyType::Percent,
            value: 100,
            period_seconds: 15,
        };
        self.or(DOWNSCALE_STABILIZATION, vec![everything])
    }

    fn or(self, window: i64, policies: Vec<Policy>) -> ScalingRules {
        let tolerance = self.tolerance.as_deref().and_then(amount);
        ScalingRules {
            window: self.stabilization_window_seconds.unwrap_or(window),
            select: self.select_policy.unwrap_or(Select::Max),
            policies: self.policies.unwrap_or(policies),
            tolerance,
        }
    }
}

fn amount(text: &str) -> Option<f64> {
    let quantity = crate::api::quantity::Quantity::parse(text).ok()?;
    Some(quantity.scaled(-9)? as f64 / 1e9)
}

/// Reason and message of the condition ScalingLimited.
pub type Limit = (&'static str, &'static str);

const WITHIN: Limit = (
    "DesiredWithinRange",
    "the desired count is within the acceptable range",
);
const TOO_FEW: Limit = (
    "TooFewReplicas",
    "the desired replica count is less than the minimum replica count",
);
const TOO_MANY: Limit = (
    "TooManyReplicas",
    "the desired replica count is more than the maximum replica count",
);
const UP_LIMIT: Limit = (
    "ScaleUpLimit",
    "the desired replica count is increasing faster than the maximum scale rate",
);
const DOWN_LIMIT: Limit = (
    "ScaleDownLimit",
    "the desired replica count is decreasing faster than the maximum scale rate",
);

/// The current size and its bounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// Current size.
    pub current: i32,
    /// minReplicas.
    pub min: i32,
    /// maxReplicas.
    pub max: i32,
}

impl AutoscalerMemory {
    /// The maximum of this and all recent recommendations (stabilizeRecommendation).
    pub fn stabilize(&mut self, desired: i32, now: Time) -> i32 {
        let cutoff = now.plus_seconds(-DOWNSCALE_STABILIZATION);
        let recent = self.recommendations.iter().filter(|one| one.at >= cutoff);
        let highest = recent.map(|one| one.replicas).max();
        self.record(desired, now, |at| at < cutoff);
        highest.unwrap_or(desired).max(desired)
    }

    /// The size closest to the current one within the recent recommendations
    /// (stabilizeRecommendationWithBehaviors).
    pub fn stabilize_with(
        &mut self,
        behavior: &Behavior,
        current: i32,
        desired: i32,
        now: Time,
    ) -> i32 {
        let up_cutoff = now.plus_seconds(-behavior.up.window);
        let down_cutoff = now.plus_seconds(-behavior.down.window);
        let after = |cutoff: Time| {
            let recent = self.recommendations.iter();
            recent
                .filter(move |one| one.at > cutoff)
                .map(|one| one.replicas)
        };
        let lowest = after(up_cutoff).fold(desired, i32::min);
        let highest = after(down_cutoff).fold(desired, i32::max);
        self.record(desired, now, |at| at < up_cutoff && at < down_cutoff);
        current.max(lowest).min(highest)
    }

    /// Stores a recommendation in place of the last expired one.
    fn record(&mut self, replicas: i32, now: Time, is_old: impl Fn(Time) -> bool) {
        let new = Recommendation { replicas, at: now };
        let old = self.recommendations.iter().rposition(|one| is_old(one.at));
        match old.and_then(|index| self.recommendations.get_mut(index)) {
            Some(old) => *old = new,
            None => self.recommendations.push(new),
        }
    }

    /// Stores a change of size for the policies, and drops expired ones (storeScaleEvent).
    pub fn store_scale_event(&mut self, behavior: &Behavior, before: i32, after: i32, now: Time) {
        let (events, rules) = if after > before {
            (&mut self.up, &behavior.up)
        } else {
            (&mut self.down, &behavior.down)
        };
        let periods = rules.policies.iter().map(|policy| policy.period_seconds);
        let cutoff = now.plus_seconds(-periods.max().unwrap_or(0));
        events.retain(|event| event.at >= cutoff);
        let change = after.saturating_sub(before).saturating_abs();
        events.push(ScaleEvent { change, at: now });
    }

    /// Limits the size by the policies and bounds (convertDesiredReplicasWithBehaviorRate).
    #[must_use]
    pub fn limit_with(
        &self,
        behavior: &Behavior,
        sizes: Sizes,
        desired: i32,
        now: Time,
    ) -> (i32, Limit) {
        let Sizes { current, min, max } = sizes;
        if desired > current {
            let rate = self.scale_up_limit(&behavior.up, current, now).max(current);
            let (most, limit) = if max > rate {
                (rate, UP_LIMIT)
            } else {
                (max, TOO_MANY)
            };
            if desired > most {
                return (most, limit);
            }
        } else if desired < current {
            let rate = self
                .scale_down_limit(&behavior.down, current, now)
                .min(current);
            let (least, limit) = if min < rate {
                (rate, DOWN_LIMIT)
            } else {
                (min, TOO_FEW)
            };
            if desired < least {
                return (least, limit);
            }
        }
        (desired, WITHIN)
    }

    /// Maximum size that the policies allow now (calculateScaleUpLimitWithScalingRules).
    fn scale_up_limit(&self, rules: &ScalingRules, current: i32, now: Time) -> i32 {
        let proposals = rules.policies.iter().map(|policy| {
            let start = self.start_of_period(policy, current, now);
            match policy.kind {
                PolicyType::Pods => start.saturating_add(policy.value),
                PolicyType::Percent => (f64::from(start) * (1.0 + share(policy))).ceil() as i32,
            }
        });
        match rules.select {
            Select::Disabled => current,
            Select::Min => proposals.fold(i32::MAX, i32::min),
            Select::Max => proposals.fold(i32::MIN, i32::max),
        }
    }

    /// Minimum size that the policies allow now (calculateScaleDownLimitWithBehaviors).
    fn scale_down_limit(&self, rules: &ScalingRules, current: i32, now: Time) -> i32 {
        let proposals = rules.policies.iter().map(|policy| {
            let start = self.start_of_period(policy, current, now);
            match policy.kind {
                PolicyType::Pods => start.saturating_sub(policy.value),
                PolicyType::Percent => (f64::from(start) * (1.0 - share(policy))) as i32,
            }
        });
        match rules.select {
            Select::Disabled => current,
            Select::Min => proposals.fold(i32::MIN, i32::max),
            Select::Max => proposals.fold(i32::MAX, i32::min),
        }
    }

    /// The size at the start of a policy's period.
    fn start_of_period(&self, policy: &Policy, current: i32, now: Time) -> i32 {
        let cutoff = now.plus_seconds(-policy.period_seconds);
        let sum = |events: &[ScaleEvent]| {
            let recent = events.iter().filter(|event| event.at > cutoff);
            recent.fold(0_i32, |sum, event| sum.saturating_add(event.change))
        };
        let added = sum(&self.up);
        current
            .saturating_sub(added)
            .saturating_add(sum(&self.down))
    }
}

fn share(policy: &Policy) -> f64 {
    f64::from(policy.value) / 100.0
}

/// Limits the size to the bounds and to twice the current size (convertDesiredReplicasWithRules).
#[must_use]
pub fn limit(sizes: Sizes, desired: i32) -> (i32, Limit) {
    let doubled = sizes.current.saturating_mul(SCALE_UP_FACTOR);
    let rate = doubled.max(SCALE_UP_LEAST);
    let (most, limit) = if sizes.max > rate {
        (rate, UP_LIMIT)
    } else {
        (sizes.max, TOO_MANY)
    };
    if desired < sizes.min {
        (sizes.min, TOO_FEW)
    } else if desired > most {
        (most, limit)
    } else {
        (desired, WITHIN)
    }
}
