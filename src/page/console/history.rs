//! The history of entered commands.

use std::rc::Rc;

/// Maximum number of entries.
const KEPT_MAX: usize = 500;

/// Entered commands, and the position while browsing them.
#[derive(Debug, Default)]
pub struct History {
    lines: Vec<Rc<str>>,
    /// Index of the entry in the field; their number if it is none of them.
    at: usize,
    /// The field's text before browsing began.
    draft: Rc<str>,
}

impl History {
    /// Adds an entry, unless it repeats the last one.
    pub fn add(&mut self, text: Rc<str>) {
        if self.lines.last() != Some(&text) {
            self.lines.push(text);
        }
        if self.lines.len() > KEPT_MAX {
            self.lines.remove(0);
        }
        self.at = self.lines.len();
        self.draft = Rc::default();
    }

    /// The entry before the current one.
    pub fn older(&mut self, field: Rc<str>) -> Option<Rc<str>> {
        let at = self.at.checked_sub(1)?;
        if self.at == self.lines.len() {
            self.draft = field;
        }
        self.at = at;
        self.lines.get(at).cloned()
    }

    /// The entry after the current one; at the end, the text that was being edited.
    pub fn newer(&mut self) -> Option<Rc<str>> {
        if self.at == self.lines.len() {
            return None;
        }
        self.at += 1;
        let line = self.lines.get(self.at).unwrap_or(&self.draft);
        Some(line.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsing_forward_returns_to_the_draft() {
        let mut history = History::default();
        for line in ["a", "b", "b"] {
            history.add(line.into());
        }
        assert_eq!(history.older("begun".into()).as_deref(), Some("b"));
        assert_eq!(history.older("b".into()).as_deref(), Some("a"));
        assert_eq!(history.older("a".into()), None);
        assert_eq!(history.newer().as_deref(), Some("b"));
        assert_eq!(history.newer().as_deref(), Some("begun"));
        assert_eq!(history.newer(), None);
    }
}
