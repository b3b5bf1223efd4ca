//! Everything on the page that needs the cluster. With the feature `split` it is a module of its own, loaded by
//! [`fetch`] after the first paint.

use super::app::selector;
use super::cluster::Cluster;
use super::console::ConsolePane;
use super::context::Page;
use super::embedded::{Embedded, Fragment, manifests};
use super::events::Events;
use super::files::OpenFiles;
use super::forecast::LinkSource;
use super::frame::Frame;
use super::futures::control;
use super::lessons_door::Lessons;
use super::manifests::Manifests;
use super::menu;
use super::motion::MotionStage;
use super::opened::{Opened, View};
use super::outcome;
use super::queues::Queues;
use super::saving::Saving;
use super::share::Shared;
use super::splitter::splitters;
use super::timeline::Timeline;
use super::transport::Transport;
use super::why::Why;
use crate::page::action::{Action, Activity, Pane, Press};
use crate::page::browser;
use crate::page::budget::Budget;
use crate::page::cluster::Same;
use crate::page::embed::Embed;
use crate::page::motion::Motion;
use crate::page::motion::moment::Moment;
use crate::page::progress;
use crate::page::start::Start;
use crate::page::state::State;
use crate::page::words;
use std::rc::Rc;
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
    fn running(&self) -> Activity;
    /// Whether a command in the console works, so that it is due again at once.
    fn works(&self) -> bool;
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
    stage: MotionStage,
    lessons: Lessons,
    /// A frame saves nothing.
    saving: Option<Saving>,
}

fn open(start: Start, send: Callback<Action>) -> Box<dyn Whole> {
    let lessons = Lessons::new(send.clone());
    for action in &start.asked {
        lessons.fetch(action);
    }
    let embed = Embed::of(browser::parameter).map(Rc::new);
    let has_nothing = start.open.is_none() && progress::address(&browser::fragment()).is_none();
    let mut state = State::take_over(start, embed, browser::clock);
    state.budget = Budget::new(browser::budget(), browser::memory);
    if state.mode().is_embedded() && has_nothing {
        // The first scenario.
        state.reduce(Action::Scenario(0), browser::clock);
    }
    Box::new(Rest {
        lessons,
        state,
        marks: String::new(),
        stage: MotionStage::new(),
        saving: (!browser::is_embedded()).then(|| Saving::new(send)),
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
        if let Some(saving) = &mut self.saving {
            saving.follow(&self.state, by_timer);
        }
        for reply in self.state.console.replies.drain(..) {
            browser::answer(&reply.stdout, &reply.stderr, reply.exit);
        }
        self.lessons.follow(turns, self.state.scene.as_ref());
        if shown {
            self.stage.prepare(before, &self.state);
        }
        shown
    }

    fn running(&self) -> Activity {
        self.state.running
    }

    fn works(&self) -> bool {
        self.state.console.work().is_some()
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
            mode: self.mode(),
        };
        let transport = self.transport(&page);
        let calm = !matches!(self.motion(), Motion::Full(_));
        if let Some(embed) = self.embed() {
            return Embedded {
                embed,
                calm,
                pane: self.pane,
                panes: embedded(self, &page, embed),
                transport,
                above: html! { <>{ menu(self, &page) }{ help(self) }</> },
                fragment: fragment(self),
                announcement: &self.announcement,
                page,
            }
            .view();
        }
        Frame {
            theme: self.theme,
            version: self.version(),
            calm,
            pane: self.pane,
            front: self.front,
            manifests: pane(self, &page, Pane::Manifests),
            before: before(self, &page),
            transport,
            after: after(self, &page),
            help: html! {
                <>
                    { help(self) }
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

    fn transport(&self, page: &Page) -> Html {
        let ended = self.ended.as_ref();
        let ended = ended.and_then(|ended| ended.ending.outcome.as_ref());
        let at = self.at();
        html! {
            <Transport
                {at}
                now={words::clock(at.clock)}
                running={self.running}
                until={self.until}
                speed={self.speed}
                map={self.map.clone()}
                curves={outcome::curves(page)}
                notice={outcome::notice(page, &self.notice, ended, self.next().as_ref(), self.drops())}
                primary={self.asks_for() == Press::Step}
                futures={control(page, &self.session.engine(), self.compare.is_some())}
            />
        }
    }
}

fn help(state: &State) -> Html {
    html! {
        if let Some(open) = state.help {
            <Opened view={View::Help(open, state.keys)} />
        }
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
        files: state.workspace(),
        sessions: state.sessions,
        kubectl: state.console.kubectl,
        unsaved: state.unsaved,
    }
}

/// A pane with its content.
fn pane(state: &State, page: &Page, pane: Pane) -> Html {
    let session = &state.session;
    let console = &state.console;
    match pane {
        Pane::Manifests if page.mode.is_readonly() => manifests(page, &state.manifests),
        Pane::Manifests => html! {
            <Manifests
                text={state.manifests.clone()}
                applied={state.applied.clone()}
                look={state.look}
                lit={state.lit.0}
                is_state={state.holds_state()}
                primary={state.asks_for() == Press::Apply}
                dark={browser::is_dark(state.theme)}
                is_opening={state.is_opening()}
                file={(state.embed().is_none() && state.shows_file()).then(|| state.file.clone())}
                files={files(state)}
            >
                { assistance(state) }
            </Manifests>
        },
        Pane::Cluster => html! {
            <Cluster
                view={state.cluster.clone()}
                beside={state.compare.as_ref().map(|compare| compare.beside().clone())}
                session={session.clone()}
                picture={state.picture}
                scenarios={state.scenarios.clone()}
                watch={state.asks_for() == Press::Scenario}
                scene={state.scene.clone()}
            />
        },
        Pane::Why => html! {
            <Why session={state.explained().clone()} now={state.explains_past()} field={state.field.clone()} whole={state.whole_chart} shown={state.pane == Pane::Why} />
        },
        Pane::Queues => html! { <Queues session={state.session_of(Pane::Queues)} /> },
        Pane::Timeline => html! {
            <Timeline session={state.session_of(Pane::Timeline)} every_step={state.every_step} />
        },
        Pane::Events => html! { <Events session={state.session_of(Pane::Events)} /> },
        Pane::Console => html! {
            <ConsolePane
                page={page.clone()}
                screen={Same(console.screen.clone())}
                field={console.field.clone()}
                waits={console.is_waiting()}
                work={console.work()}
                edits={console.editing().is_some()}
            />
        },
        Pane::Diagnosis => {
            let kubectl = state.console.kubectl;
            html! { <Opened view={View::Diagnosis(session.clone(), kubectl)} /> }
        }
        Pane::Forecast => {
            let kubectl = state.console.kubectl;
            let source = LinkSource {
                workspace: state.workspace(),
                sessions: state.sessions,
            };
            html! { <Opened view={View::Forecast(session.clone(), kubectl, source)} /> }
        }
        Pane::Object => {
            let (selected, inspected) = (state.selected.clone(), state.inspected.clone());
            html! { <Opened view={View::Object(session.clone(), selected, inspected)} /> }
        }
        Pane::Environment => {
            html! { <Opened view={View::Environment(session.clone())} /> }
        }
    }
}

/// The tabs of the files, which need to know what a session and the state of a cluster is. A frame has none.
fn files(state: &State) -> Html {
    let is_ready = state.sessions.is_some() || state.unsaved;
    if !is_ready || state.embed().is_some() {
        return Html::default();
    }
    let given = OpenFiles {
        session: state.session.clone(),
        sessions: state.sessions,
        workspace: state.workspace(),
        applied: state.applied.clone(),
        pane: state.pane,
        is_own: state.shows_file(),
    };
    html! { <Opened view={View::Files(given)} /> }
}

/// Assistance for what is typed into the editor, once the user has been there.
fn assistance(state: &State) -> Html {
    let is_manifest = !state.holds_state();
    html! {
        if is_manifest && (state.writes || state.is_edited()) {
            <Opened view={View::Assist(state.session.clone(), state.manifests.clone(), state.is_edited())} />
        }
    }
}

/// Panes in a row. Each has a key: it stays as it is, with the focus in it, when another one is shown before it.
fn row(state: &State, page: &Page, panes: impl IntoIterator<Item = Pane>) -> Html {
    let panes = panes.into_iter();
    panes
        .map(|each| html! { <key={each.name()}>{ pane(state, page, each) }</> })
        .collect()
}

/// The panes between the manifests and the transport.
fn before(state: &State, page: &Page) -> Html {
    // Loaded when they are first shown.
    let opened = [
        Pane::Environment,
        Pane::Object,
        Pane::Diagnosis,
        Pane::Forecast,
    ];
    let opened = opened.into_iter().filter(|pane| state.front.contains(pane));
    let panes = [Pane::Cluster].into_iter().chain(opened);
    row(state, page, panes.chain([Pane::Why]))
}

/// The panes after the transport, the splitters, and the menu.
fn after(state: &State, page: &Page) -> Html {
    let panes = [Pane::Queues, Pane::Timeline, Pane::Console, Pane::Events];
    html! {
        <>
            { row(state, page, panes) }
            { splitters(page) }
            { menu(state, page) }
        </>
    }
}

fn menu(state: &State, page: &Page) -> Html {
    menu::menu(page, &state.session.engine(), state.menu.as_ref())
}

/// The panes of a frame.
fn embedded(state: &State, page: &Page, embed: &Embed) -> Html {
    row(state, page, embed.tabs(state.pane))
}

/// What the link from a frame to the whole page leads to: the lesson, or all that was done; what the frame was opened
/// with, as long as nothing was done.
fn fragment(state: &State) -> Fragment {
    let lesson = state.scene.as_ref().filter(|scene| !scene.has_left());
    let lesson = lesson.and_then(|scene| Some((scene.lesson.clone()?, scene.step())));
    let sessions = state.sessions.filter(|_| state.has_history());
    let (session, files) = (state.session.clone(), state.workspace());
    Rc::new(move || match (&lesson, sessions) {
        (Some((name, step)), _) if progress::is_own(name) => progress::fragment(name, *step),
        (Some(_), _) | (None, None) => browser::fragment(),
        (None, Some(sessions)) => {
            let link = (sessions.link)(&session.engine(), &files);
            link.unwrap_or_else(|_| browser::fragment())
        }
    })
}
