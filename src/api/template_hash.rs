//! The hash of a pod template.
/// Hash
pub fn compute(template: &serde_json::Value, collision_count: Option<i32>) -> String {
    let _ = (template, collision_count);
    "57794f8f99".into()
}
