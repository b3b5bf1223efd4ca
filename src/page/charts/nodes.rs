//! Stand-ins for what runs on nodes and schedules pods: the scheduler and the kubelet.

super::chart! { SCHEDULER, Scheduler, kubestep::node::scheduler_branches;
    "get" "look it up" "查找" {
        NOTHING, 0, 0, 2, End, "it needs no node any more", "不再需要节点", "{pod}";
        OTHER, 0, 1, 1, End, "for another scheduler", "属于其他调度器", "{scheduler}";
        GATED, 1, 1, 1, End, "it has gates", "有调度门控", "{pod}";
    }
    "filter" "which nodes?" "哪些节点？" {
        LEFT_OUT, 0, 0, 2, On, "not simulated: left out", "未模拟：忽略", "{fields}";
        UNSCHEDULABLE, 0, 1, 2, End, "none takes it", "没有节点接受", "{why}";
    }
    "bind" "bind" "绑定" {
        RESERVE, 0, 0, 2, End, "first its claims", "先绑定 PVC", "{node}";
        BIND, 0, 1, 2, On, "the next one takes it", "由下一个接受", "{node}";
    }
}

super::chart! { KUBELET, Kubelet, kubestep::node::kubelet_branches;
    "look" "look at the pod" "查看 Pod" {
        TAKE, 0, 0, 1, On, "it has come", "刚到", "{node}";
        IDLE, 1, 0, 1, On, "nothing to do", "无事可做", "";
        REJECT, 0, 1, 2, End, "there is no room for it", "没有空间", "{why}";
        NOT_MOUNTED, 0, 2, 2, End, "a volume cannot be set up", "卷无法挂载", "{volume}: again in {time}";
    }
    "image" "images" "镜像" {
        PRESENT, 0, 0, 1, On, "it is there", "已有", "{image}";
        PULL, 1, 0, 1, On, "pull it", "拉取", "{time}";
        PULLED, 0, 1, 1, On, "pulled: start", "已拉取：启动", "{container}";
        NEVER, 1, 1, 1, On, "missing, policy Never", "缺少，策略 Never", "{image}";
        NO_TAG, 0, 2, 2, On, "there is no such tag", "没有此标签", "{name}: {tag}";
        PULL_FAILED, 0, 3, 1, On, "pull failed: back off", "拉取失败：退避", "{seconds} s";
        PULL_BACKOFF, 1, 3, 1, On, "in back-off: wait", "退避中：等待", "{seconds} s";
    }
    "run" "containers" "容器" {
        START, 0, 0, 1, On, "it runs", "已运行", "{container}";
        READY, 1, 0, 1, On, "it is ready", "就绪", "{container}";
        PROBE, 0, 1, 2, On, "its readiness probe fails", "就绪探针失败", "{container}: again in {seconds} s";
        NOT_CREATED, 0, 5, 2, On, "it cannot be created", "无法创建", "{container}: {why}";
        STARTED, 0, 2, 2, On, "its startup probe succeeds", "启动探针成功", "{container}";
        UNHEALTHY, 0, 3, 2, On, "startup or liveness probe fails", "启动或存活探针失败", "{container}: {failures} of {most}";
        PROBE_KILL, 0, 4, 2, On, "too often: stop it", "次数过多：停止", "{container}: {time}";
    }
    "restart" "ended containers" "已结束的容器" {
        EXIT, 0, 0, 1, On, "it stays so", "不再启动", "{container}: {code}";
        CHANGED, 1, 0, 1, On, "another image", "换了镜像", "{image}";
        RESTART, 0, 1, 1, On, "start it again", "重启", "{container}: {restarts}";
        BACKOFF, 1, 1, 1, On, "in back-off: wait", "退避中：等待", "{seconds} s";
    }
    "end" "being deleted?" "正在删除？" {
        KILL, 0, 0, 1, On, "stop its containers", "停止容器", "{time}";
        ENDED, 1, 0, 1, On, "ended: the object goes", "已结束：删除对象", "{pod}";
    }
}
