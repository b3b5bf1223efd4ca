//! All sentences of the page, in English and in 简体中文.
//!
//! What kubectl or the API server says stays English, as it is; it does not stand here.

use kubestep::actor::sentence::Sentence;
use kubestep::texts::Language;
use kubestep::texts::pattern::{self, Part};
use std::fmt::Display;

/// A text in both languages, with `{name}` where something goes, or words that go with it ([`pattern`]).
#[derive(Debug, PartialEq, Eq)]
pub struct Phrase {
    english: &'static str,
    chinese: &'static str,
}

impl Phrase {
    /// The text.
    pub fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::Chinese => self.chinese,
        }
    }

    /// The text with values in their places.
    pub fn with(&self, language: Language, values: &[(&str, &dyn Display)]) -> String {
        pattern::filled(self.text(language), &|name| {
            let value = values.iter().find(|(known, _)| *known == name);
            value.map(|(_, value)| value.to_string())
        })
    }

    /// The same, with the objects among the values.
    pub fn told(&self, language: Language, values: &[(&str, Sentence)]) -> Sentence {
        let mut told = Sentence::default();
        pattern::each(self.text(language), &|_| false, &mut |part| match part {
            Part::Text(text) => told.push(text),
            Part::Value { name, .. } => {
                let value = values.iter().find(|(known, _)| *known == name);
                told.extend(value.map_or_else(|| name.into(), |(_, value)| value.clone()));
            }
        });
        told
    }
}

macro_rules! phrases {
    ($($name:ident = $english:literal, $chinese:literal;)*) => {
        $(
            #[doc = $english]
            pub static $name: Phrase = Phrase { english: $english, chinese: $chinese };
        )*
        /// All of them, for the tests.
        #[cfg(test)]
        static ALL: &[(&str, &Phrase)] = &[$((stringify!($name), &$name)),*];
    };
}

phrases! {
    TAGLINE = "Kubernetes {version} controllers, step by step", "一步一步看 Kubernetes {version} 控制器";
    THEME = "Theme", "主题";
    THEME_SYSTEM = "System", "跟随系统";
    THEME_LIGHT = "Light", "浅色";
    THEME_DARK = "Dark", "深色";
    HELP = "Help", "帮助";
    CLOSE = "Close", "关闭";
    PANES = "Panes", "窗格";
    MORE_PANES = "More", "更多";
    SPLIT_LEFT = "Width of the Manifests pane", "清单的宽度";
    SPLIT_RIGHT = "Width of the Why pane", "“为什么”的宽度";
    SPLIT_BOTTOM = "Height of the bottom panes", "底部的高度";
    SPLIT_HINT = "Drag it or use the arrow keys; a double click or Enter puts it back.", "拖动或使用方向键；双击或按 Enter 恢复原状。";

    MANIFESTS = "Manifests", "清单";
    APPLY = "Apply", "应用";
    EXAMPLE = "Example", "示例";
    EXAMPLE_HINT = "Put the tutorial's Deployment into the editor", "把教程中的 Deployment 放进编辑器";
    PROBLEMS = "Problems", "问题";
    NOTHING_APPLIED = "Nothing was applied: the cluster is as it was.", "什么也没有应用：集群保持原样。";
    MEND_KINDS = "Comment out what is not simulated, apply the rest", "注释掉未模拟的对象，应用其余部分";
    MEND_NAMESPACE = "Add namespace {name} to the manifests and apply", "在清单中添加命名空间 {name} 并应用";
    GO_TO = "Go to line {line}, column {column}", "转到第 {line} 行第 {column} 列";

    CLUSTER = "Cluster", "集群";
    PICTURES = "Ways to show the cluster", "集群的显示方式";
    PICTURE_LANES = "Lanes", "泳道";
    PICTURE_TABLE = "Table", "表格";
    PICTURE_OWNERS = "Owner graph", "属主图";
    PODS_COUNT = "{count|# pod|# pods}", "{count} 个 Pod";
    CLAIMS_COUNT = "{count|# claim|# claims}", "{count} 个存储声明";
    CLUSTER_EMPTY = "Nothing here yet.", "这里还什么都没有。";
    START = "See a controller at work", "看控制器如何工作";
    START_OWN = "Paste your own", "粘贴自己的清单";
    START_OWN_ABOUT = "Put Deployments or StatefulSets into the editor and press Apply.", "把 Deployment 或 StatefulSet 放进编辑器，然后按“应用”。";
    HOME = "Start screen", "开始界面";
    SCENE_PLAYS = "Playing. Anything you do takes over.", "正在播放。你的任何操作都会接管。";
    SCENE_TAKEN_OVER = "You have taken over: the scenario has ended, the cluster is yours.", "你已接管：场景结束，集群由你操作。";
    SCENE_GO_ON = "Continue", "继续";
    STANDING_COMPLETE = "Complete", "已完成";
    STANDING_WAITS = "Waiting for you", "等待操作";
    STANDING_STUCK = "Stuck", "卡住";
    COMPLETE = " since the beginning.", "（自开始起）。";
    COMPLETE_AT_ONCE = " at once.", "，立即完成。";
    COMPLETE_IN = " in {time}.", "，用时 {time}。";
    COMPLETE_FEWEST = " in {time}; never fewer than {count} available.", "，用时 {time}；可用 Pod 从未少于 {count} 个。";
    STUCK_STATUS = "pod {pod} has {status}", "Pod {pod} 处于 {status}";
    STUCK_UNSCHEDULABLE = "no node fits pod {pod}: {why}", "没有节点接受 Pod {pod}：{why}";
    STUCK_NOT_READY = "pod {pod} is running but does not become ready", "Pod {pod} 已运行，但不就绪";
    STUCK_REFUSED = "pods cannot be created: {why}", "无法创建 Pod：{why}";
    WAITS_PAUSED = "the rollout is paused.", "发布已暂停。";
    WAITS_PARTITION = "partition {partition} holds back the pods below it.", "partition 为 {partition}，序号更小的 Pod 不更新。";
    WAY_PARTITION = "Set the partition to 0", "把分区设为 0";
    WAITS_ON_DELETE = "OnDelete: {count|# pod is|# pods are} replaced only when you delete {count|it|them}.", "OnDelete：{count} 个 Pod 要等你删除后才会替换。";
    SUMMARY_SINCE = " since {time}: ", "（自 {time} 起）：";
    SUMMARY_COLON = ": ", "：";
    SUMMARY_OF = "{name}: ", "{name}：";
    SUMMARY_DEADLINE = "; progress deadline in {time}.", "；距进度期限 {time}。";
    SUMMARY_LATE = "; progress deadline exceeded.", "；已超过进度期限。";
    GENERATION = "generation {generation}", "第 {generation} 代";
    OBSERVED = "generation {generation}, observed {observed}", "第 {generation} 代，已观察到第 {observed} 代";
    UPDATED = "updated", "已更新";
    READY = "ready", "就绪";
    AVAILABLE = "available", "可用";
    OF_WANTED = "{count} of {wanted}", "{count} / {wanted}";
    PARTITION_HANDLE = "Partition", "分区";
    PARTITION_SET = "Set the partition to {partition}", "把分区设为 {partition}";
    PARTITION_SAYS = "partition {partition}: {what}", "分区 {partition}：{what}";
    PARTITION_FROM = "pods from ordinal {first} on are updated", "序号 {first} 起的 Pod 会更新";
    REPLACED = "{replaced} will be replaced, {first} first", "将替换 {replaced}，先替换 {first}";
    REPLACED_ONE = "{replaced} will be replaced", "将替换 {replaced}";
    REPLACED_NONE = "nothing is replaced", "不会替换任何 Pod";
    REPLACED_CURRENT = "nothing is replaced: {current} already updated", "不会替换任何 Pod：{current} 已更新";
    REPLACED_ONCE_AVAILABLE = "{what}, once {ordinal} is available", "{what}（等 {ordinal} 可用后）";
    REPLACED_ONCE_GONE = "{what}, once {ordinal} is gone", "{what}（等 {ordinal} 删除后）";
    ON_DELETE = "OnDelete: a pod is updated when somebody deletes it", "OnDelete：Pod 被删除时才会更新";
    NEXT = "next", "下一个";
    NEXT_TO_GO = ", next to be replaced", "，下一个被替换";
    LIST_COMMA = ", ", "、";
    LIST_AND = " and ", " 和 ";
    NO_POD = "{name}: no pod", "{name}：没有 Pod";
    WITH_CLAIM = ", claim {name} {phase}", "，存储声明 {name} {phase}";
    CLAIM_WAITS = "waits for its pod", "等待其 Pod";
    CLAIMS_KEPT = "{count|# more claim is kept and waits for its pod|# more claims are kept and wait for their pods}", "另有 {count} 个存储声明保留着，等待其 Pod";
    PAUSED = "paused", "已暂停";
    REVISION = "revision {revision}", "修订版本 {revision}";
    NEW_SET = "new", "新";
    OLD_SET = "old", "旧";
    SET_WANTS = "wants {wanted}", "需要 {wanted}";
    SET_READY = "ready {ready}", "就绪 {ready}";
    PODS_OF = "Pods of {owner}", "{owner} 的 Pod";
    LOOSE_PODS = "Pods without a controller", "不受这里任何集合控制的 Pod";
    OTHER_OBJECTS = "Other objects", "其他对象";
    DELETING = "being deleted", "正在删除";
    ON_NODE = "on {node}", "在 {node} 上";
    NO_NODE = "no node", "尚无节点";
    OF_REVISION = "revision {letter}", "版本 {letter}";
    TILE_CHANGED = "changed", "有变化";
    WEIGHTS = "by revision", "按修订版本";
    LEGEND = "Legend", "图例";
    LEGEND_REVISION = "revision", "修订版本";
    STATE_PENDING = "Pending", "Pending：等待";
    STATE_CREATING = "ContainerCreating", "ContainerCreating：正在创建容器";
    STATE_RUNNING = "not ready", "未就绪";
    STATE_READY = "ready", "已就绪";
    STATE_AVAILABLE = "available", "可用";
    STATE_TERMINATING = "Terminating", "Terminating：正在终止";
    STATE_FAILING = "cannot run", "无法运行";
    STATE_UNKNOWN = "Unknown", "Unknown：节点失联";
    STATE_COMPLETED = "Completed", "Completed：已完成";
    BAR_READY = "{count} ready", "{count} 个就绪";
    BAR_STARTING = "{count} not ready", "{count} 个未就绪";
    BAR_FAILING = "{count} failing", "{count} 个失败";
    BAR_TERMINATING = "{count} terminating", "{count} 个正在终止";

    GAUGES = "Gauges", "仪表";
    GAUGE_SURGE = "pods", "Pod 数";
    GAUGE_PLANNED = "desired total", "期望总数";
    GAUGE_SPARED = "spared", "保留";
    GAUGE_SIZE = "pods", "Pod 数";
    GAUGE_ONE = "per ordinal", "同一序号";
    GAUGE_ORDERED = "available before", "其前可用";
    GAUGE_LAST_FIRST = "too many after", "其后多余";
    GAUGE_PARTITIONED = "new below partition", "分区以下新建";
    GAUGE_UPDATED = "unavailable", "不可用";
    GAUGE_KEPT = "claims lost", "丢失的 PVC";
    REPORTED = "reported {count}", "上报 {count}";
    BARS_HELP = "What the bars mean", "条形图说明";
    BARS_NOW = "how many there are now", "现在的数目";
    BARS_REPORTED = "what the status of the object reports, which the controller updates later", "对象 status 中上报的数目，由控制器稍后更新";
    BARS_BOUND = "the bound that must hold", "必须满足的界限";
    GAUGE_HOLDS = "holds", "满足";
    GAUGE_AT_LIMIT = "at limit", "处于界限";
    GAUGE_PENDING = "not yet", "尚未";
    GAUGE_FAULT = "broken by a fault", "因故障打破";
    GAUGE_BUG = "broken by the controller", "被控制器打破";
    DIP_FAULT = "▲ fault in step {number}", "▲ 第 {number} 步的故障";
    DIP_BUG = "✕ controller in step {number}", "✕ 第 {number} 步的控制器";

    WHY = "Why", "为什么";
    WHY_EMPTY = "For each step: who did what, and the numbers that led to it.", "每一步都会在这里说明：谁做了什么，依据哪些数字。";
    YES = "yes", "是";
    NO = "no", "否";
    RANKING = "Which pods are deleted, and why those", "删除哪些 Pod，为什么";
    RANKING_ALL = "All of them are deleted, so the controller does not rank them.", "全部删除，控制器不需要排序。";
    RANKING_ORDER = "In deletion order. The first column in which two pods differ decides between them.", "按删除顺序排列。两个相邻 Pod 的先后由第一个不相同的列决定。";
    RANKING_MORE = "and {count|# more pod|# more pods}", "还有 {count} 个 Pod";
    RANKING_RULES = "What the columns mean", "各列的含义";
    RANK_GOES = "deleted", "删除";
    RANK_BEFORE = "before the next one because", "先于下一个，因为";
    RANK_NODE = "node", "节点";
    RANK_UNASSIGNED = "not on a node", "未分配节点";
    RANK_PHASE = "phase", "阶段";
    RANK_BY_PHASE = "phase: Pending, then Unknown, then Running", "阶段：先 Pending，再 Unknown，最后 Running";
    RANK_UNREADY = "not ready", "未就绪";
    RANK_COST = "deletion cost", "删除代价";
    RANK_BY_COST = "lower pod-deletion-cost", "pod-deletion-cost 较低";
    RANK_DOUBLED = "pods on node", "节点上的 Pod";
    RANK_BY_DOUBLED = "more pods of its owner on the node", "同一属主在该节点上的 Pod 更多";
    RANK_READY_FOR = "ready for", "就绪时长";
    RANK_BY_READY_FOR = "ready for less time (by powers of two)", "就绪时间更短（按 2 的幂比较）";
    RANK_RESTARTS = "restarts", "重启次数";
    RANK_BY_RESTARTS = "more restarts", "重启次数更多";
    RANK_AGE = "age", "年龄";
    RANK_BY_AGE = "younger (by powers of two)", "更年轻（按 2 的幂比较）";
    RANK_BY_UID = "lower uid, which is random: everything else is equal", "uid 较小（其余视为相同，属于偶然）";
    ORDINALS = "Order of the ordinals", "按序号的顺序";
    ORDINALS_ORDER = "A StatefulSet replaces and removes pods from the last ordinal to the first.", "StatefulSet 从最大的序号开始，依次替换或删除 Pod。";
    ORDINAL_REVISION = "revision", "修订版本";
    ORDINAL_STATUS = "status", "状态";
    ORDINAL_WHAT = "what happens to it", "如何处理";
    ORDINAL_REPLACED = "deleted by this step, to be created again from the update revision", "被这一步删除，将按更新版本重新创建";
    ORDINAL_REMOVED = "deleted by this step: there are more pods than replicas", "被这一步删除：Pod 数超过 replicas";
    ORDINAL_TERMINATING = "is terminating", "正在终止";
    ORDINAL_MISSING = "is missing", "尚不存在";
    ORDINAL_WAITS_GONE = "waits until {pod} is gone", "等待 {pod} 被移除";
    ORDINAL_WAITS = "waits until {pod} is updated and available", "等待 {pod} 完成更新并可用";
    ORDINAL_WAITS_SEVERAL = "waits until fewer than {most} {most|pod is|pods are} unavailable", "等待不可用的 Pod 少于 {most} 个";
    ORDINAL_NEXT = "goes next", "下一个处理";
    ORDINAL_BELOW_PARTITION = "not updated: below the partition {partition}", "不更新：序号小于 partition {partition}";
    ORDINAL_ON_DELETE = "not updated until you delete it", "删除它之后才会更新";
    ORDINAL_UPDATED = "updated and available", "已更新且可用";
    ORDINAL_STARTS = "updated, not available yet", "已更新，尚不可用";
    DELETION_ORDER = "Deletion order", "删除顺序";
    DELETION_ORDER_HINT = "Number the pods in the order in which this ReplicaSet would delete them now", "按此 ReplicaSet 现在删除 Pod 的先后顺序编号";
    DELETION_NEXT = ", next to be deleted", "，下一个被删除";
    DELETION_PLACE = ", number {place} in the deletion order", "，删除顺序第 {place}";
    STEP_NUMBER = "Step {number}", "第 {number} 步";
    WHY_ENDING = "This step decided how the run ended. The cluster is shown as it is now, at step {now}.", "这一步决定了本次运行的结果。集群显示的是当前状态，即第 {now} 步。";
    WHY_ENDING_GO = "Go to step {number}", "转到第 {number} 步";
    WHY_ENDING_LAST = "Explain step {now} instead", "改为解释第 {now} 步";
    CAUSE_ADDED = "because {object} was created", "因为 {object} 被创建";
    CAUSE_MODIFIED = "because {object} changed", "因为 {object} 有变化";
    CAUSE_DELETED = "because {object} was deleted or is terminating", "因为 {object} 被删除或正在终止";
    CAUSE_RESTART = "because the control plane was restarted", "因为控制平面重新启动";
    CAUSE_RETRY = "because try {attempt} failed: {error}", "因为第 {attempt} 次尝试失败：{error}";
    CAUSE_MORE = "(and {count} more)", "（另有 {count} 个原因）";
    CAUSE_BY_STEP = "in step {number}", "第 {number} 步";
    BECAUSE = "because {what}", "因为 {what}";
    WAIT_MIN_READY = "a pod has been ready for minReadySeconds", "有 Pod 已就绪 minReadySeconds 秒";
    WAIT_DEADLINE = "the progress deadline has passed", "进度期限已到";
    WAIT_BACKOFF = "the back-off after an error is over", "出错后的退避时间已到";
    WAIT_START = "an image pull or container start was due to finish", "镜像拉取或容器启动的用时已到";
    WAIT_READINESS = "the container was due to become ready", "容器就绪的用时已到";
    WAIT_TERMINATION = "the container was due to stop", "容器停止的用时已到";
    WAIT_RESTART = "the back-off is over", "退避时间已到";
    WAIT_AUTOSCALER = "the autoscaler's period is over", "自动伸缩的周期已到";
    WAIT_PROVISIONING = "the volume has been made", "存储卷已创建";
    WAIT_NODE_SILENCE = "the node has been silent for too long", "节点失联时间过长";
    WAIT_TOLERATION = "the pod's toleration has ended", "Pod 的容忍时间已到";
    WAIT_EVICTION_RATE = "the next node may be given up", "可以放弃下一个节点";
    WAIT_POD_GC = "the pod garbage collector looks again", "Pod 垃圾回收器再次检查";
    WAIT_NAMESPACE = "the namespace controller looks again", "命名空间控制器再次检查";
    WAIT_RELIST = "a container may have ended", "容器可能已结束";
    WAIT_PROBE = "the next probe is due", "该进行下一次探测";
    WAIT_UNSCHEDULABLE = "the scheduler tries again", "调度器再次尝试";
    TIMER_MIN_READY = "minReadySeconds", "minReadySeconds";
    TIMER_DEADLINE = "progress deadline", "进度期限";
    TIMER_BACKOFF = "back-off after an error", "出错后的退避";
    TIMER_START = "pull the image, start the container", "拉取镜像，启动容器";
    TIMER_READINESS = "become ready", "变为就绪";
    TIMER_TERMINATION = "end the container", "终止容器";
    TIMER_RESTART = "back-off", "退避";
    TIMER_AUTOSCALER = "autoscaler", "自动伸缩";
    TIMER_PROVISIONING = "volume provisioning", "创建存储卷";
    TIMER_NODE_SILENCE = "silent node", "节点失联";
    TIMER_TOLERATION = "toleration", "容忍时间";
    TIMER_EVICTION_RATE = "eviction rate", "驱逐速率";
    TIMER_POD_GC = "pod garbage collection", "Pod 垃圾回收";
    TIMER_NAMESPACE = "namespace deletion", "命名空间删除";
    TIMER_RELIST = "container end", "容器结束";
    TIMER_PROBE = "probe", "探针";
    TIMER_UNSCHEDULABLE = "scheduling, again", "再次调度";
    TIMER_RETRY = "try {attempt}", "第 {attempt} 次尝试";
    DECISIONS = "Decided", "决定";
    WRITES = "Written", "写入";
    WRITES_NONE = "Nothing was written.", "没有写入任何东西。";
    WAKES = "Woken", "唤醒";
    CHART_OF = "Flow chart of {controller}: the path of this step is lit", "{controller} 的流程图：这一步走过的路径高亮显示";
    CHART_WHOLE = "Whole chart", "完整流程图";
    CHART = "Flow chart", "流程图";
    NEXT_LOOK = "Next sync", "下一次查看";
    LOOK_QUEUED = "It is in the queue again, {cause}.", "它已重新入队：{cause}。";
    LOOK_TIMER = "In {time} ({what}), or earlier if it or anything it watches changes.", "{time} 后（{what}），或它本身及其关注的对象有变化时。";
    LOOK_CHANGE = "As soon as it or anything it watches changes.", "它本身或其关注的对象有变化时。";
    UPSTREAM = "Upstream source", "上游源码";
    CREATED = "created", "创建";
    CHANGED = "changed", "修改";
    REMOVED = "removed", "移除";
    MORE = "and {count} more", "另有 {count} 个";
    NONE = "none", "无";

    POD_WAS_BOUND = "{object} was bound to {node}", "{object} 被分配到 {node}";
    POD_BEGAN_TO_END = "{object} began to terminate", "{object} 开始终止";
    POD_BECAME = "{object} became {status} ({ready} ready)", "{object} 变为 {status}（{ready} 就绪）";
    WAS_CREATED = "{object} was created", "{object} 被创建";
    BEGAN_TO_GO = "{object} began to be deleted", "{object} 开始被删除";
    WAS_GONE = "{object} was removed", "{object} 被移除";
    WAS_CHANGED = "{object}: {field} went from {from} to {to}", "{object}：{field} 从 {from} 变为 {to}";

    BACK = "Back", "后退";
    STEP = "Step", "单步";
    RUN = "Run", "运行";
    SETTLE = "Settle", "运行到稳定";
    PLAY = "Play", "播放";
    PAUSE = "Pause", "暂停";
    SPEED = "Speed", "速度";
    BY_CLOCK = "By the cluster's clock", "按集群时钟";
    BY_STEPS = "By steps", "按步";
    TIMES_THE_CLOCK = "{speed}× clock", "{speed}× 时钟";
    STEPS_A_SECOND = "{speed|# step|# steps}/s", "{speed} 步/秒";
    SPEED_HINT = "Play at the speed of the cluster's clock, or a fixed number of steps a second. The keys − and + change the speed.", "按集群时钟的速度播放，或每秒固定步数。按 − 和 + 键调整速度。";
    STEP_OF = "step {number} of {total}", "第 {number} 步，共 {total} 步";
    POSITION = "Position in time", "时间位置";
    TIMELINE = "Timeline", "时间线";
    FOLDED = "{count|# sync|# syncs} with nothing to do", "{count} 次同步无事可做";
    FOLDED_IN_TIME = "{count|# sync|# syncs} with nothing to do, over {time}", "{count} 次同步无事可做，历时 {time}";
    FOLDED_STEPS = "Steps {first} to {last}", "第 {first} 到 {last} 步";
    EVERY_STEP = "Every step", "每一步";
    EVERY_STEP_HINT = "Stop at every step, also at those in which there is nothing to do", "每一步都停，包括无事可做的步骤";
    STEP_HINT = "To the next step with a visible effect; with Shift exactly one step", "到下一个有可见效果的步骤；按住 Shift 只走一步";
    BACK_HINT = "To the previous step with a visible effect; with Shift exactly one step", "到上一个有可见效果的步骤；按住 Shift 只退一步";
    BEGINNING = "The beginning: an empty cluster.", "开始：空集群。";
    SETTLING = "Settling: {count|# step|# steps} so far.", "正在运行到稳定：已走 {count} 步。";
    SETTLED = "Settled after {count|# step|# steps}.", "走了 {count} 步后稳定。";
    SETTLED_ALREADY = "Settled: nothing more happens by itself.", "已稳定：不会再自行变化。";
    SETTLED_UNTIL = "Settled: nothing to do before the next timer.", "已稳定：下一个定时器到期前无事可做。";
    APPLY_FIRST = "Apply a manifest first: the cluster is empty.", "集群是空的：请先应用清单。";
    NEXT_AUTOSCALER = "The autoscaler looks again in {time}", "自动伸缩将在 {time} 后再次检查";
    NEXT_DEADLINE = "The progress deadline ends in {time}", "进度期限将在 {time} 后到期";
    NEXT_CREATE = "The kubelet tries to create a container again in {time}", "kubelet 将在 {time} 后重试创建容器";
    NEXT_RESTART = "The kubelet restarts a container in {time}", "kubelet 将在 {time} 后重启容器";
    NEXT_PULL = "The kubelet pulls the image again in {time}", "kubelet 将在 {time} 后再次拉取镜像";
    NEXT_PROBE = "The kubelet probes a container in {time}", "kubelet 将在 {time} 后探测容器";
    NEXT_SCHEDULER = "The scheduler tries again in {time}", "调度器将在 {time} 后再次尝试";
    NEXT_OTHER = "Next, in {time}: {what}", "{time} 后：{what}";
    NEXT_HINT = "{object}: let the clock move on to that time, then settle", "{object}：让时钟前进到那时，再运行到稳定";
    CURVES = "What the curves show", "曲线的含义";
    CURVE_PODS = "pods of all Deployments, ReplicaSets and StatefulSets that are not terminating, stacked by revision", "所有 Deployment、ReplicaSet 和 StatefulSet 中未在终止的 Pod，按修订版本堆叠";
    CURVE_AVAILABLE = "available pods", "可用的 Pod";
    CURVE_LEAST = "replicas − maxUnavailable: the fewest that should be available", "replicas − maxUnavailable：可用 Pod 的下限";
    CURVE_MOST = "replicas + maxSurge: the most pods allowed", "replicas + maxSurge：Pod 数的上限";
    CURVE_USER = "you did something", "你的操作";
    CURVE_FAULT = "a bound was broken by a fault", "因故障突破界限";
    CURVE_BUG = "a bound was broken by a controller", "控制器突破界限";
    SKIP_TO_CONTROLS = "Go to the controls", "转到控制按钮";
    RUN_UNTIL = "Run until", "运行直到";
    UNTIL = "until", "直到";
    UNTIL_SETTLED = "settled", "稳定";
    UNTIL_COMPLETE = "rollout complete", "更新完成";
    UNTIL_POD_READY = "a pod is ready", "有 Pod 就绪";
    UNTIL_GAUGE = "a gauge changes", "仪表变化";
    UNTIL_USER = "your next action", "你的下一个操作";
    UNTIL_NEVER = "Settled after {count|# step|# steps} without that happening.", "走了 {count} 步后稳定，等待的情况没有发生。";
    UNTIL_NO_USER = "You took no action after this.", "此后你没有任何操作。";
    CIRCLE = "Endless loop: {object} is created and deleted again and again without any time passing, as in a real cluster. {why}", "陷入循环：{object} 不断被创建又立即删除，永不停止，真实集群也是如此。{why}";
    SETTLE_LIMIT = "Stopped after {count|# step|# steps}: there may be an endless loop. Settle continues.", "走了 {count} 步后停止：可能陷入循环。可继续运行到稳定。";
    CLUSTER_COMES = "The cluster is still being loaded; what you ask for is done as soon as it is here.", "集群仍在加载，你的操作将在加载完成后立即执行。";
    KUBECTL_AWAY = "kubectl could not be loaded. Run the command again when the network is back.", "无法加载 kubectl，请在网络恢复后重新运行命令。";
    KUBECTL_COMES = "kubectl is still being loaded; this runs as soon as it is here.", "kubectl 仍在加载，加载完成后立即执行。";
    NO_STEP = "There is nothing left to do.", "已经无事可做。";
    PASSED = "Passed {count|# sync|# syncs} with nothing to do.", "跳过了 {count} 次无事可做的同步。";
    PASSED_IN_TIME = "Passed {count|# sync|# syncs} with nothing to do; the clock moved on by {time}.", "跳过了 {count} 次无事可做的同步；时钟前进了 {time}。";
    AT_BEGINNING = "This is the beginning.", "已经在开始处。";
    WENT_BACK = "Back at step {number}.", "回到第 {number} 步。";
    NEW_FUTURE = "The {count|step|# steps} that came after this one {count|is|are} kept as future {future}.", "此后的 {count} 步作为未来 {future} 保留。";
    FUTURES = "Futures", "未来";
    FUTURE = "Future {future}", "未来 {future}";
    FUTURE_HERE = "Future {future}: the current one, {total|# step|# steps}", "未来 {future}：当前所在，共 {total} 步";
    FUTURE_OTHER = "Go to future {future}: {total|# step|# steps}, different from step {number} on: {what}", "转到未来 {future}：共 {total} 步，第 {number} 步起不同：{what}";
    TAKEN_UP = "Now in future {future}, at the same time; the other one is kept.", "现在是未来 {future}，时间相同；离开的那个已保留。";
    COMPARE = "Compare", "对比";
    COMPARE_HINT = "Two futures side by side, at the same time on the clock", "并排查看两个未来，时钟时间相同";
    COMPARE_NONE = "There is only one future so far: go back and act differently to start another.", "目前只有一个未来：在过去做出操作即可开始另一个。";
    COMPARED = "Future {future} is shown beside this one, at the same time.", "未来 {future} 并列在旁，时间相同。";
    COMPARE_SAME_TIME = "Both at {time} on the clock; identical up to step {number}.", "两者都在时钟 {time}；到第 {number} 步为止相同。";
    COMPARE_ALIKE = "Both are identical here; they diverge after step {number}.", "两者在此相同：第 {number} 步之后分开。";
    STEP_IN = "at step {number} of {total}", "在第 {number} 步，共 {total} 步";
    COMPARE_GO = "Go to it", "转到它";
    COMPARE_WITH = "Future to compare with", "并列的未来";
    COMPARE_TOTALS = "after step {number}", "第 {number} 步之后";
    COMPARE_HERE = "here", "当前";
    COMPARE_CURVES = "Pods over the cluster's time: available ones thick, all of them thin; future {second} is dashed", "Pod 数随集群时间的变化：粗线为可用，细线为全部；未来 {second} 为虚线";
    TOTAL_DURATION = "duration", "用时";
    TOTAL_OPEN = "{time}, not complete", "{time}，未完成";
    TOTAL_FEWEST = "min. available", "最少可用";
    TOTAL_MOST = "max. pods", "最多 Pod";
    COMPARE_END = "Close the comparison", "关闭对比";
    EXPORT = "Export", "导出";
    EXPORT_TITLE = "Export steps as a picture", "将步骤导出为图片";
    EXPORT_HINT = "An SVG file for READMEs and slides: no script, both themes. A range of steps is animated, a single step is a still.", "用于 README 和幻灯片的 SVG 文件：不含脚本，支持深浅两种主题。多个步骤为动画，单个步骤为静态图。";
    EXPORT_FIRST = "From step", "起始步骤";
    EXPORT_LAST = "To step", "结束步骤";
    EXPORT_FILM = "Download animation", "下载动画";
    EXPORT_STILL = "Download this step", "下载当前步骤";
    EXPORT_DONE = "Saved as {name}.", "已保存为 {name}。";
    VIEW_AWAY = "This view could not be loaded. Open it again when the network is back.", "无法加载此视图，请在网络恢复后重新打开。";
    EXPORT_AWAY = "The export could not be loaded. Try again when the network is back.", "无法加载导出功能，请在网络恢复后重试。";
    FILM_TITLE = "{name}, steps {first} to {last}", "{name}，第 {first} 至 {last} 步";
    FILM_STILL = "{name}, step {number}", "{name}，第 {number} 步";
    FILM_EMPTY = "There are no pods or workloads in these steps.", "这些步骤中没有 Pod 或工作负载。";
    FILM_PLACES = "These steps need room for {count} pods; an export has room for {most}.", "这些步骤需要容纳 {count} 个 Pod，导出最多容纳 {most} 个。";
    FILM_SHOTS = "These steps show {count} different pictures; an animation has room for {most}. Choose fewer steps.", "这些步骤共有 {count} 个不同画面，动画最多容纳 {most} 个。请选择更少的步骤。";

    QUEUES = "Queues", "队列";
    QUEUES_EMPTY = "The queues are empty.", "队列为空。";
    QUEUE_READY = "Ready", "就绪";
    QUEUE_LATER = "Later", "稍后";
    RUN_NEXT = "Run now", "现在运行";
    IN_TIME = "in {time}", "{time} 后";

    EVENTS = "Events", "事件";
    EVENTS_EMPTY = "No events yet.", "还没有事件。";

    CONSOLE = "Console", "控制台";
    OBJECT = "Object", "对象";
    OBJECT_HINT = "Select an object anywhere to see its YAML as it is now, with what the last step changed.", "在任意位置选择一个对象，即可查看它当前的 YAML 以及上一步所做的更改。";
    OBJECT_WRITTEN = "Written by this step", "这一步写入的对象";
    OBJECT_ABSENT = "It does not exist at this point in time.", "此刻它不存在。";
    OBJECT_GONE = "{object} does not exist now", "{object} 现在不存在";
    SHOW_WHY = "Show why", "查看原因";
    OBJECT_CHANGED_LINES = "This step changed the marked lines.", "这一步更改了标出的行。";
    SELECTED = "{object} is selected.", "已选择 {object}。";
    DEEDS = "What can be done to it", "可执行的操作";
    DEED_CRASH = "Crash", "崩溃";
    DEED_KILL = "Kill", "杀死";
    DEED_UNREADY = "Make unready", "变为未就绪";
    DEED_READY = "Make ready", "变为就绪";
    DEED_EVICT = "Evict", "驱逐";
    DEED_DELETE = "Delete", "删除";
    DEED_DRAIN = "Drain", "排空";
    DEED_UNCORDON = "Uncordon", "恢复调度";
    DEED_FAIL = "Fail", "失联";
    DEED_RECOVER = "Recover", "恢复";
    DEED_RESTART = "Restart", "重启";
    DEED_UNDO = "Undo", "回滚";
    DEED_PAUSE = "Pause", "暂停";
    DEED_RESUME = "Resume", "继续";
    ENVIRONMENT = "Environment", "环境";
    NODES = "Nodes", "节点";
    NODE_SILENT = "its kubelet is silent", "kubelet 失联";
    NODE_CORDONED = "takes no new pods", "不接受新的 Pod";
    PODS_ON = "Pods on {node}", "{node} 上的 Pod";
    IMAGES = "Images", "镜像";
    IMAGE = "Image", "镜像";
    IMAGE_OTHERS = "all others", "其他所有镜像";
    IMAGE_PULL = "Pull", "拉取";
    IMAGE_START = "Start", "启动";
    IMAGE_READY = "Ready after", "就绪用时";
    IMAGE_OUTCOME = "Outcome", "结果";
    IMAGE_ADD = "An image that does not exist", "一个不存在的镜像";
    OUTCOME_FINE = "runs", "正常运行";
    OUTCOME_MISSING = "does not exist", "不存在";
    OUTCOME_CRASHES = "crashes", "崩溃";
    OUTCOME_NEVER_READY = "never ready", "永不就绪";
    OUTCOME_UNHEALTHY = "hangs", "卡死";
    IMAGE_NO_TAG = "{name} has no tag {tag} in the catalogue of well-known images.", "常用镜像目录中，{name} 没有标签 {tag}。";
    IMAGE_TAG_EXISTS = "This tag exists in my registry", "我的镜像仓库中有此标签";
    VERSION = "Version of Kubernetes", "Kubernetes 版本";
    VERSION_HINT = "Switching the version restarts the control plane; existing objects stay.", "切换版本会重启控制平面，现有对象保持不变。";
    VERSION_COMPARE = "Compare with {version}", "与 {version} 对比";
    VERSION_COMPARE_HINT = "Repeats all your actions under Kubernetes {version}, as another future beside this one", "在 Kubernetes {version} 下重做你的全部操作，作为并列的另一个未来";
    GATES = "Feature gates", "特性门控";
    GATES_HINT = "A pressed gate is enabled. Each change restarts the control plane.", "按下表示已启用。每次更改都会重启控制平面。";
    LOAD = "CPU load", "CPU 负载";
    LOAD_HINT = "Total CPU usage of a workload's pods, such as 500m; the autoscaler computes with it.", "工作负载的所有 Pod 合计用量，例如 500m：自动伸缩据此计算。";
    LOAD_NONE = "Deployments and StatefulSets appear here.", "Deployment 和 StatefulSet 会出现在这里。";
    SERVICES = "Services and their names", "服务及其名称";
    SERVICES_NONE = "No services yet.", "还没有服务。";
    CONSOLE_FIELD = "kubectl command", "kubectl 命令";
    CONSOLE_OUTPUT = "What was printed", "输出内容";
    CONSOLE_EMPTY = "Type kubectl commands here. What a command changes is one step on the timeline.", "在这里输入 kubectl 命令。命令所做的更改是时间线上的一步。";
    CONSOLE_KEYS = "↑ ↓ history · Tab completes · Shift+Enter starts a new line · Ctrl+C stops · Ctrl+L clears · Esc leaves", "↑ ↓ 历史 · Tab 补全 · Shift+Enter 换行 · Ctrl+C 停止 · Ctrl+L 清屏 · Esc 离开";
    CONSOLE_RUN = "Run", "运行";
    CONSOLE_STOP = "Stop", "停止";
    CONSOLE_WAITS = "The command is waiting: step or play to let the cluster continue.", "命令正在等待：单步或播放，让集群继续。";
    CONSOLE_EDITS = "The object is open in the editor: Apply saves it.", "对象已在编辑器中打开：点“应用”即可保存。";
    CONSOLE_DROPPED = "{count|# earlier line is|# earlier lines are} no longer kept.", "较早的 {count} 行已不再保留。";
    CONSOLE_EDITOR = "The text of the editor is the file “editor”: kubectl apply -f editor", "编辑器中的文本是文件“editor”：kubectl apply -f editor";
    MORE_LINES = " … and {count} more lines", "……另有 {count} 行";

    HELP_WHAT = "kubestep runs Kubernetes' own controllers inside this page, on a cluster with a virtual clock. Give it the YAML that you would give to kubectl apply, then step: one step is one work item of one controller.", "kubestep 在本页中运行 Kubernetes 的控制器，集群使用虚拟时钟。给它你会交给 kubectl apply 的 YAML，然后单步：一步就是一个控制器处理一个工作项。";
    HELP_WHY = "Why shows the decision of each step with the numbers that led to it. Every step can be taken back.", "“为什么”显示每一步的决定及其依据的数字。每一步都可以撤回。";
    HELP_KEYS = "Keys", "按键";
    HELP_SINGLE_KEYS = "Single keys are on", "启用单键";
    KEY_STEP = "to the next step with a visible effect", "到下一个有可见效果的步骤";
    KEY_BACK = "to the previous one", "到上一个";
    KEY_ONE = "exactly one step, forward or back", "只走或只退一步";
    KEY_SETTLE = "settle", "运行到稳定";
    KEY_BACK_TO_ACTION = "back to before your last action", "退到你上一个操作之前";
    KEY_PLAY = "play, pause", "播放、暂停";
    KEY_ENDS = "to the beginning, to the end", "到开头、到结尾";
    KEY_SPEED = "slower, faster", "减速、加速";
    KEY_COMPARE = "two futures side by side, one again", "并排两个未来、恢复一个";
    KEY_PANES = "to a pane", "到某个窗格";
    KEY_EDITOR = "to the editor", "到编辑器";
    KEY_LEAVE = "leave the editor", "离开编辑器";
    KEY_CONSOLE = "to the console", "到控制台";
    KEY_APPLY = "apply the manifests", "应用清单";
    KEY_HELP = "this help", "本帮助";
}

/// A point on the virtual clock: `t+14.0 s`.
pub fn clock(millis: i64) -> String {
    let tenths = millis.rem_euclid(1000) / 100;
    at_second(millis, &format!(".{tenths}"))
}

/// A point of time as the API stores it, in whole seconds: `t+14 s`.
pub fn stored(millis: i64) -> String {
    at_second(millis, "")
}

fn at_second(millis: i64, fraction: &str) -> String {
    let seconds = millis.div_euclid(1000);
    if seconds < 60 {
        format!("t+{seconds}{fraction} s")
    } else {
        format!("t+{}:{:02}{fraction}", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(text: &str) -> Vec<&str> {
        let mut names: Vec<&str> = text
            .split('{')
            .skip(1)
            .filter_map(|part| part.split(['}', '|']).next())
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn both_languages_have_the_same_places() {
        for (name, phrase) in ALL {
            assert_eq!(places(phrase.english), places(phrase.chinese), "{name}");
            assert!(
                !phrase.english.is_empty() && !phrase.chinese.is_empty(),
                "{name}"
            );
        }
    }

    #[test]
    fn values_go_to_their_places() {
        let text = OF_WANTED.with(Language::English, &[("wanted", &3), ("count", &2)]);
        assert_eq!(text, "2 of 3");
        let pods = |count: i32| PODS_COUNT.with(Language::English, &[("count", &count)]);
        assert_eq!([pods(1), pods(2)], ["1 pod", "2 pods"]);
    }

    #[test]
    fn times_are_said_as_people_do() {
        assert_eq!(clock(14_000), "t+14.0 s");
        assert_eq!(clock(125_300), "t+2:05.3");
        assert_eq!([stored(10_000), stored(125_000)], ["t+10 s", "t+2:05"]);
    }
}
