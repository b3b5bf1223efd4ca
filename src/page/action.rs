//! What the user can ask for, and the small choices of the page.

use super::console::{Door, Say};
use super::play::Speed;
use kubestep::actor::decision::Origin;
use kubestep::api::language::Language;
use kubestep::api::object::Key;
use kubestep::manifests::{Diagnostic, Mended};
use std::rc::Rc;

/// What the user wants, or what time brings.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Go to the next step with a visible effect.
    Step,
    /// Take exactly one step.
    StepOne,
    /// Play the scenario of this place on the start screen.
    Scenario(usize),
    /// Go on with the scenario that pauses.
    GoOn,
    /// Go back to the start screen.
    Home,
    /// Run the queue item of this number next.
    RunItem(u64),
    /// Go back to the previous step with a visible effect.
    Back,
    /// Go exactly one step back.
    BackOne,
    /// Stop at every step and fold none; or pass those without a visible effect.
    EveryStep(bool),
    /// Go to the state after so many steps.
    Jump(usize),
    /// Go to before the last thing that the user did.
    BackToUser,
    /// Run until nothing moves on by itself; or stop doing so.
    Settle,
    /// Go over to another future.
    TakeUp(usize),
    /// Put a future beside the timeline.
    Compare(usize),
    /// Put the future that was left last beside the timeline; or nothing any more.
    ToggleCompare,
    /// Put nothing beside the timeline any more.
    EndCompare,
    /// Let kubectl do something, as a step of the timeline.
    Command(String),
    /// kubectl has been fetched; or cannot be had.
    Kubectl(Option<Door>),
    /// Let the clock move on to the next timer, where settling has stopped before it, and settle.
    Next,
    /// Choose until when `Settle` runs.
    Until(Until),
    /// Play; or pause.
    Play,
    /// It is time for the next frame of playing or the next slice of settling.
    Tick,
    /// How fast playing goes.
    Speed(Speed),
    /// So many speeds faster, or slower.
    Faster(i32),
    /// The text in the editor has changed.
    Edit(Rc<str>),
    /// Put the example into the editor.
    Example,
    /// Apply the manifests.
    Apply,
    /// Mend the manifests that were refused, and apply them.
    Mend,
    /// Look at a place in the manifests.
    Reveal(u32, u32),
    /// Light where a number comes from, or nothing.
    Light(Option<Origin>),
    /// Go to where a number comes from.
    Visit(Origin),
    /// The cursor is in this line of the manifests; 0 is in none.
    Cursor(u32),
    /// Show the whole flow chart, or only the part around what was decided.
    WholeChart,
    /// Choose the language.
    Language(Language),
    /// Choose the theme.
    Theme(Theme),
    /// Switch single keys on or off.
    Keys(bool),
    /// Show a pane, where not all of them fit.
    Show(Pane),
    /// Something in the console.
    Console(Say),
    /// Run a command as if it had been typed.
    Run(Rc<str>),
    /// Select an object.
    Select(Key),
    /// Open the menu of an object at a place of the window; or close it.
    Menu(Option<(Key, i32, i32)>),
    /// Number the pods of a ReplicaSet in the order in which it would delete them; or none.
    DeletionOrder(Option<Key>),
    /// Show the cluster in this way.
    Picture(Picture),
    /// Open or close the help.
    Help(bool),
}

/// Light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// The panes of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The editor.
    Manifests,
    /// The lanes.
    Cluster,
    /// The reasons.
    Why,
    /// The work queues.
    Queues,
    /// The list of steps.
    Timeline,
    /// The events.
    Events,
    /// kubectl.
    Console,
    /// The selected object.
    Object,
    /// What surrounds the controllers.
    Environment,
}

impl Pane {
    /// Panes of which one is shown at a time; the first is shown first. On a large page those at the bottom, on the
    /// right and in the centre; on a tablet, where there is no right, those below and in the middle.
    pub const PLACES: [&'static [Self]; 5] = [
        &[Self::Timeline, Self::Console],
        &[Self::Why, Self::Object],
        &[Self::Cluster, Self::Environment],
        &[Self::Timeline, Self::Console, Self::Events],
        &[Self::Cluster, Self::Environment, Self::Why, Self::Object],
    ];

    /// The panes that are shown first of each place.
    pub const FRONT: [Self; Self::PLACES.len()] = [
        Self::Timeline,
        Self::Why,
        Self::Cluster,
        Self::Timeline,
        Self::Cluster,
    ];
}

/// The ways to show the cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Picture {
    /// Lanes and rails with pods.
    #[default]
    Lanes,
    /// Tables, as kubectl prints them.
    Table,
    /// Who owns whom.
    Owners,
}

impl Picture {
    /// All of them, in the order of their tabs.
    pub const ALL: [Self; 3] = [Self::Lanes, Self::Table, Self::Owners];
}

/// What goes on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Running {
    /// Nothing.
    Idle,
    /// Steps as they are due, by the cluster's clock or so many a second.
    Playing,
    /// As fast as it goes, with the number of steps so far.
    Settling(usize),
}

/// The one thing to press next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Press {
    /// One of many.
    Any,
    /// The first scenario.
    Scenario,
    /// On with the scenario that pauses.
    GoOn,
    /// `Apply`.
    Apply,
    /// `Step`.
    Step,
}

/// What became of the last `Apply`.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Applied {
    /// Not tried, or the text has changed since.
    #[default]
    Not,
    /// Done: the lines that kubectl prints.
    Done(Rc<[String]>),
    /// Refused: nothing of the cluster has changed.
    Refused {
        /// What is wrong.
        problems: Rc<[Diagnostic]>,
        /// The text as it could be mended, where that can be done.
        mended: Option<Rc<Mended>>,
    },
}

/// A place in the manifests to look at; the number tells two requests for the same place apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// Number of the request.
    pub number: u32,
}

/// Where in time we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct At {
    /// Steps that are done.
    pub done: usize,
    /// Steps that are known.
    pub known: usize,
    /// Milliseconds since the beginning, on the cluster's clock.
    pub clock: i64,
}

/// Until when to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Until {
    /// Nothing moves on by itself.
    #[default]
    Settled,
    /// A rollout or an update is complete.
    Complete,
    /// A pod becomes ready.
    PodReady,
    /// The value, bound or verdict of a gauge changes.
    Gauge,
    /// The next thing that the user did, in the future that is known.
    User,
}

impl Until {
    /// All of them, in the order of the menu.
    pub const ALL: [Self; 5] = [
        Self::Settled,
        Self::Complete,
        Self::PodReady,
        Self::Gauge,
        Self::User,
    ];
}
