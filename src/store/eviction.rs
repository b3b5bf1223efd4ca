//! The subresource `eviction` of pods, which asks the disruption budgets
//! (`pkg/registry/core/pod/storage/eviction.go`).

use super::error::ApiError;
use super::{DeleteOptions, Store};
use crate::api::disruption;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object, Other};
use crate::api::pod::{Pod, PodPhase};
use serde_json::json;
use std::rc::Rc;

/// Maximum number of evictions that the disruption controller has not seen yet.
const DISRUPTED_MAX: usize = 2000;

/// Why a pod could be evicted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Evicted {
    /// The pod is pending, finished or being deleted, which budgets do not protect.
    Ignored,
    /// No budget selects the pod.
    Free,
    /// The pod is not ready, and the budget always lets such pods go.
    Always(Key),
    /// The pod is not ready, and the budget has as many healthy pods as it needs.
    Unready(Key),
    /// The budget allowed this many disruptions, one of which is used now.
    Allowed(Key, i64),
}

impl Store {
    /// Evicts a pod: asks its budget, sets the pod's condition and deletes it. A dry run only asks.
    ///
    /// # Errors
    /// The pod does not exist, or its budget does not allow a disruption.
    pub fn evict(
        &mut self,
        key: &Key,
        options: &DeleteOptions,
        dry_run: bool,
    ) -> Result<Evicted, ApiError> {
        let pod = self.pod(key).ok_or_else(|| ApiError::not_found(key))?;
        let pod = Rc::clone(pod);
        let evicted = self.ask_budgets(&pod, dry_run)?;
        if dry_run {
            return Ok(evicted);
        }
        if pod.is_active() {
            let mut marked = (*pod).clone();
            marked.disrupt(
                self.now(),
                "EvictionByEvictionAPI",
                "Eviction API: evicting",
            );
            self.update_status(Object::Pod(Rc::new(marked)))?;
        }
        ApiError::unless_gone(self.delete(key, options))?;
        Ok(evicted)
    }

    fn ask_budgets(&mut self, pod: &Pod, dry_run: bool) -> Result<Evicted, ApiError> {
        let pending = pod.status.phase == PodPhase::Pending;
        if pending || pod.is_finished() || pod.metadata.is_terminating() {
            return Ok(Evicted::Ignored);
        }
        let budgets = self.budgets(pod);
        let (key, found) = match budgets.as_slice() {
            [] => return Ok(Evicted::Free),
            [one] => one.clone(),
            several => {
                let names = several.iter().map(|(key, _)| key.name.to_string());
                return Err(ApiError::SeveralBudgets {
                    budgets: names.collect(),
                });
            }
        };
        let [healthy, needed] =
            ["currentHealthy", "desiredHealthy"].map(|field| disruption::count(&found, field));
        if !pod.is_ready() {
            if found.fields.text("spec.unhealthyPodEvictionPolicy") == "AlwaysAllow" {
                return Ok(Evicted::Always(key));
            }
            if healthy >= needed && needed > 0 {
                return Ok(Evicted::Unready(key));
            }
        }
        let allowed = check(&key, &found)?;
        if !dry_run {
            self.use_disruption(pod, &found, allowed - 1)?;
        }
        Ok(Evicted::Allowed(key, allowed))
    }

    /// The budgets that select a pod.
    fn budgets(&self, pod: &Pod) -> Vec<(Key, Rc<Other>)> {
        let kind = Kind::PodDisruptionBudget;
        if !self.may_have(kind) {
            return Vec::new();
        }
        let all = self.list(kind, Some(&pod.metadata.namespace));
        let selecting = all.filter_map(|object| match object {
            Object::Other(_, found) if disruption::selects(object, &pod.metadata.labels) => {
                Some((object.key(), found.clone()))
            }
            _ => None,
        });
        selecting.collect()
    }

    /// Notes an eviction in the status of its budget, until the disruption controller has seen it.
    fn use_disruption(&mut self, pod: &Pod, budget: &Other, left: i64) -> Result<(), ApiError> {
        let mut budget = budget.clone();
        let now = self.now();
        let status = &mut budget.fields["status"];
        status["disruptionsAllowed"] = left.into();
        if left == 0 {
            disruption::update_condition(status, now);
        }
        if !status["disruptedPods"].is_object() {
            status["disruptedPods"] = json!({});
        }
        status["disruptedPods"][&*pod.metadata.name] = now.whole_seconds().to_string().into();
        self.update_status(Object::Other(Kind::PodDisruptionBudget, Rc::new(budget)))?;
        Ok(())
    }
}

/// The number of disruptions that a budget allows, if it allows any (checkAndDecrement).
fn check(key: &Key, budget: &Other) -> Result<i64, ApiError> {
    if disruption::count(budget, "observedGeneration") < budget.metadata.generation {
        return Err(ApiError::BudgetUnobserved {
            budget: key.name.to_string(),
        });
    }
    let disrupted = budget.fields.map("status.disruptedPods");
    if disrupted.is_some_and(|pods| pods.len() > DISRUPTED_MAX) {
        let why = "DisruptedPods map too big - too many evictions not confirmed by PDB controller";
        return Err(ApiError::forbidden(key, why));
    }
    match disruption::count(budget, "disruptionsAllowed") {
        allowed @ 1.. => Ok(allowed),
        _ => Err(ApiError::BudgetSpent {
            budget: key.name.to_string(),
            needed: disruption::count(budget, "desiredHealthy"),
            healthy: disruption::count(budget, "currentHealthy"),
        }),
    }
}
