//! The lines of a field.

use super::positions::{parent, push_key};
use super::{Document, Place};
use crate::api::look::Look;
use serde_json::Value;
use std::ops::RangeInclusive;

impl Document {
    /// The lines of a field with its content, or of the closest enclosing field that is in the text; `None` if that is
    /// the whole document. Items of a list may be named by one of their fields: `status.conditions[type=Ready]`.
    #[must_use]
    pub fn lines(&self, path: &str) -> Option<RangeInclusive<u32>> {
        let mut path = resolved(&self.value, path);
        let first = loop {
            if path.is_empty() {
                return None;
            }
            if let Some(key) = self.positions.key(&path) {
                break key.line;
            }
            path.truncate(parent(&path)?.len());
        };
        let begin = |(_, key, _): (&str, Place, Place)| key.line;
        let content = self.positions.within(&path);
        let last = content.iter().map(begin).max().unwrap_or(first);
        // A text may take several lines, up to the next field.
        let next = self.positions.iter().map(begin);
        let next = next.filter(|line| *line > last).min();
        Some(first..=next.map_or(self.last, |next| next - 1))
    }
}

/// The path with positions of items instead of fields that name them, up to the first item that is not there.
fn resolved(root: &Value, path: &str) -> String {
    let (mut found, mut value, mut rest) = (String::new(), root, path);
    while !rest.is_empty() {
        let item = rest.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        let (segment, after) = match item {
            Some(item) => item,
            None => rest.split_at(rest.find(['.', '[']).unwrap_or(rest.len())),
        };
        match place(value, segment).filter(|_| item.is_some()) {
            Some((place, within)) => {
                found.push_str(&format!("[{place}]"));
                value = within;
            }
            None if value.is_array() => break,
            None => {
                push_key(&mut found, segment);
                value = value.key(segment);
            }
        }
        rest = after.strip_prefix('.').unwrap_or(after);
    }
    found
}

/// The item of a list with a number, or with a field: `type=Ready`.
fn place<'v>(list: &'v Value, item: &str) -> Option<(usize, &'v Value)> {
    let list = list.as_array()?;
    let place = match item.split_once('=') {
        Some((field, wanted)) => list.iter().position(|item| item.text(field) == wanted)?,
        None => item.parse().ok()?,
    };
    Some((place, list.get(place)?))
}

#[cfg(test)]
mod tests {
    use super::super::documents;

    const POD: &str = "\
kind: Pod
metadata:
  annotations:
    a.b/c: |
      two
      lines
  name: web
spec:
  containers:
  - image: nginx:1.27
    name: web
  - image: busybox
    name: side
status:
  conditions:
  - type: Ready
    status: \"False\"
  phase: Pending
";

    #[test]
    fn a_field_has_its_lines() {
        let documents = documents(POD).expect("a document");
        let lines = |path| {
            let lines = documents[0].lines(path)?;
            let all = POD.lines().zip(1..);
            let found = all.filter(|(_, number)| lines.contains(number));
            Some(
                found
                    .map(|(line, _)| line.trim())
                    .collect::<Vec<_>>()
                    .join("|"),
            )
        };
        let is = |path, wanted: &str| assert_eq!(lines(path).as_deref(), Some(wanted), "{path}");
        is("status.phase", "phase: Pending");
        is("metadata.annotations", "annotations:|a.b/c: ||two|lines");
        is("metadata.annotations[a.b/c]", "a.b/c: ||two|lines");
        is("spec.containers[name=side].image", "- image: busybox");
        is("spec.containers[1]", "- image: busybox|name: side");
        is(
            "status.conditions[type=Ready]",
            "- type: Ready|status: \"False\"",
        );
        // What is not there is in what encloses it.
        is(
            "metadata.finalizers",
            "metadata:|annotations:|a.b/c: ||two|lines|name: web",
        );
        is(
            "spec.containers[name=web].command",
            "- image: nginx:1.27|name: web",
        );
        is(
            "spec.containers[name=gone].image",
            "containers:|- image: nginx:1.27|name: web|- image: busybox|name: side",
        );
        assert_eq!(lines("nothing.at.all"), None);
    }
}
