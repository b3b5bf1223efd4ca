//! Keyboard shortcuts outside of fields.

use crate::page::action::{Action, Pane};
use crate::page::browser;
use gloo_events::{EventListener, EventListenerOptions};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, KeyboardEvent};
use yew::Callback;

/// Listens to the keyboard until dropped.
pub struct Keys {
    on: Rc<Cell<bool>>,
    _listener: Option<EventListener>,
}

impl Keys {
    /// Enables or disables single-key shortcuts.
    pub fn set(&self, on: bool) {
        self.on.set(on);
    }
}

/// Starts listening.
pub fn listen(on: bool, send: Callback<Action>) -> Keys {
    let on = Rc::new(Cell::new(on));
    let flag = on.clone();
    let listener = browser::document().map(|document| {
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, "keydown", options, move |event| {
            let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                return;
            };
            if let Some(action) = action(event, flag.get()) {
                // The browser itself closes popovers with Escape.
                if event.key() != "Escape" {
                    event.prevent_default();
                }
                send.emit(action);
            }
        })
    });
    Keys {
        on,
        _listener: listener,
    }
}

/// The action for a key.
fn action(event: &KeyboardEvent, single_keys: bool) -> Option<Action> {
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let within = |selector: &str| {
        let element = target.as_ref();
        element.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
    };
    if event.default_prevented() || event.is_composing() || within("dialog, [popover]") {
        return None;
    }
    let with_command = event.ctrl_key() || event.meta_key();
    // The editor has its own binding for this, which takes precedence and prevents the default.
    if with_command && event.key() == "Enter" {
        return Some(Action::Apply);
    }
    if within(TEXTS) {
        return None;
    }
    if event.key() == "Escape" {
        // Popovers are closed first, by the browser.
        let above = browser::document()?.query_selector(":popover-open");
        return above
            .is_ok_and(|above| above.is_none())
            .then_some(Action::EndCompare);
    }
    if !single_keys || with_command || event.alt_key() {
        return None;
    }
    // Space presses the focused button, and arrow keys move the slider.
    let key = event.key();
    let is_pressed = key == " " && within("button, a, summary, input[type=checkbox]");
    let is_moved = within("input[type=range]")
        && (key.starts_with("Arrow") || ["Home", "End"].contains(&key.as_str()));
    if is_pressed || is_moved {
        return None;
    }
    single(&key, event.shift_key())
}

/// Elements that receive typed letters.
const TEXTS: &str = "input:not([type=range], [type=checkbox]), textarea, select, \
                     [contenteditable]:not([contenteditable=false])";

fn single(key: &str, shift: bool) -> Option<Action> {
    Some(match key {
        "ArrowRight" if shift => Action::Settle,
        "ArrowLeft" if shift => Action::BackToUser,
        // Keyboard layouts differ in the effect of Shift on these.
        ">" => Action::StepOne,
        "<" => Action::BackOne,
        "." if shift => Action::StepOne,
        "," if shift => Action::BackOne,
        "ArrowRight" | "." => Action::Step,
        "ArrowLeft" | "," => Action::Back,
        " " => Action::Play,
        "Home" => Action::Jump(0),
        "End" => Action::Jump(usize::MAX),
        "-" => Action::Faster(-1),
        "+" | "=" => Action::Faster(1),
        "b" => Action::ToggleCompare,
        "1" | "y" => Action::Show(Pane::Manifests),
        "2" => Action::Show(Pane::Cluster),
        "3" => Action::Show(Pane::Why),
        "4" => Action::Show(Pane::Queues),
        "5" => Action::Show(Pane::Timeline),
        "6" => Action::Show(Pane::Events),
        "7" | ":" => Action::Show(Pane::Console),
        "8" => Action::Show(Pane::Object),
        "9" => Action::Show(Pane::Environment),
        "0" => Action::Show(Pane::Diagnosis),
        "f" => Action::Show(Pane::Forecast),
        "?" => Action::Help(true),
        _ => return None,
    })
}
