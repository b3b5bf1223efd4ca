//! Volumes in descriptions of pods, pod templates and PersistentVolumes.

use serde_json::Value;

use super::page::Description;
use super::storage;
use crate::api::look::{Look, pairs};
use crate::print::go;

/// Go's output for an unset field.
#[derive(Clone, Copy)]
enum Unset {
    /// A string: empty.
    Text,
    /// A boolean.
    False,
    /// A number.
    Zero,
    /// A pointer for which the description has its own text.
    None,
    /// A list.
    List,
    /// A map.
    Map,
    /// A pointer to an object with a name.
    Reference,
    /// A list whose elements are joined by a comma and a space.
    Joined,
}

use Unset::{False, Joined, List, Map, Reference, Text, Zero};

struct Source {
    field: &'static str,
    /// The text of the line `Type:`.
    kind: &'static str,
    /// Further lines: title and field.
    lines: &'static [(&'static str, &'static str, Unset)],
}

const fn source(
    field: &'static str,
    kind: &'static str,
    lines: &'static [(&'static str, &'static str, Unset)],
) -> Source {
    Source { field, kind, lines }
}

/// Volume sources in kubectl's order.
const SOURCES: &[Source] = &[
    source(
        "hostPath",
        "HostPath (bare host directory volume)",
        &[
            ("Path", "path", Text),
            ("HostPathType", "type", Unset::None),
        ],
    ),
    source(
        "emptyDir",
        "EmptyDir (a temporary directory that shares a pod's lifetime)",
        &[("Medium", "medium", Text)],
    ),
    source(
        "gcePersistentDisk",
        "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
        &[
            ("PDName", "pdName", Text),
            ("FSType", "fsType", Text),
            ("Partition", "partition", Zero),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "awsElasticBlockStore",
        "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
        &[
            ("VolumeID", "volumeID", Text),
            ("FSType", "fsType", Text),
            ("Partition", "partition", Zero),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "gitRepo",
        "GitRepo (a volume that is pulled from git when the pod is created)",
        &[
            ("Repository", "repository", Text),
            ("Revision", "revision", Text),
        ],
    ),
    source(
        "secret",
        "Secret (a volume populated by a Secret)",
        &[
            ("SecretName", "secretName", Text),
            ("Optional", "optional", False),
        ],
    ),
    source(
        "configMap",
        "ConfigMap (a volume populated by a ConfigMap)",
        &[("Name", "name", Text), ("Optional", "optional", False)],
    ),
    source(
        "nfs",
        "NFS (an NFS mount that lasts the lifetime of a pod)",
        &[
            ("Server", "server", Text),
            ("Path", "path", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "iscsi",
        "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
        &[
            ("TargetPortal", "targetPortal", Text),
            ("IQN", "iqn", Text),
            ("Lun", "lun", Zero),
            ("ISCSIInterface", "iscsiInterface", Text),
            ("FSType", "fsType", Text),
            ("ReadOnly", "readOnly", False),
            ("Portals", "portals", List),
            ("DiscoveryCHAPAuth", "chapAuthDiscovery", False),
            ("SessionCHAPAuth", "chapAuthSession", False),
            ("SecretRef", "secretRef", Reference),
            ("InitiatorName", "initiatorName", Unset::None),
        ],
    ),
    source(
        "glusterfs",
        "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
        &[
            ("EndpointsName", "endpoints", Text),
            ("Path", "path", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "persistentVolumeClaim",
        "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
        &[
            ("ClaimName", "claimName", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "ephemeral",
        "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
        &[],
    ),
    source(
        "rbd",
        "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
        &[
            ("CephMonitors", "monitors", List),
            ("RBDImage", "image", Text),
            ("FSType", "fsType", Text),
            ("RBDPool", "pool", Text),
            ("RadosUser", "user", Text),
            ("Keyring", "keyring", Text),
            ("SecretRef", "secretRef", Reference),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "quobyte",
        "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
        &[
            ("Registry", "registry", Text),
            ("Volume", "volume", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "downwardAPI",
        "DownwardAPI (a volume populated by information about the pod)",
        &[],
    ),
    source(
        "azureDisk",
        "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
        &[
            ("DiskName", "diskName", Text),
            ("DiskURI", "diskURI", Text),
            ("Kind: ", "kind", Text),
            ("FSType", "fsType", Text),
            ("CachingMode", "cachingMode", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "vsphereVolume",
        "vSphereVolume (a Persistent Disk resource in vSphere)",
        &[
            ("VolumePath", "volumePath", Text),
            ("FSType", "fsType", Text),
            ("StoragePolicyName", "storagePolicyName", Text),
        ],
    ),
    source(
        "cinder",
        "Cinder (a Persistent Disk resource in OpenStack)",
        &[
            ("VolumeID", "volumeID", Text),
            ("FSType", "fsType", Text),
            ("ReadOnly", "readOnly", False),
            ("SecretRef", "secretRef", Reference),
        ],
    ),
    source(
        "photonPersistentDisk",
        "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
        &[("PdID", "pdID", Text), ("FSType", "fsType", Text)],
    ),
    source(
        "portworxVolume",
        "PortworxVolume (a Portworx Volume resource)",
        &[("VolumeID", "volumeID", Text)],
    ),
    source(
        "scaleIO",
        "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
        &[
            ("Gateway", "gateway", Text),
            ("System", "system", Text),
            ("Protection Domain", "protectionDomain", Text),
            ("Storage Pool", "storagePool", Text),
            ("Storage Mode", "storageMode", Text),
            ("VolumeName", "volumeName", Text),
            ("FSType", "fsType", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "local",
        "LocalVolume (a persistent volume backed by local storage on a node)",
        &[("Path", "path", Text)],
    ),
    source(
        "cephfs",
        "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
        &[
            ("Monitors", "monitors", List),
            ("Path", "path", Text),
            ("User", "user", Text),
            ("SecretFile", "secretFile", Text),
            ("SecretRef", "secretRef", Reference),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "storageos",
        "StorageOS (a StorageOS Persistent Disk resource)",
        &[
            ("VolumeName", "volumeName", Text),
            ("VolumeNamespace", "volumeNamespace", Text),
            ("FSType", "fsType", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "fc",
        "FC (a Fibre Channel disk)",
        &[
            ("TargetWWNs", "targetWWNs", Joined),
            ("LUN", "lun", Unset::None),
            ("FSType", "fsType", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "azureFile",
        "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
        &[
            ("SecretName", "secretName", Text),
            ("ShareName", "shareName", Text),
            ("ReadOnly", "readOnly", False),
        ],
    ),
    source(
        "flexVolume",
        "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
        &[
            ("Driver", "driver", Text),
            ("FSType", "fsType", Text),
            ("SecretRef", "secretRef", Reference),
            ("ReadOnly", "readOnly", False),
            ("Options", "options", Map),
        ],
    ),
    source(
        "flocker",
        "Flocker (a Flocker volume mounted by the Flocker agent)",
        &[
            ("DatasetName", "datasetName", Text),
            ("DatasetUUID", "datasetUUID", Text),
        ],
    ),
    source(
        "projected",
        "Projected (a volume that contains injected data from multiple sources)",
        &[],
    ),
    source(
        "csi",
        "CSI (a Container Storage Interface (CSI) volume source)",
        &[("Driver", "driver", Text), ("FSType", "fsType", Text)],
    ),
    source(
        "image",
        "Image (a container image or OCI artifact)",
        &[
            ("Reference", "reference", Text),
            ("PullPolicy", "pullPolicy", Text),
        ],
    ),
];

/// The volumes of a pod or pod template.
pub(super) fn volumes(page: &mut Description, volumes: &[Value], space: &str) {
    if volumes.is_empty() {
        page.line(0, &format!("{space}Volumes:\t<none>"));
        return;
    }
    page.line(0, &format!("{space}Volumes:"));
    for volume in volumes {
        let indent = if space.is_empty() { "" } else { " " };
        page.line(1, &format!("{indent}{}:", volume.text("name")));
        volume_source(page, volume);
    }
}

/// The source of a volume's data.
pub(super) fn volume_source(page: &mut Description, volume: &Value) {
    let Some(source) = SOURCES.iter().find(|source| volume.has(source.field)) else {
        page.line(1, "<unknown>");
        return;
    };
    let value = volume.at(source.field);
    page.field(2, "Type", source.kind);
    for (title, field, unset) in source.lines {
        // Two titles end differently upstream.
        let colon = if title.contains(':') || *title == "ISCSIInterface" {
            ""
        } else {
            ":"
        };
        page.line(
            2,
            &format!("{title}{colon}\t{}", text(value.at(field), *unset)),
        );
    }
    match source.field {
        "emptyDir" => {
            let limit = value.scalar("sizeLimit");
            page.field(
                2,
                "SizeLimit",
                if limit.is_empty() || limit == "0" {
                    "<unset>"
                } else {
                    &limit
                },
            );
        }
        "csi" => container_storage(page, value),
        "projected" => projected(page, value.list("sources")),
        "downwardAPI" => downward(page, value.list("items")),
        "ephemeral" if value.has("volumeClaimTemplate") => {
            storage::claim_spec(page, 2, value.at("volumeClaimTemplate"));
        }
        _ => {}
    }
}

fn text(value: &Value, unset: Unset) -> String {
    match (value, unset) {
        (Value::Null, Text) => String::new(),
        (Value::Null, False) => "false".to_owned(),
        (Value::Null, Zero) => "0".to_owned(),
        (Value::Null, Unset::None) => "<none>".to_owned(),
        (Value::Null, List) => "[]".to_owned(),
        (Value::Null, Map) => "map[]".to_owned(),
        (Value::Null, Reference) => "nil".to_owned(),
        (reference, Reference) => {
            format!("&LocalObjectReference{{Name:{},}}", reference.text("name"))
        }
        (list, Joined) => list
            .list("")
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        (other, _) => go::value(other),
    }
}

fn container_storage(page: &mut Description, source: &Value) {
    // Only the source of a PersistentVolume has a handle.
    if source.has("volumeHandle") {
        page.field(2, "VolumeHandle", source.text("volumeHandle"));
    }
    page.field(2, "ReadOnly", &source.flag("readOnly").to_string());
    let attributes: Vec<String> = pairs(source.map("volumeAttributes"))
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if attributes.is_empty() {
        page.field(2, "VolumeAttributes", "<none>");
    }
    for (index, line) in attributes.iter().enumerate() {
        // Every piece of a line is indented separately.
        let title = if index == 0 {
            "    VolumeAttributes:\t"
        } else {
            "        \t"
        };
        page.line(0, &format!("{title}    {line}"));
    }
}

fn projected(page: &mut Description, sources: &[Value]) {
    for source in sources {
        for (title, field) in [("SecretName", "secret"), ("ConfigMapName", "configMap")] {
            if source.has(field) {
                page.field(2, title, source.at(field).text("name"));
                page.field(
                    2,
                    "Optional",
                    &source.at(field).flag("optional").to_string(),
                );
            }
        }
        if source.has("downwardAPI") {
            page.field(2, "DownwardAPI", "true");
        }
        if source.has("serviceAccountToken") {
            let seconds = source.int("serviceAccountToken.expirationSeconds");
            page.field(2, "TokenExpirationSeconds", &seconds.to_string());
        }
    }
}

fn downward(page: &mut Description, items: &[Value]) {
    page.line(2, "Items:");
    for item in items {
        for reference in [
            item.text("fieldRef.fieldPath"),
            item.text("resourceFieldRef.resource"),
        ] {
            if !reference.is_empty() {
                page.line(3, &format!("{reference} -> {}", item.text("path")));
            }
        }
    }
}
