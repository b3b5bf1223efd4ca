//! Which rows of a long list are in sight: only those are drawn.

use web_sys::Element;
use yew::prelude::*;

/// Height of a row in pixels, as in the stylesheet.
pub const ROW: i32 = 28;
/// Rows that are drawn above and below those in sight.
const MARGIN: usize = 10;
/// Rows that are drawn before the height of the list is known.
const ROWS_AT_FIRST: usize = 40;

/// What is in sight of a list that scrolls.
#[derive(Debug)]
pub struct Sight {
    /// What scrolls.
    pub list: NodeRef,
    /// First row in sight.
    first: usize,
    /// How many rows are in sight.
    count: usize,
    /// Whether it had any height when it was last asked.
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
    /// Looks again; whether rows are in sight that are not drawn.
    pub fn look(&mut self) -> bool {
        let list = self.list.cast::<Element>();
        list.is_some_and(|list| self.see(&list, list.scroll_top()))
    }

    /// The same where the list is but a part of what scrolls.
    pub fn look_within(&mut self) -> bool {
        let list = self.list.cast::<Element>();
        let place = list.and_then(|list| Some((scrolls(&list)?, list)));
        place.is_some_and(|(place, list)| {
            let top = |element: &Element| element.get_bounding_client_rect().top();
            self.see(&place, (top(&place) - top(&list)) as i32)
        })
    }

    /// Draws the rows that are in sight once a row is brought there, if it is not: so they are not drawn twice.
    pub fn aim(&mut self, row: usize) {
        let above = self.count.saturating_sub(2);
        if row < self.first {
            self.first = row;
        } else if row > self.first + above {
            self.first = row - above;
        }
    }

    /// Whether the list is shown, which it was not when this was last asked.
    pub fn is_opened(&mut self) -> bool {
        let list = self.list.cast::<Element>();
        let is_open = list.is_some_and(|list| list.client_height() > 0);
        let was_open = std::mem::replace(&mut self.is_open, is_open);
        is_open && !was_open
    }

    /// Sees what begins so far down in the list; of one that is not shown, what was seen last.
    fn see(&mut self, place: &Element, from: i32) -> bool {
        if place.client_height() == 0 {
            return false;
        }
        let rows = |pixels: i32| usize::try_from(pixels / ROW).unwrap_or(0);
        let (first, count) = (rows(from), rows(place.client_height()) + 1);
        // Within the margin nothing new comes into sight.
        let near = first.abs_diff(self.first) < MARGIN / 2 && count <= self.count;
        if near {
            return false;
        }
        (self.first, self.count) = (first, count);
        true
    }

    /// The first row that is drawn, and the first one behind those.
    pub fn drawn(&self, rows: usize) -> (usize, usize) {
        let first = self.first.saturating_sub(MARGIN);
        (
            first.min(rows.saturating_sub(1)),
            (self.first + self.count + MARGIN).min(rows),
        )
    }

    /// Scrolls so far that a row is in sight.
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

/// How many items are drawn of a list whose items are of any height, and what follows when it is scrolled: there are
/// more of them whenever the end of those comes near.
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

/// So many rows fill the window, whatever their height.
fn fill() -> usize {
    let height = web_sys::window().and_then(|window| window.inner_height().ok());
    let pixels = height.and_then(|height| height.as_f64());
    pixels.map_or(ROWS_AT_FIRST, |pixels| {
        pixels as usize / ROW.unsigned_abs() as usize + 1
    })
}

/// What scrolls an element.
pub fn scrolls(element: &Element) -> Option<Element> {
    element.closest(".pane-body").ok().flatten()
}

/// The height of so many rows, in pixels.
pub fn pixels(rows: usize) -> usize {
    rows * ROW.unsigned_abs() as usize
}
