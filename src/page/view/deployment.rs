//! A Deployment: its progress, and a lane for each of its ReplicaSets.

use super::context::{Page, use_page};
use super::lane::Lane;
use super::workload::{Workload, workload, workload_of};
use crate::page::cluster::{DeploymentView, LaneView, letter};
use crate::page::words;
use kubestep::api::condition::ConditionStatus;
use kubestep::api::deployment::{Deployment as Object, DeploymentConditionType};
use yew::prelude::*;

/// Properties of a Deployment.
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
    let paused = view.object.spec.paused;
    let lanes = view.lanes.iter().map(|lane| {
        html! { <Lane key={lane.set.metadata.uid.to_string()} lane={lane.clone()} /> }
    });
    let deployment = Workload {
        flag: paused.then(|| page.say(&words::PAUSED).to_owned()),
        weights: weights(&page, view),
        conditions: conditions(&view.object),
        parted: view.lanes.iter().filter(|lane| !lane.is_folded()).count() > 1,
        ..workload_of!(Deployment, view)
    };
    workload(&page, deployment, lanes.collect())
}

/// The share of each revision in the pods, oldest first, as a bar and as text.
fn weights(page: &Page, view: &DeploymentView) -> Html {
    let weights = view.weights();
    let shown = || weights.iter().filter(|(_, count)| *count > 0);
    html! {
        <p class="weights">
            <span class="quiet">{ page.say(&words::WEIGHTS) }</span>
            { for shown().map(|(lane, count)| html! {
                <span class={stripe(lane)}><b>{ lane.letter.map(letter) }</b>{ format!(" {count}") }</span>
            }) }
            <span class="weight-bar" aria-hidden="true">
                { for weights.iter().map(|(lane, count)| {
                    let uid = lane.set.metadata.uid.to_string();
                    html! {
                        <i
                            key={&*uid}
                            class={classes!("weight", stripe(lane))}
                            data-lane={uid.clone()}
                            style={format!("flex-grow: {count}")}
                        />
                    }
                }) }
            </span>
        </p>
    }
}

/// The colour of a lane's revision.
fn stripe(lane: &LaneView) -> Option<String> {
    lane.letter.map(|letter| format!("stripe-{}", letter % 6))
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
