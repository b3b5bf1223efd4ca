//! Undo and redo of state outside the objects.

/// State that journals every change, so that it can be undone and redone.
pub trait Undo {
    /// One change.
    type Change;

    /// The changes since the last call.
    fn take_journal(&mut self) -> Box<[Self::Change]>;

    /// Undoes the last change that is still in effect.
    fn revert(&mut self, change: &Self::Change);

    /// Redoes the change that was undone last.
    fn replay(&mut self, change: &Self::Change);

    /// Redoes or undoes the changes of several steps.
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
