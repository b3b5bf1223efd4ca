//! The start screen, shown while the cluster is empty; and the texts of a playing scenario.

use super::context::Page;
use super::glyph::glyph;
use crate::page::action::{Action, Pane};
use crate::page::scenario::Scenario;
use crate::page::state::{Scene, Session};
use crate::page::words;
use std::rc::Rc;
use yew::prelude::*;

/// The scenarios, the first one as the control to press next unless that is Apply; and a link to the user's own
/// manifests.
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
    html! {
        <div class="start">
            <p class="quiet">{ page.say(&words::CLUSTER_EMPTY) }</p>
            <h3>{ page.say(&words::START) }</h3>
            <ul>
                { for scenes }
                { choice(scenarios.len(), own, about, Action::Show(Pane::Manifests)) }
            </ul>
        </div>
    }
}

/// The text of a scenario, with the buttons to continue and go back.
pub fn callout(page: &Page, session: &Session, scene: &Scene) -> Html {
    let goes_on = scene.can_go_on();
    html! {
        <aside class={classes!("callout", scene.has_paused().then_some("says"))} aria-label={scene.scenario.title.text(page.language).to_owned()}>
            <p>{ scene.text(&session.engine(), page.language) }</p>
            <div class="callout-ways">
                if goes_on {
                    <button class="button primary" onclick={page.on(Action::GoOn)}>{ page.say(&words::SCENE_GO_ON) }</button>
                }
                <button class="button quiet" onclick={page.on(Action::Home)}>{ page.say(&words::HOME) }</button>
            </div>
        </aside>
    }
}
