//! Every branch that the volume binder can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "volume-binder/", "pkg/controller/volume/persistentvolume/";
    GONE = "gone", "get", Idle, [object], "",
        "pv_controller_base.go claimWorker";
    BOUND = "bound", "claim", Idle, [claim, volume], "",
        "pv_controller.go syncBoundClaim";
    LOST = "lost", "claim", Main, [claim, volume], "",
        "pv_controller.go syncBoundClaim";
    BIND = "bind", "claim", Main, [claim, volume], "",
        "pv_controller.go bind";
    TAKEN = "taken", "claim", Held, [claim, volume], "",
        "pv_controller.go syncUnboundClaim";
    NO_CLASS = "no-class", "claim", Held, [claim], "",
        "pv_controller.go syncUnboundClaim";
    CLASS_MISSING = "class-missing", "claim", Held, [claim, class], "",
        "pv_controller.go provisionClaim";
    FIRST_CONSUMER = "first-consumer", "claim", Held, [claim, class], "",
        "pv_controller.go syncUnboundClaim";
    PROVISION = "provision", "claim", Main, [claim, provisioner], "",
        "pv_controller.go provisionClaimOperationExternal";
    PROVISIONED = "provisioned", "claim", Main, [claim, volume], "",
        "pv_controller.go provisionClaimOperation";
    AVAILABLE = "available", "volume", Idle, [volume], "",
        "pv_controller.go syncVolume";
    IN_USE = "in-use", "volume", Idle, [volume, claim], "",
        "pv_controller.go syncVolume";
    RELEASED = "released", "volume", Held, [volume], "",
        "pv_controller.go reclaimVolume";
    RECLAIM = "reclaim", "volume", Main, [volume], "",
        "pv_controller.go reclaimVolume";
}
