//! Every branch that the namespace controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "namespace/", "pkg/controller/namespace/";
    GONE = "gone", "get", Idle, "",
        "deletion/namespaced_resources_deleter.go Delete";
    ACTIVE = "active", "get", Idle, "",
        "deletion/namespaced_resources_deleter.go Delete";
    DELETE_PODS = "delete-pods", "content", Main, "",
        "deletion/namespaced_resources_deleter.go deleteAllContent";
    WAIT_PODS = "wait-pods", "content", Held, "",
        "deletion/namespaced_resources_deleter.go deleteAllContent";
    PODS_STAY = "pods-stay", "content", Held, "",
        "deletion/namespaced_resources_deleter.go deleteAllContentForGroupVersionResource";
    DELETE_CONTENT = "delete-content", "content", Main, "",
        "deletion/namespaced_resources_deleter.go deleteAllContentForGroupVersionResource";
    WAIT_CONTENT = "wait-content", "content", Held, "",
        "deletion/namespaced_resources_deleter.go Delete";
    FINALIZED = "finalized", "finalize", Main, "",
        "deletion/namespaced_resources_deleter.go finalizeNamespace";
}
