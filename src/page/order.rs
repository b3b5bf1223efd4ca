//! The one way in which the page puts things in order: by numbers.

use kubestep::api::light;

/// The items in the order of their keys; equal ones stay in their order.
pub fn by_key<T>(mut items: Vec<T>, key: impl Fn(&T) -> i64) -> Vec<T> {
    light::sort(&mut items, |a, b| key(a).cmp(&key(b)));
    items
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
