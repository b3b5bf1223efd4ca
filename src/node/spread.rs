//! Topology spread constraints (`pkg/scheduler/framework/plugins/podtopologyspread`).

use super::affinity;
use super::filters::FilterRefusal;
use super::neighbours::{add_own, placed};
use crate::api::kind::Kind;
use crate::api::lift::lift;
use crate::api::look::Look;
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::api::selector::{LabelSelector, Operator};
use crate::api::taints;
use crate::store::Store;
use litemap::LiteMap;
use serde_json::Value;

const NO_MATCH: &str = "node(s) didn't match pod topology spread constraints";
const NO_LABEL: &str =
    "node(s) didn't match pod topology spread constraints (missing required label)";

/// A constraint, and the number of matching pods in each domain.
#[derive(Debug)]
pub struct Constraint {
    /// The label of nodes whose values are the domains.
    pub key: String,
    max_skew: i64,
    min_domains: usize,
    /// Whether the pod itself counts.
    counts_itself: i64,
    /// Matching pods by domain.
    pub counts: LiteMap<String, i64>,
}

/// The skew of a domain that would have too many pods.
#[derive(Debug)]
pub struct Skew<'c> {
    /// The domain.
    pub domain: &'c str,
    /// Matching pods in it.
    pub there: i64,
    /// 1 if the pod itself counts.
    pub itself: i64,
    /// Matching pods in the domain with the fewest.
    pub least: i64,
    /// The difference with the pod.
    pub skew: i64,
    /// The difference allowed.
    pub max_skew: i64,
}

/// A pod's constraints of one type: `DoNotSchedule` or `ScheduleAnyway`.
fn given<'a>(pod: &'a Pod, action: &str) -> Vec<&'a Value> {
    let all = pod.spec.value().list("topologySpreadConstraints").iter();
    all.filter(|one| one.text("whenUnsatisfiable") == action)
        .collect()
}

/// The constraints that must hold.
#[must_use]
pub fn required(store: &Store, pod: &Pod) -> Vec<Constraint> {
    counted(store, pod, &given(pod, "DoNotSchedule"))
}

/// The constraints that only rank nodes.
#[must_use]
pub fn preferred(store: &Store, pod: &Pod) -> Vec<Constraint> {
    counted(store, pod, &given(pod, "ScheduleAnyway"))
}

fn counted(store: &Store, pod: &Pod, given: &[&Value]) -> Vec<Constraint> {
    let keys: Vec<&str> = given.iter().map(|one| one.text("topologyKey")).collect();
    let has_all = |node: &&Object| {
        keys.iter()
            .all(|key| node.meta().labels.get(*key).is_some())
    };
    let nodes = || store.list(Kind::Node, None).filter(has_all);
    let one = |one: &&Value| {
        let mut selector: Option<LabelSelector> = match one.at("labelSelector") {
            Value::Null => None,
            given => lift(given).ok(),
        };
        if let Some(selector) = &mut selector {
            add_own(selector, pod, one.list("matchLabelKeys"), Operator::In);
        }
        let key = one.text("topologyKey").to_owned();
        let mut counts: LiteMap<String, i64> = LiteMap::new_vec();
        let eligible: Vec<&Object> = nodes().filter(|node| is_eligible(one, node, pod)).collect();
        for node in &eligible {
            let domain = node.meta().labels.get(&key);
            counts
                .entry(domain.cloned().unwrap_or_default())
                .or_default();
        }
        let pods = selector.iter();
        let pods = pods.flat_map(|selector| placed(store, &pod.metadata.namespace, selector));
        for known in pods.filter(|known| !known.metadata.is_terminating()) {
            let on = |node: &&&Object| known.node_name.as_ref() == Some(&node.meta().name);
            let domain = eligible.iter().find(on);
            let domain = domain.and_then(|node| node.meta().labels.get(&key));
            if let Some(count) = domain.and_then(|domain| counts.get_mut(domain)) {
                *count += 1;
            }
        }
        let itself = selector.is_some_and(|selector| selector.matches(&pod.metadata.labels));
        Constraint {
            key,
            max_skew: one.int("maxSkew"),
            min_domains: usize::try_from(one.int("minDomains")).unwrap_or(0),
            counts_itself: i64::from(itself),
            counts,
        }
    };
    given.iter().map(one).collect()
}

/// Whether a node's pods count: by default the nodes that the pod's node affinity selects, whatever their taints.
fn is_eligible(constraint: &Value, node: &Object, pod: &Pod) -> bool {
    let ignores_affinity = constraint.text("nodeAffinityPolicy") == "Ignore";
    let honors_taints = constraint.text("nodeTaintsPolicy") == "Honor";
    let repels = |taint: &Value| {
        taint["effect"] != "PreferNoSchedule" && taints::tolerated_for(pod, taint).is_none()
    };
    (ignores_affinity || affinity::wants(pod, node))
        && !(honors_taints && taints::of(node).iter().any(repels))
}

impl Constraint {
    /// Why a node is ruled out, if it is.
    #[must_use]
    pub fn refusal(&self, node: &Object) -> Option<FilterRefusal> {
        let Some(domain) = node.meta().labels.get(&self.key) else {
            return FilterRefusal::for_good(NO_LABEL);
        };
        let least = match self.counts.values().min() {
            _ if self.counts.len() < self.min_domains => 0,
            Some(least) => *least,
            None => return None,
        };
        let there = self.counts.get(domain).copied().unwrap_or(0);
        let skew = there + self.counts_itself - least;
        (skew > self.max_skew).then(|| FilterRefusal::by_others(NO_MATCH))
    }

    /// The domains that would have too many pods, each with its count, the least count, and the skew.
    #[must_use]
    pub fn exceeded(&self) -> Vec<Skew<'_>> {
        let least = match self.counts.len() < self.min_domains {
            true => 0,
            false => self.counts.values().min().copied().unwrap_or(0),
        };
        let skews = self.counts.iter().map(|(domain, there)| Skew {
            domain,
            there: *there,
            itself: self.counts_itself,
            least,
            skew: there + self.counts_itself - least,
            max_skew: self.max_skew,
        });
        skews.filter(|one| one.skew > one.max_skew).collect()
    }

    /// The matching pods in the node's domain; a node without the label ranks last.
    #[must_use]
    pub fn crowd(&self, node: &Object) -> i64 {
        let domain = node.meta().labels.get(&self.key);
        let count = domain.map(|domain| self.counts.get(domain).copied().unwrap_or(0));
        count.unwrap_or(i64::from(i32::MAX))
    }

    /// `zone: a 3, b 2`
    #[must_use]
    pub fn text(&self) -> String {
        let counts = self.counts.iter();
        let counts: Vec<String> = counts
            .map(|(domain, count)| format!("{domain} {count}"))
            .collect();
        format!("{}: {}", self.key, counts.join(", "))
    }
}
