//! Observes the size of an element, which also changes when it is shown.

use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, ResizeObserver};

/// Observes until dropped.
pub struct SizeObserver {
    observer: ResizeObserver,
    _told: Closure<dyn Fn()>,
}

impl SizeObserver {
    /// Calls `told` after every change of an element's size, and once at the start.
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

impl Drop for SizeObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
