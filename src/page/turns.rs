//! Which panes are drawn in a frame. While steps follow each other faster than anyone can read, the panes of text and the
//! curves take turns: one of them a frame, and where nothing moves any more, in every other frame. The cluster and the
//! transport are drawn in every frame.

use super::action::Pane;
use super::state::Session;

/// The panes of text. Drawing all of them takes about as long as drawing a cluster of 1,000 pods.
const PANES: [Pane; 4] = [Pane::Why, Pane::Queues, Pane::Timeline, Pane::Events];
/// The turn of the curves, behind those of the panes.
const CURVES: usize = PANES.len();
/// How many turns there are.
const COUNT: usize = CURVES + 1;

/// What each pane of text shows, and the curves.
#[derive(Debug)]
pub struct Turns {
    shown: [Session; COUNT],
    next: usize,
    rests: bool,
}

impl Turns {
    /// All of them show the same.
    pub fn new(session: &Session) -> Self {
        Self {
            shown: std::array::from_fn(|_| session.clone()),
            next: 0,
            rests: false,
        }
    }

    /// What a pane of text shows.
    pub fn session(&self, pane: Pane) -> &Session {
        let place = PANES.iter().position(|each| *each == pane);
        &self.shown[place.unwrap_or_default()]
    }

    /// Whether the curves show a session.
    pub fn curves_show(&self, session: &Session) -> bool {
        self.shown[CURVES] == *session
    }

    /// Whether anything shows something older.
    pub fn are_behind(&self, session: &Session) -> bool {
        self.shown.iter().any(|shown| shown != session)
    }

    /// Everything shows the session as it is now.
    pub fn all(&mut self, session: &Session) {
        self.shown.fill(session.clone());
    }

    /// The same in every other frame.
    pub fn seldom(&mut self, session: &Session) {
        self.rests = !self.rests;
        if !self.rests {
            self.one(session);
        }
    }

    /// The next one that shows something older shows the session as it is now.
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
    fn the_curves_take_their_turn_and_turns_may_be_seldom() {
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
    fn panes_take_turns_and_none_is_left_behind() {
        let mut session = Session::new(Engine::new(Config::default()));
        let mut turns = Turns::new(&session);
        assert!(!turns.are_behind(&session));
        drop(session.change());
        turns.one(&session);
        assert_eq!(behind(&turns, &session), PANES[1..]);
        // Another step follows at once: the turn goes on from where it was.
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
    fn all_are_brought_up_to_date_at_once() {
        let mut session = Session::new(Engine::new(Config::default()));
        let mut turns = Turns::new(&session);
        drop(session.change());
        turns.all(&session);
        assert!(!turns.are_behind(&session));
    }
}
