//! The page in a frame of another page.

use super::{State, words};
use crate::page::action::Action;
use crate::page::console::Say;
use crate::page::embed::{Embed, Mode};
use std::rc::Rc;

impl State {
    /// Whether the page is in a frame, and what the reader may do there.
    pub fn mode(&self) -> Mode {
        self.embed
            .as_deref()
            .map_or(Mode::Whole, |embed| embed.mode)
    }

    /// What the author of the frame asks for; `None` for the whole page.
    pub fn embed(&self) -> Option<&Rc<Embed>> {
        self.embed.as_ref()
    }

    /// Refuses what the reader may not do in this frame. A script gets an answer.
    pub(super) fn allow(&mut self, action: Action) -> Option<Action> {
        if !self.mode().refuses(&action) {
            return Some(action);
        }
        let why = words::EMBED_READONLY.text(self.language);
        if matches!(action, Action::Console(Say::Ask(_))) {
            self.console.refuse(why);
        }
        self.say(why.to_owned());
        None
    }
}
