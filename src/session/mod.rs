//! Sessions: everything that was done, in one format, and its replay.
//!
//! A [`Log`] is derived from the engine's timelines: manifests as applied, command lines, work items chosen out of
//! turn, moves of the clock, and how many steps the cluster took by itself in between. Its [`Replay`] gives the same
//! states byte for byte, in every future. A log is written as a file ([`file`](mod@file), JSON) or as a link ([`link`]).
//! `docs/sessions.md` describes both.
//!
//! ```
//! use kubestep::engine::{Config, Engine};
//! use kubestep::session::{Log, Replay, link};
//! use kubestep::kubectl;
//!
//! let mut engine = Engine::new(Config::default());
//! kubectl::run(&mut engine, "kubectl create deployment web --image=nginx:1.27", None);
//! engine.settle(1_000);
//!
//! let text = link::write(&Log::of(&engine, None).expect("all steps can be repeated"));
//! let log = link::read(&text).expect("a link");
//! let opened = Replay::new(log).finish(kubectl::repeat).expect("it can be replayed");
//! assert_eq!(opened.engine.cursor(), engine.cursor());
//! assert!(opened.is_same);
//! ```

mod compact;
mod deflate;
mod derive;
pub mod file;
pub mod link;
mod replay;
#[cfg(test)]
mod tests;

pub use derive::Unrepeatable;
pub use replay::{Opened, Repeat, Replay};

use crate::engine::Input;
use crate::texts::{Language, session as texts};
use crate::versions::{Features, VersionError};
use std::rc::Rc;

/// Maximum number of futures.
pub const FUTURES_MAX: usize = 1_000;
/// Maximum number of entries, of all futures.
pub const ENTRIES_MAX: usize = 20_000;
/// Maximum number of steps that are taken in a replay, of all futures.
pub const STEPS_MAX: usize = 200_000;
/// Maximum number of steps known in all futures, including those that they share.
pub const KNOWN_MAX: usize = 2_000_000;
/// Maximum size of all texts in bytes: of a link after inflating, and of a file.
pub const TEXT_MAX: usize = 4 << 20;

/// What was done to a cluster, and what was in the editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// Kubernetes version and feature gates at the start.
    pub features: Features,
    /// The seed.
    pub seed: u64,
    /// The futures, in the order in which they began.
    pub futures: Vec<SavedFuture>,
    /// The future that is the timeline.
    pub future: usize,
    /// The position in it: a number of steps.
    pub step: usize,
    /// The mark of the cluster at that position ([`Registers::mark`](crate::store::Registers::mark)); `None` if the
    /// log was written by hand.
    pub mark: Option<u32>,
    /// The editor's text, unless it is that of the manifests applied last.
    pub editor: Option<Rc<str>>,
    /// The name of the file in the editor.
    pub name: Rc<str>,
    /// The other files.
    pub files: Vec<NamedText>,
}

/// The name that the file in the editor has at first.
pub const NAME: &str = "manifest.yaml";

/// A file: its name, and its text.
pub type NamedText = (Rc<str>, Rc<str>);

/// The files of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFiles {
    /// The name of the file in the editor.
    pub name: Rc<str>,
    /// Its text.
    pub text: Rc<str>,
    /// The other files.
    pub others: Vec<NamedText>,
}

/// What was done in a future.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SavedFuture {
    /// The future that it left; its own number for the first one.
    pub of: usize,
    /// The number of steps that it shares with that one.
    pub after: usize,
    /// What was done then.
    pub entries: Vec<SavedAction>,
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SavedAction {
    /// The cluster took a number of steps by itself.
    Steps(usize),
    /// A work item was processed out of turn, by its place in the queue.
    Item(usize),
    /// The clock was moved to a time in milliseconds.
    Clock(i64),
    /// The user entered something.
    Input(Rc<Input>),
}

/// Why a session cannot be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SessionRefusal {
    /// It is neither a link nor a session file.
    Foreign,
    /// The format is newer than this kubestep.
    Newer,
    /// It is incomplete or was altered; with a detail for developers.
    Damaged(String),
    /// It exceeds a limit.
    TooLarge {
        /// What there is too much of.
        what: Oversize,
        /// The limit.
        most: usize,
    },
    /// It was made under another version of Kubernetes or with other feature gates.
    Version(VersionError),
}

impl std::error::Error for SessionRefusal {}

impl From<VersionError> for SessionRefusal {
    fn from(error: VersionError) -> Self {
        Self::Version(error)
    }
}

impl std::fmt::Display for SessionRefusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.text(Language::English))
    }
}

/// What there is too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oversize {
    /// Bytes.
    Bytes,
    /// Actions.
    Actions,
    /// Steps.
    Steps,
    /// Futures.
    Futures,
}

impl SessionRefusal {
    /// The message.
    #[must_use]
    pub fn text(&self, language: Language) -> String {
        let (phrase, most): (_, &dyn std::fmt::Display) = match self {
            Self::Foreign => return texts::FOREIGN.text(language).to_owned(),
            Self::Newer => return texts::NEWER.text(language).to_owned(),
            Self::Damaged(what) => return texts::DAMAGED.with(language, &[("what", what)]),
            Self::Version(error) => return texts::VERSION.with(language, &[("why", error)]),
            Self::TooLarge { what, most } => {
                let phrase = match what {
                    Oversize::Bytes => &texts::BYTES,
                    Oversize::Actions => &texts::ACTIONS,
                    Oversize::Steps => &texts::STEPS,
                    Oversize::Futures => &texts::FUTURES,
                };
                (phrase, most)
            }
        };
        phrase.with(language, &[("most", most)])
    }

    fn most(what: Oversize, is: usize, most: usize) -> Result<(), Self> {
        match is > most {
            true => Err(Self::TooLarge { what, most }),
            false => Ok(()),
        }
    }
}

impl Log {
    /// Checks the limits, and that the parts refer to each other as they should.
    fn checked(self) -> Result<Self, SessionRefusal> {
        SessionRefusal::most(Oversize::Futures, self.futures.len(), FUTURES_MAX)?;
        let entries = self.entries().count();
        SessionRefusal::most(Oversize::Actions, entries, ENTRIES_MAX)?;
        let steps = self.entries().fold(0_usize, |sum, entry| match entry {
            SavedAction::Steps(count) => sum.saturating_add(*count),
            _ => sum.saturating_add(1),
        });
        SessionRefusal::most(Oversize::Steps, steps, STEPS_MAX)?;
        let damaged = |what: &str| Err(SessionRefusal::Damaged(what.to_owned()));
        if self.future >= self.futures.len() {
            return damaged("its future does not exist");
        }
        for (number, branch) in self.futures.iter().enumerate() {
            let is_first = number == 0 && branch.of == 0 && branch.after == 0;
            if !is_first && branch.of >= number {
                return damaged("a future begins in a later one");
            }
        }
        Ok(self)
    }

    fn entries(&self) -> impl DoubleEndedIterator<Item = &SavedAction> {
        self.futures.iter().flat_map(|branch| &branch.entries)
    }

    /// The manifests applied last, or the state from which the cluster went on.
    fn applied(&self) -> Option<&Rc<str>> {
        self.entries().rev().find_map(|entry| match entry {
            SavedAction::Input(input) => match &**input {
                Input::Manifests(text) | Input::State(text) => Some(text),
                _ => None,
            },
            _ => None,
        })
    }

    /// The log with the files of the page.
    #[must_use]
    pub fn with_files(mut self, files: &PageFiles) -> Self {
        self.name = files.name.clone();
        self.files.clone_from(&files.others);
        self
    }

    /// Whether it has only the one file that version 1 of the formats has.
    fn has_one_file(&self) -> bool {
        self.files.is_empty() && &*self.name == NAME
    }

    /// The editor's text.
    #[must_use]
    pub fn editor(&self) -> Option<&Rc<str>> {
        self.editor.as_ref().or_else(|| self.applied())
    }

    /// Number of actions of the user.
    #[must_use]
    pub fn actions(&self) -> usize {
        let by_user = |entry: &&SavedAction| !matches!(entry, SavedAction::Steps(_));
        self.entries().filter(by_user).count()
    }

    /// Whether a command line is needed to replay it.
    #[must_use]
    pub fn has_commands(&self) -> bool {
        self.entries().any(|entry| match entry {
            SavedAction::Input(input) => !matches!(**input, Input::Manifests(_) | Input::State(_)),
            _ => false,
        })
    }
}
