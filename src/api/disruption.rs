//! PodDisruptionBudgets, whose fields are kept as the API serves them.

use super::int_or_percent::IntOrPercent;
use super::kind::Kind;
use super::lift::lift;
use super::look::Look;
use super::object::{Object, Other};
use super::selector::LabelSelector;
use super::strings::Strings;
use super::time::Time;
use serde_json::{Value, json};

/// The only condition of a budget.
const ALLOWED: &str = "DisruptionAllowed";
/// The condition's reason after a failed sync.
pub const SYNC_FAILED: &str = "SyncFailed";

/// An object as a budget.
#[must_use]
pub fn budget(object: &Object) -> Option<&Other> {
    match object {
        Object::Other(Kind::PodDisruptionBudget, budget) => Some(budget),
        _ => None,
    }
}

/// The budget's selector. A budget without one selects no pods, one with an empty selector all pods.
#[must_use]
pub fn selector(budget: &Other) -> Option<LabelSelector> {
    match budget.fields.at("spec.selector") {
        Value::Null => None,
        given => lift(given).ok(),
    }
}

/// Whether an object is a budget that selects pods with these labels.
#[must_use]
pub fn selects(object: &Object, labels: &Strings) -> bool {
    let selector = budget(object).and_then(selector);
    selector.is_some_and(|selector| selector.matches(labels))
}

/// `spec.minAvailable` or `spec.maxUnavailable`, if it is set.
#[must_use]
pub fn amount(budget: &Other, field: &str) -> Option<IntOrPercent> {
    let spec = budget.fields.at("spec");
    lift(Some(spec.key(field)).filter(|value| !value.is_null())?).ok()
}

/// A number of the status.
#[must_use]
pub fn count(budget: &Other, field: &str) -> i64 {
    budget.fields.at("status").int(field)
}

/// The condition that says whether a disruption is allowed.
fn condition(status: &Value) -> Option<&Value> {
    let mut conditions = status.list("conditions").iter();
    conditions.find(|known| known.text("type") == ALLOWED)
}

/// Whether the condition says what the numbers of the status do
/// (`staging/src/k8s.io/component-helpers/apps/poddisruptionbudget/helpers.go`, ConditionsAreUpToDate).
#[must_use]
pub fn is_up_to_date(status: &Value) -> bool {
    let wanted = match status.int("disruptionsAllowed") {
        1.. => "True",
        _ => "False",
    };
    condition(status).is_some_and(|known| known.text("status") == wanted)
}

/// Sets the condition to what the numbers of the status say (UpdateDisruptionAllowedCondition).
pub fn update_condition(status: &mut Value, now: Time) {
    match status.int("disruptionsAllowed") {
        1.. => set_condition(status, "True", "SufficientPods", "", now),
        _ => set_condition(status, "False", "InsufficientPods", "", now),
    }
}

/// Sets the condition; the time of its last transition changes with its status.
pub fn set_condition(status: &mut Value, value: &str, reason: &str, message: &str, now: Time) {
    let known = condition(status).filter(|known| known.text("status") == value);
    let since = match known {
        Some(known) => known.key("lastTransitionTime").clone(),
        None => now.whole_seconds().to_string().into(),
    };
    status["conditions"] = json!([{
        "lastTransitionTime": since, "message": message, "observedGeneration": status.int("observedGeneration"),
        "reason": reason, "status": value, "type": ALLOWED,
    }]);
}
