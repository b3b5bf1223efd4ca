//! Pod counts of a workload against the desired number: the actual counts, and those its status reports.

use super::cluster::LaneView;
use super::rail::UpdateTarget;
use super::watch::Gauge;
use super::words;
use kubestep::api::deployment::Deployment;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::api::stateful_set::StatefulSet;
use kubestep::controllers::replica_set::Counts;
use kubestep::store::Store;
use kubestep::texts::Text;

/// The counted quantities, in the order of the bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BarKind {
    /// Pods of the current template.
    Updated,
    /// Ready pods.
    Ready,
    /// Pods that have been ready for minReadySeconds.
    Available,
    /// All pods; for a Deployment without terminating ones.
    Pods,
}

/// A quantity of a workload.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count {
    /// What is counted.
    pub quantity: BarKind,
    /// The actual value: what the controller would report after a sync.
    pub now: i32,
    /// The value in the status.
    pub reported: i32,
}

impl BarKind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Updated, Self::Ready, Self::Available, Self::Pods];

    /// Its name on the page.
    pub fn name(self) -> &'static Text {
        match self {
            Self::Updated => &words::UPDATED,
            Self::Ready => &words::READY,
            Self::Available => &words::AVAILABLE,
            Self::Pods => &words::GAUGE_SURGE,
        }
    }

    /// Its name in the stylesheet.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Updated => "updated",
            Self::Ready => "ready",
            Self::Available => "available",
            Self::Pods => "pods",
        }
    }

    /// The quantity that a gauge measures, if the status reports it too.
    pub fn of(gauge: &Gauge) -> Option<Self> {
        match gauge.now.invariant.id {
            "deployment/available" => Some(Self::Available),
            "deployment/surge" => Some(Self::Pods),
            _ => None,
        }
    }
}

fn counts(now: [i32; 4], reported: [i32; 4]) -> Vec<Count> {
    let known = BarKind::ALL.into_iter().zip(now.into_iter().zip(reported));
    let count = |(quantity, (now, reported))| Count {
        quantity,
        now,
        reported,
    };
    known.map(count).collect()
}

/// The counts of a Deployment: its ReplicaSets' pods without terminating ones.
pub fn of_deployment(store: &Store, deployment: &Deployment, lanes: &[LaneView]) -> Vec<Count> {
    let mut now = [0; 4];
    for lane in lanes {
        let pods = Counts::of(store, &lane.set);
        let updated = if lane.is_new == Some(true) {
            pods.active
        } else {
            0
        };
        for (sum, count) in now
            .iter_mut()
            .zip([updated, pods.ready, pods.available, pods.active])
        {
            *sum += count;
        }
    }
    let status = &deployment.status;
    let reported = [
        status.updated_replicas,
        status.ready_replicas,
        status.available_replicas,
        status.replicas,
    ];
    counts(now, reported)
}

/// The counts of a StatefulSet. As upstream, terminating pods count until they are gone, but not as updated
/// (`stateful_set_control.go`, updateStatefulSet).
pub fn of_stateful_set(store: &Store, set: &StatefulSet, target: &UpdateTarget) -> Vec<Count> {
    let status = &set.status;
    let reported = [
        status.updated_replicas,
        status.ready_replicas,
        status.available_replicas,
        status.replicas,
    ];
    counts(
        stateful_set(store, set, target.revision.as_deref()),
        reported,
    )
}

/// Number of a StatefulSet's pods for each quantity; updated pods are those of a revision.
pub fn stateful_set(store: &Store, set: &StatefulSet, updated: Option<&str>) -> [i32; 4] {
    let mut now = [0; 4];
    if let Some(by_ordinal) = store.indexes().pods_by_ordinal(&set.metadata.uid) {
        let count = |number: usize| i32::try_from(number).unwrap_or(i32::MAX);
        let ready = count(by_ordinal.ready());
        let seconds = set.spec.min_ready_seconds;
        let available = if seconds == 0 {
            ready
        } else {
            let pods = by_ordinal.pods().values().filter(|pod| pod.ready);
            let is_available = |name| {
                let pod = store.pod(&Key::new(Kind::Pod, &set.metadata.namespace, name));
                pod.is_some_and(|pod| pod.is_available(seconds, store.now()))
            };
            count(pods.filter(|pod| is_available(&pod.name)).count())
        };
        now = [
            updated.map_or(0, |revision| count(by_ordinal.of_revision(revision))),
            ready,
            available,
            count(by_ordinal.pods().len()),
        ];
    }
    now
}

/// The position of a number on a bar that ends at `most`, from 0 to 1.
pub fn share(number: i32, most: i32) -> f64 {
    // If no pods are wanted and none exist, the bar is empty.
    f64::from(number.clamp(0, most)) / f64::from(most.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::action::Action;
    use crate::page::start::EXAMPLE;
    use crate::page::state::State;
    use kubestep::texts::Language;

    fn count(state: &State, quantity: BarKind) -> (i32, i32) {
        let mut counts = state.cluster.deployments[0].counts.iter();
        let found = counts.find(|count| count.quantity == quantity);
        found.map_or((-1, -1), |count| (count.now, count.reported))
    }

    #[test]
    fn the_status_lags_behind_the_pods_and_catches_up() {
        let mut state = State::new(EXAMPLE.into(), Language::English);
        state.reduce(Action::Apply, || 0.0);
        let mut seen = Vec::new();
        for _ in 0..40 {
            state.reduce(Action::Step, || 0.0);
            seen.push(count(&state, BarKind::Available));
        }
        seen.dedup();
        // The pods become available before the status reports it.
        assert!(seen.contains(&(1, 0)), "{seen:?}");
        assert!(
            seen.iter().all(|(now, reported)| now >= reported),
            "{seen:?}"
        );
        assert_eq!(seen.last(), Some(&(3, 3)));
        for quantity in BarKind::ALL {
            assert_eq!(count(&state, quantity), (3, 3), "{quantity:?}");
        }
        // Once another template is wanted, no pod is updated any more, whatever the status says.
        state.reduce(
            Action::Edit(EXAMPLE.replace("1.7.9", "1.9.1").into()),
            || 0.0,
        );
        state.reduce(Action::Apply, || 0.0);
        assert_eq!(count(&state, BarKind::Updated), (0, 3));
        assert_eq!(count(&state, BarKind::Ready), (3, 3));
    }

    #[test]
    fn numbers_are_placed_in_proportion() {
        let shares = [-1, 0, 1, 3, 9].map(|number| share(number, 4));
        assert_eq!(shares, [0.0, 0.0, 0.25, 0.75, 1.0]);
        assert_eq!(share(0, 0), 0.0);
        assert_eq!(share(i32::MAX, i32::MAX), 1.0);
    }
}
