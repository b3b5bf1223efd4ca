//! The list of steps: what is done, what is known of the future; only the rows in sight are drawn.

use super::context::Page;
use super::name;
use super::places::heads;
use super::sight::{Sight, pixels};
use crate::page::action::{Action, Pane};
use crate::page::names::{self, Names, Piece};
use crate::page::state::Session;
use crate::page::story;
use crate::page::words;
use kubestep::engine::{Engine, Step};
use yew::prelude::*;

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
    sight: Sight,
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
            sight: Sight::default(),
            shown: (0, false),
            page,
            _context: handle,
        }
    }

    fn update(&mut self, _ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Scrolled => self.sight.look(),
            Msg::Moved => true,
            Msg::Page(page) => {
                self.page = page;
                true
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _old: &Props) -> bool {
        let cursor = ctx.props().session.engine().cursor();
        if cursor != self.shown.0 {
            self.sight.aim(cursor);
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let page = &self.page;
        let engine = ctx.props().session.engine();
        let steps = engine.steps();
        // The beginning is a row as well.
        let rows = steps.len() + 1;
        let (first, last) = self.sight.drawn(rows);
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
                <div ref={self.sight.list.clone()} class="pane-body" tabindex="0" role="group"
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
            self.sight.bring(cursor);
        }
        if self.sight.look() {
            ctx.link().send_message(Msg::Moved);
        }
    }
}

impl Timeline {
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

/// A sentence in which pods and ReplicaSets are named by the end of their names, which tells them apart where there is
/// little room.
fn short(page: &Page, names: &Names<'_>, text: &str) -> Html {
    html! {
        { for names.pieces(text).into_iter().map(|piece| match piece {
            Piece::Text(text) => html! { text },
            Piece::Name(text, key) => {
                let end = names::made_up_end(&key, text);
                let shown = end.map_or_else(|| text.to_owned(), |end| format!("…-{end}"));
                name::name(page, names, &key, shown)
            }
        }) }
    }
}
