//! Names in other objects, which follow the names of the objects that they mean (kustomize's nameReference).

use super::fields::{Missing, change};
use super::resource::{Gvk, Id, KustomizeResource, end_alike};
use super::{text, within};
use crate::api::look::Look;
use crate::manifests::Failure;
use serde_json::Value;

/// A selector of group, version and kind; an empty part selects all.
type Selector = [&'static str; 3];

const CONFIG_MAP: Selector = ["", "v1", "ConfigMap"];
const SECRET: Selector = ["", "v1", "Secret"];
const SERVICE: Selector = ["", "v1", "Service"];
const SERVICE_ACCOUNT: Selector = ["", "v1", "ServiceAccount"];
const CLAIM: Selector = ["", "v1", "PersistentVolumeClaim"];
const VOLUME: Selector = ["", "v1", "PersistentVolume"];
const STORAGE_CLASS: Selector = ["storage.k8s.io", "v1", "StorageClass"];
const PRIORITY_CLASS: Selector = ["scheduling.k8s.io", "v1", "PriorityClass"];
const RBAC: &str = "rbac.authorization.k8s.io";
const WEBHOOKS: &str = "admissionregistration.k8s.io";

/// Where the specs of pods are.
const IN_TEMPLATE: &str = "spec/template/spec";
const PODS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("PodTemplate", "template/spec"),
    ("Deployment", IN_TEMPLATE),
    ("ReplicaSet", IN_TEMPLATE),
    ("DaemonSet", IN_TEMPLATE),
    ("StatefulSet", IN_TEMPLATE),
    ("Job", IN_TEMPLATE),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];
/// Only some fields are known to all of them.
const FEWER_PODS: &[(&str, &str)] = &[
    ("Pod", "spec"),
    ("Deployment", IN_TEMPLATE),
    ("DaemonSet", IN_TEMPLATE),
    ("StatefulSet", IN_TEMPLATE),
    ("Job", IN_TEMPLATE),
    ("ReplicationController", IN_TEMPLATE),
    ("CronJob", "spec/jobTemplate/spec/template/spec"),
];

/// What a field of pods means, where the pods are, and its path in their spec.
type OfPods = (
    Selector,
    &'static [(&'static str, &'static str)],
    &'static str,
);

const IN_PODS: &[OfPods] = &[
    (CONFIG_MAP, PODS, "volumes/configMap/name"),
    (
        CONFIG_MAP,
        PODS,
        "containers/env/valueFrom/configMapKeyRef/name",
    ),
    (
        CONFIG_MAP,
        PODS,
        "initContainers/env/valueFrom/configMapKeyRef/name",
    ),
    (CONFIG_MAP, PODS, "containers/envFrom/configMapRef/name"),
    (CONFIG_MAP, PODS, "initContainers/envFrom/configMapRef/name"),
    (CONFIG_MAP, PODS, "volumes/projected/sources/configMap/name"),
    (SECRET, PODS, "volumes/secret/secretName"),
    (SECRET, PODS, "containers/env/valueFrom/secretKeyRef/name"),
    (
        SECRET,
        PODS,
        "initContainers/env/valueFrom/secretKeyRef/name",
    ),
    (SECRET, PODS, "containers/envFrom/secretRef/name"),
    (SECRET, PODS, "initContainers/envFrom/secretRef/name"),
    (SECRET, PODS, "imagePullSecrets/name"),
    (SECRET, PODS, "volumes/projected/sources/secret/name"),
    (SERVICE_ACCOUNT, FEWER_PODS, "serviceAccountName"),
    (CLAIM, FEWER_PODS, "volumes/persistentVolumeClaim/claimName"),
    (PRIORITY_CLASS, FEWER_PODS, "priorityClassName"),
];

/// What a field means, the group and kind that have it, and its path.
type Elsewhere = (Selector, &'static str, &'static str, &'static str);

const SCALER: &str = "HorizontalPodAutoscaler";

const ELSEWHERE: &[Elsewhere] = &[
    (
        ["", "", "Deployment"],
        "",
        SCALER,
        "spec/scaleTargetRef/name",
    ),
    (
        ["", "", "ReplicationController"],
        "",
        SCALER,
        "spec/scaleTargetRef/name",
    ),
    (
        ["", "", "ReplicaSet"],
        "",
        SCALER,
        "spec/scaleTargetRef/name",
    ),
    (
        ["", "", "StatefulSet"],
        "",
        SCALER,
        "spec/scaleTargetRef/name",
    ),
    (CONFIG_MAP, "", "Role", "rules/resourceNames"),
    (CONFIG_MAP, "", "ClusterRole", "rules/resourceNames"),
    (CONFIG_MAP, "", "Node", "spec/configSource/configMap"),
    (
        CONFIG_MAP,
        "",
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/fastcgi-params-configmap",
    ),
    (SECRET, "", "Ingress", "spec/tls/secretName"),
    (
        SECRET,
        "",
        "Ingress",
        r"metadata/annotations/ingress.kubernetes.io\/auth-secret",
    ),
    (
        SECRET,
        "",
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-secret",
    ),
    (
        SECRET,
        "",
        "Ingress",
        r"metadata/annotations/nginx.ingress.kubernetes.io\/auth-tls-secret",
    ),
    (SECRET, "", "ServiceAccount", "imagePullSecrets/name"),
    (SECRET, "", "StorageClass", "parameters/secretName"),
    (SECRET, "", "StorageClass", "parameters/adminSecretName"),
    (SECRET, "", "StorageClass", "parameters/userSecretName"),
    (SECRET, "", "StorageClass", "parameters/secretRef"),
    (SECRET, "", "Role", "rules/resourceNames"),
    (SECRET, "", "ClusterRole", "rules/resourceNames"),
    (SECRET, "", "PersistentVolume", "spec/azureFile/secretName"),
    (SERVICE, "apps", "StatefulSet", "spec/serviceName"),
    (
        SERVICE,
        "",
        "Ingress",
        "spec/rules/http/paths/backend/serviceName",
    ),
    (SERVICE, "", "Ingress", "spec/backend/serviceName"),
    (
        SERVICE,
        "",
        "Ingress",
        "spec/rules/http/paths/backend/service/name",
    ),
    (SERVICE, "", "Ingress", "spec/defaultBackend/service/name"),
    (
        SERVICE,
        "apiregistration.k8s.io",
        "APIService",
        "spec/service/name",
    ),
    (
        SERVICE,
        WEBHOOKS,
        "ValidatingWebhookConfiguration",
        "webhooks/clientConfig/service",
    ),
    (
        SERVICE,
        WEBHOOKS,
        "MutatingWebhookConfiguration",
        "webhooks/clientConfig/service",
    ),
    ([RBAC, "", "Role"], RBAC, "RoleBinding", ROLE_REF),
    ([RBAC, "", "ClusterRole"], RBAC, "RoleBinding", ROLE_REF),
    (
        [RBAC, "", "ClusterRole"],
        RBAC,
        "ClusterRoleBinding",
        ROLE_REF,
    ),
    (SERVICE_ACCOUNT, RBAC, "RoleBinding", "subjects"),
    (SERVICE_ACCOUNT, RBAC, "ClusterRoleBinding", "subjects"),
    (VOLUME, "", "PersistentVolumeClaim", "spec/volumeName"),
    (VOLUME, "", "ClusterRole", "rules/resourceNames"),
    (
        STORAGE_CLASS,
        "",
        "PersistentVolume",
        "spec/storageClassName",
    ),
    (
        STORAGE_CLASS,
        "",
        "PersistentVolumeClaim",
        "spec/storageClassName",
    ),
    (
        STORAGE_CLASS,
        "",
        "StatefulSet",
        "spec/volumeClaimTemplates/spec/storageClassName",
    ),
    (
        [WEBHOOKS, "", "ValidatingAdmissionPolicy"],
        WEBHOOKS,
        "ValidatingAdmissionPolicyBinding",
        "spec/policyName",
    ),
];

const ROLE_REF: &str = "roleRef/name";

/// Writes the names of renamed objects where they are referred to.
///
/// # Errors
/// It is not clear which object is meant.
pub(super) fn follow(resources: &mut [KustomizeResource]) -> Result<(), Failure> {
    let candidates: Vec<Candidate> = resources.iter().map(Candidate::new).collect();
    // Without a change of name or namespace there is nothing to follow.
    if candidates
        .iter()
        .all(|candidate| candidate.previous.is_empty())
    {
        return Ok(());
    }
    for (resource, own) in resources.iter_mut().zip(&candidates) {
        let subjects = subject_namespaces(&resource.value);
        let near: Vec<&Candidate> = candidates
            .iter()
            .filter(|one| one.is_near(own, &subjects))
            .collect();
        let gvk = resource.original().gvk;
        for (means, path) in paths(&gvk) {
            let reference = Reference {
                own,
                means,
                role: role(resource, &path),
                near: &near,
            };
            let id = own.current.to_string();
            change(resource, &path, Missing::Kept, &mut |value| {
                reference.set(value)
            })
            .map_err(|failure| {
                within(
                    format!("updating name reference in '{path}' field of '{id}'"),
                    failure,
                )
            })?;
        }
    }
    Ok(())
}

/// The fields of a type that refer to others, and what they mean.
fn paths(gvk: &Gvk) -> Vec<(Selector, String)> {
    let mut found = Vec::new();
    for (means, pods, path) in IN_PODS {
        let places = pods.iter().filter(|(kind, _)| gvk.kind == *kind);
        found.extend(places.map(|(_, place)| (*means, format!("{place}/{path}"))));
    }
    let others = ELSEWHERE
        .iter()
        .filter(|(_, group, kind, _)| gvk.is_selected([group, "", kind]));
    found.extend(others.map(|(means, _, _, path)| (*means, (*path).to_owned())));
    found
}

/// The group and kind in the `roleRef` of a binding, for the field that names the role.
fn role(resource: &KustomizeResource, path: &str) -> Option<[String; 2]> {
    let reference = resource.value.at("roleRef");
    let is_role = path == ROLE_REF && reference.has("apiGroup") && reference.has("kind");
    is_role.then(|| ["apiGroup", "kind"].map(|field| reference.text(field).to_owned()))
}

/// The namespaces of the ServiceAccounts that a RoleBinding binds.
fn subject_namespaces(value: &Value) -> Vec<String> {
    if value.text("kind") != "RoleBinding" {
        return Vec::new();
    }
    let accounts = value.list("subjects").iter();
    let accounts = accounts.filter(|subject| subject.text("kind") == "ServiceAccount");
    accounts
        .map(|subject| subject.text("namespace").to_owned())
        .collect()
}

/// An object that may be referred to.
struct Candidate {
    current: Id,
    original: Id,
    previous: Vec<Id>,
    prefixes: Vec<String>,
    suffixes: Vec<String>,
}

impl Candidate {
    fn new(resource: &KustomizeResource) -> Self {
        Self {
            current: resource.current(),
            original: resource.original(),
            previous: resource.previous.clone(),
            prefixes: resource.prefixes.clone(),
            suffixes: resource.suffixes.clone(),
        }
    }

    /// Whether another object can refer to this one at all.
    fn is_near(&self, referrer: &Self, subjects: &[String]) -> bool {
        let (own, other) = (&self.current, &referrer.current);
        other.gvk.is_cluster_scoped()
            || own.gvk.is_cluster_scoped()
            || own.effective_namespace() == other.effective_namespace()
            || own.gvk.kind == "ServiceAccount" && subjects.contains(&own.namespace)
    }

    fn was_called(&self, name: &str) -> bool {
        self.previous.iter().any(|id| id.name == name)
    }

    fn was_of(&self, selector: [&str; 3]) -> bool {
        self.previous.iter().any(|id| id.gvk.is_selected(selector))
    }

    /// Whether two objects were renamed by the same kustomizations.
    fn is_named_like(&self, other: &Self, unnamed_too: bool) -> bool {
        let alike = |one: &[String], other: &[String]| {
            unnamed_too && (one.is_empty() || other.is_empty()) || end_alike(one, other)
        };
        alike(&self.prefixes, &other.prefixes) && alike(&self.suffixes, &other.suffixes)
    }
}

/// A field that refers to an object.
struct Reference<'c> {
    own: &'c Candidate,
    means: Selector,
    role: Option<[String; 2]>,
    near: &'c [&'c Candidate],
}

impl Reference<'_> {
    fn set(&self, value: &mut Value) -> Result<(), Failure> {
        match value {
            Value::Null => Ok(()),
            Value::String(name) => {
                if let Some(found) = self.find(name, self.near.to_vec(), false)? {
                    name.clone_from(&found.current.name);
                }
                Ok(())
            }
            Value::Object(_) => self.set_with_namespace(value),
            Value::Array(items) => items.iter_mut().try_for_each(|item| match item {
                Value::Array(_) => Err(text(
                    "an item is expected to be either a string or a map of string",
                )),
                item => self.set(item),
            }),
            // Neither a number nor a truth value is the name of an object.
            Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }

    /// Sets the name and the namespace of a reference that has both.
    fn set_with_namespace(&self, value: &mut Value) -> Result<(), Failure> {
        let Some(name) = value.get("name") else {
            return Err(text("path config error; no 'name' field in node"));
        };
        let name = name.as_str().unwrap_or_default().to_owned();
        let candidates = match value.get("namespace") {
            None => self.near.to_vec(),
            Some(namespace) => self.in_namespace(namespace.as_str().unwrap_or_default()),
        };
        let Some(found) = self.find(&name, candidates, true)? else {
            return Ok(());
        };
        let Id {
            name, namespace, ..
        } = &found.current;
        value["name"] = name.as_str().into();
        if !namespace.is_empty() {
            value["namespace"] = namespace.as_str().into();
        }
        Ok(())
    }

    /// The objects that were in a namespace, or else those that are in it now.
    fn in_namespace(&self, namespace: &str) -> Vec<&Candidate> {
        let of = |id: fn(&Candidate) -> &Id| -> Vec<&Candidate> {
            let near = self.near.iter().copied();
            near.filter(|one| {
                let id = id(one);
                !id.gvk.is_cluster_scoped() && id.effective_namespace() == namespace
            })
            .collect()
        };
        let before = of(|candidate| &candidate.original);
        match before.is_empty() {
            true => of(|candidate| &candidate.current),
            false => before,
        }
    }

    /// The object of a name that it had before.
    fn find<'f>(
        &self,
        name: &str,
        mut candidates: Vec<&'f Candidate>,
        with_namespace: bool,
    ) -> Result<Option<&'f Candidate>, Failure> {
        candidates.retain(|one| one.was_called(name) && one.was_of(self.means));
        if let Some([group, kind]) = &self.role {
            candidates.retain(|one| one.was_of([group, "", kind]));
        }
        if candidates.len() > 1 {
            candidates.retain(|one| one.is_named_like(self.own, true));
        }
        if candidates.len() > 1 {
            candidates.retain(|one| one.is_named_like(self.own, false));
        }
        let Some((first, others)) = candidates.split_first() else {
            return Ok(None);
        };
        let is_same = |one: &&Candidate| {
            one.current.name == first.current.name
                && (!with_namespace || one.current.namespace == first.current.namespace)
        };
        if others.iter().all(is_same) {
            return Ok(Some(first));
        }
        let ids: Vec<String> = candidates
            .iter()
            .map(|one| one.current.to_string())
            .collect();
        Err(text(&format!(
            "found multiple possible referrals: {}",
            ids.join(", ")
        )))
    }
}
