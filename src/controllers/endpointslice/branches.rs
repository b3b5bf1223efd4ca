//! Every branch that the EndpointSlice controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "endpointslice/", "staging/src/k8s.io/endpointslice/";
    GONE = "gone", "get", Idle, "",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    NOT_MINE = "not-mine", "get", Idle, "",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    PODS = "pods", "pods", Detail, "",
        "reconciler.go reconcileByAddressType";
    CREATE = "create", "slices", Main, "",
        "reconciler.go finalize";
    PLACEHOLDER = "placeholder", "slices", Main, "",
        "reconciler.go reconcileByAddressType";
    UPDATE = "update", "slices", Main, "",
        "reconciler.go finalize";
    DELETE = "delete", "slices", Main, "",
        "reconciler.go finalize";
    RIGHT = "right", "slices", Idle, "",
        "reconciler.go finalize";
}
