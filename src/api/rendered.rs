//! What follows from the rest of an object, made when it is first asked for.

use std::cell::OnceCell;
use std::fmt;

/// A part of an object that follows from its other parts: two objects are equal whether they have it or not.
#[derive(Clone)]
pub struct Rendered<T>(OnceCell<T>);

impl<T> Rendered<T> {
    /// The part, which is made if nobody has asked for it before.
    pub fn get_or_make(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
    }

    /// Forgets it, since the rest becomes something else.
    pub fn forget(&mut self) {
        self.0.take();
    }
}

impl<T> Default for Rendered<T> {
    fn default() -> Self {
        Self(OnceCell::new())
    }
}

impl<T> PartialEq for Rendered<T> {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl<T> Eq for Rendered<T> {}

/// Nothing, so that two objects that are equal are printed alike.
impl<T> fmt::Debug for Rendered<T> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
