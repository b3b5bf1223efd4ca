//! Which panes are drawn in a frame. While steps follow each other faster than anyone can read, the panes of text take
//! turns: one of them a frame. The cluster and the transport are drawn in every frame.

use super::action::Pane;
use super::state::Session;

/// The panes of text. Drawing all of them takes about as long as drawing a cluster of 1,000 pods.
const PANES: [Pane; 4] = [Pane::Why, Pane::Queues, Pane::Timeline, Pane::Events];

/// What each pane of text shows.
#[derive(Debug)]
pub struct Turns {
    shown: [Session; PANES.len()],
    next: usize,
}

impl Turns {
    /// All of them show the same.
    pub fn new(session: &Session) -> Self {
        Self {
            shown: PANES.map(|_| session.clone()),
            next: 0,
        }
    }

    /// What a pane of text shows.
    pub fn session(&self, pane: Pane) -> &Session {
        let place = PANES.iter().position(|each| *each == pane);
        &self.shown[place.unwrap_or_default()]
    }

    /// Whether a pane shows something older.
    pub fn are_behind(&self, session: &Session) -> bool {
        self.shown.iter().any(|shown| shown != session)
    }

    /// All panes show the session as it is now.
    pub fn all(&mut self, session: &Session) {
        self.shown.fill(session.clone());
    }

    /// The next pane that shows something older shows the session as it is now.
    pub fn one(&mut self, session: &Session) {
        for _ in PANES {
            let shown = &mut self.shown[self.next];
            self.next = (self.next + 1) % PANES.len();
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
        turns.one(&session);
        turns.one(&session);
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
