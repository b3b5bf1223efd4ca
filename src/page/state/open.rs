//! Opening sessions: from a link, a file, or the browser's storage. They are replayed in slices, and only replace the
//! cluster once they have ended; a refused session changes nothing.

use super::{Activity, Compare, LastView, State, Turns, Watch, words};
use crate::page::action::{Action, LastApply};
use crate::page::budget::BudgetVerdict;
use crate::page::sessions::Sessions;
use crate::page::slices::slice;
use kubestep::engine::{Config, Engine};
use kubestep::session::{Opened, Replay, SessionRefusal};
use std::rc::Rc;

/// Maximum duration of a slice in milliseconds. Actions wait for the session anyway, so that it may be longer than one
/// of settling, but browsers count a task from 50 ms on as one that blocks the page.
const SLICE_MS: f64 = 40.0;
/// Milliseconds between two drawings of the progress: drawing takes as long as hundreds of steps.
const DRAW_MS: f64 = 250.0;
/// Number of steps between readings of the clock.
const STEPS: usize = 16;
/// Maximum duration of a replay in milliseconds.
const REPLAY_MS: f64 = 60_000.0;

/// A session to be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionSource {
    /// A link, or the text of a file.
    pub text: Rc<str>,
    /// Whether it is the user's own, as it was saved.
    pub is_saved: bool,
    /// The slot that it was saved in.
    pub slot: Option<Rc<str>>,
}

/// Where a session is saved: those of one visit have a slot each.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SavedAs {
    /// Number of sessions that were begun or opened before it on this visit.
    pub number: u32,
    /// The slot of the saved session that it continues.
    pub continues: Option<Rc<str>>,
}

impl SavedAs {
    /// Where another session is saved, which continues none that was saved.
    pub fn next(&self) -> Self {
        Self {
            number: self.number + 1,
            continues: None,
        }
    }
}

/// A session that is being opened.
#[derive(Debug)]
pub struct Opening {
    source: SessionSource,
    /// The replay, once the code for it is loaded.
    replay: Option<(Replay, f64)>,
    /// What the page keeps of each step: it looks while replaying, so that it need not go back and forth afterwards.
    watch: Watch,
    /// What the user did meanwhile.
    asked: Vec<Action>,
}

/// Whether an action only affects the page, so that it need not wait for a session.
fn is_of_page(action: &Action) -> bool {
    matches!(
        action,
        Action::Tick
            | Action::Kubectl(_)
            | Action::Sessions(_)
            | Action::Language(_)
            | Action::Theme(_)
            | Action::Keys(_)
            | Action::Help(_)
            | Action::Share(_)
            | Action::Picture(_)
            | Action::Show(_)
            | Action::Cursor(_)
            | Action::Open(..)
            | Action::Save
            | Action::Unsaved
    )
}

/// Whether an action changes the editor's text.
fn is_text(action: &Action) -> bool {
    matches!(action, Action::Edit(_) | Action::Example)
}

impl State {
    /// Whether the code of sessions must be loaded now.
    pub fn wants_sessions(&self) -> bool {
        let is_needed = self.opening.is_some() || self.share == Some(true);
        is_needed && self.sessions.is_none()
    }

    /// Whether a session is being opened.
    pub fn is_opening(&self) -> bool {
        self.opening.is_some()
    }

    /// Whether anything was done.
    pub fn has_history(&self) -> bool {
        let engine = self.session.engine.borrow();
        !engine.steps().is_empty() || engine.futures() > 1
    }

    /// Begins to open a session.
    pub(super) fn open(&mut self, source: SessionSource, wall: f64) {
        let asked = self.opening.take().map(|opening| opening.asked);
        self.running = Activity::Idle;
        self.notice = words::SESSION_OPENS.text(self.language).to_owned();
        self.opening = Some(Opening {
            source,
            replay: None,
            watch: Watch::default(),
            asked: asked.unwrap_or_default(),
        });
        self.begin_replay(wall);
    }

    /// Puts an action aside while a session is being opened. A text that is typed meanwhile is also taken at once: otherwise
    /// the next rendering would reset the editor under the user's hands.
    pub(super) fn wait_for_session(&mut self, action: Action) -> Option<Action> {
        match &mut self.opening {
            Some(opening) if !is_of_page(&action) => {
                let typed = is_text(&action).then(|| action.clone());
                if typed.is_some() {
                    opening.asked.pop_if(|earlier| is_text(earlier));
                }
                opening.asked.push(action);
                typed
            }
            _ => Some(action),
        }
    }

    /// The code of sessions is loaded, or cannot be loaded.
    pub(super) fn sessions_are_here(&mut self, sessions: Option<Sessions>, wall: f64) {
        self.sessions = sessions.or(self.sessions);
        if self.sessions.is_some() {
            self.begin_replay(wall);
        } else {
            self.unsaved = true;
            // Opening it again tries again.
            self.share = self.share.map(|_| false);
            self.end_opening(words::SESSION_AWAY.text(self.language).to_owned(), wall);
        }
    }

    /// kubectl cannot be loaded.
    pub(super) fn no_replay_without_kubectl(&mut self, wall: f64) {
        if self.replay_has_commands() {
            self.end_opening(words::KUBECTL_AWAY.text(self.language).to_owned(), wall);
        }
    }

    /// Whether the session being opened needs kubectl.
    pub(super) fn replay_has_commands(&self) -> bool {
        let opening = self.opening.as_ref();
        let replay = opening.and_then(|opening| opening.replay.as_ref());
        replay.is_some_and(|(replay, _)| replay.has_commands())
    }

    fn begin_replay(&mut self, wall: f64) {
        let (Some(opening), Some(sessions)) = (&mut self.opening, self.sessions) else {
            return;
        };
        if opening.replay.is_none() {
            match (sessions.read)(&opening.source.text) {
                Ok(replay) => opening.replay = Some((replay, wall)),
                Err(refusal) => return self.refuse(&refusal, wall),
            }
        }
        self.running = Activity::Opening;
    }

    /// Replays for some milliseconds. Returns whether to redraw.
    pub(super) fn replay_slice(&mut self, clock: impl Fn() -> f64) -> bool {
        let (Some(opening), Some(sessions)) = (&mut self.opening, self.sessions) else {
            self.running = Activity::Idle;
            return true;
        };
        let Opening { replay, watch, .. } = opening;
        let Some((replay, begun)) = replay else {
            return false;
        };
        let kubectl = self.console.kubectl;
        if kubectl.is_none() && replay.has_commands() {
            return false;
        }
        let repeat = kubectl.map_or((|_, _| false) as kubestep::session::Repeat, |door| {
            door.repeat
        });
        let now = clock();
        let mut look = |engine: &mut Engine| watch.follow(engine);
        let part = || match (sessions.go_on)(replay, STEPS, repeat, &mut look) {
            Ok(false) => None,
            Ok(true) => Some(Ok(())),
            Err(refusal) => Some(Err(refusal)),
        };
        match slice(&clock, SLICE_MS, part) {
            None => {}
            Some(Ok(())) => {
                self.end_replay(sessions, now);
                return true;
            }
            Some(Err(refusal)) => {
                self.refuse(&refusal, now);
                return true;
            }
        }
        let verdict = self.budget.verdict();
        if verdict != BudgetVerdict::Fine {
            let has_room = (sessions.make_room)(replay);
            if let (true, Some(engine)) = (has_room, replay.shown()) {
                watch.compact(engine);
            }
            if !has_room && matches!(verdict, BudgetVerdict::Drop(_)) {
                self.end_opening(words::SESSION_LARGE.text(self.language).to_owned(), now);
                return true;
            }
        }
        if now - *begun > REPLAY_MS {
            self.end_opening(words::SESSION_SLOW.text(self.language).to_owned(), now);
            return true;
        }
        let drawn = |time: f64| ((time - *begun) / DRAW_MS) as u32;
        let show = drawn(clock()) > drawn(now);
        if show {
            let steps = replay.steps();
            self.notice = words::SESSION_REPLAYS.with(self.language, &[("count", &steps)]);
        }
        show
    }

    fn refuse(&mut self, refusal: &SessionRefusal, wall: f64) {
        let text = refusal.text(self.language);
        self.end_opening(text, wall);
    }

    fn end_replay(&mut self, sessions: Sessions, wall: f64) {
        let Some(opening) = &mut self.opening else {
            return;
        };
        let (is_saved, slot) = (opening.source.is_saved, opening.source.slot.take());
        let Some((replay, _)) = opening.replay.take() else {
            return;
        };
        let watch = std::mem::take(&mut opening.watch);
        let Opened {
            engine,
            editor,
            name,
            is_same,
            ..
        } = (sessions.opened)(replay, &self.console.terminal);
        self.file = name;
        self.saved_as = SavedAs {
            number: self.saved_as.number + u32::from(!is_saved),
            continues: slot,
        };
        let is_empty = engine.steps().is_empty() && engine.futures() == 1;
        self.replace(engine, editor, watch);
        let phrase = match (is_same, is_saved) {
            (false, _) => words::SESSION_STRAYED.text(self.language),
            (true, true) if is_empty => "",
            (true, true) => words::SESSION_RESTORED.text(self.language),
            (true, false) => words::SESSION_OPENED.text(self.language),
        };
        self.end_opening(phrase.to_owned(), wall);
    }

    /// Says how it ended, and performs what was asked for meanwhile.
    fn end_opening(&mut self, text: String, wall: f64) {
        self.running = Activity::Idle;
        let asked = self.opening.take().map(|opening| opening.asked);
        self.say(text);
        for action in asked.unwrap_or_default() {
            self.reduce(action, || wall);
        }
    }

    /// Begins a new session: an empty cluster, and the editor as it is.
    pub(super) fn start_anew(&mut self) {
        self.saved_as = self.saved_as.next();
        let editor = self.own_manifests().clone();
        let engine = Engine::new(Config::default());
        self.replace(engine, Some(editor), Watch::default());
        self.say(words::SESSION_NEW.text(self.language).to_owned());
    }

    /// Shows another cluster, and another text in the editor. The console keeps its output.
    fn replace(&mut self, engine: Engine, editor: Option<Rc<str>>, watch: Watch) {
        self.console.forget();
        self.commands.clear();
        self.watch = watch;
        self.memory = LastView::of(&engine);
        let (future, latest) = (engine.future(), engine.futures());
        self.session.replace(engine);
        self.turns = Turns::new(&self.session);
        self.futures = (future, (0..latest).rev().find(|other| *other != future));
        self.compare = None::<Compare>;
        self.offers_drop = false;
        (self.scene, self.kept, self.aside) = (None, None, None);
        (self.selected, self.menu, self.deletion_order) = (None, None, None);
        self.inspected = None;
        (self.lit, self.field, self.edited) = ((0, None), None, false);
        self.applied = LastApply::Not;
        if let Some(editor) = editor {
            self.manifests = editor;
        }
        self.running = Activity::Idle;
        self.changed();
    }
}
