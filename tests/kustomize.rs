//! What kustomize makes of files. The expected objects and messages are written by hand from kustomize's documentation and
//! source.

#[path = "common/kustomize.rs"]
mod files;

use files::{SETTINGS, WEB};
use kubestep::manifests::kustomize::{Built, build};
use serde_json::Value;

/// Builds a directory of files, given by name and content.
fn built(files: &[(&str, &str)], directory: &str) -> Built {
    let owned = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    let files: Vec<(String, String)> = files.iter().map(owned).collect();
    build(&files, directory)
}

/// The objects of a kustomization of some resources.
fn objects(kustomization: &str, resources: &str) -> Vec<Value> {
    let kustomization = format!("resources: [all.yaml]\n{kustomization}");
    let files = [
        ("kustomization.yaml", kustomization.as_str()),
        ("all.yaml", resources),
    ];
    let objects = built(&files, ".").objects;
    objects.unwrap_or_else(|failure| panic!("{failure}"))
}

/// The error of a kustomization.
fn fault(files: &[(&str, &str)], directory: &str) -> String {
    built(files, directory)
        .objects
        .expect_err("an error")
        .to_string()
}

/// The error of a kustomization of a ConfigMap.
fn fault_of(kustomization: &str) -> String {
    let kustomization = format!("resources: [a.yaml]\n{kustomization}");
    fault(
        &[("kustomization.yaml", &kustomization), ("a.yaml", SETTINGS)],
        ".",
    )
}

fn at<'v>(objects: &'v [Value], pointer: &str) -> &'v Value {
    objects
        .iter()
        .find_map(|object| object.pointer(pointer))
        .unwrap_or(&Value::Null)
}

#[test]
fn what_is_within_other_fields_is_refused_by_name() {
    for (kustomization, name) in [
        (
            "labels: [{fields: [{path: a}]}]",
            "labels.fields of a kustomization",
        ),
        (
            "images: [{name: a, tagSuffix: b}]",
            "images.tagSuffix of a kustomization",
        ),
        (
            "patches: [{patch: a, options: {allowNameChange: true}}]",
            "patches.options.allowNameChange of a kustomization",
        ),
        (
            "sortOptions: {order: legacy, legacySortOptions: {orderFirst: []}}",
            "sortOptions.legacySortOptions of a kustomization",
        ),
        (
            "bases: ['https://github.com/a/b?ref=v1']",
            "a URL in a kustomization: https://github.com/a/b?ref=v1",
        ),
    ] {
        assert_eq!(
            fault_of(kustomization),
            format!("error: not simulated: {name}")
        );
    }
}

#[test]
fn malformed_kustomizations_have_kustomizes_messages() {
    for (kustomization, text) in [
        (
            "nope: 1",
            "invalid Kustomization: json: unknown field \"nope\"",
        ),
        (
            "namePrefix: [a]",
            "invalid Kustomization: json: cannot unmarshal array into Go struct field Kustomization.namePrefix of type string",
        ),
        (
            "replicas: [{name: a, count: 1.5}]",
            "invalid Kustomization: json: cannot unmarshal number 1.5 into Go struct field Kustomization.replicas.count of \
             type int64",
        ),
        (
            "kind: Nope",
            "Failed to read kustomization file under .:\nkind should be Kustomization or Component",
        ),
        (
            "replicas: [{name: none, count: 1}]",
            "resource with name none does not match a config with the following GVK [Deployment.[noVer].[noGrp] \
             ReplicationController.[noVer].[noGrp] ReplicaSet.[noVer].[noGrp] StatefulSet.[noVer].[noGrp]]",
        ),
        (
            "patches: [{patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: other}}'}]",
            "no resource matches strategic merge patch \"ConfigMap.v1.[noGrp]/other.[noNs]\": no matches for Id \
             ConfigMap.v1.[noGrp]/other.[noNs]; failed to find unique target for patch ConfigMap.v1.[noGrp]/other.[noNs]",
        ),
        (
            "patches: [{patch: '[{op: remove, path: /data}]'}]",
            "must specify a target for JSON patch [patch: \"[{op: remove, path: /data}]\"]",
        ),
        (
            "bases: [b.yaml]",
            "accumulating resources: accumulation err='accumulating resources from 'b.yaml': evalsymlink failure on 'b.yaml' \
             : lstat b.yaml: no such file or directory': must build at directory: not a valid directory: evalsymlink failure \
             on 'b.yaml' : lstat b.yaml: no such file or directory",
        ),
        (
            "bases: [a.yaml]",
            "accumulating resources: accumulation err='merging resources from 'a.yaml': may not add resource with an already \
             registered id: ConfigMap.v1.[noGrp]/settings.[noNs]': must build at directory: 'a.yaml': file is not directory",
        ),
    ] {
        assert_eq!(fault_of(kustomization), format!("error: {text}"));
    }
    assert_eq!(
        fault(&[("kustomization.yaml", "")], "."),
        "error: kustomization.yaml is empty"
    );
    let names = "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory";
    assert_eq!(
        fault(&[("a/b.yaml", "")], "a"),
        format!("error: {names} 'a'")
    );
    let cycle = [
        ("a/kustomization.yaml", "resources: [../b]"),
        ("b/kustomization.yaml", "resources: [../a]"),
    ];
    assert!(
        fault(&cycle, "a")
            .ends_with("cycle detected: candidate root 'a' contains visited root 'a'"),
        "{}",
        fault(&cycle, "a")
    );
    let outside = [
        ("a/kustomization.yaml", "resources: [../b.yaml]"),
        ("b.yaml", SETTINGS),
    ];
    assert!(
        fault(&outside, "a").contains("security; file 'b.yaml' is not in or below 'a'"),
        "{}",
        fault(&outside, "a")
    );
}

#[test]
fn references_follow_the_names() {
    let all = "\
{apiVersion: v1, kind: Service, metadata: {name: db}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot}}
---
{apiVersion: v1, kind: Secret, metadata: {name: key}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  template:
    spec:
      serviceAccountName: robot
      volumes: [{name: key, secret: {secretName: key}}, {name: other, secret: {secretName: other}}]
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: db}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: StatefulSet, name: db}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: db}
spec: {rules: [{http: {paths: [{backend: {service: {name: db}}}]}}]}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: robot}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: robot}
subjects: [{kind: ServiceAccount, name: robot, namespace: default}, {kind: ServiceAccount, name: default}]
---
{apiVersion: rbac.authorization.k8s.io/v1, kind: Role, metadata: {name: robot}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: old}}
";
    let objects = objects("namePrefix: a-\nnameSuffix: -b\nnamespace: shop\n", all);
    for (pointer, value) in [
        ("/spec/serviceName", "a-db-b"),
        ("/spec/template/spec/serviceAccountName", "a-robot-b"),
        ("/spec/template/spec/volumes/0/secret/secretName", "a-key-b"),
        ("/spec/template/spec/volumes/1/secret/secretName", "other"),
        ("/spec/scaleTargetRef/name", "a-db-b"),
        ("/spec/rules/0/http/paths/0/backend/service/name", "a-db-b"),
        ("/roleRef/name", "a-robot-b"),
        ("/subjects/0/name", "a-robot-b"),
        ("/subjects/0/namespace", "shop"),
        ("/subjects/1/name", "default"),
        ("/subjects/1/namespace", "shop"),
        // Namespaces come first, take the name of the namespace, and are in none.
        ("/metadata/name", "shop"),
    ] {
        assert_eq!(at(&objects, pointer), value, "{pointer}");
    }
    assert_eq!(objects[0].pointer("/metadata/namespace"), None);
    let kinds: Vec<&str> = objects
        .iter()
        .filter_map(|object| object["kind"].as_str())
        .collect();
    assert_eq!(
        kinds,
        [
            "Namespace",
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "Secret",
            "Service",
            "StatefulSet",
            "HorizontalPodAutoscaler",
            "Ingress"
        ]
    );
}

#[test]
fn patches_select_their_targets() {
    let all = format!("{WEB}---\n{SETTINGS}");
    let patches = "\
patches:
- target: {kind: Deploy.*, name: w.b}
  patch: |
    - {op: replace, path: /spec/template/spec/containers/0/image, value: 'nginx:2'}
- target: {kind: Deploy, name: web}
  patch: '[{op: remove, path: /spec}]'
- target: {labelSelector: app=none}
  patch: '[{op: remove, path: /spec}]'
- target: {version: v1, group: '', kind: Service}
  patch: '{apiVersion: v1, kind: Service, metadata: {name: ignored, labels: {a: b}}}'
- patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, $patch: delete}'
patchesJson6902:
- target: {version: v1, kind: Service, name: x-web}
  patch: '[{op: add, path: /spec/type, value: NodePort}]'
namePrefix: x-
";
    let objects = objects(patches, &all);
    let names: Vec<&str> = objects
        .iter()
        .filter_map(|one| one["metadata"]["name"].as_str())
        .collect();
    assert_eq!(names, ["x-web", "x-web"]);
    assert_eq!(objects[0]["metadata"]["labels"]["a"], "b");
    assert_eq!(objects[0]["spec"]["type"], "NodePort");
    assert_eq!(
        at(&objects, "/spec/template/spec/containers/0/image"),
        "nginx:2"
    );
}

#[test]
fn images_are_matched_by_their_whole_names() {
    let image_of = |image: &str, entry: &str| {
        let pod = format!(
            "{{apiVersion: v1, kind: Pod, metadata: {{name: a}}, spec: {{containers: [{{name: a, image: '{image}'}}]}}}}"
        );
        let objects = objects(&format!("images: [{entry}]\n"), &pod);
        at(&objects, "/spec/containers/0/image")
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    for (image, entry, wanted) in [
        ("nginx", "{name: nginx, newTag: '1'}", "nginx:1"),
        ("nginx:2@sha256:ab", "{name: nginx, newTag: '1'}", "nginx:1"),
        (
            "nginx:2",
            "{name: nginx, digest: 'sha256:ab'}",
            "nginx@sha256:ab",
        ),
        (
            "nginx:2",
            "{name: nginx, newName: 'r.io:5000/n'}",
            "r.io:5000/n:2",
        ),
        (
            "r.io:5000/n",
            "{name: 'r.io:5000/n', newTag: '3'}",
            "r.io:5000/n:3",
        ),
        ("my/nginx:2", "{name: nginx, newTag: '1'}", "my/nginx:2"),
        ("nginx2", "{name: nginx, newTag: '1'}", "nginx2"),
        ("nginx", "{name: '[', newTag: '1'}", "nginx"),
    ] {
        assert_eq!(image_of(image, entry), wanted, "{image} {entry}");
    }
}

#[test]
fn labels_and_annotations_go_where_they_are_asked_to() {
    let plain = objects(
        "labels: [{pairs: {a: b}}]\ncommonAnnotations: {note: x}\n",
        WEB,
    );
    assert_eq!(plain[1]["metadata"]["labels"]["a"], "b");
    assert_eq!(plain[1].pointer("/spec/selector"), None);
    assert_eq!(plain[1].pointer("/spec/template/metadata/labels"), None);
    assert_eq!(
        plain[1]["spec"]["template"]["metadata"]["annotations"]["note"],
        "x"
    );
    let templates = objects("labels: [{pairs: {a: b}, includeTemplates: true}]\n", WEB);
    assert_eq!(
        templates[1]["spec"]["template"]["metadata"]["labels"]["a"],
        "b"
    );
    assert_eq!(templates[1].pointer("/spec/selector"), None);
    let common = objects("commonLabels: {a: b}\n", WEB);
    assert_eq!(common[1]["spec"]["selector"]["matchLabels"]["a"], "b");
    assert_eq!(common[0]["spec"]["selector"]["a"], "b");
}
