//! Tests in a headless browser: `cargo xtask test browser`.

#![cfg(target_arch = "wasm32")]

use js_sys::{Array, JSON, RangeError, Reflect, TypeError};
use kubestep::js::Kubestep;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

const TUTORIAL: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: nginx-deployment
spec:
  replicas: 3
  selector:
    matchLabels:
      app: nginx
  template:
    metadata:
      labels:
        app: nginx
    spec:
      containers:
      - name: nginx
        image: nginx:1.7.9
        ports:
        - containerPort: 80
";

fn field(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).expect("an object")
}

fn list(value: &JsValue, name: &str) -> Array {
    field(value, name).into()
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).expect("a plain value").into()
}

/// Names of the objects of a kind.
fn names(cluster: &Kubestep, kind: &str) -> Vec<String> {
    let snapshot = cluster.snapshot().expect("a snapshot");
    let objects = list(&snapshot, "objects");
    let of_kind = objects
        .iter()
        .filter(|object| field(object, "kind") == kind);
    of_kind
        .filter_map(|object| field(&field(&object, "metadata"), "name").as_string())
        .collect()
}

fn cluster() -> Kubestep {
    Kubestep::new(JsValue::UNDEFINED).expect("a cluster")
}

/// A JavaScript object of a JSON text.
fn object(json: &str) -> JsValue {
    JSON::parse(json).expect("JSON")
}

#[wasm_bindgen_test]
fn the_tutorial_rolls_out_and_over() {
    let mut cluster = cluster();
    let answer = cluster.apply(TUTORIAL).expect("no exception");
    assert_eq!(
        text(&answer),
        r#"{"applied":["deployment.apps/nginx-deployment created"],"diagnostics":[]}"#
    );
    let settled = cluster.settle().expect("no exception");
    assert_eq!(field(&settled, "settled"), JsValue::TRUE);
    assert_eq!(
        names(&cluster, "ReplicaSet"),
        ["nginx-deployment-64bccb4548"]
    );
    assert_eq!(names(&cluster, "Pod").len(), 3);

    let next = TUTORIAL.replace("1.7.9", "1.9.1");
    cluster.apply(&next).expect("no exception");
    cluster.settle().expect("no exception");
    let pods = names(&cluster, "Pod");
    assert_eq!(pods.len(), 3);
    assert!(
        pods.iter()
            .all(|name| name.starts_with("nginx-deployment-6596694446-")),
        "{pods:?}"
    );
}

#[wasm_bindgen_test]
fn a_step_says_what_it_did_and_why() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    let step = cluster.step().expect("a step");
    assert_eq!(field(&step, "actor"), "deployment-controller");
    let pieces: Array = field(&step, "pieces").into();
    let object = pieces
        .iter()
        .find(|piece| !field(piece, "object").is_undefined())
        .expect("a piece with an object");
    assert_eq!(field(&object, "text"), "nginx-deployment-64bccb4548");
    assert_eq!(
        field(&object, "object"),
        "ReplicaSet nginx-deployment-64bccb4548"
    );
    let decisions: Array = cluster.decisions().expect("decisions").into();
    let branches: Vec<_> = decisions
        .iter()
        .filter_map(|one| field(&one, "branch").as_string())
        .collect();
    assert!(
        branches.contains(&"deployment/new-created".to_owned()),
        "{branches:?}"
    );
}

#[wasm_bindgen_test]
fn going_back_undoes_everything() {
    let mut cluster = cluster();
    let before = text(&cluster.snapshot().expect("a snapshot"));
    cluster.apply(TUTORIAL).expect("no exception");
    cluster.settle().expect("no exception");
    while cluster.back() {}
    let after = cluster.snapshot().expect("a snapshot");
    Reflect::set(&after, &"steps".into(), &JsValue::from(0)).expect("an object");
    assert_eq!(text(&after), before);
}

#[wasm_bindgen_test]
fn bad_input_is_reported_with_its_position_and_changes_nothing() {
    let mut cluster = cluster();
    let before = text(&cluster.snapshot().expect("a snapshot"));
    let bad = TUTORIAL.replace("replicas: 3", "replicas: \"three\"");
    let answer = cluster.apply(&bad).expect("no exception");
    assert_eq!(list(&answer, "applied").length(), 0);
    let fault = list(&answer, "diagnostics").get(0);
    assert_eq!(field(&fault, "line"), 6);
    assert_eq!(field(&fault, "path"), "spec.replicas");
    assert_eq!(text(&cluster.snapshot().expect("a snapshot")), before);
}

#[wasm_bindgen_test]
fn kubectl_answers_as_in_a_terminal() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    let answer = cluster.run(
        "kubectl scale deployment/nginx-deployment --replicas=5",
        None,
    );
    let answer = answer.expect("no exception");
    assert_eq!(
        field(&answer, "stdout"),
        "deployment.apps/nginx-deployment scaled\n"
    );
    assert_eq!(field(&answer, "stderr"), "");
    assert_eq!(field(&answer, "exit"), 0);

    let answer = cluster.run("kubectl get pod nobody", None);
    let answer = answer.expect("no exception");
    assert_eq!(field(&answer, "stdout"), "");
    assert_eq!(
        field(&answer, "stderr"),
        "Error from server (NotFound): pods \"nobody\" not found\n"
    );
    assert_eq!(field(&answer, "exit"), 1);
}

#[wasm_bindgen_test]
fn a_cluster_is_of_the_version_that_it_was_asked_for() {
    for (options, set) in [
        ("{}", "nginx-deployment-64bccb4548"),
        ("7", "nginx-deployment-64bccb4548"),
        (
            r#"{"version": "1.37", "seed": 7}"#,
            "nginx-deployment-64bccb4548",
        ),
        (r#"{"version": "1.36"}"#, "nginx-deployment-6b799bd7f6"),
        (r#"{"version": "v1.36.2"}"#, "nginx-deployment-6b799bd7f6"),
    ] {
        let mut cluster = Kubestep::new(object(options)).expect(options);
        cluster.apply(TUTORIAL).expect("no exception");
        cluster.settle().expect("no exception");
        assert_eq!(names(&cluster, "ReplicaSet"), [set], "{options}");
    }
    let pods = |options: &str| {
        let mut cluster = Kubestep::new(object(options)).expect(options);
        cluster.apply(TUTORIAL).expect("no exception");
        cluster.settle().expect("no exception");
        names(&cluster, "Pod")
    };
    assert_eq!(pods("7"), pods(r#"{"seed": 7}"#));
    assert_ne!(pods("7"), pods(r#"{"seed": 8}"#));
}

#[wasm_bindgen_test]
fn options_that_make_no_sense_are_refused() {
    let refused = |options: &str| Kubestep::new(object(options)).err().expect("an error");
    let error = refused(r#"{"version": "1.35"}"#);
    assert!(error.is_instance_of::<RangeError>());
    assert_eq!(
        field(&error, "message"),
        "unknown version 1.35: it must be one of 1.36, 1.37"
    );
    for options in [
        r#"{"vershion": "1.36"}"#,
        r#"{"version": 1.36}"#,
        r#"{"seed": "7"}"#,
        r#""1.36""#,
    ] {
        let error = refused(options);
        assert!(error.is_instance_of::<TypeError>(), "{options}");
    }
    let error = refused(r#"{"vershion": "1.36"}"#);
    let message = field(&error, "message").as_string().expect("a text");
    assert!(message.contains("vershion"), "{message}");
}

#[wasm_bindgen_test]
fn a_session_is_exported_and_imported() {
    let mut told = cluster();
    told.apply(TUTORIAL).expect("no exception");
    told.settle().expect("no exception");
    told.run(
        "kubectl scale deployment nginx-deployment --replicas=5",
        None,
    )
    .expect("no exception");
    told.settle().expect("no exception");
    told.jump(40);
    let session = told.export_session().expect("a session");

    let mut opened = cluster();
    assert!(opened.import_session(&session).expect("it is opened"));
    let before = text(&opened.snapshot().expect("a snapshot"));
    assert_eq!(before, text(&told.snapshot().expect("a snapshot")));

    let cut = &session[..session.len() / 2];
    assert!(opened.import_session(cut).is_err());
    assert_eq!(text(&opened.snapshot().expect("a snapshot")), before);
}
