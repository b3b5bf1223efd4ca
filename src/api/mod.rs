//! The Kubernetes vocabulary: kinds, strict decoding, defaults, validation, quantities, selectors,
//! names, the pod-template-hash, YAML and JSON in and out.

pub mod advice;
pub mod base64;
pub mod condition;
pub mod controller_revision;
pub mod decode;
pub mod defaults;
pub mod deployment;
pub mod endpoint_slice;
pub mod event;
pub mod gates;
pub mod go;
pub mod identity;
pub mod int_or_percent;
pub mod kind;
pub mod language;
pub mod light;
pub mod meta;
pub mod names;
pub mod object;
pub mod patch;
pub mod persistent_volume_claim;
pub mod pod;
pub mod quantity;
pub mod replica_set;
pub mod revision_hash;
pub mod schema;
pub mod selector;
pub mod service;
pub mod stateful_set;
pub mod template;
pub mod template_hash;
pub mod time;
pub mod uid;
pub mod validation;
pub mod yaml;
