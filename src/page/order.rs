//! The page's only sort function: by integer keys.

use kubestep::api::light;

/// The items sorted by key; stable.
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
