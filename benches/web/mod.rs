//! The workload being measured.

/// A Deployment or StatefulSet `web` with a number of pods.
pub fn manifest(kind: &str, replicas: u32, image: &str) -> String {
    format!(
        "apiVersion: apps/v1\nkind: {kind}\nmetadata: {{name: web}}\nspec:\n  replicas: {replicas}\n  \
         selector: {{matchLabels: {{app: web}}}}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    \
         spec: {{containers: [{{name: nginx, image: \"{image}\"}}]}}\n"
    )
}
