//! A StatefulSet: how far it is, and its pods by their numbers.

use super::context::use_page;
use super::lane::pods;
use super::rail::{handle, partition, rail};
use super::workload::{Workload, workload, workload_of};
use crate::page::cluster::{Pods, StatefulView};
use crate::page::words;
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
    // Where the handle of the partition is while it is dragged.
    let drag = use_state(|| None::<i32>);
    let view = &props.view;
    let partition = partition(&view.object);
    let handle = partition.map(|partition| handle(&page, &view.object, partition, &drag));
    let shown = drag.or(partition);
    let pods = match &view.pods {
        Pods::Tiles(slots) => rail(&page, &view.object, slots, shown, handle),
        counts => html! {
            <div class="lane counts">
                { handle }
                { pods(&page, counts, &view.object.metadata.name) }
            </div>
        },
    };
    let stateful_set = Workload {
        flag: partition
            .filter(|partition| *partition > 0)
            .map(|partition| page.fill(&words::PARTITION, &[("partition", &partition)])),
        ..workload_of!(StatefulSet, view)
    };
    let pods = html! {
        <>
            { pods }
            if !view.kept.is_empty() {
                <p class="quiet kept">{ page.fill(&words::CLAIMS_KEPT, &[("count", &view.kept.len())]) }</p>
            }
        </>
    };
    workload(&page, stateful_set, pods)
}
