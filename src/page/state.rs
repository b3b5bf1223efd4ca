//! The state of the page, and how each [`Action`] changes it.

use super::action::{Action, Activity, LastApply, LookAt, Pane, Picture, Press, RunUntil, Theme};
use super::budget::Budget;
use super::cluster::{self, ClusterView, LastView};
use super::compare::Compare;
use super::console::{Console, Say};
use super::deletion;
use super::embed::Embed;
use super::motion::Motion;
use super::pace::Pace;
use super::play::{Player, Speed};
use super::scenario;
use super::sessions::{self, Sessions};
use super::source::{self, ManifestField};
use super::start::{EXAMPLE, Start};
use super::summary;
use super::turns::Turns;
use super::watch::Watch;
use super::words;
use kubestep::api::object::Key;
use kubestep::engine::{Config, Engine};
use kubestep::manifests::state::Served;
use kubestep::scenario::{Map, Scenario};
use kubestep::session::NAME;
use kubestep::texts::Language;
use kubestep::versions::Version;
use std::cell::RefCell;
use std::rc::Rc;

/// The state of the page.
#[derive(Debug)]
pub struct State {
    /// The engine.
    pub session: Session,
    /// The view of the cluster.
    pub cluster: Rc<ClusterView>,
    /// The manifests as edited by the user.
    pub manifests: Rc<str>,
    /// The name of the file that they are.
    pub file: Rc<str>,
    /// The manifests put aside while an object is being edited.
    aside: Option<Rc<str>>,
    /// Whether the manifests were edited since they were applied.
    edited: bool,
    /// Whether the cursor has been in the editor.
    pub writes: bool,
    /// The result of the last `Apply`.
    pub applied: LastApply,
    /// A position to show in the editor.
    pub look: Option<LookAt>,
    /// The highlighted line of the manifests (0 for none), and the highlighted object.
    pub lit: (u32, Option<Key>),
    /// The field at the cursor in the manifests.
    pub field: Option<Rc<ManifestField>>,
    /// Whether flow charts are shown whole.
    pub whole_chart: bool,
    /// Whether Step and Back stop at every step, and the list of steps is not folded.
    pub every_step: bool,
    /// What is running.
    pub running: Activity,
    /// When `Settle` stops.
    pub until: RunUntil,
    /// The speed of playing.
    pub speed: Speed,
    /// The language.
    pub language: Language,
    /// The theme.
    pub theme: Theme,
    /// Whether single-key shortcuts are enabled.
    pub keys: bool,
    /// The pane shown if not all of them fit.
    pub pane: Pane,
    /// The pane shown in each of [`Pane::PLACES`].
    pub front: [Pane; Pane::PLACES.len()],
    /// How the cluster is shown.
    pub picture: Picture,
    /// The ReplicaSet whose pods are numbered by their order of deletion.
    deletion_order: Option<Key>,
    /// The selected object.
    pub selected: Option<Key>,
    /// The path of its field that is to be shown.
    pub inspected: Option<Rc<str>>,
    /// The object whose menu is open, and the menu's position.
    pub menu: Option<(Key, i32, i32)>,
    /// The console.
    pub console: Console,
    /// The page's own commands that wait for kubectl.
    commands: Vec<String>,
    /// Whether the help is open; `None` until it is opened.
    pub help: Option<bool>,
    /// The text announced to screen readers.
    pub announcement: String,
    /// A notice about the last run.
    pub notice: String,
    /// The result of the last run, until the position in time changes.
    pub ended: Option<Ended>,
    /// Number of steps when the last run started.
    began: usize,
    /// The timeline's miniature as SVG.
    pub map: Rc<str>,
    /// The future compared with the timeline.
    pub compare: Option<Compare>,
    /// The scenarios of the start screen.
    pub scenarios: Rc<[Rc<Scenario>]>,
    /// The playing scenario.
    pub scene: Option<Scene>,
    /// The user's manifests while a scenario's are in the editor.
    kept: Option<Rc<str>>,
    /// Whether the list of lessons is open; `None` until it is opened.
    pub lessons: Option<bool>,
    /// The list of lessons, or that it cannot be loaded.
    pub lesson_map: Option<Result<Rc<Map>, String>>,
    /// A lesson that waits for kubectl.
    coming: Option<lesson::Coming>,
    /// The timeline's number, and that of the future last left or compared.
    futures: (usize, Option<usize>),
    /// What the author of the frame asks for, if the page is in one.
    embed: Option<Rc<Embed>>,
    /// The code of sessions, once loaded.
    pub sessions: Option<Sessions>,
    /// The session being opened.
    opening: Option<Opening>,
    /// Whether the dialog for sharing is open; `None` until it is opened.
    pub share: Option<bool>,
    /// Whether the session cannot be saved.
    pub unsaved: bool,
    /// The editor's text as last looked at, and its objects that a cluster has served.
    served: RefCell<(Rc<str>, Vec<Served>)>,
    /// Where the session is saved.
    pub saved_as: SavedAs,
    /// The memory that the page may use.
    pub budget: Budget,
    /// Whether the page offers to drop the older half of the history.
    offers_drop: bool,
    watch: Watch,
    memory: LastView,
    pace: Pace,
    player: Player,
    turns: Turns,
}

impl State {
    /// The state with an empty cluster and these manifests.
    pub fn new(manifests: Rc<str>, language: Language) -> Self {
        let engine = Engine::new(Config::default());
        let memory = LastView::of(&engine);
        let session = Session::new(engine);
        let mut state = Self {
            turns: Turns::new(&session),
            session,
            cluster: Rc::default(),
            manifests,
            file: NAME.into(),
            aside: None,
            edited: false,
            applied: LastApply::Not,
            look: None,
            writes: false,
            lit: (0, None),
            field: None,
            whole_chart: false,
            every_step: false,
            running: Activity::Idle,
            until: RunUntil::Settled,
            speed: Speed::default(),
            language,
            theme: Theme::System,
            keys: true,
            pane: Pane::Cluster,
            front: Pane::FRONT,
            picture: Picture::Lanes,
            deletion_order: None,
            selected: None,
            inspected: None,
            menu: None,
            console: Console::default(),
            commands: Vec::new(),
            help: None,
            announcement: String::new(),
            notice: String::new(),
            ended: None,
            began: 0,
            map: Rc::default(),
            compare: None,
            scenarios: scenario::all(),
            scene: None,
            kept: None,
            lessons: None,
            lesson_map: None,
            coming: None,
            futures: (0, None),
            embed: None,
            sessions: sessions::at_hand(),
            opening: None,
            share: None,
            unsaved: false,
            served: RefCell::default(),
            saved_as: SavedAs::default(),
            budget: Budget::default(),
            offers_drop: false,
            watch: Watch::default(),
            memory,
            pace: Pace::default(),
            player: Player::new(0.0, 0),
        };
        state.changed();
        state
    }

    /// Continues from the start page, of a frame if `embed` says so, and performs its queued actions. `clock` is any clock in milliseconds.
    pub fn take_over(start: Start, embed: Option<Rc<Embed>>, clock: impl Fn() -> f64) -> Self {
        let mut state = Self::new(start.manifests, start.language);
        state.theme = start.theme;
        state.keys = start.keys;
        state.embed = embed;
        if let Some(source) = start.open {
            state.open(source, clock());
        }
        for action in start.asked {
            state.reduce(action, &clock);
        }
        state
    }

    /// Performs an action. `clock` is any clock in milliseconds. Returns whether to redraw.
    pub fn reduce(&mut self, action: Action, clock: impl Fn() -> f64) -> bool {
        let before = self.cluster.clone();
        let shown = self.carry_out(action, clock) || self.turns.are_behind(&self.session);
        let shown = self.mind_budget() || shown;
        self.watch_path();
        if shown {
            self.take_turns(&before);
        }
        shown
    }

    /// Updates what is drawn in this frame, given the previous view of the cluster.
    fn take_turns(&mut self, before: &Rc<ClusterView>) {
        let had_curves = self.turns.curves_show(&self.session);
        match self.motion() {
            Motion::Full(_) => self.turns.all(&self.session),
            Motion::Effects => self.turns.one(&self.session),
            Motion::None => self.turns.seldom(&self.session),
        }
        let is_new = !Rc::ptr_eq(before, &self.cluster);
        if !self.turns.curves_show(&self.session) {
            if let Some(view) = Rc::get_mut(&mut self.cluster).filter(|_| is_new) {
                view.keep_lines(before);
            }
        } else if !had_curves {
            self.map = self.watch.map();
            if !is_new {
                self.look();
            }
        }
    }

    fn carry_out(&mut self, action: Action, clock: impl Fn() -> f64) -> bool {
        let Some(action) = self.allow(action) else {
            return true;
        };
        let Some(action) = self.wait_for_session(action) else {
            return false;
        };
        let Some(action) = self.meet_scene(action, clock()) else {
            return true;
        };
        match action {
            Action::Step => self.step(),
            Action::RunItem(number) => self.run_item(number),
            Action::StepOne => self.step_one(),
            Action::Back => self.back(false),
            Action::BackOne => self.back(true),
            Action::Jump(steps) => self.jump(steps),
            Action::BackToUser => self.back_to_user(),
            Action::Settle => return self.toggle_settle(clock),
            Action::Next => self.go_next(clock),
            Action::TakeUp(future) => self.take_up(future),
            Action::Compare(future) => self.put_beside(future),
            Action::ToggleCompare => self.toggle_compare(),
            Action::EndCompare => return self.compare.take().is_some(),
            Action::Command(line) => self.command(line),
            Action::Kubectl(Some(door)) => {
                self.kubectl_is_here(door);
                self.scene_goes_on(clock());
            }
            Action::Scenario(number) => self.begin_scene(number, clock()),
            Action::Home => self.go_home(),
            Action::LessonMap(text) => self.take_map(text),
            Action::LessonText(name, Some(text), step) => self.open_lesson(name, text, step),
            Action::LessonText(name, None, _) => self.lesson_is_away(&name),
            Action::LessonStep(step) => self.return_to(step),
            Action::Answer(given) => self.answer(given),
            Action::Skip => self.skip(),
            Action::Kubectl(None) => {
                self.kubectl_stays_away();
                self.no_replay_without_kubectl(clock());
            }
            Action::Sessions(sessions) => self.sessions_are_here(sessions, clock()),
            Action::Open(text, slot) => {
                self.share = self.share.map(|_| false);
                let is_saved = false;
                let source = SessionSource {
                    text,
                    is_saved,
                    slot,
                };
                self.open(source, clock());
            }
            Action::DropOldest => self.drop_oldest(),
            Action::Anew => {
                self.share = self.share.map(|_| false);
                self.start_anew();
            }
            Action::Unsaved => {
                self.unsaved = true;
                self.say(words::SESSION_UNSAVED.text(self.language).to_owned());
            }
            Action::Until(until) => self.until = until,
            Action::Play => self.toggle_play(clock()),
            Action::Tick => return self.tick(clock),
            Action::Apply => self.apply(),
            Action::Mend => self.mend(),
            Action::ApplyAll(text) => {
                if let Err(faults) = self.apply_text(&text) {
                    self.announce_fault(&faults);
                }
            }
            Action::Refused(faults) => self.show_faults(faults),
            Action::File(name, text) => self.open_file(name, text),
            Action::RemoveFile(name) => self.remove_file(&name),
            Action::Redact => self.redact(),
            Action::Console(say) => self.say_to_console(say),
            Action::Try(line) => {
                self.show(Pane::Console);
                self.say_to_console(Say::Order(line));
            }
            Action::Run(line) => {
                self.menu = None;
                self.say_to_console(Say::Order(line));
            }
            other => return self.set(other),
        }
        true
    }

    /// The session that a text pane shows.
    pub fn session_of(&self, pane: Pane) -> Session {
        self.turns.session(pane).clone()
    }

    /// The cluster's current Kubernetes version.
    pub fn version(&self) -> Version {
        self.session.engine.borrow().store().version()
    }

    /// Whether the cluster is unchanged.
    pub fn is_fresh(&self) -> bool {
        self.session.engine.borrow().steps().is_empty()
    }

    /// The control to press next.
    pub fn asks_for(&self) -> Press {
        let goes_on = self.scene.as_ref().is_some_and(Scene::can_go_on);
        match (self.is_fresh(), self.edited) {
            _ if goes_on => Press::GoOn,
            (true, false) => Press::Scenario,
            (_, true) => Press::Apply,
            // The start screen has several.
            _ if self.cluster.is_empty() => Press::Any,
            _ => Press::Step,
        }
    }

    /// Performs actions that only affect the page.
    fn set(&mut self, action: Action) -> bool {
        match action {
            Action::Speed(speed) => self.set_speed(speed),
            Action::Faster(by) => self.set_speed(self.speed.faster(by)),
            Action::Edit(text) => {
                self.edited = true;
                self.manifests = text;
                // Positions of problems shift with the text; wrong ones would mislead.
                self.applied = LastApply::Not;
            }
            Action::Example => {
                self.edited = true;
                self.manifests = EXAMPLE.into();
                self.applied = LastApply::Not;
            }
            Action::Reveal(line, column) => {
                let number = self.look.map_or(0, |look| look.number + 1);
                self.look = Some(LookAt {
                    line,
                    column,
                    number,
                });
                self.show(Pane::Manifests);
            }
            Action::Light(origin) => {
                let line = origin
                    .as_ref()
                    .and_then(|origin| source::place(&self.manifests, origin))
                    .map_or(0, |(line, _)| line);
                self.lit = (line, origin.map(|origin| origin.object));
            }
            Action::Visit(origin) => match source::place(&self.manifests, &origin) {
                Some((line, column)) => return self.set(Action::Reveal(line, column)),
                None => self.pane = Pane::Cluster,
            },
            Action::Cursor(line) => {
                let begins = line > 0 && !self.writes;
                self.writes |= begins;
                let field = source::field(&self.manifests, line).map(Rc::new);
                if field == self.field && !begins {
                    return false;
                }
                self.field = field;
            }
            Action::EveryStep(on) => self.every_step = on,
            Action::WholeChart => self.whole_chart = !self.whole_chart,
            Action::Language(language) => self.language = language,
            Action::Theme(theme) => self.theme = theme,
            Action::Keys(on) => self.keys = on,
            Action::Show(pane) => self.show(pane),
            Action::Picture(picture) => self.picture = picture,
            Action::DeletionOrder(set) => {
                self.deletion_order = set;
                self.look();
            }
            Action::Help(open) => self.help = Some(open),
            Action::Lessons(open) => self.lessons = Some(open),
            Action::Share(open) => self.share = Some(open),
            Action::Select(key, path) => {
                self.menu = None;
                self.announcement = words::SELECTED.with(self.language, &[("object", &key)]);
                (self.selected, self.inspected) = (Some(key), path);
                self.show(Pane::Object);
            }
            Action::Menu(menu) => self.menu = menu,
            _ => return false,
        }
        true
    }

    /// Brings a pane to the front.
    fn show(&mut self, pane: Pane) {
        self.pane = pane;
        for (front, panes) in self.front.iter_mut().zip(Pane::PLACES) {
            if panes.contains(&pane) {
                *front = pane;
            }
        }
    }

    /// Updates the view of the cluster.
    fn look(&mut self) {
        let engine = self.session.engine();
        let mut view = cluster::view(&engine, &mut self.memory, &self.watch);
        summary::add(&mut view, &engine, &self.watch, engine.is_settled());
        if let Some(set) = &self.deletion_order {
            deletion::number(&mut view, &engine, set);
        }
        self.cluster = Rc::new(view);
    }

    /// Updates everything after the engine has changed.
    fn changed(&mut self) {
        self.ended = None;
        self.let_console_look();
        self.watch.follow(&mut self.session.change());
        self.look();
        let engine = self.session.engine();
        if let Some(compare) = &mut self.compare {
            compare.follow(&engine, &self.watch);
        }
        if self.futures.0 != engine.future() {
            self.futures = (engine.future(), Some(self.futures.0));
        }
    }

    /// Shows and announces a message about the last action.
    fn say(&mut self, text: String) {
        self.announcement.clone_from(&text);
        self.notice = text;
    }

    /// Announces the step that was just done.
    fn tell_step(&mut self) {
        let engine = self.session.engine.borrow();
        self.notice.clear();
        self.announcement = match engine.current() {
            Some(step) => step.headline(self.language).to_string(),
            None => words::AT_BEGINNING.text(self.language).to_owned(),
        };
    }

    fn run_item(&mut self, number: u64) {
        self.running = Activity::Idle;
        let ahead = self.ahead();
        let ran = self.session.engine.borrow_mut().step_item(number).is_some();
        if ran {
            self.changed();
            self.tell_step();
            self.tell_new_future(ahead);
        }
    }

    /// Number of known steps ahead.
    fn ahead(&self) -> usize {
        let engine = self.session.engine.borrow();
        engine.steps().len() - engine.cursor()
    }

    /// Announces that acting in the past has left a future behind.
    fn tell_new_future(&mut self, ahead: usize) {
        if let (1.., Some(left)) = (ahead, self.futures.1) {
            let values: &[(&str, &dyn std::fmt::Display)] =
                &[("count", &ahead), ("future", &(left + 1))];
            self.notice = words::NEW_FUTURE.with(self.language, values);
        }
    }

    fn jump(&mut self, steps: usize) {
        self.running = Activity::Idle;
        self.session.engine.borrow_mut().jump(steps);
        self.arrived();
        if steps > 0 && steps < self.session.engine().compacted() {
            self.tell_oldest();
        }
    }

    fn back_to_user(&mut self) {
        let before = {
            let engine = self.session.engine.borrow();
            let done = &engine.steps()[..engine.cursor()];
            done.iter().rposition(|step| step.is_user())
        };
        self.jump(before.unwrap_or(0));
    }

    /// Announces the current position in time.
    fn arrived(&mut self) {
        self.changed();
        let number = self.session.engine.borrow().cursor();
        self.notice.clear();
        self.announcement = words::WENT_BACK.with(self.language, &[("number", &number)]);
    }

    fn tick(&mut self, clock: impl Fn() -> f64) -> bool {
        match self.running {
            Activity::Idle => self.work_slice(clock),
            Activity::Settling(_) => self.settle_slice(clock),
            Activity::Playing => self.play_on(clock),
            Activity::Opening => self.replay_slice(clock),
        }
    }
}

mod apply;
mod compact;
mod console;
mod embed;
mod ending;
mod files;
mod futures;
mod lesson;
mod open;
mod play;
mod run;
mod scene;
mod session;
mod stride;
#[cfg(test)]
mod tests;
pub use ending::Ended;
pub use open::{Opening, SavedAs, SessionSource};
#[cfg(target_arch = "wasm32")]
pub use scene::Answer;
pub use scene::Scene;
pub use session::Session;
