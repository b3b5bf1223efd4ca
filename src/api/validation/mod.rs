//! Validation with the API server's messages (`pkg/apis/{apps,core,autoscaling,storage}/validation`).
//!
//! Expects decoded and defaulted objects. Causes are in upstream's order; where upstream iterates over a map in
//! random order, they are ordered by key. Checks that involve other objects are left to the store.

mod apps;
mod autoscaler;
mod container;
mod core;
mod env;
mod handler;
mod meta;
mod node;
mod pod;
mod resources;
mod scheduling;
mod security;
mod service;
mod storage;
mod stored;
mod volume;
pub mod warnings;

use super::kind::Kind;
use crate::versions::Features;
use node::Report;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Why a field was refused, as in `status.details.causes[].reason` of the API's answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// `FieldValueRequired`
    Required,
    /// `FieldValueInvalid`
    Invalid,
    /// `FieldValueForbidden`
    Forbidden,
    /// `FieldValueNotSupported`
    NotSupported,
    /// `FieldValueDuplicate`
    Duplicate,
    /// `FieldValueNotFound`
    NotFound,
    /// `FieldValueTooLong`
    TooLong,
    /// `FieldValueTooMany`
    TooMany,
}

impl Reason {
    /// The reason's name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Required => "FieldValueRequired",
            Self::Invalid => "FieldValueInvalid",
            Self::Forbidden => "FieldValueForbidden",
            Self::NotSupported => "FieldValueNotSupported",
            Self::Duplicate => "FieldValueDuplicate",
            Self::NotFound => "FieldValueNotFound",
            Self::TooLong => "FieldValueTooLong",
            Self::TooMany => "FieldValueTooMany",
        }
    }
}

/// A single field error; printed as `FIELD: BODY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCause {
    /// Path of the field.
    pub field: String,
    /// Reason of the error.
    pub reason: Reason,
    /// `Invalid value: -1: must be greater than or equal to 0`
    pub body: String,
}

impl fmt::Display for StatusCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body)
    }
}

/// Validates a new object.
#[must_use]
pub fn create(features: Features, kind: Kind, object: &Value) -> Vec<StatusCause> {
    let mut report = Report::default();
    meta::create(kind, object, &mut report);
    specific(features, kind, None, object, &mut report);
    report.causes
}

/// Validates an update of an object.
#[must_use]
pub fn update(features: Features, kind: Kind, old: &Value, new: &Value) -> Vec<StatusCause> {
    let mut report = Report::default();
    meta::update(old, new, &mut report);
    specific(features, kind, Some(old), new, &mut report);
    report.causes
}

fn specific(features: Features, kind: Kind, old: Option<&Value>, new: &Value, report: &mut Report) {
    match kind {
        Kind::Deployment => apps::deployment(old, new, report),
        Kind::ReplicaSet => apps::replica_set(old, new, report),
        Kind::StatefulSet => apps::stateful_set(old, new, report),
        Kind::ControllerRevision => apps::controller_revision(old, new, report),
        Kind::Pod => pod::pod(old, new, report),
        Kind::Service => service::service(old, new, report),
        Kind::PersistentVolumeClaim => storage::claim(old, new, report),
        Kind::PersistentVolume => storage::volume(old, new, report),
        Kind::StorageClass => storage::class(old, new, report),
        Kind::HorizontalPodAutoscaler => autoscaler::autoscaler(features, old, new, report),
        Kind::Namespace => core::namespace(new, report),
        Kind::Node => core::node(new, report),
        Kind::ConfigMap => core::config_map(old, new, report),
        Kind::Secret => core::secret(old, new, report),
        Kind::ServiceAccount | Kind::EndpointSlice | Kind::Event => {}
        kind => stored::validate(kind, old, new, report),
    }
}

/// The message of the API's answer (HTTP 422): `Deployment.apps "x" is invalid: …`.
#[must_use]
pub fn message(kind: Kind, name: &str, causes: &[StatusCause]) -> String {
    format!(
        "{} {} is invalid: {}",
        kind.kind_name(),
        super::go::quote(name),
        aggregate(causes)
    )
}

/// The causes as printed, without repetitions: both server and kubectl drop those.
fn texts(causes: &[StatusCause]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let texts = causes.iter().map(ToString::to_string);
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// The causes in one line: a single one as is, several as `[a, b]`.
fn aggregate(causes: &[StatusCause]) -> String {
    match &texts(causes)[..] {
        [one] => one.clone(),
        texts => format!("[{}]", texts.join(", ")),
    }
}

/// kubectl's output for this answer, without a trailing newline.
#[must_use]
pub fn kubectl_message(kind: Kind, name: &str, causes: &[StatusCause]) -> String {
    let head = format!(
        "The {} {} is invalid: ",
        kind.name(),
        super::go::quote(name)
    );
    match &texts(causes)[..] {
        [one] => format!("{head}{one}"),
        texts => texts
            .iter()
            .fold(head, |text, cause| format!("{text}\n* {cause}")),
    }
}
