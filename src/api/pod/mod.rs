//! Pods: a spec shared by all pods of a template, and a status of their own.

pub mod container;
mod demand;
mod fields;
pub mod left_out;
pub mod probe;
pub mod reference;
pub mod standing;
mod status;

pub use demand::{Demand, HostPort, Resources};
pub use status::{
    ContainerState, ContainerStatus, PodCondition, PodConditionType, PodPhase, PodStatus, Running,
    Terminated, Waiting,
};

use super::condition::ConditionStatus;
use super::meta::ObjectMeta;
use super::time::Time;
use crate::api::defaults;
use crate::api::lift::lift;
use crate::api::light;
use crate::api::rendered::Rendered;
use container::Containers;
use left_out::LeftOut;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::rc::Rc;

/// A pod.
#[derive(Debug, Clone, PartialEq)]
pub struct Pod {
    /// Name, labels, owner.
    pub metadata: ObjectMeta,
    /// The desired state, shared with the other pods of the template.
    pub spec: Rc<PodSpec>,
    /// `spec.nodeName`: the node that the pod is bound to.
    pub node_name: Option<Rc<str>>,
    /// `spec.hostname` and `spec.subdomain`, the identity of StatefulSet pods.
    pub identity: Option<Rc<PodIdentity>>,
    /// The observed state.
    pub status: PodStatus,
}

/// A pod's DNS names within the cluster, and its own claims.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PodIdentity {
    /// `spec.hostname`.
    pub hostname: Rc<str>,
    /// `spec.subdomain`.
    pub subdomain: Rc<str>,
    /// Volumes backed by the pod's own claims: volume name and claim name.
    pub claims: Vec<(Rc<str>, Rc<str>)>,
}

/// The part of a pod's `spec` that all pods of a template share.
#[derive(Debug, Clone)]
pub struct PodSpec {
    /// The spec of a pod as the API serves it after admission, without nodeName, hostname and subdomain.
    value: Value,
    /// Containers, in order.
    pub containers: Vec<ContainerSpec>,
    /// Names of the sidecars (init containers with restartPolicy Always).
    pub sidecars: Vec<Rc<str>>,
    /// `nodeName`, if set in the manifest.
    pub node_name: Option<Rc<str>>,
    /// Claims referenced by the template's volumes: volume name and claim name.
    pub claims: Vec<(Rc<str>, Rc<str>)>,
    /// `hostname` of the template.
    pub hostname: Option<Rc<str>>,
    /// `subdomain` of the template.
    pub subdomain: Option<Rc<str>>,
    /// Grace period in seconds.
    pub termination_grace_period_seconds: i64,
    /// `status.qosClass` of these pods.
    pub qos_class: QosClass,
    /// Demands of each such pod on its node.
    pub demand: Demand,
    /// What kubelets read, parsed on demand.
    run: Rendered<Containers>,
    left_out: Rendered<Vec<LeftOut>>,
}

/// The fields of a container that controllers and nodes use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerSpec {
    /// Name, unique in the pod.
    pub name: Rc<str>,
    /// Image as written in the manifest.
    pub image: Rc<str>,
}

/// Quality of service class: a pod's rank when a node runs out of resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
pub enum QosClass {
    /// Neither requests nor limits.
    #[default]
    BestEffort,
    /// Some requests or limits.
    Burstable,
    /// CPU and memory limits in every container, with equal requests.
    Guaranteed,
}

impl PodSpec {
    /// Whether the pods have rules about other pods that must hold.
    #[must_use]
    pub fn has_rules(&self) -> bool {
        let near = &self.value["affinity"]["podAffinity"];
        let near = near["requiredDuringSchedulingIgnoredDuringExecution"].as_array();
        let spread = self.value["topologySpreadConstraints"].as_array();
        let mut spread = spread.into_iter().flatten();
        self.repels()
            || near.is_some_and(|terms| !terms.is_empty())
            || spread.any(|one| one["whenUnsatisfiable"] == "DoNotSchedule")
    }

    /// Whether the pods have required anti-affinity, so that others must stay away from them too.
    #[must_use]
    pub fn repels(&self) -> bool {
        let own = &self.value["affinity"]["podAntiAffinity"];
        let required = own["requiredDuringSchedulingIgnoredDuringExecution"].as_array();
        required.is_some_and(|terms| !terms.is_empty())
    }
}

impl Pod {
    /// The condition of a type, if present.
    #[must_use]
    pub fn condition(&self, kind: PodConditionType) -> Option<&PodCondition> {
        self.status
            .conditions
            .iter()
            .find(|condition| condition.kind == kind)
    }

    /// Sets the condition DisruptionTarget: the pod is about to be terminated.
    pub fn disrupt(&mut self, now: Time, reason: &str, message: &str) {
        let condition = PodCondition {
            kind: PodConditionType::DisruptionTarget,
            observed_generation: self.metadata.generation,
            status: ConditionStatus::True,
            last_probe_time: (),
            last_transition_time: now.whole_seconds(),
            reason: Some(reason.into()),
            message: Some(message.into()),
        };
        self.status.set_condition(condition);
    }

    /// Whether the pod is ready (`pkg/api/v1/pod/util.go`, IsPodReady).
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.ready_since().is_some()
    }

    /// Since when the pod has been ready.
    #[must_use]
    pub fn ready_since(&self) -> Option<Time> {
        let ready = self.condition(PodConditionType::Ready)?;
        (ready.status == ConditionStatus::True).then_some(ready.last_transition_time)
    }

    /// Whether the pod has been ready for `min_ready_seconds` (`pkg/api/v1/pod/util.go`, IsPodAvailable).
    #[must_use]
    pub fn is_available(&self, min_ready_seconds: i32, now: Time) -> bool {
        self.ready_since().is_some_and(|since| {
            min_ready_seconds == 0
                || since != Time::UNSET && since.plus_seconds(min_ready_seconds.into()) <= now
        })
    }

    /// Whether the pod's phase is final.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        matches!(self.status.phase, PodPhase::Succeeded | PodPhase::Failed)
    }

    /// Whether the pod counts as one of its controller's replicas
    /// (`pkg/controller/controller_utils.go`, IsPodActive).
    #[must_use]
    pub fn is_active(&self) -> bool {
        !self.is_finished() && !self.metadata.is_terminating()
    }

    /// The claim behind one of the pod's volumes, if the volume is a claim.
    #[must_use]
    pub fn claim_of_volume(&self, volume: &str) -> Option<&str> {
        let own = self.identity.as_ref().and_then(|identity| {
            let mut claims = identity.claims.iter();
            claims.find(|(name, _)| **name == *volume)
        });
        own.map(|(_, claim)| &**claim)
            .or_else(|| self.spec.claim_of_volume(volume))
    }

    /// Names of the claims among the pod's volumes. A claim of the pod's own replaces a volume of the template with
    /// the same name.
    pub fn claims(&self) -> impl Iterator<Item = &Rc<str>> {
        let own = self
            .identity
            .as_deref()
            .map_or(&[][..], |identity| &identity.claims);
        let of_template = self.spec.claims.iter();
        let others =
            of_template.filter(move |(volume, _)| own.iter().all(|(known, _)| known != volume));
        own.iter().chain(others).map(|(_, claim)| claim)
    }

    /// The object as the API serves it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut spec = self.spec.value.clone();
        if let Some(node) = &self.node_name {
            spec["nodeName"] = Value::from(&**node);
        }
        if let Some(identity) = &self.identity {
            identity.write(&mut spec);
        }
        let mut status = serde_json::to_value(&self.status).unwrap_or_default();
        for (one, many) in [("hostIP", "hostIPs"), ("podIP", "podIPs")] {
            if let Some(ip) = status.get(one).cloned() {
                status[many] = json!([{ "ip": ip }]);
            }
        }
        let metadata = serde_json::to_value(&self.metadata).unwrap_or_default();
        json!({ "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec, "status": status })
    }

    /// Builds a pod from its decoded and defaulted object.
    ///
    /// # Errors
    /// A field does not have the API's type.
    pub fn from_value(mut value: Value) -> Result<Self, serde_json::Error> {
        let spec = Rc::new(PodSpec::new(value["spec"].take())?);
        let mut status: PodStatus = lift(value.get("status").unwrap_or(&json!({})))?;
        status.qos_class = spec.qos_class;
        Ok(Self {
            metadata: lift(&value["metadata"])?,
            node_name: spec.node_name.clone(),
            identity: spec.identity(),
            spec,
            status,
        })
    }
}

impl PodIdentity {
    fn write(&self, spec: &mut Value) {
        for (field, text) in [("hostname", &self.hostname), ("subdomain", &self.subdomain)] {
            if !text.is_empty() {
                spec[field] = Value::from(&**text);
            }
        }
        if self.claims.is_empty() {
            return;
        }
        let mut volumes: Vec<Value> = self.claims.iter().map(claim_volume).collect();
        let own = |volume: &Value| self.claims.iter().any(|(name, _)| volume["name"] == **name);
        if let Some(of_template) = spec.get("volumes").and_then(Value::as_array) {
            volumes.extend(of_template.iter().filter(|volume| !own(volume)).cloned());
        }
        spec["volumes"] = Value::Array(volumes);
    }
}

fn claim_volume((volume, claim): &(Rc<str>, Rc<str>)) -> Value {
    json!({ "name": **volume, "persistentVolumeClaim": { "claimName": **claim } })
}

impl PodSpec {
    /// Builds a decoded and defaulted pod spec, and applies the API server's admission plugins.
    ///
    /// # Errors
    /// A field does not have the API's type.
    pub fn new(mut value: Value) -> Result<Self, serde_json::Error> {
        #[derive(Deserialize, Default)]
        #[serde(rename_all = "camelCase", default)]
        struct Lifted {
            containers: Vec<Named>,
            init_containers: Vec<Init>,
            termination_grace_period_seconds: Option<i64>,
            node_name: Option<Rc<str>>,
            hostname: Option<Rc<str>>,
            subdomain: Option<Rc<str>>,
        }
        #[derive(Deserialize)]
        struct Named {
            #[serde(default)]
            name: Rc<str>,
            #[serde(default)]
            image: Rc<str>,
        }
        #[derive(Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Init {
            #[serde(default)]
            name: Rc<str>,
            restart_policy: Option<Rc<str>>,
        }
        if !value.is_object() {
            value = json!({});
        }
        let lifted: Lifted = lift(&value)?;
        admit(&mut value);
        let container = |named: Named| ContainerSpec {
            name: named.name,
            image: named.image,
        };
        let sidecars = lifted.init_containers.into_iter();
        let sidecars = sidecars.filter(|init| init.restart_policy.as_deref() == Some("Always"));
        Ok(Self {
            sidecars: sidecars.map(|init| init.name).collect(),
            containers: lifted.containers.into_iter().map(container).collect(),
            termination_grace_period_seconds: lifted.termination_grace_period_seconds.unwrap_or(30),
            qos_class: qos_class(&value),
            demand: Demand::of(&value),
            run: Rendered::default(),
            left_out: Rendered::default(),
            node_name: lifted.node_name,
            claims: claims(&value),
            hostname: lifted.hostname,
            subdomain: lifted.subdomain,
            value,
        })
    }

    /// How its containers are run; parsed once for all pods of a template.
    #[must_use]
    pub fn run(&self) -> &Containers {
        self.run.get_or_make(|| Containers::of(&self.value))
    }

    /// The fields that are set but not simulated, computed on demand.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        self.left_out
            .get_or_make(|| left_out::left_out(&self.value))
    }

    /// The spec of a pod as the API serves it, without nodeName, hostname and subdomain.
    #[must_use]
    pub fn value(&self) -> &Value {
        &self.value
    }

    pub(super) fn claim_of_volume(&self, volume: &str) -> Option<&str> {
        let volumes = self.value.get("volumes")?.as_array()?;
        let volume = volumes.iter().find(|known| known["name"] == *volume)?;
        volume.pointer("/persistentVolumeClaim/claimName")?.as_str()
    }

    /// Hostname and subdomain as written in the manifest.
    #[must_use]
    pub fn identity(&self) -> Option<Rc<PodIdentity>> {
        let text = |field: &Option<Rc<str>>| field.clone().unwrap_or_default();
        (self.hostname.is_some() || self.subdomain.is_some()).then(|| {
            Rc::new(PodIdentity {
                hostname: text(&self.hostname),
                subdomain: text(&self.subdomain),
                claims: Vec::new(),
            })
        })
    }
}

impl PartialEq for PodSpec {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

// Lets `Rc::eq` compare pointers first.
impl Eq for PodSpec {}

/// Volumes backed by claims: volume name and claim name.
fn claims(spec: &Value) -> Vec<(Rc<str>, Rc<str>)> {
    let volumes = spec.get("volumes").and_then(Value::as_array);
    let claim = |volume: &Value| {
        let claim = volume.pointer("/persistentVolumeClaim/claimName")?;
        Some((volume["name"].as_str()?.into(), claim.as_str()?.into()))
    };
    volumes.into_iter().flatten().filter_map(claim).collect()
}

/// Adds what the API server adds to pods but not to templates: defaults of pods (`pkg/apis/core/v1/defaults.go`,
/// SetDefaults_Pod) and the admission plugins Priority and DefaultTolerationSeconds.
fn admit(spec: &mut Value) {
    for field in ["nodeName", "hostname", "subdomain"] {
        if let Some(spec) = spec.as_object_mut() {
            spec.remove(field);
        }
    }
    let Some(fields) = spec.as_object_mut() else {
        return;
    };
    defaults::pod_spec(fields);
    fields.entry("priority").or_insert(Value::from(0));
    fields
        .entry("preemptionPolicy")
        .or_insert(Value::from("PreemptLowerPriority"));
    let tolerations = fields.entry("tolerations").or_insert_with(|| json!([]));
    if let Some(tolerations) = tolerations.as_array_mut() {
        for key in [
            "node.kubernetes.io/not-ready",
            "node.kubernetes.io/unreachable",
        ] {
            if !tolerations.iter().any(|known| tolerates(known, key)) {
                tolerations.push(json!({
                    "effect": "NoExecute", "key": key, "operator": "Exists", "tolerationSeconds": 300
                }));
            }
        }
    }
}

fn tolerates(toleration: &Value, key: &str) -> bool {
    let text = |field: &str| {
        toleration
            .get(field)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    (text("key") == key || text("key").is_empty()) && matches!(text("effect"), "NoExecute" | "")
}

/// `pkg/apis/core/v1/helper/qos/qos.go`, ComputePodQOS. Requests and limits are in canonical form here.
fn qos_class(spec: &Value) -> QosClass {
    let mut any = false;
    let mut guaranteed = true;
    let containers = ["initContainers", "containers"].iter().flat_map(|list| {
        spec.get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    });
    for container in containers {
        let list = |name: &str| compute_resources(container.pointer(name));
        let (requests, limits) = (list("/resources/requests"), list("/resources/limits"));
        any |= !requests.is_empty() || !limits.is_empty();
        guaranteed &= limits.len() == 2 && limits == requests;
    }
    match (any, guaranteed) {
        (false, _) => QosClass::BestEffort,
        (true, true) => QosClass::Guaranteed,
        (true, false) => QosClass::Burstable,
    }
}

/// The nonzero CPU and memory quantities of a list.
fn compute_resources(list: Option<&Value>) -> Map<String, Value> {
    let asked = |(name, amount): &(&String, &Value)| {
        matches!(name.as_str(), "cpu" | "memory") && amount.as_str() != Some("0")
    };
    let list = list.and_then(Value::as_object).into_iter().flatten();
    let asked = list.filter(asked);
    light::fields(asked.map(|(name, amount)| (name.clone(), amount.clone())))
}
