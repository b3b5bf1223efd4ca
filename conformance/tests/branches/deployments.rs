//! A short story for each rare branch of the Deployment controller, named after the branch.

use crate::cluster::*;
use kubestep::api::deployment::{Deployment, DeploymentStrategy};
use kubestep::api::kind::Kind;
use kubestep::api::object::{Key, Object};
use kubestep::api::replica_set::ReplicaSet;
use kubestep::api::template_hash;
use kubestep::controllers::deployment::annotations::ROLLBACK_TO;
use kubestep::engine::{Actor, Config, Engine};
use kubestep::node::manual::Verb;
use kubestep::store::Propagation;
use serde_json::{Value, json};
use std::rc::Rc;

/// A branch, and how to reach it.
pub type Story = (&'static str, fn() -> Engine);

/// All stories.
pub const STORIES: &[Story] = &[
    ("deployment/gone", gone),
    ("deployment/selecting-all", selecting_all),
    ("deployment/adopt", adopt),
    ("deployment/release", release),
    ("deployment/terminating", terminating),
    ("deployment/pause", pause_and_resume),
    ("deployment/resume", pause_and_resume),
    ("deployment/paused", pause_and_resume),
    ("deployment/new-missing", pause_and_resume),
    ("deployment/scale-at-size", pause_and_resume),
    ("deployment/rollback", || roll_back_to("1")),
    ("deployment/rollback-not-found", || roll_back_to("99")),
    ("deployment/rollback-unchanged", || roll_back_to("2")),
    ("deployment/read-too-early", scaled_with_another_template),
    ("deployment/new-updated", recreate_and_back),
    ("deployment/scaling-event", scale),
    ("deployment/scale-active", scale),
    ("deployment/scale-saturated", saturated),
    ("deployment/scale-proportional", proportional),
    ("deployment/scale-none", paused_from_the_start),
    ("deployment/hash-collision", collision),
    ("deployment/new-failed", no_namespace),
    ("deployment/scale-down-new", new_set_too_large),
    ("deployment/surge-full", stuck),
    ("deployment/hold-old", stuck),
    ("deployment/may-scale-down", stuck_then_third_template),
    ("deployment/clean-unhealthy", stuck_then_third_template),
    ("deployment/status-behind", resized_by_hand),
    ("deployment/keep-available", stuck_then_third_template),
    ("deployment/recreate-scale-down", recreate_and_back),
    ("deployment/recreate-wait", recreate_and_back),
    ("deployment/recreate-scale-up", recreate_and_back),
    ("deployment/clean-history", short_history),
    ("deployment/timed-out", timed_out),
    ("deployment/watch-deadline", timed_out),
];

/// A Deployment whose pods are ready.
pub fn ready(replicas: i32) -> Engine {
    let mut engine = manual();
    create(&mut engine, [deployment("web", replicas)]);
    pods(&mut engine, &Verb::Ready);
    engine
}

/// Changes the Deployment as a user, without running anything.
fn change(engine: &mut Engine, change: impl FnOnce(&mut Deployment)) {
    let name = key(Kind::Deployment, "web");
    let mut object = (**engine.store().deployment(&name).expect("the Deployment")).clone();
    change(&mut object);
    let object = Object::Deployment(Rc::new(object));
    let written = engine.act("change", |cx| cx.store.update(object));
    written.expect("the API server accepts it");
}

/// A change of both replicas and template: scaled first, before the template has a ReplicaSet.
fn scaled_with_another_template() -> Engine {
    let mut engine = ready(2);
    change(&mut engine, |deployment| {
        let mut template = (*deployment.spec.template.value).clone();
        template["spec"]["containers"][0]["image"] = json!("nginx:2");
        deployment.spec.template = Rc::new(serde_json::from_value(template).expect("a template"));
        deployment.spec.replicas = 0;
    });
    run(&mut engine);
    let name = key(Kind::Deployment, "web");
    let web = engine
        .store()
        .deployment(&name)
        .expect("the Deployment")
        .clone();
    let progressing = web
        .status
        .conditions
        .iter()
        .find(|condition| &*condition.reason == "NewReplicaSetAvailable");
    let old = keys(&engine, Kind::ReplicaSet);
    let told = progressing
        .expect("complete before and after")
        .message
        .to_string();
    let made_first = old
        .iter()
        .find(|set| told.contains(&*set.name))
        .expect("the message names one");
    let first = engine.store().replica_set(made_first).expect("exists");
    assert_eq!(
        first
            .metadata
            .annotation("deployment.kubernetes.io/revision"),
        Some("1")
    );
    engine
}

/// Sets the image of the Deployment's pods.
fn set_image(engine: &mut Engine, image: &str) {
    change(engine, |deployment| {
        let mut template = (*deployment.spec.template.value).clone();
        template["spec"]["containers"][0]["image"] = json!(image);
        deployment.spec.template = Rc::new(serde_json::from_value(template).expect("a template"));
    });
    run(engine);
}

/// Changes a ReplicaSet as a user.
fn change_set(engine: &mut Engine, name: &Key, change: impl FnOnce(&mut ReplicaSet)) {
    let mut set = (**engine.store().replica_set(name).expect("the set")).clone();
    change(&mut set);
    let set = Object::ReplicaSet(Rc::new(set));
    let written = engine.act("change", |cx| cx.store.update(set));
    written.expect("the API server accepts it");
    run(engine);
}

/// The ReplicaSet whose template has an image.
fn set_of(engine: &Engine, image: &str) -> Key {
    let mut sets = engine.store().list(Kind::ReplicaSet, None);
    let found = sets.find(|set| {
        let value = set.to_value();
        value["spec"]["template"]["spec"]["containers"][0]["image"] == image
    });
    found.expect("a ReplicaSet with the image").key()
}

fn gone() -> Engine {
    let mut engine = ready(1);
    let name = key(Kind::Deployment, "web");
    delete(&mut engine, &name, Propagation::Background).expect("exists");
    run(&mut engine);
    engine
}

fn selecting_all() -> Engine {
    let mut engine = manual();
    let mut value = deployment("web", 1).to_value();
    value["spec"]["selector"] = json!({});
    create(&mut engine, [object(Kind::Deployment, value)]);
    engine
}

/// A Deployment that was deleted without its ReplicaSet, and recreated.
fn adopt() -> Engine {
    let mut engine = ready(2);
    let name = key(Kind::Deployment, "web");
    delete(&mut engine, &name, Propagation::Orphan).expect("exists");
    run(&mut engine);
    create(&mut engine, [deployment("web", 2)]);
    assert_eq!(keys(&engine, Kind::ReplicaSet).len(), 1);
    engine
}

/// A user removes the labels of a ReplicaSet. A new one is created with another name, since the name is taken.
fn release() -> Engine {
    let mut engine = ready(1);
    let set = set_of(&engine, "nginx:1.25");
    change_set(&mut engine, &set, |set| {
        set.metadata.labels = Default::default()
    });
    settle(&mut engine);
    assert_eq!(keys(&engine, Kind::ReplicaSet).len(), 2);
    engine
}

fn terminating() -> Engine {
    let mut engine = ready(1);
    let name = key(Kind::Deployment, "web");
    delete(&mut engine, &name, Propagation::Foreground).expect("exists");
    run(&mut engine);
    engine
}

fn pause_and_resume() -> Engine {
    let mut engine = ready(3);
    change(&mut engine, |deployment| deployment.spec.paused = true);
    run(&mut engine);
    set_image(&mut engine, "nginx:1.26");
    change(&mut engine, |deployment| deployment.spec.paused = false);
    run(&mut engine);
    engine
}

/// A second revision, then the annotation with which old clients requested a rollback.
fn roll_back_to(revision: &str) -> Engine {
    let mut engine = ready(1);
    set_image(&mut engine, "nginx:1.26");
    pods(&mut engine, &Verb::Ready);
    change(&mut engine, |deployment| {
        deployment.metadata.set_annotation(ROLLBACK_TO, revision);
    });
    run(&mut engine);
    engine
}

fn scale() -> Engine {
    let mut engine = ready(2);
    change(&mut engine, |deployment| deployment.spec.replicas = 4);
    run(&mut engine);
    engine
}

/// A user scales an old ReplicaSet up while the Deployment is paused.
fn saturated() -> Engine {
    let mut engine = ready(1);
    set_image(&mut engine, "nginx:1.26");
    pods(&mut engine, &Verb::Ready);
    change(&mut engine, |deployment| deployment.spec.paused = true);
    run(&mut engine);
    let old = set_of(&engine, "nginx:1.25");
    change_set(&mut engine, &old, |set| set.spec.replicas = 2);
    assert_eq!(
        engine
            .store()
            .replica_set(&old)
            .expect("exists")
            .spec
            .replicas,
        0
    );
    engine
}

/// New pods that never become ready.
fn stuck() -> Engine {
    let mut engine = ready(10);
    set_image(&mut engine, "nginx:1.91");
    engine
}

fn proportional() -> Engine {
    let mut engine = stuck();
    change(&mut engine, |deployment| deployment.spec.replicas = 15);
    run(&mut engine);
    engine
}

fn stuck_then_third_template() -> Engine {
    let mut engine = stuck();
    set_image(&mut engine, "nginx:1.27");
    engine
}

/// A user scales the ReplicaSet down just before the template changes.
fn resized_by_hand() -> Engine {
    let mut engine = ready(6);
    let bounds = json!({ "maxSurge": 0, "maxUnavailable": "100%" });
    let strategy = json!({ "type": "RollingUpdate", "rollingUpdate": bounds });
    change(&mut engine, |deployment| {
        deployment.spec.strategy = serde_json::from_value(strategy).expect("a strategy");
    });
    run(&mut engine);
    let old = keys(&engine, Kind::ReplicaSet).remove(0);
    let mut smaller = (**engine.store().replica_set(&old).expect("exists")).clone();
    smaller.spec.replicas = 2;
    let written = engine.act("scale", |cx| {
        cx.store.update(Object::ReplicaSet(Rc::new(smaller)))
    });
    written.expect("the API server accepts it");
    set_image(&mut engine, "nginx:1.26");
    engine
}

fn paused_from_the_start() -> Engine {
    let mut engine = manual();
    let mut value = deployment("web", 1).to_value();
    value["spec"]["paused"] = json!(true);
    create(&mut engine, [object(Kind::Deployment, value)]);
    engine
}

/// A ReplicaSet of another owner has exactly the name of the new one.
fn collision() -> Engine {
    let mut engine = manual();
    let web = deployment("web", 1);
    let hash = template_hash::compute(
        engine.store().version(),
        &web.to_value()["spec"]["template"],
        None,
    );
    let labels = json!({ "app": "other" });
    let other = json!({
        "metadata": { "name": format!("web-{hash}") },
        "spec": {
            "replicas": 0,
            "selector": { "matchLabels": labels },
            "template": { "metadata": { "labels": labels }, "spec": { "containers": [] } }
        }
    });
    create(&mut engine, [object(Kind::ReplicaSet, other), web]);
    settle(&mut engine);
    assert_eq!(keys(&engine, Kind::ReplicaSet).len(), 2);
    engine
}

/// A user forces the deletion of a Deployment's namespace while the controllers that would empty it do not run.
fn no_namespace() -> Engine {
    let mut engine = Engine::new(Config {
        actors: [Actor::Deployment].into(),
        ..Config::manual()
    });
    let namespace = json!({ "metadata": { "name": "shop" } });
    let mut web: Value = deployment("web", 1).to_value();
    web["metadata"]["namespace"] = json!("shop");
    let objects = [
        object(Kind::Namespace, namespace),
        object(Kind::Deployment, web),
    ];
    for object in objects {
        try_create(&mut engine, object).expect("the API server accepts it");
    }
    let name = key(Kind::Namespace, "shop");
    delete(&mut engine, &name, Propagation::Background).expect("exists");
    let forced = engine.act("finalize", |cx| cx.store.finalize_namespace(&name));
    forced.expect("the API server accepts it");
    assert!(engine.store().get(&name).is_none());
    run(&mut engine);
    engine
}

/// A user scales the new ReplicaSet beyond the Deployment's size.
fn new_set_too_large() -> Engine {
    let mut engine = ready(2);
    let set = set_of(&engine, "nginx:1.25");
    change_set(&mut engine, &set, |set| set.spec.replicas = 5);
    assert_eq!(
        engine
            .store()
            .replica_set(&set)
            .expect("exists")
            .spec
            .replicas,
        2
    );
    engine
}

fn recreate_and_back() -> Engine {
    let mut engine = ready(2);
    change(&mut engine, |deployment| {
        deployment.spec.strategy = DeploymentStrategy::Recreate;
    });
    for image in ["nginx:1.26", "nginx:1.25"] {
        set_image(&mut engine, image);
        pods(&mut engine, &Verb::Stopped);
        pods(&mut engine, &Verb::Ready);
    }
    assert_eq!(keys(&engine, Kind::ReplicaSet).len(), 2);
    engine
}

fn short_history() -> Engine {
    let mut engine = ready(1);
    change(&mut engine, |deployment| {
        deployment.spec.revision_history_limit = Some(1);
    });
    for image in ["nginx:1.26", "nginx:1.27"] {
        set_image(&mut engine, image);
        pods(&mut engine, &Verb::Ready);
        pods(&mut engine, &Verb::Stopped);
    }
    assert_eq!(keys(&engine, Kind::ReplicaSet).len(), 2);
    engine
}

fn timed_out() -> Engine {
    let mut engine = ready(3);
    set_image(&mut engine, "nginx:1.91");
    let later = engine.now().plus_seconds(700);
    engine.run_until(later, MANY);
    engine
}
