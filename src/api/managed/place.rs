//! Which lists and structs have one owner as a whole, and how the items of the others are identified: the markers
//! `listType`, `listMapKey`, `mapType` and `structType` of the Go types.

use crate::api::kind::Kind;
use crate::api::schema::{Struct, Type, schema};
use serde_json::Value;

/// How the items of a list are identified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ListIdentity {
    /// Not at all: the list, or map, has one owner.
    Atomic,
    /// By these fields, in alphabetical order.
    Keys(&'static [&'static str]),
    /// By their values.
    Set,
}

use ListIdentity::{Atomic, Keys, Set};

const NAME: ListIdentity = Keys(&["name"]);
const TYPE: ListIdentity = Keys(&["type"]);
const IP: ListIdentity = Keys(&["ip"]);

/// Structs that have one owner.
const ATOMIC: &str = "SecretReference ObjectReference EndpointPort TopologySelectorTerm ServiceBackendPort ScopeSelector Subject \
    RoleRef ConfigMapKeySelector EvictionResponder FileKeySelector LabelSelector LocalObjectReference NodeSelector \
    NodeSelectorTerm ObjectFieldSelector OwnerReference ResourceFieldSelector SecretKeySelector TypedLocalObjectReference";

/// Struct, field, and how its items are identified; all other lists are atomic, all other maps are not.
const TABLE: &[(&str, &str, ListIdentity)] = &[
    ("v1.ObjectMeta", "finalizers", Set),
    ("v1.ObjectMeta", "ownerReferences", Keys(&["uid"])),
    ("v1.DeploymentStatus", "conditions", TYPE),
    ("v1.ReplicaSetStatus", "conditions", TYPE),
    ("v1.StatefulSetStatus", "conditions", TYPE),
    ("v1.DaemonSetStatus", "conditions", TYPE),
    ("v1.PodStatus", "conditions", TYPE),
    ("v1.PodStatus", "podIPs", IP),
    ("v1.PodStatus", "resourceClaimStatuses", NAME),
    ("v1.ContainerStatus", "allocatedResourcesStatus", NAME),
    ("v1.ContainerStatus", "volumeMounts", Keys(&["mountPath"])),
    ("v1.ResourceStatus", "resources", Keys(&["resourceID"])),
    ("v1.ServiceSpec", "ports", Keys(&["port", "protocol"])),
    ("v1.ServiceSpec", "selector", Atomic),
    ("v1.ServiceStatus", "conditions", TYPE),
    ("v1.PersistentVolumeClaimStatus", "conditions", TYPE),
    ("v1.NamespaceStatus", "conditions", TYPE),
    ("v1.NodeSpec", "podCIDRs", Set),
    ("v1.NodeStatus", "addresses", TYPE),
    ("v1.NodeStatus", "conditions", TYPE),
    ("v1.ServiceAccount", "secrets", NAME),
    ("v1.Endpoint", "addresses", Set),
    ("v1.PodFailurePolicyOnExitCodesRequirement", "values", Set),
    ("v1.UncountedTerminatedPods", "failed", Set),
    ("v1.UncountedTerminatedPods", "succeeded", Set),
    ("v1.PodDisruptionBudgetStatus", "conditions", TYPE),
    ("v1.MutatingWebhookConfiguration", "webhooks", NAME),
    ("v1.MutatingWebhook", "matchConditions", NAME),
    ("v1.ValidatingWebhookConfiguration", "webhooks", NAME),
    ("v1.ValidatingWebhook", "matchConditions", NAME),
    ("v1.CustomResourceDefinitionStatus", "conditions", TYPE),
    ("v1.APIServiceStatus", "conditions", TYPE),
    ("v2.HorizontalPodAutoscalerStatus", "conditions", TYPE),
    ("v1.Container", "env", NAME),
    (
        "v1.Container",
        "ports",
        Keys(&["containerPort", "protocol"]),
    ),
    ("v1.Container", "volumeDevices", Keys(&["devicePath"])),
    ("v1.Container", "volumeMounts", Keys(&["mountPath"])),
    ("v1.EphemeralContainer", "env", NAME),
    (
        "v1.EphemeralContainer",
        "ports",
        Keys(&["containerPort", "protocol"]),
    ),
    (
        "v1.EphemeralContainer",
        "volumeDevices",
        Keys(&["devicePath"]),
    ),
    (
        "v1.EphemeralContainer",
        "volumeMounts",
        Keys(&["mountPath"]),
    ),
    ("v1.ContainerRestartRuleOnExitCodes", "values", Set),
    ("v1.PodSpec", "containers", NAME),
    ("v1.PodSpec", "ephemeralContainers", NAME),
    ("v1.PodSpec", "hostAliases", IP),
    ("v1.PodSpec", "imagePullSecrets", NAME),
    ("v1.PodSpec", "initContainers", NAME),
    ("v1.PodSpec", "nodeSelector", Atomic),
    ("v1.PodSpec", "resourceClaims", NAME),
    ("v1.PodSpec", "schedulingGates", NAME),
    (
        "v1.PodSpec",
        "topologySpreadConstraints",
        Keys(&["topologyKey", "whenUnsatisfiable"]),
    ),
    ("v1.PodSpec", "volumes", NAME),
    ("v1.ResourceRequirements", "claims", NAME),
];

/// What a value is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// It has one owner.
    Leaf,
    /// A struct or a map.
    Fields,
    /// A list with items that are identified by `Keys` or as a `Set`.
    Items(ListIdentity),
}

/// A position in an object.
#[derive(Debug, Clone, Copy)]
pub(super) enum FieldPlace {
    /// A struct.
    Struct(&'static Struct),
    /// A value of a type, and the relation of the field that contains it.
    Typed(&'static Type, Option<ListIdentity>),
    /// A position in a custom resource, whose types are not known.
    Untyped,
}

impl FieldPlace {
    /// The position of an object.
    pub fn of_kind(kind: Kind) -> Self {
        let fields = schema().object(kind).and_then(|ty| ty.fields());
        fields.map_or(Self::Untyped, Self::Struct)
    }

    /// Whether a field is one of a struct, rather than an entry of a map; and its position.
    pub fn field(self, name: &str) -> (bool, Self) {
        let within = match self {
            Self::Struct(fields) => Some(fields),
            Self::Typed(ty, _) => match plain(ty) {
                Type::Map { value, .. } => return (false, Self::Typed(value, None)),
                ty @ Type::Struct(_) => ty.fields(),
                _ => None,
            },
            Self::Untyped => None,
        };
        let field = within.and_then(|fields| Some((fields, fields.field(name)?)));
        let Some((fields, field)) = field else {
            return (false, Self::Untyped);
        };
        let is_it =
            |row: &&(&str, &str, ListIdentity)| *row.0 == *fields.name && *row.1 == *field.json;
        let relation = TABLE.iter().find(is_it).map(|(_, _, relation)| *relation);
        (true, Self::Typed(&field.ty, relation))
    }

    /// Whether it is a struct, rather than a map, a list or a scalar.
    pub fn is_struct(self) -> bool {
        match self {
            Self::Struct(_) => true,
            Self::Typed(ty, _) => matches!(plain(ty), Type::Struct(_)),
            Self::Untyped => false,
        }
    }

    /// The position of an item of a list.
    pub fn item(self) -> Self {
        match self {
            Self::Typed(ty, _) => match plain(ty) {
                Type::Slice(item) => Self::Typed(item, None),
                _ => Self::Untyped,
            },
            _ => Self::Untyped,
        }
    }

    /// What the value here is made of. The value matters for custom resources only, in which maps are granular and
    /// lists are atomic, as without a schema.
    pub fn shape(self, value: &Value) -> Shape {
        let (ty, relation) = match self {
            Self::Struct(_) => return Shape::Fields,
            Self::Typed(ty, relation) => (plain(ty), relation),
            Self::Untyped if value.is_object() => return Shape::Fields,
            Self::Untyped => return Shape::Leaf,
        };
        match (ty, relation) {
            (_, Some(Atomic)) => Shape::Leaf,
            (Type::Struct(id), _) => {
                let name = schema().get(*id).short_name();
                match ATOMIC.split_whitespace().any(|atomic| atomic == name) {
                    true => Shape::Leaf,
                    false => Shape::Fields,
                }
            }
            (Type::Map { .. }, _) => Shape::Fields,
            (Type::Slice(_), Some(relation)) => Shape::Items(relation),
            _ => Shape::Leaf,
        }
    }
}

/// A type without pointers.
fn plain(ty: &'static Type) -> &'static Type {
    match ty {
        Type::Pointer(inner) => plain(inner),
        ty => ty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_list_or_a_map() {
        for (name, field, relation) in TABLE {
            let within = schema().struct_named(name).expect(name);
            let field = within
                .field(field)
                .unwrap_or_else(|| panic!("{name}.{field}"));
            match (plain(&field.ty), relation) {
                (Type::Map { .. }, Atomic) => {}
                (Type::Slice(item), Keys(keys)) => {
                    let item = item.fields().expect("a list of structs");
                    for key in *keys {
                        assert!(item.field(key).is_some(), "{name}.{}: {key}", field.json);
                    }
                    assert!(keys.is_sorted(), "{name}.{}", field.json);
                }
                (Type::Slice(item), Set) => assert!(item.fields().is_none(), "{name}"),
                _ => panic!("{name}.{}", field.json),
            }
        }
        for name in ATOMIC.split_whitespace() {
            assert!(
                schema().struct_named(&format!("v1.{name}")).is_some(),
                "{name}"
            );
        }
    }
}
