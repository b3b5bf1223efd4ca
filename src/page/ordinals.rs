//! The order in which a StatefulSet's step updates or removes pods: from the highest ordinal down, with what each
//! one waits for.

use super::candidates;
use super::pods::PodWords;
use super::words;
use kubestep::actor::decision::Weight;
use kubestep::api::identity::pod_revision;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::pod::Pod;
use kubestep::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use kubestep::controllers::stateful_set::update::max_unavailable;
use kubestep::engine::{Actor, Engine, Step, StepKind};
use kubestep::texts::Language;
use kubestep::versions::Feature;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Maximum number of ordinals listed; the rest is only counted.
const ROWS_MAX: usize = 20;

/// A StatefulSet's pods as a step found them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The highest ordinals, descending.
    pub rows: Vec<OrdinalRow>,
    /// Number of ordinals that are not listed.
    pub more: usize,
}

/// An ordinal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdinalRow {
    /// Its pod, which may not exist.
    pub pod: Key,
    /// The revision that the pod was created from.
    pub revision: String,
    /// kubectl's STATUS.
    pub status: String,
    /// Whether the step deleted it.
    pub goes: bool,
    /// What happens to it, or what it waits for.
    pub says: String,
}

/// The order in a step of the StatefulSet controller that deleted pods or waits with an update.
pub fn of_step(engine: &Engine, step: &Step, language: Language) -> Option<Order> {
    let StepKind::Work(item) = &step.action else {
        return None;
    };
    if item.actor != Actor::StatefulSet {
        return None;
    }
    let deleted: Vec<&Key> = step
        .changes
        .iter()
        .filter_map(candidates::deleted)
        .collect();
    let mut updates = step
        .decisions
        .iter()
        .filter(|made| made.branch.stage == "update");
    let waits = updates.any(|made| made.branch.weight <= Weight::Held);
    if deleted.is_empty() && !waits {
        return None;
    }
    let set = engine.store().stateful_set(&item.key)?;
    let found = Found {
        set,
        language,
        deleted,
        pods: pods(engine, set, step),
        now: engine.now(),
        most: most(engine, set),
    };
    let last = found.pods.keys().next_back().copied().unwrap_or(0);
    let ordinals = (set.start_ordinal()..=set.end_ordinal().max(last)).rev();
    let mut above = None;
    let rows = ordinals.clone().take(ROWS_MAX);
    let rows = rows.map(|ordinal| found.row(ordinal, &mut above)).collect();
    Some(Order {
        rows,
        more: ordinals.count().saturating_sub(ROWS_MAX),
    })
}

/// The pods before the step, by ordinal.
fn pods(engine: &Engine, set: &StatefulSet, step: &Step) -> BTreeMap<i32, Rc<Pod>> {
    let store = engine.store();
    let by_ordinal = store.indexes().pods_by_ordinal(&set.metadata.uid);
    let mut pods = BTreeMap::new();
    for (ordinal, entry) in by_ordinal.into_iter().flat_map(|pods| pods.pods()) {
        let key = Key::new(Kind::Pod, &set.metadata.namespace, &entry.name);
        if let Some(pod) = store.pod(&key) {
            pods.insert(*ordinal, pod.clone());
        }
    }
    // Undoes later writes first.
    for change in step.changes.iter().rev() {
        let ours = |name: &str| {
            name.strip_prefix(&*set.metadata.name)?
                .strip_prefix('-')?
                .parse()
                .ok()
        };
        let Some(ordinal) = ours(&change.key.name).filter(|_| change.key.kind == Kind::Pod) else {
            continue;
        };
        match &change.before {
            Some(Object::Pod(before)) => pods.insert(ordinal, before.clone()),
            _ => pods.remove(&ordinal),
        };
    }
    pods
}

/// maxUnavailable, if it is more than one (the gate MaxUnavailableStatefulSet).
fn most(engine: &Engine, set: &StatefulSet) -> Option<i32> {
    let several = engine.store().has(Feature::MaxUnavailableStatefulSet);
    let block = set.rolling_update().filter(|_| several)?;
    let most = max_unavailable(block.max_unavailable.as_ref(), set.spec.replicas);
    most.ok().filter(|most| *most > 1)
}

/// The state that a step found.
struct Found<'a> {
    set: &'a StatefulSet,
    language: Language,
    deleted: Vec<&'a Key>,
    pods: BTreeMap<i32, Rc<Pod>>,
    now: kubestep::api::time::Time,
    most: Option<i32>,
}

impl Found<'_> {
    /// The row of an ordinal; `above` is the closest pod above that must be waited for.
    fn row(&self, ordinal: i32, above: &mut Option<Rc<str>>) -> OrdinalRow {
        let set = self.set;
        let key = Key::new(Kind::Pod, &set.metadata.namespace, &set.pod_name(ordinal));
        let pod = self.pods.get(&ordinal);
        let says = self.says(ordinal, pod, &key, above.as_deref());
        if pod.is_some() || set.in_range(ordinal) {
            let settled = pod.is_some_and(|pod| self.is_updated(pod) && self.is_available(pod));
            if !settled || !set.in_range(ordinal) {
                *above = Some(key.name.clone());
            }
        }
        let revision = pod.map_or("", |pod| pod_revision(&pod.metadata));
        OrdinalRow {
            revision: revision.rsplit('-').next().unwrap_or_default().to_owned(),
            status: pod.map_or_else(String::new, |pod| {
                let words = PodWords::of(pod);
                format!("{} {}", words.status, words.ready)
            }),
            goes: self.deleted.contains(&&key),
            pod: key,
            says,
        }
    }

    fn is_updated(&self, pod: &Pod) -> bool {
        pod_revision(&pod.metadata) == &*self.set.status.update_revision
    }

    fn is_available(&self, pod: &Pod) -> bool {
        let seconds = self.set.spec.min_ready_seconds;
        pod.is_available(seconds, self.now) && !pod.metadata.is_terminating()
    }

    /// What happens to an ordinal, or what it waits for (`stateful_set_control.go`, processCondemned and
    /// updateStatefulSetAfterInvariantEstablished).
    fn says(&self, ordinal: i32, pod: Option<&Rc<Pod>>, key: &Key, above: Option<&str>) -> String {
        let (set, language) = (self.set, self.language);
        let wanted = set.in_range(ordinal);
        let partition = set.partition();
        let Some(pod) = pod else {
            return words::ORDINAL_MISSING.text(language).to_owned();
        };
        let phrase = match above {
            _ if self.deleted.contains(&key) && wanted => &words::ORDINAL_REPLACED,
            _ if self.deleted.contains(&key) => &words::ORDINAL_REMOVED,
            _ if pod.metadata.is_terminating() => &words::ORDINAL_TERMINATING,
            Some(_) if !wanted => &words::ORDINAL_WAITS_GONE,
            None if !wanted => &words::ORDINAL_NEXT,
            _ if self.is_updated(pod) && self.is_available(pod) => &words::ORDINAL_UPDATED,
            _ if self.is_updated(pod) => &words::ORDINAL_STARTS,
            _ if set.spec.update_strategy == StatefulSetUpdateStrategy::OnDelete => {
                &words::ORDINAL_ON_DELETE
            }
            _ if ordinal < set.start_ordinal().saturating_add(partition) => {
                &words::ORDINAL_BELOW_PARTITION
            }
            Some(_) if self.most.is_some() => &words::ORDINAL_WAITS_SEVERAL,
            Some(_) => &words::ORDINAL_WAITS,
            None => &words::ORDINAL_NEXT,
        };
        phrase.with(
            language,
            &[
                ("pod", &above.unwrap_or_default()),
                ("partition", &partition),
                ("most", &self.most.unwrap_or(1)),
            ],
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::engine::Config;
    use kubestep::kubectl::run;

    const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 4
  serviceName: db
  updateStrategy: {rollingUpdate: {partition: 1}}
  selector:
    matchLabels:
      app: db
  template:
    metadata:
      labels:
        app: db
    spec:
      containers:
        - name: app
          image: nginx:1.27
";

    fn apply(engine: &mut Engine, text: &str) {
        let done = run::run(engine, "kubectl apply -f -", Some(text));
        assert_eq!(done.exit, 0, "{}", done.stderr);
        engine.settle(1000);
    }

    /// The orders found after the first `from` steps: ordinal, whether it is deleted, and the text.
    fn orders(engine: &mut Engine, from: usize) -> Vec<Vec<(String, bool, String)>> {
        let mut orders = Vec::new();
        for done in from + 1..=engine.steps().len() {
            engine.jump(done);
            let step = engine.current().expect("a step").clone();
            let Some(order) = of_step(engine, &step, Language::English) else {
                continue;
            };
            assert_eq!(order.more, 0);
            let rows = order.rows.into_iter();
            orders.push(
                rows.map(|row| (row.pod.name.to_string(), row.goes, row.says))
                    .collect(),
            );
        }
        orders
    }

    fn texts(order: &[(String, bool, String)]) -> Vec<String> {
        let row = |(pod, goes, says): &(String, bool, String)| {
            format!("{pod}{}: {says}", if *goes { "*" } else { "" })
        };
        order.iter().map(row).collect()
    }

    #[test]
    fn an_update_goes_from_the_last_ordinal_down_to_the_partition() {
        let mut engine = Engine::new(Config::default());
        apply(&mut engine, SET);
        let before = engine.cursor();
        apply(&mut engine, &SET.replace("1.27", "1.28"));
        let orders = orders(&mut engine, before);
        let first = orders.first().expect("an order");
        assert_eq!(
            texts(first),
            [
                "db-3*: deleted by this step, to be created again from the update revision",
                "db-2: waits until db-3 is updated and available",
                "db-1: waits until db-2 is updated and available",
                "db-0: not updated: below the partition 1",
            ]
        );
        let gone: Vec<&str> = orders
            .iter()
            .filter_map(|order| order.iter().find(|(_, goes, _)| *goes))
            .map(|(pod, ..)| &**pod)
            .collect();
        assert_eq!(gone, ["db-3", "db-2", "db-1"]);
        let second = orders
            .iter()
            .find(|order| order[1].1)
            .expect("db-2 is replaced");
        assert_eq!(second[0].2, "updated and available");
    }

    #[test]
    fn condemned_pods_are_removed_one_at_a_time() {
        let mut engine = Engine::new(Config::default());
        apply(&mut engine, SET);
        let before = engine.cursor();
        apply(&mut engine, &SET.replace("replicas: 4", "replicas: 2"));
        let orders = orders(&mut engine, before);
        assert_eq!(orders.len(), 2, "{orders:?}");
        assert_eq!(
            texts(&orders[0]),
            [
                "db-3*: deleted by this step: there are more pods than replicas",
                "db-2: waits until db-3 is gone",
                "db-1: updated and available",
                "db-0: updated and available",
            ]
        );
        assert!(orders[1][0].1, "{orders:?}");
        assert_eq!(orders[1][0].0, "db-2");
    }
}
