//! Smaller replacements for parts of the standard library.
//!
//! The standard library's sort is fast in all cases but adds some five kilobytes of wasm for each type it is used
//! with, and collecting maps and sets uses it too. Here all types share one sort of indexes.

use litemap::LiteMap;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Sorts a slice; stable.
pub fn sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    let length = items.len();
    let mut places = first(length, length, &|a, b| order(&items[a], &items[b]));
    // Applies the permutation cycle by cycle, moving each item to its place.
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

/// Indexes of the first `count` items in sorted order; stable.
///
/// A merge sort, which tolerates an `order` that is not total, where the standard library's sort may panic.
/// Whatever `order` returns, no item directly follows one that it should precede.
pub fn first(length: usize, count: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    if (1..length).all(|at| order(at, at - 1).is_ge()) {
        places.truncate(count);
        return places;
    }
    let mut merged = places.clone();
    let mut width = 1;
    while width < length {
        // Only the first `count` items of each run can be among the first `count` of all.
        let run = |start: usize| start..(start + width.min(count)).min(length);
        for start in (0..length).step_by(2 * width) {
            let left = &places[run(start)];
            let right = places.get(run(start + width)).unwrap_or_default();
            let end = (start + count.min(left.len() + right.len())).min(length);
            merge(left, right, &mut merged[start..end], order);
        }
        std::mem::swap(&mut places, &mut merged);
        width *= 2;
    }
    places.truncate(count);
    places
}

/// Merges two sorted runs until the output is full.
fn merge<'a>(
    mut left: &'a [usize],
    mut right: &'a [usize],
    merged: &mut [usize],
    order: &dyn Fn(usize, usize) -> Ordering,
) {
    let in_order = match (left.last(), right.first()) {
        (Some(last), Some(next)) => order(*next, *last).is_ge(),
        _ => true,
    };
    for place in merged {
        let from = match (left.first(), right.first()) {
            (Some(a), Some(b)) if in_order || order(*b, *a).is_ge() => &mut left,
            (Some(_), None) => &mut left,
            _ => &mut right,
        };
        if let Some((next, rest)) = from.split_first() {
            (*place, *from) = (*next, rest);
        }
    }
}

/// Collects a map; the last one of equal keys wins.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> LiteMap<K, V> {
    let mut map = LiteMap::new_vec();
    for (key, value) in entries {
        map.insert(key, value);
    }
    map
}

/// Collects the fields of an object; the last one of equal names wins.
pub fn fields(entries: impl IntoIterator<Item = (String, Value)>) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in entries {
        fields.insert(name, value);
    }
    fields
}

/// Collects a set.
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
    fn sorts_like_the_standard_library() {
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
    fn the_first_items_match_a_full_sort() {
        for length in 0..40_usize {
            let order = |a: usize, b: usize| (a * 7 % 11).cmp(&(b * 7 % 11));
            let whole = first(length, length, &order);
            for count in 0..=length {
                assert_eq!(
                    first(length, count, &order),
                    whole[..count],
                    "{count} of {length}"
                );
            }
        }
    }

    #[test]
    fn a_cyclic_order_holds_between_neighbours() {
        // Rock, paper, scissors: a cyclic relation, with which the standard library's sort may panic.
        let order = |a: usize, b: usize| match (3 + a % 3 - b % 3) % 3 {
            0 => Ordering::Equal,
            1 => Ordering::Greater,
            _ => Ordering::Less,
        };
        for length in 0..200 {
            let places = first(length, length, &order);
            for pair in places.windows(2) {
                assert!(order(pair[1], pair[0]).is_ge(), "{pair:?} of {length}");
            }
        }
    }

    #[test]
    fn maps_and_sets_match_collect() {
        let pairs = [(2, 'b'), (1, 'a'), (2, 'c')];
        assert_eq!(map(pairs), pairs.into_iter().collect());
        assert_eq!(set([3, 1, 3]), BTreeSet::from([1, 3]));
    }
}
