//! What the standard library does as well, in less code.
//!
//! Its sort is quick in every case and weighs some five kilobytes in the module for each type that it is used with;
//! maps and sets that are collected are sorted by it too. Here all types share one sort, of places in a list.

use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Puts a list in order; equal items stay as they were.
pub fn sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    let mut places = places(items.len(), &|a, b| order(&items[a], &items[b]));
    // Round each cycle: what belongs to a place is fetched, and what stood there goes on to where that came from.
    for start in 0..items.len() {
        let mut at = start;
        while places[at] != start {
            let from = std::mem::replace(&mut places[at], at);
            items.swap(at, from);
            at = from;
        }
        places[at] = at;
    }
}

/// The places of a list in the order of what stands there.
fn places(length: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    if length > 1 {
        places.sort_by(|a, b| order(*a, *b));
    }
    places
}

/// A map of these; of equal keys the last one counts.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> BTreeMap<K, V> {
    let mut map = BTreeMap::new();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// The fields of an object; of equal names the last one counts.
pub fn fields(entries: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in entries {
        fields.insert(name, value);
    }
    fields
}

/// The set of these.
pub fn set<T: Ord>(items: impl IntoIterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    for item in items {
        set.insert(item);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut state = 1_u32;
        for length in 0..100 {
            let items = (0..length).map(|place| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 29, place)
            });
            let mut ours: Vec<(u32, u32)> = items.collect();
            let mut theirs = ours.clone();
            sort(&mut ours, |a, b| a.0.cmp(&b.0));
            theirs.sort_by_key(|item| item.0);
            assert_eq!(ours, theirs);
        }
    }

    #[test]
    fn maps_and_sets_are_those_that_collecting_makes() {
        let pairs = [(2, 'b'), (1, 'a'), (2, 'c')];
        assert_eq!(map(pairs), pairs.into_iter().collect());
        assert_eq!(set([3, 1, 3]), BTreeSet::from([1, 3]));
    }
}
