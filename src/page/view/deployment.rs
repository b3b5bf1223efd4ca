//! A Deployment: how far it is, and a lane for each of its ReplicaSets.

use super::context::use_page;
use super::gauges::gauges;
use super::lane::Lane;
use super::workload::{Counts, progress, title};
use crate::page::cluster::DeploymentView;
use crate::page::words;
use kubestep::api::condition::ConditionStatus;
use kubestep::api::deployment::{Deployment as Object, DeploymentConditionType};
use kubestep::api::kind::Kind;
use yew::prelude::*;

/// What the Deployment needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The Deployment with its lanes.
    pub view: DeploymentView,
}

/// A Deployment.
#[component]
pub fn Deployment(props: &Props) -> Html {
    let page = use_page();
    let view = &props.view;
    let (meta, status) = (&view.object.metadata, &view.object.status);
    let counts = Counts {
        updated: status.updated_replicas,
        ready: status.ready_replicas,
        available: status.available_replicas,
        wanted: view.object.spec.replicas,
    };
    let paused = view.object.spec.paused;
    let flags: Vec<String> = paused
        .then(|| page.say(&words::PAUSED).to_owned())
        .into_iter()
        .collect();
    html! {
        <article
            class={classes!("workload", view.changed.then_some("changed"))}
            aria-label={format!("Deployment {}", meta.name)}
        >
            <header class="workload-head">
                { title(&page, Kind::Deployment, meta, status.observed_generation, &flags) }
                { progress(&page, counts) }
                { conditions(&view.object) }
                { gauges(&page, &view.gauges) }
            </header>
            { for view.lanes.iter().map(|lane| html! {
                <Lane key={&*lane.set.metadata.uid.0} lane={lane.clone()} />
            }) }
        </article>
    }
}

/// The conditions, in the API's words.
fn conditions(object: &Object) -> Html {
    html! {
        <ul class="conditions">
            { for object.status.conditions.iter().map(|condition| {
                let name = match condition.kind {
                    DeploymentConditionType::Available => "Available",
                    DeploymentConditionType::Progressing => "Progressing",
                    DeploymentConditionType::ReplicaFailure => "ReplicaFailure",
                };
                let good = (condition.status == ConditionStatus::True)
                    != (condition.kind == DeploymentConditionType::ReplicaFailure);
                html! {
                    <li class={classes!("condition", (!good).then_some("bad"))} title={condition.message.to_string()}>
                        <b>{ name }</b>{ format!(" {} · {}", condition.status.as_str(), condition.reason) }
                    </li>
                }
            }) }
        </ul>
    }
}
