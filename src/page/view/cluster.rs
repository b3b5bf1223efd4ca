//! The cluster as lanes, tables, or a graph of owners; and the legend.

use super::context::{Page, use_page};
use super::deployment::Deployment;
use super::follow::use_follow;
use super::futures::beside;
use super::lane::{Lane, tiles};
use super::legend::{legend, switch};
use super::lesson::callout;
use super::name::link;
use super::opened::{Opened, View};
use super::pictures::{panel, tabs};
use super::places::heads;
use super::start_screen::start_screen;
use super::stateful_set::StatefulSet;
use super::table::SortBy;
use crate::page::action::{Pane, Picture};
use crate::page::cluster::ClusterView;
use crate::page::compare::Beside;
use crate::page::state::{Scene, Session};
use crate::page::words;
use kubestep::api::object::Key;
use kubestep::scenario::Scenario;
use kubestep::texts::Text;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The cluster.
    pub view: Rc<ClusterView>,
    /// The comparison with another future.
    pub beside: Option<Beside>,
    /// The engine.
    pub session: Session,
    /// How the cluster is shown.
    pub picture: Picture,
    /// The scenarios offered while the cluster is empty.
    pub scenarios: Rc<[Rc<Scenario>]>,
    /// Whether the first of them is the control to press next.
    pub watch: bool,
    /// The playing scenario.
    pub scene: Option<Scene>,
}

/// The cluster pane.
#[component]
pub fn Cluster(props: &Props) -> Html {
    let page = use_page();
    // Both futures are sorted the same way.
    let by = use_state(|| ("NAME", false));
    let explained = use_state(|| false);
    let says = props.scene.as_ref().is_some_and(Scene::has_paused);
    use_follow((props.session.clone(), says));
    let here = match props.view.is_empty() {
        true => start_screen(&page, &props.scenarios, props.watch),
        false => picture(&page, props.picture, &props.session, &props.view, &by),
    };
    let shown = match &props.beside {
        Some(other) => {
            let there = picture(&page, props.picture, &other.session, &other.cluster, &by);
            beside(&page, other, here, there)
        }
        None => here,
    };
    html! {
        <section class={classes!("pane", "cluster", says.then_some("says"))} id="pane-cluster" aria-labelledby="title-cluster" tabindex="-1">
            <div class="pane-head">
                { heads(&page, Pane::Cluster) }
                { tabs(&page, props.picture) }
                { switch(&page, &explained) }
            </div>
            { panel(props.picture, shown) }
            if let Some(scene) = &props.scene {
                { callout(&page, scene) }
            }
            if *explained {
                { legend(&page) }
            }
        </section>
    }
}

/// A cluster in one of the views.
fn picture(
    page: &Page,
    picture: Picture,
    session: &Session,
    view: &Rc<ClusterView>,
    by: &UseStateHandle<SortBy>,
) -> Html {
    match picture {
        _ if view.is_empty() => {
            html! { <p class="quiet pad">{ page.say(&words::CLUSTER_EMPTY) }</p> }
        }
        Picture::Lanes => lanes(page, view),
        Picture::Table => {
            let set = by.setter();
            let order = Callback::from(move |by: SortBy| set.set(by));
            html! { <Opened view={View::Tables(session.clone(), view.clone(), **by, order)} /> }
        }
        Picture::Owners => {
            html! { <Opened view={View::Owners(session.clone(), view.clone())} /> }
        }
    }
}

/// Workloads with their pods.
fn lanes(page: &Page, view: &ClusterView) -> Html {
    html! {
        <>
            { for view.deployments.iter().map(|deployment| html! {
                <Deployment key={deployment.object.metadata.uid.to_string()} view={deployment.clone()} />
            }) }
            { for view.stateful.iter().map(|set| html! {
                <StatefulSet key={set.object.metadata.uid.to_string()} view={set.clone()} />
            }) }
            { for view.sets.iter().map(|lane| html! {
                <Lane key={lane.set.metadata.uid.to_string()} lane={lane.clone()} />
            }) }
            if !view.loose.is_empty() {
                <section class="loose">
                    <h3>{ page.say(&words::LOOSE_PODS) }</h3>
                    { tiles(page, &view.loose, "", None) }
                </section>
            }
            if !view.others.is_empty() {
                { others(page, &words::OTHER_OBJECTS, &view.others, false) }
                { others(page, &words::STORED_OBJECTS, &view.others, true) }
            }
        </>
    }
}

/// Objects without a view of their own: those that something acts on, or those that are only stored.
fn others(page: &Page, title: &'static Text, keys: &[Key], stored: bool) -> Html {
    let keys = keys.iter().filter(|key| key.kind.is_stored() == stored);
    let keys: Vec<&Key> = keys.collect();
    html! {
        if !keys.is_empty() {
            <section class="others">
                <h3>{ page.say(title) }</h3>
                <ul>
                    { for keys.into_iter().map(|key| html! {
                        <li key={key.to_string()}>{ link(key, key.to_string()) }</li>
                    }) }
                </ul>
            </section>
        }
    }
}
