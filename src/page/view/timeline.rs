//! The list of steps, done and known, with folding of steps without a visible effect, and virtual scrolling.

use super::context::Page;
use super::export::Export;
use super::glyph::glyph;
use super::name;
use super::places::heads;
use super::sight::{Sight, pixels};
use super::size::SizeObserver;
use crate::page::action::{Action, Pane};
use crate::page::fold::{self, Fold, StepRow};
use crate::page::names::{self, Names};
use crate::page::state::Session;
use crate::page::{story, words};
use kubestep::api::object::Key;
use kubestep::api::time::duration;
use kubestep::engine::{self, Engine, Step};
use std::collections::BTreeSet;
use yew::prelude::*;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// Whether folding is disabled.
    pub every_step: bool,
}

/// The list of steps.
pub struct Timeline {
    sight: Sight,
    /// The rows: the start, steps, and folds of steps.
    rows: Vec<StepRow>,
    /// First steps of the folds opened by the user.
    open: BTreeSet<usize>,
    /// The step last scrolled into view.
    shown: usize,
    sizes: Option<SizeObserver>,
    page: Page,
    _context: Option<ContextHandle<Page>>,
}

/// Messages to the list.
pub enum Msg {
    /// It was scrolled.
    Scrolled,
    /// Its size has changed.
    Resized,
    /// The visible rows have changed.
    Moved,
    /// A fold was opened or closed.
    Toggled(Fold),
    /// The language has changed.
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
            rows: rows(ctx.props(), &BTreeSet::new()),
            open: BTreeSet::new(),
            shown: 0,
            sizes: None,
            page,
            _context: handle,
        }
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Scrolled => self.sight.look(),
            Msg::Resized => {
                // A hidden list cannot be scrolled, so it catches up when shown.
                if self.sight.is_opened() {
                    let cursor = ctx.props().session.engine().cursor();
                    self.sight.bring(fold::place(&self.rows, cursor));
                }
                self.sight.look()
            }
            Msg::Moved => true,
            Msg::Toggled(fold) => {
                let first = *fold.steps.start();
                if !self.open.remove(&first) {
                    self.open.insert(first);
                }
                self.rows = rows(ctx.props(), &self.open);
                true
            }
            Msg::Page(page) => {
                self.page = page;
                true
            }
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, _old: &Props) -> bool {
        let cursor = ctx.props().session.engine().cursor();
        self.rows = rows(ctx.props(), &self.open);
        if cursor != self.shown {
            self.sight.aim(fold::place(&self.rows, cursor));
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let page = &self.page;
        let every_step = ctx.props().every_step;
        let engine = ctx.props().session.engine();
        let steps = engine.steps();
        let rows = self.rows.len();
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
                    <div class="pane-tools">
                        <label class="switch" title={page.say(&words::EVERY_STEP_HINT)}>
                            <input type="checkbox" checked={every_step} onchange={page.on(Action::EveryStep(!every_step))} />
                            { page.say(&words::EVERY_STEP) }
                        </label>
                        if !steps.is_empty() {
                            <Export session={ctx.props().session.clone()} />
                        }
                    </div>
                </div>
                <div ref={self.sight.list.clone()} class="pane-body" tabindex="0" role="group"
                    aria-labelledby="title-timeline" onscroll={scrolled}>
                    <ol class="steps" {style}>
                        { for (first..last).map(|place| match &self.rows[place] {
                            StepRow::Step(number) => {
                                let step = number.checked_sub(1).and_then(|index| steps.get(index));
                                self.row((place, rows), *number, place == first, step.map(|step| &**step), &engine)
                            }
                            StepRow::Fold(fold) => self.fold(ctx, (place, rows), fold, &engine),
                        }) }
                    </ol>
                </div>
            </section>
        }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let cursor = ctx.props().session.engine().cursor();
        if cursor != self.shown {
            self.shown = cursor;
            self.sight.bring(fold::place(&self.rows, cursor));
        }
        if first && let Some(list) = self.sight.list.cast() {
            let resized = ctx.link().callback(|()| Msg::Resized);
            self.sizes = SizeObserver::of(&list, move || resized.emit(()));
        }
        if self.sight.look() {
            ctx.link().send_message(Msg::Moved);
        }
    }
}

impl Timeline {
    /// The heading of steps without a visible effect; clicking it shows or hides them.
    fn fold(
        &self,
        ctx: &Context<Self>,
        (place, rows): (usize, usize),
        fold: &Fold,
        engine: &Engine,
    ) -> Html {
        let page = &self.page;
        let (first, last) = (*fold.steps.start(), *fold.steps.end());
        let time = engine.steps().get(last - 1).map(|step| step.time().0);
        let time = words::clock_short(time.unwrap_or_default());
        let phrase = match fold.passed.clock {
            0 => &words::FOLDED,
            _ => &words::FOLDED_IN_TIME,
        };
        let values: &[(&str, &dyn std::fmt::Display)] = &[
            ("count", &fold.passed.quiet),
            ("time", &duration(fold.passed.clock)),
        ];
        let text = page.fill(phrase, values);
        let steps = page.fill(&words::FOLDED_STEPS, &[("first", &first), ("last", &last)]);
        let toggled = {
            let fold = fold.clone();
            ctx.link()
                .callback(move |_: MouseEvent| Msg::Toggled(fold.clone()))
        };
        html! {
            <li
                key={format!("fold-{first}")}
                class={classes!("row", "fold", (first > engine.cursor()).then_some("ahead"))}
                aria-setsize={rows.to_string()}
                aria-posinset={(place + 1).to_string()}
                title={text.clone()}
            >
                <button
                    class="over"
                    aria-label={format!("{steps}: {text}")}
                    aria-expanded={fold.open.to_string()}
                    onclick={toggled}
                />
                <span class="number">{ first }</span>{ " " }
                <span class="time">{ time }</span>{ " " }
                <span class="actor" />
                <span class="text">{ glyph("play") }{ text }</span>
            </li>
        }
    }

    /// Clicking a row goes to its step; names in it are links to their objects.
    fn row(
        &self,
        (place, rows): (usize, usize),
        number: usize,
        is_first: bool,
        step: Option<&Step>,
        engine: &Engine,
    ) -> Html {
        let page = &self.page;
        let (time, actor, slug, text) = match step {
            Some(step) => (
                words::clock_short(step.time().0),
                step.actor(page.language),
                story::slug(step),
                step.headline(page.language).to_string(),
            ),
            None => (
                words::clock(0),
                String::new(),
                "clock",
                page.say(&words::BEGINNING).to_owned(),
            ),
        };
        let names = Names::of(engine, step).by_arrows(true);
        let told = match step {
            Some(step) => name::headline(page, &names, step, short),
            None => html! { text.clone() },
        };
        let current = number == engine.cursor();
        // Tab reaches the current step, or the first one rendered.
        let comes = current || is_first;
        html! {
            <li
                key={number}
                class={classes!(
                    "row",
                    format!("by-{slug}"),
                    current.then_some("current"),
                    step.is_some_and(fold::is_passed).then_some("passed"),
                    (number > engine.cursor()).then_some("ahead"),
                )}
                aria-setsize={rows.to_string()}
                aria-posinset={(place + 1).to_string()}
                title={text.clone()}
            >
                <button
                    class="over"
                    aria-label={format!("{number} {time} {actor} {text}")}
                    aria-current={current.then_some("step")}
                    tabindex={if comes { "0" } else { "-1" }}
                    onclick={page.on(Action::Jump(number))}
                />
                // The text needs the spaces that the grid layout does not.
                <span class="number">{ number }</span>{ " " }
                <span class="time">{ time }</span>{ " " }
                <span class="actor" title={actor.clone()}>{ glyph(slug) }{ short_actor(page, step) }</span>{ " " }
                <span class="text">{ told }</span>
            </li>
        }
    }
}

/// The current rows.
fn rows(props: &Props, open: &BTreeSet<usize>) -> Vec<StepRow> {
    let engine = props.session.engine();
    if props.every_step {
        fold::unfolded(engine.steps().len())
    } else {
        fold::rows(engine.steps(), engine.cursor(), open)
    }
}

/// The actor of a step in one short word.
fn short_actor(page: &Page, step: Option<&Step>) -> String {
    step.map_or_else(String::new, |step| match &step.action {
        engine::StepKind::Work(item) => item.actor.spec().short_name.to_owned(),
        engine::StepKind::User(_) | engine::StepKind::Clock { .. } => step.actor(page.language),
    })
}

/// The end of a name if it is distinctive, since space is limited.
fn short(key: &Key, text: &str) -> String {
    let end = names::made_up_end(key, text);
    end.map_or_else(|| text.to_owned(), |end| format!("…-{end}"))
}
