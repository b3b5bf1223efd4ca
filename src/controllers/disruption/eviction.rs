//! Evictions, with the reasons why they are allowed or refused.

use super::branches as b;
use crate::actor::Context;
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::store::{ApiError, DeleteOptions, Evicted};

/// Evicts a pod through the API ([`Store::evict`](crate::store::Store::evict)).
///
/// # Errors
/// The pod does not exist, or its budget does not allow a disruption.
pub fn evict(
    cx: &mut Context<'_>,
    pod: &Key,
    options: &DeleteOptions,
    dry_run: bool,
) -> Result<(), ApiError> {
    let result = cx.store.evict(pod, options, dry_run);
    let named = |name: &str| Key::of(Kind::PodDisruptionBudget, &pod.namespace, name);
    let (branch, budget) = match &result {
        Ok(Evicted::Ignored) => (&b::EVICT_IGNORED, None),
        Ok(Evicted::Free) => (&b::EVICT_FREE, None),
        Ok(Evicted::Always(budget)) => (&b::EVICT_ALWAYS, Some(budget.clone())),
        Ok(Evicted::Unready(budget)) => (&b::EVICT_UNREADY, Some(budget.clone())),
        Ok(Evicted::Allowed(budget, _)) => (&b::EVICT, Some(budget.clone())),
        Err(ApiError::BudgetSpent { budget, .. }) => (&b::REFUSED, Some(named(budget))),
        Err(ApiError::BudgetUnobserved { budget }) => (&b::UNOBSERVED, Some(named(budget))),
        Err(ApiError::SeveralBudgets { .. }) => (&b::SEVERAL, None),
        Err(_) => return result.map(drop),
    };
    let decision = cx.decide(branch).add("pod", pod.clone());
    if let Some(budget) = budget {
        decision.add("budget", budget);
    }
    match &result {
        Ok(Evicted::Allowed(budget, allowed)) => {
            decision
                .number("disruptionsAllowed", *allowed)
                .of(budget, "status.disruptionsAllowed")
                .number("left", allowed - 1);
        }
        Err(ApiError::BudgetSpent {
            budget,
            needed,
            healthy,
        }) => {
            let budget = named(budget);
            decision
                .number("desiredHealthy", *needed)
                .of(&budget, "status.desiredHealthy")
                .number("currentHealthy", *healthy)
                .of(&budget, "status.currentHealthy");
        }
        Err(ApiError::SeveralBudgets { budgets }) => {
            decision.text("budgets", budgets.join(", "));
        }
        _ => {}
    }
    result.map(drop)
}
