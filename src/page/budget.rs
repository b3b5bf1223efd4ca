//! The memory that the page may use. Most of it is the history, so the page offers to drop the oldest part before a browser would
//! end the tab.

/// Bytes from which on the page offers it, where the browser does not say how much memory the device has.
pub const USUAL: usize = 1 << 30;
/// The same for a phone or a tablet.
pub const HANDHELD: usize = 384 << 20;
/// The smallest budget.
const LEAST: usize = 64 << 20;
/// The share of the device's memory.
const SHARE: f64 = 8.0;

/// The budget, and when it is next looked at.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// The bytes in use. WebAssembly's memory never shrinks: what was freed is used again before it grows.
    used: fn() -> usize,
    bytes: usize,
    /// The bytes at which the next verdict is due.
    next: usize,
}

/// What to do about the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BudgetVerdict {
    /// Nothing.
    Fine,
    /// Pause, and offer to drop the oldest part; the bytes in use.
    Offer(usize),
    /// Drop it, since this is more than twice the budget.
    Drop(usize),
}

impl Default for Budget {
    /// A budget that nothing counts against.
    fn default() -> Self {
        Self::new(USUAL, || 0)
    }
}

impl Budget {
    /// A budget of some bytes.
    pub fn new(bytes: usize, used: fn() -> usize) -> Self {
        Self {
            used,
            bytes,
            next: bytes,
        }
    }

    /// The bytes for a device with this much memory, in GiB.
    pub fn of_device(memory: f64) -> usize {
        let share = memory * f64::from(1 << 30) / SHARE;
        (share as usize).clamp(LEAST, USUAL)
    }

    /// Waits for further growth: what was dropped is used again first, and dropping it took memory, too.
    pub fn wait(&mut self) {
        self.next = (self.used)() + self.bytes / 8;
    }

    /// The verdict, once each time that the memory in use has grown by an eighth of the budget.
    pub fn verdict(&mut self) -> BudgetVerdict {
        let used = (self.used)();
        if used < self.next {
            return BudgetVerdict::Fine;
        }
        self.wait();
        if used < 2 * self.bytes {
            BudgetVerdict::Offer(used)
        } else {
            BudgetVerdict::Drop(used)
        }
    }
}

/// A number of bytes as text: `384 MiB`, `1.2 GiB`.
pub fn size(bytes: usize) -> String {
    let mib = bytes >> 20;
    if mib < 1024 {
        return format!("{mib} MiB");
    }
    let tenths = mib * 10 / 1024;
    format!("{}.{} GiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        static USED: Cell<usize> = const { Cell::new(0) };
    }

    #[test]
    fn it_offers_again_only_after_further_growth_and_insists_at_twice_the_budget() {
        let mut budget = Budget::new(800, || USED.get());
        let mut verdict = |used| {
            USED.set(used);
            budget.verdict()
        };
        assert_eq!(verdict(799), BudgetVerdict::Fine);
        assert_eq!(verdict(810), BudgetVerdict::Offer(810));
        assert_eq!(verdict(900), BudgetVerdict::Fine);
        assert_eq!(verdict(910), BudgetVerdict::Offer(910));
        assert_eq!(verdict(1600), BudgetVerdict::Drop(1600));
        assert_eq!(verdict(1650), BudgetVerdict::Fine);
        assert_eq!(verdict(1700), BudgetVerdict::Drop(1700));
    }

    #[test]
    fn sizes_are_written_in_mib_and_gib() {
        assert_eq!(size(64 << 20), "64 MiB");
        assert_eq!(size((1 << 30) + (300 << 20)), "1.2 GiB");
    }

    #[test]
    fn a_device_lends_an_eighth_of_its_memory() {
        assert_eq!(Budget::of_device(4.0), 512 << 20);
        assert_eq!(Budget::of_device(32.0), USUAL);
        assert_eq!(Budget::of_device(0.25), LEAST);
    }
}
