//! Typed fields of Services, which are stored as the API serves them.

use super::int_or_percent::IntOrPercent;
use super::kind::Kind;
use super::lift::lift;
use super::meta::ObjectMeta;
use super::object::Object;
use super::strings::Strings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::rc::Rc;

/// `spec.clusterIP` of a headless Service.
pub const HEADLESS: &str = "None";

/// A Service, converted from its object.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Name, labels.
    pub metadata: ObjectMeta,
    /// The desired state.
    pub spec: ServiceSpec,
}

/// The fields of a Service's `spec` that are used.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// Type of the Service.
    #[serde(rename = "type")]
    pub kind: ServiceType,
    /// Selects the pods behind it; empty if its endpoints are managed by others.
    #[serde(deserialize_with = "or_default")]
    pub selector: Strings,
    /// Ports.
    #[serde(deserialize_with = "or_default")]
    pub ports: Vec<ServicePort>,
    /// Its cluster IP: `None` for headless Services, empty if there is none (yet).
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Rc<str>,
    /// IP families, the primary one first.
    #[serde(deserialize_with = "or_default")]
    pub ip_families: Vec<IpFamily>,
    /// The DNS name that an ExternalName Service refers to.
    pub external_name: Rc<str>,
    /// Publishes the addresses of pods that are not ready, too.
    pub publish_not_ready_addresses: bool,
}

/// One port of a Service.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    /// Name; may be empty if it is the only port.
    pub name: Rc<str>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Rc<str>,
    /// The Service's port.
    pub port: i32,
    /// The pods' port: a number or a name.
    pub target_port: Option<IntOrPercent>,
    /// Application protocol.
    pub app_protocol: Option<Rc<str>>,
}

/// Type of a Service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ServiceType {
    /// Reachable at its cluster IP, inside the cluster.
    #[default]
    ClusterIP,
    /// Also reachable at a port of every node.
    NodePort,
    /// Also reachable through an external load balancer.
    LoadBalancer,
    /// An alias for an external DNS name.
    ExternalName,
}

/// An IP family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum IpFamily {
    /// `10.244.0.3`.
    IPv4,
    /// `fd00::3`.
    IPv6,
}

impl IpFamily {
    /// The family of an address.
    #[must_use]
    pub fn of(address: &str) -> Self {
        if address.contains(':') {
            Self::IPv6
        } else {
            Self::IPv4
        }
    }

    /// The family as written in the API.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IPv4 => "IPv4",
            Self::IPv6 => "IPv6",
        }
    }
}

impl Service {
    /// Converts a Service's object; `None` for other kinds, and if a field is invalid.
    #[must_use]
    pub fn of(object: &Object) -> Option<Self> {
        let Object::Other(Kind::Service, object) = object else {
            return None;
        };
        let spec = object.fields.get("spec").unwrap_or(&Value::Null);
        let spec = lift::<Option<ServiceSpec>>(spec).ok()?;
        Some(Self {
            metadata: object.metadata.clone(),
            spec: spec.unwrap_or_default(),
        })
    }

    /// Whether it is a headless Service.
    #[must_use]
    pub fn is_headless(&self) -> bool {
        *self.spec.cluster_ip == *HEADLESS
    }

    /// Whether its endpoints are the pods it selects.
    #[must_use]
    pub fn selects_pods(&self) -> bool {
        self.spec.kind != ServiceType::ExternalName && !self.spec.selector.is_empty()
    }
}

/// Whether a Service's object selects pods with these labels, without converting it.
#[must_use]
pub fn selects(service: &Object, labels: &Strings) -> bool {
    let Object::Other(Kind::Service, service) = service else {
        return false;
    };
    let spec = service.fields.get("spec");
    let selector = spec.and_then(|spec| spec.get("selector")?.as_object());
    selector.is_some_and(|selector| {
        let has =
            |(key, value): (&String, &Value)| labels.get(key).map(String::as_str) == value.as_str();
        !selector.is_empty() && selector.iter().all(has)
    })
}

/// Deserializes `null` as the default.
fn or_default<'de, D: serde::Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
