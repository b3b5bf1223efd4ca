//! The commands, one a file.

mod create;
mod invocation;
mod scale;
mod set;

pub use invocation::Invocation;

use super::run::{Failure, Output};
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::engine::Engine;
use crate::store::{ApiError, Store};

/// Finds the command and runs it.
pub(super) fn dispatch(
    engine: &mut Engine,
    line: &str,
    words: &[String],
    stdin: Option<&str>,
) -> Output {
    let result = Invocation::parse(words).and_then(|invocation| {
        let mut session = Session {
            engine,
            line,
            invocation,
            stdin,
        };
        match session.invocation.words().first().copied() {
            Some("apply") => super::manifests::apply_command(&mut session),
            Some("create") => create::run(&mut session),
            Some("scale") => scale::run(&mut session),
            Some("set") => set::run(&mut session),
            Some(other) => Err(Failure::NotSimulated(format!("kubectl {other}"))),
            None => Err(Failure::NotSimulated(
                "kubectl without a command".to_owned(),
            )),
        }
    });
    result.unwrap_or_else(|failure| Output::failed(&failure))
}

/// One command on its way.
pub struct Session<'a> {
    /// The cluster.
    pub engine: &'a mut Engine,
    /// The line as it was typed.
    pub line: &'a str,
    /// The line in words and flags.
    pub invocation: Invocation,
    /// What stands on standard input.
    pub stdin: Option<&'a str>,
}

impl Session<'_> {
    /// The namespace that the command is about.
    #[must_use]
    pub fn namespace(&self) -> &str {
        self.invocation.flag("namespace").unwrap_or("default")
    }

    /// Changes the cluster, as one step of the timeline.
    ///
    /// # Errors
    /// What the API server refused; then nothing is changed.
    pub fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Store) -> Result<T, ApiError>,
    ) -> Result<T, Failure> {
        let command = format!("kubectl {}", self.line);
        Ok(self.engine.act(&command, |context| change(context.store))?)
    }

    /// The objects that words such as `deployment/web` or `deployment web` name, and the words after them.
    ///
    /// # Errors
    /// A kind that there is not, or no name.
    pub fn named<'w>(&self, words: &'w [&'w str]) -> Result<(Vec<Key>, &'w [&'w str]), Failure> {
        let key = |kind: &str, name: &str| {
            let kind = resource(kind)?;
            let namespace = if kind.info().namespaced {
                self.namespace()
            } else {
                ""
            };
            Ok::<_, Failure>(Key::of(kind, namespace, name))
        };
        let [first, rest @ ..] = words else {
            return Err(Failure::Usage(
                "resource(s) were provided, but no name was specified".into(),
            ));
        };
        if let Some((kind, name)) = first.split_once('/') {
            return Ok((vec![key(kind, name)?], rest));
        }
        let [name, rest @ ..] = rest else {
            return Err(Failure::Usage(
                "resource(s) were provided, but no name was specified".into(),
            ));
        };
        Ok((vec![key(first, name)?], rest))
    }
}

/// The kind that a word means: singular, plural, abbreviation, each with or without group.
///
/// # Errors
/// There is no such kind.
pub fn resource(word: &str) -> Result<Kind, Failure> {
    let plain = word.split('.').next().unwrap_or_default().to_lowercase();
    Kind::all()
        .find(|kind| {
            let info = kind.info();
            info.plural == plain || info.singular == plain || info.short_names.contains(&&*plain)
        })
        .ok_or_else(|| {
            let text = format!("the server doesn't have a resource type \"{word}\"");
            Failure::Usage(text)
        })
}

/// `deployment.apps/web`, as kubectl names an object in its messages.
#[must_use]
pub fn shown(key: &Key) -> String {
    let info = key.kind.info();
    if info.group.is_empty() {
        format!("{}/{}", info.singular, key.name)
    } else {
        format!("{}.{}/{}", info.singular, info.group, key.name)
    }
}

/// The object of a key.
///
/// # Errors
/// Not found, in the server's words.
pub fn existing(store: &Store, key: &Key) -> Result<Object, ApiError> {
    store
        .get(key)
        .cloned()
        .ok_or_else(|| ApiError::not_found(key))
}
