//! The conditions of a namespace that is being deleted (`deletion/status_condition_utils.go`).

use super::SyncError;
use crate::actor::Context;
use crate::api::kind::Kind;
use crate::api::object::{Key, Object};
use crate::api::time::Time;
use litemap::LiteMap;
use serde_json::{Value, json};
use std::rc::Rc;

/// Type, reason and message of each condition in the absence of problems, in the order of writing.
const WELL: [[&str; 3]; 5] = [
    [
        "NamespaceDeletionDiscoveryFailure",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    ],
    [
        "NamespaceDeletionGroupVersionParsingFailure",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    ],
    [
        "NamespaceDeletionContentFailure",
        "ContentDeleted",
        "All content successfully deleted, may be waiting on finalization",
    ],
    [
        "NamespaceContentRemaining",
        "ContentRemoved",
        "All content successfully removed",
    ],
    [
        "NamespaceFinalizersRemaining",
        "ContentHasNoFinalizers",
        "All content-preserving finalizers finished",
    ],
];

/// Writes the conditions if they changed.
pub(super) fn update(
    cx: &mut Context<'_>,
    key: &Key,
    remaining: &Remaining,
    failure: Option<&str>,
) -> Result<(), SyncError> {
    let Some(Object::Other(kind, namespace)) = cx.store.get(key) else {
        return Ok(());
    };
    let mut namespace = (**namespace).clone();
    let known = namespace.fields.pointer("/status/conditions");
    let known = known.and_then(Value::as_array).cloned().unwrap_or_default();
    let now = cx.now().whole_seconds();
    let conditions = WELL.map(|[name, reason, message]| {
        let problem = remaining.problem(name, failure);
        let (status, reason, message) = match problem {
            Some((reason, message)) => ("True", reason, message),
            None => ("False", reason, message.to_owned()),
        };
        condition(&known, now, name, status, reason, &message)
    });
    namespace.fields["status"]["conditions"] = Value::from(conditions.to_vec());
    let namespace = Object::Other(*kind, Rc::new(namespace));
    cx.store.update_status(namespace)?;
    Ok(())
}

fn condition(
    known: &[Value],
    now: Time,
    name: &str,
    status: &str,
    reason: &str,
    message: &str,
) -> Value {
    let same = known
        .iter()
        .find(|known| known["type"] == name && known["status"] == status);
    let since = match same {
        Some(same) => same["lastTransitionTime"].clone(),
        None => Value::from(now.to_string()),
    };
    json!({
        "type": name, "status": status, "reason": reason, "message": message, "lastTransitionTime": since
    })
}

/// Remaining content of a namespace.
#[derive(Default)]
pub(super) struct Remaining {
    kinds: LiteMap<String, usize>,
    finalizers: LiteMap<Rc<str>, usize>,
}

impl Remaining {
    /// The remaining objects of a kind.
    pub(super) fn of(cx: &Context<'_>, namespace: &Key, kind: Kind) -> Self {
        let mut remaining = Self::default();
        remaining.count(cx, namespace, kind);
        remaining
    }

    /// Adds the remaining objects of another kind.
    pub(super) fn count(&mut self, cx: &Context<'_>, namespace: &Key, kind: Kind) {
        for object in cx.store.list(kind, Some(&namespace.name)) {
            let resource = format!("{}.{}", kind.plural(), kind.group());
            *self.kinds.entry(resource).or_default() += 1;
            for finalizer in object.meta().finalizers.iter() {
                *self.finalizers.entry(finalizer.clone()).or_default() += 1;
            }
        }
    }

    /// Number of objects.
    pub(super) fn len(&self) -> usize {
        self.kinds.values().sum()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.kinds.is_empty()
    }

    pub(super) fn has_finalizers(&self) -> bool {
        !self.finalizers.is_empty()
    }

    /// Reason and message of a condition with a problem.
    fn problem(&self, condition: &str, failure: Option<&str>) -> Option<(&'static str, String)> {
        match condition {
            "NamespaceDeletionContentFailure" => {
                let failure = failure?;
                let message =
                    format!("Failed to delete all resource types, 1 remaining: {failure}");
                Some(("ContentDeletionFailed", message))
            }
            "NamespaceContentRemaining" if !self.kinds.is_empty() => {
                let each = self.kinds.iter();
                let each =
                    each.map(|(kind, count)| format!("{kind} has {count} resource instances"));
                let list = each.collect::<Vec<_>>().join(", ");
                let message = format!("Some resources are remaining: {list}");
                Some(("SomeResourcesRemain", message))
            }
            "NamespaceFinalizersRemaining" if !self.finalizers.is_empty() => {
                let each = self.finalizers.iter();
                let each =
                    each.map(|(name, count)| format!("{name} in {count} resource instances"));
                let list = each.collect::<Vec<_>>().join(", ");
                let message =
                    format!("Some content in the namespace has finalizers remaining: {list}");
                Some(("SomeFinalizersRemain", message))
            }
            _ => None,
        }
    }
}
