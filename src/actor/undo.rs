//! Undoing and redoing what is kept beside the objects.

/// Something whose every change is written to a journal, and can be undone and done again.
pub trait Undo {
    /// One change.
    type Change;

    /// The changes since they were last taken.
    fn take_journal(&mut self) -> Box<[Self::Change]>;

    /// Undoes a change that is the last one still done.
    fn revert(&mut self, change: &Self::Change);

    /// Does a change again, after it was the last one undone.
    fn replay(&mut self, change: &Self::Change);

    /// Does the changes of several steps again, or undoes them.
    fn leap<'a>(
        &mut self,
        changes: impl DoubleEndedIterator<Item = &'a Self::Change>,
        forward: bool,
    ) where
        Self::Change: 'a,
    {
        if forward {
            changes.for_each(|change| self.replay(change));
        } else {
            changes.rev().for_each(|change| self.revert(change));
        }
    }
}
