//! What the user entered: enough to repeat the step that it caused.

use super::{Engine, Turn};
use crate::versions::Features;
use std::rc::Rc;

/// What the user entered to cause a step. A command may cause several steps: the first one carries the command, the
/// others [`Input::More`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// Manifests, applied together.
    Manifests(Rc<str>),
    /// The state of another cluster, from which this one goes on.
    State(Rc<str>),
    /// A command line.
    Command {
        /// The line.
        line: Rc<str>,
        /// Standard input, if the command reads it.
        stdin: Option<Rc<str>>,
        /// The files that the command names: name and content.
        files: Box<[(Rc<str>, Rc<str>)]>,
    },
    /// The end of `kubectl edit`.
    Edit {
        /// The object as it was opened, as JSON.
        before: Rc<str>,
        /// The text that was saved.
        text: Rc<str>,
        /// The command line to be recorded in the object.
        record: Option<Rc<str>>,
        /// The subresource that was edited instead of the object.
        subresource: Option<Rc<str>>,
        /// The field manager, if one was given.
        manager: Option<Rc<str>>,
    },
    /// `kubectl drain` goes on after a wait.
    Drain {
        /// The command line.
        line: Rc<str>,
        /// The names of the nodes that are left, separated by spaces.
        nodes: Rc<str>,
        /// The pods of the first of them, as `NAMESPACE/NAME`, whose evictions were refused and are tried again.
        pods: Rc<str>,
    },
    /// The beginning of `sim version VERSION --again`: the control plane restarts.
    Again {
        /// The command line.
        line: Rc<str>,
        /// The version and the feature gates from then on.
        features: Features,
    },
    /// The writes of a step of another future are repeated.
    Repeat {
        /// The number of that future.
        future: usize,
        /// The index of the step.
        step: usize,
    },
    /// Another step of the same command.
    More,
}

impl Engine {
    /// Lets a user action act; its steps carry the input, so that they can be repeated.
    pub fn enter<T>(&mut self, input: Input, act: impl FnOnce(&mut Self) -> T) -> T {
        let outer = self.input.replace(input);
        let given = act(self);
        self.input = outer;
        given
    }

    /// The turn of the next step of the user, with its input; later steps of the same action carry [`Input::More`].
    pub(super) fn turn_of_user(&mut self) -> Turn {
        let input = self.input.as_mut();
        let input = input.map(|input| std::mem::replace(input, Input::More));
        Turn::User(input.map(Rc::new))
    }
}
