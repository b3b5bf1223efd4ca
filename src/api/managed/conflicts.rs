//! Conflicts of server-side apply (`staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/conflict.go`).

use super::manager::Manager;
use super::set::FieldSet;
use crate::api::kind::Kind;

/// Fields that others manage, by manager.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.message())]
pub struct Conflicts {
    /// The kind of the object.
    pub(super) kind: Kind,
    /// The fields, by manager.
    pub(super) fields: Vec<(Manager, FieldSet)>,
}

impl Conflicts {
    fn message(&self) -> String {
        let paths =
            |(manager, fields): &(Manager, FieldSet)| (manager.shown(self.kind), fields.paths());
        let all: Vec<(String, Vec<String>)> = self.fields.iter().map(paths).collect();
        if let [(manager, paths)] = all.as_slice()
            && let [path] = paths.as_slice()
        {
            return format!("Apply failed with 1 conflict: conflict with {manager}: {path}");
        }
        let count: usize = all.iter().map(|(_, paths)| paths.len()).sum();
        let part = |(manager, paths): &(String, Vec<String>)| {
            let paths: String = paths.iter().map(|path| format!("\n- {path}")).collect();
            format!("conflicts with {manager}:{paths}")
        };
        let parts: Vec<String> = all.iter().map(part).collect();
        format!("Apply failed with {count} conflicts: {}", parts.join("\n"))
    }

    /// The conflicts about other fields; `None` if there are none.
    pub(super) fn except(mut self, allowed: &FieldSet) -> Option<Self> {
        for (_, fields) in &mut self.fields {
            *fields = fields.difference(allowed);
        }
        self.fields.retain(|(_, fields)| !fields.is_empty());
        (!self.fields.is_empty()).then_some(self)
    }
}
