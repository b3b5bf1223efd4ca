//! Browser APIs used by the page, other than rendering.
//!
//! Storage may be disabled or full; the page works without it. In a frame of another page nothing is stored.

use super::action::Theme;
use super::budget::{self, Budget};
use super::keeper;
use js_sys::{Array, Function};
use kubestep::texts::Language;
use std::cell::{Cell, OnceCell};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{
    Document, Element, HtmlElement, HtmlInputElement, MediaQueryList, NavigationType,
    PerformanceNavigationTiming, Storage,
};

/// Storage key of the editor's text.
pub const MANIFESTS: &str = "kubestep.manifests";
/// Storage key of the language.
pub const LANGUAGE: &str = "kubestep.language";
/// Storage key of the theme.
pub const THEME: &str = "kubestep.theme";
/// Storage key of whether single-key shortcuts are enabled.
pub const KEYS: &str = "kubestep.keys";

/// Storage key of the progress in lessons.
pub const LESSONS: &str = "kubestep.lessons";
/// Storage key of the way of showing the cluster.
pub const PICTURE: &str = "kubestep.picture";
/// Storage key of the width of the manifests.
pub const SIZE_LEFT: &str = "kubestep.left";
/// Storage key of the width of the right-hand pane.
pub const SIZE_RIGHT: &str = "kubestep.right";
/// Storage key of the height of the bottom panes.
pub const SIZE_BOTTOM: &str = "kubestep.bottom";

#[wasm_bindgen]
extern "C" {
    /// In `index.html`: reports that the page has crashed and offers to reload it.
    #[wasm_bindgen(js_namespace = kubestep, js_name = died)]
    fn died(message: &str);
    /// In `index.html`: takes the next command line requested by a script.
    #[wasm_bindgen(js_namespace = kubestep, js_name = asked)]
    pub fn asked() -> Option<String>;
    /// In `index.html`: delivers the result of the oldest request without one.
    #[wasm_bindgen(js_namespace = kubestep, js_name = answer)]
    pub fn answer(stdout: &str, stderr: &str, exit: i32);
    /// In `index.html`: replaces the stylesheet for individual objects.
    #[wasm_bindgen(js_namespace = kubestep, js_name = mark)]
    pub fn mark(css: &str);
    /// In `index.html`: a parameter of the address's query.
    #[wasm_bindgen(js_namespace = kubestep, js_name = parameter)]
    pub fn parameter(name: &str) -> Option<String>;
    /// In `index.html`: loads a file of the site as text.
    #[wasm_bindgen(js_namespace = kubestep, js_name = load, catch)]
    pub async fn load(address: &str) -> Result<JsValue, JsValue>;
    /// In `index.html`: lets the user choose a file; its name and text, or nothing.
    #[wasm_bindgen(js_namespace = kubestep, js_name = pick, catch)]
    pub async fn pick() -> Result<JsValue, JsValue>;
    /// In `index.html`: saves a text as a file.
    #[wasm_bindgen(js_namespace = kubestep, js_name = save)]
    pub fn save(name: &str, kind: &str, text: &str);
    /// In `index.html`: copies a text.
    #[wasm_bindgen(js_namespace = kubestep, js_name = copy, catch)]
    pub async fn copy(text: &str) -> Result<(), JsValue>;
    /// In `index.html`: the next session that was dropped, pasted or chosen.
    #[wasm_bindgen(js_namespace = kubestep, js_name = brought)]
    pub fn brought() -> Option<String>;
    /// In `index.html`: the next files that were dropped or chosen, each with its name and its text.
    #[wasm_bindgen(js_namespace = kubestep, js_name = written)]
    fn next_written() -> Option<Array>;
    /// In `index.html`: lets the user choose files, or a folder, whose texts follow.
    #[wasm_bindgen(js_namespace = kubestep, js_name = choose)]
    pub fn choose(folder: bool);
    /// In `index.html`: opens the files chosen in a field.
    #[wasm_bindgen(js_namespace = kubestep, js_name = openFiles)]
    pub fn open_files(field: &HtmlInputElement);
    /// In `index.html`: the slot of this tab; a new one if it has none of its own, or if a new one is wanted.
    #[wasm_bindgen(js_namespace = kubestep, js_name = tab)]
    pub fn tab(is_new: bool) -> String;
    /// In `index.html`: deletes the session in a slot, which goes on in this tab's, unless another tab has it open.
    #[wasm_bindgen(js_namespace = kubestep, js_name = leave)]
    pub fn leave(slot: &str);
}

/// The event by which a script announces a request.
pub const ASKS: &str = "kubestep";
/// The event by which `index.html` announces a session to be opened.
pub const BRINGS: &str = "kubestep-session";
/// The event by which `index.html` announces other files.
pub const FILES: &str = "kubestep-files";

/// The next files that were dropped or chosen, by name and text.
pub fn written() -> Option<Vec<(String, Rc<str>)>> {
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    let files = next_written()?;
    let files = files.iter().map(|file| {
        let file = Array::from(&file);
        (text(file.get(0)), text(file.get(1)).into())
    });
    Some(files.collect())
}

/// Reports panics on the console and on the page.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        died(&info.to_string());
    }));
}

/// Reports a fatal error.
pub fn report(message: &str) {
    died(message);
}

/// The document.
pub fn document() -> Option<Document> {
    web_sys::window()?.document()
}

/// The element that contains the page.
pub fn root() -> Option<Element> {
    document()?.get_element_by_id("page")
}

/// A clock in milliseconds, for measuring differences.
pub fn clock() -> f64 {
    js_sys::Date::now()
}

/// Calls back before every painted frame until dropped.
pub struct Frames {
    number: Rc<Cell<i32>>,
    _callback: Closure<dyn Fn()>,
}

impl Frames {
    /// Starts with the next frame.
    pub fn new(each: impl Fn() + 'static) -> Self {
        let number = Rc::new(Cell::new(0));
        let itself = Rc::new(OnceCell::<Function>::new());
        let callback = Closure::new({
            let (number, itself) = (number.clone(), itself.clone());
            move || {
                number.set(ask_for_frame(itself.get()));
                each();
            }
        });
        let function = callback.as_ref().unchecked_ref::<Function>();
        number.set(ask_for_frame(Some(itself.get_or_init(|| function.clone()))));
        Self {
            number,
            _callback: callback,
        }
    }
}

impl Drop for Frames {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            // The handle is one that the window returned.
            let _ = window.cancel_animation_frame(self.number.get());
        }
    }
}

/// Requests a callback before the next frame; returns the request's handle.
fn ask_for_frame(callback: Option<&Function>) -> i32 {
    let number = web_sys::window()
        .zip(callback)
        .and_then(|(window, callback)| window.request_animation_frame(callback).ok());
    number.unwrap_or_default()
}

/// Opens the browser's dialog for printing the page; `false` if the browser does not allow it.
pub fn print() -> bool {
    web_sys::window().is_some_and(|window| window.print().is_ok())
}

/// Whether the page is in a frame of another page.
pub fn is_embedded() -> bool {
    thread_local! {
        static IS: bool = parameter("embed").as_deref() == Some("1");
    }
    IS.with(|is| *is)
}

fn storage() -> Option<Storage> {
    if is_embedded() {
        return None;
    }
    web_sys::window()?.local_storage().ok()?
}

/// Reads a value from storage.
pub fn kept(name: &str) -> Option<String> {
    storage()?.get_item(name).ok()?
}

/// Writes a value to storage.
pub fn keep(name: &str, text: &str) {
    if let Some(storage) = storage() {
        // The page does not depend on it.
        let _ = storage.set_item(name, text);
    }
}

/// The language that was chosen, in a frame by its author, or the browser's preference.
pub fn language() -> Language {
    let chosen = match is_embedded() {
        true => parameter("lang"),
        false => kept(LANGUAGE),
    };
    let preferred = || web_sys::window().and_then(|window| window.navigator().language());
    let tag = chosen.or_else(preferred);
    tag.and_then(|tag| Language::of_tag(&tag))
        .unwrap_or_default()
}

/// The theme that was chosen, in a frame by its author.
pub fn theme() -> Theme {
    let chosen = match is_embedded() {
        true => parameter("theme"),
        false => kept(THEME),
    };
    Theme::of_name(&chosen.unwrap_or_default())
}

/// The media query for the system's dark mode.
pub fn system_is_dark() -> Option<MediaQueryList> {
    let window = web_sys::window()?;
    window.match_media("(prefers-color-scheme: dark)").ok()?
}

/// Whether the user prefers reduced motion.
pub fn wants_less_motion() -> bool {
    let query = web_sys::window().and_then(|window| {
        let query = window.match_media("(prefers-reduced-motion: reduce)");
        query.ok().flatten()
    });
    query.is_some_and(|query| query.matches())
}

/// The bytes of WebAssembly's memory.
pub fn memory() -> usize {
    #[cfg(target_arch = "wasm32")]
    return core::arch::wasm32::memory_size(0) << 16;
    #[cfg(not(target_arch = "wasm32"))]
    0
}

/// The bytes that the page may use on this device.
pub fn budget() -> usize {
    let Some(window) = web_sys::window() else {
        return budget::USUAL;
    };
    // Chromium's browsers tell how much memory the device has, in GiB.
    let memory = js_sys::Reflect::get(&window.navigator(), &"deviceMemory".into());
    if let Some(memory) = memory.ok().and_then(|memory| memory.as_f64()) {
        return Budget::of_device(memory);
    }
    let query = window.match_media("(hover: none) and (pointer: coarse)");
    let is_handheld = query.ok().flatten().is_some_and(|query| query.matches());
    if is_handheld {
        budget::HANDHELD
    } else {
        budget::USUAL
    }
}

/// Whether the page is dark with a theme.
pub fn is_dark(theme: Theme) -> bool {
    match theme {
        Theme::System => system_is_dark().is_some_and(|query| query.matches()),
        Theme::Light => false,
        Theme::Dark => true,
    }
}

/// Sets an attribute of the document's root element.
pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = document().and_then(|document| document.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

/// Sets the custom property `--name` on the document's root element; an empty value removes it.
pub fn set_root_property(name: &str, value: &str) {
    let root = document().and_then(|document| document.document_element());
    if let Some(root) = root.and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
        let _ = root.style().set_property(&format!("--{name}"), value);
    }
}

/// Focuses the first element that matches a selector.
pub fn focus(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _: Result<(), JsValue> = element.focus();
    }
}

/// Focuses the first element that matches a selector if the focused element is no longer visible.
pub fn focus_if_lost(selector: &str) {
    let active = document().and_then(|document| document.active_element());
    let active = active.and_then(|element| element.dyn_into::<HtmlElement>().ok());
    if active.is_some_and(|element| element.offset_parent().is_none()) {
        focus(selector);
    }
}

/// Scrolls the first element that matches a selector into view, if necessary.
pub fn bring_into_sight(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found {
        element.scroll_into_view_with_bool(false);
    }
}

/// Scrolls an element so that a position, as a fraction of its content's height, is in the middle.
pub fn scroll_within(selector: &str, share: f64) {
    let found = document().and_then(|document| document.query_selector(selector).ok()?);
    if let Some(element) = found {
        let middle = share * f64::from(element.scroll_height());
        let top = middle - f64::from(element.client_height()) / 2.0;
        element.set_scroll_top(top as i32);
    }
}

/// Whether any text is selected, in a field or on the page.
pub fn has_selection() -> bool {
    let selection = web_sys::window().and_then(|window| window.get_selection().ok()?);
    selection.is_some_and(|selection| !String::from(selection.to_string()).is_empty())
}

/// The browser's storage for saved sessions.
struct Local(Storage);

impl keeper::Storage for Local {
    fn get(&self, key: &str) -> Option<String> {
        self.0.get_item(key).ok()?
    }

    fn set(&mut self, key: &str, text: &str) -> bool {
        self.0.set_item(key, text).is_ok()
    }

    fn remove(&mut self, key: &str) {
        // What cannot be removed takes room; then saving fails, which is reported.
        let _ = self.0.remove_item(key);
    }
}

/// The storage of this tab, which survives a reload.
fn of_tab() -> Option<Storage> {
    if is_embedded() {
        return None;
    }
    web_sys::window()?.session_storage().ok()?
}

/// Key of this tab's slot of saved sessions, in the storage of the tab.
const TAB: &str = "kubestep.tab";
/// Key of the fragment that the tab has written or opened, in the storage of the tab.
const FRAGMENT: &str = "kubestep.fragment";

/// The tab's slot, if it has one; a duplicated tab has none yet.
pub fn slot() -> Option<String> {
    of_tab()?.get_item(TAB).ok()?
}

/// The session saved by this tab, or else the one saved last, with its slot.
pub fn saved_session() -> Option<(String, String)> {
    keeper::saved(&Local(storage()?), slot().as_deref())
}

/// Saves a session; whether that was possible.
pub fn save_session(slot: &str, text: &str) -> bool {
    let save = |storage| keeper::save(&mut Local(storage), slot, text, clock() as u64);
    storage().is_some_and(save)
}

/// All saved sessions, the latest first.
pub fn saved_sessions() -> Vec<keeper::Saved> {
    storage().map_or_else(Vec::new, |storage| keeper::all(&Local(storage)))
}

/// Deletes a saved session.
pub fn delete_session(slot: &str) {
    if let Some(storage) = storage() {
        keeper::delete(&mut Local(storage), slot);
    }
}

/// The fragment of the address, decoded and without the `#`.
pub fn fragment() -> String {
    let hash = web_sys::window().and_then(|window| window.location().hash().ok());
    let hash = hash.unwrap_or_default();
    let hash = hash.strip_prefix('#').unwrap_or(&hash);
    // One that is not percent-encoded properly is taken as it is.
    js_sys::decode_uri_component(hash).map_or_else(|_| hash.to_owned(), String::from)
}

/// The address without its fragment; from a frame, that of the whole page.
pub fn address() -> String {
    let href = web_sys::window().and_then(|window| window.location().href().ok());
    let href = href.unwrap_or_default();
    let ends: &[char] = if is_embedded() { &['?', '#'] } else { &['#'] };
    href.split(ends).next().unwrap_or_default().to_owned()
}

/// Whether the page was reloaded, rather than opened or navigated to.
pub fn is_reload() -> bool {
    let performance = web_sys::window().and_then(|window| window.performance());
    let entry = performance.map(|performance| performance.get_entries_by_type("navigation").get(0));
    let entry = entry.and_then(|entry| entry.dyn_into::<PerformanceNavigationTiming>().ok());
    entry.is_some_and(|entry| entry.type_() == NavigationType::Reload)
}

/// The fragment that this tab has written or opened last.
pub fn own_fragment() -> Option<String> {
    of_tab()?.get_item(FRAGMENT).ok()?
}

/// Remembers the fragment as written or opened by this tab.
pub fn note_fragment(fragment: &str) {
    if let Some(storage) = of_tab() {
        // Without it, a reload opens the link again.
        let _ = storage.set_item(FRAGMENT, fragment);
    }
}

/// Changes the fragment of the address without adding to the browser's history.
pub fn set_fragment(fragment: &str) {
    let address = match fragment {
        "" => address(),
        fragment => format!("{}#{fragment}", address()),
    };
    let history = web_sys::window().and_then(|window| window.history().ok());
    let replaced =
        history.map(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(&address)));
    if matches!(replaced, Some(Ok(()))) {
        note_fragment(fragment);
    }
}
