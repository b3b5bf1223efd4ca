use super::*;
use crate::versions::Version;
use serde_json::json;

fn deployment(containers: Value) -> Value {
    json!({"spec": {"template": {"spec": {"containers": containers}}}})
}

fn patched(original: &Value, patch: Value) -> Value {
    strategic(Kind::Deployment, original, &mut patch.clone()).unwrap()
}

#[test]
fn merge_patches_merge_objects_only() {
    let mut value = json!({"a": {"b": 1, "c": 2}, "d": [1, 2], "e": "x"});
    merge(
        &mut value,
        &json!({"a": {"b": null, "f": {"g": null, "h": 1}}, "d": [3], "e": {"i": 1}}),
    );
    assert_eq!(
        value,
        json!({"a": {"c": 2, "f": {"h": 1}}, "d": [3], "e": {"i": 1}})
    );
}

#[test]
fn json_patches_are_carried_out_all_or_none() {
    let mut value = json!({"a": {"b/c": [1, 2]}, "d": 1});
    let operations = json!([
        {"op": "test", "path": "/a/b~1c/0", "value": 1},
        {"op": "add", "path": "/a/b~1c/-", "value": 3},
        {"op": "add", "path": "/a/b~1c/0", "value": 0},
        {"op": "replace", "path": "/d", "value": 2},
        {"op": "move", "from": "/d", "path": "/e"},
        {"op": "copy", "from": "/e", "path": "/f"},
        {"op": "remove", "path": "/a/b~1c/1"},
    ]);
    json_patch(&mut value, &operations).unwrap();
    let want = json!({"a": {"b/c": [0, 2, 3]}, "e": 2, "f": 2});
    assert_eq!(value, want);
    for (operation, text) in [
        (
            json!({"op": "replace", "path": "/a/b~1c/9", "value": 1}),
            "replace operation does not apply: doc is missing key: /a/b~1c/9: missing value",
        ),
        (
            json!({"op": "remove", "path": "/a/b~1c/9"}),
            "remove operation does not apply: doc is missing key: /a/b~1c/9: missing value",
        ),
        (
            json!({"op": "add", "path": "/x/y", "value": 1}),
            "add operation does not apply: doc is missing path: /x/y: missing value",
        ),
        (
            json!({"op": "test", "path": "/e", "value": 1}),
            "testing value /e failed: test failed",
        ),
        (
            json!({"op": "shout", "path": "/e"}),
            "Unexpected kind: shout",
        ),
    ] {
        let patch = json!([{"op": "add", "path": "/g", "value": 1}, operation]);
        assert_eq!(
            json_patch(&mut value, &patch).unwrap_err().to_string(),
            text
        );
        assert_eq!(value, want);
    }
}

#[test]
fn json_patches_replace_absent_members_and_count_from_the_end() {
    let mut value = json!({"list": [1, 2, {"a": 3}]});
    let patch = json!([
        {"op": "replace", "path": "/new", "value": 1},
        {"op": "replace", "path": "/list/-1/a", "value": 4},
        {"op": "remove", "path": "/list/-3"},
        {"op": "test", "path": "/list/-2", "value": 2},
    ]);
    json_patch(&mut value, &patch).expect("an applicable patch");
    assert_eq!(value, json!({"list": [2, {"a": 4}], "new": 1}));
}

#[test]
fn json_patches_cannot_grow_without_bound() {
    let (mut value, before) = (json!({"a": "x"}), json!({"a": "x"}));
    let doubling: Vec<_> = (0..60)
        .map(|round| json!({"op": "copy", "from": "", "path": format!("/{round}")}))
        .collect();
    let error = json_patch(&mut value, &json!(doubling)).unwrap_err();
    assert!(error.to_string().starts_with("Unable to complete the copy"));
    let nesting: Vec<_> = (0..400)
        .flat_map(|_| {
            [
                json!({"op": "add", "path": "/b", "value": {}}),
                json!({"op": "move", "from": "/a", "path": "/b/a"}),
                json!({"op": "move", "from": "/b", "path": "/a"}),
            ]
        })
        .collect();
    let error = json_patch(&mut value, &json!(nesting)).unwrap_err();
    assert_eq!(error.to_string(), "exceeded max depth");
    assert_eq!(value, before);
}

#[test]
fn containers_are_merged_by_name() {
    let original = deployment(
        json!([{"name": "a", "image": "a:1", "args": ["x"]}, {"name": "b", "image": "b:1"}]),
    );
    let patch = deployment(json!([{"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}]));
    assert_eq!(
        patched(&original, patch),
        deployment(
            json!([{"name": "a", "image": "a:1", "args": ["x"]}, {"name": "b", "image": "b:2"}, {"name": "c", "image": "c:1"}])
        )
    );
    let patch =
        deployment(json!([{"name": "a", "$patch": "delete"}, {"name": "b", "image": null}]));
    assert_eq!(
        patched(&original, patch),
        deployment(json!([{"name": "b"}]))
    );
    let patch = deployment(json!([{"$patch": "replace"}, {"name": "z"}]));
    assert_eq!(
        patched(&original, patch),
        deployment(json!([{"name": "z"}]))
    );
    let patch = deployment(json!([{"name": "a", "args": ["y"]}]));
    assert_eq!(
        patched(&original, patch)["spec"]["template"]["spec"]["containers"][0]["args"],
        json!(["y"])
    );
}

#[test]
fn directives_are_carried_out() {
    let original = json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}, "metadata": {"finalizers": ["a", "b"]}});
    let patch = json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}, "metadata": {"$deleteFromPrimitiveList/finalizers": ["a"]}});
    assert_eq!(
        patched(&original, patch),
        json!({"spec": {"strategy": {"type": "Recreate"}}, "metadata": {"finalizers": ["b"]}})
    );
    let original = deployment(json!([{"name": "a"}, {"name": "b"}, {"name": "c"}]));
    let order = json!({"spec": {"template": {"spec": {"$setElementOrder/containers": [{"name": "c"}, {"name": "a"}]}}}});
    // b, which is unknown to the patch, stays before c.
    assert_eq!(
        patched(&original, order),
        deployment(json!([{"name": "b"}, {"name": "c"}, {"name": "a"}]))
    );
    let patch = json!({"spec": {"$patch": "replace", "paused": true}});
    assert_eq!(patched(&original, patch), json!({"spec": {"paused": true}}));
    for (patch, text) in [
        (
            json!({"$patch": "shout"}),
            "unknown patch type: shout in map: map[$patch:shout]",
        ),
        (
            deployment(json!([{"image": "x"}])),
            "map: map[image:x] does not contain declared merge key: name",
        ),
        (
            json!({"spec": {"$retainKeys": ["a"], "b": 1}}),
            "invalid patch format of retainKeys, retainKeys directive should contain all the fields present in the patch",
        ),
    ] {
        assert_eq!(
            strategic(Kind::Deployment, &original, &mut patch.clone())
                .unwrap_err()
                .to_string(),
            text
        );
    }
}

#[test]
fn apply_removes_what_it_set_and_leaves_the_rest() {
    let last = json!({"metadata": {"labels": {"a": "1", "b": "2"}}, "spec": {"replicas": 3, "template": {"spec": {"containers": [{"name": "x", "image": "x:1", "env": [{"name": "A", "value": "1"}]}, {"name": "y", "image": "y:1"}]}}}});
    let new = json!({"metadata": {"labels": {"a": "1"}}, "spec": {"template": {"spec": {"containers": [{"name": "x", "image": "x:2"}]}}}});
    let live = json!({"metadata": {"labels": {"a": "1", "b": "2", "c": "3"}}, "spec": {"replicas": 5, "template": {"spec": {"containers": [{"name": "x", "image": "x:1", "env": [{"name": "A", "value": "1"}, {"name": "B"}], "imagePullPolicy": "Always"}, {"name": "y", "image": "y:1"}, {"name": "sidecar", "image": "s"}]}}}});
    let patch = three_way(Kind::Deployment, Some(&last), &new, &live).unwrap();
    assert_eq!(
        patch,
        json!({"metadata": {"labels": {"b": null}}, "spec": {"replicas": null, "template": {"spec": {
        "$setElementOrder/containers": [{"name": "x"}],
        "containers": [{"name": "x", "env": null, "image": "x:2"}, {"name": "y", "$patch": "delete"}]}}}})
    );
    let result = patched(&live, patch);
    assert_eq!(
        result,
        json!({"metadata": {"labels": {"a": "1", "c": "3"}}, "spec": {"template": {"spec": {"containers": [
        {"name": "x", "image": "x:2", "imagePullPolicy": "Always"}, {"name": "sidecar", "image": "s"}]}}}})
    );
    // Applied again, only the order is sent, because the server's list is longer; nothing changes.
    let again = three_way(Kind::Deployment, Some(&new), &new, &result).unwrap();
    assert_eq!(
        again,
        json!({"spec": {"template": {"spec": {"$setElementOrder/containers": [{"name": "x"}]}}}})
    );
    assert_eq!(patched(&result, again), result);
}

#[test]
fn a_change_of_strategy_retains_keys() {
    let live = json!({"spec": {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": "25%"}}}});
    let new = json!({"spec": {"strategy": {"type": "Recreate"}}});
    let patch = three_way(Kind::Deployment, None, &new, &live).unwrap();
    assert_eq!(
        patch,
        json!({"spec": {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}})
    );
    assert_eq!(patched(&live, patch), new);
}

#[test]
fn two_way_patches_lead_from_one_to_the_other() {
    let original = deployment(
        json!([{"name": "a", "ports": [{"containerPort": 80}, {"containerPort": 81}]}, {"name": "b"}]),
    );
    let modified = deployment(
        json!([{"name": "b", "image": "b"}, {"name": "a", "ports": [{"containerPort": 81}]}]),
    );
    let patch = two_way(Kind::Deployment, &original, &modified).unwrap();
    assert_eq!(patched(&original, patch), modified);
    assert_eq!(
        two_way(Kind::Deployment, &modified, &modified).unwrap(),
        json!({})
    );
}

#[test]
fn an_undecodable_result_has_the_server_s_message() {
    let live = deployment(json!([{"name": "nginx", "image": "nginx:1.25"}]));
    let mut patch = json!({"spec": {"replicas": 3, "template": {"spec": {"$setElementOrder/containers": [{"name": "nginx"}], "containers": [{"name": "nginx", "env": [{"name": "A", "value": 1}]}]}}}});
    let result = strategic(Kind::Deployment, &live, &mut patch).unwrap();
    let errors = decode::strict(Version::V1_36, Kind::Deployment, &result).unwrap_err();
    assert_eq!(
        undecodable(&patch, &errors),
        r#"patch: Invalid value: "map[spec:map[replicas:3 template:map[spec:map[]]]]": cannot convert int64 to string"#
    );
}

#[test]
fn the_annotation_of_apply_is_the_manifest_itself() {
    let manifest = json!({"metadata": {"name": "x", "annotations": {LAST_APPLIED: "old"}}, "kind": "Pod", "spec": {"a": "<"}});
    assert_eq!(
        last_applied(&manifest),
        "{\"kind\":\"Pod\",\"metadata\":{\"annotations\":{},\"name\":\"x\"},\"spec\":{\"a\":\"\\u003c\"}}\n"
    );
}
