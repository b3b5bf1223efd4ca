//! Every branch that the pod garbage collector can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "pod-gc/", "pkg/controller/podgc/";
    GONE = "gone", "get", Idle, "",
        "Pod {pod} no longer exists.",
        "Pod {pod} 已不存在。",
        "gc_controller.go gc";
    KEEP = "keep", "get", Idle, "",
        "The node {node} of pod {pod} exists: nothing to do.",
        "Pod {pod} 的节点 {node} 仍在：不处理。",
        "gc_controller.go gc";
    ORPHANED = "orphaned", "delete", Main, "",
        "The node {node} of pod {pod} no longer exists: marking the pod Failed and removing it.",
        "Pod {pod} 的节点 {node} 已不存在：标记为失败并移除。",
        "gc_controller.go gcOrphaned";
    OUT_OF_SERVICE = "out-of-service", "delete", Main, "",
        "Pod {pod} is terminating on node {node}, which is not ready and out of service: removing it.",
        "Pod {pod} 正在终止，其节点 {node} 未就绪且已停用：移除。",
        "gc_controller.go gcTerminating";
}
