//! Where one pane is shown at a time: which one.

use super::context::Page;
use super::places::{pane_name, title};
use crate::page::action::{Action, Pane};
use crate::page::words;
use yew::prelude::*;

/// Panes that have a tab of their own.
const TABS: [Pane; 4] = [Pane::Manifests, Pane::Cluster, Pane::Why, Pane::Timeline];
/// Panes behind the last tab.
const MORE: [Pane; 5] = [
    Pane::Queues,
    Pane::Events,
    Pane::Console,
    Pane::Object,
    Pane::Environment,
];

/// The bar of panes at the bottom of a phone, with the one that is shown.
pub fn tabs(page: &Page, shown: Pane) -> Html {
    let current = |pane: Pane| (pane == shown).then_some("true");
    let behind = MORE.contains(&shown);
    let more = page.say(&words::MORE_PANES);
    html! {
        <nav class="tabs" aria-label={page.say(&words::PANES)}>
            { for TABS.into_iter().map(|pane| html! {
                <button key={pane_name(pane)} class="tab" aria-current={current(pane)} onclick={page.on(Action::Show(pane))}>
                    { if pane == Pane::Manifests { "YAML" } else { title(page, pane) } }
                </button>
            }) }
            // The browser opens and closes what is behind it, also by Escape or a tap elsewhere.
            <button class="tab more" popovertarget="more-panes" aria-current={behind.then_some("true")}
                aria-label={behind.then(|| format!("{more}: {}", title(page, shown)))}
            >
                { if behind { title(page, shown) } else { more } }
            </button>
            <div class="more-panes" id="more-panes" popover="auto">
                { for MORE.into_iter().map(|pane| html! {
                    <button key={pane_name(pane)} class="tab" aria-current={current(pane)} popovertarget="more-panes"
                        popovertargetaction="hide" onclick={page.on(Action::Show(pane))}
                    >{ title(page, pane) }</button>
                }) }
            </div>
        </nav>
    }
}
