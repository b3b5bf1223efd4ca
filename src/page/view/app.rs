//! The page as a whole: its state, its timers, its places.

use super::cluster::Cluster;
use super::console::Console;
use super::context::Page;
use super::environment::Environment;
use super::events::Events;
use super::glyph::Glyphs;
use super::header::Header;
use super::help::Help;
use super::keys::{self, Keys};
use super::manifests::Manifests;
use super::menu;
use super::object::Object;
use super::places::pane_name;
use super::queues::Queues;
use super::splitter::{self, Splitters};
use super::tabs::Tabs;
use super::timeline::Timeline;
use super::transport::Transport;
use super::why::Why;
use crate::page::action::{Action, Pane, Running, Theme};
use crate::page::browser;
use crate::page::cluster::Same;
use crate::page::state::{EXAMPLE, State};
use gloo_timers::callback::{Interval, Timeout};
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use yew::prelude::*;

/// What an object looks like that a number comes from.
const LIT: &str = "outline:3px solid var(--accent);outline-offset:-2px";

/// The page.
pub struct App {
    state: State,
    send: Callback<Action>,
    keys: Keys,
    ticker: Ticker,
    /// A pane that is to get the keyboard once it is shown.
    visit: Option<Pane>,
    /// Whether a menu has opened that is to get the keyboard.
    opens: bool,
    /// What is to be brought into sight.
    goal: Option<String>,
}

/// What brings the next tick.
enum Ticker {
    Off,
    /// Milliseconds between two ticks, and the timer.
    Playing(
        u32,
        #[expect(dead_code, reason = "dropping it ends it")] Interval,
    ),
    Settling(#[expect(dead_code, reason = "dropping it ends it")] Timeout),
}

impl Component for App {
    type Message = Action;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let manifests = browser::kept(browser::MANIFESTS).unwrap_or_else(|| EXAMPLE.to_owned());
        let mut state = State::new(manifests.into(), browser::language());
        state.theme = browser::theme();
        state.keys = browser::kept(browser::KEYS).as_deref() != Some("off");
        let send = ctx.link().callback(|action| action);
        let app = Self {
            keys: keys::listen(state.keys, send.clone()),
            state,
            send,
            ticker: Ticker::Off,
            visit: None,
            opens: false,
            goal: None,
        };
        app.set_root();
        splitter::restore();
        app
    }

    fn update(&mut self, ctx: &Context<Self>, action: Action) -> bool {
        match &action {
            Action::Show(pane) => self.visit = Some(*pane),
            Action::Menu(Some(_)) => self.opens = true,
            _ => {}
        }
        let kept = action.clone();
        if let Action::Visit(origin) = &action {
            self.goal = Some(selector(&origin.object));
        }
        let shown = self.state.reduce(action, browser::clock);
        self.keep(&kept);
        self.set_ticker(ctx);
        shown
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        let state = &self.state;
        let page = Page {
            language: state.language,
            send: self.send.clone(),
        };
        let session = &state.session;
        let dark = browser::is_dark(state.theme);
        html! {
            <ContextProvider<Page> context={page.clone()}>
                <Glyphs />
                if let Some(object) = &state.lit.1 {
                    <style>{ format!("{}{{{LIT}}}", selector(object)) }</style>
                }
                if let Some(object) = &state.selected {
                    <style>{ menu::style(object) }</style>
                }
                <Header theme={state.theme} />
                <main class={classes!("panes", state.is_calm().then_some("calm"))}
                    onclick={menu::select(&page)}
                    oncontextmenu={menu::open(&page)}
                    onkeydown={menu::roam()}
                    data-pane={pane_name(state.pane)}
                    data-bottom={pane_name(state.front[0])}
                    data-right={pane_name(state.front[1])}
                    data-centre={pane_name(state.front[2])}
                    data-below={pane_name(state.front[3])}
                    data-middle={pane_name(state.front[4])}
                >
                    <Manifests
                        text={state.manifests.clone()}
                        applied={state.applied.clone()}
                        look={state.look}
                        lit={state.lit.0}
                        {dark}
                    />
                    <Cluster view={state.cluster.clone()} beside={state.compare.as_ref().map(|compare| compare.beside().clone())} />
                    if state.front.contains(&Pane::Environment) {
                        <Environment session={session.clone()} />
                    }
                    if state.front.contains(&Pane::Object) {
                        <Object session={session.clone()} selected={state.selected.clone()} />
                    }
                    <Why session={session.clone()} field={state.field.clone()} whole={state.whole_chart} />
                    <Transport
                        session={session.clone()}
                        running={state.running}
                        until={state.until}
                        speed={state.speed}
                        map={state.map.clone()}
                        notice={state.notice.clone()}
                        compares={state.compare.is_some()}
                    />
                    <Queues session={session.clone()} />
                    <Timeline session={session.clone()} shown={state.front.contains(&Pane::Timeline)} />
                    <Console
                        page={page.clone()}
                        screen={Same(state.console.screen.clone())}
                        field={state.console.field.clone()}
                        waits={state.console.is_waiting()}
                        edits={state.console.editing().is_some()}
                    />
                    <Events session={session.clone()} />
                    <Splitters />
                    { menu::menu(&page, state.menu.as_ref()) }
                </main>
                <Tabs pane={state.pane} />
                <Help open={state.help} keys={state.keys} />
                <p class="unseen" role="status" aria-live="polite">{ &state.announcement }</p>
            </ContextProvider<Page>>
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if std::mem::take(&mut self.opens) {
            browser::focus(".menu button");
        }
        if self.visit.is_some() {
            browser::bring_into_sight(".tab[aria-current]");
        }
        match self.visit.take() {
            Some(Pane::Manifests) => browser::focus(".editor .cm-content, .editor textarea"),
            Some(Pane::Console) => browser::focus("#console-field"),
            Some(pane) => browser::focus(&format!("#pane-{}", pane_name(pane))),
            None => {}
        }
        if let Some(goal) = self.goal.take() {
            browser::bring_into_sight(&goal);
        }
    }
}

impl App {
    /// Keeps what must survive a reload.
    fn keep(&mut self, action: &Action) {
        let state = &self.state;
        match action {
            Action::Edit(_) | Action::Example => {
                browser::keep(browser::MANIFESTS, state.own_manifests())
            }
            Action::Language(language) => {
                browser::keep(browser::LANGUAGE, browser::tag(*language));
                self.set_root();
            }
            Action::Theme(theme) => {
                browser::keep(browser::THEME, browser::theme_name(*theme));
                self.set_root();
            }
            Action::Keys(on) => {
                browser::keep(browser::KEYS, if *on { "on" } else { "off" });
                self.keys.set(*on);
            }
            _ => {}
        }
    }

    /// Language and theme belong to the whole document.
    fn set_root(&self) {
        browser::set_root_attribute("lang", browser::tag(self.state.language));
        browser::set_root_attribute("data-theme", browser::theme_name(self.state.theme));
    }

    fn set_ticker(&mut self, ctx: &Context<Self>) {
        let millis = self.state.interval();
        match (&self.ticker, self.state.running) {
            (Ticker::Playing(known, _), Running::Playing) if *known == millis => {}
            (_, Running::Idle) => self.ticker = Ticker::Off,
            (_, Running::Playing) => {
                let send = self.send.clone();
                let timer = Interval::new(millis, move || send.emit(Action::Tick));
                self.ticker = Ticker::Playing(millis, timer);
            }
            (_, Running::Settling(_)) => {
                let link = ctx.link().clone();
                // After the frame: what the slice did is seen before the next one runs.
                let timer = Timeout::new(0, move || link.send_message(Action::Tick));
                self.ticker = Ticker::Settling(timer);
            }
        }
    }
}

/// Where an object stands in the cluster.
fn selector(object: &Key) -> String {
    let name = &object.name;
    match object.kind {
        Kind::Pod => format!(".cluster :is(.pod, .seat)[aria-label^='{name}: ']"),
        kind => format!(".cluster [aria-label='{} {name}']", kind.name()),
    }
}

/// The next theme of the button that goes round.
pub fn next_theme(theme: Theme) -> Theme {
    match theme {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    }
}
