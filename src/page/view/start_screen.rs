//! The start screen, shown while the cluster is empty.

use super::context::Page;
use super::glyph::glyph;
use crate::page::action::{Action, Pane};
use crate::page::words;
use kubestep::scenario::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// The scenarios, the first one as the control to press next unless that is Apply; and, on the whole page, links to
/// the lessons and to the user's own manifests.
pub fn start_screen(page: &Page, scenarios: &[Rc<Scenario>], watch: bool) -> Html {
    let choice = |number: usize, title: &str, about: &str, action: Action| {
        let about_id = format!("start-{number}");
        html! {
            <li>
                <button class={classes!("button", (watch && number == 0).then_some("primary"))} aria-describedby={about_id.clone()}
                    onclick={page.on(action)}>
                    if number == 0 {
                        { glyph("play") }
                    }
                    { title.to_owned() }
                </button>
                <p id={about_id} class="quiet">{ about.to_owned() }</p>
            </li>
        }
    };
    let scenes = scenarios.iter().enumerate().map(|(number, scenario)| {
        let (title, about) = (&scenario.title, &scenario.about);
        let (title, about) = (title.text(page.language), about.text(page.language));
        choice(number, title, about, Action::Scenario(number))
    });
    let (own, about) = (
        page.say(&words::START_OWN),
        page.say(&words::START_OWN_ABOUT),
    );
    let (lessons, about_lessons) = (page.say(&words::LESSONS), page.say(&words::LESSONS_ABOUT));
    let count = scenarios.len();
    html! {
        <div class="start">
            <p class="quiet">{ page.say(&words::CLUSTER_EMPTY) }</p>
            <h3>{ page.say(&words::START) }</h3>
            <ul>
                { for scenes }
                if !page.mode.is_embedded() {
                    { choice(count, lessons, about_lessons, Action::Lessons(true)) }
                    { choice(count + 1, own, about, Action::Show(Pane::Manifests)) }
                    { choice(count + 2, page.say(&words::STATE_OWN), page.say(&words::STATE_ABOUT), Action::Show(Pane::Diagnosis)) }
                }
            </ul>
        </div>
    }
}
