//! What the API server warns of when it creates an object (`WarningsOnCreate` of the strategies in `pkg/registry`).

use crate::api::kind::Kind;
use crate::api::names::dns1123_label;

/// The warnings, without the word `Warning`.
pub fn on_create(kind: Kind, name: &str) -> Vec<String> {
    let used = match kind {
        Kind::Deployment | Kind::ReplicaSet => "Pod names and hostnames",
        Kind::Pod => "the Pod's hostname",
        _ => return Vec::new(),
    };
    let complaints = dns1123_label(name);
    if complaints.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "metadata.name: this is used in {used}, which can result in surprising behavior; a DNS label is recommended: [{}]",
        complaints.join(" ")
    )]
}
