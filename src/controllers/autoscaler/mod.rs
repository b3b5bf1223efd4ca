//! The HorizontalPodAutoscaler controller (`pkg/controller/podautoscaler`).

pub mod behavior;
pub mod branches;
pub mod calculator;
mod external;
mod metrics;
mod scale;
pub mod spec;
mod status;

use crate::actor::decision::FactValue;
use crate::actor::memory::{AutoscalerMemory, Recommendation};
use crate::actor::{Cause, Context, Kinds, Spec, SyncError, Wait, Wake, cause_of};
use crate::api::event::EventType;
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Key, Object};
use crate::store::{Change, Store};
use crate::versions::Feature;
use behavior::{Limit, Sizes};
use branches as b;
use scale::Scale;
use spec::Autoscaler;
use status::Status;
use std::cmp::Ordering;

/// The controller's name in its events.
pub const NAME: &str = "horizontal-pod-autoscaler";

/// Registration of the controller with the engine.
pub static SPEC: Spec = Spec {
    name: NAME,
    short_name: "hpa",
    branches: branches::ALL,
    runs_in_manual: false,
    interests: Kinds::of(&[Kind::HorizontalPodAutoscaler]),
    deaf_to_own: Kinds::NONE,
    sync,
    wake,
    forget: None,
    wake_on_silence: None,
    wake_on_memory: None,
};
/// Milliseconds between syncs of an autoscaler.
pub const PERIOD: i64 = 15_000;
/// The reason of a rescale to `minReplicas`.
const BELOW_MIN: &str = "Current number of replicas below Spec.MinReplicas";

/// Syncs an autoscaler (`horizontal.go`, reconcileAutoscaler).
///
/// # Errors
/// The status could not be written; the key is retried.
pub fn sync(cx: &mut Context<'_>, key: &Key) -> Result<(), SyncError> {
    let Some(autoscaler) = cx.store.get(key).and_then(Autoscaler::of) else {
        cx.decide(&b::GONE);
        cx.memory.remember_autoscaler(key, None);
        return Ok(());
    };
    cx.decide(&b::NEXT).number("seconds", PERIOD / 1000);
    cx.wake_after(PERIOD, Wait::AutoscalerPeriod);
    let mut status = Status::of(cx, key);
    let mut pass = match Scale::read(cx.store, &autoscaler) {
        Ok(scale) => Pass::new(cx, key, autoscaler, scale),
        Err(error) => {
            no_target(cx, &autoscaler, &mut status, &error);
            return status.write(cx, key);
        }
    };
    status.set(
        "AbleToScale",
        true,
        "SucceededGetScale",
        "the HPA controller was able to get the target's current scale",
    );
    pass.run(cx, &mut status);
    let memory = std::mem::take(&mut pass.memory);
    cx.memory.remember_autoscaler(key, Some(memory));
    status.write(cx, key)
}

/// The autoscalers to queue after a change: a new one and one with another spec at once, otherwise one period after
/// the write. Up to 1.36 it was one period in every case.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    if change.key.kind != Kind::HorizontalPodAutoscaler {
        return;
    }
    let key = change.key.clone();
    let generation = |object: &Object| object.meta().generation;
    let at_once = match (&change.before, &change.after) {
        (None, _) => store.has(Feature::HPAFirstSyncAtOnce),
        (Some(old), Some(new)) => {
            store.has(Feature::HPAGeneration) && generation(old) != generation(new)
        }
        (_, None) => true,
    };
    wakes.push(match at_once {
        true => Wake::now(key, cause_of(change)),
        false => Wake {
            key,
            cause: Cause::Timer(Wait::AutoscalerPeriod),
            after: PERIOD,
        },
    });
}

fn event(cx: &mut Context<'_>, about: &Autoscaler, kind: EventType, reason: &str, message: &str) {
    let about = (Kind::HorizontalPodAutoscaler, &about.metadata);
    cx.event(NAME, about, kind, reason, message);
}

fn no_target(cx: &mut Context<'_>, autoscaler: &Autoscaler, status: &mut Status, error: &str) {
    let target = &autoscaler.spec.scale_target_ref;
    cx.decide(&b::NO_TARGET)
        .add(
            "target",
            FactValue::reference(
                &target.api_version,
                &target.kind,
                &autoscaler.metadata.namespace,
                &target.name,
            ),
        )
        .text("error", error);
    event(cx, autoscaler, EventType::Warning, "FailedGetScale", error);
    let message =
        format!("the HPA controller was unable to get the target's current scale: {error}");
    status.set("AbleToScale", false, "FailedGetScale", &message);
}

/// A sync: an autoscaler, its target, and its memory.
struct Pass {
    autoscaler: Autoscaler,
    scale: Scale,
    sizes: Sizes,
    memory: AutoscalerMemory,
}

impl Pass {
    fn new(cx: &Context<'_>, key: &Key, autoscaler: Autoscaler, scale: Scale) -> Self {
        let mut memory = cx.memory.autoscaler(key);
        if memory.recommendations.is_empty() {
            memory.recommendations.push(Recommendation {
                replicas: scale.replicas,
                at: cx.now(),
            });
        }
        let sizes = Sizes {
            current: scale.replicas,
            min: autoscaler.spec.min_replicas.unwrap_or(1),
            max: autoscaler.spec.max_replicas,
        };
        Self {
            autoscaler,
            scale,
            sizes,
            memory,
        }
    }

    fn run(&mut self, cx: &mut Context<'_>, status: &mut Status) {
        let Sizes { current, min, max } = self.sizes;
        if self.may_leave_zero(cx.store, status) {
            self.by_metrics(cx, status);
        } else if current == 0 && (min != 0 || cx.store.has(Feature::HPAScaleToZero)) {
            cx.decide(&b::DISABLED)
                .add("target", self.scale.key.clone());
            let message = "scaling is disabled since the replica count of the target is zero";
            status.set("ScalingActive", false, "ScalingDisabled", message);
            status.metrics(Vec::new());
            status.sizes(current, current);
        } else if current > max || current < min {
            let (branch, bound, reason) = if current > max {
                (
                    &b::ABOVE_MAX,
                    max,
                    "Current number of replicas above Spec.MaxReplicas",
                )
            } else {
                (&b::BELOW_MIN, min, BELOW_MIN)
            };
            cx.decide(branch)
                .add("target", self.scale.key.clone())
                .number("current", current)
                .of(&self.scale.key, "spec.replicas")
                .number("max", max)
                .number("min", min);
            status.metrics(Vec::new());
            self.rescale(cx, status, bound, reason);
        } else {
            self.by_metrics(cx, status);
        }
    }

    /// Whether the target was scaled to zero by this controller and may come back by its metrics.
    fn may_leave_zero(&self, store: &Store, status: &Status) -> bool {
        let Sizes { current, min, .. } = self.sizes;
        store.has(Feature::HPAScaleToZero)
            && current == 0
            && status.is_scaled_to_zero()
            && (min != 0 || self.autoscaler.spec.measures_without_pods())
    }

    fn by_metrics(&mut self, cx: &mut Context<'_>, status: &mut Status) {
        let Sizes { current, min, .. } = self.sizes;
        let leaves_zero = self.may_leave_zero(cx.store, status);
        let wanted = match self.ambiguous(cx.store) {
            Some(message) => {
                let reason = "AmbiguousSelector";
                event(cx, &self.autoscaler, EventType::Warning, reason, &message);
                metrics::Wanted {
                    replicas: Err(metrics::MetricsFailure {
                        reason,
                        error: message.clone(),
                        message,
                    }),
                    current: Vec::new(),
                }
            }
            None => metrics::compute(cx, &self.autoscaler, &self.scale),
        };
        status.metrics(wanted.current);
        let (desired, metric) = match wanted.replicas {
            Ok(found) => found,
            Err(failure) => {
                cx.decide(&b::NO_METRICS)
                    .text("error", failure.error.as_str());
                status.set("ScalingActive", false, failure.reason, &failure.message);
                status.sizes(current, status.desired());
                let reason = "FailedComputeMetricsReplicas";
                event(
                    cx,
                    &self.autoscaler,
                    EventType::Warning,
                    reason,
                    &failure.error,
                );
                return;
            }
        };
        let message =
            format!("the HPA was able to successfully calculate a replica count from {metric}");
        status.set("ScalingActive", true, "ValidMetricFound", &message);
        let reason = match desired.cmp(&current) {
            Ordering::Greater => format!("{metric} above target"),
            Ordering::Equal if leaves_zero => BELOW_MIN.to_owned(),
            Ordering::Less => "All metrics below target".to_owned(),
            // Only a size changed by hand is rescaled then; as upstream, without a reason.
            Ordering::Equal => String::new(),
        };
        let mut allowed = self.normalize(cx, status, desired);
        if leaves_zero {
            allowed = allowed.max(min);
        }
        if allowed == current {
            cx.decide(&b::KEEP)
                .add("target", self.scale.key.clone())
                .number("current", current);
            status.sizes(current, current);
        } else {
            self.rescale(cx, status, allowed, &reason);
        }
    }

    /// Other autoscalers with the same target make the pods ambiguous.
    fn ambiguous(&self, store: &Store) -> Option<String> {
        let meta = &self.autoscaler.metadata;
        let all = store.list(Kind::HorizontalPodAutoscaler, Some(&meta.namespace));
        let same = all.filter_map(Autoscaler::of).filter(|other| {
            let (own, other) = (&self.autoscaler.spec, &other.spec);
            own.scale_target_ref == other.scale_target_ref
        });
        let name = |meta: &ObjectMeta| format!("{}/{}", meta.namespace, meta.name);
        let names: Vec<String> = same.map(|other| name(&other.metadata)).collect();
        (names.len() > 1).then(|| {
            format!(
                "pods by selector {} are controlled by multiple HPAs: [{}]",
                self.scale.selector,
                names.join(" ")
            )
        })
    }

    /// Applies stabilization, bounds and rate limits to a size (normalizeDesiredReplicas,
    /// normalizeDesiredReplicasWithBehaviors).
    fn normalize(&mut self, cx: &mut Context<'_>, status: &mut Status, desired: i32) -> i32 {
        let now = cx.now();
        let (sizes, behavior) = (self.sizes, self.autoscaler.spec.behavior());
        let stabilized = match &behavior {
            None => self.memory.stabilize(desired, now),
            Some(behavior) => self
                .memory
                .stabilize_with(behavior, sizes.current, desired, now),
        };
        if stabilized == desired {
            let message = "recommended size matches current size";
            status.set("AbleToScale", true, "ReadyForNewScale", message);
        } else {
            cx.decide(&b::STABILIZED)
                .number("wanted", desired)
                .number("stabilized", stabilized);
            let (reason, message) = if behavior.is_some() && desired >= sizes.current {
                (
                    "ScaleUpStabilized",
                    "recent recommendations were lower than current one, applying the lowest recent recommendation",
                )
            } else {
                (
                    "ScaleDownStabilized",
                    "recent recommendations were higher than current one, applying the highest recent recommendation",
                )
            };
            status.set("AbleToScale", true, reason, message);
        }
        let (allowed, limit): (i32, Limit) = match &behavior {
            None => behavior::limit(sizes, stabilized),
            Some(behavior) => self.memory.limit_with(behavior, sizes, stabilized, now),
        };
        status.set("ScalingLimited", allowed != stabilized, limit.0, limit.1);
        if allowed != stabilized {
            cx.decide(&b::LIMITED)
                .number("wanted", stabilized)
                .number("allowed", allowed)
                .text("limit", limit.1);
        }
        allowed
    }

    fn rescale(&mut self, cx: &mut Context<'_>, status: &mut Status, replicas: i32, reason: &str) {
        let current = self.sizes.current;
        if let Err(error) = self.scale.write(cx.store, replicas) {
            cx.decide(&b::SCALE_FAILED)
                .add("target", self.scale.key.clone())
                .number("replicas", replicas)
                .text("error", error.to_string());
            let message = format!("New size: {replicas}; reason: {reason}; error: {error}");
            event(
                cx,
                &self.autoscaler,
                EventType::Warning,
                "FailedRescale",
                &message,
            );
            let message =
                format!("the HPA controller was unable to update the target scale: {error}");
            status.set("AbleToScale", false, "FailedUpdateScale", &message);
            status.sizes(current, status.desired());
            return;
        }
        cx.decide(&b::SCALE)
            .add("target", self.scale.key.clone())
            .number("current", current)
            .number("replicas", replicas)
            .text("reason", reason);
        let message =
            format!("the HPA controller was able to update the target scale to {replicas}");
        status.set("AbleToScale", true, "SucceededRescale", &message);
        let message = format!("New size: {replicas}; reason: {reason}");
        event(
            cx,
            &self.autoscaler,
            EventType::Normal,
            "SuccessfulRescale",
            &message,
        );
        if let Some(behavior) = self.autoscaler.spec.behavior() {
            self.memory
                .store_scale_event(&behavior, current, replicas, cx.now());
        }
        if cx.store.has(Feature::HPAScaleToZero) {
            let to_zero = replicas == 0 && self.autoscaler.spec.may_be_zero();
            status.scaled_to_zero(to_zero);
        }
        status.sizes(current, replicas);
        status.scaled();
    }
}
