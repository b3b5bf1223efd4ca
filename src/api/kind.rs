//! The supported kinds of objects, with their names in Kubernetes.

use super::custom::CustomId;
use std::fmt;

/// A kind of Kubernetes object. Exactly one API version of each is supported.
///
/// The order of the variants is the default order of kinds in lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `apps/v1` Deployment.
    Deployment,
    /// `apps/v1` ReplicaSet.
    ReplicaSet,
    /// `apps/v1` StatefulSet.
    StatefulSet,
    /// `apps/v1` ControllerRevision.
    ControllerRevision,
    /// `v1` Pod.
    Pod,
    /// `v1` Service.
    Service,
    /// `discovery.k8s.io/v1` EndpointSlice.
    EndpointSlice,
    /// `v1` PersistentVolumeClaim.
    PersistentVolumeClaim,
    /// `v1` PersistentVolume.
    PersistentVolume,
    /// `storage.k8s.io/v1` StorageClass.
    StorageClass,
    /// `v1` Namespace.
    Namespace,
    /// `autoscaling/v2` HorizontalPodAutoscaler.
    HorizontalPodAutoscaler,
    /// `v1` Node.
    Node,
    /// `v1` ConfigMap.
    ConfigMap,
    /// `v1` Secret.
    Secret,
    /// `v1` ServiceAccount.
    ServiceAccount,
    /// `apps/v1` DaemonSet.
    DaemonSet,
    /// `batch/v1` Job.
    Job,
    /// `batch/v1` CronJob.
    CronJob,
    /// `networking.k8s.io/v1` Ingress.
    Ingress,
    /// `networking.k8s.io/v1` IngressClass.
    IngressClass,
    /// `networking.k8s.io/v1` NetworkPolicy.
    NetworkPolicy,
    /// `policy/v1` PodDisruptionBudget.
    PodDisruptionBudget,
    /// `v1` ResourceQuota.
    ResourceQuota,
    /// `v1` LimitRange.
    LimitRange,
    /// `scheduling.k8s.io/v1` PriorityClass.
    PriorityClass,
    /// `rbac.authorization.k8s.io/v1` Role.
    Role,
    /// `rbac.authorization.k8s.io/v1` RoleBinding.
    RoleBinding,
    /// `rbac.authorization.k8s.io/v1` ClusterRole.
    ClusterRole,
    /// `rbac.authorization.k8s.io/v1` ClusterRoleBinding.
    ClusterRoleBinding,
    /// `admissionregistration.k8s.io/v1` MutatingWebhookConfiguration.
    MutatingWebhookConfiguration,
    /// `admissionregistration.k8s.io/v1` ValidatingWebhookConfiguration.
    ValidatingWebhookConfiguration,
    /// `apiregistration.k8s.io/v1` APIService.
    APIService,
    /// `apiextensions.k8s.io/v1` CustomResourceDefinition.
    CustomResourceDefinition,
    /// `v1` Event (the core one, as written by the controllers' recorders).
    Event,
    /// A kind defined by a CustomResourceDefinition.
    Custom(CustomId),
}

/// What API discovery reports about a kind.
#[derive(Debug, PartialEq, Eq)]
pub struct Info {
    /// The kind of this row.
    pub kind: Kind,
    /// The `kind:` of a manifest, which is also the name of the Go type.
    pub name: &'static str,
    /// API group, empty for the core group.
    pub group: &'static str,
    /// API version within the group.
    pub version: &'static str,
    /// The `apiVersion:` of a manifest (`GROUP/VERSION`, or the version alone in the core group).
    pub api_version: &'static str,
    /// Plural resource name, as in URLs.
    pub plural: &'static str,
    /// Singular resource name, as kubectl accepts and prints it.
    pub singular: &'static str,
    /// Abbreviations that kubectl accepts.
    pub short_names: &'static [&'static str],
    /// Whether objects belong to a namespace.
    pub namespaced: bool,
    /// Whether it is in kubectl's category `all` (`kubectl get all`).
    pub in_all: bool,
    /// Whether it has the subresource `scale`.
    pub scalable: bool,
    /// Whether `kubectl rollout` supports it.
    pub rolled_out: bool,
    /// Whether it has a selector and a pod template.
    pub has_pods: bool,
    /// Whether `kubectl expose` can create a Service for it.
    pub exposable: bool,
    /// Whether controllers adopt orphans of the kind.
    pub adoptable: bool,
    /// Whether its objects are only stored: no controller here acts on them.
    pub stored: bool,
    /// Whether its objects count the changes of their desired state in `metadata.generation`.
    pub generation: bool,
    /// Whether a real cluster has objects of the kind from the start, which a simulated one lacks.
    pub preset: bool,
    /// Go type of `spec` within the object's package; empty if it has none.
    pub spec_type: &'static str,
    /// Go type of `status` within the object's package; empty if it has none.
    pub status_type: &'static str,
}

impl Info {
    /// Whether a resource argument in lower case names the kind.
    #[must_use]
    pub fn is_named(&self, word: &str) -> bool {
        let (resource, rest) = word.split_once('.').unwrap_or((word, ""));
        (self.plural == resource
            || self.singular == resource
            || self.short_names.contains(&resource))
            && (rest.is_empty()
                || rest == self.group
                || rest
                    .strip_prefix(self.version)
                    .is_some_and(|group| group.strip_prefix('.').unwrap_or(group) == self.group))
    }
}

/// Default properties of a kind.
pub(super) const PLAIN: Info = Info {
    kind: Kind::Event,
    name: "",
    group: "",
    version: "",
    api_version: "",
    plural: "",
    singular: "",
    short_names: &[],
    namespaced: false,
    in_all: false,
    scalable: false,
    rolled_out: false,
    has_pods: false,
    exposable: false,
    adoptable: false,
    stored: false,
    generation: false,
    preset: false,
    spec_type: "",
    status_type: "",
};

macro_rules! kinds {
    ($($kind:ident $group:literal $version:literal $api:literal $plural:literal $singular:literal
       [$($short:literal)*] [$($is:ident)*] $spec:literal $status:literal;)*) => {
        /// A row for each kind, in the order of the variants; its properties are in the second brackets.
        pub const TABLE: &[Info] = &[$(Info {
            kind: Kind::$kind, name: stringify!($kind), group: $group, version: $version, api_version: $api,
            plural: $plural, singular: $singular, short_names: &[$($short),*],
            spec_type: $spec, status_type: $status, $($is: true,)* ..PLAIN
        }),*];

        /// The places of the kinds in the table.
        enum Place {
            $($kind,)*
            Custom,
        }

        impl Kind {
            /// The place of the kind's row in the table; custom kinds share the place after the last row.
            #[must_use]
            pub const fn place(self) -> usize {
                let place = match self {
                    $(Self::$kind => Place::$kind,)*
                    Self::Custom(_) => Place::Custom,
                };
                place as usize
            }
        }
    };
}

kinds! {
    Deployment "apps" "v1" "apps/v1" "deployments" "deployment" ["deploy"]
        [namespaced in_all scalable rolled_out has_pods exposable] "DeploymentSpec" "DeploymentStatus";
    ReplicaSet "apps" "v1" "apps/v1" "replicasets" "replicaset" ["rs"]
        [namespaced in_all scalable has_pods exposable adoptable] "ReplicaSetSpec" "ReplicaSetStatus";
    StatefulSet "apps" "v1" "apps/v1" "statefulsets" "statefulset" ["sts"]
        [namespaced in_all scalable rolled_out has_pods] "StatefulSetSpec" "StatefulSetStatus";
    ControllerRevision "apps" "v1" "apps/v1" "controllerrevisions" "controllerrevision" []
        [namespaced adoptable] "" "";
    Pod "" "v1" "v1" "pods" "pod" ["po"] [namespaced in_all exposable adoptable] "PodSpec" "PodStatus";
    Service "" "v1" "v1" "services" "service" ["svc"] [namespaced in_all exposable] "ServiceSpec" "ServiceStatus";
    EndpointSlice "discovery.k8s.io" "v1" "discovery.k8s.io/v1" "endpointslices" "endpointslice" [] [namespaced] "" "";
    PersistentVolumeClaim "" "v1" "v1" "persistentvolumeclaims" "persistentvolumeclaim" ["pvc"] [namespaced]
        "PersistentVolumeClaimSpec" "PersistentVolumeClaimStatus";
    PersistentVolume "" "v1" "v1" "persistentvolumes" "persistentvolume" ["pv"] []
        "PersistentVolumeSpec" "PersistentVolumeStatus";
    StorageClass "storage.k8s.io" "v1" "storage.k8s.io/v1" "storageclasses" "storageclass" ["sc"] [] "" "";
    Namespace "" "v1" "v1" "namespaces" "namespace" ["ns"] [] "NamespaceSpec" "NamespaceStatus";
    HorizontalPodAutoscaler "autoscaling" "v2" "autoscaling/v2" "horizontalpodautoscalers" "horizontalpodautoscaler"
        ["hpa"] [namespaced in_all] "HorizontalPodAutoscalerSpec" "HorizontalPodAutoscalerStatus";
    Node "" "v1" "v1" "nodes" "node" ["no"] [] "NodeSpec" "NodeStatus";
    ConfigMap "" "v1" "v1" "configmaps" "configmap" ["cm"] [namespaced] "" "";
    Secret "" "v1" "v1" "secrets" "secret" [] [namespaced] "" "";
    ServiceAccount "" "v1" "v1" "serviceaccounts" "serviceaccount" ["sa"] [namespaced] "" "";
    DaemonSet "apps" "v1" "apps/v1" "daemonsets" "daemonset" ["ds"] [namespaced in_all stored generation]
        "DaemonSetSpec" "DaemonSetStatus";
    Job "batch" "v1" "batch/v1" "jobs" "job" [] [namespaced in_all stored generation] "JobSpec" "JobStatus";
    CronJob "batch" "v1" "batch/v1" "cronjobs" "cronjob" ["cj"] [namespaced in_all stored generation]
        "CronJobSpec" "CronJobStatus";
    Ingress "networking.k8s.io" "v1" "networking.k8s.io/v1" "ingresses" "ingress" ["ing"]
        [namespaced stored generation] "IngressSpec" "IngressStatus";
    IngressClass "networking.k8s.io" "v1" "networking.k8s.io/v1" "ingressclasses" "ingressclass" []
        [stored generation] "IngressClassSpec" "";
    NetworkPolicy "networking.k8s.io" "v1" "networking.k8s.io/v1" "networkpolicies" "networkpolicy" ["netpol"]
        [namespaced stored generation] "NetworkPolicySpec" "";
    PodDisruptionBudget "policy" "v1" "policy/v1" "poddisruptionbudgets" "poddisruptionbudget" ["pdb"]
        [namespaced generation] "PodDisruptionBudgetSpec" "PodDisruptionBudgetStatus";
    ResourceQuota "" "v1" "v1" "resourcequotas" "resourcequota" ["quota"] [namespaced]
        "ResourceQuotaSpec" "ResourceQuotaStatus";
    LimitRange "" "v1" "v1" "limitranges" "limitrange" ["limits"] [namespaced] "LimitRangeSpec" "";
    PriorityClass "scheduling.k8s.io" "v1" "scheduling.k8s.io/v1" "priorityclasses" "priorityclass" ["pc"]
        [generation preset] "" "";
    Role "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1" "roles" "role" []
        [namespaced stored preset] "" "";
    RoleBinding "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1" "rolebindings" "rolebinding" []
        [namespaced stored preset] "" "";
    ClusterRole "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1" "clusterroles" "clusterrole" []
        [stored preset] "" "";
    ClusterRoleBinding "rbac.authorization.k8s.io" "v1" "rbac.authorization.k8s.io/v1" "clusterrolebindings"
        "clusterrolebinding" [] [stored preset] "" "";
    MutatingWebhookConfiguration "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1"
        "mutatingwebhookconfigurations" "mutatingwebhookconfiguration" [] [stored generation] "" "";
    ValidatingWebhookConfiguration "admissionregistration.k8s.io" "v1" "admissionregistration.k8s.io/v1"
        "validatingwebhookconfigurations" "validatingwebhookconfiguration" [] [stored generation] "" "";
    APIService "apiregistration.k8s.io" "v1" "apiregistration.k8s.io/v1" "apiservices" "apiservice" []
        [stored preset] "APIServiceSpec" "APIServiceStatus";
    CustomResourceDefinition "apiextensions.k8s.io" "v1" "apiextensions.k8s.io/v1" "customresourcedefinitions"
        "customresourcedefinition" ["crd" "crds"] [generation]
        "CustomResourceDefinitionSpec" "CustomResourceDefinitionStatus";
    Event "" "v1" "v1" "events" "event" ["ev"] [namespaced] "" "";
}

impl Kind {
    /// The kind's row.
    #[must_use]
    pub fn info(self) -> &'static Info {
        match self {
            Self::Custom(id) => id.info(),
            kind => &TABLE[kind.place()],
        }
    }

    /// All kinds but custom ones, in order.
    pub fn all() -> impl Iterator<Item = Kind> {
        TABLE.iter().map(|info| info.kind)
    }

    /// The kind for a manifest's `apiVersion` and `kind`, if supported.
    #[must_use]
    pub fn from_api(api_version: &str, kind: &str) -> Option<Kind> {
        TABLE
            .iter()
            .find(|info| info.api_version == api_version && info.name == kind)
            .map(|info| info.kind)
    }

    /// The kind for a resource argument of kubectl: plural, singular, short name or kind in any case, optionally
    /// followed by `.GROUP` or `.VERSION.GROUP` (`deployments.apps`, `deployment.v1.apps`). The store knows the
    /// custom kinds too.
    #[must_use]
    pub fn from_resource(word: &str) -> Option<Kind> {
        let word = word.to_ascii_lowercase();
        let known = TABLE.iter().find(|info| info.is_named(&word));
        known.map(|info| info.kind)
    }

    /// The `kind:` of a manifest, which is also the name of the Go type.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The `apiVersion:` of a manifest.
    #[must_use]
    pub fn api_version(self) -> &'static str {
        self.info().api_version
    }

    /// Whether a manifest's `apiVersion` and `kind` are this kind's, in any served version.
    #[must_use]
    pub fn is_of(self, api_version: &str, kind: &str) -> bool {
        let served = match self {
            Self::Custom(id) => id.definition().served.contains(&api_version),
            known => known.api_version() == api_version,
        };
        served && self.name() == kind
    }

    /// API group, empty for the core group.
    #[must_use]
    pub fn group(self) -> &'static str {
        self.info().group
    }

    /// Plural resource name.
    #[must_use]
    pub fn plural(self) -> &'static str {
        self.info().plural
    }

    /// Singular resource name.
    #[must_use]
    pub fn singular(self) -> &'static str {
        self.info().singular
    }

    /// Whether objects belong to a namespace.
    #[must_use]
    pub fn namespaced(self) -> bool {
        self.info().namespaced
    }

    /// Whether it has the subresource `scale`.
    #[must_use]
    pub fn is_scalable(self) -> bool {
        self.info().scalable
    }

    /// Whether `kubectl rollout` supports it.
    #[must_use]
    pub fn is_rolled_out(self) -> bool {
        self.info().rolled_out
    }

    /// Whether it has a selector and a pod template.
    #[must_use]
    pub fn has_pods(self) -> bool {
        self.info().has_pods
    }

    /// Whether `kubectl expose` can create a Service for it.
    #[must_use]
    pub fn is_exposable(self) -> bool {
        self.info().exposable
    }

    /// Whether its objects are only stored: no controller here acts on them.
    #[must_use]
    pub fn is_stored(self) -> bool {
        self.info().stored
    }

    /// Whether controllers adopt orphans of the kind.
    #[must_use]
    pub fn is_adoptable(self) -> bool {
        self.info().adoptable
    }

    /// The resource in messages of the API server: `deployments.apps`, `pods`.
    #[must_use]
    pub fn resource_name(self) -> String {
        with_group(self.plural(), self.group())
    }

    /// The resource in kubectl's messages about an object: `deployment.apps`, `pod`.
    #[must_use]
    pub fn singular_name(self) -> String {
        with_group(self.singular(), self.group())
    }

    /// The kind in the API server's "is invalid" messages: `Deployment.apps`, `Pod`.
    #[must_use]
    pub fn kind_name(self) -> String {
        with_group(self.name(), self.group())
    }
}

fn with_group(name: &str, group: &str) -> String {
    if group.is_empty() {
        name.to_owned()
    } else {
        format!("{name}.{group}")
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_rows_are_in_the_order_of_the_variants() {
        for (index, info) in TABLE.iter().enumerate() {
            assert_eq!(info.kind.place(), index, "{}", info.name);
            assert_eq!(Kind::from_api(info.api_version, info.name), Some(info.kind));
            let group_version = if info.group.is_empty() {
                info.version.to_owned()
            } else {
                format!("{}/{}", info.group, info.version)
            };
            assert_eq!(info.api_version, group_version);
        }
    }

    #[test]
    fn resource_arguments_resolve_to_kinds() {
        for (word, kind) in [
            ("deploy", Kind::Deployment),
            ("Deployments", Kind::Deployment),
            ("deployments.apps", Kind::Deployment),
            ("deployment.v1.apps", Kind::Deployment),
            ("pods.v1", Kind::Pod),
            ("pods.v1.", Kind::Pod),
            ("hpa", Kind::HorizontalPodAutoscaler),
        ] {
            assert_eq!(Kind::from_resource(word), Some(kind), "{word}");
        }
        assert_eq!(Kind::from_resource("deployments.batch"), None);
        assert_eq!(Kind::from_resource("foo"), None);
    }
}
