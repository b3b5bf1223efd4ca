//! Objects of any kind.

use super::controller_revision::ControllerRevision;
use super::deployment::Deployment;
use super::endpoint_slice::EndpointSlice;
use super::event::Event;
use super::event_entry::EventEntry;
use super::kind::Kind;
use super::lift::lift;
use super::meta::ObjectMeta;
use super::persistent_volume_claim::PersistentVolumeClaim;
use super::pod::Pod;
use super::replica_set::ReplicaSet;
use super::stateful_set::StatefulSet;
use serde::Serialize;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::fmt;
use std::rc::Rc;

/// Identifies an object by kind, namespace (empty for cluster-scoped kinds) and name.
#[derive(Debug, Clone, Eq)]
pub struct Key {
    /// Kind of the object.
    pub kind: Kind,
    /// Namespace; empty for cluster-scoped kinds.
    pub namespace: Rc<str>,
    /// Name.
    pub name: Rc<str>,
}

/// Ordered by kind, namespace and name. Comparing keys is the most frequent operation of all, and most equal keys
/// share their strings.
impl Ord for Key {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        if self.kind != other.kind {
            return self.kind.cmp(&other.kind);
        }
        match compare_shared(&self.namespace, &other.namespace) {
            Ordering::Equal => compare_shared(&self.name, &other.name),
            order => order,
        }
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.name == other.name && self.namespace == other.namespace
    }
}

/// Compares strings, with a shortcut for shared ones.
#[inline]
fn compare_shared(a: &Rc<str>, b: &Rc<str>) -> Ordering {
    match Rc::ptr_eq(a, b) {
        true => Ordering::Equal,
        false => compare(a.as_bytes(), b.as_bytes()),
    }
}

/// Compares eight bytes at a time: names have common prefixes, and in WebAssembly the standard library compares
/// single bytes.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    let (eights, others) = (a.as_chunks::<8>().0, b.as_chunks::<8>().0);
    for (a, b) in eights.iter().zip(others) {
        if a != b {
            return u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b));
        }
    }
    // For equal lengths, compare the last eight bytes; the overlap with the previous ones is equal.
    if a.len() == b.len() {
        if let (Some(a), Some(b)) = (a.last_chunk::<8>(), b.last_chunk::<8>()) {
            return u64::from_be_bytes(*a).cmp(&u64::from_be_bytes(*b));
        }
        if let (Some(x), Some(y)) = (a.first_chunk::<4>(), b.first_chunk::<4>())
            && let (Some(a), Some(b)) = (a.last_chunk::<4>(), b.last_chunk::<4>())
        {
            let [a, b, x, y] = [a, b, x, y].map(|bytes| u32::from_be_bytes(*bytes));
            return x.cmp(&y).then(a.cmp(&b));
        }
    }
    let read = 8 * eights.len().min(others.len());
    a[read..].cmp(&b[read..])
}

impl Key {
    /// The key of an object.
    #[must_use]
    pub fn new(kind: Kind, namespace: &Rc<str>, name: &Rc<str>) -> Self {
        Self {
            kind,
            namespace: namespace.clone(),
            name: name.clone(),
        }
    }

    /// The key of an object in a namespace, which is dropped if its kind is cluster-scoped.
    #[must_use]
    pub fn within(kind: Kind, namespace: &Rc<str>, name: &Rc<str>) -> Self {
        match kind.namespaced() {
            true => Self::new(kind, namespace, name),
            false => Self::new(kind, &"".into(), name),
        }
    }

    /// The key of an object, from string slices.
    #[must_use]
    pub fn of(kind: Kind, namespace: &str, name: &str) -> Self {
        Self {
            kind,
            namespace: namespace.into(),
            name: name.into(),
        }
    }
}

/// A key in maps that are only used for lookups. Its order differs and is cheaper to compute, because generated
/// names differ only at their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookup {
    /// The last bytes of the name, as a number.
    tail: u64,
    key: Key,
}

impl Lookup {
    /// The place of a key.
    #[must_use]
    pub fn of(key: &Key) -> Self {
        let name = key.name.as_bytes();
        let tail = match (name.last_chunk::<8>(), name.last_chunk::<4>()) {
            (Some(last), _) => u64::from_le_bytes(*last),
            (_, Some(last)) => u32::from_le_bytes(*last).into(),
            _ => 0,
        };
        Self {
            tail,
            key: key.clone(),
        }
    }
}

impl Ord for Lookup {
    /// Not inlined: several maps of keys would each contain it.
    #[inline(never)]
    fn cmp(&self, other: &Self) -> Ordering {
        match self.tail.cmp(&other.tail) {
            Ordering::Equal => self.key.cmp(&other.key),
            order => order,
        }
    }
}

impl PartialOrd for Lookup {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Key {
    /// `Deployment web`, with the namespace unless it is `default`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind.info().name;
        match &*self.namespace {
            "" | "default" => write!(f, "{kind} {}", self.name),
            namespace => write!(f, "{kind} {namespace}/{}", self.name),
        }
    }
}

/// An object of any kind; shared, never deep-copied.
#[derive(Debug, Clone, PartialEq)]
pub enum Object {
    /// A Deployment.
    Deployment(Rc<Deployment>),
    /// A ReplicaSet.
    ReplicaSet(Rc<ReplicaSet>),
    /// A StatefulSet.
    StatefulSet(Rc<StatefulSet>),
    /// A revision of a StatefulSet's template.
    ControllerRevision(Rc<ControllerRevision>),
    /// A PersistentVolumeClaim.
    PersistentVolumeClaim(Rc<PersistentVolumeClaim>),
    /// A pod.
    Pod(Rc<Pod>),
    /// An EndpointSlice.
    EndpointSlice(Rc<EndpointSlice>),
    /// An event written or edited by a user.
    Event(Rc<Event>),
    /// An event recorded by a component.
    EventEntry(Rc<EventEntry>),
    /// An object of a kind of which only the metadata is typed.
    Other(Kind, Rc<Other>),
}

/// An object stored as the API serves it.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Name, labels, owner.
    pub metadata: ObjectMeta,
    /// All fields except `metadata`, `kind` and `apiVersion`.
    pub fields: Value,
}

impl Object {
    /// Kind of the object.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::Deployment(_) => Kind::Deployment,
            Self::ReplicaSet(_) => Kind::ReplicaSet,
            Self::StatefulSet(_) => Kind::StatefulSet,
            Self::ControllerRevision(_) => Kind::ControllerRevision,
            Self::PersistentVolumeClaim(_) => Kind::PersistentVolumeClaim,
            Self::Pod(_) => Kind::Pod,
            Self::EndpointSlice(_) => Kind::EndpointSlice,
            Self::Event(_) | Self::EventEntry(_) => Kind::Event,
            Self::Other(kind, _) => *kind,
        }
    }

    /// The object's key.
    #[must_use]
    pub fn key(&self) -> Key {
        if let Self::EventEntry(entry) = self {
            return Key::new(Kind::Event, &entry.namespace, &entry.name);
        }
        let meta = self.meta();
        Key::new(self.kind(), &meta.namespace, &meta.name)
    }

    /// Metadata.
    #[must_use]
    pub fn meta(&self) -> &ObjectMeta {
        match self {
            Self::Deployment(object) => &object.metadata,
            Self::ReplicaSet(object) => &object.metadata,
            Self::StatefulSet(object) => &object.metadata,
            Self::ControllerRevision(object) => &object.metadata,
            Self::PersistentVolumeClaim(object) => &object.metadata,
            Self::Pod(object) => &object.metadata,
            Self::EndpointSlice(object) => &object.metadata,
            Self::Event(object) => &object.metadata,
            Self::EventEntry(entry) => &entry.event().metadata,
            Self::Other(_, object) => &object.metadata,
        }
    }

    /// Mutable metadata; makes a shallow copy of the object if it is shared.
    pub fn meta_mut(&mut self) -> &mut ObjectMeta {
        loop {
            return match self {
                Self::Deployment(object) => &mut Rc::make_mut(object).metadata,
                Self::ReplicaSet(object) => &mut Rc::make_mut(object).metadata,
                Self::StatefulSet(object) => &mut Rc::make_mut(object).metadata,
                Self::ControllerRevision(object) => &mut Rc::make_mut(object).metadata,
                Self::PersistentVolumeClaim(object) => &mut Rc::make_mut(object).metadata,
                Self::Pod(object) => &mut Rc::make_mut(object).metadata,
                Self::EndpointSlice(object) => &mut Rc::make_mut(object).metadata,
                Self::Event(object) => &mut Rc::make_mut(object).metadata,
                Self::Other(_, object) => &mut Rc::make_mut(object).metadata,
                Self::EventEntry(_) => {
                    self.serve();
                    continue;
                }
            };
        }
    }

    /// Converts an entry of the event log to the event that the API serves; leaves other objects unchanged.
    pub fn serve(&mut self) {
        if let Self::EventEntry(entry) = self {
            *self = Self::Event(Rc::new(entry.event().clone()));
        }
    }

    /// The event that the API serves, if the object is an event.
    #[must_use]
    pub fn as_event(&self) -> Option<&Event> {
        match self {
            Self::Event(event) => Some(event),
            Self::EventEntry(entry) => Some(entry.event()),
            _ => None,
        }
    }

    /// `metadata.resourceVersion`.
    #[must_use]
    pub fn version(&self) -> u64 {
        match self {
            Self::EventEntry(entry) => entry.version,
            _ => self.meta().resource_version,
        }
    }

    /// Whether both are the same allocation.
    #[must_use]
    pub fn is_same_version(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Deployment(a), Self::Deployment(b)) => Rc::ptr_eq(a, b),
            (Self::ReplicaSet(a), Self::ReplicaSet(b)) => Rc::ptr_eq(a, b),
            (Self::StatefulSet(a), Self::StatefulSet(b)) => Rc::ptr_eq(a, b),
            (Self::ControllerRevision(a), Self::ControllerRevision(b)) => Rc::ptr_eq(a, b),
            (Self::PersistentVolumeClaim(a), Self::PersistentVolumeClaim(b)) => Rc::ptr_eq(a, b),
            (Self::Pod(a), Self::Pod(b)) => Rc::ptr_eq(a, b),
            (Self::EndpointSlice(a), Self::EndpointSlice(b)) => Rc::ptr_eq(a, b),
            (Self::Event(a), Self::Event(b)) => Rc::ptr_eq(a, b),
            (Self::EventEntry(a), Self::EventEntry(b)) => Rc::ptr_eq(a, b),
            (Self::Other(a, x), Self::Other(b, y)) => a == b && Rc::ptr_eq(x, y),
            _ => false,
        }
    }

    /// The object as the API serves it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        let mut value = match self {
            Self::Deployment(object) => serde_json::to_value(object),
            Self::ReplicaSet(object) => serde_json::to_value(object),
            Self::StatefulSet(object) => serde_json::to_value(object),
            Self::ControllerRevision(object) => serde_json::to_value(object),
            Self::PersistentVolumeClaim(object) => return object.to_value(),
            Self::Pod(object) => return object.to_value(),
            Self::EndpointSlice(object) => serde_json::to_value(object),
            Self::Event(object) => serde_json::to_value(object),
            Self::EventEntry(entry) => serde_json::to_value(entry.event()),
            Self::Other(_, object) => serde_json::to_value(&object.metadata).map(|metadata| {
                let mut fields = object.fields.clone();
                fields["metadata"] = metadata;
                fields
            }),
        }
        .unwrap_or_else(|_| json!({}));
        let info = self.kind().info();
        value["apiVersion"] = Value::from(info.api_version);
        value["kind"] = Value::from(info.name);
        value
    }

    /// Builds an object from its decoded and defaulted value.
    ///
    /// # Errors
    /// A field does not have the API's type.
    pub fn from_value(kind: Kind, mut value: Value) -> Result<Self, serde_json::Error> {
        Ok(match kind {
            Kind::Deployment => Self::Deployment(Rc::new(lift(&value)?)),
            Kind::ReplicaSet => Self::ReplicaSet(Rc::new(lift(&value)?)),
            Kind::StatefulSet => Self::StatefulSet(Rc::new(lift(&value)?)),
            Kind::ControllerRevision => Self::ControllerRevision(Rc::new(lift(&value)?)),
            Kind::PersistentVolumeClaim => {
                Self::PersistentVolumeClaim(Rc::new(PersistentVolumeClaim::from_value(value)?))
            }
            Kind::Pod => Self::Pod(Rc::new(Pod::from_value(value)?)),
            Kind::EndpointSlice => Self::EndpointSlice(Rc::new(lift(&value)?)),
            Kind::Event => Self::Event(Rc::new(lift(&value)?)),
            _ => {
                let metadata = lift(&value["metadata"])?;
                if let Some(fields) = value.as_object_mut() {
                    for field in ["metadata", "apiVersion", "kind"] {
                        fields.remove(field);
                    }
                }
                Self::Other(
                    kind,
                    Rc::new(Other {
                        metadata,
                        fields: value,
                    }),
                )
            }
        })
    }
}

/// Serializes the object as the API serves it.
impl Serialize for Object {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_value().serialize(serializer)
    }
}

#[cfg(test)]
mod tests {
    use super::{Key, Lookup, compare};
    use crate::api::kind::Kind;
    use std::cmp::Ordering;

    #[test]
    fn strings_compare_like_the_standard_library() {
        let long = "nginx-deployment-64bccb4548-Ü";
        let mut texts: Vec<String> = Vec::new();
        for (end, _) in long.char_indices() {
            let begin = &long[..end];
            texts.extend(["", "a", "z", "ü"].map(|last| format!("{begin}{last}")));
        }
        for a in &texts {
            for b in &texts {
                let order = compare(a.as_bytes(), b.as_bytes());
                assert_eq!(order, a.cmp(b), "{a} {b}");
            }
        }
    }

    #[test]
    fn lookup_keys_are_totally_ordered() {
        let names = [
            "",
            "web",
            "web-1",
            "web-10",
            "web-1a",
            "web-64bccb4548-a",
            "db-64bccb4548-a",
        ];
        let keys = names.map(|name| Lookup::of(&Key::of(Kind::Pod, "default", name)));
        for a in &keys {
            for b in &keys {
                assert_eq!(a.cmp(b), b.cmp(a).reverse(), "{a:?} {b:?}");
                assert_eq!(a.cmp(b).is_eq(), a == b, "{a:?} {b:?}");
                for c in keys.iter().filter(|c| a < b && b < *c) {
                    assert_eq!(a.cmp(c), Ordering::Less, "{a:?} {b:?} {c:?}");
                }
            }
        }
    }
}
