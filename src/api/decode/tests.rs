use super::*;
use crate::texts::Language;
use crate::versions::Version;
use serde_json::json;

fn faults(kind: Kind, value: Value) -> Vec<(String, String, Option<Advice>)> {
    let errors = strict(Version::V1_36, kind, &value).unwrap_err();
    errors
        .into_iter()
        .map(|error| (error.path, error.message, error.hint))
        .collect()
}

fn answer(kind: Kind, value: Value) -> String {
    message(kind, &strict(Version::V1_36, kind, &value).unwrap_err())
}

#[test]
fn wrong_types_have_go_s_messages() {
    let pod = |container: Value| json!({"spec": {"containers": [container]}});
    for (kind, value, text) in [
        (
            Kind::Deployment,
            json!({"spec": {"replicas": "three"}}),
            "string into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            Kind::Deployment,
            json!({"spec": {"replicas": 1.5}}),
            "number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            Kind::Deployment,
            json!({"spec": {"replicas": 3_000_000_000_u32}}),
            "number 3000000000 into Go struct field DeploymentSpec.spec.replicas of type int32",
        ),
        (
            Kind::Deployment,
            json!({"spec": {"paused": "no"}}),
            "string into Go struct field DeploymentSpec.spec.paused of type bool",
        ),
        (
            Kind::Deployment,
            json!({"spec": []}),
            "array into Go struct field Deployment.spec of type v1.DeploymentSpec",
        ),
        (
            Kind::Deployment,
            json!({"metadata": {"labels": {"a": 1}}}),
            "number into Go struct field ObjectMeta.metadata.labels of type string",
        ),
        (
            Kind::Deployment,
            json!({"spec": {"strategy": {"rollingUpdate": {"maxSurge": true}}}}),
            "bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32",
        ),
        (
            Kind::Pod,
            pod(json!({"name": true})),
            "bool into Go struct field Container.spec.containers.name of type string",
        ),
        (
            Kind::Pod,
            pod(json!({"env": {"a": "b"}})),
            "object into Go struct field Container.spec.containers.env of type []v1.EnvVar",
        ),
        (
            Kind::Pod,
            pod(json!({"imagePullPolicy": 1})),
            "number into Go struct field Container.spec.containers.imagePullPolicy of type v1.PullPolicy",
        ),
        (
            Kind::Pod,
            pod(json!("nginx")),
            "string into Go struct field PodSpec.spec.containers of type v1.Container",
        ),
        (
            Kind::Pod,
            pod(json!({"resources": {"limits": []}})),
            "array into Go struct field ResourceRequirements.spec.containers.resources.limits of type v1.ResourceList",
        ),
        (
            Kind::Pod,
            pod(json!({"livenessProbe": {"httpGet": []}})),
            "array into Go struct field Probe.spec.containers.livenessProbe.httpGet of type v1.HTTPGetAction",
        ),
    ] {
        let name = kind.name();
        assert_eq!(
            answer(kind, value),
            format!(
                "{name} in version \"v1\" cannot be handled as a {name}: json: cannot unmarshal {text}"
            )
        );
    }
    assert_eq!(
        faults(Kind::Deployment, json!("x"))[0].1,
        "json: cannot unmarshal string into Go value of type v1.Deployment"
    );
}

#[test]
fn all_faults_are_collected_and_one_is_reported() {
    let value = json!({"spec": {"a": 1, "b": 2, "replicas": "x"}, "typo": 1});
    assert_eq!(faults(Kind::Deployment, value.clone()).len(), 4);
    assert!(answer(Kind::Deployment, value).ends_with("of type int32"));
    let value = json!({"spec": {"a": 1, "replcas": 2, "template": {"spec": {"containers": [{"imagee": "x"}]}}}});
    assert!(answer(Kind::Deployment, value).ends_with(
        r#"strict decoding error: unknown field "spec.a", unknown field "spec.replcas", unknown field "spec.template.spec.containers[0].imagee""#
    ));
    let value =
        json!({"spec": {"replicas": "x", "template": {"spec": {"overhead": {"cpu": "1 Gi"}}}}});
    assert!(
        answer(Kind::Deployment, value).contains("quantities must match the regular expression")
    );
}

#[test]
fn hints_suggest_a_fix() {
    let advice = |value: Value| faults(Kind::Deployment, value)[0].2.clone();
    let hint =
        |value: Value| advice(value).map_or_else(String::new, |hint| hint.text(Language::English));
    assert_eq!(
        hint(json!({"spec": {"replcas": 3}})),
        "did you mean \"replicas\"?"
    );
    assert_eq!(
        hint(json!({"spec": {"Replicas": 3}})),
        "did you mean \"replicas\"?"
    );
    assert_eq!(
        hint(json!({"spec": {"image": "x"}})),
        "\"image\" belongs in spec.template.spec.containers[]"
    );
    assert_eq!(hint(json!({"replicas": 3})), "\"replicas\" belongs in spec");
    let chinese = advice(json!({"spec": {"image": "x"}})).map(|hint| hint.text(Language::Chinese));
    assert_eq!(
        chinese.as_deref(),
        Some("\"image\" 应放在 spec.template.spec.containers[] 中")
    );
    assert_eq!(
        hint(json!({"spec": {"replicas": "3"}})),
        "write a number, without quotes: 3"
    );
    assert_eq!(
        hint(json!({"metadata": {"labels": {"a": true}}})),
        "put it in quotes: \"true\" (without quotes, yes, no, on, off, y and n are true and false)"
    );
}

#[test]
fn output_is_what_go_marshals() {
    let value = json!({"kind": "Deployment", "metadata": {"name": "x", "labels": {}, "annotations": {"a": null}},
        "spec": {"replicas": 0, "minReadySeconds": 0, "selector": null, "template": {"spec": {"containers": [{"name": "a", "args": [], "resources": {"limits": {"cpu": 0.5, "memory": "1024Mi"}}}, null]}}}});
    assert_eq!(
        strict(Version::V1_36, Kind::Deployment, &value).unwrap(),
        json!({"kind": "Deployment", "metadata": {"name": "x", "annotations": {"a": ""}},
        "spec": {"replicas": 0, "selector": null, "strategy": {}, "template": {"metadata": {}, "spec": {"containers": [
            {"name": "a", "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}}}, {"name": "", "resources": {}}]}}}, "status": {}})
    );
    let event = json!({"metadata": {"creationTimestamp": "2026-01-01T02:00:00+02:00"}, "involvedObject": {}, "eventTime": "2026-01-01T00:00:00.5Z"});
    assert_eq!(
        strict(Version::V1_36, Kind::Event, &event).unwrap(),
        json!({"metadata": {"creationTimestamp": "2026-01-01T00:00:00Z"}, "involvedObject": {},
        "eventTime": "2026-01-01T00:00:00.500000Z", "firstTimestamp": null, "lastTimestamp": null, "source": {}, "reportingComponent": "", "reportingInstance": ""})
    );
}

#[test]
fn times_and_bytes_are_checked() {
    let error = &faults(
        Kind::Pod,
        json!({"metadata": {"creationTimestamp": "2026-01-x"}}),
    )[0]
    .1;
    assert_eq!(
        error,
        r#"parsing time "2026-01-x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "02""#
    );
    let error = &faults(Kind::Secret, json!({"data": {"a": "hello world"}}))[0];
    assert_eq!(
        (error.0.as_str(), error.1.as_str()),
        ("data.a", "illegal base64 data at input byte 5")
    );
}
