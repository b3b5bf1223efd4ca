//! //! Batches of increasing size for the pods of a Parallel set (`stateful_set_control.go`, slowStartBatch).

use super::{SyncError, aggregate};

/// /// The maximum size of a batch (`stateful_set_control.go`, MaxBatchSize).
const BATCH_MAX: i64 = 500;

/// /// The batches: 1, 2, 4 … After an error, only the current batch is finished.
struct Batches {
    end: i64,
    size: i64,
}

impl Batches {
    fn new() -> Self {
        Self { end: 1, size: 1 }
    }

    /// /// Whether an index is in the current batch or an earlier one.
    fn holds(&self, index: i64) -> bool {
        index < self.end
    }

    /// /// Starts further batches until one includes the index.
    fn reach(&mut self, index: i64) {
        while !self.holds(index) {
            self.size = (self.size * 2).min(BATCH_MAX);
            self.end += self.size;
        }
    }
}

/// /// Processes each index, in batches (slowStartBatch). Upstream processes a batch concurrently; here its indexes
/// are /// processed sequentially. Omitted indexes still count toward the size of the batches.
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
