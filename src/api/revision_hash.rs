//! ControllerRevisions of StatefulSets: their data, hashes and names
//! (`pkg/controller/history/controller_history.go`, `pkg/controller/statefulset/stateful_set_utils.go`).

use super::go;
use super::template_hash::safe_encode;
use serde_json::{Value, json};

/// Maximum length of the set's name within a revision's name, in bytes.
const MAX_PREFIX: usize = 223;

/// `data` of a revision: a patch that sets the template, as the bytes that are hashed and stored.
///
/// The template must be defaulted, as the API serves it. Keys are sorted, and Go's escapes (`\u003c`) are included.
#[must_use]
pub fn data(template: &Value) -> String {
    let mut template = template.clone();
    if let Some(fields) = template.as_object_mut() {
        fields.insert("$patch".to_owned(), json!("replace"));
    }
    go::json(&json!({"spec": {"template": template}}))
}

/// The hash of a revision's `data`, used in its name and its label `controller.kubernetes.io/hash`.
///
/// FNV-1 (multiply, then xor; Deployments use FNV-1a) over the bytes and the decimal collision count.
#[must_use]
pub fn hash(data: &str, collision_count: i32) -> String {
    let count = collision_count.to_string();
    let sum = data
        .bytes()
        .chain(count.bytes())
        .fold(2_166_136_261_u32, |hash, byte| {
            hash.wrapping_mul(16_777_619) ^ u32::from(byte)
        });
    safe_encode(&sum.to_string())
}

/// Name of a set's revision with a hash.
#[must_use]
pub fn name(set: &str, hash: &str) -> String {
    let end = set.floor_char_boundary(MAX_PREFIX);
    format!("{}-{hash}", &set[..end])
}
