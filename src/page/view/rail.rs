//! The rail of a StatefulSet: its numbers in order, and the handle between those that stay and those that are updated.

use super::context::Page;
use super::lane::tiles;
use crate::page::action::Action;
use crate::page::browser;
use crate::page::cluster::Slot;
use crate::page::words;
use kubestep::api::stateful_set::{StatefulSet, StatefulSetUpdateStrategy};
use web_sys::Element;
use yew::prelude::*;

/// From which place in the order on pods are updated; `None` where the set does not update them by itself.
pub fn partition(set: &StatefulSet) -> Option<i32> {
    match &set.spec.update_strategy {
        StatefulSetUpdateStrategy::RollingUpdate { rolling_update } => {
            Some(rolling_update.as_ref().map_or(0, |update| update.partition))
        }
        StatefulSetUpdateStrategy::OnDelete => None,
    }
}

/// The slots by their numbers, with the handle between those that it parts.
///
/// In the document the handle is always the first: so it keeps the keyboard when it moves. The stylesheet puts it
/// behind all slots that are not `beyond`.
pub fn rail(
    page: &Page,
    set: &StatefulSet,
    slots: &[Slot],
    partition: Option<i32>,
    handle: Option<Html>,
) -> Html {
    let from = partition.map(|partition| set.start_ordinal().saturating_add(partition));
    html! {
        <div class="rail">
            { handle }
            { tiles(page, slots, &set.metadata.name, from) }
        </div>
    }
}

/// What the partition says of the pods.
fn says(page: &Page, set: &StatefulSet, partition: i32) -> String {
    if partition >= set.spec.replicas {
        return page.say(&words::PARTITION_NONE).to_owned();
    }
    let first = set.start_ordinal() + partition;
    page.fill(
        &words::PARTITION_FROM,
        &[("partition", &partition), ("first", &first)],
    )
}

/// The handle of the partition: letting it go patches the set, and so does each arrow key.
pub fn handle(
    page: &Page,
    set: &StatefulSet,
    partition: i32,
    drag: &UseStateHandle<Option<i32>>,
) -> Html {
    let (first, replicas) = (set.start_ordinal(), set.spec.replicas);
    let most = replicas.max(partition);
    let shown = drag.unwrap_or(partition);
    let patch = patch(page, set, partition);
    let keydown = {
        let patch = patch.clone();
        Callback::from(move |event: KeyboardEvent| {
            let to = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => partition + 1,
                "ArrowLeft" | "ArrowDown" => partition - 1,
                "Home" => 0,
                "End" => replicas,
                _ => return,
            };
            if !(event.shift_key() || event.ctrl_key() || event.alt_key() || event.meta_key()) {
                event.prevent_default();
                patch.emit(to.clamp(0, most));
            }
        })
    };
    let take = {
        let drag = drag.clone();
        Callback::from(move |event: PointerEvent| {
            let handle = event.target_unchecked_into::<Element>();
            if handle.set_pointer_capture(event.pointer_id()).is_ok() {
                drag.set(Some(partition));
            }
        })
    };
    let carry = {
        let drag = drag.clone();
        Callback::from(move |event: PointerEvent| {
            let place = drag.and_then(|_| place(&event, first, replicas));
            if place.is_some() && place != *drag {
                drag.set(place);
            }
        })
    };
    let drop = {
        let drag = drag.clone();
        Callback::from(move |_: PointerEvent| {
            if let Some(to) = *drag {
                drag.set(None);
                patch.emit(to);
            }
        })
    };
    let leave = {
        let drag = drag.clone();
        Callback::from(move |_: PointerEvent| drag.set(None))
    };
    let text = says(page, set, shown);
    html! {
        <div
            class={classes!("handle", drag.map(|_| "dragged"))}
            role="slider" tabindex="0"
            aria-label={page.say(&words::PARTITION_HANDLE)}
            aria-valuemin="0" aria-valuemax={most.to_string()}
            aria-valuenow={shown.to_string()} aria-valuetext={text.clone()}
            style={format!("--share: {}", f64::from(shown) / f64::from(most.max(1)))}
            title={text}
            onkeydown={keydown} onpointerdown={take} onpointermove={carry} onpointerup={drop} onpointercancel={leave}
        />
    }
}

/// Moves the partition by the command that could be typed.
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

/// The partition that the pointer is at: before or behind the number below it, by the half that it is in.
fn place(event: &PointerEvent, first: i32, replicas: i32) -> Option<i32> {
    let (x, y) = (event.client_x(), event.client_y());
    let (x, y) = (x as f32, y as f32);
    let below = browser::document()?.element_from_point(x, y)?;
    if let Some(seat) = below.closest(".seat").ok()? {
        let number: i32 = seat.get_attribute("data-number")?.parse().ok()?;
        let bounds = seat.get_bounding_client_rect();
        let behind = f64::from(x) > bounds.left() + bounds.width() / 2.0;
        return Some((number - first + i32::from(behind)).clamp(0, replicas));
    }
    // Where there are too many for seats of their own, by the share of the way.
    let bounds = below.closest(".counts").ok()??.get_bounding_client_rect();
    let share = (f64::from(x) - bounds.left()) / bounds.width();
    Some((share * f64::from(replicas)).round() as i32)
}
