//! Every branch that the kubelets can take.

use crate::actor::branch_table;

branch_table! { "kubelet/", "pkg/kubelet/";
    IDLE = "idle", "look", Idle, [pod], "",
        "kubelet.go SyncPod";
    TAKE = "take", "look", Main, [pod, node], "",
        "kubelet.go SyncPod";
    LEFT_OUT = "left-out", "look", Detail, [pod, fields], "",
        "kubelet.go SyncPod";
    REJECT = "reject", "look", Main, [pod, node, why], "",
        "lifecycle/predicate.go Admit";
    NOT_MOUNTED = "not-mounted", "look", Main, [pod, volume, why, time], "",
        "volumemanager/volume_manager.go WaitForAttachAndMount";
    PRESENT = "image-present", "image", Main, [pod, node, image], "",
        "images/image_manager.go EnsureImageExists";
    PULL = "pull", "image", Main, [pod, image, time], "",
        "images/image_manager.go EnsureImageExists";
    PULLED = "pulled", "image", Main, [pod, image, node, container], "",
        "images/image_manager.go EnsureImageExists";
    NEVER = "never-pulled", "image", Main, [pod, image], "",
        "images/image_manager.go EnsureImageExists";
    NO_TAG = "no-tag", "image", Main, [pod, name, tag, date], "",
        "images/image_manager.go pullImage";
    PULL_FAILED = "pull-failed", "image", Main, [pod, image, failures, seconds], "",
        "images/image_manager.go pullImage";
    PULL_BACKOFF = "pull-back-off", "image", Held, [pod, image, seconds], "",
        "images/image_manager.go EnsureImageExists";
    NOT_CREATED = "not-created", "run", Main, [pod, container, why], "",
        "kubelet_pods.go makeEnvironmentVariables";
    START = "start", "run", Main, [pod, container], "",
        "kuberuntime/kuberuntime_container.go startContainer";
    READY = "ready", "run", Main, [pod, container], "",
        "status/status_manager.go SetContainerReadiness";
    PROBE = "probe-failed", "run", Held, [pod, container, seconds], "",
        "prober/prober.go probe";
    STARTED = "started", "run", Main, [pod, container], "",
        "prober/worker.go doProbe";
    UNHEALTHY = "unhealthy", "run", Main, [pod, container, probe, failures, most], "",
        "prober/worker.go doProbe";
    PROBE_KILL = "probe-kill", "run", Main, [pod, container, probe, time], "",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    EXIT = "exit", "restart", Main, [pod, container, code], "",
        "container/helpers.go ShouldContainerBeRestarted";
    CHANGED = "changed", "restart", Main, [pod, container, image], "",
        "kuberuntime/kuberuntime_manager.go containerChanged";
    RESTART = "restart", "restart", Main, [pod, container, restarts], "",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    BACKOFF = "restart-back-off", "restart", Held, [pod, container, seconds], "",
        "kuberuntime/kuberuntime_manager.go doBackOff";
    PRE_STOP = "pre-stop", "end", Main, [pod, container, time], "",
        "kuberuntime/kuberuntime_container.go executePreStopHook";
    KILL = "kill", "end", Main, [pod, time], "",
        "kubelet.go SyncTerminatingPod";
    ENDED = "ended", "end", Main, [pod], "",
        "status/status_manager.go canBeDeleted";
}
