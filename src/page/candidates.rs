//! Which pods a step of a ReplicaSet deleted, and why: all candidates in the controller's order.

use super::words;
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::time::{Time, duration};
use kubestep::controllers::replica_set::{self, Candidate, Criterion};
use kubestep::engine::{Actor, Engine, Step, StepKind};
use kubestep::store::Change;
use kubestep::texts::{Language, Text};

/// Maximum number of pods listed; the rest is only counted.
const ROWS_MAX: usize = 20;

/// Pods in order of deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ranking {
    /// The first ones.
    pub rows: Vec<CandidateRow>,
    /// Number of pods that are not listed.
    pub more: usize,
    /// Whether all of them are deleted, so that their order does not matter.
    pub all_go: bool,
}

/// A candidate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CandidateRow {
    /// The pod.
    pub pod: Key,
    /// Its values, in the order of [`COLUMNS`].
    pub cells: [String; COLUMNS.len()],
    /// The criterion that puts it before the next pod.
    pub decided: Option<Criterion>,
    /// Whether the step deleted it.
    pub goes: bool,
}

/// Criteria with a column: its header, and the rule.
pub const COLUMNS: [(Criterion, &Text, &Text); 8] = [
    (
        Criterion::Unassigned,
        &words::RANK_NODE,
        &words::RANK_UNASSIGNED,
    ),
    (Criterion::Phase, &words::RANK_PHASE, &words::RANK_BY_PHASE),
    (Criterion::Ready, &words::READY, &words::RANK_UNREADY),
    (
        Criterion::DeletionCost,
        &words::RANK_COST,
        &words::RANK_BY_COST,
    ),
    (
        Criterion::Doubled,
        &words::RANK_DOUBLED,
        &words::RANK_BY_DOUBLED,
    ),
    (
        Criterion::ReadySince,
        &words::RANK_READY_FOR,
        &words::RANK_BY_READY_FOR,
    ),
    (
        Criterion::Restarts,
        &words::RANK_RESTARTS,
        &words::RANK_BY_RESTARTS,
    ),
    (Criterion::Age, &words::RANK_AGE, &words::RANK_BY_AGE),
];

/// The rule of a criterion.
pub fn rule(criterion: Criterion) -> &'static Text {
    let column = COLUMNS.iter().find(|(known, ..)| *known == criterion);
    column.map_or(&words::RANK_BY_UID, |(_, _, rule)| rule)
}

/// The candidates of a step in which the ReplicaSet controller deleted pods.
pub fn of_step(engine: &Engine, step: &Step, language: Language) -> Option<Ranking> {
    let StepKind::Work(item) = &step.action else {
        return None;
    };
    if item.actor != Actor::ReplicaSet {
        return None;
    }
    let deleted: Vec<&Key> = step.changes.iter().filter_map(deleted).collect();
    if deleted.is_empty() {
        return None;
    }
    let set = engine.store().replica_set(&item.key)?;
    let all = replica_set::candidates(engine.store(), set, &step.changes);
    let now = engine.now();
    let rows = all.iter().take(ROWS_MAX).map(|candidate| {
        let metadata = &candidate.pod.metadata;
        let pod = Key::new(Kind::Pod, &metadata.namespace, &metadata.name);
        CandidateRow {
            goes: deleted.contains(&&pod),
            cells: COLUMNS.map(|(criterion, ..)| cell(candidate, criterion, now, language)),
            decided: candidate.decided,
            pod,
        }
    });
    Some(Ranking {
        rows: rows.collect(),
        more: all.len().saturating_sub(ROWS_MAX),
        all_go: deleted.len() == all.len(),
    })
}

/// The pod that a change deleted or marked for deletion.
pub fn deleted(change: &Change) -> Option<&Key> {
    let before = change.before.as_ref()?;
    let stays = |object: &Object| !object.meta().is_terminating();
    let went = stays(before) && !change.after.as_ref().is_some_and(stays);
    (change.key.kind == Kind::Pod && went).then_some(&change.key)
}

fn cell(candidate: &Candidate, criterion: Criterion, now: Time, language: Language) -> String {
    let pod = &candidate.pod;
    let none = || words::NONE.text(language).to_owned();
    let since = |time: Time| duration(now.since(time));
    match criterion {
        Criterion::Unassigned => pod.node_name.as_deref().map_or_else(none, str::to_owned),
        Criterion::Phase => format!("{:?}", pod.status.phase),
        Criterion::Ready => if pod.is_ready() {
            &words::YES
        } else {
            &words::NO
        }
        .text(language)
        .to_owned(),
        Criterion::DeletionCost => candidate.cost.to_string(),
        Criterion::Doubled => candidate.rank.to_string(),
        Criterion::ReadySince => pod.ready_since().map_or_else(none, since),
        Criterion::Restarts => match candidate.restarts {
            (of_containers, 0) => of_containers.to_string(),
            (of_containers, of_sidecars) => format!("{of_containers} + {of_sidecars}"),
        },
        Criterion::Age => pod.metadata.creation_timestamp.map_or_else(none, since),
        Criterion::Uid => pod.metadata.uid.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::engine::Config;
    use kubestep::kubectl::run;

    const WEB: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 5
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
        - name: web
          image: nginx:1.27
";

    fn kubectl(engine: &mut Engine, line: &str) {
        let done = run::run(engine, line, Some(WEB));
        assert_eq!(done.exit, 0, "{line}: {}", done.stderr);
        engine.settle(1000);
    }

    fn names(engine: &Engine) -> Vec<String> {
        let pods = engine.store().list(Kind::Pod, Some("default"));
        pods.map(|pod| pod.meta().name.to_string()).collect()
    }

    /// The ranking of the next step that deletes pods; leaves the engine after that step.
    fn ranked(engine: &mut Engine, from: usize) -> Ranking {
        for done in from..engine.steps().len() {
            engine.jump(done + 1);
            let step = engine.current().expect("a step").clone();
            if let Some(ranking) = of_step(engine, &step, Language::English) {
                return ranking;
            }
        }
        panic!("no step deletes pods");
    }

    fn goes(ranking: &Ranking) -> Vec<String> {
        let rows = ranking.rows.iter().filter(|row| row.goes);
        rows.map(|row| row.pod.name.to_string()).collect()
    }

    #[test]
    fn deleted_pods_come_first_with_the_deciding_criterion() {
        let mut engine = Engine::new(Config::default());
        kubectl(&mut engine, "kubectl apply -f -");
        let all = names(&engine);
        let cost = "controller.kubernetes.io/pod-deletion-cost";
        kubectl(
            &mut engine,
            &format!("kubectl annotate pod {} {cost}=-5", all[2]),
        );
        kubectl(
            &mut engine,
            &format!("kubectl annotate pod {} {cost}=7", all[0]),
        );
        let before = engine.cursor();
        kubectl(&mut engine, "kubectl scale deployment web --replicas=2");
        let ranking = ranked(&mut engine, before);
        assert!(!ranking.all_go);
        assert_eq!((ranking.rows.len(), ranking.more), (5, 0));
        let order: Vec<String> = ranking
            .rows
            .iter()
            .map(|row| row.pod.name.to_string())
            .collect();
        assert_eq!(goes(&ranking), order[..3]);
        assert_eq!((&order[0], &order[4]), (&all[2], &all[0]));
        assert_eq!(ranking.rows[0].decided, Some(Criterion::DeletionCost));
        assert_eq!(ranking.rows[3].decided, Some(Criterion::DeletionCost));
        assert_eq!(ranking.rows[4].decided, None);
        // Two of the three nodes run two pods each.
        let doubled: Vec<&str> = ranking.rows.iter().map(|row| &*row.cells[4]).collect();
        assert_eq!(
            doubled.iter().filter(|count| **count == "2").count(),
            4,
            "{doubled:?}"
        );
        let kept = names(&engine);
        let ended: Vec<bool> = kept
            .iter()
            .map(|name| goes(&ranking).contains(name))
            .collect();
        assert_eq!(
            ended.iter().filter(|goes| **goes).count(),
            3,
            "terminating pods are still listed"
        );
    }

    #[test]
    fn no_ranking_if_all_pods_are_deleted() {
        let mut engine = Engine::new(Config::default());
        kubectl(&mut engine, "kubectl apply -f -");
        let before = engine.cursor();
        kubectl(&mut engine, "kubectl scale deployment web --replicas=0");
        let ranking = ranked(&mut engine, before);
        assert!(ranking.all_go);
        assert_eq!(goes(&ranking).len(), 5);
    }

    /// In every step of many rollouts, the deleted pods are the first ones of the list.
    #[test]
    fn the_order_is_the_controllers_own() {
        let mut engine = Engine::new(Config::default());
        kubectl(&mut engine, "kubectl apply -f -");
        let mut seen = 0;
        for (replicas, image) in [
            (9, "1.28"),
            (4, "1.27"),
            (7, "1.28"),
            (1, "1.29"),
            (6, "1.27"),
        ] {
            let before = engine.cursor();
            kubectl(
                &mut engine,
                &format!("kubectl scale deployment web --replicas={replicas}"),
            );
            kubectl(
                &mut engine,
                &format!("kubectl set image deployment/web web=nginx:{image}"),
            );
            let total = engine.steps().len();
            for done in before..total {
                engine.jump(done + 1);
                let step = engine.current().expect("a step").clone();
                let Some(ranking) = of_step(&engine, &step, Language::English) else {
                    continue;
                };
                seen += 1;
                if ranking.all_go {
                    continue;
                }
                let order: Vec<String> = ranking
                    .rows
                    .iter()
                    .map(|row| row.pod.name.to_string())
                    .collect();
                let goes = goes(&ranking);
                assert_eq!(goes, order[..goes.len()], "step {}", done + 1);
                let (decided, last) = ranking.rows.split_at(order.len() - 1);
                assert!(
                    decided.iter().all(|row| row.decided.is_some()),
                    "step {}",
                    done + 1
                );
                assert_eq!(last[0].decided, None);
            }
            engine.jump(total);
        }
        assert!(seen > 10, "{seen}");
    }
}
