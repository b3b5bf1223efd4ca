//! What is looked at in a Service; the object itself is kept as the API serves it.

use super::int_or_percent::IntOrPercent;
use super::kind::Kind;
use super::lift::lift;
use super::meta::ObjectMeta;
use super::object::Object;
use super::strings::Strings;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::rc::Rc;

/// `spec.clusterIP` of a service that has no address of its own.
pub const HEADLESS: &str = "None";

/// A Service, lifted out of its object.
#[derive(Debug, Clone, PartialEq)]
pub struct Service {
    /// Name, labels.
    pub metadata: ObjectMeta,
    /// What is wanted.
    pub spec: ServiceSpec,
}

/// `spec` of a Service, as far as something here looks at it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceSpec {
    /// How the service is reached.
    #[serde(rename = "type")]
    pub kind: ServiceType,
    /// Labels of the pods behind it; none where somebody else writes its endpoints.
    #[serde(deserialize_with = "or_default")]
    pub selector: Strings,
    /// Ports.
    #[serde(deserialize_with = "or_default")]
    pub ports: Vec<ServicePort>,
    /// Its address; `None` for headless services, empty where there is none (yet).
    #[serde(rename = "clusterIP")]
    pub cluster_ip: Rc<str>,
    /// Address families, the first one first.
    #[serde(deserialize_with = "or_default")]
    pub ip_families: Vec<IpFamily>,
    /// The name that stands behind an ExternalName service.
    pub external_name: Rc<str>,
    /// Pods that are not ready get records too.
    pub publish_not_ready_addresses: bool,
}

/// One port of a Service.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ServicePort {
    /// Name; may be empty where there is only one.
    pub name: Rc<str>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Rc<str>,
    /// The service's port.
    pub port: i32,
    /// The pods' port: a number, or the name of one.
    pub target_port: Option<IntOrPercent>,
    /// What is spoken on it.
    pub app_protocol: Option<Rc<str>>,
}

/// How a service is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ServiceType {
    /// At its address, inside the cluster.
    #[default]
    ClusterIP,
    /// At a port of every node, too.
    NodePort,
    /// Through a balancer outside, too.
    LoadBalancer,
    /// It is another name for something outside.
    ExternalName,
}

/// A family of addresses.
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

    /// As the API writes it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::IPv4 => "IPv4",
            Self::IPv6 => "IPv6",
        }
    }
}

impl Service {
    /// Lifts a Service; `None` for other kinds, and for fields that decoding would have refused.
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

    /// Whether the service has no address of its own, on purpose.
    #[must_use]
    pub fn is_headless(&self) -> bool {
        *self.spec.cluster_ip == *HEADLESS
    }

    /// Whether the endpoints are those of pods that it selects.
    #[must_use]
    pub fn selects_pods(&self) -> bool {
        self.spec.kind != ServiceType::ExternalName && !self.spec.selector.is_empty()
    }
}

/// Whether a Service's object selects pods with these labels, without lifting it.
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

/// `null` stands for the default.
fn or_default<'de, D: serde::Deserializer<'de>, T: Deserialize<'de> + Default>(
    deserializer: D,
) -> Result<T, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
