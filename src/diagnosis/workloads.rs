//! What the rules about workloads share.

use super::causes::{self as c, Obstacle};
use super::pods::{Trouble, trouble};
use super::{Cluster, Evidence, Finding};
use crate::api::meta::ObjectMeta;
use crate::api::object::Key;
use crate::api::pod::Pod;

/// Parts of the API server's refusals, and the causes that they mean.
const REFUSALS: [(&str, &Obstacle); 2] = [
    ("exceeded quota", &c::QUOTA),
    ("error looking up service account", &c::ACCOUNT),
];

/// The finding about a refusal to create pods.
pub fn refused(about: Key, why: &str) -> Finding {
    let known = REFUSALS.iter().find(|(part, _)| why.contains(part));
    let cause = known.map_or(&c::REFUSED, |(_, cause)| cause);
    Finding::new(about, cause).with("why", why)
}

/// The pods of a controller, without finished ones if they do not count.
pub fn pods_of<'a>(cluster: Cluster<'a>, owner: &ObjectMeta) -> Vec<&'a Pod> {
    let group = cluster.store.indexes().group(&owner.uid);
    let members = group.into_iter().flat_map(|group| group.pods.values());
    members.map(|member| &*member.pod).collect()
}

/// The worst of the pods' troubles, and the number of pods with the same cause.
pub fn worst(cluster: Cluster<'_>, pods: &[&Pod]) -> Option<(Trouble, usize)> {
    let mut all: Vec<Trouble> = pods
        .iter()
        .filter_map(|pod| trouble(cluster, pod))
        .collect();
    all.sort_by_key(|one| (one.cause.severity, one.since.unwrap_or(cluster.now)));
    let cause = all.first()?.cause;
    let count = all.iter().filter(|one| one.cause == cause).count();
    all.into_iter().next().map(|first| (first, count))
}

/// A pod's trouble as that of its workload.
pub fn of_pod(about: Key, (trouble, count): (Trouble, usize)) -> Finding {
    let mut finding = Finding::new(about, trouble.cause)
        .with("count", count)
        .with("more", count - 1)
        .since(trouble.since)
        .until(trouble.until);
    finding.values.extend(trouble.values);
    finding.evidence.push(trouble.evidence);
    finding
}

/// Adds where an image that cannot be pulled is set, if the pod is one of the current template.
pub fn with_template(finding: Finding) -> Finding {
    let (Some(container), Some(image)) = (finding.value("container"), finding.value("image"))
    else {
        return finding;
    };
    if *finding.cause != c::IMAGE {
        return finding;
    }
    let is_init = |shown: &Evidence| shown.origin().1.starts_with("status.initContainerStatuses");
    let list = match finding.evidence.iter().any(is_init) {
        true => "initContainers",
        false => "containers",
    };
    let path = format!("spec.template.spec.{list}[name={container}].image");
    let image = image.to_owned();
    finding.shown_at(&path, image)
}

/// The pod that waits longest for minReadySeconds.
pub fn settling(
    cluster: Cluster<'_>,
    about: &Key,
    pods: &[&Pod],
    min_ready: i32,
) -> Option<Finding> {
    let waits = pods.iter().filter(|pod| !pod.metadata.is_terminating());
    let waits = waits.filter_map(|pod| {
        let until = pod.ready_since()?.plus_seconds(min_ready.into());
        (until > cluster.now).then_some((until, &pod.metadata.name))
    });
    let (until, pod) = waits.max()?;
    Some(
        Finding::new(about.clone(), &c::MIN_READY)
            .with("pod", pod)
            .with("seconds", min_ready)
            .shown_at("spec.minReadySeconds", min_ready)
            .until(until),
    )
}

/// The controller has not seen the last change yet.
pub fn not_observed(about: &Key, generation: i64, observed: i64) -> Option<Finding> {
    (observed < generation).then(|| {
        Finding::new(about.clone(), &c::NOT_OBSERVED)
            .with("generation", generation)
            .with("observed", observed)
            .shown_at("status.observedGeneration", observed)
    })
}
