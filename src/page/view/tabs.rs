//! Where one pane is shown at a time: which one.

use super::context::Page;
use super::places::{pane_name, title};
use crate::page::action::{Action, Pane};
use crate::page::words;
use yew::prelude::*;

/// The bar of panes at the bottom of a phone, with the one that is shown.
pub fn tabs(page: &Page, shown: Pane) -> Html {
    let panes = [
        Pane::Manifests,
        Pane::Cluster,
        Pane::Why,
        Pane::Queues,
        Pane::Timeline,
        Pane::Events,
        Pane::Console,
        Pane::Object,
        Pane::Environment,
    ];
    html! {
        <nav class="tabs" aria-label={page.say(&words::PANES)}>
            { for panes.into_iter().map(|pane| html! {
                <button
                    key={pane_name(pane)}
                    class="tab"
                    aria-current={(pane == shown).then_some("true")}
                    onclick={page.on(Action::Show(pane))}
                >
                    { if pane == Pane::Manifests { "YAML" } else { title(page, pane) } }
                </button>
            }) }
        </nav>
    }
}
