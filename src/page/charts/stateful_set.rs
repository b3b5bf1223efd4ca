//! The StatefulSet controller (UpdateStatefulSet in `stateful_set_control.go`).

super::chart! { CHART, StatefulSet, "statefulset", kubestep::controllers::stateful_set::branches;
    "get" {
        GONE, 0, 0, 2, End, "";
    }
    "claim" {
        ADOPT_REVISION, 0, 0, 1, On, "{revision}";
        CANNOT_ADOPT, 1, 0, 1, End, "{revision}";
        ADOPT, 0, 1, 1, On, "{pod}";
        RELEASE, 1, 1, 1, On, "{pod}";
    }
    "revisions" {
        REVISION_KEPT, 0, 0, 1, On, "{revision}";
        REVISION_EQUIVALENT, 1, 0, 1, On, "{revision}";
        REVISION_ROLLBACK, 0, 1, 1, On, "";
        REVISION_CREATED, 1, 1, 1, On, "";
        REVISION_COLLISION, 0, 2, 2, On, words;
    }
    "line up" {
        TERMINATING, 0, 0, 2, To("status"), "";
    }
    "replicas" {
        REPLACE_FINISHED, 0, 0, 1, On, "{pod} {phase}";
        FINISHED_GOING, 1, 0, 1, On, "{pod} {phase}";
        STALE_CLAIM, 0, 1, 1, On, "{claim}";
        CREATE, 1, 1, 1, On, "{pod}";
        CREATE_BELOW_PARTITION, 0, 2, 2, On, "{pod}: {ordinal} < {bound}";
        CREATE_NOT_UPDATED, 0, 3, 2, On, "";
        CREATE_CLAIM, 0, 4, 1, On, "{claim}";
        CLAIM_FAILED, 1, 4, 1, To("status"), "{error}";
        CREATE_FAILED, 0, 5, 2, To("status"), "{error}";
        WAIT_TERMINATING, 0, 6, 1, To("status"), "{pod}";
        WAIT_READY, 1, 6, 1, To("status"), "{pod}";
        WAIT_AVAILABLE, 0, 7, 1, To("status"), words;
        WAIT_BROKEN, 1, 7, 1, To("status"), "{pod}";
        REPAIR, 0, 8, 2, On, "{pod}: {what}";
        REPLICAS_READY, 0, 9, 1, On, "{replicas}";
        REPLICAS_BURST, 1, 9, 1, On, "{replicas}";
    }
    "claims" {
        OWN_CLAIM, 0, 0, 1, On, "{claim}";
        CONFLICTING_CONTROLLER, 1, 0, 1, On, "{claim}";
    }
    "scale down" {
        SCALE_DOWN_TERMINATING, 0, 0, 1, To("status"), "{pod}";
        SCALE_DOWN_BLOCKED, 1, 0, 1, To("status"), "{pod}";
        SCALE_DOWN, 0, 1, 2, On, "";
        SCALE_TO_ZERO, 0, 2, 2, On, "{pod}";
    }
    "update" {
        ON_DELETE, 0, 0, 2, On, "";
        UPDATE_DELETE, 0, 1, 1, On, "{pod}";
        UPDATE_WAIT, 1, 1, 1, On, "{pod}";
        UPDATE_DONE, 0, 2, 2, On, "";
        UNAVAILABLE_DELETE, 0, 3, 2, On, "{pods}";
        MAX_UNAVAILABLE_REACHED, 0, 4, 1, On, "{unavailable} ≥ {maxUnavailable}";
        MAX_UNAVAILABLE_NONE, 1, 4, 1, On, "";
        MAX_UNAVAILABLE_DELETE, 0, 5, 2, On, "";
    }
    "status" {
        UPDATE_COMPLETE, 0, 0, 2, On, "{updateRevision}";
        WAIT_MIN_READY, 0, 1, 2, On, "";
        STATUS_WRITTEN, 0, 2, 2, On, words;
        STATUS_UNCHANGED, 0, 3, 2, On, "";
    }
    "history" {
        CLEAN_HISTORY, 0, 0, 2, On, "";
    }
}
