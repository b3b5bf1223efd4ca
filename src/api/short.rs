//! One way to sort lists that are short: the standard library's, which is quick for long ones too, weighs some five
//! kilobytes in the module for each type that it is used with.

use std::cmp::Ordering;

/// Puts a short list in order; equal items stay as they were.
pub fn sort<T>(items: &mut [T], order: impl Fn(&T, &T) -> Ordering) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && order(&items[at - 1], &items[at]).is_gt() {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::sort;

    #[test]
    fn it_sorts_as_the_standard_library_does() {
        let mut state = 1_u32;
        for length in 0..40 {
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
}
