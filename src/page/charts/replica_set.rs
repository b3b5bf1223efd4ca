//! The ReplicaSet controller (syncReplicaSet in `replica_set.go`).

super::chart! { CHART, ReplicaSet, "replicaset", kubestep::controllers::replica_set::branches;
    "get" {
        GONE, 0, 0, 2, End, "";
    }
    "claim" {
        ADOPT, 0, 0, 1, On, "{pod}";
        RELEASE, 1, 0, 1, On, "{pod}";
    }
    "compare" {
        TERMINATING, 0, 0, 1, To("status"), "";
        RIGHT, 1, 0, 1, To("status"), "{active} = {replicas}";
    }
    "create" {
        CREATE, 0, 0, 2, To("status"), "";
        QUOTA, 0, 1, 1, To("status"), "{resource}: {used}/{limited}";
        REFUSED, 1, 1, 1, To("status"), "{error}";
    }
    "delete" {
        DELETE, 0, 0, 2, On, "";
    }
    "status" {
        STATUS_WRITTEN, 0, 0, 2, On, words;
        STATUS_UNCHANGED, 0, 1, 2, On, "";
        WAIT_AVAILABLE, 0, 2, 2, On, "";
    }
}
