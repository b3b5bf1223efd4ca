//! Why the rules about other pods leave no node for a pod, in numbers.

use super::filters::{Rules, refusal};
use super::neighbours::Rule;
use super::scheduler_branches as b;
use crate::actor::Context;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::pod::Pod;
use std::rc::Rc;

/// Maximum number of pods that are named.
const NAMED_MAX: usize = 5;

/// Reports the rules about other pods that rule out nodes for a pod.
pub fn report(cx: &mut Context<'_>, pod: &Pod, rules: &Rules) {
    let name = &pod.metadata.name;
    for constraint in &rules.spread {
        for found in constraint.exceeded() {
            cx.decide(&b::SKEW)
                .object("pod", Kind::Pod, name.clone())
                .text("key", constraint.key.as_str())
                .text("domain", found.domain)
                .number("there", found.there)
                .number("itself", found.itself)
                .number("least", found.least)
                .number("skew", found.skew)
                .number("maxSkew", found.max_skew);
        }
    }
    let Some(neighbours) = &rules.neighbours else {
        return;
    };
    let nodes: Vec<Object> = cx.store.list(Kind::Node, None).cloned().collect();
    let refusals = nodes.iter().map(|node| {
        let refusal = refusal(cx.store, node, pod, rules);
        refusal.as_ref().and_then(Rule::of)
    });
    let refusals: Vec<Option<Rule>> = refusals.collect();
    for (rule, branch) in [
        (Rule::Near, &b::AFFINITY),
        (Rule::Far, &b::ANTI_AFFINITY),
        (Rule::Repelled, &b::EXISTING_ANTI_AFFINITY),
    ] {
        let out = nodes.iter().zip(&refusals);
        let out = out.filter(|(_, refusal)| **refusal == Some(rule));
        let out: Vec<Object> = out.map(|(node, _)| node.clone()).collect();
        if out.is_empty() {
            continue;
        }
        let (keys, others) = neighbours.in_the_way(rule, &out);
        let keys: Vec<String> = keys.into_iter().collect();
        let decision = cx.decide(branch);
        decision
            .object("pod", Kind::Pod, name.clone())
            .text("key", keys.join(", "))
            .number("nodes", number(out.len()))
            .number("all", number(nodes.len()));
        if rule != Rule::Near {
            let others: Vec<Rc<str>> = others.into_iter().collect();
            decision.text("others", named(&others));
        }
    }
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// The names of pods, shortened.
fn named(pods: &[Rc<str>]) -> String {
    let shown = pods.get(..pods.len().min(NAMED_MAX)).unwrap_or_default();
    let mut text = shown.join(", ");
    if pods.len() > NAMED_MAX {
        text.push_str(", …");
    }
    text
}
