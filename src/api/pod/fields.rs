//! How each field of a pod spec is treated: one row per field.

use super::left_out::{Implementer, Meaningful, Treatment};
use crate::texts::{Text, reasons};
use Implementer::{Kubelet, Program, Scheduler};
use Meaningful::{OneOf, Set, Where};
use Treatment::{ActedOn, NoEffect, Within};

const fn left_out(by: Implementer, when: Meaningful, reason: &'static Text) -> Treatment {
    Treatment::LeftOut { by, when, reason }
}

/// A volume whose source is outside the cluster.
const OUTSIDE: Treatment = left_out(Kubelet, Set, &reasons::VOLUME);

/// The fields of the types of a pod spec. A field whose type is not broken down has one row for all of it.
pub static TYPES: &[(&str, &[(&str, Treatment)])] = &[
    (
        "PodSpec",
        &[
            ("volumes", Within("Volume")),
            ("initContainers", Within("Container")),
            ("containers", Within("Container")),
            // Created by a subresource of their own, and refused here.
            ("ephemeralContainers", ActedOn("api/validation/pod.rs")),
            ("restartPolicy", ActedOn("api/pod/container.rs")),
            ("terminationGracePeriodSeconds", ActedOn("api/pod/mod.rs")),
            (
                "activeDeadlineSeconds",
                left_out(Kubelet, Set, &reasons::DEADLINE),
            ),
            ("dnsPolicy", NoEffect),
            ("nodeSelector", ActedOn("node/affinity.rs")),
            ("serviceAccountName", ActedOn("store/accounts.rs")),
            ("serviceAccount", ActedOn("api/defaults/rules.rs")),
            ("automountServiceAccountToken", NoEffect),
            ("nodeName", ActedOn("node/scheduler.rs")),
            ("hostNetwork", ActedOn("api/defaults/rules.rs")),
            ("hostPID", NoEffect),
            ("hostIPC", NoEffect),
            ("shareProcessNamespace", NoEffect),
            ("securityContext", Within("PodSecurityContext")),
            ("imagePullSecrets", ActedOn("api/pod/reference.rs")),
            ("hostname", ActedOn("api/pod/mod.rs")),
            ("subdomain", ActedOn("api/pod/mod.rs")),
            ("affinity", Within("Affinity")),
            ("schedulerName", ActedOn("node/scheduler.rs")),
            ("tolerations", ActedOn("api/taints.rs")),
            ("hostAliases", NoEffect),
            (
                "priorityClassName",
                left_out(Scheduler, Set, &reasons::PRIORITY),
            ),
            ("priority", ActedOn("store/priorities.rs")),
            ("dnsConfig", NoEffect),
            (
                "readinessGates",
                left_out(Kubelet, Set, &reasons::READINESS_GATES),
            ),
            (
                "runtimeClassName",
                left_out(Kubelet, Set, &reasons::RUNTIME_CLASS),
            ),
            ("enableServiceLinks", NoEffect),
            ("preemptionPolicy", ActedOn("node/scheduler.rs")),
            ("overhead", ActedOn("api/pod/demand.rs")),
            ("topologySpreadConstraints", ActedOn("node/spread.rs")),
            ("setHostnameAsFQDN", NoEffect),
            (
                "os",
                left_out(Kubelet, Where("name", &["windows"]), &reasons::OS),
            ),
            ("hostUsers", NoEffect),
            ("schedulingGates", ActedOn("node/scheduler.rs")),
            ("resourceClaims", left_out(Scheduler, Set, &reasons::CLAIMS)),
            ("resources", Within("ResourceRequirements")),
            ("hostnameOverride", NoEffect),
            ("schedulingGroup", left_out(Scheduler, Set, &reasons::GROUP)),
            // Its feature gate is off, so the server drops it.
            ("evictionResponders", NoEffect),
        ],
    ),
    (
        "Container",
        &[
            ("name", ActedOn("api/pod/container.rs")),
            ("image", ActedOn("api/pod/container.rs")),
            ("command", left_out(Program, Set, &reasons::PROGRAM)),
            ("args", left_out(Program, Set, &reasons::PROGRAM)),
            ("workingDir", NoEffect),
            ("ports", Within("ContainerPort")),
            ("envFrom", Within("EnvFromSource")),
            ("env", Within("EnvVar")),
            ("resources", Within("ResourceRequirements")),
            ("resizePolicy", NoEffect),
            // `Always` makes an init container a sidecar, which is simulated.
            (
                "restartPolicy",
                left_out(Kubelet, OneOf(&["OnFailure", "Never"]), &reasons::RESTARTS),
            ),
            (
                "restartPolicyRules",
                left_out(Kubelet, Set, &reasons::RESTARTS),
            ),
            ("volumeMounts", NoEffect),
            ("volumeDevices", NoEffect),
            ("livenessProbe", Within("Probe")),
            ("readinessProbe", Within("Probe")),
            ("startupProbe", Within("Probe")),
            ("lifecycle", Within("Lifecycle")),
            ("terminationMessagePath", NoEffect),
            ("terminationMessagePolicy", NoEffect),
            ("imagePullPolicy", ActedOn("api/pod/container.rs")),
            ("securityContext", Within("SecurityContext")),
            ("stdin", NoEffect),
            ("stdinOnce", NoEffect),
            ("tty", NoEffect),
        ],
    ),
    (
        "ContainerPort",
        &[
            ("name", ActedOn("controllers/endpointslice/endpoint.rs")),
            ("hostPort", ActedOn("api/pod/demand.rs")),
            (
                "containerPort",
                ActedOn("controllers/endpointslice/endpoint.rs"),
            ),
            ("protocol", ActedOn("api/pod/demand.rs")),
            ("hostIP", ActedOn("api/pod/demand.rs")),
        ],
    ),
    (
        "EnvFromSource",
        &[
            ("prefix", NoEffect),
            ("configMapRef", ActedOn("api/pod/reference.rs")),
            ("secretRef", ActedOn("api/pod/reference.rs")),
        ],
    ),
    (
        "EnvVar",
        &[
            ("name", NoEffect),
            ("value", NoEffect),
            ("valueFrom", Within("EnvVarSource")),
        ],
    ),
    (
        "EnvVarSource",
        &[
            ("fieldRef", NoEffect),
            ("resourceFieldRef", NoEffect),
            ("configMapKeyRef", ActedOn("api/pod/reference.rs")),
            ("secretKeyRef", ActedOn("api/pod/reference.rs")),
            ("fileKeyRef", left_out(Kubelet, Set, &reasons::FILE)),
        ],
    ),
    (
        "ResourceRequirements",
        &[
            ("limits", ActedOn("api/pod/mod.rs")),
            ("requests", ActedOn("api/pod/demand.rs")),
            ("claims", left_out(Scheduler, Set, &reasons::CLAIMS)),
        ],
    ),
    (
        "Probe",
        &[
            // Whether a probe succeeds is set for the image. The handler decides on the error text.
            ("exec", ActedOn("api/pod/probe.rs")),
            ("httpGet", NoEffect),
            ("tcpSocket", ActedOn("api/pod/probe.rs")),
            ("grpc", ActedOn("api/pod/probe.rs")),
            ("initialDelaySeconds", ActedOn("api/pod/probe.rs")),
            ("timeoutSeconds", NoEffect),
            ("periodSeconds", ActedOn("api/pod/probe.rs")),
            ("successThreshold", ActedOn("api/pod/probe.rs")),
            ("failureThreshold", ActedOn("api/pod/probe.rs")),
            ("terminationGracePeriodSeconds", ActedOn("api/pod/probe.rs")),
        ],
    ),
    (
        "Lifecycle",
        &[
            ("postStart", left_out(Kubelet, Set, &reasons::POST_START)),
            ("preStop", Within("LifecycleHandler")),
            ("stopSignal", NoEffect),
        ],
    ),
    (
        "LifecycleHandler",
        &[
            ("exec", left_out(Kubelet, Set, &reasons::PRE_STOP)),
            ("httpGet", left_out(Kubelet, Set, &reasons::PRE_STOP)),
            ("tcpSocket", left_out(Kubelet, Set, &reasons::PRE_STOP)),
            ("sleep", ActedOn("api/pod/container.rs")),
        ],
    ),
    (
        "Affinity",
        &[
            ("nodeAffinity", Within("NodeAffinity")),
            ("podAffinity", Within("PodAffinity")),
            ("podAntiAffinity", Within("PodAntiAffinity")),
        ],
    ),
    (
        "NodeAffinity",
        &[
            (
                "requiredDuringSchedulingIgnoredDuringExecution",
                ActedOn("node/affinity.rs"),
            ),
            ("preferredDuringSchedulingIgnoredDuringExecution", NoEffect),
        ],
    ),
    ("PodAffinity", NEAR_PODS),
    ("PodAntiAffinity", NEAR_PODS),
    (
        "PodSecurityContext",
        &[
            ("seLinuxOptions", NoEffect),
            ("windowsOptions", NoEffect),
            ("runAsUser", NoEffect),
            ("runAsGroup", NoEffect),
            ("runAsNonRoot", left_out(Kubelet, Set, &reasons::USER)),
            ("supplementalGroups", NoEffect),
            ("supplementalGroupsPolicy", NoEffect),
            ("fsGroup", NoEffect),
            ("sysctls", NoEffect),
            ("fsGroupChangePolicy", NoEffect),
            ("seccompProfile", NoEffect),
            ("appArmorProfile", NoEffect),
            ("seLinuxChangePolicy", NoEffect),
        ],
    ),
    (
        "SecurityContext",
        &[
            ("capabilities", NoEffect),
            ("privileged", NoEffect),
            ("seLinuxOptions", NoEffect),
            ("windowsOptions", NoEffect),
            ("runAsUser", NoEffect),
            ("runAsGroup", NoEffect),
            ("runAsNonRoot", left_out(Kubelet, Set, &reasons::USER)),
            ("readOnlyRootFilesystem", NoEffect),
            ("allowPrivilegeEscalation", NoEffect),
            ("procMount", NoEffect),
            ("seccompProfile", NoEffect),
            ("appArmorProfile", NoEffect),
        ],
    ),
    (
        "Volume",
        &[
            ("name", ActedOn("api/pod/reference.rs")),
            (
                "hostPath",
                left_out(
                    Kubelet,
                    Where(
                        "type",
                        &["Directory", "File", "Socket", "CharDevice", "BlockDevice"],
                    ),
                    &reasons::VOLUME,
                ),
            ),
            ("emptyDir", ActedOn("kubectl/commands/drain/drainable.rs")),
            ("gcePersistentDisk", OUTSIDE),
            ("awsElasticBlockStore", OUTSIDE),
            ("gitRepo", OUTSIDE),
            ("secret", ActedOn("api/pod/reference.rs")),
            ("nfs", OUTSIDE),
            ("iscsi", OUTSIDE),
            ("glusterfs", OUTSIDE),
            ("persistentVolumeClaim", ActedOn("api/pod/mod.rs")),
            ("rbd", OUTSIDE),
            ("flexVolume", OUTSIDE),
            ("cinder", OUTSIDE),
            ("cephfs", OUTSIDE),
            ("flocker", OUTSIDE),
            ("downwardAPI", NoEffect),
            ("fc", OUTSIDE),
            ("azureFile", OUTSIDE),
            ("configMap", ActedOn("api/pod/reference.rs")),
            ("vsphereVolume", OUTSIDE),
            ("quobyte", OUTSIDE),
            ("azureDisk", OUTSIDE),
            ("photonPersistentDisk", OUTSIDE),
            ("projected", ActedOn("api/pod/reference.rs")),
            ("portworxVolume", OUTSIDE),
            ("scaleIO", OUTSIDE),
            ("storageos", OUTSIDE),
            ("csi", OUTSIDE),
            ("ephemeral", left_out(Kubelet, Set, &reasons::EPHEMERAL)),
            ("image", left_out(Kubelet, Set, &reasons::VOLUME_IMAGE)),
        ],
    ),
];

const NEAR_PODS: &[(&str, Treatment)] = &[
    (
        "requiredDuringSchedulingIgnoredDuringExecution",
        ActedOn("node/neighbours.rs"),
    ),
    (
        "preferredDuringSchedulingIgnoredDuringExecution",
        ActedOn("node/neighbours.rs"),
    ),
];
