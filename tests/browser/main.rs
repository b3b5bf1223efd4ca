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
    let settled = cluster.settle(None).expect("no exception");
    assert_eq!(field(&settled, "settled"), JsValue::TRUE);
    assert_eq!(
        names(&cluster, "ReplicaSet"),
        ["nginx-deployment-64bccb4548"]
    );
    assert_eq!(names(&cluster, "Pod").len(), 3);

    let next = TUTORIAL.replace("1.7.9", "1.9.1");
    cluster.apply(&next).expect("no exception");
    cluster.settle(None).expect("no exception");
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
    cluster.settle(None).expect("no exception");
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
        cluster.settle(None).expect("no exception");
        assert_eq!(names(&cluster, "ReplicaSet"), [set], "{options}");
    }
    let pods = |options: &str| {
        let mut cluster = Kubestep::new(object(options)).expect(options);
        cluster.apply(TUTORIAL).expect("no exception");
        cluster.settle(None).expect("no exception");
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
    told.settle(None).expect("no exception");
    told.run(
        "kubectl scale deployment nginx-deployment --replicas=5",
        None,
    )
    .expect("no exception");
    told.settle(None).expect("no exception");
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

#[wasm_bindgen_test]
fn the_queues_name_items_that_can_be_run_out_of_turn() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    cluster.step().expect("a step");
    let ready = list(&cluster.queues().expect("queues"), "ready");
    assert!(ready.length() >= 2, "{}", text(&ready));
    let item = ready.get(ready.length() - 1);
    let number = field(&item, "number").as_f64().expect("a number");
    let step = cluster.step_item(number).expect("no exception");
    assert_eq!(field(&step, "object"), field(&item, "object"));
    assert!(cluster.step_item(number).expect("no exception").is_null());
    assert!(cluster.step_item(-1.0).expect("no exception").is_null());
}

#[wasm_bindgen_test]
fn time_passes_as_far_as_it_was_told() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    let ran = cluster.run_until(30.0, None).expect("no exception");
    assert_eq!(field(&ran, "settled"), JsValue::TRUE);
    let at = |cluster: &Kubestep| field(&cluster.snapshot().expect("a snapshot"), "at");
    assert_eq!(at(&cluster), 30_000);
    cluster.run_for(0.5, None).expect("no exception");
    assert_eq!(at(&cluster), 30_500);
    for wrong in [30.0, f64::NAN, f64::INFINITY] {
        let error = cluster.run_until(wrong, None).expect_err("an error");
        assert!(error.is_instance_of::<RangeError>(), "{wrong}");
    }
    assert_eq!(at(&cluster), 30_500);
    let ran = cluster.run_for(3_600.0, Some(1)).expect("no exception");
    assert_eq!(text(&ran), r#"{"settled":false,"steps":1}"#);
}

#[wasm_bindgen_test]
fn acting_in_the_past_begins_a_future() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    cluster.settle(None).expect("no exception");
    let old = names(&cluster, "Pod").len();
    cluster.jump(1);
    cluster
        .run("scale deployment nginx-deployment --replicas=1", None)
        .expect("no exception");
    cluster.settle(None).expect("no exception");
    let futures: Array = cluster.futures().expect("futures").into();
    let of = |index, name| field(&futures.get(index), name);
    assert_eq!(futures.length(), 2);
    assert_eq!((of(0, "shared"), of(1, "current")), (1.into(), true.into()));
    assert_eq!(names(&cluster, "Pod").len(), 1);
    assert!(cluster.take_up(0));
    cluster.settle(None).expect("no exception");
    assert_eq!(names(&cluster, "Pod").len(), old);
    assert!(!cluster.take_up(7));
}

#[wasm_bindgen_test]
fn a_rollout_is_measured_and_judged() {
    let mut cluster = cluster();
    let manifest = TUTORIAL.replace("replicas: 3", "replicas: 4");
    cluster.apply(&manifest).expect("no exception");
    cluster.settle(None).expect("no exception");
    cluster
        .apply(&manifest.replace("1.7.9", "1.9.1"))
        .expect("no exception");
    let rollouts: Array = cluster.rollouts().expect("rollouts").into();
    assert_eq!(field(&rollouts.get(0), "complete"), JsValue::FALSE);
    cluster.settle(None).expect("no exception");
    let rollouts: Array = cluster.rollouts().expect("rollouts").into();
    assert_eq!(field(&rollouts.get(0), "complete"), JsValue::TRUE);
    let gauges: Array = cluster.gauges().expect("gauges").into();
    let gauge = |id: &str| {
        let found = gauges.iter().find(|one| field(one, "invariant") == id);
        found.expect("a gauge")
    };
    // maxUnavailable and maxSurge are 25 % of 4.
    let available = gauge("deployment/available");
    assert_eq!(
        (field(&available, "bound"), field(&available, "lowest")),
        (3.into(), 3.into())
    );
    let pods = gauge("deployment/surge");
    assert_eq!(
        (field(&pods, "bound"), field(&pods, "highest")),
        (5.into(), 5.into())
    );
    let events: Array = cluster.events().expect("events").into();
    let reasons: Vec<JsValue> = events.iter().map(|event| field(&event, "reason")).collect();
    assert!(reasons.contains(&"ScalingReplicaSet".into()));
}

#[wasm_bindgen_test]
fn sentences_are_in_the_chosen_language() {
    let mut cluster = Kubestep::new(object(r#"{"language": "zh-CN"}"#)).expect("a cluster");
    cluster.apply(TUTORIAL).expect("no exception");
    let step = cluster.step().expect("a step");
    let headline = field(&step, "headline").as_string().expect("a text");
    assert!(headline.contains("创建"), "{headline}");
    let error = Kubestep::new(object(r#"{"language": "x"}"#))
        .err()
        .expect("an error");
    assert!(error.is_instance_of::<RangeError>());
}

#[wasm_bindgen_test]
async fn listeners_are_called_once_after_changes() {
    use wasm_bindgen::prelude::Closure;
    let calls = std::rc::Rc::new(std::cell::Cell::new(0));
    let listener = Closure::<dyn FnMut()>::new({
        let calls = calls.clone();
        move || calls.set(calls.get() + 1)
    });
    let mut cluster = cluster();
    let remove = cluster.on_change(listener.as_ref().clone().unchecked_into());
    cluster.apply(TUTORIAL).expect("no exception");
    cluster.settle(None).expect("no exception");
    assert_eq!(calls.get(), 0);
    let later = || wasm_bindgen_futures::JsFuture::from(js_sys::Promise::resolve(&JsValue::NULL));
    later().await.expect("a promise");
    assert_eq!(calls.get(), 1);
    cluster.back();
    later().await.expect("a promise");
    assert_eq!(calls.get(), 2);
    let remove: js_sys::Function = remove.unchecked_into();
    remove.call0(&JsValue::UNDEFINED).expect("no exception");
    cluster.back();
    later().await.expect("a promise");
    assert_eq!(calls.get(), 2);
}

/// The state of a cluster whose update waits for an image that does not exist, as `kubectl get -o yaml` prints it.
fn stuck() -> String {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    cluster.settle(None).expect("no exception");
    let update = "set image deployment/nginx-deployment nginx=nginx:1.91";
    cluster.run(update, None).expect("no exception");
    cluster.run_for(60.0, None).expect("no exception");
    let printed = cluster.run("get deploy,rs,pods,nodes -o yaml", None);
    let printed = field(&printed.expect("no exception"), "stdout");
    printed.as_string().expect("a text")
}

#[wasm_bindgen_test]
fn a_state_is_told_from_manifests_and_imported() {
    let state = stuck();
    let mut cluster = cluster();
    assert!(cluster.is_state(&state));
    assert!(!cluster.is_state(TUTORIAL));
    let imported = cluster.import_state(&state).expect("no exception");
    // A Deployment, two ReplicaSets, four pods and three nodes.
    assert_eq!(field(&imported, "objects"), 10);
    assert_eq!(list(&imported, "diagnostics").length(), 0);
    let notes = text(&field(&imported, "notes"));
    assert!(notes.contains("nginx:1.91"), "{notes}");
    assert_eq!(names(&cluster, "Pod").len(), 4);
    // What the cluster itself serves now is not the state of another one.
    let own = cluster.run("get deploy,rs,pods -o yaml", None);
    let own = field(&own.expect("no exception"), "stdout").as_string();
    assert!(!cluster.is_state(&own.expect("a text")));
    assert!(cluster.back());
    assert_eq!(names(&cluster, "Pod").len(), 0);
}

#[wasm_bindgen_test]
fn a_state_with_a_mistake_is_refused_with_its_position() {
    let state = stuck().replacen("replicas: 3", "replicas: many", 1);
    let mut cluster = cluster();
    let imported = cluster.import_state(&state).expect("no exception");
    assert_eq!(field(&imported, "objects"), 0);
    let found = list(&imported, "diagnostics").get(0);
    let line = state.lines().position(|line| line.ends_with(": many"));
    let line = line.and_then(|line| u32::try_from(line + 1).ok());
    assert_eq!(field(&found, "line"), line.expect("a line"));
    assert_eq!(names(&cluster, "Pod").len(), 0);
}

#[wasm_bindgen_test]
fn a_diagnosis_says_who_waits_for_what_and_what_frees_it() {
    let mut told = Kubestep::new(object(r#"{"language": "zh-CN"}"#)).expect("a cluster");
    let mut cluster = cluster();
    for cluster in [&mut told, &mut cluster] {
        cluster.import_state(&stuck()).expect("no exception");
    }
    let first = |cluster: &Kubestep| {
        let findings: Array = cluster.diagnose().expect("findings").into();
        findings.get(0)
    };
    let found = first(&cluster);
    assert_eq!(field(&found, "about"), "Deployment nginx-deployment");
    assert_eq!(field(&found, "cause"), "image");
    assert_eq!(field(&found, "severity"), "blocks");
    let since = field(&found, "since").as_string().expect("a time");
    assert!(since.ends_with('Z'), "{since}");
    let path = field(&list(&found, "evidence").get(0), "path");
    assert_eq!(path, "status.containerStatuses[name=nginx].state.waiting");
    let remedies = text(&field(&found, "remedies"));
    let undo = r#"["kubectl rollout undo deployment/nginx-deployment"]"#;
    assert!(remedies.contains(undo), "{remedies}");
    let sentence = field(&first(&told), "text").as_string().expect("a text");
    assert!(sentence.contains("无法拉取"), "{sentence}");
}

#[wasm_bindgen_test]
fn a_forecast_says_how_long_a_change_takes_and_leaves_the_cluster_alone() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    cluster.settle(None).expect("no exception");
    let before = text(&cluster.snapshot().expect("a snapshot"));
    let mut asked = serde_json::json!({
        "files": { "next.yaml": TUTORIAL.replace("1.7.9", "1.9.1") },
        "commands": ["kubectl apply -f next.yaml"],
        "pull": "2s", "start": "1s", "ready": "3s", "stop": "4s", "runs": 3,
        "bounds": ["available>=3", "pods<=3"],
    });
    let workload = "deployment/nginx-deployment";
    let forecast = |asked: &serde_json::Value| {
        let options = object(&asked.to_string());
        cluster.forecast(workload, options).expect("a forecast")
    };
    let found = forecast(&asked);
    assert_eq!(
        text(&field(&found, "complete")),
        r#"{"high":18,"low":18,"median":18}"#
    );
    assert_eq!(field(&found, "completed"), 3);
    assert_eq!(
        text(&field(&found, "bounds")),
        r#"[{"bound":"available >= 3","broken":0,"holds":true},{"bound":"pods <= 3","broken":3,"holds":false}]"#
    );
    assert!(field(&found, "sweep").is_null());
    let report = field(&found, "report").as_string().expect("a text");
    assert!(report.contains("nginx:1.9.1"), "{report}");
    asked["sweep"] = serde_json::json!(["maxSurge=1,3"]);
    let sweep = field(&forecast(&asked), "sweep");
    assert_eq!(list(&sweep, "cells").length(), 2);
    assert!(field(&sweep, "best").is_null(), "no cell keeps pods <= 3");
    assert_eq!(text(&cluster.snapshot().expect("a snapshot")), before);
}

#[wasm_bindgen_test]
fn forecasts_that_make_no_sense_are_refused() {
    let mut cluster = cluster();
    cluster.apply(TUTORIAL).expect("no exception");
    let refused = |workload: &str, options: &str| {
        let refused = cluster.forecast(workload, object(options));
        refused.expect_err("an error")
    };
    let workload = "deployment/nginx-deployment";
    for options in [
        r#"{"rums": 3}"#,
        r#"{"runs": "3"}"#,
        r#"{"bounds": "pods<=3"}"#,
        "3",
    ] {
        let error = refused(workload, options);
        assert!(error.is_instance_of::<TypeError>(), "{options}");
    }
    for options in [
        r#"{"runs": 0}"#,
        r#"{"within": "soon"}"#,
        r#"{"ready": "3"}"#,
        r#"{"bounds": ["pods=3"]}"#,
        r#"{"sweep": ["partition=1"]}"#,
    ] {
        let error = refused(workload, options);
        assert!(error.is_instance_of::<RangeError>(), "{options}");
    }
    for workload in ["nginx-deployment", "pod/x", "x/y"] {
        let error = refused(workload, "{}");
        assert!(error.is_instance_of::<RangeError>(), "{workload}");
    }
    let error = refused("deployment/away", "{}");
    assert_eq!(field(&error, "name"), "ForecastError");
    let error = refused(workload, r#"{"commands": ["kubectl get nothing"]}"#);
    assert_eq!(field(&error, "name"), "ForecastError");
}
