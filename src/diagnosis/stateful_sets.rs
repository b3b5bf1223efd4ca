//! The rules about StatefulSets.

use super::causes::{self as c};
use super::pods::Trouble;
use super::remedies;
use super::workloads::{not_observed, of_pod, pods_of, refused, settling, with_template, worst};
use super::{Cluster, Evidence, Finding};
use crate::api::identity::{parent_and_ordinal, pod_revision};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use crate::print::pod::PodSummary;

/// Each StatefulSet that is not as its spec wants it.
pub fn stateful_sets(cluster: Cluster<'_>, findings: &mut Vec<Finding>) {
    for object in cluster.store.list(Kind::StatefulSet, None) {
        if let Object::StatefulSet(set) = object {
            findings.extend(of_stateful_set(cluster, set));
        }
    }
}

/// A StatefulSet with its pods, by ordinal.
struct Ordinals<'a> {
    cluster: Cluster<'a>,
    about: Key,
    set: &'a StatefulSet,
    pods: Vec<&'a Pod>,
}

fn of_stateful_set(cluster: Cluster<'_>, set: &StatefulSet) -> Option<Finding> {
    let (meta, spec, status) = (&set.metadata, &set.spec, &set.status);
    let about = Key::new(Kind::StatefulSet, &meta.namespace, &meta.name);
    if let Some(found) = not_observed(&about, meta.generation, status.observed_generation) {
        return Some(found);
    }
    let mut pods = pods_of(cluster, meta);
    // By ordinal, not by name: `db-10` follows `db-9`.
    pods.sort_by_key(|pod| parent_and_ordinal(&pod.metadata.name).1);
    let ordinals = Ordinals {
        cluster,
        about,
        set,
        pods,
    };
    let found = worst(cluster, &ordinals.pods);
    let is_broken = found.as_ref().is_some_and(|(one, _)| one.blocks());
    if let Some(found) = found.filter(|_| is_broken) {
        return Some(ordinals.broken(found));
    }
    ordinals
        .refused()
        .or_else(|| {
            worst(cluster, &ordinals.pods).map(|found| of_pod(ordinals.about.clone(), found))
        })
        .or_else(|| ordinals.waits())
        .or_else(|| {
            settling(
                cluster,
                &ordinals.about,
                &ordinals.pods,
                spec.min_ready_seconds,
            )
        })
        .or_else(|| ordinals.goes_on())
}

impl Ordinals<'_> {
    fn is_updating(&self) -> bool {
        self.set.status.update_revision != self.set.status.current_revision
    }

    fn is_old(&self, pod: &Pod) -> bool {
        pod_revision(&pod.metadata) != &*self.set.status.update_revision
    }

    /// A pod is broken. With OrderedReady, one of an older revision has to be deleted by hand (upstream's "forced
    /// rollback").
    fn broken(&self, found: (Trouble, usize)) -> Finding {
        let shown = found.0.evidence.clone();
        let pod = self.cluster.store.pod(&shown.object);
        let is_old = pod.is_some_and(|pod| self.is_old(pod));
        let is_stuck = is_old && self.is_updating() && self.set.is_monotonic();
        match pod.filter(|_| is_stuck && *found.0.cause != c::NODE_LOST) {
            Some(pod) => {
                let finding = Finding::new(self.about.clone(), &c::OLD_BROKEN)
                    .with("pod", &shown.object.name)
                    .with("why", PodSummary::of(pod).status)
                    .since(found.0.since)
                    .freed_by([remedies::delete_pod(&shown.object)]);
                let evidence = vec![shown];
                Finding {
                    evidence,
                    ..finding
                }
                .shown_at("status.updateRevision", &self.set.status.update_revision)
            }
            None => {
                let mut finding = of_pod(self.about.clone(), found);
                if !is_old {
                    finding = with_template(finding);
                }
                finding.remedies =
                    remedies::of_stateful_set(self.cluster, self.set, &finding, self.is_updating());
                finding
            }
        }
    }

    /// The last refusal to create a pod, which only events tell.
    fn refused(&self) -> Option<Finding> {
        let about = &self.about;
        let events = self.cluster.store.list(Kind::Event, Some(&about.namespace));
        let events = events.filter_map(Object::as_event).filter(|event| {
            *event.reason == *"FailedCreate"
                && *event.involved_object.kind == *"StatefulSet"
                && event.involved_object.name == about.name
        });
        let lacks = self.set.status.replicas < self.set.spec.replicas;
        let event = events
            .max_by_key(|event| event.last_seen())
            .filter(|_| lacks)?;
        let finding = refused(about.clone(), &event.message).since(event.first_timestamp);
        let evidence = vec![Evidence::event(about.clone(), event)];
        Some(Finding {
            evidence,
            ..finding
        })
    }

    /// It waits for the user: with OnDelete, or below the partition.
    fn waits(&self) -> Option<Finding> {
        if !self.is_updating() {
            return None;
        }
        let old = self.pods.iter().filter(|pod| self.is_old(pod));
        let old: Vec<&&Pod> = old.collect();
        let count = old.len();
        if self.set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete {
            let last = &old.last()?.metadata;
            let last = Key::new(Kind::Pod, &last.namespace, &last.name);
            let waits = Finding::new(self.about.clone(), &c::ON_DELETE).with("count", count);
            let waits = waits.shown_at("spec.updateStrategy.type", "OnDelete");
            return Some(waits.freed_by([remedies::delete_pod(&last)]));
        }
        let partition = self.set.partition();
        let is_above = |pod: &&&Pod| parent_and_ordinal(&pod.metadata.name).1 >= partition;
        let all_above = !old.iter().any(is_above);
        (partition > 0 && all_above).then(|| {
            Finding::new(self.about.clone(), &c::PARTITION)
                .with("partition", partition)
                .with("count", count)
                .shown_at("spec.updateStrategy.rollingUpdate.partition", partition)
                .freed_by([remedies::no_partition(&self.about)])
        })
    }

    fn goes_on(&self) -> Option<Finding> {
        let (spec, status) = (&self.set.spec, &self.set.status);
        let is_whole =
            status.available_replicas >= spec.replicas && status.replicas == spec.replicas;
        (self.is_updating() || !is_whole).then(|| {
            Finding::new(self.about.clone(), &c::GOES_ON)
                .with("updated", status.updated_replicas)
                .with("available", status.available_replicas)
                .with("replicas", spec.replicas)
                .shown_at("status", "")
        })
    }
}
