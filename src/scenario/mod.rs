//! Scenarios and lessons: files that act on a cluster, pause to explain, and ask what will happen.
//!
//! A file (`www/scenarios`, `www/lessons`) is self-contained: its texts are in it, one per language, and anyone can
//! write another one. `docs/lessons.md` documents the format. It is parsed strictly, with limits, because it may come
//! from anywhere; its texts are shown as text only.
//!
//! The answer to a question is never written down. It is computed by playing ahead on a copy of the engine
//! ([`ahead`]), so it is what the simulated cluster will do.

mod fault;
mod map;
mod parse;
mod play;
mod rehearsal;
mod source;
mod words;

pub use fault::ScenarioFault;
pub use map::{Chapter, LessonEntry, Map};
pub use play::{PlayLine, ahead, perform};
pub use rehearsal::{Pause, Rehearsal, rehearse};
pub use source::{ObjectField, ReadField, ValueSource, deletion, read_field};
pub use words::Words;

use crate::engine::{Engine, Input};
use crate::texts::{Language, pattern};
use std::rc::Rc;

/// A value for a placeholder, by name.
pub type Fill = (Rc<str>, String);

/// A scenario.
#[derive(Debug, PartialEq)]
pub struct Scenario {
    /// Its title.
    pub title: Words,
    /// Its description.
    pub about: Words,
    /// Its cues, in order.
    pub cues: Vec<Cue>,
}

/// A single action.
#[derive(Debug, PartialEq)]
pub enum Cue {
    /// Apply manifests.
    Apply(Rc<str>),
    /// Replace a text in the editor, and apply the manifests again.
    Replace(String, String),
    /// Run a command.
    Command(Rc<str>),
    /// Settle immediately, within a number of steps.
    Settle(usize),
    /// Set the speed relative to the virtual clock.
    Speed(u8),
    /// Play until something happens.
    Play(Until),
    /// Pause and explain.
    Say(Callout),
    /// Pause and ask.
    Predict(Question),
}

/// The end of playing.
#[derive(Debug, PartialEq, Eq)]
pub enum Until {
    /// The cluster makes no more progress by itself.
    Settled,
    /// A step takes the branch with this id.
    Branch(String),
}

/// The text of a pause.
#[derive(Debug, PartialEq, Eq)]
pub struct Callout {
    /// The text, with placeholders.
    pub text: Words,
    /// The branches whose facts fill the text's placeholders.
    from: Vec<String>,
    /// Further values for placeholders, of the steps since the previous pause.
    values: Vec<(Rc<str>, ValueSource)>,
    /// Command lines to try. Except in the last pause they do not change the cluster.
    pub commands: Vec<Rc<str>>,
}

/// A question about what will happen up to the next pause.
#[derive(Debug, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub callout: Callout,
    /// What it asks for.
    pub answer: ValueSource,
    /// The possible answers and their texts; none if it is a number or a name.
    options: Vec<(Rc<str>, Option<Words>)>,
}

/// A possible answer and its text.
pub type Choice = (Rc<str>, String);

impl Cue {
    /// What it enters, as in the log of a session, given the text in the editor. The other cues only let the cluster
    /// run, or pause.
    #[must_use]
    pub fn input(&self, editor: &str) -> Option<Input> {
        match self {
            Self::Apply(text) => Some(Input::Manifests(text.clone())),
            Self::Replace(old, new) => {
                let text = editor.replace(old.as_str(), new);
                Some(Input::Manifests(text.into()))
            }
            Self::Command(line) => Some(Input::Command {
                line: line.clone(),
                stdin: None,
                files: Box::default(),
            }),
            _ => None,
        }
    }

    /// The text of a pause.
    #[must_use]
    pub fn callout(&self) -> Option<&Callout> {
        match self {
            Self::Say(callout) => Some(callout),
            Self::Predict(question) => Some(&question.callout),
            _ => None,
        }
    }
}

impl Scenario {
    /// How many pauses there are before a cue.
    #[must_use]
    pub fn pauses_before(&self, cue: usize) -> usize {
        let before = self.cues.iter().take(cue);
        before.filter(|cue| cue.callout().is_some()).count()
    }

    /// The number of pauses.
    #[must_use]
    pub fn pauses(&self) -> usize {
        self.pauses_before(self.cues.len())
    }
}

impl Callout {
    /// The text filled with values.
    #[must_use]
    pub fn text(&self, fills: &[Fill], language: Language) -> String {
        pattern::filled(self.text.text(language), &|name| {
            let fill = fills.iter().rfind(|(known, _)| **known == *name);
            fill.map(|(_, value)| value.clone())
        })
    }

    /// The values for its placeholders at the current position. `since` is the position of the previous pause.
    #[must_use]
    pub fn fills(&self, engine: &Engine, since: usize, read: ReadField) -> Vec<Fill> {
        let decisions = self.from.iter().filter_map(|id| source::last(engine, id));
        let facts = decisions.flat_map(|made| &made.facts);
        let facts = facts.map(|fact| (Rc::from(fact.name), fact.value.to_string()));
        let gone = deletion(engine).into_iter();
        let gone = gone.map(|(name, value)| (Rc::from(name), value));
        let own = self.values.iter().filter_map(|(name, source)| {
            let value = source.value(engine, since, read)?;
            Some((name.clone(), value))
        });
        facts.chain(gone).chain(own).collect()
    }

    /// The placeholders that no value fills, in any of the text's languages.
    #[must_use]
    pub fn unfilled(&self, fills: &[Fill]) -> Vec<String> {
        let missing = std::cell::RefCell::new(Vec::new());
        for language in self.text.languages() {
            pattern::filled(self.text.text(language), &|name| {
                if !fills.iter().any(|(known, _)| **known == *name) {
                    missing.borrow_mut().push(name.to_owned());
                }
                None
            });
        }
        missing.into_inner()
    }
}

impl Question {
    /// The possible answers; `None` if the answer is a number.
    #[must_use]
    pub fn choices(&self, engine: &Engine, language: Language) -> Option<Vec<Choice>> {
        if !self.options.is_empty() {
            let text = |value: &Rc<str>, words: &Option<Words>| match words {
                Some(words) => words.text(language).to_owned(),
                None => value.to_string(),
            };
            let options = self.options.iter();
            let options = options.map(|(value, words)| (value.clone(), text(value, words)));
            return Some(options.collect());
        }
        let kind = self.answer.names()?;
        let there = engine.store().list(kind, None);
        let there = there.filter(|object| !object.meta().is_terminating());
        let names = there.map(|object| object.meta().name.clone());
        Some(names.map(|name| (name.clone(), name.to_string())).collect())
    }

    /// The text of an answer.
    #[must_use]
    pub fn answer_text(&self, answer: &str, language: Language) -> String {
        let known = self.options.iter().find(|(value, _)| **value == *answer);
        match known {
            Some((_, Some(words))) => words.text(language).to_owned(),
            _ => answer.to_owned(),
        }
    }

    /// All texts of the question.
    pub fn words(&self) -> impl Iterator<Item = &Words> {
        let options = self.options.iter().filter_map(|(_, words)| words.as_ref());
        options.chain([&self.callout.text])
    }
}

impl Until {
    /// Whether the last step ends it; the caller checks [`Until::Settled`].
    #[must_use]
    pub fn is_reached(&self, engine: &Engine) -> bool {
        match (self, engine.current()) {
            (Self::Branch(id), Some(step)) => {
                let mut decisions = step.decisions.iter();
                decisions.any(|made| made.branch.id == id)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests;
