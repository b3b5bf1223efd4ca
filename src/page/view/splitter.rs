//! Splitters between panes, moved by dragging, single presses or arrow keys, and reset by a double click or Enter.
//!
//! Sizes belong to the browser, not to the session: they are custom properties used by the stylesheet, in percent
//! of the window, so that they adapt to its size.

use super::context::Page;
use crate::page::browser;
use crate::page::words;
use gloo_timers::callback::Timeout;
use kubestep::texts::Text;
use std::cell::Cell;
use web_sys::{Element, Window};
use yew::prelude::*;

/// A splitter.
#[derive(Clone, Copy, PartialEq)]
struct Line {
    /// Its name in storage and of its custom property.
    name: &'static str,
    /// Its label.
    phrase: &'static Text,
    /// The keys that make its pane larger and smaller.
    keys: [&'static str; 2],
}

/// The splitters of the page: beside the manifests, beside the explanation, and above the bottom panes.
const LINES: [Line; 3] = [
    Line {
        name: "left",
        phrase: &words::SPLIT_LEFT,
        keys: ["ArrowRight", "ArrowLeft"],
    },
    Line {
        name: "right",
        phrase: &words::SPLIT_RIGHT,
        keys: ["ArrowLeft", "ArrowRight"],
    },
    Line {
        name: "bottom",
        phrase: &words::SPLIT_BOTTOM,
        keys: ["ArrowUp", "ArrowDown"],
    },
];

/// Percent of the window by which a key moves a splitter.
const BY: f64 = 2.0;
/// Maximum size of a pane in percent.
const MOST: f64 = 75.0;
/// The sizes that single presses go through (WCAG 2.5.7), in percent; `None` is the default.
const SIZES: [Option<f64>; 3] = [None, Some(36.0), Some(14.0)];
/// Milliseconds before a single press moves a splitter: at once it would move away from the second press of a double
/// click.
const DOUBLE_MS: u32 = 300;
/// Attribute of a splitter: the index in [`SIZES`] that the last press has chosen.
const PRESSED: &str = "data-pressed";
/// Attribute of a splitter that has been dragged since it was pressed.
const DRAGGED: &str = "data-dragged";

thread_local! {
    /// The pending effect of a single press.
    static PRESS: Cell<Option<Timeout>> = const { Cell::new(None) };
}

impl Line {
    /// The size that a point of the window would give the splitter's pane, in percent.
    fn share(self, window: &Window, x: f64, y: f64) -> Option<f64> {
        let width = window.inner_width().ok()?.as_f64()?;
        let height = window.inner_height().ok()?.as_f64()?;
        Some(
            match self.name {
                "left" => x / width,
                "right" => 1.0 - x / width,
                _ => 1.0 - y / height,
            } * 100.0,
        )
    }

    /// The current position.
    fn now(self, element: &Element) -> Option<f64> {
        let bounds = element.get_bounding_client_rect();
        let x = bounds.left() + bounds.width() / 2.0;
        let y = bounds.top() + bounds.height() / 2.0;
        self.share(&web_sys::window()?, x, y)
    }

    /// Moves the splitter; `None` resets it to its default position.
    fn set(self, element: &Element, share: Option<f64>) {
        let share = share.map(|share| format!("{:.1}%", share.clamp(0.0, MOST)));
        let share = share.unwrap_or_default();
        browser::set_root_property(self.name, &share);
        browser::keep(self.memory(), &share);
        self.tell(element);
    }

    /// Moves the splitter to the next of [`SIZES`].
    fn turn(self, element: &Element) {
        let now = element.get_attribute(PRESSED);
        let now: usize = now.and_then(|now| now.parse().ok()).unwrap_or(0);
        let next = (now + 1) % SIZES.len();
        let _ = element.set_attribute(PRESSED, &next.to_string());
        self.set(element, SIZES.get(next).copied().flatten());
    }

    /// Updates the position announced to screen readers.
    fn tell(self, element: &Element) {
        if let Some(now) = self.now(element) {
            let _ = element.set_attribute("aria-valuenow", &now.round().to_string());
        }
    }

    fn memory(self) -> &'static str {
        match self.name {
            "left" => browser::SIZE_LEFT,
            "right" => browser::SIZE_RIGHT,
            _ => browser::SIZE_BOTTOM,
        }
    }
}

/// Restores the stored positions.
pub fn restore() {
    for line in LINES {
        if let Some(share) = browser::kept(line.memory()) {
            browser::set_root_property(line.name, &share);
        }
    }
}

/// Updates the announced positions of all splitters.
pub fn tell() {
    for line in LINES {
        let selector = format!(".split-{}", line.name);
        let found = browser::document().and_then(|page| page.query_selector(&selector).ok()?);
        if let Some(element) = found {
            line.tell(&element);
        }
    }
}

/// The splitters.
pub fn splitters(page: &Page) -> Html {
    LINES.into_iter().map(|line| splitter(page, line)).collect()
}

fn splitter(page: &Page, line: Line) -> Html {
    let keydown = Callback::from(move |event: KeyboardEvent| {
        let element = event.target_unchecked_into::<Element>();
        let now = line.now(&element).unwrap_or_default();
        let to = match event.key() {
            _ if event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key() => {
                return;
            }
            key if key == line.keys[0] => Some(now + BY),
            key if key == line.keys[1] => Some(now - BY),
            key if key == "Enter" => None,
            _ => return,
        };
        event.prevent_default();
        line.set(&element, to);
    });
    let take = Callback::from(|event: PointerEvent| {
        let element = event.target_unchecked_into::<Element>();
        let _ = element.remove_attribute(DRAGGED);
        // Without it the splitter can be moved by presses and keys only.
        let _ = element.set_pointer_capture(event.pointer_id());
    });
    let carry = Callback::from(move |event: PointerEvent| {
        let element = event.target_unchecked_into::<Element>();
        if element.has_pointer_capture(event.pointer_id())
            && let Some(window) = web_sys::window()
        {
            let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
            let _ = element.set_attribute(DRAGGED, "");
            line.set(&element, line.share(&window, x, y));
        }
    });
    let press = Callback::from(move |event: MouseEvent| {
        let element = event.target_unchecked_into::<Element>();
        if element.has_attribute(DRAGGED) {
            let _ = element.remove_attribute(DRAGGED);
            return;
        }
        PRESS.set(Some(Timeout::new(DOUBLE_MS, move || line.turn(&element))));
    });
    let reset = Callback::from(move |event: MouseEvent| {
        PRESS.set(None);
        let element = event.target_unchecked_into::<Element>();
        let _ = element.remove_attribute(PRESSED);
        line.set(&element, None);
    });
    let orientation = if line.name == "bottom" {
        "horizontal"
    } else {
        "vertical"
    };
    html! {
        <div
            key={line.name}
            class={classes!("split", format!("split-{}", line.name))}
            role="separator" tabindex="0"
            aria-label={page.say(line.phrase)} aria-orientation={orientation}
            aria-valuemin="0" aria-valuemax="100"
            title={page.say(&words::SPLIT_HINT)}
            onkeydown={keydown} onpointerdown={take} onpointermove={carry}
            onclick={press} ondblclick={reset}
        />
    }
}
