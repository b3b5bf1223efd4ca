//! Index of pods by label.

use crate::api::kind::Kind;
use crate::api::meta::StringMap;
use crate::api::object::{Key, Object};
use crate::api::strings::Strings;
use litemap::LiteMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Names of the pods of each namespace, grouped by label set. Pods of one template share a label set, so a selector
/// is evaluated only a few times.
#[derive(Debug, Clone, Default)]
pub(super) struct Labelled {
    groups: LiteMap<Rc<str>, BTreeMap<StringMap, BTreeSet<Rc<str>>>>,
}

impl Labelled {
    /// Names of the pods of a namespace whose labels match, sorted.
    pub(super) fn names(
        &self,
        namespace: &str,
        wanted: impl Fn(&Strings) -> bool,
    ) -> BTreeSet<Rc<str>> {
        let groups = self.groups.get(namespace).into_iter().flatten();
        let wanted = groups.filter(|(labels, _)| wanted(labels));
        wanted.flat_map(|(_, names)| names).cloned().collect()
    }

    /// Updates the index after a write. Most writes do not touch labels.
    pub(super) fn written(&mut self, key: &Key, before: Option<&Object>, after: Option<&Object>) {
        if key.kind != Kind::Pod {
            return;
        }
        let labels = |object: Option<&Object>| object.map(|object| object.meta().labels.clone());
        let (before, after) = (labels(before), labels(after));
        let same = match (&before, &after) {
            (Some(before), Some(after)) => Rc::ptr_eq(before, after) || before == after,
            (before, after) => before.is_none() && after.is_none(),
        };
        if same {
            return;
        }
        let groups = self.groups.entry(key.namespace.clone()).or_default();
        if let Some(before) = before
            && let Some(names) = groups.get_mut(&before)
        {
            names.remove(&key.name);
            if names.is_empty() {
                groups.remove(&before);
            }
        }
        if let Some(after) = after {
            let names = groups.entry(after).or_default();
            names.insert(key.name.clone());
        }
        // Empty groups are removed, so that undoing a write restores the exact index.
        if groups.is_empty() {
            self.groups.remove(&key.namespace);
        }
    }
}
