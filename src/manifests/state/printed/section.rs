//! The lines of a description, by their indentation.

use super::tables;

/// Beginnings of fields that follow the name of a description.
const NAME: &str = "Name:";

/// A line of a description.
#[derive(Clone, Copy)]
pub struct SectionLine<'t> {
    /// Spaces before its text.
    pub indent: usize,
    /// The name of the field; empty if the line is none.
    pub key: &'t str,
    /// What follows the name.
    pub value: &'t str,
    /// All of it, without the indentation.
    pub text: &'t str,
}

/// Lines that belong together.
#[derive(Clone, Copy)]
pub struct Paragraph<'l, 't>(pub &'l [SectionLine<'t>]);

/// Whether a line begins a description.
pub fn begins(line: &str) -> bool {
    line.strip_prefix(NAME)
        .is_some_and(|rest| rest.starts_with("  ") && !rest.trim().is_empty())
}

/// The number of lines of the description that these begin with.
pub fn length(lines: &[&str]) -> usize {
    let is_outside = |line: &&str| {
        begins(line)
            || tables::is_header(line) && !line.starts_with(' ')
            || super::is_command(line)
            || super::rollout::tells(line)
    };
    let rest = lines.iter().skip(1);
    1 + rest.take_while(|line| !is_outside(line)).count()
}

/// The lines of a description, without empty ones.
pub fn lines<'t>(lines: &[&'t str]) -> Vec<SectionLine<'t>> {
    let told = lines.iter().filter(|line| !line.is_empty());
    told.map(|line| {
        let text = line.trim_start();
        let (key, value) = match (text.split_once(": "), text.strip_suffix(':')) {
            (Some((key, value)), _) => (key, value.trim()),
            (None, Some(key)) => (key, ""),
            (None, None) => ("", text),
        };
        SectionLine {
            indent: line.len() - text.len(),
            key,
            value,
            text,
        }
    })
    .collect()
}

impl<'l, 't> Paragraph<'l, 't> {
    /// The place of a field among the least indented lines.
    fn place(self, key: &str) -> Option<usize> {
        let indent = self.0.first()?.indent;
        let is_it = |line: &SectionLine<'_>| line.indent == indent && line.key == key;
        self.0.iter().position(is_it)
    }

    /// The value of a field; empty if it is absent or none.
    pub fn value(self, key: &str) -> &'t str {
        let line = self.place(key).and_then(|place| self.0.get(place));
        let value = line.map_or("", |line| line.value);
        if matches!(value, "<none>" | "<unset>") {
            ""
        } else {
            value
        }
    }

    /// Whether there is such a field.
    pub fn has(self, key: &str) -> bool {
        self.place(key).is_some()
    }

    /// The lines below a field.
    pub fn below(self, key: &str) -> Self {
        self.place(key).map_or(Self(&[]), |place| self.after(place))
    }

    /// The lines below the one at a place.
    fn after(self, place: usize) -> Self {
        let (Some(line), Some(rest)) = (self.0.get(place), self.0.get(place + 1..)) else {
            return Self(&[]);
        };
        let own = rest.iter().take_while(|below| below.indent > line.indent);
        Self(rest.get(..own.count()).unwrap_or_default())
    }

    /// The least indented lines, each with those below it.
    pub fn each(self) -> Vec<(SectionLine<'t>, Self)> {
        let indent = self.0.first().map_or(0, |line| line.indent);
        let lines = self.0.iter().enumerate();
        let own = lines.filter(|(_, line)| line.indent <= indent);
        own.map(|(place, line)| (*line, self.after(place)))
            .collect()
    }

    /// The lines of a field whose value goes on below it, such as labels; without `<none>`.
    pub fn listed(self, key: &str) -> Vec<&'t str> {
        let first = self.value(key);
        let first = (!first.is_empty()).then_some(first);
        let below = self.below(key).0.iter().map(|line| line.text);
        first.into_iter().chain(below).collect()
    }
}
