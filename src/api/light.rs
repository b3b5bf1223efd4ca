//! What the standard library does as well, in less code.
//!
//! Its sort is quick in every case and weighs some five kilobytes in the module for each type that it is used with;
//! maps and sets that are collected are sorted by it too. Here all types share one sort, of places in a list.

use litemap::LiteMap;
use serde_json::{Map, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Puts a list in order; equal items stay as they were.
pub fn sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    let length = items.len();
    let mut places = first(length, length, &|a, b| order(&items[a], &items[b]));
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

/// The places of the `count` items that come first in a list of this length, in order; equal ones as they stand there.
///
/// It merges, which needs no total order, where the standard library's sort may panic without one: whatever `order`
/// says, no item comes right after one that it should be before.
pub fn first(length: usize, count: usize, order: &dyn Fn(usize, usize) -> Ordering) -> Vec<usize> {
    let mut places: Vec<usize> = (0..length).collect();
    let mut merged = places.clone();
    let mut width = 1;
    while width < length {
        // Of each run only the first `count` can be among the first of all.
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

/// As many places of two runs as there is room for, in order.
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

/// A map of these; of equal keys the last one counts.
pub fn map<K: Ord, V>(entries: impl IntoIterator<Item = (K, V)>) -> LiteMap<K, V> {
    let mut map = LiteMap::new_vec();
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
    fn the_first_ones_are_those_of_the_whole_order() {
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
    fn an_order_that_goes_round_in_circles_is_followed_from_each_to_the_next() {
        // Paper, scissors, stone: no order of more than two satisfies all of it, and the standard library may panic.
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
    fn maps_and_sets_are_those_that_collecting_makes() {
        let pairs = [(2, 'b'), (1, 'a'), (2, 'c')];
        assert_eq!(map(pairs), pairs.into_iter().collect());
        assert_eq!(set([3, 1, 3]), BTreeSet::from([1, 3]));
    }
}
