//! Every branch that the scheduler can take.

use crate::actor::branch_table;

branch_table! { "scheduler/", "pkg/scheduler/";
    NOTHING = "nothing", "get", Idle, "",
        "Pod {pod} no longer needs to be scheduled.",
        "Pod {pod} 不再需要节点。",
        "schedule_one.go skipPodSchedule";
    OTHER = "other-scheduler", "get", Held, "",
        "Pod {pod} asks for scheduler {scheduler}, which does not run here.",
        "Pod {pod} 等待调度器 {scheduler}，它不在此运行。",
        "eventhandlers.go responsibleForPod";
    GATED = "gated", "get", Held, "",
        "Pod {pod} has scheduling gates: it is not scheduled until they are removed.",
        "Pod {pod} 有调度门控：移除之前不会寻找节点。",
        "framework/plugins/schedulinggates/scheduling_gates.go PreEnqueue";
    LEFT_OUT = "left-out", "filter", Detail, "",
        "Not simulated: {fields} of pod {pod}. It is scheduled as if it did not ask for that.",
        "未模拟：Pod {pod} 的 {fields}。调度时视为没有此要求。",
        "framework/plugins/registry.go NewInTreeRegistry";
    UNSCHEDULABLE = "unschedulable", "filter", Held, "",
        "No node fits pod {pod}: {why}",
        "没有节点可接收 Pod {pod}：{why}",
        "schedule_one.go handleSchedulingFailure";
    RESERVE = "reserve", "bind", Main, "",
        "Node {node} is chosen for pod {pod}; binding it once its claims have volumes.",
        "Pod {pod} 将调度到节点 {node}，先等其 PVC 绑定存储卷。",
        "framework/plugins/volumebinding/volume_binding.go PreBind";
    BIND = "bind", "bind", Main, "",
        "Binding pod {pod} to node {node}.",
        "Pod {pod} 调度到节点 {node}。",
        "schedule_one.go bind";
}
