//! Everything on the page that needs the cluster. With the feature `split` it is a module of its own, loaded by
//! [`fetch`] after the first paint.

use super::app::selector;
use super::cluster::Cluster;
use super::console::Console;
use super::context::Page;
use super::events::Events;
use super::frame::Frame;
use super::futures::control;
use super::lessons_door::Lessons;
use super::manifests::Manifests;
use super::menu;
use super::motion::Stage;
use super::opened::{Opened, View};
use super::outcome;
use super::queues::Queues;
use super::saving::Saving;
use super::share::Shared;
use super::splitter::splitters;
use super::timeline::Timeline;
use super::transport::Transport;
use super::why::Why;
use crate::page::action::{Action, Pane, Press, Running};
use crate::page::browser;
use crate::page::cluster::Same;
use crate::page::motion::Motion;
use crate::page::motion::moment::Moment;
use crate::page::start::Start;
use crate::page::state::State;
use yew::prelude::*;

/// The style of the object that a number comes from.
const LIT: &str = "outline:3px solid var(--accent);outline-offset:-2px";

/// The page with its cluster, as an interface for code that must not depend on its types.
pub trait Whole {
    /// Performs an action. Returns whether to redraw.
    fn act(&mut self, action: Action) -> bool;
    /// The whole page.
    fn view(&self, send: &Callback<Action>) -> Html;
    /// What is running.
    fn running(&self) -> Running;
    /// The user's manifests.
    fn manifests(&self) -> &str;
    /// Whether anything waits for kubectl to be loaded.
    fn wants_kubectl(&self) -> bool;
    /// Whether anything waits for the code of sessions to be loaded.
    fn wants_sessions(&self) -> bool;
    /// Must be called after the document was updated.
    fn rendered(&mut self);
}

/// Takes over from the start page.
pub type Open = fn(Start, Callback<Action>) -> Box<dyn Whole>;

/// The state of the page, its stylesheet for individual objects, and its animations.
struct Rest {
    state: State,
    marks: String,
    stage: Stage,
    lessons: Lessons,
    saving: Saving,
}

fn open(start: Start, send: Callback<Action>) -> Box<dyn Whole> {
    let lessons = Lessons::new(send.clone());
    for action in &start.asked {
        lessons.fetch(action);
    }
    Box::new(Rest {
        lessons,
        state: State::take_over(start, browser::clock),
        marks: String::new(),
        stage: Stage::new(),
        saving: Saving::new(send),
    })
}

/// Loads the rest of the page.
#[cfg(feature = "split")]
#[wasm_split_helpers::wasm_split(cluster, fallible)]
pub fn fetch() -> Result<Open, wasm_split_helpers::SplitLoaderError> {
    Ok(open)
}

/// The rest of the page, which is part of the same module.
#[cfg(not(feature = "split"))]
pub async fn fetch() -> Result<Open, std::convert::Infallible> {
    Ok(open)
}

impl Whole for Rest {
    fn act(&mut self, action: Action) -> bool {
        let before = Moment::of(&self.state);
        self.lessons.fetch(&action);
        let turns = Lessons::turns_page(&action);
        let by_timer = action == Action::Save;
        let shown = self.state.reduce(action, browser::clock);
        self.saving.follow(&self.state, by_timer);
        for reply in self.state.console.replies.drain(..) {
            browser::answer(&reply.stdout, &reply.stderr, reply.exit);
        }
        self.lessons.follow(turns, self.state.scene.as_ref());
        if shown {
            self.stage.prepare(before, &self.state);
        }
        shown
    }

    fn running(&self) -> Running {
        self.state.running
    }

    fn manifests(&self) -> &str {
        self.state.own_manifests()
    }

    fn wants_kubectl(&self) -> bool {
        self.state.wants_kubectl()
    }

    fn wants_sessions(&self) -> bool {
        self.state.wants_sessions()
    }

    fn rendered(&mut self) {
        let marks = marks(&self.state);
        if marks != self.marks {
            browser::mark(&marks);
            self.marks = marks;
        }
        self.stage.play();
        self.lessons.rendered();
    }

    fn view(&self, send: &Callback<Action>) -> Html {
        self.state.view(send)
    }
}

impl State {
    fn view(&self, send: &Callback<Action>) -> Html {
        let page = Page {
            language: self.language,
            send: send.clone(),
        };
        let ended = self.ended.as_ref();
        let ended = ended.and_then(|ended| ended.ending.outcome.as_ref());
        Frame {
            theme: self.theme,
            version: self.version(),
            calm: !matches!(self.motion(), Motion::Full(_)),
            pane: self.pane,
            front: self.front,
            manifests: html! {
                <Manifests
                    text={self.manifests.clone()}
                    applied={self.applied.clone()}
                    look={self.look}
                    lit={self.lit.0}
                    primary={self.asks_for() == Press::Apply}
                    dark={browser::is_dark(self.theme)}
                />
            },
            before: before(self),
            transport: html! {
                <Transport
                    at={self.at()}
                    running={self.running}
                    until={self.until}
                    speed={self.speed}
                    map={self.map.clone()}
                    curves={outcome::curves(&page)}
                    notice={outcome::notice(&page, &self.notice, ended, self.next().as_ref())}
                    primary={self.asks_for() == Press::Step}
                    futures={control(&page, &self.session.engine(), self.compare.is_some())}
                />
            },
            after: after(self, &page),
            help: html! {
                <>
                    if let Some(open) = self.help {
                        <Opened view={View::Help(open, self.keys)} />
                    }
                    if let Some(open) = self.lessons {
                        <Opened view={View::Lessons(open, self.lesson_map.clone())} />
                    }
                    if let Some(open) = self.share {
                        <Opened view={View::Share(shared(self, open))} />
                    }
                </>
            },
            announcement: &self.announcement,
            click: menu::select(&page),
            menu: menu::open(&page),
            key: menu::roam(),
            page,
        }
        .view()
    }
}

/// The rules for the object that a number comes from, and for the selected one.
fn marks(state: &State) -> String {
    let lit = state.lit.1.as_ref();
    let lit = lit.map(|object| format!("{}{{{LIT}}}", selector(object)));
    let selected = state.selected.as_ref().map(menu::style);
    lit.into_iter().chain(selected).collect()
}

fn shared(state: &State, open: bool) -> Shared {
    Shared {
        open,
        session: state.session.clone(),
        manifests: state.own_manifests().into(),
        sessions: state.sessions,
        kubectl: state.console.kubectl,
        unsaved: state.unsaved,
    }
}

fn before(state: &State) -> Html {
    let session = &state.session;
    html! {
        <>
            <Cluster
                view={state.cluster.clone()}
                beside={state.compare.as_ref().map(|compare| compare.beside().clone())}
                session={session.clone()}
                picture={state.picture}
                scenarios={state.scenarios.clone()}
                watch={state.asks_for() == Press::Scenario}
                scene={state.scene.clone()}
            />
            if state.front.contains(&Pane::Environment) {
                <Opened key="environment" view={View::Environment(session.clone())} />
            }
            if state.front.contains(&Pane::Object) {
                <Opened key="object" view={View::Object(session.clone(), state.selected.clone())} />
            }
            <Why session={state.explained().clone()} now={state.explains_past()} field={state.field.clone()} whole={state.whole_chart} shown={state.pane == Pane::Why} />
        </>
    }
}

fn after(state: &State, page: &Page) -> Html {
    let session = &state.session;
    let console = &state.console;
    html! {
        <>
            <Queues session={state.session_of(Pane::Queues)} />
            <Timeline session={state.session_of(Pane::Timeline)} every_step={state.every_step} />
            <Console
                page={page.clone()}
                screen={Same(console.screen.clone())}
                field={console.field.clone()}
                waits={console.is_waiting()}
                edits={console.editing().is_some()}
            />
            <Events session={state.session_of(Pane::Events)} />
            { splitters(page) }
            { menu::menu(page, &session.engine(), state.menu.as_ref()) }
        </>
    }
}
