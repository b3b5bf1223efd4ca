//! Derived parts of an object, computed on first use.

use std::cell::OnceCell;
use std::fmt;

/// A part of an object derived from the others; ignored when objects are compared.
#[derive(Clone)]
pub struct Rendered<T>(OnceCell<T>);

impl<T> Rendered<T> {
    /// The part, computed on first use.
    pub fn get_or_make(&self, make: impl FnOnce() -> T) -> &T {
        self.0.get_or_init(make)
    }

    /// Drops the part, because the object changes.
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

/// Prints nothing, so that equal objects print alike.
impl<T> fmt::Debug for Rendered<T> {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
