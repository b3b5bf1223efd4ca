//! Batches of growing size, in which a Parallel set works on its pods (`stateful_set_control.go`, slowStartBatch).

use super::{SyncError, aggregate};

/// The size beyond which batches do not grow (`stateful_set_control.go`, MaxBatchSize).
const BATCH_MAX: i64 = 500;

/// The batches: 1, 2, 4 … An error ends the work after its batch.
struct Batches {
    end: i64,
    size: i64,
}

impl Batches {
    fn new() -> Self {
        Self { end: 1, size: 1 }
    }

    /// Whether an index is in the present batch or an earlier one.
    fn holds(&self, index: i64) -> bool {
        index < self.end
    }

    /// Begins further batches until one holds the index.
    fn reach(&mut self, index: i64) {
        while !self.holds(index) {
            self.size = (self.size * 2).min(BATCH_MAX);
            self.end += self.size;
        }
    }
}

/// Acts on each index, in batches (slowStartBatch). Upstream works on a batch concurrently; here its indexes come one
/// after the other. Indexes that are left out count for the size of the batches all the same.
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
