//! Every branch that the protection of claims can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "claim-protection/", "pkg/controller/volume/";
    GONE = "gone", "get", Idle, "",
        "{object} no longer exists.",
        "{object} 已不存在。",
        "pvcprotection/pvc_protection_controller.go processPVC";
    RIGHT = "right", "get", Idle, "",
        "Claim {claim} has its finalizer and is not being deleted: nothing to do.",
        "PVC {claim} 受保护，且没有被删除。",
        "pvcprotection/pvc_protection_controller.go processPVC";
    PROTECT = "protect", "protect", Main, "",
        "Claim {claim} has no finalizer kubernetes.io/pvc-protection: adding it.",
        "PVC {claim} 缺少终结器 pvc-protection：加上。",
        "pvcprotection/pvc_protection_controller.go addFinalizer";
    IN_USE = "in-use", "delete", Held, "",
        "Claim {claim} is being deleted but is in use by pod {pod}: it stays Terminating.",
        "PVC {claim} 待删除，但节点上的 Pod {pod} 在使用它：保持 Terminating。",
        "pvcprotection/pvc_protection_controller.go isBeingUsed";
    RELEASE = "release", "delete", Main, "",
        "No scheduled pod uses claim {claim} any more: removing its finalizer, which lets it be deleted.",
        "节点上没有 Pod 再使用 PVC {claim}：移除终结器，PVC 消失。",
        "pvcprotection/pvc_protection_controller.go removeFinalizer";
    RIGHT_VOLUME = "volume-right", "get", Idle, "",
        "Volume {volume} has its finalizer and is not being deleted: nothing to do.",
        "存储卷 {volume} 受保护，且没有被删除。",
        "pvprotection/pv_protection_controller.go processPV";
    PROTECT_VOLUME = "volume-protect", "protect", Main, "",
        "Volume {volume} has no finalizer kubernetes.io/pv-protection: adding it.",
        "存储卷 {volume} 缺少终结器 pv-protection：加上。",
        "pvprotection/pv_protection_controller.go addFinalizer";
    BOUND_VOLUME = "volume-bound", "delete", Held, "",
        "Volume {volume} is being deleted but is bound to claim {claim}: it stays Terminating.",
        "存储卷 {volume} 待删除，但仍绑定着 PVC {claim}：保持 Terminating。",
        "pvprotection/pv_protection_controller.go isBeingUsed";
    RELEASE_VOLUME = "volume-release", "delete", Main, "",
        "Volume {volume} is bound to no claim: removing its finalizer, which lets it be deleted.",
        "没有 PVC 绑定存储卷 {volume}：移除终结器，存储卷消失。",
        "pvprotection/pv_protection_controller.go removeFinalizer";
}
