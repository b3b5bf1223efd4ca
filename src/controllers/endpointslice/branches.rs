//! Every branch that the EndpointSlice controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "endpointslice/", "staging/src/k8s.io/endpointslice/";
    GONE = "gone", "get", Idle, "",
        "The Service is gone; its slices are left to the garbage collector.",
        "Service 已不存在；它的 EndpointSlice 交给垃圾回收器。",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    NOT_MINE = "not-mine", "get", Idle, "",
        "Service {service} selects no pods: its endpoints are somebody else's business.",
        "Service {service} 不选择 Pod：它的端点由别人负责。",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    PODS = "pods", "pods", Detail, "",
        "Service {service} selects {pods|# pod|# pods}: {listed|# has an address and is|# have an address and are} listed, {ready} of them {ready|is|are} ready.",
        "Service {service} 选中 {pods} 个 Pod：{listed} 个有地址并列出，其中 {ready} 个就绪。",
        "reconciler.go reconcileByAddressType";
    CREATE = "create", "slices", Main, "",
        "A slice with {endpoints|# endpoint|# endpoints} is created: {slice}.",
        "创建含 {endpoints} 个端点的切片 {slice}。",
        "reconciler.go finalize";
    PLACEHOLDER = "placeholder", "slices", Main, "",
        "No pod is listed: slice {slice} stands there empty.",
        "没有列出任何 Pod：切片 {slice} 为空占位。",
        "reconciler.go reconcileByAddressType";
    UPDATE = "update", "slices", Main, "",
        "Slice {slice} is written: {before|# endpoint|# endpoints} before, {endpoints} now.",
        "写入切片 {slice}：之前 {before} 个端点，现在 {endpoints} 个。",
        "reconciler.go finalize";
    DELETE = "delete", "slices", Main, "",
        "Slice {slice} is not needed any more: it is deleted.",
        "不再需要切片 {slice}：删除它。",
        "reconciler.go finalize";
    RIGHT = "right", "slices", Idle, "",
        "The slices of {service} say what is: nothing to write.",
        "{service} 的切片与现状一致：无需写入。",
        "reconciler.go finalize";
}
