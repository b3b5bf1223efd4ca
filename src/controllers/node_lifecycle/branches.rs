//! Every branch that the node lifecycle controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "node-lifecycle/", "pkg/controller/";
    GONE = "gone", "get", Idle, "",
        "nodelifecycle/node_lifecycle_controller.go doNodeProcessingPassWorker";
    SILENT = "silent", "node", Main, "",
        "nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth";
    LOST = "lost", "node", Main, "",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    BACK = "back", "node", Main, "",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    LIMITED = "limited", "node", Held, "",
        "nodelifecycle/scheduler/rate_limited_queue.go Try";
    HALTED = "halted", "node", Held, "",
        "nodelifecycle/node_lifecycle_controller.go handleDisruption";
    TAINT = "taint", "node", Main, "",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    RIGHT = "right", "node", Idle, "",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    TOLERATE = "tolerate", "pod", Held, "",
        "tainteviction/taint_eviction.go processPodOnNode";
    STAY = "stay", "pod", Idle, "",
        "tainteviction/taint_eviction.go processPodOnNode";
    EVICT = "evict", "pod", Main, "",
        "tainteviction/taint_eviction.go addConditionAndDeletePod";
}
