//! The command lines that free a workload.

use super::causes as c;
use super::{Cluster, Finding, Remedy};
use crate::api::deployment::{Deployment, DeploymentStrategy};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::replica_set::ReplicaSet;
use crate::api::stateful_set::StatefulSet;
use crate::api::template::PodTemplate;
use crate::world::Outcome;
use std::rc::Rc;

/// A revision of a Deployment's template.
pub struct Revision {
    template: Rc<PodTemplate>,
    available: i32,
}

impl Revision {
    /// The revision that a ReplicaSet stands for.
    pub fn of_set(set: &ReplicaSet) -> Self {
        Self {
            template: set.spec.template.clone(),
            available: set.status.available_replicas,
        }
    }
}

/// ` -n NAMESPACE`, unless it is the default one.
fn within(key: &Key) -> String {
    match &*key.namespace {
        "" | "default" => String::new(),
        namespace => format!(" -n {namespace}"),
    }
}

/// `deployment/web`
fn named(key: &Key) -> String {
    let kind = key.kind.info().singular;
    format!("{kind}/{}", key.name)
}

/// `kubectl rollout VERB deployment/web`
pub fn rollout(verb: &str, about: &Key) -> Remedy {
    Remedy::of(format!(
        "kubectl rollout {verb} {}{}",
        named(about),
        within(about)
    ))
}

/// Deletes a pod, so that its controller replaces it.
pub fn delete_pod(pod: &Key) -> Remedy {
    Remedy::of(delete(pod))
}

fn delete(pod: &Key) -> String {
    let place = within(pod);
    format!("kubectl delete pod {} --wait=false{place}", pod.name)
}

/// Updates all ordinals.
pub fn no_partition(set: &Key) -> Remedy {
    patch(
        set,
        r#"{"spec":{"updateStrategy":{"rollingUpdate":{"partition":0}}}}"#,
    )
}

/// Removes all finalizers.
pub fn no_finalizers(key: &Key) -> Remedy {
    patch(key, r#"{"metadata":{"finalizers":null}}"#)
}

fn patch(key: &Key, patch: &str) -> Remedy {
    Remedy::of(patch_line(key, patch))
}

/// The command line that patches an object with JSON, in which there must be no single quotes.
#[must_use]
pub fn patch_line(key: &Key, patch: &str) -> String {
    let (name, place) = (named(key), within(key));
    format!("kubectl patch {name} --type merge -p '{patch}'{place}")
}

/// Makes room before a new pod is created instead of afterwards.
pub fn without_surge(deployment: &Deployment, about: &Key) -> Option<Remedy> {
    let rolls = matches!(
        deployment.spec.strategy,
        DeploymentStrategy::RollingUpdate { .. }
    );
    let surge = crate::controllers::deployment::util::max_surge(deployment);
    let strategy = r#"{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}"#;
    (rolls && surge > 0).then(|| patch(about, strategy))
}

/// The remedies for a Deployment whose pods are refused.
pub fn of_refusal(deployment: &Deployment, finding: &Finding, has_others: bool) -> Vec<Remedy> {
    let mut remedies = Vec::new();
    let why = finding.evidence.first().map_or("", |shown| &*shown.text);
    if *finding.cause == c::QUOTA {
        remedies.extend(without_surge(deployment, &finding.about));
    }
    if *finding.cause == c::ACCOUNT {
        let place = within(&finding.about);
        remedies.extend(missing(why).map(|create| Remedy::of(format!("{create}{place}"))));
    }
    if has_others {
        remedies.push(rollout("undo", &finding.about));
    }
    remedies
}

/// The remedies for a Deployment that waits for a pod, given its other revisions.
pub fn of_deployment(
    cluster: Cluster<'_>,
    deployment: &Deployment,
    finding: &Finding,
    others: &[Revision],
) -> Vec<Remedy> {
    let about = &finding.about;
    let mut remedies = common(cluster, finding);
    let cause = finding.cause;
    if *cause == c::IMAGE {
        remedies.extend(other_image(cluster, finding, others));
    }
    if [&c::NO_ROOM, &c::POD_ANTI_AFFINITY, &c::SPREAD].contains(&cause) {
        remedies.extend(without_surge(deployment, about));
    }
    let own = [&c::NODE_LOST, &c::TERMINATING, &c::STARTING, &c::CORDONED];
    let has_worked = others.iter().any(|revision| revision.available > 0);
    if has_worked && !own.contains(&cause) {
        remedies.push(rollout("undo", about));
    }
    remedies
}

/// The remedies for a StatefulSet that waits for a pod.
pub fn of_stateful_set(
    cluster: Cluster<'_>,
    set: &StatefulSet,
    finding: &Finding,
    updates: bool,
) -> Vec<Remedy> {
    let mut remedies = common(cluster, finding);
    let own = [
        &c::NODE_LOST,
        &c::TERMINATING,
        &c::STARTING,
        &c::CORDONED,
        &c::CLAIM,
    ];
    if updates && !own.contains(&finding.cause) {
        let mut undo = rollout("undo", &finding.about);
        // The pod of the broken revision is not replaced by itself (upstream's "forced rollback").
        let pod = finding.evidence.first().map(|shown| &shown.object);
        if let Some(pod) = pod.filter(|pod| set.is_monotonic() && pod.kind == Kind::Pod) {
            undo.lines.push(delete(pod));
        }
        remedies.push(undo);
    }
    remedies
}

/// Remedies that do not depend on the workload's kind.
fn common(cluster: Cluster<'_>, finding: &Finding) -> Vec<Remedy> {
    let Some(shown) = finding.evidence.first() else {
        return Vec::new();
    };
    let pod = &shown.object;
    let place = within(pod);
    let remedy = match finding.cause {
        cause if *cause == c::NODE_LOST => Some(Remedy::of(format!(
            "kubectl delete pod {} --grace-period=0 --force{place}",
            pod.name
        ))),
        cause if *cause == c::READINESS_LOST => Some(delete_pod(pod)),
        cause if *cause == c::CORDONED => cordoned(cluster).map(Remedy::of),
        cause if *cause == c::CONFIG || *cause == c::VOLUME => {
            missing(&shown.text).map(|create| Remedy::of(format!("{create}{place}")))
        }
        _ => None,
    };
    remedy.into_iter().collect()
}

/// The first node that takes no pods because of `kubectl cordon`.
fn cordoned(cluster: Cluster<'_>) -> Option<String> {
    use crate::api::look::Look;
    use crate::api::object::Object;
    let mut nodes = cluster.store.list(Kind::Node, None);
    let node = nodes.find(|node| match node {
        Object::Other(_, node) => node.fields.flag("spec.unschedulable"),
        _ => false,
    })?;
    Some(format!("kubectl uncordon {}", node.meta().name))
}

/// Creates the object that a message says is missing: `configmap "app-config" not found`.
fn missing(message: &str) -> Option<String> {
    let command = |kind: &str, create: &str| {
        let (_, rest) = message.split_once(&format!("{kind} \""))?;
        let (name, rest) = rest.split_once('"')?;
        rest.trim_start()
            .starts_with("not found")
            .then(|| format!("kubectl create {create} {name}"))
    };
    command("configmap", "configmap")
        .or_else(|| command("secret", "secret generic"))
        .or_else(|| command("serviceaccount", "serviceaccount"))
}

/// The image that a container had in another revision, if it exists.
fn other_image(cluster: Cluster<'_>, finding: &Finding, others: &[Revision]) -> Option<Remedy> {
    let (container, broken) = (finding.value("container")?, finding.value("image")?);
    let mut revisions: Vec<&Revision> = others.iter().collect();
    revisions.sort_by_key(|revision| std::cmp::Reverse(revision.available));
    let mut images = revisions.into_iter().flat_map(|revision| {
        let containers = revision.template.pod_spec.containers.iter();
        containers
            .filter(|known| *known.name == *container)
            .map(|known| &known.image)
    });
    let image = images
        .find(|image| ***image != *broken && cluster.world.image(image).outcome == Outcome::Fine)?;
    let about = &finding.about;
    let (name, place) = (named(about), within(about));
    Some(Remedy::of(format!(
        "kubectl set image {name} {container}={image}{place}"
    )))
}
