//! The eviction rate of a zone's lost nodes (`node_lifecycle_controller.go`, handleDisruption and
//! ComputeZoneState).

use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::taints;
use crate::api::time::Time;
use crate::store::Store;
use serde_json::Value;

/// Milliseconds between evictions of a zone's nodes (`--node-eviction-rate`).
const EVERY: i64 = 10_000;
/// The same in a large zone with partial disruption (`--secondary-node-eviction-rate`).
const EVERY_SECONDARY: i64 = 100_000;
/// A zone with more nodes is large (`--large-cluster-size-threshold`).
const LARGE: usize = 50;
/// Percentage of lost nodes from which a zone has a partial disruption (`--unhealthy-zone-threshold`).
const UNHEALTHY: usize = 55;

/// Whether a lost node can get the NoExecute taint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TaintTurn {
    /// Now.
    Now,
    /// In this many milliseconds, because another node of the zone was tainted recently.
    Later(i64),
    /// Not while this many of the nodes are lost: lost nodes, all nodes.
    Halted(usize, usize),
}

/// The nodes of a zone.
#[derive(Debug, Default)]
struct Zone {
    lost: usize,
    all: usize,
    last_marked: Option<Time>,
}

fn zone_of(node: &Object) -> [Option<&str>; 2] {
    let label = |key: &str| node.meta().labels.get(key).map(String::as_str);
    [
        "topology.kubernetes.io/region",
        "topology.kubernetes.io/zone",
    ]
    .map(label)
}

/// Whether a taint evicts pods because the node is lost.
pub fn marks(taint: &Value) -> bool {
    let lost = [taints::NOT_READY, taints::UNREACHABLE];
    taint["effect"] == "NoExecute" && lost.iter().any(|key| taint["key"] == *key)
}

/// When a node without the NoExecute taint can get it. Never while no node at all is ready.
pub fn turn(store: &Store, node: &Object, now: Time) -> TaintTurn {
    let (mut zone, mut ready) = (Zone::default(), 0);
    let mut all = 0;
    for other in store.list(Kind::Node, None) {
        let is_ready = taints::ready_status(other) == "True";
        all += 1;
        ready += usize::from(is_ready);
        if zone_of(other) == zone_of(node) {
            zone.all += 1;
            zone.lost += usize::from(!is_ready);
            let marked = taints::of(other).iter().filter(|taint| marks(taint));
            let times = marked.filter_map(|taint| Time::parse(taint["timeAdded"].as_str()?));
            zone.last_marked = zone.last_marked.max(times.max());
        }
    }
    if ready == 0 {
        return TaintTurn::Halted(all, all);
    }
    let full = zone.lost == zone.all;
    let partial = !full && zone.lost > 2 && zone.lost * 100 >= zone.all * UNHEALTHY;
    let every = match partial {
        true if zone.all <= LARGE => return TaintTurn::Halted(zone.lost, zone.all),
        true => EVERY_SECONDARY,
        false => EVERY,
    };
    let left = zone
        .last_marked
        .map_or(0, |last| last.plus_millis(every).since(now));
    if left > 0 {
        TaintTurn::Later(left)
    } else {
        TaintTurn::Now
    }
}
