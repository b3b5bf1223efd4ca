//! The API server's responses to requests, as printed by kubectl.

#[path = "common/cluster.rs"]
mod cluster;

use cluster::*;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::validation::{Reason, StatusCause, kubectl_message, message};
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::node::manual::Verb;
use kubestep::store::DeleteOptions;
use serde_json::{Value, json};

fn kubectl(engine: &mut Engine, line: &str) -> String {
    kubectl_with(engine, line, "")
}

/// A command's output on both streams.
fn kubectl_with(engine: &mut Engine, line: &str, stdin: &str) -> String {
    let output = kubectl::run(engine, line, Some(stdin));
    output.stdout + &output.stderr
}

const INVALID: &str = "{apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: nope}, spec: {replicas: -1}}";

#[test]
fn a_missing_namespace_is_reported_before_faults_of_the_object() {
    let mut engine = manual();
    for verb in ["create", "apply"] {
        assert_eq!(
            kubectl_with(&mut engine, &format!("kubectl {verb} -f -"), INVALID),
            "Error from server (NotFound): error when creating \"STDIN\": namespaces \"nope\" not found\n"
        );
    }
}

#[test]
fn messages_and_warnings_use_the_generated_name() {
    let mut engine = manual();
    let pod = "{apiVersion: v1, kind: Pod, metadata: {generateName: x-}, spec: {containers: [{name: c, image: i}]}}";
    let printed = kubectl_with(&mut engine, "kubectl create -f -", pod);
    let pods = keys(&engine, Kind::Pod);
    assert_eq!(printed, format!("pod/{} created\n", pods[0].name));
}

#[test]
fn a_patch_may_not_name_another_object() {
    let mut engine = manual();
    create(&mut engine, [deployment("web", 1)]);
    let mut patch = |patch: &str| {
        kubectl(
            &mut engine,
            &format!("kubectl patch deploy web -p '{patch}'"),
        )
    };
    assert_eq!(
        patch(r#"{"metadata":{"name":"other"}}"#),
        "Error from server (BadRequest): the name of the object (other) does not match the name on the URL (web)\n"
    );
    assert_eq!(
        patch(r#"{"metadata":{"namespace":"other"}}"#),
        "Error from server (BadRequest): the namespace of the object (other) does not match the namespace on the request (default)\n"
    );
}

#[test]
fn a_conflict_is_reported_before_faults_of_the_object() {
    let mut engine = manual();
    create(&mut engine, [deployment("web", 1)]);
    let patch = r#"kubectl patch deploy web -p '{"metadata":{"resourceVersion":"1"},"spec":{"replicas":-1}}'"#;
    assert_eq!(
        kubectl(&mut engine, patch),
        "Error from server (Conflict): Operation cannot be fulfilled on deployments.apps \"web\": the object has been \
         modified; please apply your changes to the latest version and try again\n"
    );
}

#[test]
fn repeated_faults_are_reported_once() {
    let cause = |body: &str| StatusCause {
        field: "spec.x".to_owned(),
        reason: Reason::Invalid,
        body: body.to_owned(),
    };
    let twice = [cause("a"), cause("a")];
    let kind = Kind::Deployment;
    assert_eq!(
        kubectl_message(kind, "web", &twice),
        "The Deployment \"web\" is invalid: spec.x: a"
    );
    assert_eq!(
        message(kind, "web", &twice),
        "Deployment.apps \"web\" is invalid: spec.x: a"
    );
    let mixed = [cause("a"), cause("b"), cause("a")];
    assert_eq!(
        kubectl_message(kind, "web", &mixed),
        "The Deployment \"web\" is invalid: \n* spec.x: a\n* spec.x: b"
    );
}

#[test]
fn claims_expand_only_if_their_class_allows_it() {
    let mut engine = Engine::new(Config::default());
    let claim = "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {accessModes: [ReadWriteOnce], \
                 resources: {requests: {storage: 1Gi}}}}";
    kubectl_with(&mut engine, "kubectl create -f -", claim);
    settle(&mut engine);
    let grow =
        r#"kubectl patch pvc data -p '{"spec":{"resources":{"requests":{"storage":"2Gi"}}}}'"#;
    assert_eq!(
        kubectl(&mut engine, grow),
        "Error from server (Forbidden): persistentvolumeclaims \"data\" is forbidden: only dynamically provisioned pvc can be \
         resized and the storageclass that provisions the pvc must support resize\n"
    );
    kubectl(
        &mut engine,
        r#"kubectl patch sc standard -p '{"allowVolumeExpansion":true}'"#,
    );
    assert_eq!(
        kubectl(&mut engine, grow),
        "persistentvolumeclaim/data patched\n"
    );
}

/// A running pod's deletion time in seconds, and its grace period.
fn end_of_pod(engine: &Engine) -> (i64, i64) {
    let pod = engine.store().pod(&keys(engine, Kind::Pod)[0]);
    let meta = &pod.expect("exists").metadata;
    (
        meta.deletion_timestamp.expect("terminating").0 / 1000,
        meta.deletion_grace_period_seconds.expect("terminating"),
    )
}

fn delete_pod(engine: &mut Engine, grace_period_seconds: Option<i64>) {
    let key = keys(engine, Kind::Pod).remove(0);
    let options = DeleteOptions {
        grace_period_seconds,
        ..DeleteOptions::default()
    };
    engine
        .act("delete", |cx| cx.store.delete(&key, &options))
        .expect("accepted");
}

#[test]
fn a_second_deletion_only_shortens_the_grace_period() {
    let mut engine = manual();
    let spec = json!({ "containers": [{ "name": "c", "image": "i" }] });
    let pod = json!({ "metadata": { "name": "p" }, "spec": spec });
    create(&mut engine, [object(Kind::Pod, pod)]);
    pods(&mut engine, &Verb::Ready);
    let start = engine.now();
    delete_pod(&mut engine, Some(20));
    let began = start.0 / 1000;
    assert_eq!(end_of_pod(&engine), (began + 20, 20));
    engine.advance(start.plus_seconds(3));
    for longer in [None, Some(20), Some(25)] {
        delete_pod(&mut engine, longer);
        assert_eq!(end_of_pod(&engine), (began + 20, 20));
    }
    delete_pod(&mut engine, Some(5));
    assert_eq!(end_of_pod(&engine), (began + 5, 5));
    pods(&mut engine, &Verb::Fail(None));
    delete_pod(&mut engine, None);
    assert_eq!(end_of_pod(&engine), (began + 5, 5));
    delete_pod(&mut engine, Some(0));
    assert!(keys(&engine, Kind::Pod).is_empty());
}

#[test]
fn a_terminating_namespace_has_no_grace_period() {
    let mut engine = manual();
    kubectl(&mut engine, "kubectl create namespace prod");
    kubectl(
        &mut engine,
        "kubectl create configmap kept -n prod --from-literal=a=b",
    );
    kubectl(&mut engine, "kubectl delete namespace prod --wait=false");
    let namespace = engine.store().get(&key(Kind::Namespace, "prod"));
    let namespace = namespace.map(Object::to_value).expect("not yet gone");
    assert!(namespace["metadata"]["deletionTimestamp"].is_string());
    assert_eq!(
        namespace["metadata"].get("deletionGracePeriodSeconds"),
        None::<&Value>
    );
}

/// A manifest of a workload with one container, with additional fields in its spec, its pods and the container.
fn workload(kind: &str, spec: &str, pod: &str, container: &str) -> String {
    format!(
        "{{apiVersion: apps/v1, kind: {kind}, metadata: {{name: web}}, spec: {{{spec} selector: {{matchLabels: {{app: web}}}}, \
         template: {{metadata: {{labels: {{app: web}}}}, spec: {{{pod} containers: [{{name: c, image: i, {container}}}]}}}}}}}}"
    )
}

#[test]
fn questionable_manifests_cause_ordered_warnings() {
    let mut engine = manual();
    let manifest = workload(
        "Deployment",
        "",
        "terminationGracePeriodSeconds: -1, nodeSelector: {beta.kubernetes.io/os: linux}, imagePullSecrets: [{name: a}, {name: a}],",
        "resources: {limits: {memory: 1.5}}, ports: [{containerPort: 80}, {containerPort: 80, name: http}, {containerPort: 80, \
         protocol: UDP}], env: [{name: A, value: a}, {name: A, value: b}, {name: A, value: c$(A)}]",
    );
    let printed = kubectl_with(&mut engine, "kubectl apply -f -", &manifest);
    let at = "Warning: spec.template.spec";
    assert_eq!(
        printed,
        format!(
            "deployment.apps/web created\n\
             {at}.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use \"kubernetes.io/os\" instead\n\
             {at}.imagePullSecrets[1].name: duplicate name \"a\"\n\
             {at}.containers[0].resources.limits[memory]: fractional byte value \"1500m\" is invalid, must be an integer\n\
             {at}.containers[0].env[1]: hides previous definition of \"A\", which may be dropped when using apply\n\
             {at}.containers[0].ports[1]: duplicate port definition with spec.template.spec.containers[0].ports[0]\n\
             {at}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1\n"
        )
    );
}

#[test]
fn updates_warn_only_if_they_change_the_generation() {
    let mut engine = manual();
    let env = "env: [{name: A, value: a}, {name: A, value: b}]";
    kubectl_with(
        &mut engine,
        "kubectl create -f -",
        &workload("Deployment", "", "", env),
    );
    let warning = "Warning: spec.template.spec.containers[0].env[1]: hides previous definition of \"A\", which may be dropped \
                   when using apply\n";
    assert_eq!(
        kubectl(&mut engine, "kubectl label deploy/web a=b"),
        "deployment.apps/web labeled\n"
    );
    assert_eq!(
        kubectl(&mut engine, "kubectl set image deploy/web c=j"),
        format!("deployment.apps/web image updated\n{warning}")
    );
}

#[test]
fn unlimited_revision_history_causes_a_warning() {
    let mut engine = manual();
    let manifest = workload("StatefulSet", "revisionHistoryLimit: -1,", "", "args: [a]");
    assert_eq!(
        kubectl_with(&mut engine, "kubectl apply -f -", &manifest),
        "statefulset.apps/web created\nWarning: spec.revisionHistoryLimit: a negative value retains all historical revisions; a \
         value >= 0 is recommended\n"
    );
}

#[test]
fn unsupported_kinds_of_real_clusters_are_refused_by_name() {
    let mut engine = manual();
    for kind in ["PodTemplate", "ReplicationController"] {
        let manifest = format!("{{apiVersion: v1, kind: {kind}, metadata: {{name: x}}}}");
        assert_eq!(
            kubectl_with(&mut engine, "kubectl apply -f -", &manifest),
            format!("error: not simulated: {kind} of v1\n")
        );
    }
}

#[test]
fn addresses_of_another_family_are_refused() {
    let mut engine = manual();
    let manifest = "{apiVersion: v1, kind: Service, metadata: {name: six}, spec: {ipFamilyPolicy: RequireDualStack, ipFamilies: \
                    [IPv6], selector: {a: b}, ports: [{port: 80}]}}";
    assert_eq!(
        kubectl_with(&mut engine, "kubectl apply -f -", manifest),
        "The Service \"six\" is invalid: \n\
         * spec.ipFamilyPolicy: Invalid value: \"RequireDualStack\": this cluster is not configured for dual-stack services\n\
         * spec.ipFamilies[0]: Invalid value: \"IPv6\": not configured on this cluster\n"
    );
}
