//! Typed EndpointSlices: the addresses behind a Service.

use super::meta::{ObjectMeta, Uid};
use super::service::IpFamily;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::rc::Rc;

/// The label that names the Service of a slice.
pub const SERVICE_NAME: &str = "kubernetes.io/service-name";

/// An EndpointSlice.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EndpointSlice {
    /// Name, labels, the Service as owner.
    pub metadata: ObjectMeta,
    /// Type of all addresses in the slice.
    pub address_type: AddressType,
    /// The endpoints; served as `null` if there are none.
    #[serde(default, serialize_with = "or_null", deserialize_with = "or_empty")]
    pub endpoints: Vec<Rc<Endpoint>>,
    /// The ports of every endpoint of the slice; served as `null` if there are none.
    #[serde(default, serialize_with = "or_null", deserialize_with = "or_empty")]
    pub ports: Vec<EndpointPort>,
}

/// Type of a slice's addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum AddressType {
    /// `10.244.0.3`.
    IPv4,
    /// `fd00::3`.
    IPv6,
    /// DNS names.
    #[serde(rename = "FQDN")]
    Fqdn,
}

/// One endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Endpoint {
    /// Addresses, which are interchangeable.
    pub addresses: Vec<Rc<str>>,
    /// Whether it can receive traffic.
    pub conditions: EndpointConditions,
    /// Its host name within the Service's domain.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hostname: Option<Rc<str>>,
    /// Its node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub node_name: Option<Rc<str>>,
    /// The pod.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_ref: Option<TargetRef>,
    /// The zone of its node.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zone: Option<Rc<str>>,
}

/// Whether an endpoint can receive traffic; absent means unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointConditions {
    /// It accepts new traffic.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ready: Option<bool>,
    /// It responds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serving: Option<bool>,
    /// It is terminating.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terminating: Option<bool>,
}

/// The object behind an endpoint (`v1.ObjectReference`).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TargetRef {
    /// `Pod`.
    pub kind: Rc<str>,
    /// Name.
    pub name: Rc<str>,
    /// Namespace.
    pub namespace: Rc<str>,
    /// Uid.
    #[serde(skip_serializing_if = "Uid::is_empty")]
    pub uid: Uid,
}

/// A port of every endpoint of a slice.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EndpointPort {
    /// Name of the Service's port; may be empty.
    pub name: Rc<str>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Rc<str>,
    /// The port number; absent means all ports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<i32>,
    /// Application protocol.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_protocol: Option<Rc<str>>,
}

impl From<IpFamily> for AddressType {
    fn from(family: IpFamily) -> Self {
        match family {
            IpFamily::IPv4 => Self::IPv4,
            IpFamily::IPv6 => Self::IPv6,
        }
    }
}

fn or_null<S: Serializer, T: Serialize>(list: &[T], serializer: S) -> Result<S::Ok, S::Error> {
    if list.is_empty() {
        serializer.serialize_none()
    } else {
        list.serialize(serializer)
    }
}

fn or_empty<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
