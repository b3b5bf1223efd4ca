//! Every branch that the protection of claims can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "claim-protection/", "pkg/controller/volume/";
    GONE = "gone", "get", Idle, [object], "",
        "pvcprotection/pvc_protection_controller.go processPVC";
    RIGHT = "right", "get", Idle, [claim], "",
        "pvcprotection/pvc_protection_controller.go processPVC";
    PROTECT = "protect", "protect", Main, [claim], "",
        "pvcprotection/pvc_protection_controller.go addFinalizer";
    IN_USE = "in-use", "delete", Held, [claim, pod], "",
        "pvcprotection/pvc_protection_controller.go isBeingUsed";
    RELEASE = "release", "delete", Main, [claim], "",
        "pvcprotection/pvc_protection_controller.go removeFinalizer";
    USED = "used", "use", Main, [claim, pod], "",
        "pvcprotection/pvc_protection_controller.go processPVC";
    UNUSED = "unused", "use", Main, [claim], "",
        "pvcprotection/pvc_protection_controller.go processPVC";
    RIGHT_VOLUME = "volume-right", "get", Idle, [volume], "",
        "pvprotection/pv_protection_controller.go processPV";
    PROTECT_VOLUME = "volume-protect", "protect", Main, [volume], "",
        "pvprotection/pv_protection_controller.go addFinalizer";
    BOUND_VOLUME = "volume-bound", "delete", Held, [volume, claim], "",
        "pvprotection/pv_protection_controller.go isBeingUsed";
    RELEASE_VOLUME = "volume-release", "delete", Main, [volume], "",
        "pvprotection/pv_protection_controller.go removeFinalizer";
}
