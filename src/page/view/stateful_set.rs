//! A StatefulSet: how far it is, and its pods by their numbers.

use super::context::{Page, use_page};
use super::gauges::gauges;
use super::lane::pods;
use super::workload::{Counts, progress, title};
use crate::page::action::Action;
use crate::page::cluster::StatefulView;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::stateful_set::{StatefulSet as Object, StatefulSetUpdateStrategy};
use web_sys::HtmlInputElement;
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
    let flags: Vec<String> = partition(&view.object)
        .filter(|partition| *partition > 0)
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
            { handle(&page, &view.object) }
            <div class="lane rail">{ pods(&page, &view.pods, &meta.name) }</div>
            if !view.claims.is_empty() {
                <ul class="claims" aria-label={page.say(&words::CLAIMS)}>
                    { for view.claims.iter().map(|claim| html! {
                        <li>
                            <b>{ &*claim.name }</b>{ format!(" {}", claim.phase) }
                            if claim.waits {
                                { " · " }{ page.say(&words::CLAIM_WAITS) }
                            }
                        </li>
                    }) }
                </ul>
            }
        </article>
    }
}

/// From which number on pods are updated; `None` where the set does not update them by itself.
fn partition(set: &Object) -> Option<i32> {
    match &set.spec.update_strategy {
        StatefulSetUpdateStrategy::RollingUpdate { rolling_update } => {
            Some(rolling_update.as_ref().map_or(0, |update| update.partition))
        }
        StatefulSetUpdateStrategy::OnDelete => None,
    }
}

/// The handle between the pods that stay and those that are updated: letting it go patches the set.
fn handle(page: &Page, set: &Object) -> Html {
    let Some(partition) = partition(set) else {
        return Html::default();
    };
    let (meta, replicas) = (&set.metadata, set.spec.replicas);
    let first = set.start_ordinal() + partition;
    let send = page.send.clone();
    let command = format!(
        "kubectl patch statefulset {} -n {} --type merge -p",
        meta.name, meta.namespace
    );
    let change = Callback::from(move |event: Event| {
        let value = event.target_unchecked_into::<HtmlInputElement>().value();
        let patch = format!(
            r#"{{"spec":{{"updateStrategy":{{"rollingUpdate":{{"partition":{value}}}}}}}}}"#
        );
        send.emit(Action::Command(format!("{command} '{patch}'")));
    });
    let text = if partition >= replicas {
        page.say(&words::PARTITION_NONE).to_owned()
    } else {
        page.fill(
            &words::PARTITION_FROM,
            &[("partition", &partition), ("first", &first)],
        )
    };
    html! {
        <label class="handle">
            <span class="quiet">{ &text }</span>
            <input
                type="range" min="0" max={replicas.max(partition).to_string()} step="1"
                value={partition.to_string()}
                aria-label={page.say(&words::PARTITION_HANDLE)}
                aria-valuetext={text}
                onchange={change}
            />
        </label>
    }
}
