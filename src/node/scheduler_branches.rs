//! Every branch that the scheduler can take.

use crate::actor::branch_table;

branch_table! { "scheduler/", "pkg/scheduler/";
    NOTHING = "nothing", "get", Idle, "",
        "schedule_one.go skipPodSchedule";
    OTHER = "other-scheduler", "get", Held, "",
        "eventhandlers.go responsibleForPod";
    GATED = "gated", "get", Held, "",
        "framework/plugins/schedulinggates/scheduling_gates.go PreEnqueue";
    LEFT_OUT = "left-out", "filter", Detail, "",
        "framework/plugins/registry.go NewInTreeRegistry";
    UNSCHEDULABLE = "unschedulable", "filter", Held, "",
        "schedule_one.go handleSchedulingFailure";
    RESERVE = "reserve", "bind", Main, "",
        "framework/plugins/volumebinding/volume_binding.go PreBind";
    BIND = "bind", "bind", Main, "",
        "schedule_one.go bind";
}
