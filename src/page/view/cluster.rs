//! The cluster: Deployments with their lanes, pods that belong to nobody, other objects, and the legend.

use super::context::{Page, use_page};
use super::deployment::Deployment;
use super::futures::beside;
use super::lane::{Lane, tiles};
use super::legend::Legend;
use super::name::link;
use super::places::heads;
use super::stateful_set::StatefulSet;
use crate::page::action::Pane;
use crate::page::cluster::ClusterView;
use crate::page::compare::Beside;
use crate::page::words;
use kubestep::api::object::Key;
use std::rc::Rc;
use yew::prelude::*;

/// What the pane needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The cluster.
    pub view: Rc<ClusterView>,
    /// The one of another future beside it.
    pub beside: Option<Beside>,
}

/// The cluster pane.
#[component]
pub fn Cluster(props: &Props) -> Html {
    let page = use_page();
    html! {
        <section class="pane cluster" id="pane-cluster" aria-labelledby="title-cluster" tabindex="-1">
            <div class="pane-head">
                { heads(&page, Pane::Cluster) }
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-cluster">
                { match &props.beside {
                    Some(other) => beside(&page, other, content(&page, &props.view), content(&page, &other.cluster)),
                    None => content(&page, &props.view),
                } }
            </div>
            <Legend />
        </section>
    }
}

/// All that is in a cluster.
fn content(page: &Page, view: &ClusterView) -> Html {
    let empty = view.deployments.is_empty()
        && view.stateful.is_empty()
        && view.sets.is_empty()
        && view.loose.is_empty()
        && view.others.is_empty();
    html! {
        <>
            if empty {
                <div class="empty">
                    <p>{ page.say(&words::CLUSTER_EMPTY) }</p>
                    <p class="quiet">{ page.say(&words::CLUSTER_EMPTY_HINT) }</p>
                </div>
            }
            { for view.deployments.iter().map(|deployment| html! {
                <Deployment key={&*deployment.object.metadata.uid.0} view={deployment.clone()} />
            }) }
            { for view.stateful.iter().map(|set| html! {
                <StatefulSet key={&*set.object.metadata.uid.0} view={set.clone()} />
            }) }
            { for view.sets.iter().map(|lane| html! {
                <Lane key={&*lane.set.metadata.uid.0} lane={lane.clone()} />
            }) }
            if !view.loose.is_empty() {
                <section class="loose">
                    <h3>{ page.say(&words::LOOSE_PODS) }</h3>
                    { tiles(page, &view.loose, "", None) }
                </section>
            }
            if !view.others.is_empty() {
                { others(page, &view.others) }
            }
        </>
    }
}

/// Objects that have no picture of their own.
fn others(page: &Page, keys: &[Key]) -> Html {
    html! {
        <section class="others">
            <h3>{ page.say(&words::OTHER_OBJECTS) }</h3>
            <ul>
                { for keys.iter().map(|key| html! { <li key={key.to_string()}>{ link(key, key.to_string()) }</li> }) }
            </ul>
        </section>
    }
}
