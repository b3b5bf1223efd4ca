//! Every branch that the kubelets can take.

use crate::actor::branch_table;

branch_table! { "kubelet/", "pkg/kubelet/";
    IDLE = "idle", "look", Idle, "",
        "kubelet.go SyncPod";
    TAKE = "take", "look", Main, "",
        "kubelet.go SyncPod";
    LEFT_OUT = "left-out", "look", Detail, "",
        "kubelet.go SyncPod";
    REJECT = "reject", "look", Main, "",
        "lifecycle/predicate.go Admit";
    NOT_MOUNTED = "not-mounted", "look", Main, "",
        "volumemanager/volume_manager.go WaitForAttachAndMount";
    PRESENT = "image-present", "image", Main, "",
        "images/image_manager.go EnsureImageExists";
    PULL = "pull", "image", Main, "",
        "images/image_manager.go EnsureImageExists";
    PULLED = "pulled", "image", Main, "",
        "images/image_manager.go EnsureImageExists";
    NEVER = "never-pulled", "image", Main, "",
        "images/image_manager.go EnsureImageExists";
    NO_TAG = "no-tag", "image", Main, "",
        "images/image_manager.go pullImage";
    PULL_FAILED = "pull-failed", "image", Main, "",
        "images/image_manager.go pullImage";
    PULL_BACKOFF = "pull-back-off", "image", Held, "",
        "images/image_manager.go EnsureImageExists";
    NOT_CREATED = "not-created", "run", Main, "",
        "kubelet_pods.go makeEnvironmentVariables";
    START = "start", "run", Main, "",
        "kuberuntime/kuberuntime_container.go startContainer";
    READY = "ready", "run", Main, "",
        "status/status_manager.go SetContainerReadiness";
    PROBE = "probe-failed", "run", Held, "",
        "prober/prober.go probe";
    STARTED = "started", "run", Main, "",
        "prober/worker.go doProbe";
    UNHEALTHY = "unhealthy", "run", Main, "",
        "prober/worker.go doProbe";
    PROBE_KILL = "probe-kill", "run", Main, "",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    EXIT = "exit", "restart", Main, "",
        "container/helpers.go ShouldContainerBeRestarted";
    CHANGED = "changed", "restart", Main, "",
        "kuberuntime/kuberuntime_manager.go containerChanged";
    RESTART = "restart", "restart", Main, "",
        "kuberuntime/kuberuntime_manager.go computePodActions";
    BACKOFF = "restart-back-off", "restart", Held, "",
        "kuberuntime/kuberuntime_manager.go doBackOff";
    KILL = "kill", "end", Main, "",
        "kubelet.go SyncTerminatingPod";
    ENDED = "ended", "end", Main, "",
        "status/status_manager.go canBeDeleted";
}
