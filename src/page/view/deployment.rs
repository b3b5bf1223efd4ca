//! A Deployment: how far it is, in numbers and words, and a lane for each of its ReplicaSets.

use super::context::{Page, use_page};
use super::lane::Lane;
use crate::page::cluster::DeploymentView;
use crate::page::words::{self, Phrase};
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
    let object = &*view.object;
    let name = &*object.metadata.name;
    html! {
        <article class={classes!("deployment", view.changed.then_some("changed"))} aria-label={format!("Deployment {name}")}>
            <header class="deployment-head">
                <div class="deployment-title">
                    <h3><span class="kind">{ "Deployment" }</span>{ " " }<span class="name">{ name }</span></h3>
                    <p class="quiet">{ generation(&page, object) }</p>
                    { flags(&page, object) }
                </div>
                { progress(&page, object) }
                { conditions(object) }
            </header>
            { for view.lanes.iter().map(|lane| html! {
                <Lane key={&*lane.set.metadata.uid.0} lane={lane.clone()} />
            }) }
        </article>
    }
}

fn generation(page: &Page, object: &Object) -> String {
    let (generation, observed) = (
        object.metadata.generation,
        object.status.observed_generation,
    );
    if generation == observed {
        page.fill(&words::GENERATION, &[("generation", &generation)])
    } else {
        let values: &[(&str, &dyn std::fmt::Display)] =
            &[("generation", &generation), ("observed", &observed)];
        page.fill(&words::OBSERVED, values)
    }
}

fn flags(page: &Page, object: &Object) -> Html {
    html! {
        <>
            if object.spec.paused {
                <span class="flag">{ page.say(&words::PAUSED) }</span>
            }
            if object.metadata.is_terminating() {
                <span class="flag">{ page.say(&words::DELETING) }</span>
            }
        </>
    }
}

/// Updated, ready, available: each of how many, as a bar and in words.
fn progress(page: &Page, object: &Object) -> Html {
    let status = &object.status;
    let wanted = object.spec.replicas;
    let bars = [
        (&words::UPDATED, "updated", status.updated_replicas),
        (&words::READY, "ready", status.ready_replicas),
        (&words::AVAILABLE, "available", status.available_replicas),
    ];
    html! {
        <dl class="progress">
            { for bars.into_iter().map(|(phrase, slug, count)| bar(page, phrase, slug, count, wanted)) }
        </dl>
    }
}

fn bar(page: &Page, phrase: &Phrase, slug: &'static str, count: i32, wanted: i32) -> Html {
    let values: &[(&str, &dyn std::fmt::Display)] = &[("count", &count), ("wanted", &wanted)];
    // Whoever wants none has all of them.
    let share = 100 * i64::from(count.min(wanted)) / i64::from(wanted.max(1));
    html! {
        <div class={classes!("bar", format!("bar-{slug}"))} style={format!("--share: {share}%")}>
            <dt>{ page.say(phrase) }</dt>
            <dd>{ page.fill(&words::OF_WANTED, values) }</dd>
        </div>
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
