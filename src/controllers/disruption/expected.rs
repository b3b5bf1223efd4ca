//! How many pods a budget expects, and how many of them must be healthy (`disruption.go`, getExpectedPodCount).

use super::branches as b;
use super::{event, number};
use crate::actor::decision::{Branch, PODS};
use crate::actor::{Context, SyncError};
use crate::api::disruption;
use crate::api::event::EventType;
use crate::api::int_or_percent::{IntOrPercent, Round};
use crate::api::kind::Kind;
use crate::api::meta::{OwnerReference, Uid};
use crate::api::object::{Key, Object, Other};
use crate::api::pod::Pod;
use crate::api::selector::LabelSelector;
use crate::controllers::resolve_controller;
use crate::store::Store;
use litemap::LiteMap;
use std::rc::Rc;

/// The pods that a budget expects.
pub(super) struct Expected {
    /// Their number.
    pub(super) pods: i64,
    /// How many of them must be healthy.
    pub(super) needed: i64,
}

/// Counts the pods that a budget expects and needs.
pub(super) fn expected_pod_count(
    cx: &mut Context<'_>,
    budget: &Other,
    pods: &[Rc<Pod>],
) -> Result<Expected, SyncError> {
    let [least, most] =
        ["minAvailable", "maxUnavailable"].map(|field| disruption::amount(budget, field));
    let key = key(budget);
    match (most, least) {
        (Some(most), _) => {
            let all = expected_scale(cx, budget, pods)?;
            let may_miss = i64::from(most.resolve(small(all), Round::Up)?);
            let needed = (all - may_miss).max(0);
            let formula = (&b::MAX_UNAVAILABLE, "maxUnavailable", "spec.maxUnavailable");
            tell(cx, &key, formula, &most, all, needed);
            Ok(Expected { pods: all, needed })
        }
        (None, Some(least @ IntOrPercent::Int(count))) => {
            let (all, needed) = (number(pods.len()), i64::from(count));
            let formula = (&b::MIN_AVAILABLE, "minAvailable", "spec.minAvailable");
            tell(cx, &key, formula, &least, all, needed);
            Ok(Expected { pods: all, needed })
        }
        (None, Some(least)) => {
            let all = expected_scale(cx, budget, pods)?;
            let needed = i64::from(least.resolve(small(all), Round::Up)?);
            let formula = (&b::MIN_PERCENT, "minAvailable", "spec.minAvailable");
            tell(cx, &key, formula, &least, all, needed);
            Ok(Expected { pods: all, needed })
        }
        (None, None) => {
            cx.decide(&b::NO_AMOUNT)
                .object("budget", Kind::PodDisruptionBudget, key.name);
            Ok(Expected { pods: 0, needed: 0 })
        }
    }
}

fn key(budget: &Other) -> Key {
    let meta = &budget.metadata;
    Key::new(Kind::PodDisruptionBudget, &meta.namespace, &meta.name)
}

fn small(count: i64) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}

/// Reports how the number of needed pods was computed.
fn tell(
    cx: &mut Context<'_>,
    key: &Key,
    (branch, name, path): (&'static Branch, &'static str, &'static str),
    given: &IntOrPercent,
    expected: i64,
    needed: i64,
) {
    cx.decide(branch)
        .object("budget", Kind::PodDisruptionBudget, key.name.clone())
        .text(name, given.to_string())
        .of(key, path)
        .number("expectedPods", expected)
        .of(key, PODS)
        .number("desiredHealthy", needed);
}

/// The sum of the replicas that the pods' controllers want (getExpectedScale).
fn expected_scale(
    cx: &mut Context<'_>,
    budget: &Other,
    pods: &[Rc<Pod>],
) -> Result<i64, SyncError> {
    let mut scales: LiteMap<Uid, i64> = LiteMap::new_vec();
    let mut unmanaged = 0;
    for pod in pods {
        match pod.metadata.controller() {
            None => unmanaged += 1,
            Some(owner) if scales.contains_key(&owner.uid) => {}
            Some(owner) => {
                let (uid, scale) = pod_controller(cx.store, pod, owner)?;
                scales.insert(uid, i64::from(scale));
            }
        }
    }
    if unmanaged > 0 {
        cx.decide(&b::UNMANAGED)
            .object(
                "budget",
                Kind::PodDisruptionBudget,
                budget.metadata.name.clone(),
            )
            .number("count", number(unmanaged));
        let selector = disruption::selector(budget).unwrap_or_default();
        let message = format!(
            "Pods selected by this PodDisruptionBudget (selector: {}) were found to be unmanaged. As a result, the \
             status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account \
             for these pods please set \".spec.minAvailable\" field of the PDB to an integer value.",
            as_go(&selector)
        );
        event(cx, budget, EventType::Warning, "UnmanagedPods", &message);
    }
    Ok(scales.values().sum())
}

/// The controller that decides how many pods there are, and that number: the Deployment of a ReplicaSet, or else the
/// pod's own controller.
fn pod_controller(
    store: &Store,
    pod: &Pod,
    owner: &OwnerReference,
) -> Result<(Uid, i32), SyncError> {
    let meta = &pod.metadata;
    if let Some(Object::ReplicaSet(set)) = resolve_controller(store, meta, Kind::ReplicaSet) {
        let above = resolve_controller(store, &set.metadata, Kind::Deployment);
        return Ok(match above {
            Some(Object::Deployment(deployment)) => {
                (deployment.metadata.uid.clone(), deployment.spec.replicas)
            }
            _ => (set.metadata.uid.clone(), set.spec.replicas),
        });
    }
    if let Some(Object::StatefulSet(set)) = resolve_controller(store, meta, Kind::StatefulSet) {
        return Ok((set.metadata.uid.clone(), set.spec.replicas));
    }
    if let Some(Object::Deployment(deployment)) = resolve_controller(store, meta, Kind::Deployment)
    {
        return Ok((deployment.metadata.uid.clone(), deployment.spec.replicas));
    }
    let kind = Kind::from_api(&owner.api_version, &owner.kind);
    Err(SyncError::Pods(match kind {
        None => {
            let (kind, version) = (&owner.kind, &owner.api_version);
            format!("no matches for kind \"{kind}\" in version \"{version}\"")
        }
        Some(kind) if !kind.is_scalable() => {
            let resource = kind.resource_name();
            format!("{resource} does not implement the scale subresource")
        }
        Some(_) => format!("found no controllers for pod \"{}\"", meta.name),
    }))
}

/// A selector as Go prints it.
fn as_go(selector: &LabelSelector) -> String {
    let labels = selector.match_labels.iter();
    let labels: String = labels
        .map(|(key, value)| format!("{key}: {value},"))
        .collect();
    let rules = selector.match_expressions.iter();
    let rules: String = rules
        .map(|rule| {
            format!(
                "LabelSelectorRequirement{{Key:{},Operator:{:?},Values:[{}],}},",
                rule.key,
                rule.operator,
                rule.values.join(" ")
            )
        })
        .collect();
    format!(
        "&LabelSelector{{MatchLabels:map[string]string{{{labels}}},MatchExpressions:[]LabelSelectorRequirement{{{rules}}},}}"
    )
}
