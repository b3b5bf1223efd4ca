//! Clicks on objects anywhere on the page: selecting them, or opening their menu.

use super::context::Page;
use super::object::deeds;
use crate::page::action::Action;
use crate::page::selection;
use kubestep::api::object::Key;
use kubestep::engine::Engine;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement, Node};
use yew::prelude::*;

/// The style of the selected object everywhere on the page.
pub fn style(key: &Key) -> String {
    let name = selection::name(key);
    format!("[data-object='{name}']{{outline:2px solid var(--accent);outline-offset:-1px}}")
}

/// The object at which an event occurred.
fn object_at(event: &Event) -> Option<Key> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    let found = target.closest("[data-object]").ok()??;
    selection::parse(&found.get_attribute("data-object")?)
}

/// Selects the clicked object.
pub fn select(page: &Page) -> Callback<MouseEvent> {
    let send = page.send.clone();
    Callback::from(move |event: MouseEvent| match object_at(&event) {
        Some(key) => send.emit(Action::Select(key, None)),
        None => send.emit(Action::Menu(None)),
    })
}

/// Opens the menu of an object by mouse or keyboard.
pub fn open(page: &Page) -> Callback<MouseEvent> {
    if page.mode.is_readonly() {
        return Callback::noop();
    }
    let send = page.send.clone();
    Callback::from(move |event: MouseEvent| {
        let key = object_at(&event);
        if let Some(key) = key.filter(|key| selection::has_deeds(key.kind)) {
            event.prevent_default();
            send.emit(Action::Menu(Some((
                key,
                event.client_x(),
                event.client_y(),
            ))));
        }
    })
}

/// Lists that the arrow keys navigate, and their items. In those of steps and queue items only up and down
/// navigate, since left and right move through time.
const ROAMS: [(&str, &str, bool); 5] = [
    (".pods", ".pod-button", true),
    (".futures", "button", true),
    (".table", ".object-name", false),
    (".owners", "button.owner", true),
    (".steps, .items", ".over, .object-name, .way", false),
];

/// Navigates between pods, and through other lists, with the arrow keys.
pub fn roam() -> Callback<KeyboardEvent> {
    Callback::from(|event: KeyboardEvent| {
        let (by, across) = match event.key().as_str() {
            "ArrowRight" => (1, true),
            "ArrowLeft" => (-1, true),
            "ArrowDown" => (1, false),
            "ArrowUp" => (-1, false),
            _ => return,
        };
        if event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let mut roams = ROAMS.into_iter();
        let moves =
            |(list, item, both)| (both || !across) && move_within(&event, list, item, by).is_some();
        if roams.any(moves) {
            event.prevent_default();
        }
    })
}

/// Focuses the next item of a list, if the event comes from an item.
fn move_within(event: &Event, list: &str, item: &str, by: i64) -> Option<()> {
    let target = event.target()?.dyn_into::<Element>().ok()?;
    target.matches(item).ok()?.then_some(())?;
    let all = target.closest(list).ok()??.query_selector_all(item).ok()?;
    let node: &Node = target.as_ref();
    let at = (0..all.length()).find(|at| {
        all.item(*at)
            .is_some_and(|one| one.is_same_node(Some(node)))
    })?;
    let next = u32::try_from(i64::from(at) + by).ok();
    if let Some(next) = next.and_then(|next| all.item(next)) {
        let _ = next.dyn_ref::<HtmlElement>()?.focus();
    }
    Some(())
}

/// The open menu.
pub fn menu(page: &Page, engine: &Engine, menu: Option<&(Key, i32, i32)>) -> Html {
    let Some((key, x, y)) = menu else {
        return Html::default();
    };
    let name = selection::name(key);
    let send = page.send.clone();
    let keydown = Callback::from(move |event: KeyboardEvent| {
        let by = match event.key().as_str() {
            "ArrowDown" | "ArrowRight" => 1,
            "ArrowUp" | "ArrowLeft" => -1,
            "Escape" | "Tab" => {
                event.prevent_default();
                crate::page::browser::focus(&format!("[data-object='{name}']"));
                return send.emit(Action::Menu(None));
            }
            _ => return,
        };
        event.prevent_default();
        let _ = move_within(&event, ".menu", "button", by);
    });
    html! {
        <div class="menu-place" style={format!("--x: {x}px; --y: {y}px")} onkeydown={keydown}>
            { deeds(page, engine, key, "menu") }
        </div>
    }
}
