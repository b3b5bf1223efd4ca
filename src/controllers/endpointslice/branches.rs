//! Every branch that the EndpointSlice controller can take, in the order of its flow chart.

use crate::actor::branch_table;

branch_table! { "endpointslice/", "staging/src/k8s.io/endpointslice/";
    GONE = "gone", "get", Idle, "",
        "The Service no longer exists; the garbage collector deals with its EndpointSlices.",
        "Service 已不存在；它的 EndpointSlice 交给垃圾回收器。",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    NOT_MINE = "not-mine", "get", Idle, "",
        "Service {service} has no selector: its endpoints are not managed here.",
        "Service {service} 不选择 Pod：它的端点由别人负责。",
        "pkg/controller/endpointslice/endpointslice_controller.go syncService";
    PODS = "pods", "pods", Detail, "",
        "Service {service} selects {pods|# pod|# pods}: {listed|# has an address and is|# have an address and are} listed, {ready} of them ready.",
        "Service {service} 选中 {pods} 个 Pod：{listed} 个有地址并列出，其中 {ready} 个就绪。",
        "reconciler.go reconcileByAddressType";
    CREATE = "create", "slices", Main, "",
        "Creating EndpointSlice {slice} with {endpoints|# endpoint|# endpoints}.",
        "创建含 {endpoints} 个端点的切片 {slice}。",
        "reconciler.go finalize";
    PLACEHOLDER = "placeholder", "slices", Main, "",
        "No pod is listed: creating EndpointSlice {slice} without endpoints.",
        "没有列出任何 Pod：切片 {slice} 为空占位。",
        "reconciler.go reconcileByAddressType";
    UPDATE = "update", "slices", Main, "",
        "Updating EndpointSlice {slice}: {before|# endpoint|# endpoints} before, {endpoints} now.",
        "写入切片 {slice}：之前 {before} 个端点，现在 {endpoints} 个。",
        "reconciler.go finalize";
    DELETE = "delete", "slices", Main, "",
        "EndpointSlice {slice} is no longer needed: deleting it.",
        "不再需要切片 {slice}：删除它。",
        "reconciler.go finalize";
    RIGHT = "right", "slices", Idle, "",
        "The EndpointSlices of {service} are up to date: nothing to write.",
        "{service} 的切片与现状一致：无需写入。",
        "reconciler.go finalize";
}
