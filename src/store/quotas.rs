//! ResourceQuotas: what they allow, and how much of it is used
//! (`staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota`, `pkg/quota/v1/evaluator/core`).
//!
//! A real cluster counts what is released in a controller of its own, after a moment; here the use is counted with
//! each write.

use super::Store;
use super::amounts::{Amounts, amounts, of_pod};
use super::error::{ApiError, Excess};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::Look;
use crate::api::object::{Key, Object};
use crate::api::pod::{Pod, QosClass};
use crate::api::quantity::Quantity;
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// The resources of a pod that quotas limit: the name in a quota, its short form, and the list and the name in a
/// container.
const OF_PODS: [(&str, &str, &str, &str); 6] = [
    ("requests.cpu", "cpu", "requests", "cpu"),
    ("requests.memory", "memory", "requests", "memory"),
    (
        "requests.ephemeral-storage",
        "ephemeral-storage",
        "requests",
        "ephemeral-storage",
    ),
    ("limits.cpu", "", "limits", "cpu"),
    ("limits.memory", "", "limits", "memory"),
    (
        "limits.ephemeral-storage",
        "",
        "limits",
        "ephemeral-storage",
    ),
];

impl Store {
    /// Refuses an object that exceeds a quota of its namespace.
    pub(super) fn require_quota(&self, object: &Object, name: &str) -> Result<(), ApiError> {
        let namespace = &*object.meta().namespace;
        if namespace.is_empty() || !self.may_have(Kind::ResourceQuota) {
            return Ok(());
        }
        let key = Key::of(object.kind(), namespace, name);
        for quota in self.list(Kind::ResourceQuota, Some(namespace)) {
            let name = &quota.meta().name;
            let hard = hard(quota);
            if let Object::Pod(pod) = object
                && applies(quota, pod)
                && let Some(missing) = missing(&hard, pod)
            {
                let why = format!("failed quota: {name}: must specify {missing}");
                return Err(ApiError::forbidden(&key, &why));
            }
            let excesses = self.excesses(quota, &hard, object);
            if !excesses.is_empty() {
                return Err(ApiError::quota_exceeded(&key, name, excesses));
            }
        }
        Ok(())
    }

    fn excesses(&self, quota: &Object, hard: &Amounts, object: &Object) -> Vec<Excess> {
        let used = self.used(quota);
        let mut excesses = Vec::new();
        for (resource, amount) in usage(quota, object) {
            let (Some(hard), Some(used)) = (hard.get(&resource), used.get(&resource)) else {
                continue;
            };
            let sum = used.checked_add(&amount);
            if !amount.is_zero() && sum.is_none_or(|sum| sum.compare(hard).is_gt()) {
                excesses.push(Excess {
                    requested: amount.to_string(),
                    used: used.to_string(),
                    limited: hard.to_string(),
                    resource,
                });
            }
        }
        excesses
    }

    /// What the objects of the quota's namespace use of it.
    fn used(&self, quota: &Object) -> Amounts {
        let hard = hard(quota);
        let zero = hard.keys().map(|name| (name.clone(), Quantity::whole(0)));
        let mut used: Amounts = zero.collect();
        let namespace = &*quota.meta().namespace;
        for kind in self.kinds().filter(|kind| is_counted(&hard, *kind)) {
            for object in self.list(kind, Some(namespace)) {
                for (resource, amount) in usage(quota, object) {
                    if let Some(known) = used.get_mut(&resource)
                        && let Some(sum) = known.checked_add(&amount)
                    {
                        *known = sum;
                    }
                }
            }
        }
        used
    }

    /// Writes the status of the quotas that the last write affects.
    pub(super) fn count_quotas(&mut self) {
        if !self.may_have(Kind::ResourceQuota) {
            return;
        }
        let Some(change) = self.journal.last().cloned() else {
            return;
        };
        let key = &change.key;
        if key.namespace.is_empty() || matches!(key.kind, Kind::Event) {
            return;
        }
        let quotas: Vec<Object> = match key.kind {
            Kind::ResourceQuota => change.after.iter().cloned().collect(),
            _ => {
                let quotas = self.list(Kind::ResourceQuota, Some(&key.namespace));
                quotas.cloned().collect()
            }
        };
        for quota in quotas {
            let [before, after] = [&change.before, &change.after]
                .map(|object| object.as_ref().map(|object| usage(&quota, object)));
            let own = key.kind == Kind::ResourceQuota;
            if own || before.unwrap_or_default() != after.unwrap_or_default() {
                self.write_quota(&quota);
            }
        }
    }

    fn write_quota(&mut self, quota: &Object) {
        let Object::Other(kind, known) = quota else {
            return;
        };
        let used: Map<String, Value> = self
            .used(quota)
            .into_iter()
            .map(|(name, amount)| (name, amount.to_string().into()))
            .collect();
        let status = json!({ "hard": known.fields["spec"]["hard"], "used": used });
        if known.fields["status"] == status {
            return;
        }
        let mut counted = (**known).clone();
        counted.fields["status"] = status;
        self.write(quota.key(), Some(Object::Other(*kind, Rc::new(counted))));
    }
}

/// The limits of a quota.
fn hard(quota: &Object) -> Amounts {
    let Object::Other(_, quota) = quota else {
        return Amounts::new_vec();
    };
    amounts(quota.fields.map("spec.hard"))
}

/// Whether any limit is about objects of a kind.
fn is_counted(hard: &Amounts, kind: Kind) -> bool {
    hard.keys().any(|name| {
        *name == counted_as(kind)
            || kind.group().is_empty() && name == kind.plural()
            || kind == Kind::Pod
                && OF_PODS
                    .iter()
                    .any(|(long, short, ..)| name == long || name == short)
    })
}

/// `count/deployments.apps`
fn counted_as(kind: Kind) -> String {
    format!("count/{}", kind.resource_name())
}

/// Whether a quota's scopes contain a pod.
fn applies(quota: &Object, pod: &Pod) -> bool {
    let Object::Other(_, quota) = quota else {
        return false;
    };
    let best_effort = pod.spec.qos_class == QosClass::BestEffort;
    let ends = pod.spec.value().has("activeDeadlineSeconds");
    let mut scopes = quota.fields.list("spec.scopes").iter();
    let within = scopes.all(|scope| match scope.as_str().unwrap_or_default() {
        "BestEffort" => best_effort,
        "NotBestEffort" => !best_effort,
        "Terminating" => ends,
        "NotTerminating" => !ends,
        _ => false,
    });
    // Selectors by priority are not simulated.
    within && !quota.fields.has("spec.scopeSelector")
}

/// What an object uses of a quota.
fn usage(quota: &Object, object: &Object) -> Amounts {
    let mut amounts = Amounts::new_vec();
    let kind = object.kind();
    amounts.insert(counted_as(kind), Quantity::whole(1));
    if let Object::Pod(pod) = object {
        // Finished pods use nothing but their own number.
        if !applies(quota, pod) {
            return Amounts::new_vec();
        }
        if pod.is_finished() {
            return amounts;
        }
        let spec = pod.spec.value();
        let [requests, limits] = ["requests", "limits"].map(|list| of_pod(spec, list));
        for (long, short, list, name) in OF_PODS {
            let all = if list == "requests" {
                &requests
            } else {
                &limits
            };
            let amount = all.get(name).cloned().unwrap_or_else(|| Quantity::whole(0));
            amounts.insert(long.to_owned(), amount.clone());
            if !short.is_empty() {
                amounts.insert(short.to_owned(), amount);
            }
        }
    }
    if kind.group().is_empty() {
        amounts.insert(kind.plural().to_owned(), Quantity::whole(1));
    }
    amounts
}

/// The limited resources that containers do not specify: `limits.cpu for: web; requests.cpu for: web`.
fn missing(hard: &Amounts, pod: &Pod) -> Option<String> {
    let mut texts = Vec::new();
    for (long, short, list, name) in OF_PODS {
        let limited = hard
            .keys()
            .find(|known| *known == long || !short.is_empty() && *known == short);
        let Some(limited) = limited else { continue };
        let containers = pod.spec.value().list("containers").iter();
        let without = containers
            .filter(|container| !container.at("resources").at(list).key(name).is_string());
        let names: Vec<&str> = without.map(|container| container.text("name")).collect();
        if !names.is_empty() {
            texts.push(format!("{limited} for: {}", names.join(",")));
        }
    }
    light::sort(&mut texts, Ord::cmp);
    (!texts.is_empty()).then(|| texts.join("; "))
}
