//! Saves the session as it grows, and writes its link into the address bar.

use crate::page::action::Action;
use crate::page::sessions::{LINK_USUAL, Workspace};
use crate::page::state::{SavedAs, SessionSource, State};
use crate::page::{browser, progress};
use gloo_timers::callback::Timeout;
use kubestep::session::link::is_link;
use std::rc::Rc;
use yew::Callback;

/// Milliseconds between two savings.
const SAVE_MS: f64 = 300.0;
/// Milliseconds between two changes of the address; browsers refuse more frequent ones.
const LINK_MS: f64 = 750.0;

/// What is saved: the version of the session, and the files.
type Version = (u64, Workspace);

/// What was saved last, and when.
pub struct Saving {
    send: Callback<Action>,
    slot: Rc<str>,
    /// The session in the slot.
    saved_as: SavedAs,
    /// The slot that it was saved in before, until it is saved here.
    leaves: Option<Rc<str>>,
    saved: Option<Version>,
    linked: Option<Version>,
    saved_at: f64,
    linked_at: f64,
    /// Waits until the next saving is due.
    timer: Option<Timeout>,
    failed: bool,
}

impl Saving {
    /// Nothing is saved before there is a change.
    pub fn new(send: Callback<Action>) -> Self {
        Self {
            send,
            slot: browser::tab(false).into(),
            saved_as: SavedAs::default(),
            leaves: None,
            saved: None,
            linked: None,
            saved_at: 0.0,
            linked_at: 0.0,
            timer: None,
            failed: false,
        }
    }

    /// Saves what has changed if it is due, or sets a timer.
    pub fn follow(&mut self, state: &State, by_timer: bool) {
        if by_timer {
            self.timer = None;
        }
        let Some(sessions) = state.sessions.filter(|_| !state.is_opening()) else {
            return;
        };
        if state
            .scene
            .as_ref()
            .is_some_and(|scene| scene.lesson.is_some())
        {
            // The address names the lesson, and its progress is stored elsewhere.
            return;
        }
        if self.saved_as != state.saved_as {
            if self.saved_as.number != state.saved_as.number {
                // The session before stays in its slot.
                self.slot = browser::tab(true).into();
            }
            self.saved_as.clone_from(&state.saved_as);
            let before = state.saved_as.continues.clone();
            self.leaves = before.filter(|before| *before != self.slot);
        }
        let now = (state.session.version(), state.workspace());
        if self.saved.is_none() && !state.has_history() && !state.has_files() {
            // Nothing was done yet. The text of a single file has a place of its own.
            self.saved = Some(now.clone());
            self.linked = Some(now.clone());
        }
        let clock = browser::clock();
        let engine = state.session.engine();
        let is_saved = self.saved.as_ref() == Some(&now);
        if !is_saved && clock - self.saved_at >= SAVE_MS {
            let text = (sessions.write)(&engine, &now.1);
            let kept = text.is_ok_and(|text| browser::save_session(&self.slot, &text));
            if !kept && !std::mem::replace(&mut self.failed, true) {
                self.send.emit(Action::Unsaved);
            }
            if kept && let Some(before) = self.leaves.take() {
                browser::leave(&before);
            }
            self.saved = Some(now.clone());
            self.saved_at = clock;
        }
        let rests = state.running == crate::page::action::Activity::Idle;
        let is_linked = self.linked.as_ref() == Some(&now);
        if rests && !is_linked && clock - self.linked_at >= LINK_MS {
            let link = (sessions.link)(&engine, &now.1).ok();
            let link = link.filter(|link| link.len() <= LINK_USUAL && state.has_history());
            browser::set_fragment(link.as_deref().unwrap_or_default());
            self.linked = Some(now.clone());
            self.linked_at = clock;
        }
        let saving = (self.saved.as_ref() != Some(&now)).then_some(self.saved_at + SAVE_MS);
        let linking =
            (rests && self.linked.as_ref() != Some(&now)).then_some(self.linked_at + LINK_MS);
        let due = match (saving, linking) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        if let (Some(due), None) = (due, &self.timer) {
            let send = self.send.clone();
            let wait = (due - clock).max(1.0) as u32;
            self.timer = Some(Timeout::new(wait, move || send.emit(Action::Save)));
        }
    }
}

/// The session to open on a visit: that of a link, unless this tab has written it itself; else the one saved last. In
/// a frame nothing is saved, so that both are those of a link.
pub fn at_start() -> Option<SessionSource> {
    let fragment = browser::fragment();
    if progress::address(&fragment).is_some() {
        // A lesson opens instead.
        return None;
    }
    // A reload just after the address was changed may still be one of the address before.
    let is_own = browser::own_fragment().is_some_and(|own| browser::is_reload() || own == fragment);
    if is_link(&fragment) && !is_own {
        browser::note_fragment(&fragment);
        return Some(SessionSource {
            text: fragment.into(),
            is_saved: false,
            slot: None,
        });
    }
    let saved = browser::saved_session();
    let (slot, text) = match saved {
        Some((slot, text)) => (Some(slot.into()), text),
        None => (None, is_link(&fragment).then_some(fragment)?),
    };
    Some(SessionSource {
        text: text.into(),
        is_saved: true,
        slot,
    })
}
