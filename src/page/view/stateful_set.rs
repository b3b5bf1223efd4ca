//! A StatefulSet: its progress, and its pods by ordinal.

use super::context::use_page;
use super::rail::{Drag, Partition, rail, show_handle};
use super::workload::{Workload, workload, workload_of};
use crate::page::cluster::StatefulView;
use crate::page::words;
use yew::prelude::*;

/// Properties of a StatefulSet.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The StatefulSet with its pods.
    pub view: StatefulView,
}

/// A StatefulSet.
#[component]
pub fn StatefulSet(props: &Props) -> Html {
    let page = use_page();
    // The partition's handle while it is dragged.
    let drag = use_state(|| None::<Drag>);
    let view = &props.view;
    let partition = Partition::of(&page, view, *drag);
    let place = use_node_ref();
    use_effect_with(view.object.partition(), {
        let place = place.clone();
        move |_| show_handle(&place)
    });
    let stateful_set = Workload {
        conditions: match &partition {
            Some(partition) => partition.control(),
            None => html! { <p class="partition-control">{ page.say(&words::ON_DELETE) }</p> },
        },
        ..workload_of!(StatefulSet, view)
    };
    let pods = html! {
        <>
            { rail(&page, view, partition.as_ref(), &drag, &place) }
            if !view.kept.is_empty() {
                <p class="quiet kept">{ page.fill(&words::CLAIMS_KEPT, &[("count", &view.kept.len())]) }</p>
            }
        </>
    };
    workload(&page, stateful_set, pods)
}
