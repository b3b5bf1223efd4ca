//! The status of a budget (`disruption.go`, updatePdbStatus).

use super::branches as b;
use crate::actor::decision::{Branch, PODS};
use crate::actor::{Context, SyncError};
use crate::api::disruption;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object, Other};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// The numbers of a status.
pub(super) struct BudgetCounts {
    /// Healthy pods.
    pub(super) healthy: i64,
    /// Healthy pods that the budget needs.
    pub(super) needed: i64,
    /// Pods that the budget expects.
    pub(super) expected: i64,
    /// Pods that were evicted and are not being deleted yet, with the times of their evictions.
    pub(super) disrupted: Map<String, Value>,
}

/// Writes the status if it changed.
pub(super) fn update(
    cx: &mut Context<'_>,
    key: &Key,
    budget: &Rc<Other>,
    counts: BudgetCounts,
) -> Result<(), SyncError> {
    let spare = counts.healthy - counts.needed;
    // A budget that expects no pods yet allows nothing, in case they are about to appear.
    let allowed = if counts.expected > 0 { spare.max(0) } else { 0 };
    let known = budget.fields.at("status");
    let mut status = json!({
        "observedGeneration": budget.metadata.generation, "disruptionsAllowed": allowed,
        "currentHealthy": counts.healthy, "desiredHealthy": counts.needed, "expectedPods": counts.expected,
    });
    if !counts.disrupted.is_empty() {
        status["disruptedPods"] = counts.disrupted.into();
    }
    if known.has("conditions") {
        status["conditions"] = known.key("conditions").clone();
    }
    let same = status == *known && disruption::is_up_to_date(&status);
    let branch: &'static Branch = match allowed {
        _ if same => &b::UNCHANGED,
        0 => &b::NONE_ALLOWED,
        _ => &b::ALLOWED,
    };
    cx.decide(branch)
        .object("budget", Kind::PodDisruptionBudget, key.name.clone())
        .number("currentHealthy", counts.healthy)
        .of(key, PODS)
        .number("desiredHealthy", counts.needed)
        .number("disruptionsAllowed", allowed);
    if same {
        return Ok(());
    }
    disruption::update_condition(&mut status, cx.now());
    let mut budget = (**budget).clone();
    budget.fields["status"] = status;
    cx.store
        .update_status(Object::Other(Kind::PodDisruptionBudget, Rc::new(budget)))?;
    Ok(())
}
