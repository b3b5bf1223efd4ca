//! The actions of the user, and the page's enums of choices.

use super::console::{Door, Say};
use super::play::Speed;
use super::sessions::Sessions;
use kubestep::actor::decision::Origin;
use kubestep::api::object::Key;
use kubestep::manifests::state::Started;
use kubestep::manifests::{Diagnostic, Line, Mended};
use kubestep::texts::Language;
use std::rc::Rc;

/// An action of the user or of a timer.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Go to the next step with a visible effect.
    Step,
    /// Take exactly one step.
    StepOne,
    /// Play a scenario, by its index on the start screen.
    Scenario(usize),
    /// Continue a scenario that has paused, or return to the path of a lesson.
    GoOn,
    /// Open or close the list of lessons.
    Lessons(bool),
    /// The list of lessons has been loaded, or cannot be loaded.
    LessonMap(Option<Rc<str>>),
    /// Load a lesson by its name, or take it from the address, and open it at a pause: without a number at the one reached last.
    Lesson(Rc<str>, Option<usize>),
    /// Let the user choose a file with a lesson.
    PickLesson,
    /// The text of a lesson has been loaded, or cannot be loaded; and the number of the pause.
    LessonText(Rc<str>, Option<Rc<str>>, usize),
    /// Go to a pause of the lesson.
    LessonStep(usize),
    /// Answer the question of a lesson; or show the answer.
    Answer(Option<Rc<str>>),
    /// Run a command that a lesson offers, and show the console.
    Try(Rc<str>),
    /// Play a lesson to its next pause at once.
    Skip,
    /// Go back to the start screen.
    Home,
    /// Process the queue item with this number next.
    RunItem(u64),
    /// Go back to the previous step with a visible effect.
    Back,
    /// Go exactly one step back.
    BackOne,
    /// Whether to stop at every step and fold none, or to skip steps without a visible effect.
    EveryStep(bool),
    /// Go to the state after this number of steps.
    Jump(usize),
    /// Go to before the last user action.
    BackToUser,
    /// Run until the cluster makes no more progress by itself; or stop running.
    Settle,
    /// Switch to another future.
    TakeUp(usize),
    /// Compare a future with the timeline.
    Compare(usize),
    /// Compare the timeline with the future left last; or stop comparing.
    ToggleCompare,
    /// Stop comparing.
    EndCompare,
    /// Run a command line as a step of the timeline.
    Command(String),
    /// kubectl has been loaded, or cannot be loaded.
    Kubectl(Option<Door>),
    /// Advance the clock to the timer before which settling has stopped, and settle again.
    Next,
    /// Choose when `Settle` stops.
    Until(RunUntil),
    /// Play; or pause.
    Play,
    /// The next frame of playing or the next slice of settling is due.
    Tick,
    /// Set the speed of playing.
    Speed(Speed),
    /// Change the speed by this many settings.
    Faster(i32),
    /// The editor's text has changed.
    Edit(Rc<str>),
    /// Put the example into the editor.
    Example,
    /// Replace the names in a cluster's state in the editor.
    Redact,
    /// Apply the manifests.
    Apply,
    /// Fix the refused manifests and apply them.
    Mend,
    /// Apply the text of several files.
    ApplyAll(Rc<str>),
    /// Show what is wrong with the file in the editor.
    Refused(Rc<[Diagnostic]>),
    /// Put the file of a name into the editor, with its text.
    File(Rc<str>, Rc<str>),
    /// Remove a file that is not in the editor.
    RemoveFile(Rc<str>),
    /// Show a position in the manifests.
    Reveal(u32, u32),
    /// Highlight the origin of a number, or nothing.
    Light(Option<Origin>),
    /// Go to the origin of a number.
    Visit(Origin),
    /// The cursor is on this line of the manifests; 0 means outside of them.
    Cursor(u32),
    /// Toggle between the whole flow chart and the part around the decisions.
    WholeChart,
    /// Choose the language.
    Language(Language),
    /// Choose the theme.
    Theme(Theme),
    /// Enable or disable single-key shortcuts.
    Keys(bool),
    /// Show a pane if not all of them fit.
    Show(Pane),
    /// An action in the console.
    Console(Say),
    /// Run a command as if it had been typed.
    Run(Rc<str>),
    /// Select an object, and show the field at a path of it.
    Select(Key, Option<Rc<str>>),
    /// Open the menu of an object at a position in the window; or close it.
    Menu(Option<(Key, i32, i32)>),
    /// Number the pods of a ReplicaSet by their order of deletion; or none.
    DeletionOrder(Option<Key>),
    /// Choose how to show the cluster.
    Picture(Picture),
    /// Open or close the help.
    Help(bool),
    /// Open or close the dialog for sharing and saving.
    Share(bool),
    /// Open a session: a link, or the text of a file; and the slot that it was saved in, if it goes on from there.
    Open(Rc<str>, Option<Rc<str>>),
    /// Drop the oldest part of the history.
    DropOldest,
    /// Begin a new session.
    Anew,
    /// The code of sessions has been loaded, or cannot be loaded.
    Sessions(Option<Sessions>),
    /// Save the session, if it has changed.
    Save,
    /// The session could not be saved.
    Unsaved,
}

/// Colour scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As set in the operating system.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Its name in storage, in addresses and in the stylesheet.
    pub const fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme with a name; the system's if there is none.
    pub fn of_name(name: &str) -> Self {
        let all = [Self::Light, Self::Dark];
        let found = all.into_iter().find(|theme| theme.name() == name);
        found.unwrap_or_default()
    }
}

/// The panes of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The editor.
    Manifests,
    /// The cluster.
    Cluster,
    /// Why: the explanation of a step.
    Why,
    /// The work queues.
    Queues,
    /// The timeline: the list of steps.
    Timeline,
    /// The events.
    Events,
    /// The console.
    Console,
    /// The selected object.
    Object,
    /// The diagnosis: who waits for what.
    Diagnosis,
    /// The forecast: how long a rollout takes.
    Forecast,
    /// The environment: what surrounds the controllers.
    Environment,
}

impl Pane {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::Manifests,
        Self::Cluster,
        Self::Why,
        Self::Queues,
        Self::Timeline,
        Self::Events,
        Self::Console,
        Self::Object,
        Self::Diagnosis,
        Self::Forecast,
        Self::Environment,
    ];

    /// Its name in the document and in addresses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Manifests => "manifests",
            Self::Cluster => "cluster",
            Self::Why => "why",
            Self::Queues => "queues",
            Self::Timeline => "timeline",
            Self::Events => "events",
            Self::Console => "console",
            Self::Object => "object",
            Self::Diagnosis => "diagnosis",
            Self::Forecast => "forecast",
            Self::Environment => "environment",
        }
    }

    /// Panes that share a place, the default one first. On a large page those at the bottom, on the right and in
    /// the centre; on a tablet, which has no right side, those at the bottom and in the middle.
    pub const PLACES: [&'static [Self]; 5] = [
        &[Self::Timeline, Self::Console],
        &[Self::Why, Self::Object, Self::Diagnosis, Self::Forecast],
        &[Self::Cluster, Self::Environment],
        &[Self::Timeline, Self::Console, Self::Events],
        &[
            Self::Cluster,
            Self::Environment,
            Self::Why,
            Self::Object,
            Self::Diagnosis,
            Self::Forecast,
        ],
    ];

    /// The default pane of each place.
    pub const FRONT: [Self; Self::PLACES.len()] = [
        Self::Timeline,
        Self::Why,
        Self::Cluster,
        Self::Timeline,
        Self::Cluster,
    ];
}

/// Ways of showing the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Picture {
    /// Lanes with pods, and StatefulSets with their ordinals.
    #[default]
    Lanes,
    /// Tables, as kubectl prints them.
    Table,
    /// The graph of owners.
    Owners,
}

impl Picture {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Lanes, Self::Table, Self::Owners];
}

/// What is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// Nothing.
    Idle,
    /// Steps at the speed of the cluster's clock, or at a number of steps per second.
    Playing,
    /// Steps as fast as possible, with the number of steps so far.
    Settling(usize),
    /// The replay of a session that is being opened.
    Opening,
}

/// The control to press next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// No particular one.
    Any,
    /// The first scenario.
    Scenario,
    /// The button that continues a scenario.
    GoOn,
    /// `Apply`.
    Apply,
    /// `Step`.
    Step,
}

/// The result of the last `Apply`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum LastApply {
    /// Not applied, or the text has changed since.
    #[default]
    Not,
    /// Applied, with the lines to print.
    Done(Rc<[Line]>),
    /// The cluster was started from the state of another one.
    Started(Rc<Started>),
    /// Refused without a change to the cluster.
    Refused {
        /// What is wrong.
        problems: Rc<[Diagnostic]>,
        /// The fixed text, if it can be fixed.
        mended: Option<Rc<Mended>>,
    },
}

/// A position to show in the manifests; the number distinguishes repeated requests for the same position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookAt {
    /// Line, 1-based.
    pub line: u32,
    /// Column, 1-based.
    pub column: u32,
    /// Number of the request.
    pub number: u32,
}

/// The current position in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// Number of steps done.
    pub done: usize,
    /// Number of known steps.
    pub known: usize,
    /// Milliseconds on the cluster's clock.
    pub clock: i64,
}

/// When to stop running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RunUntil {
    /// The cluster makes no more progress by itself.
    #[default]
    Settled,
    /// A rollout or an update is complete.
    Complete,
    /// A pod becomes ready.
    PodReady,
    /// The value, bound or verdict of a gauge changes.
    Gauge,
    /// The next user action, in the known future.
    User,
}

impl RunUntil {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 5] = [
        Self::Settled,
        Self::Complete,
        Self::PodReady,
        Self::Gauge,
        Self::User,
    ];
}
