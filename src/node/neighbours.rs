//! Required and preferred affinity between pods (`pkg/scheduler/framework/plugins/interpodaffinity`).

use super::filters::FilterRefusal;
use crate::api::kind::Kind;
use crate::api::lift::lift;
use crate::api::look::Look;
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::api::selector::{LabelSelector, Operator, Requirement};
use crate::store::Store;
use litemap::LiteMap;
use serde_json::Value;
use std::collections::BTreeSet;
use std::rc::Rc;

const REQUIRED: &str = "requiredDuringSchedulingIgnoredDuringExecution";
const PREFERRED: &str = "preferredDuringSchedulingIgnoredDuringExecution";

const AFFINITY: &str = "node(s) didn't match pod affinity rules";
const ANTI_AFFINITY: &str = "node(s) didn't match pod anti-affinity rules";
const EXISTING: &str = "node(s) didn't satisfy existing pods anti-affinity rules";

/// Pods of certain namespaces and labels, and the label of their nodes that makes a domain (PodAffinityTerm).
struct Term {
    key: String,
    /// Without a selector, no pod matches.
    selector: Option<LabelSelector>,
    /// The names given, or the pod's own namespace.
    namespaces: Vec<String>,
    /// Further namespaces, by their labels.
    others: Option<LabelSelector>,
}

/// The rules of a pod: required terms, or preferred ones with their weights.
fn rules<'a>(pod: &'a Pod, side: &str, field: &str) -> &'a [Value] {
    let affinity = pod.spec.value().at("affinity");
    affinity.at(side).list(field)
}

impl Term {
    /// A term of a pod. The server adds the pod's own values of `matchLabelKeys` and `mismatchLabelKeys` to the
    /// selector when the pod is created (`pkg/registry/core/pod/strategy.go`, applyMatchLabelKeysAndMismatchLabelKeys).
    fn of(pod: &Pod, term: &Value) -> Self {
        let selector = term.at("labelSelector");
        let mut selector: Option<LabelSelector> = match selector {
            Value::Null => None,
            given => lift(given).ok(),
        };
        if let Some(selector) = &mut selector {
            let keys = [
                ("matchLabelKeys", Operator::In),
                ("mismatchLabelKeys", Operator::NotIn),
            ];
            for (field, operator) in keys {
                add_own(selector, pod, term.list(field), operator);
            }
        }
        let names = term.list("namespaces").iter().filter_map(Value::as_str);
        let mut namespaces: Vec<String> = names.map(str::to_owned).collect();
        let others: Option<LabelSelector> = match term.at("namespaceSelector") {
            Value::Null => None,
            given => lift(given).ok(),
        };
        if namespaces.is_empty() && others.is_none() {
            namespaces.push(pod.metadata.namespace.to_string());
        }
        Self {
            key: term.text("topologyKey").to_owned(),
            selector,
            namespaces,
            others,
        }
    }

    fn matches_namespace(&self, store: &Store, namespace: &Rc<str>) -> bool {
        let labelled = |others: &LabelSelector| {
            let found = store.namespace(namespace);
            found.is_some_and(|found| others.matches(&found.meta().labels))
        };
        self.namespaces.iter().any(|known| **known == **namespace)
            || self.others.as_ref().is_some_and(labelled)
    }

    fn matches(&self, store: &Store, pod: &Pod) -> bool {
        let labels = &pod.metadata.labels;
        let selected = self.selector.as_ref();
        selected.is_some_and(|selector| selector.matches(labels))
            && self.matches_namespace(store, &pod.metadata.namespace)
    }

    /// The pods on nodes that match.
    fn pods<'s>(&self, store: &'s Store) -> Vec<&'s Rc<Pod>> {
        let Some(selector) = &self.selector else {
            return Vec::new();
        };
        let namespaces = store.list(Kind::Namespace, None);
        let namespaces = namespaces.map(|namespace| &namespace.meta().name);
        let mut found = Vec::new();
        for namespace in namespaces.filter(|name| self.matches_namespace(store, name)) {
            found.extend(placed(store, namespace, selector));
        }
        found
    }

    /// The value of the topology label of the node that a pod is on.
    fn domain(&self, store: &Store, pod: &Pod) -> Option<String> {
        let node = store.node(pod.node_name.as_ref()?)?;
        node.meta().labels.get(&self.key).cloned()
    }
}

/// Adds requirements with a pod's own values of labels.
pub(super) fn add_own(selector: &mut LabelSelector, pod: &Pod, keys: &[Value], operator: Operator) {
    for key in keys.iter().filter_map(Value::as_str) {
        if let Some(value) = pod.metadata.labels.get(key) {
            selector.match_expressions.push(Requirement {
                key: key.to_owned(),
                operator,
                values: vec![value.clone()],
            });
        }
    }
}

/// The unfinished pods of a namespace that are on nodes and match.
pub(super) fn placed<'s>(
    store: &'s Store,
    namespace: &Rc<str>,
    selector: &LabelSelector,
) -> Vec<&'s Rc<Pod>> {
    use crate::api::object::Key;
    let names = store
        .indexes()
        .pods_with(namespace, |labels| selector.matches(labels));
    let pods = names
        .iter()
        .filter_map(|name| store.pod(&Key::new(Kind::Pod, namespace, name)));
    pods.filter(|pod| pod.node_name.is_some() && !pod.is_finished())
        .collect()
}

/// A topology label and one of its values.
type Domain = (String, String);

/// What the rules of a pod, and of the pods on nodes, mean for each node.
pub struct Neighbours {
    /// The keys of the pod's required affinity, and the domains with pods that match all of it.
    near: Vec<String>,
    near_domains: Vec<Domain>,
    /// Whether the pod matches its own affinity, so that the first of a group has somewhere to go.
    is_first: bool,
    /// Domains with pods that the pod must avoid, and the first such pod in each.
    far: LiteMap<Domain, Rc<str>>,
    /// Domains of pods that must avoid the pod, and the first such pod in each.
    repelled: LiteMap<Domain, Rc<str>>,
}

/// Which of the rules rules out nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The pod's own required affinity.
    Near,
    /// Its own required anti-affinity.
    Far,
    /// The required anti-affinity of other pods.
    Repelled,
}

impl Rule {
    /// The rule that a refusal is about.
    #[must_use]
    pub fn of(refusal: &FilterRefusal) -> Option<Self> {
        match refusal.reasons.as_slice() {
            [only] if only == AFFINITY => Some(Self::Near),
            [only] if only == ANTI_AFFINITY => Some(Self::Far),
            [only] if only == EXISTING => Some(Self::Repelled),
            _ => None,
        }
    }
}

impl Neighbours {
    /// `None` if no rule is involved.
    #[must_use]
    pub fn of(store: &Store, pod: &Pod) -> Option<Self> {
        let repelling = store.indexes().repelling().next().is_some();
        let own = ["podAffinity", "podAntiAffinity"];
        let has_rules = own
            .iter()
            .any(|side| !rules(pod, side, REQUIRED).is_empty());
        if !has_rules && !repelling {
            return None;
        }
        let terms = |side: &str| -> Vec<Term> {
            let terms = rules(pod, side, REQUIRED).iter();
            terms.map(|term| Term::of(pod, term)).collect()
        };
        let (near, far) = (terms("podAffinity"), terms("podAntiAffinity"));
        let mut near_domains = Vec::new();
        if let Some(first) = near.first() {
            let all = |known: &&&Rc<Pod>| near.iter().all(|term| term.matches(store, known));
            for known in first.pods(store).iter().filter(all) {
                for term in &near {
                    let domain = term.domain(store, known);
                    near_domains.extend(domain.map(|value| (term.key.clone(), value)));
                }
            }
        }
        let mut far_domains = LiteMap::new_vec();
        for term in &far {
            for known in term.pods(store) {
                if let Some(value) = term.domain(store, known) {
                    let domain = (term.key.clone(), value);
                    far_domains
                        .entry(domain)
                        .or_insert(known.metadata.name.clone());
                }
            }
        }
        Some(Self {
            is_first: near_domains.is_empty() && near.iter().all(|term| term.matches(store, pod)),
            near: near.into_iter().map(|term| term.key).collect(),
            near_domains,
            far: far_domains,
            repelled: repelled(store, pod),
        })
    }

    /// Why a node is ruled out, if it is.
    #[must_use]
    pub fn refusal(&self, node: &Object) -> Option<FilterRefusal> {
        let labels = &node.meta().labels;
        let is_in = |domains: &[Domain], key: &String| {
            let value = labels.get(key);
            value.is_some_and(|value| domains.contains(&(key.clone(), value.clone())))
        };
        let labelled = self.near.iter().all(|key| labels.get(key).is_some());
        let together = self.near.iter().all(|key| is_in(&self.near_domains, key));
        if !labelled || !together && !self.is_first {
            return FilterRefusal::for_good(AFFINITY);
        }
        if touched(&self.far, node).next().is_some() {
            return Some(FilterRefusal::by_others(ANTI_AFFINITY));
        }
        let mut touched = touched(&self.repelled, node);
        touched.next().map(|_| FilterRefusal::by_others(EXISTING))
    }

    /// The keys of the domains, and the pods in them, by which a rule rules out nodes.
    #[must_use]
    pub fn in_the_way(
        &self,
        rule: Rule,
        nodes: &[Object],
    ) -> (BTreeSet<String>, BTreeSet<Rc<str>>) {
        let domains = match rule {
            Rule::Near => return (self.near.iter().cloned().collect(), BTreeSet::new()),
            Rule::Far => &self.far,
            Rule::Repelled => &self.repelled,
        };
        let touched = nodes.iter().flat_map(|node| touched(domains, node));
        touched
            .map(|((key, _), pod)| (key.clone(), pod.clone()))
            .unzip()
    }
}

/// The domains that a node belongs to.
fn touched<'d>(
    domains: &'d LiteMap<Domain, Rc<str>>,
    node: &'d Object,
) -> impl Iterator<Item = (&'d Domain, &'d Rc<str>)> {
    let labels = &node.meta().labels;
    domains
        .iter()
        .filter(|((key, value), _)| labels.get(key) == Some(value))
}

/// The domains of the pods whose anti-affinity matches a pod.
fn repelled(store: &Store, pod: &Pod) -> LiteMap<Domain, Rc<str>> {
    let mut domains = LiteMap::new_vec();
    let known = store.indexes().repelling();
    for known in known.filter_map(|key| store.pod(key)) {
        for term in rules(known, "podAntiAffinity", REQUIRED) {
            let term = Term::of(known, term);
            if term.matches(store, pod)
                && let Some(value) = term.domain(store, known)
            {
                domains
                    .entry((term.key, value))
                    .or_insert(known.metadata.name.clone());
            }
        }
    }
    domains
}

/// The weights of the pod's preferred affinity by domain; `None` if it has none.
#[must_use]
pub fn preferences(store: &Store, pod: &Pod) -> Option<LiteMap<Domain, i64>> {
    let mut weights: LiteMap<Domain, i64> = LiteMap::new_vec();
    let mut has_any = false;
    for (side, sign) in [("podAffinity", 1), ("podAntiAffinity", -1)] {
        for rule in rules(pod, side, PREFERRED) {
            has_any = true;
            let term = Term::of(pod, rule.at("podAffinityTerm"));
            for known in term.pods(store) {
                if let Some(value) = term.domain(store, known) {
                    *weights.entry((term.key.clone(), value)).or_default() +=
                        sign * rule.int("weight");
                }
            }
        }
    }
    has_any.then_some(weights)
}
