//! How far the user has come in each lesson, as text for the browser's storage: `NAME=STEP/STEPS`, separated by
//! spaces, with a `+` once a lesson was done.

use std::fmt;

/// Progress in all lessons.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Progress(Vec<LessonProgress>);

/// Progress in a lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonProgress {
    name: String,
    /// The pause reached last, from 1.
    pub step: usize,
    /// The number of pauses.
    pub steps: usize,
    /// Whether its end was ever reached.
    pub done: bool,
}

impl LessonProgress {
    fn parse(text: &str) -> Option<Self> {
        let (name, rest) = text.split_once('=')?;
        let (rest, done) = match rest.strip_suffix('+') {
            Some(rest) => (rest, true),
            None => (rest, false),
        };
        let (step, steps) = rest.split_once('/')?;
        Some(Self {
            name: name.to_owned(),
            step: step.parse().ok()?,
            steps: steps.parse().ok()?,
            done,
        })
    }

    /// Where to continue: a lesson that is at its end begins again.
    pub fn resumes_at(&self) -> usize {
        match self.step < self.steps {
            true => self.step,
            false => 1,
        }
    }
}

impl Progress {
    /// Reads stored progress, without what is not readable.
    pub fn parse(text: &str) -> Self {
        Self(text.split(' ').filter_map(LessonProgress::parse).collect())
    }

    /// The progress in a lesson that was started.
    pub fn of(&self, name: &str) -> Option<&LessonProgress> {
        self.0.iter().find(|entry| entry.name == name)
    }

    /// Notes that a pause was reached.
    pub fn reach(&mut self, name: &str, step: usize, steps: usize) {
        let done = step >= steps;
        match self.0.iter_mut().find(|entry| entry.name == name) {
            Some(entry) => {
                (entry.step, entry.steps) = (step, steps);
                entry.done |= done;
            }
            None => self.0.push(LessonProgress {
                name: name.to_owned(),
                step,
                steps,
                done,
            }),
        }
    }
}

impl fmt::Display for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, entry) in self.0.iter().enumerate() {
            let space = if index > 0 { " " } else { "" };
            let done = if entry.done { "+" } else { "" };
            write!(
                f,
                "{space}{}={}/{}{done}",
                entry.name, entry.step, entry.steps
            )?;
        }
        Ok(())
    }
}

/// Whether a name is that of one of the page's own lessons, which are stored and loaded by name.
pub fn is_own(name: &str) -> bool {
    let letters =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !name.is_empty() && name.chars().all(letters)
}

/// The name of a lesson whose text is in the page's address; none of the page's own lessons has capitals.
pub const LINK: &str = "URL";

/// The text of a lesson that an address contains: `#lesson=yaml:TEXT`.
pub fn linked(name: &str) -> Option<&str> {
    name.strip_prefix("yaml:")
}

/// The fragment of a lesson of the page at one of its pauses.
pub fn fragment(name: &str, step: usize) -> String {
    format!("lesson={name}&step={step}")
}

/// The lesson and its pause in an address's fragment: `lesson=NAME&step=N`.
pub fn address(fragment: &str) -> Option<(&str, Option<usize>)> {
    let rest = fragment.strip_prefix("lesson=")?;
    Some(match rest.rsplit_once("&step=") {
        Some((name, step)) => (name, step.parse().ok()),
        None => (rest, None),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn progress_survives_being_stored() {
        let mut progress = Progress::parse("odd a=x/3 update=2/5");
        assert_eq!(
            progress.of("update").map(LessonProgress::resumes_at),
            Some(2)
        );
        progress.reach("update", 5, 5);
        progress.reach("canary", 1, 4);
        assert_eq!(progress.to_string(), "update=5/5+ canary=1/4");
        assert_eq!(Progress::parse(&progress.to_string()), progress);
        // What is done stays done, and begins again.
        assert_eq!(
            progress.of("update").map(LessonProgress::resumes_at),
            Some(1)
        );
        progress.reach("update", 2, 5);
        assert!(progress.of("update").is_some_and(|entry| entry.done));
        assert_eq!(progress.of("other"), None);
    }

    #[test]
    fn addresses_are_readable() {
        assert_eq!(address("lesson=update&step=3"), Some(("update", Some(3))));
        assert_eq!(address(&fragment("update", 3)), Some(("update", Some(3))));
        assert_eq!(address("lesson=update"), Some(("update", None)));
        assert_eq!(address("lesson=update&step=x"), Some(("update", None)));
        assert_eq!(address("1.abc"), None);
        let (name, step) = address("lesson=yaml:a &step= b&step=2").unwrap_or_default();
        assert_eq!((linked(name), step), (Some("a &step= b"), Some(2)));
        let names = ["update", "a-1", "URL", "mine.yaml", "../sw", ""];
        assert_eq!(names.map(is_own), [true, true, false, false, false, false]);
    }
}
