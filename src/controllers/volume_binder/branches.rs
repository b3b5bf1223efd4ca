//! Every branch that the volume binder can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "volume-binder/", "pkg/controller/volume/persistentvolume/";
    GONE = "gone", "get", Idle, "",
        "{object} no longer exists or is being deleted.",
        "{object} 已不存在或正在删除。",
        "pv_controller_base.go claimWorker";
    BOUND = "bound", "claim", Idle, "",
        "Claim {claim} is bound to volume {volume}.",
        "PVC {claim} 已有存储卷 {volume}。",
        "pv_controller.go syncBoundClaim";
    LOST = "lost", "claim", Main, "",
        "The volume {volume} of claim {claim} no longer exists: the claim is Lost.",
        "PVC {claim} 的存储卷 {volume} 已不存在：PVC 丢失。",
        "pv_controller.go syncBoundClaim";
    BIND = "bind", "claim", Main, "",
        "Volume {volume} is the smallest that satisfies claim {claim}: binding them.",
        "存储卷 {volume} 是满足 PVC {claim} 的最小卷：互相绑定。",
        "pv_controller.go bind";
    TAKEN = "taken", "claim", Held, "",
        "Claim {claim} asks for volume {volume}, which does not exist or belongs to another claim: it waits.",
        "PVC {claim} 指定的存储卷 {volume} 不存在或属于别的 PVC：等待。",
        "pv_controller.go syncUnboundClaim";
    NO_CLASS = "no-class", "claim", Held, "",
        "No volume satisfies claim {claim}, and it has no StorageClass to provision one.",
        "没有适合 PVC {claim} 的存储卷，也没有可创建它的存储类。",
        "pv_controller.go syncUnboundClaim";
    CLASS_MISSING = "class-missing", "claim", Held, "",
        "Claim {claim} names StorageClass {class}, which does not exist.",
        "PVC {claim} 指定的存储类 {class} 不存在。",
        "pv_controller.go provisionClaim";
    FIRST_CONSUMER = "first-consumer", "claim", Held, "",
        "StorageClass {class} binds on first use: waiting until a pod that uses claim {claim} is scheduled.",
        "存储类 {class} 等待使用 PVC {claim} 的 Pod 选定节点。",
        "pv_controller.go syncUnboundClaim";
    PROVISION = "provision", "claim", Main, "",
        "No volume satisfies claim {claim}: asking {provisioner} for one.",
        "没有适合 PVC {claim} 的存储卷：向 {provisioner} 申请。",
        "pv_controller.go provisionClaimOperationExternal";
    PROVISIONED = "provisioned", "claim", Main, "",
        "The provisioner has created volume {volume} for claim {claim}.",
        "供应器为 PVC {claim} 创建了存储卷 {volume}。",
        "pv_controller.go provisionClaimOperation";
    AVAILABLE = "available", "volume", Idle, "",
        "Volume {volume} belongs to no claim: it is Available.",
        "存储卷 {volume} 不属于任何 PVC：可用。",
        "pv_controller.go syncVolume";
    IN_USE = "in-use", "volume", Idle, "",
        "Volume {volume} belongs to claim {claim}.",
        "存储卷 {volume} 属于 PVC {claim}。",
        "pv_controller.go syncVolume";
    RELEASED = "released", "volume", Held, "",
        "The claim of volume {volume} is gone and its reclaim policy is Retain: it stays Released until its claimRef is cleared.",
        "存储卷 {volume} 的 PVC 已消失，按 Retain 保留：清除 claimRef 之前不会再分配。",
        "pv_controller.go reclaimVolume";
    RECLAIM = "reclaim", "volume", Main, "",
        "The claim of volume {volume} is gone and its reclaim policy is Delete: deleting it with its data.",
        "存储卷 {volume} 的 PVC 已消失：按 Delete 连同数据删除。",
        "pv_controller.go reclaimVolume";
}
