//! The editor: a plain text field at first, replaced by CodeMirror once that is loaded.

use super::context::Page;
use crate::page::action::{Action, LookAt};
use crate::page::browser;
use crate::page::words;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Function, Object, Promise, Reflect};
use kubestep::manifests::Diagnostic;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

/// Milliseconds before the editor is loaded, or until the first paint if that takes longer.
const LOAD_AFTER: u32 = 50;

#[wasm_bindgen]
extern "C" {
    /// In `index.html`: imports the bundle after the first paint.
    #[wasm_bindgen(js_namespace = kubestep, js_name = loadEditor)]
    fn load_editor() -> Promise;

    /// The bundle.
    pub type Bundle;
    #[wasm_bindgen(method, catch, js_name = createEditor)]
    fn create_editor(this: &Bundle, parent: &Element, options: &Object) -> Result<Handle, JsValue>;

    /// An editor (`www/editor/editor.js`).
    pub type Handle;
    #[wasm_bindgen(method, js_name = setDoc)]
    fn set_doc(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, diagnostics: &Array);
    #[wasm_bindgen(method)]
    fn reveal(this: &Handle, line: u32, column: u32);
    #[wasm_bindgen(method)]
    fn light(this: &Handle, line: u32);
    #[wasm_bindgen(method)]
    fn focus(this: &Handle);
    #[wasm_bindgen(method, js_name = setTheme)]
    fn set_theme(this: &Handle, name: &str);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// Properties of the editor.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language and the callback for actions.
    pub page: Page,
    /// The text.
    pub text: Rc<str>,
    /// Its faults.
    pub problems: Rc<[Diagnostic]>,
    /// A position to show.
    pub look: Option<LookAt>,
    /// The highlighted line, 0 for none.
    pub lit: u32,
    /// Whether the page is dark.
    pub dark: bool,
    /// Whether a session is being opened, whose picture comes before the editor.
    pub waits: bool,
}

/// The editor.
pub struct Editor {
    host: NodeRef,
    field: NodeRef,
    loaded: Option<Loaded>,
    /// The text as the editor has it.
    text: Rc<str>,
    /// Loads CodeMirror; `None` until nothing comes before it.
    load: Option<Timeout>,
}

/// CodeMirror with its callbacks.
struct Loaded {
    handle: Handle,
    _change: Closure<dyn Fn(String)>,
    _apply: Closure<dyn Fn()>,
    _cursor: Closure<dyn Fn(u32)>,
}

/// Messages to the editor.
pub enum Msg {
    /// Load the bundle.
    Load,
    /// The bundle is loaded.
    Came(Bundle),
    /// The user has changed the text.
    Typed(String),
    /// The cursor has moved to another line, or the editor has lost focus.
    Cursor(u32),
}

impl Component for Editor {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        Self {
            host: NodeRef::default(),
            field: NodeRef::default(),
            loaded: None,
            text: ctx.props().text.clone(),
            load: (!ctx.props().waits).then(|| load_later(ctx)),
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Load => {
                ctx.link().send_future_batch(async {
                    // If it cannot be loaded, the text field stays.
                    let bundle = JsFuture::from(load_editor()).await.ok();
                    bundle.map(|bundle| Msg::Came(bundle.unchecked_into()))
                });
                false
            }
            Msg::Came(bundle) => {
                self.replace_field(ctx, &bundle);
                self.loaded.is_some()
            }
            Msg::Cursor(line) => {
                ctx.props().page.send.emit(Action::Cursor(line));
                false
            }
            Msg::Typed(text) => {
                self.text = text.into();
                ctx.props().page.send.emit(Action::Edit(self.text.clone()));
                false
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if let Some(Loaded { handle, .. }) = &self.loaded {
            if props.text != self.text {
                handle.set_doc(&props.text);
            }
            if props.problems != old.problems || props.page.language != old.page.language {
                handle.set_diagnostics(&marks(&props.page, &props.problems));
            }
            if props.lit != old.lit {
                handle.light(props.lit);
            }
            if props.dark != old.dark {
                handle.set_theme(theme(props.dark));
            }
        }
        if self.load.is_none() && !props.waits {
            self.load = Some(load_later(ctx));
        }
        self.text = props.text.clone();
        if props.look != old.look {
            self.look_at(props.look);
        }
        if props.page.language != old.page.language {
            self.set_label(&props.page);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let typed = ctx.link().callback(|event: InputEvent| {
            let field = event.target_unchecked_into::<HtmlTextAreaElement>();
            Msg::Typed(field.value())
        });
        html! {
            <div class="editor">
                <div ref={self.host.clone()} class="editor-host" hidden={self.loaded.is_none()}></div>
                if self.loaded.is_none() {
                    <textarea
                        ref={self.field.clone()}
                        aria-label={props.page.say(&words::MANIFESTS)}
                        value={props.text.to_string()}
                        oninput={typed}
                        spellcheck="false"
                        autocapitalize="off"
                        autocomplete="off"
                    />
                }
            </div>
        }
    }

    fn destroy(&mut self, _ctx: &Context<Self>) {
        if let Some(loaded) = &self.loaded {
            loaded.handle.destroy();
        }
    }
}

fn load_later(ctx: &Context<Editor>) -> Timeout {
    let link = ctx.link().clone();
    Timeout::new(LOAD_AFTER, move || link.send_message(Msg::Load))
}

impl Editor {
    /// Replaces the text field by CodeMirror, keeping focus and cursor.
    fn replace_field(&mut self, ctx: &Context<Self>, bundle: &Bundle) {
        let props = ctx.props();
        let Some(host) = self.host.cast::<Element>() else {
            return;
        };
        let change = Closure::new({
            let link = ctx.link().clone();
            move |text| link.send_message(Msg::Typed(text))
        });
        let apply = Closure::new({
            let send = props.page.send.clone();
            move || send.emit(Action::Apply)
        });
        let cursor = Closure::new({
            // The editor may call back while it is being updated, so messages are sent asynchronously.
            let link = ctx.link().clone();
            move |line| link.send_message(Msg::Cursor(line))
        });
        let options = options(&[
            ("doc", JsValue::from_str(&self.text)),
            (
                "label",
                JsValue::from_str(props.page.say(&words::MANIFESTS)),
            ),
            ("onChange", as_function(&change)),
            ("onApply", as_function(&apply)),
            ("onCursor", as_function(&cursor)),
        ]);
        let Ok(handle) = bundle.create_editor(&host, &options) else {
            return;
        };
        handle.set_theme(theme(props.dark));
        handle.set_diagnostics(&marks(&props.page, &props.problems));
        if let Some((line, column)) = self.cursor() {
            host.remove_attribute("hidden").unwrap_or_default();
            handle.reveal(line, column);
            handle.focus();
        }
        self.loaded = Some(Loaded {
            handle,
            _change: change,
            _apply: apply,
            _cursor: cursor,
        });
    }

    /// The cursor in the text field, if that has the focus.
    fn cursor(&self) -> Option<(u32, u32)> {
        let field = self.field.cast::<HtmlTextAreaElement>()?;
        let active = browser::document()?.active_element()?;
        if !active.is_same_node(Some(&field)) {
            return None;
        }
        let at = field.selection_start().ok()??;
        let units = field
            .value()
            .encode_utf16()
            .take(at as usize)
            .collect::<Vec<_>>();
        let before = String::from_utf16_lossy(&units);
        let last = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count();
        let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
        Some((count(before.matches('\n').count()), count(last)))
    }

    fn look_at(&self, look: Option<LookAt>) {
        let Some(look) = look else { return };
        match (&self.loaded, self.field.cast::<HtmlTextAreaElement>()) {
            (Some(Loaded { handle, .. }), _) => {
                handle.reveal(look.line, look.column);
                handle.focus();
            }
            (None, Some(field)) => {
                let at = offset(&self.text, look);
                let _ = field.focus();
                let _ = field.set_selection_range(at, at);
            }
            (None, None) => {}
        }
    }

    fn set_label(&self, page: &Page) {
        let host = self.host.cast::<Element>();
        let content = host.and_then(|host| host.query_selector(".cm-content").ok()?);
        if let Some(content) = content {
            let _ = content.set_attribute("aria-label", page.say(&words::MANIFESTS));
        }
    }
}

/// The offset of a position in UTF-16 units, as used by text fields.
fn offset(text: &str, look: LookAt) -> u32 {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(look.line.saturating_sub(1) as usize)
        .map(|line| line.encode_utf16().count())
        .sum();
    let line = lines.next().unwrap_or_default();
    let start: String = line
        .chars()
        .take(look.column.saturating_sub(1) as usize)
        .collect();
    u32::try_from(before + start.encode_utf16().count()).unwrap_or_default()
}

fn theme(dark: bool) -> &'static str {
    if dark { "dark" } else { "light" }
}

/// A plain object.
pub(super) fn options(values: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in values {
        // Setting a property of a plain object cannot fail.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}

/// A closure as a function.
pub(super) fn as_function<T: ?Sized + wasm_bindgen::closure::WasmClosure>(
    closure: &Closure<T>,
) -> JsValue {
    closure.as_ref().unchecked_ref::<Function>().into()
}

/// Diagnostics in the editor's format.
pub(super) fn marks(page: &Page, problems: &[Diagnostic]) -> Array {
    problems
        .iter()
        .map(|problem| {
            let message = format!(
                "{}\n{}",
                problem.message,
                problem.advice.text(page.language)
            );
            options(&[
                ("line", problem.line.into()),
                ("column", problem.column.into()),
                ("message", JsValue::from_str(&message)),
                ("severity", JsValue::from_str("error")),
            ])
        })
        .collect()
}
