//! Names of panes, and tabs for panes that share a place.

use super::context::Page;
use crate::page::action::{Action, Pane};
use crate::page::words;
use yew::prelude::*;

/// The title of a pane.
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
        Pane::Diagnosis => &words::DIAGNOSIS,
        Pane::Forecast => &words::FORECAST,
        Pane::Environment => &words::ENVIRONMENT,
    })
}

/// The title of a pane, together with those of the panes that share its place.
pub fn heads(page: &Page, pane: Pane) -> Html {
    // The tablet's places come last, because panes that share a place on a large page share one there too.
    let of_tablet = Pane::PLACES.into_iter().rev();
    let panes = of_tablet
        .filter(|panes| panes.contains(&pane))
        .max_by_key(|panes| panes.len());
    let beside = |other: &Pane| {
        Pane::PLACES[..3]
            .iter()
            .any(|panes| panes.contains(&pane) && panes.contains(other))
    };
    html! {
        { for panes.unwrap_or(&[pane]).iter().map(|other| if *other == pane {
            html! { <h2 id={format!("title-{}", pane.name())}>{ title(page, pane) }</h2> }
        } else {
            html! {
                <button class={classes!("switch-pane", (!beside(other)).then_some("narrow"))}
                    onclick={page.on(Action::Show(*other))}>{ title(page, *other) }</button>
            }
        }) }
    }
}
