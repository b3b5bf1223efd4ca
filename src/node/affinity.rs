//! Node selectors and node affinity (`staging/src/k8s.io/component-helpers/scheduling/corev1/nodeaffinity`).

use crate::api::object::Object;
use crate::api::pod::Pod;
use serde_json::Value;

/// A pod's required node selector terms, one of which must match.
fn required(pod: &Pod) -> Option<&Value> {
    let affinity = pod.spec.value().get("affinity")?.get("nodeAffinity")?;
    let required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")?;
    required.get("nodeSelectorTerms")
}

fn list<'a>(value: &'a Value, field: &str) -> &'a [Value] {
    let list = value.get(field).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

/// Whether a pod's `nodeSelector` and required node affinity match the node.
#[must_use]
pub fn wants(pod: &Pod, node: &Object) -> bool {
    let spec = pod.spec.value();
    let labels = &node.meta().labels;
    let selector = spec.get("nodeSelector").and_then(Value::as_object);
    let mut selector = selector.into_iter().flatten();
    let selected =
        selector.all(|(key, value)| labels.get(key.as_str()).map(String::as_str) == value.as_str());
    selected && required(pod).is_none_or(|terms| matches_any(terms, node))
}

/// Whether a pod selects its nodes by name, in each of its terms, and this node is not one of them
/// (`pkg/scheduler/framework/plugins/nodeaffinity/node_affinity.go`, PreFilter).
#[must_use]
pub fn names_others(pod: &Pod, node: &Object) -> bool {
    let terms = required(pod).and_then(Value::as_array);
    let Some(terms) = terms.filter(|terms| !terms.is_empty()) else {
        return false;
    };
    let named = |field: &&Value| field["key"] == "metadata.name" && field["operator"] == "In";
    let all_named = terms
        .iter()
        .all(|term| list(term, "matchFields").iter().any(|one| named(&one)));
    let means = |term: &Value| {
        let mut fields = list(term, "matchFields").iter().filter(named);
        fields.all(|field| {
            list(field, "values")
                .iter()
                .any(|name| *name == *node.meta().name)
        })
    };
    all_named && !terms.iter().any(means)
}

/// Whether any of the terms matches the node; an empty term matches none.
#[must_use]
pub fn matches_any(terms: &Value, node: &Object) -> bool {
    let terms = terms.as_array().into_iter().flatten();
    terms.into_iter().any(|term| {
        let (labels, fields) = (list(term, "matchExpressions"), list(term, "matchFields"));
        let label = |key: &str| node.meta().labels.get(key).map(String::as_str);
        let field = |key: &str| (key == "metadata.name").then_some(&*node.meta().name);
        !(labels.is_empty() && fields.is_empty())
            && labels.iter().all(|one| holds(one, label))
            && fields.iter().all(|one| holds(one, field))
    })
}

fn holds<'a>(requirement: &Value, value: impl Fn(&str) -> Option<&'a str>) -> bool {
    let value = value(requirement["key"].as_str().unwrap_or_default());
    let values = list(requirement, "values");
    let among = || value.is_some_and(|value| values.iter().any(|one| one == value));
    let number = |text: &str| text.parse::<i64>().ok();
    let bound = || values.first().and_then(Value::as_str).and_then(number);
    let value_number = || value.and_then(number);
    match requirement["operator"].as_str().unwrap_or_default() {
        "In" => among(),
        "NotIn" => !among(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => value_number()
            .zip(bound())
            .is_some_and(|(value, bound)| value > bound),
        "Lt" => value_number()
            .zip(bound())
            .is_some_and(|(value, bound)| value < bound),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::kind::Kind;
    use serde_json::json;

    fn node(name: &str, labels: Value) -> Object {
        let value = json!({ "metadata": { "name": name, "labels": labels } });
        Object::from_value(Kind::Node, value).expect("a node")
    }

    fn pod(spec: Value) -> Pod {
        Pod::from_value(json!({ "metadata": { "name": "p" }, "spec": spec })).expect("a pod")
    }

    fn required(terms: Value) -> Value {
        let required = json!({ "nodeSelectorTerms": terms });
        json!({ "affinity": { "nodeAffinity": { "requiredDuringSchedulingIgnoredDuringExecution": required } } })
    }

    #[test]
    fn operators_match_node_labels() {
        let node = node("a", json!({ "zone": "z1", "cores": "8" }));
        let cases = [
            ("In", "zone", json!(["z1", "z2"]), true),
            ("In", "rack", json!(["z1"]), false),
            ("NotIn", "zone", json!(["z1"]), false),
            ("NotIn", "rack", json!(["z1"]), true),
            ("Exists", "zone", json!([]), true),
            ("DoesNotExist", "zone", json!([]), false),
            ("Gt", "cores", json!(["7"]), true),
            ("Gt", "zone", json!(["7"]), false),
            ("Lt", "cores", json!(["8"]), false),
            ("Other", "cores", json!(["8"]), false),
        ];
        for (operator, key, values, wanted) in cases {
            let one = json!({ "key": key, "operator": operator, "values": values });
            let terms = json!([{ "matchExpressions": [one] }]);
            assert_eq!(
                wants(&pod(required(terms)), &node),
                wanted,
                "{operator} {key}"
            );
        }
    }

    #[test]
    fn any_term_suffices_and_an_empty_one_matches_nothing() {
        let node = node("a", json!({ "zone": "z1" }));
        let exists =
            |key: &str| json!({ "matchExpressions": [{ "key": key, "operator": "Exists" }] });
        assert!(wants(
            &pod(required(json!([exists("rack"), exists("zone")]))),
            &node
        ));
        assert!(!wants(&pod(required(json!([{}]))), &node));
        assert!(wants(
            &pod(json!({ "nodeSelector": { "zone": "z1" } })),
            &node
        ));
        assert!(!wants(
            &pod(json!({ "nodeSelector": { "zone": "z2" } })),
            &node
        ));
    }

    #[test]
    fn terms_can_select_nodes_by_name() {
        let named = json!([{ "matchFields": [{ "key": "metadata.name", "operator": "In", "values": ["a"] }] }]);
        let pod = pod(required(named));
        let (a, b) = (node("a", json!({})), node("b", json!({})));
        assert!(wants(&pod, &a) && !names_others(&pod, &a));
        assert!(!wants(&pod, &b) && names_others(&pod, &b));
    }
}
