//! The order in which a ReplicaSet would delete its pods now, shown on request as numbers on their tiles.

use super::cluster::{ClusterView, LaneView, Pods};
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::controllers::replica_set;
use kubestep::engine::Engine;

/// Numbers a ReplicaSet's pods by their order of deletion.
pub fn number(view: &mut ClusterView, engine: &Engine, set: &Key) {
    let lanes = view.deployments.iter_mut().flat_map(|view| &mut view.lanes);
    let mut lanes = lanes.chain(&mut view.sets);
    let Some(lane) = lanes.find(|lane| key(lane) == *set) else {
        return;
    };
    let candidates = replica_set::candidates(engine.store(), &lane.set, &[]);
    if let Pods::Tiles(slots) = &mut lane.pods {
        for pod in slots.iter_mut().filter_map(|slot| slot.pod.as_mut()) {
            let uid = &pod.pod.metadata.uid;
            let mut order = candidates.iter();
            pod.goes = order.position(|candidate| candidate.pod.metadata.uid == *uid);
        }
    }
}

/// The key of a lane's ReplicaSet.
pub fn key(lane: &LaneView) -> Key {
    let metadata = &lane.set.metadata;
    Key::new(Kind::ReplicaSet, &metadata.namespace, &metadata.name)
}

/// Whether an order can be shown: there are several pods, each with a tile.
pub fn has_order(lane: &LaneView) -> bool {
    let pods = lane
        .pods
        .slots()
        .iter()
        .filter_map(|slot| slot.pod.as_ref());
    pods.filter(|view| view.pod.is_active()).nth(1).is_some()
}

/// Whether the order is shown.
pub fn is_shown(lane: &LaneView) -> bool {
    let mut pods = lane
        .pods
        .slots()
        .iter()
        .filter_map(|slot| slot.pod.as_ref());
    pods.any(|view| view.goes.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::action::{Action, Activity};
    use crate::page::start::EXAMPLE;
    use crate::page::state::State;
    use kubestep::texts::Language;

    fn act(state: &mut State, action: Action) {
        state.reduce(action, || 0.0);
        while state.running != Activity::Idle {
            state.reduce(Action::Tick, || 0.0);
        }
    }

    fn lane(state: &State) -> &LaneView {
        &state.cluster.deployments[0].lanes[0]
    }

    /// The names of the pods in the order shown.
    fn order(state: &State) -> Vec<String> {
        let pods = lane(state)
            .pods
            .slots()
            .iter()
            .filter_map(|slot| slot.pod.as_ref());
        let mut numbered: Vec<(usize, String)> = pods
            .filter_map(|view| Some((view.goes?, view.pod.metadata.name.to_string())))
            .collect();
        numbered.sort();
        numbered.into_iter().map(|(_, name)| name).collect()
    }

    #[test]
    fn pods_are_deleted_in_the_order_shown() {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        act(&mut state, Action::Apply);
        act(&mut state, Action::Settle);
        assert!(has_order(lane(&state)) && !is_shown(lane(&state)));
        let set = key(lane(&state));
        act(&mut state, Action::DeletionOrder(Some(set)));
        assert!(is_shown(lane(&state)));
        let first = order(&state);
        assert_eq!(first.len(), 3);
        // The user protects the first candidate.
        let cost = "controller.kubernetes.io/pod-deletion-cost=1";
        act(
            &mut state,
            Action::Run(format!("kubectl annotate pod {} {cost}", first[0]).into()),
        );
        let second = order(&state);
        assert_eq!(second, [&*first[1], &first[2], &first[0]]);
        act(
            &mut state,
            Action::Run("kubectl scale deployment/nginx-deployment --replicas=1".into()),
        );
        act(&mut state, Action::Settle);
        let pods = lane(&state)
            .pods
            .slots()
            .iter()
            .filter_map(|slot| slot.pod.as_ref());
        let left: Vec<&str> = pods.map(|view| &*view.pod.metadata.name).collect();
        assert_eq!(left, [&*second[2]]);
        assert!(!has_order(lane(&state)), "there is nothing to choose from");
        act(&mut state, Action::DeletionOrder(None));
        assert!(!is_shown(lane(&state)));
    }
}
