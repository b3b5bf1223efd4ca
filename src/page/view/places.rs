//! Panes by name, and the way to the one that stands at the same place.

use super::context::Page;
use crate::page::action::{Action, Pane};
use crate::page::words;
use yew::prelude::*;

/// The name of a pane in the document.
pub fn pane_name(pane: Pane) -> &'static str {
    match pane {
        Pane::Manifests => "manifests",
        Pane::Cluster => "cluster",
        Pane::Why => "why",
        Pane::Queues => "queues",
        Pane::Timeline => "timeline",
        Pane::Events => "events",
        Pane::Console => "console",
        Pane::Object => "object",
        Pane::Environment => "environment",
    }
}

/// What a pane is called.
pub fn title(page: &Page, pane: Pane) -> &'static str {
    page.say(match pane {
        Pane::Manifests => &words::MANIFESTS,
        Pane::Cluster => &words::CLUSTER,
        Pane::Why => &words::WHY,
        Pane::Queues => &words::QUEUES,
        Pane::Timeline => &words::TIMELINE,
        Pane::Events => &words::EVENTS,
        Pane::Console => &words::CONSOLE,
        Pane::Object => &words::OBJECT,
        Pane::Environment => &words::ENVIRONMENT,
    })
}

/// Shows another pane at the place of this one.
pub fn switch(page: &Page, pane: Pane) -> Html {
    html! {
        <button class="switch-pane" onclick={page.on(Action::Show(pane))}>{ title(page, pane) }</button>
    }
}
