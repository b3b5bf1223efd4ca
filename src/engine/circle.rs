//! Detecting endless loops: the same steps repeat and the clock does not move.

use super::{Engine, StepKind};
use crate::api::light;
use crate::api::object::Key;

/// The number of recent steps that are examined.
const LOOKED_AT: usize = 600;
/// An object created this often at one time is in a loop.
const CREATED: usize = 24;

/// An endless loop: an object is created and deleted over and over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// The object.
    pub object: Key,
    /// The number of the last step that deleted it; its decisions explain the loop.
    pub removed_by: usize,
}

impl Engine {
    /// The endless loop that the last steps form, if they do: an object is created repeatedly without the clock moving.
    /// Upstream's controller would continue forever (`stateful_set_control.go`: a set whose strategy has no
    /// `rollingUpdate` block creates a missing pod from the old revision and deletes it in the same sync).
    #[must_use]
    pub fn circle(&self) -> Option<Circle> {
        let done = self.steps.get(..self.cursor)?;
        let mut created: Vec<(&Key, usize)> = Vec::new();
        let mut removed = None;
        for (index, step) in done.iter().enumerate().rev().take(LOOKED_AT) {
            if !matches!(step.action, StepKind::Work(_)) {
                return None;
            }
            for change in &step.changes {
                match (&change.before, &change.after) {
                    (None, Some(_)) => {
                        match created.iter_mut().find(|(key, _)| **key == change.key) {
                            Some((_, count)) => *count += 1,
                            None => created.push((&change.key, 1)),
                        }
                    }
                    (Some(_), None) if removed.is_none() => removed = Some((&change.key, index)),
                    _ => {}
                }
            }
            light::sort(&mut created, |a, b| b.1.cmp(&a.1));
            if let Some((key, count)) = created.first()
                && *count >= CREATED
            {
                let (_, index) = removed.filter(|(removed, _)| removed == key)?;
                return Some(Circle {
                    object: (*key).clone(),
                    removed_by: index + 1,
                });
            }
        }
        None
    }
}
