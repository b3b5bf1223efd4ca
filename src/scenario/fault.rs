//! What is wrong with a scenario.

use crate::api::yaml::YamlError;
use thiserror::Error;

/// Why a scenario cannot be read or played: a message for its author.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScenarioFault {
    /// The text is too long.
    #[error("the file has {0} bytes, and at most {1} are read")]
    TooLong(usize, usize),
    /// It has too many cues.
    #[error("the file has {0} cues, and at most {1} are played")]
    TooMany(usize, usize),
    /// It is not YAML.
    #[error("{0}")]
    Yaml(#[from] YamlError),
    /// A value has another form.
    #[error("{of}: {what} is wanted")]
    Wanted {
        /// The field.
        of: String,
        /// What is wanted.
        what: String,
    },
    /// A field is not known.
    #[error("{of}: unknown field {field}")]
    Unknown {
        /// Of what.
        of: String,
        /// The field.
        field: String,
    },
    /// The manifests of a cue were refused.
    #[error("cue {cue}: the manifests are refused: {why}")]
    Refused {
        /// The number of the cue, from 1.
        cue: usize,
        /// The first problem.
        why: String,
    },
    /// The text to replace is not in the editor.
    #[error("cue {cue}: the editor has no text {text:?}")]
    NotThere {
        /// The number of the cue, from 1.
        cue: usize,
        /// The text.
        text: String,
    },
    /// A command failed.
    #[error("cue {cue}: {line}: {why}")]
    Command {
        /// The number of the cue, from 1.
        cue: usize,
        /// The command line.
        line: String,
        /// Its error.
        why: String,
    },
    /// Playing did not come to its end.
    #[error("cue {cue}: it never comes to {until}")]
    Never {
        /// The number of the cue, from 1.
        cue: usize,
        /// What was waited for.
        until: String,
    },
    /// A placeholder has no value.
    #[error("cue {cue}: {{{name}}} has no value")]
    Unfilled {
        /// The number of the cue, from 1.
        cue: usize,
        /// The placeholder.
        name: String,
    },
    /// The engine has no answer to a question, or none of the possible ones.
    #[error("cue {cue}: the answer is {answer}, which is not one of {choices}")]
    Answer {
        /// The number of the cue, from 1.
        cue: usize,
        /// The answer.
        answer: String,
        /// The possible answers.
        choices: String,
    },
    /// A command to try changes the cluster before the last pause.
    #[error("cue {cue}: {line} changes the cluster: only the last pause may offer that")]
    Changes {
        /// The number of the cue, from 1.
        cue: usize,
        /// The command line.
        line: String,
    },
    /// The scenario does not end with a pause.
    #[error("the last cue must be `say`")]
    NoEnd,
}

impl ScenarioFault {
    /// A value has another form than the wanted one.
    pub(super) fn wanted(of: impl Into<String>, what: &str) -> Self {
        Self::Wanted {
            of: of.into(),
            what: what.to_owned(),
        }
    }
}
