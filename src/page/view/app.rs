//! The page as a whole: its initial view, timers and layout. Everything that needs the cluster is loaded after the
//! first paint ([`super::rest`]), and takes over what was typed and requested until then.

use super::context::Page;
use super::frame::Frame;
use super::keys::{self, Keys};
use super::manifests::Manifests;
use super::opened;
use super::pictures::{picture_name, picture_of};
use super::places::title;
use super::rest::{self, Open, Whole};
use super::saving;
use super::splitter;
use super::transport::Transport;
use crate::page::action::{Action, Activity, At, LastApply, Pane, RunUntil, Theme};
use crate::page::browser::{self, Frames};
use crate::page::console::{self, Say};
use crate::page::embed::Mode;
use crate::page::play::Speed;
use crate::page::sessions;
use crate::page::start::{EXAMPLE, Start};
use crate::page::words;
use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::html::Scope;
use yew::prelude::*;

/// The page.
pub struct App {
    now: Now,
    send: Callback<Action>,
    keys: Keys,
    _asks: Option<EventListener>,
    _brings: Option<EventListener>,
    _system: Option<EventListener>,
    ticker: Ticker,
    /// Whether kubectl is being loaded.
    fetching: bool,
    /// Whether the code of sessions is being loaded.
    fetching_sessions: bool,
    /// A pane to be focused once it is shown.
    visit: Option<Pane>,
    /// Whether a menu has opened that must be focused.
    opens: bool,
    /// Whether the rest of the page has just been loaded.
    arrives: bool,
    /// The element to be scrolled into view.
    goal: Option<String>,
}

/// The loaded part of the page.
enum Now {
    Start(Start),
    Whole(Box<dyn Whole>),
}

/// Messages to the page.
pub enum Msg {
    /// An action of the user or of a timer.
    Do(Action),
    /// The system's colour scheme has changed.
    System,
    /// The rest of the page is loaded, or cannot be loaded.
    Rest(Option<Open>),
}

/// The source of the next tick.
enum Ticker {
    Off,
    Playing(#[expect(dead_code, reason = "dropping it ends it")] Frames),
    Settling(#[expect(dead_code, reason = "dropping it ends it")] Timeout),
}

impl Component for App {
    type Message = Msg;
    type Properties = ();

    fn create(ctx: &Context<Self>) -> Self {
        let kept = browser::kept(browser::MANIFESTS);
        let start = Start {
            manifests: kept.as_deref().unwrap_or(EXAMPLE).into(),
            language: browser::language(),
            theme: browser::theme(),
            keys: browser::kept(browser::KEYS).as_deref() != Some("off"),
            pane: Pane::Cluster,
            asked: Vec::new(),
            open: saving::at_start(),
        };
        browser::set_root_attribute("lang", start.language.tag());
        browser::set_root_attribute("data-theme", start.theme.name());
        splitter::restore();
        ctx.link()
            .send_future(async { Msg::Rest(rest::fetch().await.ok()) });
        let send = send_later(ctx.link().clone());
        let has_session = start.open.is_some();
        let mut app = Self {
            keys: keys::listen(start.keys, send.clone()),
            _asks: asks(send.clone()),
            _brings: brings(send.clone()),
            _system: follow_system(ctx.link().clone()),
            now: Now::Start(start),
            send,
            ticker: Ticker::Off,
            fetching: false,
            fetching_sessions: false,
            visit: None,
            opens: false,
            arrives: false,
            goal: None,
        };
        if has_session {
            // It needs them, so they do not wait for the cluster.
            app.fetch_all(ctx);
        }
        app
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        let shown = match message {
            Msg::Do(action) => self.act(action),
            Msg::System => true,
            Msg::Rest(Some(open)) => {
                self.go_on(open);
                self.fetch_all(ctx);
                true
            }
            Msg::Rest(None) => {
                browser::report("the cluster could not be loaded: is there a network?");
                false
            }
        };
        if let Now::Whole(whole) = &self.now
            && whole.wants_kubectl()
        {
            self.fetch_kubectl(ctx);
        }
        if let Now::Whole(whole) = &self.now
            && whole.wants_sessions()
        {
            self.fetch_sessions(ctx);
        }
        self.set_ticker(ctx);
        shown
    }

    fn view(&self, _ctx: &Context<Self>) -> Html {
        match &self.now {
            // A frame is laid out by the part that is loaded now.
            Now::Start(_) if browser::is_embedded() => Html::default(),
            Now::Start(start) => start_view(start, &self.send),
            Now::Whole(whole) => whole.view(&self.send),
        }
    }

    fn rendered(&mut self, _ctx: &Context<Self>, _first: bool) {
        if let Now::Whole(whole) = &mut self.now {
            whole.rendered();
        }
        if std::mem::take(&mut self.arrives) {
            splitter::tell();
        }
        if std::mem::take(&mut self.opens) {
            browser::focus(".menu button");
        }
        if self.visit.is_some() {
            browser::bring_into_sight(".tab[aria-current]");
        }
        match self.visit.take() {
            Some(Pane::Manifests) => browser::focus(".editor .cm-content, .editor textarea"),
            Some(Pane::Console) => browser::focus("#console-field"),
            Some(pane) => browser::focus(&format!("#pane-{}", pane.name())),
            None => {}
        }
        if let Some(goal) = self.goal.take() {
            browser::bring_into_sight(&goal);
        }
    }
}

impl App {
    fn act(&mut self, action: Action) -> bool {
        match &action {
            Action::Show(pane) => self.visit = Some(*pane),
            Action::Menu(Some(_)) => self.opens = true,
            Action::Visit(origin) => self.goal = Some(selector(&origin.object)),
            Action::Sessions(_) => self.fetching_sessions = false,
            Action::Kubectl(_) => {
                self.fetching = false;
                // The last part of the page that anyone may wait for.
                spawn_local(async {
                    opened::prepare().await;
                });
            }
            _ => {}
        }
        let asked = action.clone();
        let shown = match &mut self.now {
            Now::Start(start) => start.take(action),
            Now::Whole(whole) => whole.act(action),
        };
        self.keep(&asked);
        shown
    }

    /// Takes over from the start page.
    fn go_on(&mut self, open: Open) {
        if let Now::Start(start) = &mut self.now {
            let start = Start {
                manifests: start.manifests.clone(),
                asked: std::mem::take(&mut start.asked),
                open: start.open.take(),
                ..*start
            };
            self.arrives = true;
            // The pane could not be focused before it existed.
            self.visit = start.asked.iter().rev().find_map(|action| match action {
                Action::Show(pane) => Some(*pane),
                _ => None,
            });
            let mut whole = open(start, self.send.clone());
            whole.act(Action::Picture(picture_of(browser::kept(browser::PICTURE))));
            self.now = Now::Whole(whole);
        }
    }

    /// Loads what anyone may wait for later.
    fn fetch_all(&mut self, ctx: &Context<Self>) {
        self.fetch_sessions(ctx);
        // A frame of another page may be one of several, and loads only what it needs.
        if !browser::is_embedded() {
            self.fetch_kubectl(ctx);
        }
    }

    /// Loads kubectl last, since nothing waits for it.
    fn fetch_kubectl(&mut self, ctx: &Context<Self>) {
        if !std::mem::replace(&mut self.fetching, true) {
            let door = async { Msg::Do(Action::Kubectl(console::fetch().await.ok())) };
            ctx.link().send_future(door);
        }
    }

    /// Loads the code of sessions, without which nothing is saved.
    fn fetch_sessions(&mut self, ctx: &Context<Self>) {
        if !std::mem::replace(&mut self.fetching_sessions, true) {
            let door = async { Msg::Do(Action::Sessions(sessions::fetch().await.ok())) };
            ctx.link().send_future(door);
        }
    }

    /// Stores what must survive a reload.
    fn keep(&mut self, action: &Action) {
        match action {
            Action::Edit(_)
            | Action::Example
            | Action::Mend
            | Action::Redact
            | Action::File(..) => {
                let manifests = match &self.now {
                    Now::Start(start) => &start.manifests,
                    Now::Whole(whole) => whole.manifests(),
                };
                browser::keep(browser::MANIFESTS, manifests);
            }
            Action::Language(language) => {
                let tag = language.tag();
                browser::keep(browser::LANGUAGE, tag);
                browser::set_root_attribute("lang", tag);
            }
            Action::Theme(theme) => {
                let name = theme.name();
                browser::keep(browser::THEME, name);
                browser::set_root_attribute("data-theme", name);
            }
            Action::Picture(picture) => {
                browser::keep(browser::PICTURE, picture_name(*picture));
            }
            Action::Keys(on) => {
                browser::keep(browser::KEYS, if *on { "on" } else { "off" });
                self.keys.set(*on);
            }
            _ => {}
        }
    }

    fn set_ticker(&mut self, ctx: &Context<Self>) {
        let Now::Whole(whole) = &self.now else {
            return;
        };
        match whole.running() {
            Activity::Idle if !whole.works() => self.ticker = Ticker::Off,
            Activity::Playing if matches!(self.ticker, Ticker::Playing(_)) => {}
            Activity::Playing => {
                let link = ctx.link().clone();
                let frames = Frames::new(move || link.send_message(Msg::Do(Action::Tick)));
                self.ticker = Ticker::Playing(frames);
            }
            Activity::Idle | Activity::Settling(_) | Activity::Opening => {
                let link = ctx.link().clone();
                // After the frame, so that the slice's result is visible before the next one runs.
                let timer = Timeout::new(0, move || link.send_message(Msg::Do(Action::Tick)));
                self.ticker = Ticker::Settling(timer);
            }
        }
    }
}

/// Lets scripts run commands in the console (`kubestep.run`), including those requested before it was loaded.
fn asks(send: Callback<Action>) -> Option<EventListener> {
    let ask = move || {
        while let Some(line) = browser::asked() {
            send.emit(Action::Console(Say::Ask(line.into())));
        }
    };
    ask();
    let document = browser::document()?;
    Some(EventListener::new(&document, browser::ASKS, move |_| ask()))
}

/// Opens sessions that are dropped, pasted or chosen.
fn brings(send: Callback<Action>) -> Option<EventListener> {
    let document = browser::document()?;
    Some(EventListener::new(&document, browser::BRINGS, move |_| {
        while let Some(text) = browser::brought() {
            send.emit(Action::Open(text.into(), None));
        }
    }))
}

/// Redraws the page when the system's colour scheme changes, because the editor has its own colours.
fn follow_system(link: Scope<App>) -> Option<EventListener> {
    let query = browser::system_is_dark()?;
    let changed = move |_: &Event| link.send_message(Msg::System);
    Some(EventListener::new(&query, "change", changed))
}

/// Sends actions asynchronously, for example from the editor, which must not be changed during its own update.
fn send_later(link: Scope<App>) -> Callback<Action> {
    Callback::from(move |action| {
        let link = link.clone();
        spawn_local(async move { link.send_message(Msg::Do(action)) });
    })
}

/// An empty miniature of the timeline.
const NO_MAP: &str = r#"<div class="map" aria-hidden="true"></div>"#;

/// The page before the cluster is loaded, with everything in its final place.
fn start_view(start: &Start, send: &Callback<Action>) -> Html {
    let page = Page {
        language: start.language,
        send: send.clone(),
        mode: Mode::Whole,
    };
    // What has been loaded waits for the cluster, too.
    let by_user = |action: &Action| !matches!(action, Action::Kubectl(_) | Action::Sessions(_));
    let notice = match start.asked.iter().any(by_user) {
        false => "",
        true => page.say(&words::CLUSTER_COMES),
    };
    let panes = |panes: &[Pane]| panes.iter().map(|pane| empty(&page, *pane)).collect();
    Frame {
        theme: start.theme,
        version: kubestep::versions::Version::default(),
        calm: false,
        pane: start.pane,
        front: Pane::FRONT,
        manifests: html! {
            <Manifests
                text={start.manifests.clone()}
                applied={LastApply::Not}
                look={None}
                is_state={false}
                primary={false}
                lit={0}
                dark={browser::is_dark(start.theme)}
                is_opening={start.open.is_some()}
            />
        },
        before: panes(&[Pane::Cluster, Pane::Why]),
        transport: html! {
            <Transport
                at={At::default()}
                now={words::CLOCK_ZERO}
                running={Activity::Idle}
                until={RunUntil::Settled}
                speed={Speed::default()}
                map={Rc::<str>::from(NO_MAP)}
                curves={Html::default()}
                notice={html! { <p>{ notice }</p> }}
                primary={false}
                futures={None::<Html>}
            />
        },
        after: panes(&[Pane::Queues, Pane::Timeline, Pane::Console, Pane::Events]),
        help: Html::default(),
        announcement: notice,
        click: Callback::noop(),
        menu: Callback::noop(),
        key: Callback::noop(),
        page: page.clone(),
    }
    .view()
}

/// A pane whose content is not loaded yet.
fn empty(page: &Page, pane: Pane) -> Html {
    let name = pane.name();
    html! {
        <section class={classes!("pane", name)} aria-busy="true">
            <div class="pane-head"><h2>{ title(page, pane) }</h2></div>
            <div class="pane-body"></div>
        </section>
    }
}

/// The selector of an object's element in the cluster.
pub fn selector(object: &Key) -> String {
    let name = &object.name;
    match object.kind {
        Kind::Pod => format!(".cluster :is(.pod, .seat)[aria-label^='{name}: ']"),
        kind => format!(".cluster [aria-label='{} {name}']", kind.name()),
    }
}

/// The next theme in the button's cycle.
pub fn next_theme(theme: Theme) -> Theme {
    match theme {
        Theme::System => Theme::Light,
        Theme::Light => Theme::Dark,
        Theme::Dark => Theme::System,
    }
}
