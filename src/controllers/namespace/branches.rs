//! Every branch that the namespace controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "namespace/", "pkg/controller/namespace/";
    GONE = "gone", "get", Idle, "",
        "The namespace no longer exists.",
        "命名空间已不存在。",
        "deletion/namespaced_resources_deleter.go Delete";
    ACTIVE = "active", "get", Idle, "",
        "Namespace {namespace} is not being deleted.",
        "命名空间 {namespace} 没有在删除。",
        "deletion/namespaced_resources_deleter.go Delete";
    DELETE_PODS = "delete-pods", "content", Main, "",
        "Pods go first: deleting {count} of {there} in {namespace}.",
        "先删除 Pod：{namespace} 的 {there} 个中现在删除 {count} 个。",
        "deletion/namespaced_resources_deleter.go deleteAllContent";
    WAIT_PODS = "wait-pods", "content", Held, "",
        "{left|# pod|# pods} of {namespace} {left|is|are} still terminating; the rest of the content waits for {left|it|them}.",
        "{namespace} 还有 {left} 个 Pod 未结束；其余内容等待它们。",
        "deletion/namespaced_resources_deleter.go deleteAllContent";
    PODS_STAY = "pods-stay", "content", Held, "",
        "{left|# pod|# pods} of {namespace} {left|is|are} still there although {left|its grace period is|their grace periods are} over: the look fails, and is tried again.",
        "{namespace} 的 {left} 个 Pod 超过宽限期仍未消失：本次检查失败，稍后重试。",
        "deletion/namespaced_resources_deleter.go deleteAllContentForGroupVersionResource";
    DELETE_CONTENT = "delete-content", "content", Main, "",
        "Deleting {count} {kind} of {namespace}.",
        "删除 {namespace} 的 {count} 个 {kind}。",
        "deletion/namespaced_resources_deleter.go deleteAllContentForGroupVersionResource";
    WAIT_CONTENT = "wait-content", "content", Held, "",
        "Finalizers hold {left|# object|# objects} of {namespace}: the namespace waits for {left|it|them}.",
        "{namespace} 还有 {left} 个对象因终结器而存在：命名空间等待它们。",
        "deletion/namespaced_resources_deleter.go Delete";
    FINALIZED = "finalized", "finalize", Main, "",
        "{namespace} is empty: removing its finalizer, which lets it be deleted.",
        "{namespace} 已清空：移除终结器，命名空间消失。",
        "deletion/namespaced_resources_deleter.go finalizeNamespace";
}
