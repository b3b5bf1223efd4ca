//! Which panes are redrawn in a frame. While steps follow each other faster than anyone can read, the text panes
//! and the curves take turns, one per frame, or in every other frame when nothing moves. The cluster and the
//! transport are redrawn in every frame.

use super::action::Pane;
use super::state::Session;

/// The text panes. Drawing all of them takes about as long as drawing a cluster of 1,000 pods.
const PANES: [Pane; 4] = [Pane::Why, Pane::Queues, Pane::Timeline, Pane::Events];
/// The turn of the curves, after those of the panes.
const CURVES: usize = PANES.len();
/// Number of turns.
const COUNT: usize = CURVES + 1;

/// The sessions that each text pane and the curves show.
#[derive(Debug)]
pub struct Turns {
    shown: [Session; COUNT],
    next: usize,
    rests: bool,
}

impl Turns {
    /// All of them show the same session.
    pub fn new(session: &Session) -> Self {
        Self {
            shown: std::array::from_fn(|_| session.clone()),
            next: 0,
            rests: false,
        }
    }

    /// The session that a text pane shows.
    pub fn session(&self, pane: Pane) -> &Session {
        let place = PANES.iter().position(|each| *each == pane);
        &self.shown[place.unwrap_or_default()]
    }

    /// Whether the curves show a session.
    pub fn curves_show(&self, session: &Session) -> bool {
        self.shown[CURVES] == *session
    }

    /// Whether anything shows an older session.
    pub fn are_behind(&self, session: &Session) -> bool {
        self.shown.iter().any(|shown| shown != session)
    }

    /// Updates everything.
    pub fn all(&mut self, session: &Session) {
        self.shown.fill(session.clone());
    }

    /// Updates the next one, in every other frame.
    pub fn seldom(&mut self, session: &Session) {
        self.rests = !self.rests;
        if !self.rests {
            self.one(session);
        }
    }

    /// Updates the next one that shows an older session.
    pub fn one(&mut self, session: &Session) {
        for _ in 0..COUNT {
            let shown = &mut self.shown[self.next];
            self.next = (self.next + 1) % COUNT;
            if shown != session {
                *shown = session.clone();
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::engine::{Config, Engine};

    fn behind(turns: &Turns, session: &Session) -> Vec<Pane> {
        let panes = PANES.into_iter();
        panes
            .filter(|pane| turns.session(*pane) != session)
            .collect()
    }

    #[test]
    fn the_curves_take_turns_and_turns_can_be_rare() {
        let mut session = Session::new(Engine::new(Config::default()));
        let mut turns = Turns::new(&session);
        drop(session.change());
        let mut frames = 0;
        while turns.are_behind(&session) {
            turns.seldom(&session);
            frames += 1;
            assert_eq!(turns.curves_show(&session), frames == 2 * COUNT);
        }
        assert_eq!(frames, 2 * COUNT);
    }

    #[test]
    fn all_panes_get_their_turn() {
        let mut session = Session::new(Engine::new(Config::default()));
        let mut turns = Turns::new(&session);
        assert!(!turns.are_behind(&session));
        drop(session.change());
        turns.one(&session);
        assert_eq!(behind(&turns, &session), PANES[1..]);
        // Another step follows immediately: the turns continue from the current one.
        drop(session.change());
        turns.one(&session);
        turns.one(&session);
        assert_eq!(behind(&turns, &session), [Pane::Why, Pane::Events]);
        for _ in 0..3 {
            turns.one(&session);
        }
        assert!(!turns.are_behind(&session));
    }

    #[test]
    fn all_panes_can_be_updated_at_once() {
        let mut session = Session::new(Engine::new(Config::default()));
        let mut turns = Turns::new(&session);
        drop(session.change());
        turns.all(&session);
        assert!(!turns.are_behind(&session));
    }
}
