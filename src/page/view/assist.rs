//! Assistance for the manifest being typed: completion and explanations for the editor, the faults that Apply would
//! report, and what it would change.

use super::context::{Page, use_page};
use super::editor::{as_function, marks, options};
use crate::page::action::Action;
use crate::page::state::Session;
use crate::page::words;
use gloo_timers::callback::Timeout;
use js_sys::{Array, Reflect};
use kubestep::api::yaml;
use kubestep::manifests::assist::{self, Meaning, Suggestions};
use kubestep::manifests::{self, Diagnostic, Preview};
use kubestep::print::unified::unified;
use kubestep::texts::{Language, Text};
use kubestep::versions::Version;
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::prelude::{Closure, JsValue, wasm_bindgen};
use yew::platform::spawn_local;
use yew::prelude::*;

/// Milliseconds without typing before the text is checked.
const PAUSE: u32 = 400;
/// Maximum length of a text that is checked, in bytes: trying it takes as long as applying it.
const CHECKED_MAX: usize = 64 << 10;

#[wasm_bindgen]
extern "C" {
    /// In `www/editor/editor.js`: the editor.
    type Handle;
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, diagnostics: &Array);
    #[wasm_bindgen(method, catch)]
    async fn formatted(this: &Handle) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method)]
    fn replace(this: &Handle, before: &str, after: &str);
}

/// Properties of the assistance.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// The text in the editor.
    pub text: Rc<str>,
    /// Whether the user has changed the text since it was applied, or refused.
    pub is_edited: bool,
}

/// What Apply would do, or the faults that it would report.
type Found = Result<Vec<Preview>, Vec<Diagnostic>>;

/// The line below the editor.
#[component]
pub fn Assist(props: &Props) -> Html {
    let page = use_page();
    let found = use_found(&page, props);
    let is_open = use_state(|| false);
    let fails = use_state(|| false);
    use_effect_with(props.text.clone(), {
        let fails = fails.clone();
        move |_| fails.set(false)
    });
    let format = use_callback((), {
        let fails = fails.clone();
        move |(), ()| {
            let fails = fails.clone();
            spawn_local(async move { fails.set(reformat().await.is_none()) });
        }
    });
    let version = props.session.engine().store().version();
    use_effect_with((page.language, version), {
        let format = format.clone();
        move |(language, version): &(Language, Version)| {
            let offered = Offered::new(*language, *version, format);
            move || drop(offered)
        }
    });
    let changes = found.as_deref().map_or_else(Vec::new, changes);
    let says = match found.as_deref() {
        _ if *fails => page.say(&words::FORMAT_FAILED).into(),
        Some(found) => says(&page, found),
        None => Html::default(),
    };
    let toggle = {
        let is_open = is_open.clone();
        move |_: MouseEvent| is_open.set(!*is_open)
    };
    html! {
        <>
            <div class="assist">
                <span class="assist-says" role="status">{ says }</span>
                if !changes.is_empty() {
                    <button class="link" aria-expanded={is_open.to_string()} onclick={toggle}>{ page.say(&words::DIFFERENCE) }</button>
                }
                <button class="link" title="Shift+Alt+F" onclick={format.reform(|_: MouseEvent| ())}>
                    { page.say(&words::FORMAT) }
                </button>
            </div>
            if *is_open && !changes.is_empty() {
                <div class="assist-difference" role="region" tabindex="0" aria-label={page.say(&words::DIFFERENCES)}>
                    { for changes.into_iter().map(difference) }
                </div>
            }
        </>
    }
}

/// What Apply would do with the text, a moment after it was changed.
#[hook]
fn use_found(page: &Page, props: &Props) -> Option<Rc<Found>> {
    let found = use_state(|| None::<Rc<Found>>);
    use_effect_with((props.text.clone(), props.is_edited), {
        let (page, session, found) = (page.clone(), props.session.clone(), found.clone());
        move |(text, is_edited): &(Rc<str>, bool)| {
            let checks = *is_edited && text.len() <= CHECKED_MAX;
            if !checks {
                found.set(None);
            }
            let text = text.clone();
            let timer = checks.then(|| {
                Timeout::new(PAUSE, move || {
                    let result = session.attempt(|engine| manifests::preview(engine, &text));
                    mark(&page, &result);
                    found.set(Some(Rc::new(result)));
                })
            });
            move || drop(timer)
        }
    });
    (*found).clone()
}

/// The objects that Apply would change.
fn changes(found: &Found) -> Vec<&Preview> {
    let all = found.iter().flatten();
    all.filter(|preview| preview.is_change()).collect()
}

/// What Apply would do, in a sentence.
fn says(page: &Page, found: &Found) -> Html {
    let previews = match found {
        Err(faults) => {
            let Some(first) = faults.first() else {
                return Html::default();
            };
            let values: [(&str, &dyn std::fmt::Display); 3] = [
                ("count", &faults.len()),
                ("line", &first.line),
                ("message", &first.message),
            ];
            let text = page.fill(&words::ASSIST_FAULTS, &values);
            let reveal = page.on(Action::Reveal(first.line, first.column));
            return html! { <button class="link assist-fault" onclick={reveal}>{ text }</button> };
        }
        Ok(previews) => previews,
    };
    let created = previews.iter().filter(|preview| preview.before.is_none());
    let (created, changed) = (created.count(), changes(found).len());
    let text = match (created, changed) {
        (0, 0) => page.say(&words::ASSIST_NOTHING).to_owned(),
        (0, _) => page.fill(&words::ASSIST_CHANGES, &[("count", &changed)]),
        (_, 0) => page.fill(&words::ASSIST_CREATES, &[("count", &created)]),
        _ => page.fill(
            &words::ASSIST_BOTH,
            &[("created", &created), ("changed", &changed)],
        ),
    };
    text.into()
}

/// The difference that Apply would make to an object.
fn difference(preview: &Preview) -> Html {
    let text = unified(
        preview.before.as_deref().unwrap_or_default(),
        &preview.after,
    );
    html! {
        <>
            <h3>{ &preview.line }</h3>
            <pre>{ for text.lines().map(|line| {
                let class = match line.chars().next() {
                    Some('+') => "added",
                    Some('-') => "removed",
                    Some('@') => "hunk",
                    _ => "same",
                };
                html! { <span {class}>{ line }{ "\n" }</span> }
            }) }</pre>
        </>
    }
}

/// What scripts of the page and the editor share.
fn shared() -> Option<JsValue> {
    Reflect::get(&web_sys::window()?.into(), &"kubestep".into()).ok()
}

/// The editor, once it is loaded.
fn editor() -> Option<Handle> {
    let editor = Reflect::get(&shared()?, &"editor".into()).ok();
    Some(editor.filter(JsValue::is_object)?.unchecked_into())
}

/// Marks the faults in the editor.
fn mark(page: &Page, found: &Found) {
    let faults = found.as_ref().err();
    if let Some(editor) = editor() {
        editor.set_diagnostics(&marks(page, faults.map_or(&[], Vec::as_slice)));
    }
}

/// Formats the text. `None` if it cannot be parsed, or would mean something else.
async fn reformat() -> Option<()> {
    let editor = editor()?;
    let texts: Array = editor.formatted().await.ok()?.unchecked_into();
    let (before, after) = (texts.get(0).as_string()?, texts.get(1).as_string()?);
    is_same(&before, &after).then(|| editor.replace(&before, &after))
}

/// Whether two texts mean the same.
fn is_same(before: &str, after: &str) -> bool {
    let values = |text: &str| {
        let documents = yaml::documents(text).ok()?;
        let values = documents.into_iter().map(|document| document.value);
        Some(values.collect::<Vec<_>>())
    };
    values(before).is_some_and(|before| values(after).is_some_and(|after| before == after))
}

/// The functions for the editor, which are there as long as this is.
struct Offered {
    _complete: Closure<dyn Fn(String, usize, usize) -> JsValue>,
    _meaning: Closure<dyn Fn(String, usize, usize) -> JsValue>,
    _format: Closure<dyn Fn()>,
}

impl Offered {
    fn new(language: Language, version: Version, format: Callback<()>) -> Self {
        let complete = Closure::<dyn Fn(String, usize, usize) -> JsValue>::new(
            move |text: String, line, column| {
                let found = assist::complete(version, &text, line, column);
                found.map_or(JsValue::NULL, |found| completions(language, &found))
            },
        );
        let meaning = Closure::<dyn Fn(String, usize, usize) -> JsValue>::new(
            move |text: String, line, column| {
                let found = assist::meaning(version, &text, line, column);
                found.map_or(JsValue::NULL, |found| explanation(language, &found))
            },
        );
        let format = Closure::<dyn Fn()>::new(move || format.emit(()));
        let functions = options(&[
            ("complete", as_function(&complete)),
            ("meaning", as_function(&meaning)),
            ("format", as_function(&format)),
        ]);
        set_assist(&functions);
        Self {
            _complete: complete,
            _meaning: meaning,
            _format: format,
        }
    }
}

impl Drop for Offered {
    fn drop(&mut self) {
        set_assist(&JsValue::UNDEFINED);
    }
}

fn set_assist(value: &JsValue) {
    // Setting a property of a plain object cannot fail.
    let _ = shared().map(|shared| Reflect::set(&shared, &"assist".into(), value));
}

/// Completions in the editor's format.
fn completions(language: Language, found: &Suggestions) -> JsValue {
    let all = found.options.iter().map(|option| {
        options(&[
            ("label", (&*option.label).into()),
            ("detail", (&*option.detail).into()),
            ("required", option.required.into()),
            (
                "text",
                option.text.map_or("", |text| text.text(language)).into(),
            ),
            ("insert", (&*option.insert).into()),
        ])
    });
    let all: Array = all.collect();
    options(&[("from", found.from.into()), ("options", all.into())]).into()
}

/// What a field means in the editor's format.
fn explanation(language: Language, found: &Meaning) -> JsValue {
    let mut texts: Vec<String> = Vec::new();
    texts.extend(found.text.map(|text| text.text(language).to_owned()));
    if found.required {
        texts.push(words::FIELD_REQUIRED.text(language).to_owned());
    }
    if !found.values.is_empty() {
        let values = found.values.join(", ");
        texts.push(words::FIELD_VALUES.with(language, &[("values", &values)]));
    }
    texts.extend(found.left_out.map(|reason| left_out(language, &reason)));
    let texts: Array = texts.into_iter().map(JsValue::from).collect();
    options(&[
        ("from", found.columns.start.into()),
        ("to", found.columns.end.into()),
        ("path", (&*found.path).into()),
        ("detail", (&*found.detail).into()),
        ("texts", texts.into()),
    ])
    .into()
}

fn left_out(language: Language, reason: &Text) -> String {
    let reason = reason.text(language);
    words::FIELD_LEFT_OUT.with(language, &[("reason", &reason)])
}
