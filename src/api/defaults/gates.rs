//! Fields behind a feature gate.

use crate::api::kind::Kind;
use crate::versions::{Feature, Features};
use serde_json::{Value, json};

/// Drops fields whose gate is off, unless the old object has them, and defaults those whose gate is on.
///
/// Runs between decoding and validation (`pkg/registry/apps/statefulset/strategy.go`,
/// dropStatefulSetDisabledFields).
/// dropStatefulSetDisabledFields).
pub fn apply_gates(kind: Kind, features: Features, old: Option<&Value>, value: &mut Value) {
    const FIELD: &str = "/spec/updateStrategy/rollingUpdate";
    if kind != Kind::StatefulSet {
        return;
    }
    let in_use = old
        .and_then(|old| old.pointer(FIELD))
        .is_some_and(|rolling| rolling.get("maxUnavailable").is_some());
    let Some(rolling) = value.pointer_mut(FIELD).and_then(Value::as_object_mut) else {
        return;
    };
    if features.has(Feature::MaxUnavailableStatefulSet) {
        rolling.entry("maxUnavailable").or_insert(json!(1));
    } else if !in_use {
        rolling.remove("maxUnavailable");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gated_field_is_dropped_unless_in_use() {
        let set = |rolling: Value| json!({"spec": {"updateStrategy": {"rollingUpdate": rolling}}});
        let with = set(json!({"maxUnavailable": 2}));
        let run = |on: bool, old: Option<&Value>, new: &Value| {
            let mut value = new.clone();
            apply_gates(
                Kind::StatefulSet,
                Features::default().with(Feature::MaxUnavailableStatefulSet, on),
                old,
                &mut value,
            );
            value
        };
        assert_eq!(run(false, None, &with), set(json!({})));
        assert_eq!(run(false, Some(&with), &with), with);
        assert_eq!(run(true, None, &with), with);
        assert_eq!(
            run(true, None, &set(json!({}))),
            set(json!({"maxUnavailable": 1}))
        );
    }
}
