//! Every branch that the node lifecycle controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "node-lifecycle/", "pkg/controller/";
    GONE = "gone", "get", Idle, "",
        "{object} no longer exists.",
        "{object} 已不存在。",
        "nodelifecycle/node_lifecycle_controller.go doNodeProcessingPassWorker";
    SILENT = "silent", "node", Main, "",
        "Node {node} sends no heartbeat: in {seconds} s its state becomes Unknown.",
        "节点 {node} 没有消息：{seconds} 秒后视为失联。",
        "nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth";
    LOST = "lost", "node", Main, "",
        "Node {node} has sent no heartbeat for 50 s: marking it Unknown and its {pods|# pod|# pods} not ready.",
        "节点 {node} 已失联 50 秒：状态未知，其 {pods} 个 Pod 不再视为就绪。",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    BACK = "back", "node", Main, "",
        "Node {node} sends heartbeats again: it is Ready.",
        "节点 {node} 恢复消息：就绪。",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    LIMITED = "limited", "node", Held, "",
        "Pods of another node in the zone have just been evicted: the pods of node {node} are evicted {seconds} s later at the earliest.",
        "同一区域刚有另一个节点被放弃：节点 {node} 的 Pod 再保留 {seconds} 秒。",
        "nodelifecycle/scheduler/rate_limited_queue.go Try";
    HALTED = "halted", "node", Held, "",
        "{lost} of {all} nodes {lost|is|are} unreachable, so the network may be at fault: the pods of node {node} stay.",
        "{all} 个节点中有 {lost} 个失联，可能是网络故障：节点 {node} 的 Pod 保留。",
        "nodelifecycle/node_lifecycle_controller.go handleDisruption";
    TAINT = "taint", "node", Main, "",
        "Setting the taints of node {node} to match its conditions: {taints}.",
        "节点 {node} 的污点随状态更新：{taints}。",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    RIGHT = "right", "node", Idle, "",
        "The conditions and taints of node {node} agree: nothing to do.",
        "节点 {node} 无需处理。",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    TOLERATE = "tolerate", "pod", Held, "",
        "Pod {pod} tolerates the taint of its node for another {seconds} s.",
        "Pod {pod} 还能容忍其节点的污点 {seconds} 秒。",
        "tainteviction/taint_eviction.go processPodOnNode";
    STAY = "stay", "pod", Idle, "",
        "Pod {pod} may stay on its node.",
        "Pod {pod} 可以留在其节点上。",
        "tainteviction/taint_eviction.go processPodOnNode";
    EVICT = "evict", "pod", Main, "",
        "Pod {pod} no longer tolerates the taint of its node: deleting it.",
        "Pod {pod} 不再容忍其节点的污点：删除它。",
        "tainteviction/taint_eviction.go addConditionAndDeletePod";
}
