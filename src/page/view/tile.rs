//! A pod's tile: STATUS, shape and colour, its node, and its revision's stripe.

use super::context::{Page, use_page};
use super::glyph::glyph;
use crate::page::cluster::{self, PodView, Slot};
use crate::page::pods::{PodState, PodWords, Ring};
use crate::page::rail::Outlook;
use crate::page::selection;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use std::fmt::Display;
use std::rc::Rc;
use yew::prelude::*;

/// Size of tiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tier {
    /// With all texts.
    Card,
    /// Shape and name.
    Chip,
    /// Only the shape.
    Dot,
}

impl Tier {
    /// The size for a number of tiles.
    pub fn of(count: usize) -> Self {
        match count {
            ..=40 => Self::Card,
            41..=300 => Self::Chip,
            _ => Self::Dot,
        }
    }

    /// The size for a number of tiles in one row; the stylesheet makes cards as narrow as necessary.
    pub fn on_rail(count: usize) -> Self {
        match count {
            ..=40 => Self::Card,
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

/// Properties of a group of neighbouring tiles.
#[derive(Properties, PartialEq)]
pub struct ChunkProps {
    /// The slots, with or without a pod.
    pub slots: Vec<Slot>,
    /// How large tiles are.
    pub tier: Tier,
    /// Name of the owner, which is the prefix of its pods' names.
    pub owner: String,
    /// Whether these are the first ones of their list.
    pub first: bool,
    /// In a StatefulSet: the effect of the partition.
    pub rail: Option<Rc<Outlook>>,
}

/// A group of neighbouring tiles, rendered only if one of them has changed.
#[component]
pub fn Chunk(props: &ChunkProps) -> Html {
    let page = use_page();
    let first = props.slots.iter().position(|slot| slot.pod.is_some());
    html! {
        <>
            { for props.slots.iter().enumerate().map(|(number, slot)| match (slot.ordinal, &slot.pod) {
                (None, None) => html! { <li key={number} class="slot" aria-hidden="true"></li> },
                _ => tile(&page, props, slot, props.first && first == Some(number)),
            }) }
        </>
    }
}

/// A pod's tile; in a StatefulSet also an ordinal without a pod. Only the first one is reachable by Tab. This is
/// not a component, because a cluster has thousands of tiles.
///
/// A tile is keyed by its pod's uid, so another pod with the same name or slot is another tile. A seat in a
/// StatefulSet is keyed by its ordinal and stays with its claims while pods come and go.
fn tile(page: &Page, props: &ChunkProps, slot: &Slot, first: bool) -> Html {
    let uid = slot
        .pod
        .as_ref()
        .map(|view| view.pod.metadata.uid.to_string());
    let (mut label, class, body) = match &slot.pod {
        Some(view) => pod(page, props, slot, view, first),
        None => {
            let name = format!("{}-{}", props.owner, slot.ordinal.unwrap_or_default());
            let label = page.fill(&words::NO_POD, &[("name", &name)]);
            let shown = match props.tier {
                Tier::Card => name,
                Tier::Chip => slot.ordinal.unwrap_or_default().to_string(),
                Tier::Dot => String::new(),
            };
            let body = html! { <span class="quiet" aria-hidden="true">{ shown }</span> };
            (label, "slot".to_owned(), body)
        }
    };
    let key = uid.as_deref().unwrap_or_default();
    let Some(ordinal) = slot.ordinal else {
        return html! { <li {key} data-uid={uid.clone()} {class} aria-label={label}>{ body }</li> };
    };
    let rail = props.rail.as_deref();
    let beyond = rail.is_some_and(|rail| ordinal >= rail.from);
    let goes = rail.is_some_and(|rail| rail.replaces(ordinal));
    let next = rail.is_some_and(|rail| rail.next == Some(ordinal));
    if next {
        label += page.say(&words::NEXT_TO_GO);
    }
    let waits = slot.pod.is_none().then(|| page.say(&words::CLAIM_WAITS));
    for claim in &slot.claims {
        let values: &[(&str, &dyn Display)] =
            &[("name", &claim.key.name), ("phase", &claim.phase.as_str())];
        label += &page.fill(&words::WITH_CLAIM, values);
        if let Some(waits) = waits {
            label += &format!(" ({waits})");
        }
    }
    html! {
        <li key={ordinal} class={classes!("seat", beyond.then_some("beyond"), goes.then_some("goes"), next.then_some("next"))}
            data-number={ordinal.to_string()} aria-label={label.clone()}>
            if props.tier == Tier::Card {
                <span class="ordinal" aria-hidden="true">
                    <b>{ ordinal }</b>
                    if next {
                        <small>{ page.say(&words::NEXT) }</small>
                    }
                </span>
            }
            <div {key} data-uid={uid.clone()} {class} title={label}>
                { body }
            </div>
            { for slot.claims.iter().map(|claim| {
                let key = selection::name(&claim.key);
                let class = classes!("claim", format!("is-{}", claim.phase.as_str()), waits.map(|_| "waits"));
                match props.tier {
                    Tier::Card => html! {
                        <button key={&*key} {class} data-object={key.clone()}>
                            { glyph("claim") }<span>{ &*claim.key.name }</span>
                            <small>{ waits.unwrap_or(claim.phase.as_str()) }</small>
                        </button>
                    },
                    _ => html! { <i {key} {class} aria-hidden="true"></i> },
                }
            }) }
        </li>
    }
}

/// A pod's name, shape and texts.
fn pod(
    page: &Page,
    props: &ChunkProps,
    slot: &Slot,
    view: &PodView,
    first: bool,
) -> (String, String, Html) {
    let PodView {
        pod,
        state,
        letter,
        changed,
        ring,
        goes,
    } = view;
    let name = &pod.metadata.name;
    let key = Key::new(Kind::Pod, &pod.metadata.namespace, name);
    let words_of_it = PodWords::of(pod);
    let mut class = format!("pod s-{}", state.slug());
    if let Some(letter) = letter {
        class += &format!(" stripe-{}", letter % 6);
    }
    class += if *changed { " changed" } else { "" };
    class += if *goes == Some(0) { " goes-next" } else { "" };
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
    if *changed {
        label += &format!(", {}", page.say(&words::TILE_CHANGED));
    }
    match goes {
        Some(0) => label += page.say(&words::DELETION_NEXT),
        Some(place) => label += &page.fill(&words::DELETION_PLACE, &[("place", &(place + 1))]),
        None => {}
    }
    let suffix = name
        .strip_prefix(props.owner.as_str())
        .and_then(|rest| rest.strip_prefix('-'))
        // A card in a StatefulSet has the ordinal above it, and room for the whole name.
        .filter(|_| props.tier != Tier::Card || slot.ordinal.is_none())
        .unwrap_or(name);
    let body = html! {
        <>
            <button
                class="pod-button"
                tabindex={if first { "0" } else { "-1" }}
                data-object={selection::name(&key)}
                // The tooltip also serves as the accessible name, which suffices for thousands of dots.
                aria-label={(props.tier != Tier::Dot).then(|| label.clone())}
                title={label.clone()}
            />
            // The stylesheet draws dots, because an image in each would be a separate layer for the browser.
            if props.tier != Tier::Dot {
                if *state == PodState::Terminating {
                    <i class="hatch" aria-hidden="true" />
                }
                { ring.map_or_else(|| glyph(state.slug()), self::ring) }
                <span class="pod-name">{ suffix }</span>
            }
            if props.tier == Tier::Card {
                <span class="pod-letter" aria-hidden="true">{ letter }</span>
                <span class="pod-status">{ words_of_it.status }</span>
                <span class="pod-node">{ pod.node_name.as_deref().unwrap_or_else(|| page.say(&words::NO_NODE)).to_owned() }</span>
                <span class="pod-ready">{ words_of_it.ready }</span>
            }
            if let Some(place) = goes.filter(|_| props.tier != Tier::Dot) {
                <b class="goes-mark" aria-hidden="true">{ place + 1 }</b>
            }
            if *changed && props.tier != Tier::Dot {
                <span class="pod-changed" aria-hidden="true">{ page.say(&words::TILE_CHANGED) }</span>
            }
        </>
    };
    (label, class, body)
}

/// A partially filled ring. Each half is an arc that is rotated out of the half of the image that hides it, so that
/// the ring can be animated by rotation alone.
fn ring(ring: Ring) -> Html {
    let [first, second] = ring
        .angles()
        .map(|angle| format!("transform: rotate({angle:.1}deg)"));
    html! {
        <svg class="glyph ring" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
            <circle class="track" cx="8" cy="8" r="6" />
            <svg x="8" width="8" height="16" viewBox="8 0 8 16">
                <path class="half half-0" d="M8 14A6 6 0 0 1 8 2" style={first} />
            </svg>
            <svg width="8" height="16" viewBox="0 0 8 16">
                <path class="half half-1" d="M8 2A6 6 0 0 1 8 14" style={second} />
            </svg>
        </svg>
    }
}
