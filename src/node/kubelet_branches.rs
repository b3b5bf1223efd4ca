//! Every branch that the kubelets can take.

use crate::actor::branch_table;

branch_table! { "kubelet/", "pkg/kubelet/";
    IDLE = "idle", "look", Idle, "",
        "Nothing to do for pod {pod} now.",
        "Pod {pod} 目前无需处理。",
        "kubelet.go SyncPod";
    TAKE = "take", "look", Main, "",
        "Pod {pod} has been assigned to node {node}: its containers are to be created.",
        "Pod {pod} 来到节点 {node}：将创建其容器。",
        "kubelet.go SyncPod";
    REJECT = "reject", "look", Main, "",
        "Node {node} rejects pod {pod}, which was bound without the scheduler: {why}",
        "节点 {node} 无法接收 Pod {pod}（未经调度器指定）：{why}",
        "lifecycle/predicate.go Admit";
    NOT_MOUNTED = "not-mounted", "look", Main, "",
        "Volume {volume} of pod {pod} cannot be set up: {why}. The kubelet tries again in {time}; no container begins before.",
        "Pod {pod} 的卷 {volume} 无法挂载：{why}。kubelet 将在 {time} 后重试；在此之前不会启动任何容器。",
        "volumemanager/volume_manager.go WaitForAttachAndMount";
    PRESENT = "image-present", "image", Main, "",
        "Pod {pod} needs image {image}, which is already present on node {node}.",
        "Pod {pod} 需要镜像 {image}，节点 {node} 上已有。",
        "images/image_manager.go EnsureImageExists";
    PULL = "pull", "image", Main, "",
        "Pod {pod} needs image {image}: pulling it, which takes {time}.",
        "Pod {pod} 需要镜像 {image}：开始拉取，需要 {time}。",
        "images/image_manager.go EnsureImageExists";
    PULLED = "pulled", "image", Main, "",
        "Image {image} for pod {pod} is present on node {node}: starting container {container}.",
        "Pod {pod} 的镜像 {image} 已在节点 {node} 上：开始启动容器 {container}。",
        "images/image_manager.go EnsureImageExists";
    NEVER = "never-pulled", "image", Main, "",
        "Pod {pod} needs image {image}, which is not on the node, and the pull policy is Never.",
        "Pod {pod} 需要镜像 {image}，它不在节点上，而拉取策略为 Never。",
        "images/image_manager.go EnsureImageExists";
    NO_TAG = "no-tag", "image", Main, "",
        "{name} has no tag {tag} in kubestep's catalogue of well-known images ({date}): pod {pod} cannot get its image.",
        "kubestep 的常用镜像目录（{date}）中，{name} 没有标签 {tag}：Pod {pod} 无法获得镜像。",
        "images/image_manager.go pullImage";
    PULL_FAILED = "pull-failed", "image", Main, "",
        "Cannot pull image {image} for pod {pod} (failure {failures}): backing off for {seconds} s.",
        "Pod {pod} 的镜像 {image} 无法拉取（第 {failures} 次失败）：{seconds} 秒内不再尝试。",
        "images/image_manager.go pullImage";
    PULL_BACKOFF = "pull-back-off", "image", Held, "",
        "Backing off pulling image {image} for pod {pod}: {seconds} s left.",
        "Pod {pod} 的镜像 {image} 暂不重新拉取：退避还剩 {seconds} 秒。",
        "images/image_manager.go EnsureImageExists";
    NOT_CREATED = "not-created", "run", Main, "",
        "Container {container} of pod {pod} cannot be created: {why}. The kubelet tries again every 10 s.",
        "Pod {pod} 的容器 {container} 无法创建：{why}。kubelet 每 10 秒重试一次。",
        "kubelet_pods.go makeEnvironmentVariables";
    START = "start", "run", Main, "",
        "Container {container} of pod {pod} is running.",
        "Pod {pod} 的容器 {container} 已运行。",
        "kuberuntime/kuberuntime_container.go startContainer";
    READY = "ready", "run", Main, "",
        "Container {container} of pod {pod} is ready.",
        "Pod {pod} 的容器 {container} 就绪。",
        "status/status_manager.go SetContainerReadiness";
    PROBE = "probe-failed", "run", Held, "",
        "The readiness probe of container {container} of pod {pod} fails; probing again in {seconds} s.",
        "Pod {pod} 的容器 {container} 就绪探针失败；{seconds} 秒后再次探测。",
        "prober/prober.go probe";
    STARTED = "started", "run", Main, "",
        "The startup probe of container {container} of pod {pod} succeeds: the other probes start.",
        "Pod {pod} 的容器 {container} 启动探针成功：开始其他探测。",
        "prober/worker.go doProbe";
    UNHEALTHY = "unhealthy", "run", Main, "",
        "The {probe} probe of container {container} of pod {pod} fails: {failures} in a row of {most}.",
        "Pod {pod} 的容器 {container} 的 {probe} 探针失败：连续 {failures} 次，阈值 {most}。",
        "prober/worker.go doProbe";
    PROBE_KILL = "probe-kill", "run", Main, "",
        "Container {container} of pod {pod} has failed its {probe} probe too often: stopping it, which takes {time}.",
        "Pod {pod} 的容器 {container} 的 {probe} 探针失败过多：停止它，需要 {time}。",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    EXIT = "exit", "restart", Main, "",
        "Container {container} of pod {pod} has exited with code {code} and is not restarted.",
        "Pod {pod} 的容器 {container} 以代码 {code} 结束，不再启动。",
        "container/helpers.go ShouldContainerBeRestarted";
    CHANGED = "changed", "restart", Main, "",
        "Container {container} of pod {pod} gets a new image, {image}: restarting it.",
        "Pod {pod} 的容器 {container} 换用镜像 {image}。",
        "kuberuntime/kuberuntime_manager.go containerChanged";
    RESTART = "restart", "restart", Main, "",
        "Restarting container {container} of pod {pod} (restart {restarts}).",
        "重新启动 Pod {pod} 的容器 {container}，第 {restarts} 次重启。",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    BACKOFF = "restart-back-off", "restart", Held, "",
        "Backing off restarting container {container} of pod {pod}: {seconds} s left.",
        "Pod {pod} 的容器 {container} 已结束，暂不重启：退避还剩 {seconds} 秒。",
        "kuberuntime/kuberuntime_manager.go doBackOff";
    KILL = "kill", "end", Main, "",
        "Pod {pod} is being deleted: stopping its containers, which takes {time}.",
        "Pod {pod} 正在删除：停止其容器，需要 {time}。",
        "kubelet.go SyncTerminatingPod";
    ENDED = "ended", "end", Main, "",
        "The containers of pod {pod} have stopped: deleting the pod object.",
        "Pod {pod} 的容器都已结束：删除对象。",
        "status/status_manager.go canBeDeleted";
}
