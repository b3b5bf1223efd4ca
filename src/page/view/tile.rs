//! A pod: kubectl's word, a shape and a colour, its node, and the stripe of its revision.

use super::context::use_page;
use super::glyph::glyph;
use crate::page::cluster::{self, PodView};
use crate::page::pods::{PodState, PodWords};
use crate::page::selection;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use yew::prelude::*;

/// How large tiles are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// Everything in words.
    Card,
    /// Shape and name.
    Chip,
    /// Only the shape.
    Dot,
}

impl Tier {
    /// The size for so many tiles.
    pub fn of(count: usize) -> Self {
        match count {
            ..=40 => Self::Card,
            41..=300 => Self::Chip,
            _ => Self::Dot,
        }
    }

    /// Its name in the stylesheet.
    pub fn class(self) -> &'static str {
        match self {
            Self::Card => "cards",
            Self::Chip => "chips",
            Self::Dot => "dots",
        }
    }
}

/// What some neighbouring tiles need.
#[derive(Properties, PartialEq)]
pub struct ChunkProps {
    /// The pods, `None` where a slot is empty.
    pub slots: Vec<Option<PodView>>,
    /// How large tiles are.
    pub tier: Tier,
    /// Name of the ReplicaSet, which begins the names of its pods.
    pub owner: String,
    /// Whether these are the first ones of their list.
    pub first: bool,
}

/// Some neighbouring tiles: drawn anew only if one of them has changed.
#[component]
pub fn Chunk(props: &ChunkProps) -> Html {
    let first = props.slots.iter().position(Option::is_some);
    html! {
        <>
            { for props.slots.iter().enumerate().map(|(number, slot)| match slot {
                Some(view) => html! {
                    <Tile
                        key={&*view.pod.metadata.uid.0}
                        view={view.clone()}
                        tier={props.tier}
                        owner={props.owner.clone()}
                        first={props.first && first == Some(number)}
                    />
                },
                None => html! { <li key={number} class="slot" role="presentation"></li> },
            }) }
        </>
    }
}

/// What a tile needs.
#[derive(Properties, PartialEq)]
pub struct TileProps {
    /// Whether the keyboard comes to it first.
    pub first: bool,
    /// The pod.
    pub view: PodView,
    /// How large it is.
    pub tier: Tier,
    /// Name of the ReplicaSet.
    pub owner: String,
}

/// One pod.
#[component]
pub fn Tile(props: &TileProps) -> Html {
    let page = use_page();
    let PodView {
        pod,
        state,
        letter,
        changed,
        enters,
    } = &props.view;
    let name = &pod.metadata.name;
    let key = Key::new(Kind::Pod, &pod.metadata.namespace, name);
    let words_of_it = PodWords::of(pod);
    let stripe = letter.map(|letter| format!("stripe-{}", letter % 6));
    let letter = letter.map(cluster::letter);
    let node = match &pod.node_name {
        Some(node) => page.fill(&words::ON_NODE, &[("node", node)]),
        None => page.say(&words::NO_NODE).to_owned(),
    };
    let mut label = format!(
        "{name}: {}, {} {}",
        words_of_it.status,
        words_of_it.ready,
        page.say(&words::READY)
    );
    if *state == PodState::Available {
        label += &format!(", {}", page.say(&words::AVAILABLE));
    }
    label += &format!(", {node}");
    if let Some(letter) = &letter {
        label += &format!(
            ", {}",
            page.fill(&words::OF_REVISION, &[("letter", letter)])
        );
    }
    let suffix = name
        .strip_prefix(props.owner.as_str())
        .and_then(|rest| rest.strip_prefix('-'))
        .unwrap_or(name);
    html! {
        <li
            class={classes!(
                "pod",
                format!("s-{}", state.slug()),
                stripe,
                changed.then_some("changed"),
                enters.then_some("enters"),
            )}
            aria-label={label.clone()}
        >
            <button
                class="pod-button"
                tabindex={if props.first { "0" } else { "-1" }}
                data-object={selection::name(&key)}
                aria-label={label.clone()}
                title={label}
            />
            { glyph(state.slug()) }
            if props.tier != Tier::Dot {
                <span class="pod-name">{ suffix }</span>
            }
            if props.tier == Tier::Card {
                <span class="pod-letter" aria-hidden="true">{ letter }</span>
                <span class="pod-status">{ words_of_it.status }</span>
                <span class="pod-node">{ pod.node_name.as_deref().unwrap_or_else(|| page.say(&words::NO_NODE)).to_owned() }</span>
                <span class="pod-ready">{ words_of_it.ready }</span>
            }
        </li>
    }
}
