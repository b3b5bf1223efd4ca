//! A StatefulSet: how far it is, and its pods by their numbers.

use super::context::use_page;
use super::gauges::gauges;
use super::lane::pods;
use super::workload::{Counts, progress, title};
use crate::page::cluster::StatefulView;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::stateful_set::StatefulSetUpdateStrategy;
use yew::prelude::*;

/// What the StatefulSet needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The StatefulSet with its pods.
    pub view: StatefulView,
}

/// A StatefulSet.
#[component]
pub fn StatefulSet(props: &Props) -> Html {
    let page = use_page();
    let view = &props.view;
    let (meta, status) = (&view.object.metadata, &view.object.status);
    let counts = Counts {
        updated: status.updated_replicas,
        ready: status.ready_replicas,
        available: status.available_replicas,
        wanted: view.object.spec.replicas,
    };
    let partition = match &view.object.spec.update_strategy {
        StatefulSetUpdateStrategy::RollingUpdate {
            rolling_update: Some(update),
        } if update.partition > 0 => Some(update.partition),
        _ => None,
    };
    let flags: Vec<String> = partition
        .map(|partition| page.fill(&words::PARTITION, &[("partition", &partition)]))
        .into_iter()
        .collect();
    html! {
        <article
            class={classes!("workload", view.changed.then_some("changed"))}
            aria-label={format!("StatefulSet {}", meta.name)}
        >
            <header class="workload-head">
                { title(&page, Kind::StatefulSet, meta, status.observed_generation, &flags) }
                { progress(&page, counts) }
                { gauges(&page, &view.gauges) }
            </header>
            <div class="lane rail">{ pods(&page, &view.pods, &meta.name) }</div>
        </article>
    }
}
