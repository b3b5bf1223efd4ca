//! Every branch that the node lifecycle controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "node-lifecycle/", "pkg/controller/";
    GONE = "gone", "get", Idle, "",
        "{object} is gone.",
        "{object} 已不存在。",
        "nodelifecycle/node_lifecycle_controller.go doNodeProcessingPassWorker";
    SILENT = "silent", "node", Main, "",
        "Node {node} says nothing: in {seconds} s it counts as lost.",
        "节点 {node} 没有消息：{seconds} 秒后视为失联。",
        "nodelifecycle/node_lifecycle_controller.go tryUpdateNodeHealth";
    LOST = "lost", "node", Main, "",
        "Node {node} has been silent for 50 s: its state is unknown, and its {pods|# pod does|# pods do} not count as ready.",
        "节点 {node} 已失联 50 秒：状态未知，其 {pods} 个 Pod 不再视为就绪。",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    BACK = "back", "node", Main, "",
        "Node {node} is heard of again: it is ready.",
        "节点 {node} 恢复消息：就绪。",
        "nodelifecycle/node_lifecycle_controller.go monitorNodeHealth";
    LIMITED = "limited", "node", Held, "",
        "Another node of its zone was given up just now: the pods of node {node} may stay {seconds} s longer.",
        "同一区域刚有另一个节点被放弃：节点 {node} 的 Pod 再保留 {seconds} 秒。",
        "nodelifecycle/scheduler/rate_limited_queue.go Try";
    HALTED = "halted", "node", Held, "",
        "{lost} of {all} nodes {lost|is|are} lost, so the network may be what is broken: the pods of node {node} stay.",
        "{all} 个节点中有 {lost} 个失联，可能是网络故障：节点 {node} 的 Pod 保留。",
        "nodelifecycle/node_lifecycle_controller.go handleDisruption";
    TAINT = "taint", "node", Main, "",
        "The taints of node {node} follow its state: {taints}.",
        "节点 {node} 的污点随状态更新：{taints}。",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    RIGHT = "right", "node", Idle, "",
        "Node {node} is as it should be.",
        "节点 {node} 无需处理。",
        "nodelifecycle/node_lifecycle_controller.go doNoScheduleTaintingPass";
    TOLERATE = "tolerate", "pod", Held, "",
        "Pod {pod} tolerates the taint of its node for {seconds} s more.",
        "Pod {pod} 还能容忍其节点的污点 {seconds} 秒。",
        "tainteviction/taint_eviction.go processPodOnNode";
    STAY = "stay", "pod", Idle, "",
        "Pod {pod} may stay on its node.",
        "Pod {pod} 可以留在其节点上。",
        "tainteviction/taint_eviction.go processPodOnNode";
    EVICT = "evict", "pod", Main, "",
        "Pod {pod} does not tolerate the taint of its node any longer: it is deleted.",
        "Pod {pod} 不再容忍其节点的污点：删除它。",
        "tainteviction/taint_eviction.go addConditionAndDeletePod";
}
