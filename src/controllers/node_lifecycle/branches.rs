//! Every branch that the node lifecycle controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "node-lifecycle/", "pkg/controller/";
    GONE = "gone", "get", Idle, [object], "",
        "nodelifecycle/node_lifecycle_controller.go doNodeProcessingPassWorker";
    SILENT = "silent", "node", Main, [node, seconds], "",
        "nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth";
    LOST = "lost", "node", Main, [node, pods], "",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    BACK = "back", "node", Main, [node], "",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    LIMITED = "limited", "node", Held, [node, seconds], "",
        "nodelifecycle/scheduler/rate_limited_queue.go Try";
    HALTED = "halted", "node", Held, [node, lost, all], "",
        "nodelifecycle/node_lifecycle_controller.go handleDisruption";
    TAINT = "taint", "node", Main, [node, taints], "",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    RIGHT = "right", "node", Idle, [node], "",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    TOLERATE = "tolerate", "pod", Held, [pod, seconds], "",
        "tainteviction/taint_eviction.go processPodOnNode";
    STAY = "stay", "pod", Idle, [pod], "",
        "tainteviction/taint_eviction.go processPodOnNode";
    EVICT = "evict", "pod", Main, [pod], "",
        "tainteviction/taint_eviction.go addConditionAndDeletePod";
}
