//! Who writes objects, and how.

use crate::api::go;
use crate::api::kind::Kind;
use serde_json::Value;
use std::rc::Rc;

/// What a request leaves on an object if the write itself does not tell how it changed who manages which fields.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldClaim {
    /// The request.
    pub request: Request,
    /// The resource version of the write, so that no two claims are the same.
    pub version: u64,
}

/// A request that makes a [`FieldClaim`].
#[derive(Debug, Clone, PartialEq)]
pub enum Request {
    /// Server-side apply.
    Apply {
        /// The field manager.
        manager: Manager,
        /// The configuration.
        config: Value,
    },
    /// The fields of other managers' updates become those of a manager that applies (`client-go/util/csaupgrade`).
    TakeOver {
        /// The manager that applies.
        manager: Rc<str>,
        /// The names of the others.
        others: Rc<[Rc<str>]>,
    },
    /// An update that changes nothing else.
    Update,
}

/// The kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// Server-side apply.
    Apply,
    /// Everything else.
    Update,
}

impl Operation {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Apply => "Apply",
            Self::Update => "Update",
        }
    }
}

/// A client that writes objects.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Manager {
    /// Its name, such as `kubectl-edit`.
    pub name: Rc<str>,
    /// How it writes.
    pub operation: Operation,
    /// The subresource that it writes; empty for the object itself.
    pub subresource: &'static str,
}

impl Manager {
    /// A client that updates objects.
    #[must_use]
    pub fn updating(name: &str, subresource: &'static str) -> Self {
        Self {
            name: name.into(),
            operation: Operation::Update,
            subresource,
        }
    }

    /// A client that applies objects.
    #[must_use]
    pub fn applying(name: &str, subresource: &'static str) -> Self {
        Self {
            name: name.into(),
            operation: Operation::Apply,
            subresource,
        }
    }

    /// The manager in messages about conflicts (`conflict.go`, printManager).
    pub(super) fn shown(&self, kind: Kind) -> String {
        let mut text = go::quote(&self.name);
        if !self.subresource.is_empty() {
            text.push_str(&format!(" with subresource \"{}\"", self.subresource));
        }
        if self.operation == Operation::Update {
            text.push_str(&format!(" using {}", kind.api_version()));
        }
        text
    }
}
