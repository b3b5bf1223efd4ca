//! What was typed before, and the way through it.

use std::rc::Rc;

/// More than this is forgotten.
const KEPT_MAX: usize = 500;

/// What was typed before.
#[derive(Debug, Default)]
pub struct History {
    lines: Vec<Rc<str>>,
    /// Which of them is in the field; their number where it is none.
    at: usize,
    /// What was in the field before the way through began.
    draft: Rc<str>,
}

impl History {
    /// Keeps what was entered, unless it is the same as before.
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

    /// What was entered before what is in the field.
    pub fn older(&mut self, field: Rc<str>) -> Option<Rc<str>> {
        let at = self.at.checked_sub(1)?;
        if self.at == self.lines.len() {
            self.draft = field;
        }
        self.at = at;
        self.lines.get(at).cloned()
    }

    /// What was entered after it; at the end what had not been entered yet.
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
    fn the_way_back_leads_to_what_was_begun() {
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
