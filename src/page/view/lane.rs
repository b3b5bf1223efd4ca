//! A ReplicaSet: its revision, its desired and actual size, and its pods.

use super::context::{Page, use_page};
use super::glyph::glyph;
use super::tile::{Chunk, Tier};
use super::workload;
use crate::page::action::Action;
use crate::page::cluster::{LaneView, Pods, Slot, letter};
use crate::page::deletion;
use crate::page::rail::Outlook;
use crate::page::words;
use kubestep::api::kind::Kind;
use std::rc::Rc;
use yew::prelude::*;

/// Number of tiles compared and rendered together.
const CHUNK: usize = 32;

/// Properties of a lane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The ReplicaSet with its pods.
    pub lane: LaneView,
}

/// A lane.
#[component]
pub fn Lane(props: &Props) -> Html {
    let page = use_page();
    let lane = &props.lane;
    let set = &*lane.set;
    let name = &*set.metadata.name;
    let (wanted, ready) = (set.spec.replicas, set.status.ready_replicas);
    let folded = lane.is_folded();
    let stripe = lane.letter.map(|letter| format!("stripe-{}", letter % 6));
    html! {
        <section
            class={classes!("lane", stripe, lane.changed.then_some("changed"), folded.then_some("folded"))}
            role="group"
            aria-label={format!("ReplicaSet {name}")}
            data-uid={set.metadata.uid.to_string()}
        >
            <header class="lane-head">
                if let Some(place) = lane.letter {
                    <span class="letter" aria-hidden="true">{ letter(place) }</span>
                }
                <h4><span class="kind">{ "ReplicaSet" }</span>{ " " }{ workload::name(Kind::ReplicaSet, &set.metadata) }</h4>
                <p class="lane-facts">
                    { revision(&page, lane) }
                    <span class="wanted">{ page.fill(&words::SET_WANTS, &[("wanted", &wanted)]) }</span>
                    <span>{ page.fill(&words::SET_READY, &[("ready", &ready)]) }</span>
                </p>
                if !folded {
                    { order(&page, lane) }
                }
            </header>
            if !folded {
                { pods(&page, &lane.pods, name) }
            }
        </section>
    }
}

/// The button that numbers the pods by their order of deletion. It takes up space even if it is hidden, so that the
/// name beside it does not wrap when it appears.
fn order(page: &Page, lane: &LaneView) -> Html {
    let shown = deletion::is_shown(lane);
    let next = (!shown).then(|| deletion::key(lane));
    html! {
        <button
            class={classes!("link", "order", (!deletion::has_order(lane)).then_some("away"))}
            title={page.say(&words::DELETION_ORDER_HINT)}
            aria-pressed={shown.to_string()}
            onclick={page.on(Action::DeletionOrder(next))}
        >
            { page.say(&words::DELETION_ORDER) }
        </button>
    }
}

fn revision(page: &Page, lane: &LaneView) -> Html {
    let Some(revision) = lane.revision() else {
        return Html::default();
    };
    let age = match lane.is_new {
        Some(true) => page.say(&words::NEW_SET),
        _ => page.say(&words::OLD_SET),
    };
    html! {
        <span>{ page.fill(&words::REVISION, &[("revision", &revision)]) }{ format!(" ({age})") }</span>
    }
}

/// The pods of an owner: tiles, or bars if there are too many.
pub fn pods(page: &Page, pods: &Pods, owner: &str) -> Html {
    match pods {
        Pods::Tiles(slots) => tiles(page, slots, owner, None),
        Pods::Counts {
            ready,
            starting,
            failing,
            terminating,
        } => {
            let bars = [
                (&words::BAR_READY, "available", ready),
                (&words::BAR_STARTING, "running", starting),
                (&words::BAR_FAILING, "failing", failing),
                (&words::BAR_TERMINATING, "terminating", terminating),
            ];
            html! {
                <ul class="summary">
                    { for bars.into_iter().filter(|(_, _, count)| **count > 0).map(|(phrase, slug, count)| html! {
                        <li class={format!("s-{slug}")} style={format!("flex-grow: {count}")}>
                            { glyph(slug) }{ page.fill(phrase, &[("count", count)]) }
                        </li>
                    }) }
                </ul>
            }
        }
    }
}

/// A list of pods, smaller the more there are; for a StatefulSet with the effect of its partition.
pub fn tiles(page: &Page, slots: &[Slot], owner: &str, rail: Option<&Rc<Outlook>>) -> Html {
    let tier = match rail {
        Some(_) => Tier::on_rail(slots.len()),
        None => Tier::of(slots.len()),
    };
    let label = page.fill(&words::PODS_OF, &[("owner", &owner)]);
    html! {
        <ul class={classes!("pods", tier.class())} aria-label={label}>
            { for slots.chunks(CHUNK).enumerate().map(|(number, slots)| html! {
                <Chunk key={number} slots={slots.to_vec()} {tier} owner={owner.to_owned()} first={number == 0} rail={rail.cloned()} />
            }) }
        </ul>
    }
}
