//! Every branch that the pod garbage collector can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "pod-gc/", "pkg/controller/podgc/";
    GONE = "gone", "get", Idle, [pod], "",
        "gc_controller.go gc";
    KEEP = "keep", "get", Idle, [pod, node], "",
        "gc_controller.go gc";
    ORPHANED = "orphaned", "delete", Main, [pod, node], "",
        "gc_controller.go gcOrphaned";
    OUT_OF_SERVICE = "out-of-service", "delete", Main, [pod, node], "",
        "gc_controller.go gcTerminating";
}
