//! Names generated from `generateName`.

use super::registers::Registers;
use std::rc::Rc;

/// Characters that form no words and are not mistaken for each other, in sort order
/// (`staging/src/k8s.io/apimachinery/pkg/util/rand/rand.go`).
const ALPHABET: &[u8; 27] = b"2456789bcdfghjklmnpqrstvwxz";
/// Length of a suffix.
const SUFFIX_LENGTH: usize = 5;
/// Maximum length of the prefix (`staging/src/k8s.io/apiserver/pkg/storage/names/generate.go`).
const BASE_LENGTH_MAX: usize = 58;
/// Number of different suffixes.
pub(super) const SUFFIXES: u32 = 27u32.pow(5);
/// Maximum step between suffixes: about 12,000 names before they wrap around.
const STEP_MAX: u32 = 2_400;

/// Generates a name. Later names sort after earlier ones until the suffixes wrap around, as in the recorded
/// clusters, so that lists of pods are in the order of creation.
pub(super) fn generate(base: &str, registers: &mut Registers) -> Rc<str> {
    let step = 1 + registers.random_below(STEP_MAX);
    registers.name_suffix = (registers.name_suffix + step) % SUFFIXES;
    let mut end = base.len().min(BASE_LENGTH_MAX);
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    let mut suffix = [0; SUFFIX_LENGTH];
    let mut rest = registers.name_suffix;
    for place in suffix.iter_mut().rev() {
        *place = ALPHABET[(rest % 27) as usize];
        rest /= 27;
    }
    let suffix = std::str::from_utf8(&suffix).unwrap_or_default();
    [&base[..end], suffix].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_names_sort_after_earlier_ones() {
        let mut registers = Registers::new(7);
        let names: Vec<_> = (0..3000)
            .map(|_| generate("web-", &mut registers))
            .collect();
        assert!(names.is_sorted());
        assert!(names.iter().all(|name| name.len() == 9));
    }

    #[test]
    fn a_long_base_is_cut() {
        let name = generate(&"x".repeat(100), &mut Registers::new(1));
        assert_eq!(name.len(), BASE_LENGTH_MAX + SUFFIX_LENGTH);
    }
}
