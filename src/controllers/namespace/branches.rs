//! Every branch that the namespace controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "namespace/", "pkg/controller/namespace/";
    GONE = "gone", "get", Idle, [], "",
        "deletion/namespaced_resources_deleter.go Delete";
    ACTIVE = "active", "get", Idle, [namespace], "",
        "deletion/namespaced_resources_deleter.go Delete";
    DELETE_PODS = "delete-pods", "content", Main, [namespace, there, count], "",
        "deletion/namespaced_resources_deleter.go deleteAllContent";
    WAIT_PODS = "wait-pods", "content", Held, [namespace, left], "",
        "deletion/namespaced_resources_deleter.go deleteAllContent";
    PODS_STAY = "pods-stay", "content", Held, [namespace, left], "",
        "deletion/namespaced_resources_deleter.go deleteAllContentForGroupVersionResource";
    DELETE_CONTENT = "delete-content", "content", Main, [namespace, kind, count], "",
        "deletion/namespaced_resources_deleter.go deleteAllContentForGroupVersionResource";
    WAIT_CONTENT = "wait-content", "content", Held, [namespace, left], "",
        "deletion/namespaced_resources_deleter.go Delete";
    FINALIZED = "finalized", "finalize", Main, [namespace], "",
        "deletion/namespaced_resources_deleter.go finalizeNamespace";
}
