//! Preview of a StatefulSet's partition: which ordinals are replaced, in which order, and what they wait for.

use super::cluster::Slot;
use super::pods::PodState;
use super::words;
use kubestep::api::identity::pod_revision;
use kubestep::api::kind::Kind;
use kubestep::api::stateful_set::StatefulSet;
use kubestep::controllers::stateful_set::update::max_unavailable;
use kubestep::store::Store;
use kubestep::texts::Language;
use kubestep::versions::Feature;
use std::fmt::Display;
use std::rc::Rc;

/// The target of a set's update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateTarget {
    /// The revision of the template; `None` until the controller has created it.
    pub revision: Option<Rc<str>>,
    /// Whether `maxUnavailable` is in effect (the gate MaxUnavailableStatefulSet).
    pub several: bool,
    /// Whether a Parallel update deletes unavailable pods first, without waiting.
    pub two_phases: bool,
}

/// The effect of an update on the pods at or above a partition.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// The first ordinal that is updated.
    pub from: i32,
    /// The ordinals to be replaced, descending.
    pub replaced: Vec<i32>,
    /// The next ordinal to be replaced.
    pub next: Option<i32>,
    /// The ordinals that are up to date, ascending.
    pub current: Vec<i32>,
    /// What the first replacement waits for; `None` if the next sync performs it.
    pub waits: Option<RailWait>,
}

/// What the next replacement waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RailWait {
    /// The pod with this ordinal to become available.
    Available(i32),
    /// The condemned pod with this ordinal to be gone.
    Gone(i32),
}

impl UpdateTarget {
    /// The current update target of a set. `status.updateRevision` belongs to the template that the controller has
    /// seen; for a newer template, the existing revisions are searched.
    pub fn of(store: &Store, set: &StatefulSet) -> Self {
        let revision = if set.status.observed_generation == set.metadata.generation {
            Some(set.status.update_revision.clone())
        } else {
            let owned = store.indexes().dependents(&set.metadata.uid);
            let mut revisions = owned
                .take_while(|key| key.kind <= Kind::ControllerRevision)
                .filter_map(|key| store.controller_revision(key));
            let equal = revisions.find(|revision| revision.data.is_patch_to(&set.spec.template));
            equal.map(|revision| revision.metadata.name.clone())
        };
        Self {
            revision,
            several: store.has(Feature::MaxUnavailableStatefulSet),
            two_phases: store.has(Feature::MaxUnavailableStatefulSet)
                && store.has(Feature::StatefulSetTwoPhaseUpdate),
        }
    }
}

impl Outlook {
    /// The effect on the pods in these slots, which are in the order of their ordinals.
    pub fn of(set: &StatefulSet, slots: &[Slot], target: &UpdateTarget, partition: i32) -> Self {
        let mut outlook = Self {
            from: set.start_ordinal().saturating_add(partition),
            ..Self::default()
        };
        // The highest ordinal to be replaced whose pod is unavailable.
        let mut broken = None;
        for slot in slots {
            let (Some(ordinal), Some(view)) = (slot.ordinal, &slot.pod) else {
                continue;
            };
            if ordinal < outlook.from || !set.in_range(ordinal) {
                continue;
            }
            if target.revision.as_deref() == Some(pod_revision(&view.pod.metadata)) {
                outlook.current.push(ordinal);
            } else if view.state != PodState::Terminating {
                outlook.replaced.push(ordinal);
                if view.state != PodState::Available {
                    broken = Some(ordinal);
                }
            }
        }
        outlook.replaced.reverse();
        let broken = broken.filter(|_| target.two_phases && !set.is_monotonic());
        outlook.next = broken.or(outlook.replaced.first().copied());
        if let (None, Some(next)) = (broken, outlook.next) {
            outlook.waits = waits(set, slots, target, next);
        }
        outlook
    }

    /// Whether an ordinal will be replaced.
    pub fn replaces(&self, ordinal: i32) -> bool {
        // The list is descending.
        self.replaced
            .binary_search_by(|own| ordinal.cmp(own))
            .is_ok()
    }

    /// The ordinals to be replaced: "3 and 4 will be replaced, 4 first".
    pub fn says(&self, language: Language) -> String {
        let listed = |ordinals: &[i32]| list(ordinals, language);
        let current = listed(&self.current);
        let mut rising = self.replaced.clone();
        rising.reverse();
        let replaced = listed(&rising);
        let first = self.next.unwrap_or_default();
        let values: &[(&str, &dyn Display)] = &[
            ("current", &current),
            ("replaced", &replaced),
            ("first", &first),
        ];
        let phrase = match (rising.len(), self.current.len()) {
            (0, 0) => &words::REPLACED_NONE,
            (0, _) => &words::REPLACED_CURRENT,
            (1, _) => &words::REPLACED_ONE,
            _ => &words::REPLACED,
        };
        phrase.with(language, values)
    }

    /// The ordinals to be replaced, and what they wait for.
    pub fn says_all(&self, language: Language) -> String {
        let what = self.says(language);
        let (phrase, ordinal) = match self.waits {
            None => return what,
            Some(RailWait::Available(ordinal)) => (&words::REPLACED_ONCE_AVAILABLE, ordinal),
            Some(RailWait::Gone(ordinal)) => (&words::REPLACED_ONCE_GONE, ordinal),
        };
        phrase.with(language, &[("what", &what), ("ordinal", &ordinal)])
    }
}

/// What the replacement of `next` waits for, in the controller's order of checks (`stateful_set_control.go`,
/// updateStatefulSet): with OrderedReady every desired pod from the first one on, including `next`, then the
/// condemned ones; Parallel checks only the pods after `next`.
fn waits(set: &StatefulSet, slots: &[Slot], target: &UpdateTarget, next: i32) -> Option<RailWait> {
    let lacking = |slot: &&Slot| {
        let pod = slot.pod.as_ref();
        pod.is_none_or(|view| view.state != PodState::Available)
    };
    let own = |slot: &Slot| slot.ordinal.unwrap_or_default();
    let wanted = slots.iter().filter(|slot| set.in_range(own(slot)));
    let lacking: Vec<i32> = wanted.filter(lacking).map(own).collect();
    let ordinal = if set.is_monotonic() {
        let mut pods = slots.iter().filter(|slot| slot.pod.is_some());
        let surplus = pods.rfind(|slot| !set.in_range(own(slot)));
        if let (None, Some(slot)) = (lacking.first(), surplus) {
            return Some(RailWait::Gone(own(slot)));
        }
        lacking.first()
    } else if target.several {
        let most = set
            .rolling_update()
            .and_then(|block| block.max_unavailable.as_ref());
        let most = max_unavailable(most, set.spec.replicas).unwrap_or(1);
        let is_full = i32::try_from(lacking.len()).is_ok_and(|count| count >= most);
        lacking.first().filter(|_| is_full)
    } else {
        lacking.last().filter(|own| **own > next)
    };
    ordinal.copied().map(RailWait::Available)
}

/// Index of the gap closest to a point: how many of the `count` seats, of equal width and `gap` apart, precede it.
pub fn place(x: f64, width: f64, gap: f64, count: usize) -> usize {
    let pitch = (width + gap) / count.max(1) as f64;
    let place = ((x + gap / 2.0) / pitch).round();
    // The cast turns negative values into zero.
    (place as usize).min(count)
}

/// Pixels between seats: more if there are fewer of them.
pub fn gap(count: usize) -> f64 {
    (60.0 / count.max(1) as f64).clamp(2.0, 10.0)
}

/// The partition for a handle in the gap with an index; never above the number of replicas.
pub fn partition_at(set: &StatefulSet, slots: &[Slot], place: usize) -> i32 {
    let next = slots.get(place).and_then(|slot| slot.ordinal);
    let partition = next.map(|ordinal| ordinal.saturating_sub(set.start_ordinal()));
    partition.unwrap_or(i32::MAX).clamp(0, set.spec.replicas)
}

/// Index of the gap before an ordinal.
pub fn place_of(slots: &[Slot], from: i32) -> usize {
    slots.partition_point(|slot| slot.ordinal.is_some_and(|ordinal| ordinal < from))
}

/// Lists ordinals in words: "3 and 4", "0, 2 and 5–9".
fn list(ordinals: &[i32], language: Language) -> String {
    let runs = ordinals.chunk_by(|one, other| one.checked_add(1) == Some(*other));
    let mut parts: Vec<String> = Vec::new();
    for run in runs {
        match run {
            [first, _, .., last] => parts.push(format!("{first}–{last}")),
            few => parts.extend(few.iter().map(i32::to_string)),
        }
    }
    let Some(last) = parts.pop() else {
        return String::new();
    };
    if parts.is_empty() {
        return last;
    }
    let others = parts.join(words::LIST_COMMA.text(language));
    others + words::LIST_AND.text(language) + &last
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::action::{Action, Activity};
    use crate::page::state::State;

    const SET: &str = r"
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: db
spec:
  replicas: 5
  serviceName: db
  updateStrategy: {rollingUpdate: {partition: 5}}
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: app, image: 'nginx:1.27'}]}
";

    fn apply(state: &mut State, text: &str) {
        state.reduce(Action::Edit(text.into()), || 0.0);
        state.reduce(Action::Apply, || 0.0);
    }

    fn settle(state: &mut State) {
        state.reduce(Action::Settle, || 0.0);
        while state.running != Activity::Idle {
            state.reduce(Action::Tick, || 0.0);
        }
    }

    /// A settled set that was then given another image.
    fn changed(text: &str) -> State {
        let mut state = State::new(text.into(), Language::English);
        state.reduce(Action::Apply, || 0.0);
        settle(&mut state);
        apply(&mut state, &text.replace("nginx:1.27", "nginx:1.28"));
        state
    }

    fn slots(state: &State) -> &[Slot] {
        match &state.cluster.stateful[0].pods {
            crate::page::cluster::Pods::Tiles(slots) => slots,
            counts => panic!("no tiles: {counts:?}"),
        }
    }

    fn outlook(state: &State, partition: i32) -> Outlook {
        let view = &state.cluster.stateful[0];
        Outlook::of(&view.object, slots(state), &view.target, partition)
    }

    #[test]
    fn a_partition_replaces_higher_ordinals_in_descending_order() {
        let mut state = changed(SET);
        // The template is newer than what the controller has seen, so no revision has it.
        assert_eq!(state.cluster.stateful[0].target.revision, None);
        for _ in 0..2 {
            let three = outlook(&state, 3);
            assert_eq!(three.replaced, [4, 3]);
            assert_eq!(three.waits, None);
            assert!(three.replaces(3) && three.replaces(4) && !three.replaces(2));
            let says = |partition| outlook(&state, partition).says(Language::English);
            assert_eq!(says(3), "3 and 4 will be replaced, 4 first");
            assert_eq!(says(4), "4 will be replaced");
            assert_eq!(says(0), "0–4 will be replaced, 4 first");
            assert_eq!(says(5), "nothing is replaced");
            assert_eq!(three.says(Language::Chinese), "将替换 3 和 4，先替换 4");
            settle(&mut state);
        }
    }

    #[test]
    fn updated_pods_are_not_replaced() {
        let mut state = changed(&SET.replace("partition: 5", "partition: 3"));
        settle(&mut state);
        let three = outlook(&state, 3);
        assert_eq!(
            three.says(Language::English),
            "nothing is replaced: 3 and 4 already updated"
        );
        assert_eq!(outlook(&state, 1).replaced, [2, 1]);
        // Back to the first template: now the other pods are up to date.
        apply(&mut state, &SET.replace("partition: 5", "partition: 3"));
        assert_eq!(outlook(&state, 1).replaced, [4, 3]);
        assert_eq!(outlook(&state, 1).current, [1, 2]);
    }

    #[test]
    fn the_next_replacement_waits_for_unavailable_pods() {
        let mut state = changed(&SET.replace("partition: 5", "partition: 0"));
        let mut waited = Vec::new();
        for _ in 0..60 {
            state.reduce(Action::Step, || 0.0);
            let now = outlook(&state, 0);
            if let (Some(next), Some(wait)) = (now.next, now.waits) {
                waited.push((next, wait));
            }
        }
        waited.dedup();
        assert_eq!(
            waited[..2],
            [(3, RailWait::Available(4)), (2, RailWait::Available(3))]
        );
    }

    #[test]
    fn ordered_ready_waits_for_all_pods_and_parallel_depends_on_the_version() {
        let one = Some(RailWait::Available(1));
        // db-1 is unavailable and below partition 3: 1.37 still counts it. At partition 0 it is replaced first.
        for (version, policy, above, all) in [
            ("1.37", "OrderedReady", one, (4, one)),
            ("1.37", "Parallel", one, (1, None)),
            ("1.36", "OrderedReady", one, (4, one)),
            ("1.36", "Parallel", None, (4, None)),
        ] {
            let text = SET.replace(
                "  serviceName",
                &format!(
                    "  podManagementPolicy: {policy}
  serviceName"
                ),
            );
            let mut state = State::new(text.clone().into(), Language::English);
            state.reduce(Action::Command(format!("sim version {version}")), || 0.0);
            state.reduce(Action::Apply, || 0.0);
            settle(&mut state);
            state.reduce(Action::Command("sim unready db-1".to_owned()), || 0.0);
            let is_ready = |state: &State| {
                let pod = slots(state)[1].pod.as_ref();
                pod.is_some_and(|view| view.state == PodState::Available)
            };
            for _ in 0..5 {
                state.reduce(Action::Step, || 0.0);
            }
            assert!(!is_ready(&state));
            apply(&mut state, &text.replace("nginx:1.27", "nginx:1.28"));
            let three = outlook(&state, 3);
            assert_eq!(
                (three.next, three.waits),
                (Some(4), above),
                "{version} {policy}"
            );
            let zero = outlook(&state, 0);
            assert_eq!(
                (zero.next, zero.waits),
                (Some(all.0), all.1),
                "{version} {policy}"
            );
        }
    }

    #[test]
    fn condemned_pods_are_waited_for() {
        let mut state = changed(SET);
        apply(
            &mut state,
            &SET.replace("replicas: 5", "replicas: 4")
                .replace("nginx:1.27", "nginx:1.28"),
        );
        assert_eq!(outlook(&state, 3).waits, Some(RailWait::Gone(4)));
        assert_eq!(
            outlook(&state, 3).says_all(Language::English),
            "3 will be replaced, once 4 is gone"
        );
    }

    #[test]
    fn the_handle_snaps_to_the_nearest_gap() {
        // Five seats of 100 px, 10 px apart.
        let at = |x| place(x, 540.0, 10.0, 5);
        assert_eq!([-40.0, -5.0, 49.0].map(at), [0, 0, 0]);
        assert_eq!([51.0, 105.0, 159.0].map(at), [1, 1, 1]);
        assert_eq!([490.0, 545.0, 9_000.0].map(at), [5, 5, 5]);
        assert_eq!(place(3.0, 0.0, 0.0, 0), 0);
    }

    #[test]
    fn every_gap_has_its_partition() {
        let state = changed(&SET.replace(
            "replicas: 5",
            "replicas: 5
  ordinals: {start: 7}",
        ));
        let set = &state.cluster.stateful[0].object;
        let slots = slots(&state);
        for place in 0..=5 {
            let partition = partition_at(set, slots, place);
            assert_eq!(partition, i32::try_from(place).unwrap_or(-1));
            assert_eq!(place_of(slots, 7 + partition), place);
        }
    }

    #[test]
    fn ordinals_are_listed_in_words() {
        let english = |ordinals: &[i32]| list(ordinals, Language::English);
        assert_eq!(english(&[]), "");
        assert_eq!(english(&[2]), "2");
        assert_eq!(english(&[2, 3]), "2 and 3");
        assert_eq!(english(&[0, 2, 5, 6, 7, 9]), "0, 2, 5–7 and 9");
        assert_eq!(list(&[0, 2, 4], Language::Chinese), "0、2 和 4");
    }
}
