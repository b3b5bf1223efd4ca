//! What may keep any workload from going on: finalizers, nodes, budgets, Services, autoscalers, overlapping selectors.

use super::causes as c;
use super::remedies;
use super::{Cluster, Finding};
use crate::api::disruption;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::{Key, Object, Other};
use crate::api::selector::LabelSelector;
use crate::api::strings::Strings;
use crate::api::time::Time;
use std::rc::Rc;

/// Objects that are being deleted and wait for a finalizer.
pub fn finalizers(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.all() {
        if object.kind() == Kind::Event {
            continue;
        }
        let meta = object.meta();
        let Some(ends) = meta
            .deletion_timestamp
            .filter(|_| !meta.finalizers.is_empty())
        else {
            continue;
        };
        let grace = meta.deletion_grace_period_seconds.unwrap_or(0);
        let names: Vec<&str> = meta.finalizers.iter().map(|name| &**name).collect();
        let key = object.key();
        let finding = Finding::new(key.clone(), &c::FINALIZER)
            .with("count", names.len())
            .with("finalizers", names.join(", "))
            .since(ends.plus_seconds(grace.saturating_neg()))
            .shown_at("metadata.finalizers", names.join(", "));
        findings.push(finding.freed_by([remedies::no_finalizers(&key)]));
    }
}

/// Nodes that do not report, and have pods.
pub fn nodes(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for node in cluster.store.list(Kind::Node, None) {
        let key = node.key();
        let Some(since) = cluster.world.silent_since(&key.name) else {
            continue;
        };
        let pods = cluster.store.indexes().on_node(&key.name).count();
        if pods > 0 {
            let finding = Finding::new(key, &c::NODE_SILENT).with("count", pods);
            let finding = finding.shown_at("status.conditions[type=Ready]", "");
            findings.push(finding.since(since));
        }
    }
}

/// Budgets that allow no eviction now.
pub fn budgets(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.list(Kind::PodDisruptionBudget, None) {
        let Some(budget) = disruption::budget(object) else {
            continue;
        };
        let count = |field| disruption::count(budget, field);
        let (allowed, expected) = (count("disruptionsAllowed"), count("expectedPods"));
        if allowed > 0 || expected == 0 {
            continue;
        }
        let finding = Finding::new(object.key(), &c::BUDGET)
            .with("healthy", count("currentHealthy"))
            .with("desired", count("desiredHealthy"))
            .with("expected", expected)
            .shown_at("status.disruptionsAllowed", 0);
        findings.push(finding);
    }
}

/// StatefulSets whose Service does not exist: their pods have no names in DNS.
pub fn services(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.list(Kind::StatefulSet, None) {
        let Object::StatefulSet(set) = object else {
            continue;
        };
        let service = &set.spec.service_name;
        let key = Key::new(Kind::Service, &set.metadata.namespace, service);
        if !service.is_empty() && cluster.store.get(&key).is_none() {
            let finding = Finding::new(object.key(), &c::NO_SERVICE).with("service", service);
            findings.push(finding.shown_at("spec.serviceName", service));
        }
    }
}

/// Autoscalers without metrics, and those whose target is applied with a number of replicas.
pub fn autoscalers(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.list(Kind::HorizontalPodAutoscaler, None) {
        let Object::Other(_, scaler) = object else {
            continue;
        };
        findings.extend(blind(object.key(), scaler));
        findings.extend(overwritten(cluster, object.key(), scaler));
    }
}

fn blind(about: Key, scaler: &Other) -> Option<Finding> {
    let mut conditions = scaler.fields.list("status.conditions").iter();
    let active = conditions.find(|known| known.text("type") == "ScalingActive")?;
    // An autoscaler of a workload with 0 replicas is off, which is no fault.
    let is_off = active.text("reason") == "ScalingDisabled";
    let message = active.text("message");
    (active.text("status") == "False" && !is_off).then(|| {
        Finding::new(about, &c::AUTOSCALER_BLIND)
            .with("why", message)
            .since(Time::parse(active.text("lastTransitionTime")))
            .shown_at("status.conditions[type=ScalingActive]", message)
    })
}

fn overwritten(cluster: Cluster<'_>, about: Key, scaler: &Other) -> Option<Finding> {
    let target = scaler.fields.at("spec.scaleTargetRef");
    let kind = Kind::from_api(target.text("apiVersion"), target.text("kind"))?;
    let key = Key::of(kind, &about.namespace, target.text("name"));
    let object = cluster.store.get(&key)?;
    let applied = object.meta().annotation(crate::api::patch::LAST_APPLIED)?;
    let applied: serde_json::Value = serde_json::from_str(applied).ok()?;
    let replicas = applied.at("spec.replicas").as_i64()?;
    let finding = Finding::new(about, &c::AUTOSCALER_OVERWRITTEN)
        .with("target", &key)
        .with("replicas", replicas);
    let path = format!("metadata.annotations[{}]", crate::api::patch::LAST_APPLIED);
    Some(finding.shown_by(key, &path, format!("replicas: {replicas}")))
}

/// A controller's selector and the labels of its template.
struct Selects<'a> {
    key: Key,
    selector: &'a LabelSelector,
    labels: &'a Strings,
}

/// Controllers of the same namespace whose selectors match each other's pods.
pub fn overlaps(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    let all: Vec<&Object> = [Kind::Deployment, Kind::StatefulSet]
        .iter()
        .flat_map(|kind| cluster.store.list(*kind, None))
        .collect();
    let all: Vec<Selects<'_>> = all.iter().filter_map(|object| selects(object)).collect();
    for (place, one) in all.iter().enumerate() {
        for other in &all[place + 1..] {
            let is_near = one.key.namespace == other.key.namespace;
            if is_near && one.selector.matches(other.labels) && other.selector.matches(one.labels) {
                let finding = Finding::new(one.key.clone(), &c::OVERLAP).with("other", &other.key);
                findings.push(finding.shown_by(other.key.clone(), "spec.selector", ""));
            }
        }
    }
}

fn selects(object: &Object) -> Option<Selects<'_>> {
    let (selector, template): (&Rc<LabelSelector>, _) = match object {
        Object::Deployment(one) => (&one.spec.selector, &one.spec.template),
        Object::StatefulSet(one) => (&one.spec.selector, &one.spec.template),
        _ => return None,
    };
    Some(Selects {
        key: object.key(),
        selector,
        labels: &template.labels,
    })
}
