//! Tells when an element gets another size: also when it is shown, which makes it larger than nothing.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};

/// Tells as long as it is kept.
pub struct Sizes {
    observer: ResizeObserver,
    _told: Closure<dyn Fn()>,
}

impl Sizes {
    /// Calls `told` whenever the size of an element has changed, and once at the beginning.
    pub fn of(element: &Element, told: impl Fn() + 'static) -> Option<Self> {
        let told = Closure::<dyn Fn()>::new(told);
        let observer = ResizeObserver::new(told.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _told: told,
        })
    }
}

impl Drop for Sizes {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
