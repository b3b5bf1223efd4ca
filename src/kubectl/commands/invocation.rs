//! A command line in words and flags.

use crate::kubectl::run::Failure;
use std::collections::BTreeMap;

/// Flags that stand for others.
const SHORT: &[(&str, &str)] = &[("n", "namespace"), ("f", "filename")];
/// Flags that take a value.
const WITH_VALUE: &[&str] = &["namespace", "filename", "replicas", "current-replicas"];

/// The words and flags of a command line.
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    words: Vec<String>,
    flags: BTreeMap<String, Vec<String>>,
}

impl Invocation {
    /// Tells flags and words apart.
    ///
    /// # Errors
    /// A flag that there is not, or one without its value.
    pub fn parse(words: &[String]) -> Result<Self, Failure> {
        let mut parsed = Self::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let Some(flag) = word.strip_prefix('-').filter(|flag| !flag.is_empty()) else {
                parsed.words.push(word.clone());
                continue;
            };
            let (name, value) = split_flag(flag);
            if !WITH_VALUE.contains(&name) {
                return Err(Failure::NotSimulated(word.clone()));
            }
            let value = match value.or_else(|| words.next().map(String::as_str)) {
                Some(value) => value.to_owned(),
                None => return Err(Failure::Usage(format!("flag needs an argument: {word}"))),
            };
            parsed.flags.entry(name.to_owned()).or_default().push(value);
        }
        Ok(parsed)
    }

    /// The words that are no flags.
    #[must_use]
    pub fn words(&self) -> Vec<&str> {
        self.words.iter().map(String::as_str).collect()
    }

    /// The last value of a flag.
    #[must_use]
    pub fn flag(&self, name: &str) -> Option<&str> {
        self.flags.get(name)?.last().map(String::as_str)
    }
}

/// `-f`, `-fx`, `-f=x`, `--file` and `--file=x`: the long name and the value that stands in the word.
fn split_flag(flag: &str) -> (&str, Option<&str>) {
    if let Some(long) = flag.strip_prefix('-') {
        return match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
    }
    for (short, long) in SHORT {
        if let Some(rest) = flag.strip_prefix(short) {
            let value = rest.strip_prefix('=').unwrap_or(rest);
            return (long, Some(value).filter(|value| !value.is_empty()));
        }
    }
    (flag, None)
}
