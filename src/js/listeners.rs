//! Functions that are called after changes.

use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Browsers and Node have it.
    #[wasm_bindgen(js_name = queueMicrotask)]
    fn queue_microtask(task: &JsValue);
}

type List = Rc<RefCell<Vec<(u64, Function)>>>;

/// The listeners of a cluster. They are not called at once, because a cluster cannot be used while it is changing.
#[derive(Default)]
pub(super) struct Listeners {
    list: List,
    added: u64,
    /// Whether a call is queued.
    queued: Rc<Cell<bool>>,
}

impl Listeners {
    /// Adds a listener; returns the function that removes it.
    pub(super) fn add(&mut self, listener: Function) -> JsValue {
        self.added += 1;
        let (number, list) = (self.added, self.list.clone());
        list.borrow_mut().push((number, listener));
        let remove = move || list.borrow_mut().retain(|(known, _)| *known != number);
        Closure::<dyn FnMut()>::new(remove).into_js_value()
    }

    /// Calls all of them once the current code has run.
    pub(super) fn call(&self) {
        if self.list.borrow().is_empty() || self.queued.replace(true) {
            return;
        }
        let (list, queued) = (self.list.clone(), self.queued.clone());
        queue_microtask(&Closure::once_into_js(move || {
            queued.set(false);
            let listeners: Vec<Function> = {
                let list = list.borrow();
                list.iter().map(|(_, listener)| listener.clone()).collect()
            };
            for listener in listeners {
                // An exception is reported like one of the listener's own task.
                if let Err(error) = listener.call0(&JsValue::UNDEFINED) {
                    wasm_bindgen::throw_val(error);
                }
            }
        }));
    }
}
