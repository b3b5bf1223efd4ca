//! Changes that queue budgets (`disruption.go`, addPod, updatePod, deletePod, addDB, updateDB, removeDB).

use crate::actor::{Wake, cause_of};
use crate::api::disruption::selects;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::store::{Change, Store};

/// The budgets to queue after a change: a changed budget, or the first budget that selects a changed pod.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let kind = Kind::PodDisruptionBudget;
    if change.key.kind == kind {
        wakes.push(Wake::now(change.key.clone(), cause_of(change)));
        return;
    }
    let object = change.after.as_ref().or(change.before.as_ref());
    let Some(Object::Pod(pod)) = object.filter(|_| store.may_have(kind)) else {
        return;
    };
    let mut budgets = store.list(kind, Some(&pod.metadata.namespace));
    if let Some(first) = budgets.find(|budget| selects(budget, &pod.metadata.labels)) {
        wakes.push(Wake::now(first.key(), cause_of(change)));
    }
}
