//! Patch strategies of lists and structs: the tags `patchStrategy` and `patchMergeKey` of the Go types.

use crate::api::kind::Kind;
use crate::api::schema::{Struct, Type, schema};

/// How a field is merged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Meta {
    /// A list is merged item by item instead of being replaced.
    pub merge: bool,
    /// The merge key of the list's items; empty for lists of scalars.
    pub key: &'static str,
    /// Fields that are absent from the patch are removed (`$retainKeys`).
    pub retain: bool,
}

const fn by(key: &'static str) -> Meta {
    Meta {
        merge: true,
        key,
        retain: false,
    }
}

const fn retaining(key: &'static str) -> Meta {
    Meta {
        merge: true,
        key,
        retain: true,
    }
}

/// Struct, field, and its patch strategy; of all other fields, lists are replaced and everything else is merged.
const TABLE: &[(&str, &str, Meta)] = &[
    ("v1.ObjectMeta", "ownerReferences", by("uid")),
    ("v1.ObjectMeta", "finalizers", by("")),
    ("v1.PodSpec", "volumes", retaining("name")),
    ("v1.PodSpec", "initContainers", by("name")),
    ("v1.PodSpec", "containers", by("name")),
    ("v1.PodSpec", "ephemeralContainers", by("name")),
    ("v1.PodSpec", "imagePullSecrets", by("name")),
    ("v1.PodSpec", "hostAliases", by("ip")),
    ("v1.PodSpec", "topologySpreadConstraints", by("topologyKey")),
    ("v1.PodSpec", "schedulingGates", by("name")),
    ("v1.PodSpec", "resourceClaims", retaining("name")),
    ("v1.Container", "ports", by("containerPort")),
    ("v1.Container", "env", by("name")),
    ("v1.Container", "volumeMounts", by("mountPath")),
    ("v1.Container", "volumeDevices", by("devicePath")),
    ("v1.EphemeralContainer", "ports", by("containerPort")),
    ("v1.EphemeralContainer", "env", by("name")),
    ("v1.EphemeralContainer", "volumeMounts", by("mountPath")),
    ("v1.EphemeralContainer", "volumeDevices", by("devicePath")),
    ("v1.PodStatus", "conditions", by("type")),
    ("v1.PodStatus", "hostIPs", by("ip")),
    ("v1.PodStatus", "podIPs", by("ip")),
    ("v1.PodStatus", "resourceClaimStatuses", retaining("name")),
    (
        "v1.DeploymentSpec",
        "strategy",
        Meta {
            merge: false,
            key: "",
            retain: true,
        },
    ),
    ("v1.DeploymentStatus", "conditions", by("type")),
    ("v1.ReplicaSetStatus", "conditions", by("type")),
    ("v1.StatefulSetStatus", "conditions", by("type")),
    ("v1.DaemonSetStatus", "conditions", by("type")),
    ("v1.JobStatus", "conditions", by("type")),
    ("v1.PodDisruptionBudgetStatus", "conditions", by("type")),
    ("v1.MutatingWebhookConfiguration", "webhooks", by("name")),
    ("v1.ValidatingWebhookConfiguration", "webhooks", by("name")),
    ("v1.ServiceSpec", "ports", by("port")),
    ("v1.ServiceStatus", "conditions", by("type")),
    ("v1.PersistentVolumeClaimStatus", "conditions", by("type")),
    ("v1.NamespaceStatus", "conditions", by("type")),
    ("v1.NodeSpec", "podCIDRs", by("")),
    ("v1.NodeStatus", "conditions", by("type")),
    ("v1.NodeStatus", "addresses", by("type")),
    ("v2.HorizontalPodAutoscalerStatus", "conditions", by("type")),
];

/// The struct type at the current position in a patch; `None` within maps and unknown fields.
#[derive(Clone, Copy)]
pub(super) struct SchemaCursor(Option<&'static Struct>);

impl SchemaCursor {
    /// The cursor at an object of a kind. Patches of custom resources know no types.
    pub fn of_kind(kind: Kind) -> Self {
        match (kind, schema().object(kind)) {
            (Kind::Custom(_), _) | (_, None) => Self(None),
            (_, Some(ty)) => Self::of(&ty),
        }
    }

    /// The cursor at an object of an unknown type.
    pub const fn untyped() -> Self {
        Self(None)
    }

    /// The cursor at a value of a type.
    pub fn of(ty: &Type) -> Self {
        match ty {
            Type::Pointer(target) => Self::of(target),
            Type::Slice(item) => Self::of(item),
            Type::Struct(id) => Self(Some(schema().get(*id))),
            _ => Self(None),
        }
    }

    /// The cursor at a field, and the field's patch strategy.
    pub fn field(self, name: &str) -> (Self, Meta) {
        let Some(within) = self.0 else {
            return (self, Meta::default());
        };
        let next = within
            .field(name)
            .map_or(Self(None), |field| Self::of(&field.ty));
        let row = TABLE
            .iter()
            .find(|(struct_name, field, _)| within.name == *struct_name && *field == name);
        (next, row.map_or_else(Meta::default, |row| row.2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_names_a_field() {
        for (name, field, meta) in TABLE {
            let definition = schema()
                .struct_named(name)
                .unwrap_or_else(|| panic!("{name}"));
            let field = definition
                .field(field)
                .unwrap_or_else(|| panic!("{name}.{field}"));
            let item = SchemaCursor::of(&field.ty).0;
            if !meta.key.is_empty() {
                assert!(
                    item.unwrap().field(meta.key).is_some(),
                    "{name}: {}",
                    meta.key
                );
            }
        }
    }
}
