//! A StatefulSet's pods in a row by ordinal, with a handle for the partition between those that stay and those that
//! are updated.

use super::context::Page;
use super::lane::{pods, tiles};
use crate::page::action::Action;
use crate::page::cluster::{Pods, StatefulView};
use crate::page::rail::{self, Outlook};
use crate::page::words;
use kubestep::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use std::rc::Rc;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

/// A partition and its controls.
pub struct Partition<'a> {
    page: &'a Page,
    set: &'a StatefulSet,
    /// The set's partition.
    now: i32,
    /// The partition at the handle while it is dragged; otherwise the set's.
    shown: i32,
    /// The effect of that partition; `None` if there are too many pods to check.
    outlook: Option<Rc<Outlook>>,
    /// Sets another partition.
    patch: Callback<i32>,
}

/// The state of dragging: where the pointer grabbed the handle, and the partition it is at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drag {
    x: f64,
    partition: i32,
}

/// From which index on pods are updated; `None` if the set does not update them by itself.
fn partition(set: &StatefulSet) -> Option<i32> {
    match &set.spec.update_strategy {
        StatefulSetUpdateStrategy::RollingUpdate { rolling_update } => {
            Some(rolling_update.as_ref().map_or(0, |update| update.partition))
        }
        StatefulSetUpdateStrategy::OnDelete => None,
    }
}

impl<'a> Partition<'a> {
    /// The partition of a set with one.
    pub fn of(page: &'a Page, view: &'a StatefulView, drag: Option<Drag>) -> Option<Self> {
        let set = &*view.object;
        let now = partition(set)?;
        let shown = drag.map_or(now, |drag| drag.partition);
        let outlook = match &view.pods {
            Pods::Tiles(slots) => Some(Rc::new(Outlook::of(set, slots, &view.target, shown))),
            Pods::Counts { .. } => None,
        };
        Some(Self {
            page,
            set,
            now,
            shown,
            outlook,
            patch: patch(page, set, now),
        })
    }

    /// Describes the effect on the pods; `all` includes what it waits for.
    fn says(&self, all: bool) -> String {
        let language = self.page.language;
        match &self.outlook {
            Some(outlook) if all => outlook.says_all(language),
            Some(outlook) => outlook.says(language),
            None if self.shown >= self.set.spec.replicas => {
                words::REPLACED_NONE.text(language).to_owned()
            }
            None => {
                let first = self.set.start_ordinal().saturating_add(self.shown);
                words::PARTITION_FROM.with(language, &[("first", &first)])
            }
        }
    }

    /// The partition as number and text, with buttons to decrement and increment it.
    pub fn control(&self) -> Html {
        let most = self.set.spec.replicas.max(self.now);
        let to = |to: i32, sign: &'static str| {
            let label = self.page.fill(&words::PARTITION_SET, &[("partition", &to)]);
            let patch = self.patch.clone();
            html! {
                <button
                    class="button" aria-label={label.clone()} title={label}
                    // Not disabled, so that it keeps the focus.
                    aria-disabled={(to < 0 || to > most).then_some("true")}
                    onclick={Callback::from(move |_: MouseEvent| patch.emit(to.clamp(0, most)))}
                >{ sign }</button>
            }
        };
        html! {
            <p class="partition-control">
                <span class="quiet">{ self.page.say(&words::PARTITION_HANDLE) }</span>
                if self.page.mode.is_readonly() {
                    <b>{ self.shown }</b>
                } else {
                    { to(self.now - 1, "−") }
                    <b>{ self.shown }</b>
                    { to(self.now + 1, "+") }
                }
                <span>{ self.says(true) }</span>
            </p>
        }
    }

    /// The handle: releasing it patches the set, and so does each arrow key.
    fn handle(&self, track: &Track, drag: &UseStateHandle<Option<Drag>>) -> Html {
        let (now, shown) = (self.now, self.shown);
        let most = self.set.spec.replicas.max(now);
        let values: &[(&str, &dyn std::fmt::Display)] =
            &[("partition", &shown), ("what", &self.says(false))];
        let text = self.page.fill(&words::PARTITION_SAYS, values);
        let place = track.place as f64 / track.count.max(1) as f64;
        let style = format!("--place: {place}");
        if self.page.mode.is_readonly() {
            return html! { <div class="partition" {style} /> };
        }
        html! {
            <div class={classes!("partition", drag.map(|_| "dragged"))} {style}>
                <div
                    class="handle"
                    role="slider" tabindex="0"
                    aria-label={self.page.say(&words::PARTITION_HANDLE)}
                    aria-valuemin="0" aria-valuemax={most.to_string()}
                    aria-valuenow={shown.to_string()} aria-valuetext={text.clone()}
                    title={drag.is_none().then_some(text)}
                    onkeydown={self.keys(drag)}
                    onpointerdown={take(drag, track, now)}
                    onpointermove={carry(drag, track)}
                    onpointerup={self.drop(drag)}
                    onpointercancel={leave(drag)}
                />
            </div>
        }
    }

    fn keys(&self, drag: &UseStateHandle<Option<Drag>>) -> Callback<KeyboardEvent> {
        let (now, replicas) = (self.now, self.set.spec.replicas);
        let (drag, patch) = (drag.clone(), self.patch.clone());
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "Escape" if drag.is_some() => {
                    event.prevent_default();
                    put_back(&event.target_unchecked_into());
                    drag.set(None);
                    return;
                }
                "ArrowRight" | "ArrowUp" => now + 1,
                "ArrowLeft" | "ArrowDown" => now - 1,
                "Home" => 0,
                "End" => replicas,
                _ => return,
            };
            if !(event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key()) {
                event.prevent_default();
                patch.emit(to.clamp(0, replicas.max(now)));
            }
        })
    }

    fn drop(&self, drag: &UseStateHandle<Option<Drag>>) -> Callback<PointerEvent> {
        let (drag, patch) = (drag.clone(), self.patch.clone());
        Callback::from(move |event: PointerEvent| {
            if let Some(at) = *drag {
                put_back(&event.target_unchecked_into());
                drag.set(None);
                patch.emit(at.partition);
            }
        })
    }

    /// Clicking a gap or an ordinal sets the partition there.
    fn press(&self, track: &Track) -> Callback<MouseEvent> {
        let (track, patch) = (track.clone(), self.patch.clone());
        Callback::from(move |event: MouseEvent| {
            let target = event.target_unchecked_into::<Element>();
            let within = |selector: &str| target.closest(selector).ok().flatten();
            // Elements with their own click handlers, or in the other future, are excluded.
            if within(".pod, .slot, .claim, .handle, .summary li, fieldset:disabled").is_some() {
                return;
            }
            let found = within(".rail").and_then(|rail| rail.query_selector(".track").ok()?);
            if let Some(element) = found {
                let bounds = element.get_bounding_client_rect();
                let x = f64::from(event.client_x()) - bounds.left();
                patch.emit(track.partition(x, bounds.width()));
            }
        })
    }
}

/// The pods of a set in a single row, as narrow as necessary, then scrollable; with the partition's handle.
///
/// The handle is always first in the document, so that it keeps the focus when it moves.
pub fn rail(
    page: &Page,
    view: &StatefulView,
    partition: Option<&Partition>,
    drag: &UseStateHandle<Option<Drag>>,
    node: &NodeRef,
) -> Html {
    let track = Track::of(view, partition.map_or(0, |partition| partition.now));
    let movable = partition.filter(|_| !page.mode.is_readonly());
    let name = &view.object.metadata.name;
    let body = match (&view.pods, partition) {
        (Pods::Tiles(slots), Some(partition)) => {
            tiles(page, slots, name, partition.outlook.as_ref())
        }
        (Pods::Tiles(slots), None) => {
            let nothing = Rc::new(Outlook {
                from: i32::MAX,
                ..Outlook::default()
            });
            tiles(page, slots, name, Some(&nothing))
        }
        (counts, _) => pods(page, counts, name),
    };
    html! {
        <div class="rail-box">
            { partition.filter(|_| drag.is_some()).map(|partition| html! {
                <span class="bubble" aria-hidden="true">{ partition.says(false) }</span>
            }) }
            <div class="rail" ref={node} onclick={movable.map(|partition| partition.press(&track))}>
                <div class={classes!("track", matches!(view.pods, Pods::Counts { .. }).then_some("counts"))} style={format!("--gap: {}px; --count: {}", track.gap, track.count)}>
                    { partition.map(|partition| partition.handle(&track, drag)) }
                    { body }
                </div>
            </div>
        </div>
    }
}

/// The positions on a rail: before, between and after its seats.
#[derive(Clone)]
struct Track {
    /// Number of seats.
    count: usize,
    /// Pixels between seats.
    gap: f64,
    /// The position of the set's partition.
    place: usize,
    /// The partition of each position; `None` if there are more partitions than seats.
    partitions: Option<Rc<[i32]>>,
}

impl Track {
    fn of(view: &StatefulView, partition: i32) -> Self {
        let set = &*view.object;
        match &view.pods {
            Pods::Tiles(slots) => {
                let places = 0..=slots.len();
                let partitions = places.map(|place| rail::partition_at(set, slots, place));
                let from = set.start_ordinal().saturating_add(partition);
                Self {
                    count: slots.len(),
                    gap: rail::gap(slots.len()),
                    place: rail::place_of(slots, from),
                    partitions: Some(partitions.collect()),
                }
            }
            Pods::Counts { .. } => {
                let count = usize::try_from(set.spec.replicas).unwrap_or(0);
                Self {
                    count,
                    gap: 0.0,
                    place: usize::try_from(partition).unwrap_or(0).min(count),
                    partitions: None,
                }
            }
        }
    }

    /// The resting position of the handle, in the middle of its gap, on a track of a given width.
    fn rests(&self, width: f64) -> f64 {
        let share = self.place as f64 / self.count.max(1) as f64;
        share * (width + self.gap) - self.gap / 2.0
    }

    /// The partition closest to a point of the track.
    fn partition(&self, x: f64, width: f64) -> i32 {
        let place = rail::place(x, width, self.gap, self.count);
        match &self.partitions {
            Some(known) => known.get(place).copied().unwrap_or_default(),
            None => i32::try_from(place).unwrap_or(i32::MAX),
        }
    }

    /// Moves the handle and its bubble from the resting position; returns the partition it is at.
    fn carry(&self, handle: &Element, by: f64) -> Option<i32> {
        let parent = handle.parent_element()?;
        let track = parent.parent_element()?.get_bounding_client_rect();
        let rests = self.rests(track.width());
        let at = (rests + by).clamp(-self.gap / 2.0, track.width() + self.gap / 2.0);
        set(&parent, "--by", at - rests, "px");
        let rail = parent.closest(".rail-box").ok()??;
        let bounds = rail.get_bounding_client_rect();
        let middle = (track.left() + at - bounds.left()).clamp(0.0, bounds.width());
        set(&rail, "--at", middle / bounds.width() * 100.0, "%");
        Some(self.partition(at, track.width()))
    }
}

fn take(
    drag: &UseStateHandle<Option<Drag>>,
    track: &Track,
    partition: i32,
) -> Callback<PointerEvent> {
    let (drag, track) = (drag.clone(), track.clone());
    Callback::from(move |event: PointerEvent| {
        let handle = event.target_unchecked_into::<Element>();
        if event.button() == 0 && handle.set_pointer_capture(event.pointer_id()).is_ok() {
            let x = f64::from(event.client_x()) + scrolled(&handle);
            track.carry(&handle, 0.0);
            drag.set(Some(Drag { x, partition }));
        }
    })
}

/// Lets the handle follow the pointer directly, rendering only when the partition changes.
fn carry(drag: &UseStateHandle<Option<Drag>>, track: &Track) -> Callback<PointerEvent> {
    let (drag, track) = (drag.clone(), track.clone());
    Callback::from(move |event: PointerEvent| {
        let Some(taken) = *drag else {
            return;
        };
        let handle = event.target_unchecked_into::<Element>();
        let x = f64::from(event.client_x());
        scroll_at_edge(&handle, x);
        let carried = track.carry(&handle, x + scrolled(&handle) - taken.x);
        if let Some(partition) = carried.filter(|partition| *partition != taken.partition) {
            drag.set(Some(Drag { partition, ..taken }));
        }
    })
}

fn leave(drag: &UseStateHandle<Option<Drag>>) -> Callback<PointerEvent> {
    let drag = drag.clone();
    Callback::from(move |event: PointerEvent| {
        put_back(&event.target_unchecked_into());
        drag.set(None);
    })
}

/// Moves the handle to its resting position.
fn put_back(handle: &Element) {
    if let Some(parent) = handle.parent_element() {
        set(&parent, "--by", 0.0, "px");
    }
}

fn set(element: &Element, property: &str, value: f64, unit: &str) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        // Custom properties accept any value.
        let _ = element
            .style()
            .set_property(property, &format!("{value}{unit}"));
    }
}

/// The scroll offset of the rail around a handle.
fn scrolled(handle: &Element) -> f64 {
    let rail = handle.closest(".rail").ok().flatten();
    rail.map_or(0.0, |rail| f64::from(rail.scroll_left()))
}

/// Scrolls the rail when the handle is dragged to its edge.
fn scroll_at_edge(handle: &Element, x: f64) {
    const EDGE: f64 = 24.0;
    if let Some(rail) = handle.closest(".rail").ok().flatten() {
        let bounds = rail.get_bounding_client_rect();
        let by = if x < bounds.left() + EDGE {
            -16
        } else if x > bounds.right() - EDGE {
            16
        } else {
            return;
        };
        rail.set_scroll_left(rail.scroll_left() + by);
    }
}

/// Scrolls the rail so that the handle is visible after its partition has changed.
pub fn show_handle(rail: &NodeRef) {
    let Some(rail) = rail.cast::<Element>() else {
        return;
    };
    let Some(handle) = rail.query_selector(".handle").ok().flatten() else {
        return;
    };
    let (room, at) = (
        rail.get_bounding_client_rect(),
        handle.get_bounding_client_rect(),
    );
    if at.left() < room.left() || at.right() > room.right() {
        let off = at.left() - room.left() - room.width() / 2.0;
        rail.set_scroll_left(rail.scroll_left() + off as i32);
    }
}

/// Sets the partition with a command that could also be typed.
fn patch(page: &Page, set: &StatefulSet, partition: i32) -> Callback<i32> {
    let send = page.send.clone();
    let meta = &set.metadata;
    let command = format!(
        "kubectl patch statefulset {} -n {} --type merge -p",
        meta.name, meta.namespace
    );
    Callback::from(move |to: i32| {
        if to != partition {
            let patch = format!(
                r#"{{"spec":{{"updateStrategy":{{"rollingUpdate":{{"partition":{to}}}}}}}}}"#
            );
            send.emit(Action::Command(format!("{command} '{patch}'")));
        }
    })
}
