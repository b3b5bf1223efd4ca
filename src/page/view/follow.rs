//! Scrolls to what a step has changed, without interfering with the user's scrolling.

use crate::page::browser;
use gloo_events::EventListener;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::{Element, NodeList, ScrollIntoViewOptions, ScrollLogicalPosition as Position};
use yew::prelude::*;

/// Milliseconds without automatic scrolling after the user has scrolled.
const HANDS_OFF: f64 = 1500.0;

/// Changed elements, the most important ones first.
const CHANGED: [&str; 3] = [".pod.changed", ".lane.changed", ".workload.changed"];

/// A pod, in the pane in which a scenario or lesson explains something.
const EXPLAINED: &str = ".cluster.says .pane-body .pod";

/// The scrolling element, unless automatic scrolling is disabled.
const PLACE: &str = ".panes:not(.calm) .cluster .pane-body";

/// After each change of `version`, scrolls to changed elements if none of them is visible, as little as possible; and to
/// the pods, if an explanation leaves none of them visible.
#[hook]
pub fn use_follow<T: PartialEq + 'static>(version: T) {
    let touched = use_memo((), |()| Cell::new(f64::MIN));
    {
        let touched = touched.clone();
        use_effect_with((), move |()| {
            let listeners = listen(&touched);
            move || drop(listeners)
        });
    }
    use_effect_with(version, move |_| {
        if browser::clock() - touched.get() > HANDS_OFF {
            bring_changed();
            bring_pods();
        }
    });
}

/// Records when the user scrolls by wheel, touch or scroll bar.
fn listen(touched: &Rc<Cell<f64>>) -> Vec<EventListener> {
    let pane = browser::document().and_then(|document| document.get_element_by_id("pane-cluster"));
    let listener = |pane: &Element, name: &'static str| {
        let touched = touched.clone();
        EventListener::new(pane, name, move |_| touched.set(browser::clock()))
    };
    pane.map_or_else(Vec::new, |pane| {
        ["wheel", "touchmove", "pointerdown"]
            .map(|name| listener(&pane, name))
            .into()
    })
}

fn bring_changed() {
    let place = browser::document().and_then(|document| document.query_selector(PLACE).ok()?);
    let Some(place) = place.filter(|_| !page_scrolls()) else {
        return;
    };
    let found = CHANGED.into_iter().find_map(|selector| {
        let found = place.query_selector_all(selector).ok()?;
        (found.length() > 0).then_some(found)
    });
    let changed: Vec<Element> = found.iter().flat_map(elements).collect();
    if !changed.iter().any(|element| is_in_sight(element, &place))
        && let Some(first) = changed.first()
    {
        scroll_to(first);
    }
}

/// Scrolls to the first pod if an explanation covers all of them, as it may in a low window.
fn bring_pods() {
    let find = || {
        let document = browser::document()?;
        let place = document.query_selector(PLACE).ok()??;
        let pods = document.query_selector_all(EXPLAINED).ok()?;
        Some((place, elements(&pods).collect::<Vec<_>>()))
    };
    let Some((place, pods)) = find().filter(|_| !page_scrolls()) else {
        return;
    };
    if !pods.iter().any(|pod| is_in_sight(pod, &place))
        && let Some(first) = pods.first()
    {
        scroll_to(first);
    }
}

/// Scrolls to an element, as little as possible.
fn scroll_to(element: &Element) {
    let options = ScrollIntoViewOptions::new();
    options.set_block(Position::Nearest);
    options.set_inline(Position::Nearest);
    element.scroll_into_view_with_scroll_into_view_options(&options);
}

/// Whether the whole page scrolls because the window is low, which is left to the user.
fn page_scrolls() -> bool {
    let root = browser::document().and_then(|document| document.document_element());
    root.is_some_and(|root| root.scroll_height() > root.client_height())
}

fn elements(found: &NodeList) -> impl Iterator<Item = Element> {
    use wasm_bindgen::JsCast as _;
    (0..found.length()).filter_map(|at| found.item(at)?.dyn_into().ok())
}

/// Whether at least the upper edge of an element is visible, also within its list, which may scroll itself.
fn is_in_sight(element: &Element, place: &Element) -> bool {
    let list = element.closest(".pods").ok().flatten();
    let top = element.get_bounding_client_rect().top();
    [Some(place.clone()), list].iter().flatten().all(|within| {
        let within = within.get_bounding_client_rect();
        within.top() <= top + 1.0 && top < within.bottom() - 8.0
    })
}
