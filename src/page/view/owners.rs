//! The cluster as a graph of owners in a fixed layout, with a rank for each kind.

use super::context::{Page, use_page};
use super::glyph::glyph;
use crate::page::cluster::owners::{self as graph, OwnerNode, What};
use crate::page::cluster::{ClusterView, letter};
use crate::page::pods::PodWords;
use crate::page::selection;
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use std::rc::Rc;
use yew::prelude::*;

/// Number of ranks in a graph without claims.
const SHALLOW: usize = 3;

/// Properties of the graph.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// The cluster.
    pub view: Rc<ClusterView>,
}

/// The cluster as a graph of owners.
#[component]
pub fn Owners(props: &Props) -> Html {
    let page = use_page();
    let nodes = graph::owners(props.session.engine().store(), &props.view);
    owners(&page, &nodes, 0, "")
}

/// The highest rank among nodes and the nodes they own.
fn deepest(nodes: &[OwnerNode]) -> usize {
    let ranks = nodes.iter().map(|node| node.rank.max(deepest(&node.owned)));
    ranks.max().unwrap_or(0)
}

/// Nodes one below the other, with the nodes they own beside them. `owner` is the prefix of their names, except
/// ordinals.
fn owners(page: &Page, nodes: &[OwnerNode], rank: usize, owner: &str) -> Html {
    let label = (rank == 0).then(|| page.say(&words::PICTURE_OWNERS));
    let class = match (rank, deepest(nodes)) {
        (0, ..SHALLOW) => "owners",
        (0, _) => "owners deep",
        _ => "owned",
    };
    html! {
        if !nodes.is_empty() {
            <ul class={class} aria-label={label}>
                { for nodes.iter().enumerate().map(|(place, node)| html! {
                    <li style={format!("--skip: {}", node.rank.saturating_sub(rank))}>
                        { self::node(page, node, owner, rank == 0 && place == 0) }
                        { match &node.what {
                            What::Object(key, _) if key.kind != Kind::StatefulSet => {
                                owners(page, &node.owned, node.rank + 1, &key.name)
                            }
                            _ => owners(page, &node.owned, node.rank + 1, ""),
                        } }
                    </li>
                }) }
            </ul>
        }
    }
}

/// The name of a kind in the graph: common abbreviations for the longest ones.
fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::ReplicaSet => "RS",
        Kind::PersistentVolumeClaim => "PVC",
        Kind::PersistentVolume => "PV",
        Kind::HorizontalPodAutoscaler => "HPA",
        kind => kind.name(),
    }
}

fn node(page: &Page, node: &OwnerNode, owner: &str, first: bool) -> Html {
    let stripe = node.letter.map(|letter| format!("stripe-{}", letter % 6));
    let (key, slug, name, says) = match &node.what {
        What::Object(key, says) => (Some(key.clone()), "", key.name.to_string(), says.clone()),
        What::Pod(view) => {
            let meta = &view.pod.metadata;
            let key = Key::new(Kind::Pod, &meta.namespace, &meta.name);
            let status = PodWords::of(&view.pod).status;
            (Some(key), view.state.slug(), meta.name.to_string(), status)
        }
        What::Pods(state, count) => {
            let name = page.fill(&words::PODS_COUNT, &[("count", count)]);
            (
                None,
                state.slug(),
                name,
                page.say(state.meaning()).to_owned(),
            )
        }
        What::Many(Kind::PersistentVolumeClaim, count) => {
            let name = page.fill(&words::CLAIMS_COUNT, &[("count", count)]);
            (None, "claim", name, String::new())
        }
        What::Many(kind, count) => {
            let name = format!("{count} {}", kind.info().plural);
            (None, "", name, String::new())
        }
        What::Missing(key) => (None, "", key.name.to_string(), String::new()),
        What::Empty(name) => (None, "", name.clone().unwrap_or_default(), String::new()),
    };
    let short = name
        .strip_prefix(owner)
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(&name)
        .to_owned();
    let (kind, is_there) = match &node.what {
        What::Object(key, _) => (Some(key.kind), true),
        What::Missing(key) => (Some(key.kind), false),
        What::Empty(_) => (None, false),
        _ => (None, true),
    };
    let title = match &node.what {
        What::Missing(key) => page.fill(&words::OBJECT_GONE, &[("object", key)]),
        _ => name.clone(),
    };
    let class = classes!(
        "owner",
        (!slug.is_empty()).then(|| format!("s-{slug}")),
        stripe
    );
    let body = html! {
        <>
            if !slug.is_empty() {
                { glyph(slug) }
            }
            <span class="owner-name" {title}>
                if let Some(kind) = kind {
                    <span class="kind">{ kind_name(kind) }</span>{ " " }
                }
                { short }
            </span>
            { " " }<span class="owner-says">{ says }</span>
            if let Some(place) = node.letter {
                { " " }<span class="letter">{ letter(place) }</span>
            }
        </>
    };
    match key {
        Some(key) => html! {
            <button {class} data-object={selection::name(&key)} tabindex={if first { "0" } else { "-1" }}>{ body }</button>
        },
        None => {
            html! { <span class={classes!(class, (!is_there).then_some("slot"))}>{ body }</span> }
        }
    }
}
