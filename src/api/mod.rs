//! The Kubernetes vocabulary: kinds, strict decoding, defaults, validation, quantities, selectors,
//! names, the pod-template-hash, YAML and JSON in and out.

pub mod kind;
