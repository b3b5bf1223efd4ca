//! The StatefulSet controller (UpdateStatefulSet in `stateful_set_control.go`).

super::chart! { CHART, StatefulSet, kubestep::controllers::stateful_set::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 2, End, "it is gone", "已不存在", "";
    }
    "claim" "claim revisions and pods" "认领" {
        ADOPT_REVISION, 0, 0, 1, On, "adopt a revision", "收养修订版本", "{revision}";
        CANNOT_ADOPT, 1, 0, 1, End, "being deleted: no", "正在删除：不收养", "{revision}";
        ADOPT, 0, 1, 1, On, "adopt a pod", "收养 Pod", "{pod}";
        RELEASE, 1, 1, 1, On, "release a pod", "释放 Pod", "{pod}";
    }
    "revisions" "update revision" "更新版本" {
        REVISION_KEPT, 0, 0, 1, On, "the newest has it", "最新的就是", "{revision}";
        REVISION_EQUIVALENT, 1, 0, 1, On, "the newest means it", "最新的等同", "{revision}";
        REVISION_ROLLBACK, 0, 1, 1, On, "an earlier has it", "较早的就是", "";
        REVISION_CREATED, 1, 1, 1, On, "create one", "新建一个", "";
        REVISION_COLLISION, 0, 2, 2, On, "its name is taken: hash again", "名称被占用：重算哈希", "collisionCount {collisionCount}";
    }
    "line up" "being deleted?" "正在删除？" {
        TERMINATING, 0, 0, 2, To("status"), "yes: the status only", "是：只更新状态", "";
    }
    "replicas" "each wanted pod, in order" "按序处理每个 Pod" {
        REPLACE_FINISHED, 0, 0, 1, On, "ended: delete it", "已结束：删除", "{pod} {phase}";
        FINISHED_GOING, 1, 0, 1, On, "ended: wait till gone", "已结束：等它消失", "{pod} {phase}";
        STALE_CLAIM, 0, 1, 1, On, "missing: claim is stale", "缺少：声明已过时", "{claim}";
        CREATE, 1, 1, 1, On, "missing: make it new", "缺少：按新版本建", "{pod}";
        CREATE_BELOW_PARTITION, 0, 2, 2, On, "missing, below the partition: make it old", "缺少，低于分区：按旧版本建", "{pod}: {ordinal} < {bound}";
        CREATE_NOT_UPDATED, 0, 3, 2, On, "missing, not updated yet: make it old", "缺少，尚未更新：按旧版本建", "";
        CREATE_CLAIM, 0, 4, 1, On, "make its claim", "创建声明", "{claim}";
        CLAIM_FAILED, 1, 4, 1, To("status"), "claim was refused", "声明被拒绝", "{error}";
        CREATE_FAILED, 0, 5, 2, To("status"), "creation was refused", "创建被拒绝", "{error}";
        WAIT_TERMINATING, 0, 6, 1, To("status"), "ending: wait", "正在终止：等待", "{pod}";
        WAIT_READY, 1, 6, 1, To("status"), "not ready: wait", "未就绪：等待", "{pod}";
        WAIT_AVAILABLE, 0, 7, 1, To("status"), "not available: wait", "尚不可用：等待", "{pod}: {minReadySeconds} s";
        WAIT_BROKEN, 1, 7, 1, To("status"), "broken: stuck", "损坏：卡住", "{pod}";
        REPAIR, 0, 8, 2, On, "put its identity right", "修正身份", "{pod}: {what}";
        REPLICAS_READY, 0, 9, 1, On, "all as they should be", "全部符合要求", "{replicas}";
        REPLICAS_BURST, 1, 9, 1, On, "Parallel: no waiting", "Parallel：不等待", "{replicas}";
    }
    "claims" "owners of claims" "声明的属主" {
        OWN_CLAIM, 0, 0, 1, On, "retention policy", "保留策略", "{claim}";
        CONFLICTING_CONTROLLER, 1, 0, 1, On, "somebody else's", "由他人管理", "{claim}";
    }
    "scale down" "too many, last first" "多余的，从末尾起" {
        SCALE_DOWN_TERMINATING, 0, 0, 1, To("status"), "ending: wait", "正在终止：等待", "{pod}";
        SCALE_DOWN_BLOCKED, 1, 0, 1, To("status"), "not available: wait", "不可用：等待", "{pod}";
        SCALE_DOWN, 0, 1, 2, On, "delete the last one", "删除最后一个", "";
        SCALE_TO_ZERO, 0, 2, 2, On, "none wanted: delete the last one", "不需要：删除最后一个", "{pod}";
    }
    "update" "update, last first" "更新，从末尾起" {
        ON_DELETE, 0, 0, 2, On, "OnDelete: not by itself", "OnDelete：不自动更新", "";
        UPDATE_DELETE, 0, 1, 1, On, "old revision: delete", "旧版本：删除", "{pod}";
        UPDATE_WAIT, 1, 1, 1, On, "not available: wait", "不可用：等待", "{pod}";
        UPDATE_DONE, 0, 2, 2, On, "all above the partition are new", "分区以上全是新版本", "";
        UNAVAILABLE_DELETE, 0, 3, 2, On, "old and not available: delete all", "旧版本且不可用：全部删除", "{pods}";
        MAX_UNAVAILABLE_REACHED, 0, 4, 1, On, "used up: wait", "已用完：等待", "{unavailable} ≥ {maxUnavailable}";
        MAX_UNAVAILABLE_NONE, 1, 4, 1, On, "old ones are ending", "旧的正在终止", "";
        MAX_UNAVAILABLE_DELETE, 0, 5, 2, On, "delete as many as may be missing", "删除允许的数目", "";
    }
    "status" "status" "状态" {
        UPDATE_COMPLETE, 0, 0, 2, On, "update complete: it is the current one", "更新完成：成为当前版本", "{updateRevision}";
        WAIT_MIN_READY, 0, 1, 2, On, "ready, not available yet: look again", "就绪但尚不可用：届时再看", "";
        STATUS_WRITTEN, 0, 2, 2, On, "write it", "写入", "{pods} pods: ready {ready}, old {current}, new {updated}";
        STATUS_UNCHANGED, 0, 3, 2, On, "as it was", "没有变化", "";
    }
    "history" "clean up" "清理" {
        CLEAN_HISTORY, 0, 0, 2, On, "too many revisions: delete one", "修订版本过多：删除一个", "";
    }
}
