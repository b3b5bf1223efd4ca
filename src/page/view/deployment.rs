//! A Deployment: how far it is, and a lane for each of its ReplicaSets.

use super::context::use_page;
use super::lane::Lane;
use super::workload::{Workload, workload, workload_of};
use crate::page::cluster::DeploymentView;
use crate::page::words;
use kubestep::api::condition::ConditionStatus;
use kubestep::api::deployment::{Deployment as Object, DeploymentConditionType};
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
    let paused = view.object.spec.paused;
    let lanes = view.lanes.iter().map(|lane| {
        html! { <Lane key={&*lane.set.metadata.uid.0} lane={lane.clone()} /> }
    });
    let deployment = Workload {
        flag: paused.then(|| page.say(&words::PAUSED).to_owned()),
        conditions: conditions(&view.object),
        ..workload_of!(Deployment, view)
    };
    workload(&page, deployment, lanes.collect())
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
