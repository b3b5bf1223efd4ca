//! The ReplicaSet controller (syncReplicaSet in `replica_set.go`).

super::chart! { CHART, ReplicaSet, kubestep::controllers::replica_set::branches;
    "get" "look it up" "查找" {
        GONE, 0, 0, 2, End, "it is gone", "已不存在", "";
    }
    "claim" "claim pods" "认领 Pod" {
        ADOPT, 0, 0, 1, On, "adopt an orphan", "收养孤儿", "{pod}";
        RELEASE, 1, 0, 1, On, "release a stranger", "释放不匹配的", "{pod}";
    }
    "compare" "compare" "比较" {
        TERMINATING, 0, 0, 1, To("status"), "being deleted", "正在删除", "";
        RIGHT, 1, 0, 1, To("status"), "as many as wanted", "数目正好", "{active} = {replicas}";
    }
    "create" "too few" "太少" {
        CREATE, 0, 0, 2, To("status"), "create what is missing", "创建缺少的", "";
    }
    "delete" "too many" "太多" {
        DELETE, 0, 0, 2, On, "delete the surplus", "删除多余的", "";
    }
    "status" "status" "状态" {
        STATUS_WRITTEN, 0, 0, 2, On, "write it", "写入", "pods {active}, ready {ready}, available {available}";
        STATUS_UNCHANGED, 0, 1, 2, On, "as it was", "没有变化", "";
        WAIT_AVAILABLE, 0, 2, 2, On, "ready, not available yet: look again", "就绪但尚不可用：届时再看", "";
    }
}
