//! The Deployment controller (syncDeployment in `deployment_controller.go`, and its callees).

super::chart! { CHART, Deployment, "deployment", kubestep::controllers::deployment::branches;
    "get" {
        GONE, 0, 0, 1, End, "";
        SELECTING_ALL, 1, 0, 1, End, "";
    }
    "claim" {
        ADOPT, 0, 0, 1, On, "{replicaSet}";
        RELEASE, 1, 0, 1, On, "{replicaSet}";
    }
    "deleting" {
        TERMINATING, 0, 0, 2, To("status"), "";
    }
    "paused" {
        PAUSE, 0, 0, 1, On, "";
        RESUME, 1, 0, 1, On, "";
        PAUSED, 0, 1, 2, To("new ReplicaSet"), "";
    }
    "scaling" {
        SCALING_EVENT, 0, 0, 2, On, words;
    }
    "new ReplicaSet" {
        NEW_FOUND, 0, 0, 1, On, words;
        NEW_UPDATED, 1, 0, 1, On, words;
        NEW_CREATED, 0, 1, 2, On, "";
        NEW_MISSING, 0, 2, 1, On, "";
        HASH_COLLISION, 1, 2, 1, End, words;
        READ_TOO_EARLY, 0, 3, 2, End, "";
        NEW_FAILED, 0, 4, 2, End, "{error}";
    }
    "rollback" {
        ROLLBACK, 0, 0, 2, End, words;
        ROLLBACK_NOT_FOUND, 0, 1, 1, End, "";
        ROLLBACK_UNCHANGED, 1, 1, 1, End, "";
    }
    "scale" {
        SCALE_NONE, 0, 0, 1, To("clean up"), "";
        SCALE_AT_SIZE, 1, 0, 1, To("clean up"), "{replicas}";
        SCALE_ACTIVE, 0, 1, 1, To("clean up"), "→ {replicas}";
        SCALE_SATURATED, 1, 1, 1, To("clean up"), "{replicas}, 0";
        SCALE_PROPORTIONAL, 0, 2, 2, To("clean up"), "";
    }
    "recreate" {
        RECREATE_SCALE_DOWN, 0, 0, 1, To("status"), "{from} → 0";
        RECREATE_WAIT, 1, 0, 1, To("status"), words;
        RECREATE_SCALE_UP, 0, 1, 2, To("clean up"), "→ {replicas}";
    }
    "scale up new" {
        SCALE_UP_NEW, 0, 0, 2, To("status"), "";
        SURGE_FULL, 0, 1, 2, On, "";
        NEW_AT_SIZE, 0, 2, 1, On, "{replicas}";
        SCALE_DOWN_NEW, 1, 2, 1, To("status"), "{current} → {replicas}";
    }
    "scale down old" {
        NO_OLD, 0, 0, 1, On, "";
        STATUS_BEHIND, 1, 0, 1, On, "{size} < {available}";
        HOLD_OLD, 0, 1, 2, On, "";
        MAY_SCALE_DOWN, 0, 2, 2, On, "";
        CLEAN_UNHEALTHY, 0, 3, 1, On, "{from} → {to}";
        KEEP_AVAILABLE, 1, 3, 1, On, "";
        SCALE_DOWN_OLD, 0, 4, 2, To("status"), "{available} − {minAvailable} = {mayGo}: {from} → {to}";
    }
    "clean up" {
        CLEAN_HISTORY, 0, 0, 2, On, "{old} > {limit}: {replicaSet}";
    }
    "status" {
        COMPLETE, 0, 0, 1, On, "{replicas}";
        PROGRESSING, 1, 0, 1, On, words;
        TIMED_OUT, 0, 1, 2, On, words;
        STATUS_WRITTEN, 0, 2, 2, On, words;
        STATUS_UNCHANGED, 0, 3, 1, On, "";
        WATCH_DEADLINE, 1, 3, 1, On, words;
    }
}
