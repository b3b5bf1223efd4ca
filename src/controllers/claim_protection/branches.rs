//! Every branch that the protection of claims can take, in the order of its flow chart.

use crate::controllers::decision::Branch;

branch_table! { "claim-protection/", "pkg/controller/volume/pvcprotection/";
    GONE = "gone", "get", "",
        "The claim is gone.",
        "PVC 已不存在。",
        "pvc_protection_controller.go processPVC";
    RIGHT = "right", "get", "",
        "Claim {claim} is protected, and nobody deletes it.",
        "PVC {claim} 受保护，且没有被删除。",
        "pvc_protection_controller.go processPVC";
    PROTECT = "protect", "protect", "",
        "Claim {claim} lacks the finalizer pvc-protection: it is added.",
        "PVC {claim} 缺少终结器 pvc-protection：加上。",
        "pvc_protection_controller.go addFinalizer";
    IN_USE = "in-use", "delete", "",
        "Claim {claim} is to go, but pod {pod} on a node uses it: it stays Terminating.",
        "PVC {claim} 待删除，但节点上的 Pod {pod} 在使用它：保持 Terminating。",
        "pvc_protection_controller.go isBeingUsed";
    RELEASE = "release", "delete", "",
        "No pod on a node uses claim {claim} any more: its finalizer is taken off, and it goes.",
        "节点上没有 Pod 再使用 PVC {claim}：移除终结器，PVC 消失。",
        "pvc_protection_controller.go removeFinalizer";
}
