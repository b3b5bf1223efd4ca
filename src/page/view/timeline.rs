//! The list of steps: what is done, what is known of the future; only the rows in sight are drawn.

use super::context::Page;
use super::name;
use super::places::heads;
use crate::page::action::{Action, Pane};
use crate::page::names::{Names, Piece};
use crate::page::state::Session;
use crate::page::story;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::engine::{Engine, Step};
use web_sys::Element;
use yew::prelude::*;

/// Height of a row in pixels, as in the stylesheet.
const ROW: i32 = 28;
/// Rows that are drawn above and below those in sight.
const MARGIN: usize = 10;
/// Rows that are drawn before the height of the list is known.
const ROWS_AT_FIRST: usize = 40;

/// What the pane needs.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// Whether this is the pane that is shown, where not all of them fit.
    pub shown: bool,
}

/// The list of steps.
pub struct Timeline {
    list: NodeRef,
    /// First row in sight.
    first: usize,
    /// How many rows are in sight.
    count: usize,
    /// The row that was last brought into sight, and whether the list was shown then.
    shown: (usize, bool),
    page: Page,
    _context: Option<ContextHandle<Page>>,
}

/// What happens to the list.
pub enum Msg {
    /// It was scrolled, or its size has changed.
    Scrolled,
    /// Other rows are in sight.
    Moved,
    /// Another language.
    Page(Page),
}

impl Component for Timeline {
    type Message = Msg;
    type Properties = Props;

    fn create(ctx: &Context<Self>) -> Self {
        let context = ctx.link().context::<Page>(ctx.link().callback(Msg::Page));
        let (page, handle) = match context {
            Some((page, handle)) => (page, Some(handle)),
            None => (Page::default(), None),
        };
        Self {
            list: NodeRef::default(),
            first: 0,
            count: ROWS_AT_FIRST,
            shown: (0, false),
            page,
            _context: handle,
        }
    }

    fn update(&mut self, _ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Scrolled => self.look(),
            Msg::Moved => true,
            Msg::Page(page) => {
                self.page = page;
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let page = &self.page;
        let engine = ctx.props().session.engine();
        let steps = engine.steps();
        // The beginning is a row as well.
        let rows = steps.len() + 1;
        let first = self
            .first
            .saturating_sub(MARGIN)
            .min(rows.saturating_sub(1));
        let last = (self.first + self.count + MARGIN).min(rows);
        let pixels = |rows: usize| rows * ROW.unsigned_abs() as usize;
        let style = format!(
            "padding-top: {}px; padding-bottom: {}px",
            pixels(first),
            pixels(rows - last)
        );
        let scrolled = ctx.link().callback(|_: Event| Msg::Scrolled);
        html! {
            <section class="pane timeline" id="pane-timeline" aria-labelledby="title-timeline" tabindex="-1">
                <div class="pane-head">
                    { heads(page, Pane::Timeline) }
                </div>
                <div ref={self.list.clone()} class="pane-body" tabindex="0" role="group"
                    aria-labelledby="title-timeline" onscroll={scrolled}>
                    <ol class="steps" {style}>
                        { for (first..last).map(|row| {
                            let step = row.checked_sub(1).and_then(|index| steps.get(index));
                            self.row(row, row == first, step.map(|step| &**step), &engine, rows)
                        }) }
                    </ol>
                </div>
            </section>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let cursor = ctx.props().session.engine().cursor();
        // A list that is not shown cannot be scrolled: it catches up when it is.
        let wanted = (cursor, ctx.props().shown);
        if wanted != self.shown || first {
            self.shown = wanted;
            self.bring_into_sight(cursor);
        }
        if self.look() {
            ctx.link().send_message(Msg::Moved);
        }
    }
}

impl Timeline {
    /// Which rows are in sight; whether that is news.
    fn look(&mut self) -> bool {
        let Some(list) = self.list.cast::<Element>() else {
            return false;
        };
        let rows = |pixels: i32| usize::try_from(pixels / ROW).unwrap_or(0);
        let (first, count) = (rows(list.scroll_top()), rows(list.client_height()) + 1);
        // Within the margin nothing new comes into sight.
        let near = first.abs_diff(self.first) < MARGIN / 2 && count <= self.count;
        if near {
            return false;
        }
        (self.first, self.count) = (first, count);
        true
    }

    fn bring_into_sight(&self, row: usize) {
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

    /// The whole row is pressed to go there; the names in it lead to their objects.
    fn row(
        &self,
        row: usize,
        is_first: bool,
        step: Option<&Step>,
        engine: &Engine,
        rows: usize,
    ) -> Html {
        let page = &self.page;
        let (time, actor, slug, text) = match step {
            Some(step) => (
                words::clock(step.time().0),
                story::actor(step, page.language),
                story::slug(step),
                story::headline(step, page.language),
            ),
            None => (
                words::clock(0),
                String::new(),
                "clock",
                page.say(&words::BEGINNING).to_owned(),
            ),
        };
        let names = Names::of(engine, step).by_arrows(true);
        let current = row == engine.cursor();
        // The keyboard comes to the step where we are, or to the first one that is drawn.
        let comes = current || is_first;
        html! {
            <li
                key={row}
                class={classes!(
                    "row",
                    format!("by-{slug}"),
                    current.then_some("current"),
                    (row > engine.cursor()).then_some("ahead"),
                )}
                aria-setsize={rows.to_string()}
                aria-posinset={(row + 1).to_string()}
                title={text.clone()}
            >
                <button
                    class="over"
                    aria-label={format!("{row} {time} {actor} {text}")}
                    aria-current={current.then_some("step")}
                    tabindex={if comes { "0" } else { "-1" }}
                    onclick={page.on(Action::Jump(row))}
                />
                // In words the parts need the blanks that the grid does without.
                <span class="number">{ row }</span>{ " " }
                <span class="time">{ time }</span>{ " " }
                <span class="actor">{ actor }</span>{ " " }
                <span class="text">{ short(page, &names, &text) }</span>
            </li>
        }
    }
}

/// A sentence in which pods are named by the end of their names, which tells them apart where there is little room.
fn short(page: &Page, names: &Names<'_>, text: &str) -> Html {
    html! {
        { for names.pieces(text).into_iter().map(|piece| match piece {
            Piece::Text(text) => html! { text },
            Piece::Name(text, key) => {
                let end = text.rsplit_once('-').filter(|_| key.kind == Kind::Pod);
                let shown = end.map_or_else(|| text.to_owned(), |(_, end)| format!("…-{end}"));
                name::name(page, names, &key, shown)
            }
        }) }
    }
}
