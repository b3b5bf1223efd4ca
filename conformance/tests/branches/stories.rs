//! Helpers of several stories.

use crate::cluster::run;
use kubestep::api::object::{Key, Object};
use kubestep::engine::{Config, Engine, Run};
use kubestep::manifests;
use kubestep::world::World;
use serde_json::Value;

/// A cluster to which manifests were applied, run until nothing is due.
pub fn manual_with(config: Config, objects: &[Value]) -> Engine {
    let mut engine = Engine::new(config);
    apply(&mut engine, objects);
    run(&mut engine);
    engine
}

/// Applies manifests, without running anything.
pub fn apply(engine: &mut Engine, objects: &[Value]) {
    for value in objects {
        manifests::apply(engine, &value.to_string()).expect("a valid manifest");
    }
}

/// Changes an object as a user, without running anything.
pub fn edit(engine: &mut Engine, key: &Key, change: impl FnOnce(&mut Value)) {
    let mut value = engine.store().get(key).expect("exists").to_value();
    change(&mut value);
    let object = Object::from_value(key.kind, value).expect("a valid object");
    let written = engine.act("edit", |cx| cx.store.update(object));
    written.expect("the API server accepts it");
}

/// Changes the world around the cluster.
pub fn change_world(engine: &mut Engine, change: impl FnOnce(&mut World)) {
    let mut world = engine.world().clone();
    change(&mut world);
    engine.set_world("change", world);
}

/// Lets time pass.
pub fn wait(engine: &mut Engine, seconds: i64) {
    let end = engine.now().plus_seconds(seconds);
    assert_eq!(engine.run_until(end, 100_000), Run::Settled);
}
