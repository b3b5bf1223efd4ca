//! Stable places: a pod keeps its slot, a ReplicaSet its letter, as long as it lives.

use kubestep::api::meta::Uid;
use litemap::LiteMap;

/// Who was last seen at which place. Also remembers those who are gone, because stepping back revives them.
#[derive(Debug, Clone, Default)]
pub struct Places {
    known: LiteMap<Uid, usize>,
}

/// How many of those who are gone are remembered, beside as many as are present.
const REMEMBERED: usize = 1_000;

impl Places {
    /// The place of each of those who are present, in their order.
    ///
    /// Whoever had a place keeps it, unless somebody else sits there by now; all others get the lowest free one.
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
    fn whoever_stays_keeps_the_place() {
        let mut places = Places::default();
        assert_eq!(places.arrange(&uids("a b c")), [0, 1, 2]);
        assert_eq!(places.arrange(&uids("a c")), [0, 2]);
        assert_eq!(places.arrange(&uids("d a c")), [1, 0, 2]);
    }

    #[test]
    fn whoever_comes_back_gets_the_old_place_if_it_is_free() {
        let mut places = Places::default();
        places.arrange(&uids("a b c"));
        places.arrange(&uids("a c"));
        assert_eq!(places.arrange(&uids("a b c")), [0, 1, 2]);
        places.arrange(&uids("a d c"));
        assert_eq!(places.arrange(&uids("a b d c")), [0, 1, 3, 2]);
    }
}
