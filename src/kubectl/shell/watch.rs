//! `watch`: runs a command again and again as the cluster's clock goes on.

use super::parse;
use super::syntax::List;
use crate::api::time::Time;
use crate::manifests::Failure;

/// The arguments of `watch`, and what was printed last.
#[derive(Debug, Clone)]
pub struct WatchArguments {
    /// Milliseconds between two runs.
    every: i64,
    has_title: bool,
    command: String,
    /// What was shown last.
    shown: Option<String>,
}

impl WatchArguments {
    /// Parses arguments; options end at the command.
    ///
    /// # Errors
    /// One is not simulated.
    pub fn parse(arguments: &[String]) -> Result<Self, Failure> {
        let refused = |option: &str| Failure::NotSimulated(format!("watch {option}"));
        let mut watch = Self {
            every: 2_000,
            has_title: true,
            command: String::new(),
            shown: None,
        };
        let mut words = arguments;
        while let Some((option, rest)) = words
            .split_first()
            .filter(|(first, _)| first.starts_with('-'))
        {
            words = rest;
            let seconds = match option.as_str() {
                "-t" | "--no-title" => {
                    watch.has_title = false;
                    continue;
                }
                "-n" | "--interval" => {
                    let (seconds, rest) = rest.split_first().ok_or_else(|| refused(option))?;
                    words = rest;
                    seconds.as_str()
                }
                option => option
                    .strip_prefix("--interval=")
                    .or(option.strip_prefix("-n"))
                    .ok_or_else(|| refused(option))?,
            };
            let millis = super::millis(seconds).ok_or_else(|| refused(&format!("-n {seconds}")))?;
            // As watch does, at least a tenth of a second.
            watch.every = millis.max(100);
        }
        watch.command = words.join(" ");
        match watch.command.is_empty() {
            true => Err(Failure::Raw("Usage:\n watch [options] command".to_owned())),
            false => Ok(watch),
        }
    }

    /// The command, which a shell of its own runs.
    ///
    /// # Errors
    /// It is malformed, or a watch itself.
    pub fn list(&self) -> Result<List, Failure> {
        if self.command.split_whitespace().any(|word| word == "watch") {
            return Err(Failure::NotSimulated("watch in a watch".to_owned()));
        }
        parse::line(&self.command).map_err(|error| Failure::Usage(error.to_string()))
    }

    /// What is shown once the command has run: nothing if it is what is shown already.
    pub fn show(&mut self, text: String) -> String {
        if self.shown.as_ref() == Some(&text) {
            return String::new();
        }
        let seconds = self.every as f64 / 1_000.0;
        let title = match self.has_title {
            true => format!("Every {seconds:.1}s: {}\n\n", self.command),
            false => String::new(),
        };
        let all = title + &text;
        self.shown = Some(text);
        all
    }

    /// When it runs next.
    pub fn next(&self, now: Time) -> Time {
        now.plus_millis(self.every)
    }
}
