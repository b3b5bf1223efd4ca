//! The tab bar used when only one pane is shown.

use super::context::Page;
use super::places::title;
use crate::page::action::{Action, Pane};
use crate::page::words;
use yew::prelude::*;

/// Panes with their own tab.
const TABS: [Pane; 4] = [Pane::Manifests, Pane::Cluster, Pane::Why, Pane::Timeline];
/// Panes in the last tab's menu.
const MORE: [Pane; 7] = [
    Pane::Queues,
    Pane::Events,
    Pane::Console,
    Pane::Object,
    Pane::Diagnosis,
    Pane::Forecast,
    Pane::Environment,
];

/// The tab bar at the bottom of a phone, with the current pane.
pub fn tabs(page: &Page, shown: Pane) -> Html {
    let current = |pane: Pane| (pane == shown).then_some("true");
    let behind = MORE.contains(&shown);
    let more = page.say(&words::MORE_PANES);
    html! {
        <nav class="tabs" aria-label={page.say(&words::PANES)}>
            { for TABS.into_iter().map(|pane| html! {
                <button key={pane.name()} class="tab" aria-current={current(pane)} onclick={page.on(Action::Show(pane))}>
                    { if pane == Pane::Manifests { "YAML" } else { title(page, pane) } }
                </button>
            }) }
            // The browser opens and closes the popover, also by Escape or a tap elsewhere.
            <button class="tab more" popovertarget="more-panes" aria-current={behind.then_some("true")}
                aria-label={behind.then(|| format!("{more}: {}", title(page, shown)))}
            >
                { if behind { title(page, shown) } else { more } }
            </button>
            <div class="more-panes" id="more-panes" popover="auto">
                { for MORE.into_iter().map(|pane| html! {
                    <button key={pane.name()} class="tab" aria-current={current(pane)} popovertarget="more-panes"
                        popovertargetaction="hide" onclick={page.on(Action::Show(pane))}
                    >{ title(page, pane) }</button>
                }) }
            </div>
        </nav>
    }
}
