//! The numbers of decisions: formulas hold with them, and sizes change in the direction that their branch names.

use super::all_stories;
use kubestep::actor::decision::{Decision, Fact, FactValue, Origin, PODS};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::{Pod, PodPhase};
use kubestep::engine::{Engine, Step};
use kubestep::store::{Change, Store};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn number(decision: &Decision, name: &str) -> Option<i64> {
    match decision.fact(name)?.value {
        FactValue::Number(number) => Some(number),
        _ => None,
    }
}

/// Reads a formula such as `current + min(replicas + maxSurge − total, replicas − current)`.
struct Formula<'a> {
    rest: &'a str,
    decision: &'a Decision,
}

impl Formula<'_> {
    fn token(&mut self) -> String {
        let text = self.rest.trim_start();
        let end = text.find(|letter: char| !letter.is_alphanumeric());
        let end = match (end, text.chars().next()) {
            (Some(0), Some(letter)) => letter.len_utf8(),
            (end, _) => end.unwrap_or(text.len()),
        };
        self.rest = &text[end..];
        text[..end].to_owned()
    }

    fn next_is(&self, token: &str) -> bool {
        self.rest.trim_start().starts_with(token)
    }

    /// `None` if the decision lacks a number, or has a fraction that is not shown as one.
    fn sum(&mut self) -> Option<i64> {
        let mut sum = self.term()?;
        while self.next_is("+") || self.next_is("−") {
            let plus = self.token() == "+";
            let term = self.term()?;
            sum += if plus { term } else { -term };
        }
        Some(sum)
    }

    fn term(&mut self) -> Option<i64> {
        let token = self.token();
        if token == "min" || token == "max" {
            self.token();
            let a = self.sum()?;
            self.token();
            let b = self.sum()?;
            self.token();
            return Some(if token == "min" { a.min(b) } else { a.max(b) });
        }
        token.parse().ok().or_else(|| number(self.decision, &token))
    }
}

fn decisions(engine: &Engine) -> impl Iterator<Item = &Decision> {
    engine.steps().iter().flat_map(|step| &step.decisions)
}

#[test]
fn formulas_hold_with_their_numbers() {
    let mut checked = 0;
    let mut wrong = BTreeMap::new();
    for (name, engine) in all_stories() {
        for decision in decisions(&engine) {
            let Some((result, rest)) = decision.branch.formula.split_once(" = ") else {
                continue;
            };
            let Some(result) = number(decision, result) else {
                continue;
            };
            if let Some(value) = (Formula { rest, decision }).sum() {
                checked += 1;
                if result != value {
                    wrong.insert(
                        decision.branch.id,
                        format!("{name}: {}", decision.substituted()),
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 1000, "{checked}");
}

#[test]
fn changed_sizes_have_the_direction_of_their_branch() {
    let mut checked = 0;
    for (name, engine) in all_stories() {
        for decision in decisions(&engine) {
            let get = |name: &str| number(decision, name);
            let holds = match (decision.branch.id, get("current"), get("newReplicas")) {
                ("deployment/scale-up-new", Some(current), Some(new)) => new > current,
                ("deployment/scale-down-new", Some(current), Some(new)) => new < current,
                ("deployment/surge-full", Some(current), Some(new)) => new == current,
                ("deployment/may-scale-down", ..) => get("maxScaledDown") > Some(0),
                ("deployment/hold-old", ..) => get("maxScaledDown") <= Some(0),
                ("deployment/clean-unhealthy", ..) => {
                    get("from").zip(get("to")).map(|(from, to)| from - to) == get("count")
                }
                ("deployment/scale-down-old", ..) => get("from") > get("to"),
                _ => continue,
            };
            checked += 1;
            assert!(
                holds,
                "{name}: {}: {:?}",
                decision.branch.id, decision.facts
            );
        }
    }
    assert!(checked > 500, "{checked}");
}

/// The cluster before a step, with the first of the step's own writes.
struct Moment<'a> {
    store: &'a Store,
    writes: &'a [Change],
}

impl Moment<'_> {
    fn get(&self, key: &Key) -> Option<&Object> {
        match self.writes.iter().rfind(|change| change.key == *key) {
            Some(change) => change.after.as_ref(),
            None => self.store.get(key),
        }
    }

    /// The number in a field; `None` for a percentage, and for a field that is left to its default.
    fn field(&self, origin: &Origin) -> Option<i64> {
        let object = self.get(&origin.object).map(Object::to_value);
        let pointer = format!("/{}", origin.path.replace('.', "/"));
        let field = object.as_ref().and_then(|object| object.pointer(&pointer));
        match field {
            None | Some(Value::Null) => origin.path.starts_with("status.").then_some(0),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) if text.ends_with('%') => None,
            Some(Value::Object(annotations)) => {
                let before = annotations.get("deployment.kubernetes.io/desired-replicas")?;
                before.as_str()?.parse().ok()
            }
            Some(other) => panic!("{} {} is {other}", origin.object, origin.path),
        }
    }

    /// The pods of a workload that a fact of this name counts; `None` for those that the workload's own status tells
    /// apart.
    fn pods(&self, owner: &Key, fact: &str) -> Option<i64> {
        let uid = &self.get(owner)?.meta().uid;
        let counts: fn(&Pod) -> bool = match (owner.kind, fact) {
            (Kind::ReplicaSet, "active") => Pod::is_active,
            (Kind::ReplicaSet, "ready") => |pod| pod.is_active() && pod.is_ready(),
            (Kind::StatefulSet, "ready") => {
                |pod| pod.is_ready() && pod.status.phase == PodPhase::Running
            }
            (_, "pods") => |_| true,
            _ => return None,
        };
        let there = self.store.list(Kind::Pod, Some(&owner.namespace));
        let written = self.writes.iter().map(|change| &change.key);
        let written = written.filter(|key| key.kind == Kind::Pod).cloned();
        let keys: BTreeSet<Key> = there.map(Object::key).chain(written).collect();
        let pods = keys.iter().filter_map(|key| match self.get(key) {
            Some(Object::Pod(pod)) => Some(pod),
            _ => None,
        });
        let owned = pods.filter(|pod| {
            let controller = pod.metadata.controller();
            controller.is_some_and(|known| known.uid == *uid)
        });
        i64::try_from(owned.filter(|pod| counts(pod)).count()).ok()
    }

    /// What the cited fields say; `None` if a number follows from several different ones, as a share of a size does.
    fn cited(&self, fact: &Fact) -> Option<i64> {
        let paths: BTreeSet<&str> = fact.origins.iter().map(|origin| origin.path).collect();
        if paths.len() != 1 {
            return None;
        }
        let each = fact.origins.iter().map(|origin| match origin.path {
            PODS => self.pods(&origin.object, fact.name),
            _ => self.field(origin),
        });
        each.sum()
    }
}

/// Whether a number is that of the fields it links to, or their sum. They are as they were before the step, or as the
/// step itself has left them by then: it may have adopted pods or resized a set. A status is read before it is written.
fn holds(store: &Store, step: &Step, fact: &Fact, number: i64) -> bool {
    let of_status = |origin: &Origin| origin.path.starts_with("status.");
    let most = match fact.origins.iter().any(of_status) {
        true => 0,
        false => step.changes.len(),
    };
    (0..=most).any(|count| {
        let writes = &step.changes[..count];
        let cited = Moment { store, writes }.cited(fact);
        cited.is_none_or(|cited| cited == number)
    })
}

#[test]
fn numbers_equal_the_fields_that_they_cite() {
    let mut checked = 0;
    let mut wrong: BTreeMap<String, String> = BTreeMap::new();
    for (name, mut engine) in all_stories() {
        while let Some(step) = engine.current().cloned() {
            let at = engine.cursor();
            engine.back();
            for decision in &step.decisions {
                for fact in &decision.facts {
                    let FactValue::Number(number) = fact.value else {
                        continue;
                    };
                    if fact.origins.is_empty() {
                        continue;
                    }
                    checked += 1;
                    if !holds(engine.store(), &step, fact, number) {
                        let id = format!("{} {}", decision.branch.id, fact.name);
                        let place = format!("{name}, step {at}: {number} of {:?}", fact.origins);
                        wrong.entry(id).or_insert(place);
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(checked > 5000, "{checked}");
}
