//! Every branch that the kubelets can take.

use crate::controllers::branch_table::branch_table;
use crate::controllers::decision::Branch;

branch_table! { "kubelet/", "pkg/kubelet/";
    IDLE = "idle", "look", "",
        "Nothing is to be done for pod {pod} now.",
        "Pod {pod} 目前无需处理。",
        "kubelet.go SyncPod";
    TAKE = "take", "look", "",
        "Pod {pod} came to node {node}: its containers are to be created.",
        "Pod {pod} 来到节点 {node}：将创建其容器。",
        "kubelet.go SyncPod";
    PRESENT = "image-present", "image", "",
        "Node {node} has image {image} already.",
        "节点 {node} 上已有镜像 {image}。",
        "images/image_manager.go EnsureImageExists";
    PULL = "pull", "image", "",
        "Image {image} is pulled; that takes {ms} ms.",
        "拉取镜像 {image}，需要 {ms} 毫秒。",
        "images/image_manager.go EnsureImageExists";
    NEVER = "never-pulled", "image", "",
        "Image {image} is not on the node, and the pull policy is Never.",
        "镜像 {image} 不在节点上，而拉取策略为 Never。",
        "images/image_manager.go EnsureImageExists";
    PULL_FAILED = "pull-failed", "image", "",
        "Image {image} cannot be pulled (failure {failures}): not again for {seconds} s.",
        "镜像 {image} 无法拉取（第 {failures} 次失败）：{seconds} 秒内不再尝试。",
        "images/image_manager.go pullImage";
    PULL_BACKOFF = "pull-back-off", "image", "",
        "Image {image} is not pulled again yet: {seconds} s of the back-off are left.",
        "镜像 {image} 暂不重新拉取：退避还剩 {seconds} 秒。",
        "images/image_manager.go EnsureImageExists";
    START = "start", "run", "",
        "Container {container} is started.",
        "启动容器 {container}。",
        "kuberuntime/kuberuntime_container.go startContainer";
    READY = "ready", "run", "",
        "Container {container} is ready.",
        "容器 {container} 就绪。",
        "status/status_manager.go SetContainerReadiness";
    PROBE = "probe-failed", "run", "",
        "The readiness probe of container {container} fails; the next one is in {seconds} s.",
        "容器 {container} 的就绪探针失败；{seconds} 秒后再次探测。",
        "prober/prober.go probe";
    EXIT = "exit", "restart", "",
        "Container {container} ended with code {code} and stays so.",
        "容器 {container} 以代码 {code} 结束，不再启动。",
        "container/helpers.go ShouldContainerBeRestarted";
    RESTART = "restart", "restart", "",
        "Container {container} is started again, restart {restarts}.",
        "重新启动容器 {container}，第 {restarts} 次重启。",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    BACKOFF = "restart-back-off", "restart", "",
        "Container {container} ended and is not started again yet: {seconds} s of the back-off are left.",
        "容器 {container} 已结束，暂不重启：退避还剩 {seconds} 秒。",
        "kuberuntime/kuberuntime_manager.go doBackOff";
    KILL = "kill", "end", "",
        "Pod {pod} is being deleted: its containers are stopped, which takes {ms} ms.",
        "Pod {pod} 正在删除：停止其容器，需要 {ms} 毫秒。",
        "kubelet.go SyncTerminatingPod";
    ENDED = "ended", "end", "",
        "The containers of pod {pod} have ended: the object goes.",
        "Pod {pod} 的容器都已结束：删除对象。",
        "status/status_manager.go canBeDeleted";
}
