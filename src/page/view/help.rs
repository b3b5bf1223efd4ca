//! The help: what the page is, and its keyboard shortcuts.

use super::context::use_page;
use super::dialog::use_dialog;
use crate::page::action::Action;
use crate::page::words;
use kubestep::texts::Text;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// Properties of the help.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// Whether it is shown.
    pub open: bool,
    /// Whether single-key shortcuts are enabled.
    pub keys: bool,
}

const KEYS: [(&[&str], &Text); 19] = [
    (&["→", "."], &words::KEY_STEP),
    (&["←", ","], &words::KEY_BACK),
    (&["Shift .", "Shift ,"], &words::KEY_ONE),
    (&["Shift →"], &words::KEY_SETTLE),
    (&["Shift ←"], &words::KEY_BACK_TO_ACTION),
    (&["Space"], &words::KEY_PLAY),
    (&["−", "+"], &words::KEY_SPEED),
    (&["Home", "End"], &words::KEY_ENDS),
    (&["b"], &words::KEY_COMPARE),
    (&["1", "…", "9", "0"], &words::KEY_PANES),
    (&["f"], &words::KEY_FORECAST),
    (&["y"], &words::KEY_EDITOR),
    (&[":"], &words::KEY_CONSOLE),
    (&["Esc"], &words::KEY_LEAVE),
    (&["Ctrl Enter", "⌘ Enter"], &words::KEY_APPLY),
    (&["Ctrl Space"], &words::KEY_COMPLETE),
    (&["F1"], &words::KEY_MEANING),
    (&["Shift Alt F"], &words::KEY_FORMAT),
    (&["?"], &words::KEY_HELP),
];

/// The help, as a dialog.
#[component]
pub fn Help(props: &Props) -> Html {
    let page = use_page();
    let dialog = use_dialog(props.open);
    let switch = {
        let send = page.send.clone();
        Callback::from(move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            send.emit(Action::Keys(input.is_some_and(|input| input.checked())));
        })
    };
    html! {
        <dialog ref={dialog} class="help" aria-labelledby="help-title" onclose={page.on(Action::Help(false))}>
            <h2 id="help-title">{ page.say(&words::HELP) }</h2>
            <p>{ page.say(&words::HELP_WHAT) }</p>
            <p>{ page.say(&words::HELP_WHY) }</p>
            <h3>{ page.say(&words::HELP_KEYS) }</h3>
            <dl class="keys">
                { for KEYS.iter().map(|(keys, what)| html! {
                    <div>
                        <dt>{ for keys.iter().map(|key| html! { <kbd>{ *key }</kbd> }) }</dt>
                        <dd>{ page.say(what) }</dd>
                    </div>
                }) }
            </dl>
            <div class="help-end">
                <label class="switch">
                    <input type="checkbox" checked={props.keys} onchange={switch} />
                    { page.say(&words::HELP_SINGLE_KEYS) }
                </label>
                <button class="button" onclick={page.on(Action::Help(false))}>{ page.say(&words::CLOSE) }</button>
            </div>
        </dialog>
    }
}
