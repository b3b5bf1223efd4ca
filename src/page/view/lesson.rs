//! The text of a scenario or lesson, with its question, commands and buttons.

use super::context::{Page, use_page};
use crate::page::action::Action;
use crate::page::progress;
use crate::page::state::{Answer, Scene};
use crate::page::words;
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// The text of a scenario or lesson, with the buttons to continue and go back.
pub fn callout(page: &Page, scene: &Scene) -> Html {
    let language = page.language;
    let title = scene.scenario.title.text(language).to_owned();
    let is_lesson = scene.lesson.is_some();
    html! {
        <aside class={classes!("callout", scene.has_paused().then_some("says"), is_lesson.then_some("lesson"))}
            aria-label={title.clone()} tabindex={is_lesson.then_some("-1")}>
            if is_lesson {
                { head(page, scene, title) }
            }
            <p>{ scene.text(language) }</p>
            if scene.question().is_some() {
                <Ask key={scene.step()} scene={scene.clone()} />
            }
            if !scene.commands().is_empty() && !page.mode.is_readonly() {
                { commands(page, scene.commands()) }
            }
            <div class="callout-ways">{ ways(page, scene) }</div>
        </aside>
    }
}

/// The title of a lesson, its step, and where it comes from unless it is the page's own.
fn head(page: &Page, scene: &Scene, title: String) -> Html {
    let values: &[(&str, &dyn std::fmt::Display)] =
        &[("step", &scene.step()), ("steps", &scene.steps())];
    let name = scene.lesson.as_deref().unwrap_or_default();
    html! {
        <div class="lesson-head">
            <h3>{ title }</h3>
            <span class="quiet">{ page.fill(&words::LESSON_STEP, values) }</span>
            if !progress::is_own(name) {
                <span class="quiet">{ page.fill(&words::LESSON_FROM, &[("name", &name)]) }</span>
            }
        </div>
    }
}

fn commands(page: &Page, lines: &[Rc<str>]) -> Html {
    html! {
        <ul class="lesson-commands" aria-label={page.say(&words::LESSON_TRY)}>
            { for lines.iter().map(|line| html! {
                <li>
                    <button class="button" title={page.say(&words::LESSON_TRY)} onclick={page.on(Action::Try(line.clone()))}>
                        <code>{ &**line }</code>
                    </button>
                </li>
            }) }
        </ul>
    }
}

/// The buttons, with the suggested one first.
fn ways(page: &Page, scene: &Scene) -> Html {
    // With keys, so that the focus does not pass from a button to the one that replaces it.
    let way = |class: &'static str, words, action| {
        html! { <button key={page.say(words)} class={classes!("button", class)} onclick={page.on(action)}>{ page.say(words) }</button> }
    };
    let asks = matches!(scene.question(), Some((_, None)));
    let is_lesson = scene.lesson.is_some();
    html! {
        <>
            if scene.has_left() {
                { way("primary", &words::LESSON_RETURN, Action::GoOn) }
            } else if asks {
                { way("quiet", &words::LESSON_SHOW, Action::Answer(None)) }
            } else if scene.can_go_on() {
                { way("primary", &words::SCENE_GO_ON, Action::GoOn) }
            } else if scene.can_skip() {
                { way("", &words::LESSON_SKIP, Action::Skip) }
            }
            if is_lesson && scene.has_paused() && scene.step() > 1 {
                if scene.is_last() {
                    { way("quiet", &words::LESSON_AGAIN, Action::LessonStep(1)) }
                } else {
                    { way("quiet", &words::LESSON_BACK, Action::LessonStep(scene.step() - 1)) }
                }
            }
            if is_lesson && !page.mode.is_embedded() {
                { way("quiet", &words::LESSONS, Action::Lessons(true)) }
            }
            // A frame with a lesson has nothing else.
            if !(is_lesson && page.mode.is_embedded()) {
                { way("quiet", &words::HOME, Action::Home) }
            }
        </>
    }
}

/// Properties of a question.
#[derive(Properties, PartialEq)]
struct AskProps {
    scene: Scene,
}

/// The controls to answer a question, and whether the answer was right.
#[component]
fn Ask(props: &AskProps) -> Html {
    let page = use_page();
    let said = use_state(|| Rc::<str>::from(""));
    let Some((question, answer)) = props.scene.question() else {
        return Html::default();
    };
    if let Some(answer) = answer {
        let text = |value: &str| question.answer_text(value, page.language);
        return verdict(&page, answer, &text);
    }
    let choose = {
        let said = said.clone();
        Callback::from(move |event: InputEvent| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            said.set(input.map(|input| input.value()).unwrap_or_default().into());
        })
    };
    let send = {
        let (send, said) = (page.send.clone(), said.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            if !said.trim().is_empty() {
                send.emit(Action::Answer(Some(said.trim().into())));
            }
        })
    };
    let choices = props.scene.choices(page.language);
    html! {
        <form class="lesson-ask" onsubmit={send}>
            if choices.is_empty() {
                <label>
                    { page.say(&words::LESSON_YOUR_ANSWER) }
                    <input type="number" min="0" max="9999" required=true inputmode="numeric"
                        value={said.to_string()} oninput={choose} />
                </label>
            } else {
                <fieldset>
                    <legend class="unseen">{ page.say(&words::LESSON_YOUR_ANSWER) }</legend>
                    { for choices.into_iter().map(|(value, text)| html! {
                        <label>
                            <input type="radio" name="lesson-answer" required=true checked={*said == value}
                                value={value.to_string()} oninput={choose.clone()} />
                            { text }
                        </label>
                    }) }
                </fieldset>
            }
            <button class="button primary" type="submit">{ page.say(&words::LESSON_CHECK) }</button>
        </form>
    }
}

/// Whether an answer was right.
fn verdict(page: &Page, answer: &Answer, text: &dyn Fn(&str) -> String) -> Html {
    let right = text(&answer.right);
    let (class, words, said) = match &answer.given {
        Some(given) if *given == answer.right => ("right", &words::LESSON_RIGHT, String::new()),
        Some(given) => ("wrong", &words::LESSON_WRONG, text(given)),
        None => ("told", &words::LESSON_ANSWER, String::new()),
    };
    let values: &[(&str, &dyn std::fmt::Display)] = &[("answer", &right), ("given", &said)];
    html! { <p class={classes!("lesson-verdict", class)}><b>{ page.fill(words, values) }</b></p> }
}
