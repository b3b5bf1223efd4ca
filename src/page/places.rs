//! Stable places: a pod keeps its slot and a ReplicaSet its letter for as long as it exists.

use kubestep::api::meta::Uid;
use litemap::LiteMap;

/// The last known places, including those of deleted objects, because stepping back restores these.
#[derive(Debug, Clone, Default)]
pub struct Places {
    known: LiteMap<Uid, usize>,
}

/// Maximum number of deleted objects remembered in addition to as many as exist.
const REMEMBERED: usize = 1_000;

impl Places {
    /// The places of the existing objects, in their order.
    ///
    /// An object keeps its place unless another one has taken it since; all others get the lowest free ones.
    pub fn arrange(&mut self, present: &[Uid]) -> Vec<usize> {
        let mut taken = Vec::new();
        let mut take = |place: usize| {
            if taken.len() <= place {
                taken.resize(place + 1, false);
            }
            !std::mem::replace(&mut taken[place], true)
        };
        let kept: Vec<Option<usize>> = present
            .iter()
            .map(|uid| self.known.get(uid).copied().filter(|place| take(*place)))
            .collect();
        let mut next = 0;
        let places: Vec<usize> = kept
            .into_iter()
            .map(|place| {
                place.unwrap_or_else(|| {
                    while !take(next) {
                        next += 1;
                    }
                    next
                })
            })
            .collect();
        if self.known.len() > present.len() * 2 + REMEMBERED {
            self.known.clear();
        }
        for (uid, place) in present.iter().zip(&places) {
            self.known.insert(uid.clone(), *place);
        }
        places
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uids(names: &str) -> Vec<Uid> {
        names.split(' ').map(Uid::from).collect()
    }

    #[test]
    fn existing_objects_keep_their_places() {
        let mut places = Places::default();
        assert_eq!(places.arrange(&uids("a b c")), [0, 1, 2]);
        assert_eq!(places.arrange(&uids("a c")), [0, 2]);
        assert_eq!(places.arrange(&uids("d a c")), [1, 0, 2]);
    }

    #[test]
    fn restored_objects_get_their_old_places_if_free() {
        let mut places = Places::default();
        places.arrange(&uids("a b c"));
        places.arrange(&uids("a c"));
        assert_eq!(places.arrange(&uids("a b c")), [0, 1, 2]);
        places.arrange(&uids("a d c"));
        assert_eq!(places.arrange(&uids("a b d c")), [0, 1, 3, 2]);
    }
}
