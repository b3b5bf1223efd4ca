//! Every branch that the EndpointSlice controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "endpointslice/", "staging/src/k8s.io/endpointslice/";
    GONE = "gone", "get", Idle, [], "",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    NOT_MINE = "not-mine", "get", Idle, [service], "",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    PODS = "pods", "pods", Detail, [service, pods, ready, listed], "",
        "reconciler.go reconcileByAddressType";
    CREATE = "create", "slices", Main, [slice, endpoints], "",
        "reconciler.go finalize";
    PLACEHOLDER = "placeholder", "slices", Main, [slice, before, endpoints], "",
        "reconciler.go reconcileByAddressType";
    UPDATE = "update", "slices", Main, [slice, before, endpoints], "",
        "reconciler.go finalize";
    DELETE = "delete", "slices", Main, [slice], "",
        "reconciler.go finalize";
    RIGHT = "right", "slices", Idle, [service], "",
        "reconciler.go finalize";
}
