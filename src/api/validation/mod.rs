//! What the API server refuses, in its words (`pkg/apis/{apps,core,autoscaling,storage}/validation`).
//!
//! Objects come here decoded and defaulted. The order of the causes is upstream's; where upstream goes over a
//! map in no order at all, the keys' order is taken. Left to the store is what needs other objects.

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
mod volume;
pub mod warnings;

use super::kind::Kind;
use node::Report;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt;

/// Why a field was refused, as `status.details.causes[].reason` of the API's answer gives it.
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

/// One thing that is wrong; printed `FIELD: BODY`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Path of the field.
    pub field: String,
    /// What sort of fault it is.
    pub reason: Reason,
    /// `Invalid value: -1: must be greater than or equal to 0`
    pub body: String,
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.body)
    }
}

/// What is wrong with a new object.
#[must_use]
pub fn create(kind: Kind, object: &Value) -> Vec<Cause> {
    let mut report = Report::default();
    meta::create(kind, object, &mut report);
    specific(kind, None, object, &mut report);
    report.causes
}

/// What is wrong with a change of an object.
#[must_use]
pub fn update(kind: Kind, old: &Value, new: &Value) -> Vec<Cause> {
    let mut report = Report::default();
    meta::update(old, new, &mut report);
    specific(kind, Some(old), new, &mut report);
    report.causes
}

fn specific(kind: Kind, old: Option<&Value>, new: &Value, report: &mut Report) {
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
        Kind::HorizontalPodAutoscaler => autoscaler::autoscaler(new, report),
        Kind::Namespace => core::namespace(new, report),
        Kind::Node => core::node(new, report),
        Kind::ConfigMap => core::config_map(old, new, report),
        Kind::Secret => core::secret(old, new, report),
        Kind::ServiceAccount | Kind::EndpointSlice | Kind::Event => {}
    }
}

/// The message of the API's answer (HTTP 422): `Deployment.apps "x" is invalid: …`.
#[must_use]
pub fn message(kind: Kind, name: &str, causes: &[Cause]) -> String {
    format!(
        "{} {} is invalid: {}",
        kind.kind_name(),
        super::go::quote(name),
        aggregate(causes)
    )
}

/// Causes as they are printed, the same one only once: server and kubectl both leave out what they said before.
fn texts(causes: &[Cause]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let texts = causes.iter().map(ToString::to_string);
    texts.filter(|text| seen.insert(text.clone())).collect()
}

/// Causes in one line: one alone as it is, several as `[a, b]`.
fn aggregate(causes: &[Cause]) -> String {
    match &texts(causes)[..] {
        [one] => one.clone(),
        texts => format!("[{}]", texts.join(", ")),
    }
}

/// What kubectl prints of that answer, without a newline at the end.
#[must_use]
pub fn kubectl_message(kind: Kind, name: &str, causes: &[Cause]) -> String {
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
