//! Batches of increasing size for the pods of a Parallel set (`stateful_set_control.go`, slowStartBatch).

use super::{SyncError, aggregate};

/// The maximum size of a batch (`stateful_set_control.go`, MaxBatchSize).
const BATCH_MAX: i64 = 500;

/// The batches: 1, 2, 4 … After an error, only the current batch is finished.
struct Batches {
    end: i64,
    size: i64,
}

impl Batches {
    fn new() -> Self {
        Self { end: 1, size: 1 }
    }

    /// Whether an index is in the current batch or an earlier one.
    fn holds(&self, index: i64) -> bool {
        index < self.end
    }

    /// Starts further batches until one includes the index.
    fn reach(&mut self, index: i64) {
        while !self.holds(index) {
            self.size = (self.size * 2).min(BATCH_MAX);
            self.end += self.size;
        }
    }
}

/// Processes each index, in batches (slowStartBatch). Upstream processes a batch concurrently; here its indexes
/// are processed sequentially. Omitted indexes still count toward the size of the batches.
pub(super) fn slow_start_batch(
    indexes: impl IntoIterator<Item = i64>,
    mut act: impl FnMut(i64) -> Result<(), SyncError>,
) -> Result<(), SyncError> {
    let mut batches = Batches::new();
    let mut errors = Vec::new();
    for index in indexes {
        if !errors.is_empty() && !batches.holds(index) {
            break;
        }
        batches.reach(index);
        errors.extend(act(index).err());
    }
    aggregate(errors)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The indexes processed of `count`, of which one fails.
    fn processed(count: i64, failing: i64) -> Vec<i64> {
        let mut seen = Vec::new();
        let result = slow_start_batch(0..count, |index| {
            seen.push(index);
            match index == failing {
                true => Err(SyncError::Pods("no".to_owned())),
                false => Ok(()),
            }
        });
        assert_eq!(result.is_err(), seen.contains(&failing));
        seen
    }

    /// Batches of 1, 2, 4, …, at most 500; the batch with a failure is the last one.
    #[test]
    fn a_failure_ends_the_work_after_its_batch() {
        for (failing, processed_to) in [
            (0, 1),
            (1, 3),
            (2, 3),
            (3, 7),
            (6, 7),
            (511, 1011),
            (1011, 1511),
        ] {
            let all: Vec<i64> = (0..processed_to).collect();
            assert_eq!(processed(2000, failing), all, "{failing} fails");
        }
        assert_eq!(processed(10, 99).len(), 10);
    }
}
