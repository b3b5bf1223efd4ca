//! The Deployment controller (syncDeployment in `deployment_controller.go`, and its callees).

super::chart! { CHART, Deployment, kubestep::controllers::deployment::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 1, End, "it is gone", "已不存在", "";
        SELECTING_ALL, 1, 0, 1, End, "selects every pod", "选中所有 Pod", "";
    }
    "claim" "claim ReplicaSets" "认领" {
        ADOPT, 0, 0, 1, On, "adopt an orphan", "收养孤儿", "{replicaSet}";
        RELEASE, 1, 0, 1, On, "release a stranger", "释放不匹配的", "{replicaSet}";
    }
    "deleting" "being deleted?" "正在删除？" {
        TERMINATING, 0, 0, 2, To("status"), "yes: the status only", "是：只更新状态", "";
    }
    "paused" "paused?" "已暂停？" {
        PAUSE, 0, 0, 1, On, "stop the deadline", "停止计时", "";
        RESUME, 1, 0, 1, On, "start the deadline anew", "重新计时", "";
        PAUSED, 0, 1, 2, To("new ReplicaSet"), "yes: scale, but do not roll", "是：只伸缩，不滚动", "";
    }
    "scaling" "resized?" "改了大小？" {
        SCALING_EVENT, 0, 0, 2, On, "yes: scale before anything else", "是：先伸缩", "replicas: {before} → {replicas}";
    }
    "new ReplicaSet" "new ReplicaSet" "新 ReplicaSet" {
        NEW_FOUND, 0, 0, 1, On, "there it is", "已存在", "revision {revision}";
        NEW_UPDATED, 1, 0, 1, On, "bring it up to date", "更新注解", "revision {revision}";
        NEW_CREATED, 0, 1, 2, On, "create it", "创建", "";
        NEW_MISSING, 0, 2, 1, On, "none, and none made", "没有，也不创建", "";
        HASH_COLLISION, 1, 2, 1, End, "its name is taken", "名称被占用", "collisionCount {collisionCount}";
        READ_TOO_EARLY, 0, 3, 2, End, "read too early: try again", "读得太早：重试", "";
        NEW_FAILED, 0, 4, 2, End, "creation was refused", "创建被拒绝", "{error}";
    }
    "rollback" "roll back?" "回滚？" {
        ROLLBACK, 0, 0, 2, End, "copy the old template back", "复制回旧模板", "revision {revision}";
        ROLLBACK_NOT_FOUND, 0, 1, 1, End, "no such revision", "没有该修订版本", "";
        ROLLBACK_UNCHANGED, 1, 1, 1, End, "it is this template", "模板相同", "";
    }
    "scale" "scale only" "仅伸缩" {
        SCALE_NONE, 0, 0, 1, To("clean up"), "nothing to scale", "无可伸缩", "";
        SCALE_AT_SIZE, 1, 0, 1, To("clean up"), "it has that size", "大小已对", "{replicas}";
        SCALE_ACTIVE, 0, 1, 1, To("clean up"), "one set: all to it", "只有一个：全给它", "→ {replicas}";
        SCALE_SATURATED, 1, 1, 1, To("clean up"), "new is full: old to 0", "新的已满：旧的归零", "{replicas}, 0";
        SCALE_PROPORTIONAL, 0, 2, 2, To("clean up"), "several: in proportion", "多个：按比例", "";
    }
    "recreate" "Recreate" "Recreate" {
        RECREATE_SCALE_DOWN, 0, 0, 1, To("status"), "old sets to 0", "旧的缩到 0", "{from} → 0";
        RECREATE_WAIT, 1, 0, 1, To("status"), "wait for old pods", "等待旧 Pod", "{pods} left";
        RECREATE_SCALE_UP, 0, 1, 2, To("clean up"), "old pods gone: new set up", "旧 Pod 已消失：扩新", "→ {replicas}";
    }
    "scale up new" "Rolling: new set up" "滚动：扩新" {
        SCALE_UP_NEW, 0, 0, 2, To("status"), "there is room: scale up", "有空位：扩容", "";
        SURGE_FULL, 0, 1, 2, On, "maxSurge is used up: no room", "maxSurge 已用完：没有空位", "";
        NEW_AT_SIZE, 0, 2, 1, On, "it has all replicas", "已有全部副本", "{replicas}";
        SCALE_DOWN_NEW, 1, 2, 1, To("status"), "too many: scale down", "过多：缩容", "{current} → {replicas}";
    }
    "scale down old" "Rolling: old sets down" "滚动：缩旧" {
        NO_OLD, 0, 0, 1, On, "no old pods wanted", "旧的都为 0", "";
        STATUS_BEHIND, 1, 0, 1, On, "a status is behind", "状态落后", "{size} < {available}";
        HOLD_OLD, 0, 1, 2, On, "no old pod may go", "旧 Pod 一个也不能删", "";
        MAY_SCALE_DOWN, 0, 2, 2, On, "so many may go", "最多可删", "";
        CLEAN_UNHEALTHY, 0, 3, 1, On, "unavailable ones first", "先删不可用的", "{from} → {to}";
        KEEP_AVAILABLE, 1, 3, 1, On, "keep available ones", "保留可用的", "";
        SCALE_DOWN_OLD, 0, 4, 2, To("status"), "available ones go", "删可用的", "{available} − {minAvailable} = {mayGo}: {from} → {to}";
    }
    "clean up" "clean up" "清理" {
        CLEAN_HISTORY, 0, 0, 2, On, "too many old sets: delete one", "旧的过多：删除一个", "{old} > {limit}: {replicaSet}";
    }
    "status" "status" "状态" {
        COMPLETE, 0, 0, 1, On, "the rollout is complete", "滚动更新完成", "{replicas}";
        PROGRESSING, 1, 0, 1, On, "it gets on", "有进展", "{updated}, {ready}, {available} of {replicas}";
        TIMED_OUT, 0, 1, 2, On, "no progress until the deadline", "到期限仍无进展", "{deadline} s";
        STATUS_WRITTEN, 0, 2, 2, On, "write it", "写入", "updated {updated}, ready {ready}, available {available}";
        STATUS_UNCHANGED, 0, 3, 1, On, "as it was", "没有变化", "";
        WATCH_DEADLINE, 1, 3, 1, On, "look again in time", "届时再看", "{seconds} s";
    }
}
