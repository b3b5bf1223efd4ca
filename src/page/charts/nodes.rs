//! Stand-ins for what runs on nodes and schedules pods: the scheduler and the kubelet.

super::chart! { SCHEDULER, Scheduler, "scheduler", kubestep::node::scheduler_branches;
    "get" {
        NOTHING, 0, 0, 2, End, "{pod}";
        OTHER, 0, 1, 1, End, "{scheduler}";
        GATED, 1, 1, 1, End, "{pod}";
    }
    "filter" {
        LEFT_OUT, 0, 0, 2, On, "{fields}";
        SPREAD, 0, 1, 2, On, "{counts}";
        ANTI_AFFINITY, 0, 2, 1, On, words;
        EXISTING_ANTI_AFFINITY, 1, 2, 1, On, words;
        AFFINITY, 0, 3, 1, On, words;
        SKEW, 1, 3, 1, On, words;
        UNSCHEDULABLE, 0, 4, 2, End, "{why}";
    }
    "bind" {
        RESERVE, 0, 0, 2, End, "{node}";
        BIND, 0, 1, 2, On, "{node}";
    }
}

super::chart! { KUBELET, Kubelet, "kubelet", kubestep::node::kubelet_branches;
    "look" {
        TAKE, 0, 0, 1, On, "{node}";
        IDLE, 1, 0, 1, On, "";
        REJECT, 0, 1, 2, End, "{why}";
        NOT_MOUNTED, 0, 2, 2, End, words;
        LEFT_OUT, 0, 3, 2, On, "{fields}";
    }
    "image" {
        PRESENT, 0, 0, 1, On, "{image}";
        PULL, 1, 0, 1, On, "{time}";
        PULLED, 0, 1, 1, On, "{container}";
        NEVER, 1, 1, 1, On, "{image}";
        NO_TAG, 0, 2, 2, On, "{name}: {tag}";
        PULL_FAILED, 0, 3, 1, On, words;
        PULL_BACKOFF, 1, 3, 1, On, words;
    }
    "run" {
        START, 0, 0, 1, On, "{container}";
        READY, 1, 0, 1, On, "{container}";
        PROBE, 0, 1, 2, On, words;
        NOT_CREATED, 0, 5, 2, On, "{container}: {why}";
        STARTED, 0, 2, 2, On, "{container}";
        UNHEALTHY, 0, 3, 2, On, words;
        PROBE_KILL, 0, 4, 2, On, "{container}: {time}";
    }
    "restart" {
        EXIT, 0, 0, 1, On, "{container}: {code}";
        CHANGED, 1, 0, 1, On, "{image}";
        RESTART, 0, 1, 1, On, "{container}: {restarts}";
        BACKOFF, 1, 1, 1, On, words;
    }
    "end" {
        PRE_STOP, 0, 0, 2, On, "{container}: {time}";
        KILL, 0, 1, 1, On, "{time}";
        ENDED, 1, 1, 1, On, "{pod}";
    }
}
