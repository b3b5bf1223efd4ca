//! How many objects there are of kinds that most clusters have none of, but that concern every pod.

use super::Store;
use crate::api::kind::Kind;

/// The kinds that are counted.
const KINDS: [Kind; 4] = [
    Kind::ResourceQuota,
    Kind::PodDisruptionBudget,
    Kind::LimitRange,
    Kind::PriorityClass,
];

/// The number of objects of each of [`KINDS`].
#[derive(Debug, Clone, Default)]
pub(super) struct Policies([usize; KINDS.len()]);

impl Policies {
    /// Counts a write: whether the object existed before it, and whether it does after it.
    pub(super) fn written(&mut self, kind: Kind, before: bool, after: bool) {
        let place = KINDS.iter().position(|known| *known == kind);
        if let Some(count) = place.and_then(|place| self.0.get_mut(place)) {
            *count += usize::from(after && !before);
            *count -= usize::from(before && !after);
        }
    }
}

impl Store {
    /// Whether there is any object of one of the kinds that are counted; `true` for other kinds.
    #[must_use]
    pub fn may_have(&self, kind: Kind) -> bool {
        let mut counts = KINDS.iter().zip(self.policies.0);
        counts.all(|(known, count)| *known != kind || count > 0)
    }
}
