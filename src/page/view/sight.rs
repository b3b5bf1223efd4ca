//! Virtual scrolling: only the visible rows of a long list are rendered.

use web_sys::Element;
use yew::prelude::*;

/// Height of a row in pixels, as in the stylesheet.
pub const ROW: i32 = 28;
/// Number of rows rendered above and below the visible ones.
const MARGIN: usize = 10;
/// Number of rows rendered before the height of the list is known.
const ROWS_AT_FIRST: usize = 40;

/// The visible part of a scrolling list.
#[derive(Debug)]
pub struct Sight {
    /// The scrolling element.
    pub list: NodeRef,
    /// First visible row.
    first: usize,
    /// Number of visible rows.
    count: usize,
    /// Whether the list had any height at the last check.
    is_open: bool,
}

impl Default for Sight {
    fn default() -> Self {
        Self {
            list: NodeRef::default(),
            first: 0,
            count: ROWS_AT_FIRST,
            is_open: false,
        }
    }
}

impl Sight {
    /// Measures again; returns whether rows are visible that are not rendered.
    pub fn look(&mut self) -> bool {
        let list = self.list.cast::<Element>();
        list.is_some_and(|list| self.see(&list, list.scroll_top()))
    }

    /// Like [`Sight::look`], for a list that is only a part of the scrolling element.
    pub fn look_within(&mut self) -> bool {
        let list = self.list.cast::<Element>();
        let place = list.and_then(|list| Some((scrolls(&list)?, list)));
        place.is_some_and(|(place, list)| {
            let top = |element: &Element| element.get_bounding_client_rect().top();
            self.see(&place, (top(&place) - top(&list)) as i32)
        })
    }

    /// Renders the rows that will be visible once a row is scrolled into view, so that they are not rendered twice.
    pub fn aim(&mut self, row: usize) {
        let above = self.count.saturating_sub(2);
        if row < self.first {
            self.first = row;
        } else if row > self.first + above {
            self.first = row - above;
        }
    }

    /// Whether the list is shown but was not at the last check.
    pub fn is_opened(&mut self) -> bool {
        let list = self.list.cast::<Element>();
        let is_open = list.is_some_and(|list| list.client_height() > 0);
        let was_open = std::mem::replace(&mut self.is_open, is_open);
        is_open && !was_open
    }

    /// Measures a list that begins at an offset; a hidden list keeps its last measurement.
    fn see(&mut self, place: &Element, from: i32) -> bool {
        if place.client_height() == 0 {
            return false;
        }
        let rows = |pixels: i32| usize::try_from(pixels / ROW).unwrap_or(0);
        let (first, count) = (rows(from), rows(place.client_height()) + 1);
        // Small movements stay within the margin.
        let near = first.abs_diff(self.first) < MARGIN / 2 && count <= self.count;
        if near {
            return false;
        }
        (self.first, self.count) = (first, count);
        true
    }

    /// The first row to render, and the first one after the last.
    pub fn drawn(&self, rows: usize) -> (usize, usize) {
        let first = self.first.saturating_sub(MARGIN);
        (
            first.min(rows.saturating_sub(1)),
            (self.first + self.count + MARGIN).min(rows),
        )
    }

    /// Scrolls a row into view.
    pub fn bring(&self, row: usize) {
        let Some(list) = self.list.cast::<Element>() else {
            return;
        };
        let top = i32::try_from(row)
            .unwrap_or(i32::MAX / ROW)
            .saturating_mul(ROW);
        let (from, height) = (list.scroll_top(), list.client_height());
        if top < from {
            list.set_scroll_top(top);
        } else if top + ROW > from + height {
            list.set_scroll_top(top + ROW - height);
        }
    }
}

/// The number of items to render in a list with items of any height, and its scroll handler, which adds items when
/// the end comes near.
#[hook]
pub fn use_drawn() -> (usize, Callback<Event>) {
    let drawn = use_state_eq(fill);
    let count = *drawn;
    let scrolled = Callback::from(move |event: Event| {
        let Some(list) = event.target_dyn_into::<Element>() else {
            return;
        };
        let (from, height) = (list.scroll_top(), list.client_height());
        if from == 0 {
            drawn.set(fill());
        } else if list.scroll_height() - from < height * 2 {
            drawn.set(count + fill());
        }
    });
    (count, scrolled)
}

/// A number of rows that fills the window, whatever their height.
fn fill() -> usize {
    let height = web_sys::window().and_then(|window| window.inner_height().ok());
    let pixels = height.and_then(|height| height.as_f64());
    pixels.map_or(ROWS_AT_FIRST, |pixels| {
        pixels as usize / ROW.unsigned_abs() as usize + 1
    })
}

/// The scrolling ancestor of an element.
pub fn scrolls(element: &Element) -> Option<Element> {
    element.closest(".pane-body").ok().flatten()
}

/// The height of a number of rows in pixels.
pub fn pixels(rows: usize) -> usize {
    rows * ROW.unsigned_abs() as usize
}
