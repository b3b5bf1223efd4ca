//! One way to sort for the whole page: each further one would weigh some kilobytes in the module.

/// The items in the order of their keys; equal ones stay in their order.
pub fn by_key<T>(items: Vec<T>, key: impl Fn(&T) -> i64) -> Vec<T> {
    let mut keys: Vec<(i64, usize)> = items.iter().map(key).zip(0..).collect();
    keys.sort_unstable();
    let mut items: Vec<Option<T>> = items.into_iter().map(Some).collect();
    keys.into_iter()
        .filter_map(|(_, place)| items.get_mut(place)?.take())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_keep_their_order() {
        let words = vec!["bb", "a", "cc", "d"];
        let sorted = by_key(words, |word| i64::try_from(word.len()).unwrap_or(0));
        assert_eq!(sorted, ["a", "d", "bb", "cc"]);
    }
}
