//! The console: output, and the input field below it.

use super::context::Page;
use super::places::heads;
use crate::page::action::{Action, Pane};
use crate::page::browser;
use crate::page::cluster::Same;
use crate::page::console::{AnswerProgress, Block, Entry, FieldText, Say, Screen, Stream};
use crate::page::words;
use kubestep::texts::Text;
use std::rc::Rc;
use web_sys::{Element, HtmlTextAreaElement};
use yew::prelude::*;

/// Properties of the console.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language and the callback for actions.
    pub page: Page,
    /// The content.
    pub screen: Same<Screen>,
    /// The text to be put into the field.
    pub field: FieldText,
    /// Whether a command is waiting.
    pub waits: bool,
    /// Whether it waits for the editor.
    pub edits: bool,
    /// How far it is, if it does not wait for the cluster.
    pub work: Option<AnswerProgress>,
}

/// The console pane.
pub struct ConsolePane {
    log: NodeRef,
    field: NodeRef,
}

impl Component for ConsolePane {
    type Message = ();
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        Self {
            log: NodeRef::default(),
            field: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        let props = ctx.props();
        if props.field.number != old.field.number
            && let Some(field) = self.field.cast::<HtmlTextAreaElement>()
        {
            field.set_value(&props.field.text);
            let at = u32::try_from(props.field.cursor).unwrap_or(u32::MAX);
            let _ = field.set_selection_range(at, at);
        }
        props.screen != old.screen
            || props.waits != old.waits
            || props.edits != old.edits
            || props.work != old.work
            || props.page != old.page
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props {
            page,
            screen,
            waits,
            edits,
            work,
            ..
        } = ctx.props();
        html! {
            <section class="pane console" id="pane-console" aria-labelledby="title-console" tabindex="-1">
                <div class="pane-head">
                    { heads(page, Pane::Console) }
                </div>
                // The output of the user's own commands is announced by the page's status region.
                <div ref={self.log.clone()} class="pane-body log" role="log" aria-live="off" tabindex="0"
                    aria-label={page.say(&words::CONSOLE_OUTPUT)}>
                    if screen.entries.is_empty() {
                        <div class="pad quiet">
                            <p>{ page.say(&words::CONSOLE_EMPTY) }</p>
                            <p>{ page.say(&words::CONSOLE_KEYS) }</p>
                        </div>
                    }
                    if screen.dropped > 0 {
                        <p class="quiet">{ page.fill(&words::CONSOLE_DROPPED, &[("count", &screen.dropped)]) }</p>
                    }
                    { for screen.entries.iter().map(|entry| self::entry(page, entry)) }
                    if *waits {
                        <p class="waits">
                            { what_for(page, *edits, *work) }{ " " }
                            <button class="link" onclick={page.on(Action::Console(Say::Interrupt(Rc::default())))}>
                                { page.say(&words::CONSOLE_STOP) }
                            </button>
                        </p>
                    }
                </div>
                { self.prompt(page) }
            </section>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if let Some(log) = self.log.cast::<Element>() {
            log.set_scroll_top(log.scroll_height());
            // Start at the left, however wide the previous output was.
            log.set_scroll_left(0);
        }
    }
}

impl ConsolePane {
    /// The field, and a button for users without a keyboard.
    fn prompt(&self, page: &Page) -> Html {
        let send = page.send.clone();
        let keydown = Callback::from(move |event: KeyboardEvent| {
            let field = event.target_unchecked_into::<HtmlTextAreaElement>();
            if let Some(say) = key(&event, &field) {
                event.prevent_default();
                send.emit(Action::Console(say));
            }
        });
        let send = page.send.clone();
        let field = self.field.clone();
        let run = Callback::from(move |_: MouseEvent| {
            if let Some(field) = field.cast::<HtmlTextAreaElement>() {
                send.emit(Action::Console(Say::Enter(field.value().into())));
                let _ = field.focus();
            }
        });
        html! {
            <div class="prompt">
                <label for="console-field" aria-hidden="true">{ "$" }</label>
                <textarea
                    ref={self.field.clone()}
                    id="console-field"
                    rows="1"
                    aria-label={page.say(&words::CONSOLE_FIELD)}
                    aria-description={page.say(&words::CONSOLE_KEYS)}
                    placeholder="kubectl get pods"
                    onkeydown={keydown}
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    enterkeyhint="go"
                />
                <button class="button quiet" onclick={run}>{ page.say(&words::CONSOLE_RUN) }</button>
            </div>
        }
    }
}

/// What a command waits for.
fn what_for(page: &Page, edits: bool, work: Option<AnswerProgress>) -> String {
    match work {
        Some(AnswerProgress::Runs(done, total)) => {
            progress(page, &words::FORECAST_PROGRESS, done, total)
        }
        Some(AnswerProgress::Cells(done, total)) => {
            progress(page, &words::FORECAST_CELLS, done, total)
        }
        None if edits => page.say(&words::CONSOLE_EDITS).to_owned(),
        None => page.say(&words::CONSOLE_WAITS).to_owned(),
    }
}

fn progress(page: &Page, says: &'static Text, done: usize, total: usize) -> String {
    page.fill(says, &[("done", &done), ("total", &total)])
}

/// The action for a key in the field.
fn key(event: &KeyboardEvent, field: &HtmlTextAreaElement) -> Option<Say> {
    if event.is_composing() || event.alt_key() || event.meta_key() {
        return None;
    }
    let text = || -> Rc<str> { field.value().into() };
    if event.ctrl_key() {
        return match event.key().as_str() {
            // Ctrl+C copies a selection.
            "c" if !has_selection(field) => Some(Say::Interrupt(text())),
            "l" => Some(Say::Clear),
            _ => None,
        };
    }
    // In a multi-line text the arrow keys move between lines before browsing the history.
    let at = field.selection_start().ok().flatten().unwrap_or_default() as usize;
    let before = |line_end: bool| {
        let units: Vec<u16> = field.value().encode_utf16().collect();
        let (before, after) = units.split_at(at.min(units.len()));
        let part = if line_end { after } else { before };
        part.contains(&u16::from(b'\n'))
    };
    match event.key().as_str() {
        "Enter" if !event.shift_key() => Some(Say::Enter(text())),
        "ArrowUp" if !before(false) => Some(Say::Older(text())),
        "ArrowDown" if !before(true) => Some(Say::Newer),
        // Tab leaves the field if there is nothing to complete.
        "Tab" if !event.shift_key() && !field.value().trim().is_empty() => {
            Some(Say::Complete(text(), at))
        }
        "Escape" => {
            browser::focus("#pane-console");
            None
        }
        _ => None,
    }
}

/// Not every browser includes a field's own selection in the page's.
fn has_selection(field: &HtmlTextAreaElement) -> bool {
    field.selection_start() != field.selection_end() || browser::has_selection()
}

/// A command and its output.
fn entry(page: &Page, entry: &Entry) -> Html {
    html! {
        <div key={entry.number} class="typing">
            if !entry.typed.is_empty() {
                <p class="typed"><span class="quiet" aria-hidden="true">{ "$ " }</span>{ &*entry.typed }</p>
            }
            { for entry.blocks.iter().map(|block| match block {
                Block::Printed(Stream::Error, text) => html! { <pre class="bad">{ &**text }</pre> },
                Block::Printed(_, text) => html! { <pre>{ &**text }</pre> },
                Block::Note(phrase) => html! { <p class="quiet note">{ page.say(phrase) }</p> },
            }) }
        </div>
    }
}
