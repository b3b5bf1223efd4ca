//! Every branch that the scheduler can take.

use crate::controllers::branch_table::branch_table;
use crate::controllers::decision::Branch;

branch_table! { "scheduler/", "pkg/scheduler/";
    NOTHING = "nothing", "get", "",
        "Pod {pod} needs no node any more.",
        "Pod {pod} 不再需要节点。",
        "schedule_one.go skipPodSchedule";
    BIND = "bind", "bind", "",
        "Pod {pod} goes to node {node}.",
        "Pod {pod} 调度到节点 {node}。",
        "schedule_one.go bind";
    UNSCHEDULABLE = "unschedulable", "filter", "",
        "No node takes pod {pod}: {why}",
        "没有节点可接收 Pod {pod}：{why}",
        "schedule_one.go handleSchedulingFailure";
}
