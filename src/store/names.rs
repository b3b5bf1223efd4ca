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
/// Maximum step between numbers: about 500,000 names before they wrap around.
const STEP_MAX: u32 = 56;
/// The numbers that [`shuffled`] permutes; at least as many as there are suffixes.
const SHUFFLED: u32 = 1 << 24;

/// How generated names sort.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NameOrder {
    /// At random, as in a real cluster.
    #[default]
    Random,
    /// Later names after earlier ones, as the API server of the recorded clusters was patched to generate them: lists
    /// of pods are in the order of creation.
    Ascending,
}

/// Generates a name. Names repeat only after the numbers have wrapped around.
pub(super) fn generate(base: &str, registers: &mut Registers) -> Rc<str> {
    let step = 1 + registers.random_below(STEP_MAX);
    registers.name_suffix = (registers.name_suffix + step) % SUFFIXES;
    let mut end = base.len().min(BASE_LENGTH_MAX);
    while !base.is_char_boundary(end) {
        end -= 1;
    }
    let mut suffix = [0; SUFFIX_LENGTH];
    let mut rest = match registers.name_order {
        NameOrder::Random => shuffled(registers.name_suffix),
        NameOrder::Ascending => registers.name_suffix,
    };
    for place in suffix.iter_mut().rev() {
        *place = ALPHABET[(rest % 27) as usize];
        rest /= 27;
    }
    let suffix = std::str::from_utf8(&suffix).unwrap_or_default();
    [&base[..end], suffix].concat().into()
}

/// A permutation of the suffixes that scatters neighbours: it mixes 24 bits until the result is a suffix again.
fn shuffled(number: u32) -> u32 {
    let mut mixed = number;
    loop {
        // Each line is invertible, so that different numbers stay different.
        for factor in [0x5b_d1e9, 0xa4_c6b5, 0x93_5f2d] {
            mixed ^= mixed >> 11;
            mixed = mixed.wrapping_mul(factor) % SHUFFLED;
        }
        mixed ^= mixed >> 13;
        if mixed < SUFFIXES {
            return mixed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn names(count: usize, order: NameOrder) -> Vec<Rc<str>> {
        let mut registers = Registers::new(7);
        registers.name_order = order;
        let names = (0..count).map(|_| generate("web-", &mut registers));
        names.collect()
    }

    #[test]
    fn names_look_random_and_do_not_repeat() {
        let names = names(100_000, NameOrder::Random);
        assert!(names.iter().all(|name| name.len() == 9));
        let unique: BTreeSet<&str> = names.iter().map(|name| &**name).collect();
        assert_eq!(unique.len(), names.len());
        // Each character is about as frequent at each place, from the first names on.
        for place in 4..9 {
            let first: BTreeSet<u8> = names[..100]
                .iter()
                .map(|name| name.as_bytes()[place])
                .collect();
            assert!(first.len() > 22, "{place}: {first:?}");
        }
        // Two neighbours share their first character as often as any two do.
        let pairs = names.windows(2);
        let alike = pairs.filter(|pair| pair[0].as_bytes()[4] == pair[1].as_bytes()[4]);
        let share = alike.count() * 27;
        assert!((70_000..130_000).contains(&share), "{share}");
        assert!(!names[..10].is_sorted());
    }

    #[test]
    fn no_two_suffixes_become_the_same() {
        // A sample; all of them take too long in a debug build.
        let mut seen = vec![false; SUFFIXES as usize];
        for number in (0..SUFFIXES).step_by(7) {
            let place = shuffled(number) as usize;
            assert!(!std::mem::replace(&mut seen[place], true), "{number}");
        }
    }

    #[test]
    fn names_can_be_in_the_order_of_creation() {
        assert!(names(3000, NameOrder::Ascending).is_sorted());
    }

    #[test]
    fn a_long_base_is_cut() {
        let name = generate(&"x".repeat(100), &mut Registers::new(1));
        assert_eq!(name.len(), BASE_LENGTH_MAX + SUFFIX_LENGTH);
    }
}
