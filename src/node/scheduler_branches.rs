//! Every branch that the scheduler can take.

use crate::actor::branch_table;

branch_table! { "scheduler/", "pkg/scheduler/";
    NOTHING = "nothing", "get", Idle, [pod], "",
        "schedule_one.go skipPodSchedule";
    OTHER = "other-scheduler", "get", Held, [pod, scheduler], "",
        "eventhandlers.go responsibleForPod";
    GATED = "gated", "get", Held, [pod], "",
        "framework/plugins/schedulinggates/scheduling_gates.go PreEnqueue";
    LEFT_OUT = "left-out", "filter", Detail, [pod, fields], "",
        "framework/plugins/registry.go NewInTreeRegistry";
    SPREAD = "spread", "filter", Detail, [pod, counts], "",
        "framework/plugins/podtopologyspread/filtering.go Filter";
    ANTI_AFFINITY = "anti-affinity", "filter", Detail, [pod, key, others, nodes, all], "",
        "framework/plugins/interpodaffinity/filtering.go satisfyPodAntiAffinity";
    EXISTING_ANTI_AFFINITY = "existing-anti-affinity", "filter", Detail, [pod, key, others, nodes, all], "",
        "framework/plugins/interpodaffinity/filtering.go satisfyExistingPodsAntiAffinity";
    AFFINITY = "affinity", "filter", Detail, [pod, key, nodes, all], "",
        "framework/plugins/interpodaffinity/filtering.go satisfyPodAffinity";
    SKEW = "skew", "filter", Detail, [pod, key, domain, there, itself, least, skew, maxSkew], "skew = there + itself − least",
        "framework/plugins/podtopologyspread/filtering.go Filter";
    UNSCHEDULABLE = "unschedulable", "filter", Held, [pod, why], "",
        "schedule_one.go handleSchedulingFailure";
    RESERVE = "reserve", "bind", Main, [pod, node], "",
        "framework/plugins/volumebinding/volume_binding.go PreBind";
    BIND = "bind", "bind", Main, [pod, node], "",
        "schedule_one.go bind";
}
