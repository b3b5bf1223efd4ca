//! The manifests: the editor, the Apply button, and the result.

use super::context::use_page;
use super::diagnostics::diagnostics;
use super::editor::Editor;
use crate::page::action::{Action, LastApply, LookAt};
use crate::page::browser;
use crate::page::words;
use kubestep::manifests::Line;
use std::rc::Rc;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The text.
    pub text: Rc<str>,
    /// The result of the last `Apply`.
    pub applied: LastApply,
    /// A position to show.
    pub look: Option<LookAt>,
    /// The highlighted line, 0 for none.
    pub lit: u32,
    /// Whether the page is dark.
    pub dark: bool,
    /// Whether a session is being opened.
    pub is_opening: bool,
    /// Whether the text is the state of a cluster rather than manifests.
    pub is_state: bool,
    /// Whether Apply is the control to press next.
    pub primary: bool,
    /// The name of the file in the editor, if it is one.
    #[prop_or_default]
    pub file: Option<Rc<str>>,
    /// The tabs of the files.
    #[prop_or_default]
    pub files: Html,
    /// What is below the editor.
    #[prop_or_default]
    pub children: Html,
}

/// The manifests pane.
#[component]
pub fn Manifests(props: &Props) -> Html {
    let page = use_page();
    let (problems, mended): (Rc<[_]>, _) = match &props.applied {
        LastApply::Refused { problems, mended } => (problems.clone(), mended.as_deref()),
        _ => (Rc::default(), None),
    };
    let leave = Callback::from(|event: KeyboardEvent| {
        // The editor, once it is loaded, does so itself, after its own bindings (`www/editor/editor.js`).
        let is_field = event.target_dyn_into::<HtmlTextAreaElement>().is_some();
        if event.key() == "Escape" && is_field {
            event.prevent_default();
            browser::focus("#apply");
        }
    });
    html! {
        <section class="pane manifests" id="pane-manifests" aria-labelledby="title-manifests" tabindex="-1">
            <div class="pane-head">
                <h2 id="title-manifests">{ page.say(&words::MANIFESTS) }</h2>
                <div class="pane-tools">
                    <button class="button quiet" title={page.say(&words::EXAMPLE_HINT)} onclick={page.on(Action::Example)}>
                        { page.say(&words::EXAMPLE) }
                    </button>
                    <button class="button quiet" onclick={|_| browser::choose(false)}>
                        { page.say(&words::OPEN_FILES) }
                    </button>
                    <button
                        id="apply"
                        class={classes!("button", props.primary.then_some("primary"))}
                        title="Ctrl+Enter"
                        aria-keyshortcuts="Control+Enter Meta+Enter"
                        onclick={page.on(Action::Apply)}
                    >{ page.say(if props.is_state { &words::STATE_START } else { &words::APPLY }) }</button>
                </div>
            </div>
            if !page.mode.is_embedded() {
                <div class="files-frame">{ props.files.clone() }</div>
            }
            <div class="editor-frame" id="file-panel" role={props.file.as_ref().map(|_| "tabpanel")}
                aria-label={props.file.as_ref().map(|name| AttrValue::from(name.clone()))} onkeydown={leave}>
                <Editor
                    page={page.clone()}
                    text={props.text.clone()}
                    problems={problems.clone()}
                    look={props.look}
                    lit={props.lit}
                    dark={props.dark}
                    waits={props.is_opening}
                />
            </div>
            { props.children.clone() }
            if let LastApply::Started(started) = &props.applied {
                <ul class="applied">
                    <li>{ page.fill(&words::STATE_STARTED, &[("count", &started.objects)]) }</li>
                    { for started.notes.iter().map(|note| html! {
                        <li class="warning">{ note.text(page.language) }</li>
                    }) }
                </ul>
            }
            if let LastApply::Done(told) = &props.applied {
                <ul class="applied">
                    // Results first: there may be more warnings than fit.
                    { for [false, true].into_iter().flat_map(|warns| {
                        let own = told.iter().filter(move |line| matches!(line, Line::Warning(_)) == warns);
                        own.map(move |line| html! {
                            <li class={warns.then_some("warning")}>{ line.text(page.language) }</li>
                        })
                    }) }
                </ul>
            }
            if !problems.is_empty() {
                { diagnostics(&page, &problems, mended) }
            }
        </section>
    }
}
