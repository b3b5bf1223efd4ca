//! Every branch that the volume binder can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "volume-binder/", "pkg/controller/volume/persistentvolume/";
    GONE = "gone", "get", Idle, "",
        "pv_controller_base.go claimWorker";
    BOUND = "bound", "claim", Idle, "",
        "pv_controller.go syncBoundClaim";
    LOST = "lost", "claim", Main, "",
        "pv_controller.go syncBoundClaim";
    BIND = "bind", "claim", Main, "",
        "pv_controller.go bind";
    TAKEN = "taken", "claim", Held, "",
        "pv_controller.go syncUnboundClaim";
    NO_CLASS = "no-class", "claim", Held, "",
        "pv_controller.go syncUnboundClaim";
    CLASS_MISSING = "class-missing", "claim", Held, "",
        "pv_controller.go provisionClaim";
    FIRST_CONSUMER = "first-consumer", "claim", Held, "",
        "pv_controller.go syncUnboundClaim";
    PROVISION = "provision", "claim", Main, "",
        "pv_controller.go provisionClaimOperationExternal";
    PROVISIONED = "provisioned", "claim", Main, "",
        "pv_controller.go provisionClaimOperation";
    AVAILABLE = "available", "volume", Idle, "",
        "pv_controller.go syncVolume";
    IN_USE = "in-use", "volume", Idle, "",
        "pv_controller.go syncVolume";
    RELEASED = "released", "volume", Held, "",
        "pv_controller.go reclaimVolume";
    RECLAIM = "reclaim", "volume", Main, "",
        "pv_controller.go reclaimVolume";
}
