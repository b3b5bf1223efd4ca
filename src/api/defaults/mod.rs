//! The API server's defaults (`pkg/apis/{apps,core,autoscaling,storage}/*/defaults.go`).
//!
//! Most defaults are a constant for a field of a type. They are listed in a table, and one traversal of the
//! [schema](super::schema) applies them wherever the type occurs. The rest are short functions by type.

mod gates;
mod image;
mod rules;
mod stored;

pub(super) use rules::pod_spec;

pub use gates::apply_gates;

use super::kind::Kind;
use super::quantity::Quantity;
use super::schema::{Type, schema};
use serde_json::{Map, Value};

type Fields = Map<String, Value>;

/// Applies all defaults to a decoded object.
///
/// Whatever needs other objects or the server's state (admission, cluster IPs, node ports) is done by the store.
pub fn apply(kind: Kind, value: &mut Value) {
    if let Some(ty) = schema().object(kind) {
        apply_typed(&ty, value);
    }
}

/// Applies the defaults to a value of any type of the schema, such as a part of an object; see [`apply`].
pub fn apply_typed(ty: &Type, value: &mut Value) {
    match (ty, value) {
        (Type::Pointer(target), value) if !value.is_null() => apply_typed(target, value),
        (Type::Struct(id), Value::Object(fields)) => {
            let definition = schema().get(*id);
            for row in TABLE.iter().filter(|row| row.0 == definition.name) {
                for (field, default) in row.1 {
                    set(fields, field, || default.value());
                }
            }
            rules::apply(&definition.name, fields);
            for (key, value) in fields.iter_mut() {
                if let Some(field) = definition.field(key) {
                    apply_typed(&field.ty, value);
                }
            }
        }
        (Type::Slice(item), Value::Array(items)) => {
            items.iter_mut().for_each(|value| apply_typed(item, value))
        }
        (Type::Map { name: Some(_), .. }, Value::Object(amounts)) => {
            amounts.values_mut().for_each(round_to_milli);
        }
        _ => {}
    }
}

/// Quantities in resource lists are rounded up to thousandths (SetDefaults_ResourceList).
fn round_to_milli(value: &mut Value) {
    if let Some(Ok(mut quantity)) = value.as_str().map(Quantity::parse) {
        quantity.round_up(-3);
        *value = Value::String(quantity.to_string());
    }
}

/// Sets a field that is absent or null. In a decoded object a field that is unset in Go is always absent: empty
/// strings and zeros are omitted, unless they are behind a pointer and hence explicit.
fn set(fields: &mut Fields, name: &str, default: impl FnOnce() -> Value) {
    if matches!(fields.get(name), None | Some(Value::Null)) {
        fields.insert(name.to_owned(), default());
    }
}

/// The field as a string; empty if absent.
fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).and_then(Value::as_str).unwrap_or("")
}

/// The field as a struct, created if absent.
fn object<'a>(fields: &'a mut Fields, name: &str) -> Option<&'a mut Fields> {
    set(fields, name, || Value::Object(Map::new()));
    fields.get_mut(name).and_then(Value::as_object_mut)
}

/// A constant default.
enum Default {
    Text(&'static str),
    Number(i64),
    False,
    /// An empty struct, whose own defaults apply.
    Empty,
}

impl Default {
    fn value(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(*text),
            Self::Number(number) => Value::from(*number),
            Self::False => Value::Bool(false),
            Self::Empty => Value::Object(Map::new()),
        }
    }
}

use Default::{Empty, False, Number, Text};

/// Fields and their constant defaults, by type.
const TABLE: &[(&str, &[(&str, Default)])] = &[
    (
        "v1.DeploymentSpec",
        &[
            ("replicas", Number(1)),
            ("strategy", Empty),
            ("revisionHistoryLimit", Number(10)),
            ("progressDeadlineSeconds", Number(600)),
        ],
    ),
    (
        "v1.RollingUpdateDeployment",
        &[("maxUnavailable", Text("25%")), ("maxSurge", Text("25%"))],
    ),
    ("v1.ReplicaSetSpec", &[("replicas", Number(1))]),
    (
        "v1.StatefulSetSpec",
        &[
            ("replicas", Number(1)),
            ("podManagementPolicy", Text("OrderedReady")),
            ("updateStrategy", Empty),
            ("revisionHistoryLimit", Number(10)),
            ("persistentVolumeClaimRetentionPolicy", Empty),
        ],
    ),
    (
        "v1.RollingUpdateStatefulSetStrategy",
        &[("partition", Number(0))],
    ),
    (
        "v1.StatefulSetPersistentVolumeClaimRetentionPolicy",
        &[
            ("whenDeleted", Text("Retain")),
            ("whenScaled", Text("Retain")),
        ],
    ),
    (
        "v1.PodSpec",
        &[
            ("restartPolicy", Text("Always")),
            ("dnsPolicy", Text("ClusterFirst")),
            ("terminationGracePeriodSeconds", Number(30)),
            ("schedulerName", Text("default-scheduler")),
            ("securityContext", Empty),
        ],
    ),
    ("v1.Container", CONTAINER),
    ("v1.EphemeralContainer", CONTAINER),
    ("v1.ContainerPort", &[("protocol", Text("TCP"))]),
    (
        "v1.Probe",
        &[
            ("timeoutSeconds", Number(1)),
            ("periodSeconds", Number(10)),
            ("successThreshold", Number(1)),
            ("failureThreshold", Number(3)),
        ],
    ),
    (
        "v1.HTTPGetAction",
        &[("path", Text("/")), ("scheme", Text("HTTP"))],
    ),
    ("v1.GRPCAction", &[("service", Text(""))]),
    ("v1.ObjectFieldSelector", &[("apiVersion", Text("v1"))]),
    ("v1.FileKeySelector", &[("optional", False)]),
    ("v1.SecretVolumeSource", &[("defaultMode", Number(0o644))]),
    (
        "v1.ConfigMapVolumeSource",
        &[("defaultMode", Number(0o644))],
    ),
    (
        "v1.DownwardAPIVolumeSource",
        &[("defaultMode", Number(0o644))],
    ),
    (
        "v1.ProjectedVolumeSource",
        &[("defaultMode", Number(0o644))],
    ),
    (
        "v1.ServiceAccountTokenProjection",
        &[("expirationSeconds", Number(3600))],
    ),
    (
        "v1.PodCertificateProjection",
        &[("maxExpirationSeconds", Number(86_400))],
    ),
    ("v1.HostPathVolumeSource", &[("type", Text(""))]),
    (
        "v1.ISCSIVolumeSource",
        &[("iscsiInterface", Text("default"))],
    ),
    (
        "v1.ISCSIPersistentVolumeSource",
        &[("iscsiInterface", Text("default"))],
    ),
    ("v1.RBDVolumeSource", RBD),
    ("v1.RBDPersistentVolumeSource", RBD),
    (
        "v1.AzureDiskVolumeSource",
        &[
            ("cachingMode", Text("ReadWrite")),
            ("kind", Text("Shared")),
            ("fsType", Text("ext4")),
            ("readOnly", False),
        ],
    ),
    ("v1.ScaleIOVolumeSource", SCALE_IO),
    ("v1.ScaleIOPersistentVolumeSource", SCALE_IO),
    (
        "v1.PersistentVolumeClaimSpec",
        &[("volumeMode", Text("Filesystem"))],
    ),
    ("v1.PersistentVolumeClaim", &[("status", Empty)]),
    (
        "v1.PersistentVolumeClaimStatus",
        &[("phase", Text("Pending"))],
    ),
    (
        "v1.PersistentVolumeSpec",
        &[
            ("persistentVolumeReclaimPolicy", Text("Retain")),
            ("volumeMode", Text("Filesystem")),
        ],
    ),
    ("v1.PersistentVolume", &[("status", Empty)]),
    ("v1.PersistentVolumeStatus", &[("phase", Text("Pending"))]),
    (
        "v1.StorageClass",
        &[
            ("reclaimPolicy", Text("Delete")),
            ("volumeBindingMode", Text("Immediate")),
        ],
    ),
    (
        "v1.DaemonSetSpec",
        &[
            ("updateStrategy", Empty),
            ("revisionHistoryLimit", Number(10)),
        ],
    ),
    (
        "v1.DaemonSetUpdateStrategy",
        &[("type", Text("RollingUpdate"))],
    ),
    (
        "v1.RollingUpdateDaemonSet",
        &[("maxUnavailable", Number(1)), ("maxSurge", Number(0))],
    ),
    (
        "v1.CronJobSpec",
        &[
            ("concurrencyPolicy", Text("Allow")),
            ("suspend", False),
            ("successfulJobsHistoryLimit", Number(3)),
            ("failedJobsHistoryLimit", Number(1)),
        ],
    ),
    ("v1.NetworkPolicyPort", &[("protocol", Text("TCP"))]),
    (
        "v1.PriorityClass",
        &[("preemptionPolicy", Text("PreemptLowerPriority"))],
    ),
    (
        "v1.RoleRef",
        &[("apiGroup", Text("rbac.authorization.k8s.io"))],
    ),
    (
        "v1.IngressClassParametersReference",
        &[("scope", Text("Cluster"))],
    ),
    (
        "v1.MutatingWebhook",
        &[
            ("failurePolicy", Text("Fail")),
            ("matchPolicy", Text("Equivalent")),
            ("namespaceSelector", Empty),
            ("objectSelector", Empty),
            ("timeoutSeconds", Number(10)),
            ("reinvocationPolicy", Text("Never")),
        ],
    ),
    (
        "v1.ValidatingWebhook",
        &[
            ("failurePolicy", Text("Fail")),
            ("matchPolicy", Text("Equivalent")),
            ("namespaceSelector", Empty),
            ("objectSelector", Empty),
            ("timeoutSeconds", Number(10)),
        ],
    ),
    ("v1.RuleWithOperations", &[("scope", Text("*"))]),
    ("v1.ServiceReference", &[("port", Number(443))]),
    ("v1.CustomResourceDefinitionSpec", &[("conversion", Empty)]),
    ("v1.CustomResourceConversion", &[("strategy", Text("None"))]),
    ("v1.Namespace", &[("status", Empty)]),
    ("v1.NamespaceStatus", &[("phase", Text("Active"))]),
    ("v1.Secret", &[("type", Text("Opaque"))]),
    (
        "v1.ServiceSpec",
        &[
            ("type", Text("ClusterIP")),
            ("sessionAffinity", Text("None")),
        ],
    ),
    ("v1.ServicePort", &[("protocol", Text("TCP"))]),
    (
        "v1.EndpointPort",
        &[("name", Text("")), ("protocol", Text("TCP"))],
    ),
    (
        "v2.HorizontalPodAutoscalerSpec",
        &[("minReplicas", Number(1))],
    ),
];

const CONTAINER: &[(&str, Default)] = &[
    ("terminationMessagePath", Text("/dev/termination-log")),
    ("terminationMessagePolicy", Text("File")),
];

const RBD: &[(&str, Default)] = &[
    ("pool", Text("rbd")),
    ("user", Text("admin")),
    ("keyring", Text("/etc/ceph/keyring")),
];

const SCALE_IO: &[(&str, Default)] = &[
    ("storageMode", Text("ThinProvisioned")),
    ("fsType", Text("xfs")),
];
