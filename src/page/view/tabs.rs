//! Where one pane is shown at a time: which one.

use super::app::pane_name;
use super::context::use_page;
use crate::page::action::{Action, Pane};
use crate::page::words;
use yew::prelude::*;

/// What the tabs need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The pane that is shown.
    pub pane: Pane,
}

/// The bar of panes at the bottom of a phone.
#[component]
pub fn Tabs(props: &Props) -> Html {
    let page = use_page();
    let panes = [
        (Pane::Manifests, "YAML"),
        (Pane::Cluster, page.say(&words::CLUSTER)),
        (Pane::Why, page.say(&words::WHY)),
        (Pane::Queues, page.say(&words::QUEUES)),
        (Pane::Timeline, page.say(&words::TIMELINE)),
        (Pane::Events, page.say(&words::EVENTS)),
    ];
    html! {
        <nav class="tabs" data-pane={pane_name(props.pane)} aria-label={page.say(&words::PANES)}>
            { for panes.into_iter().map(|(pane, name)| html! {
                <button
                    key={pane_name(pane)}
                    class="tab"
                    aria-current={(pane == props.pane).then_some("true")}
                    onclick={page.on(Action::Show(pane))}
                >{ name }</button>
            }) }
        </nav>
    }
}
