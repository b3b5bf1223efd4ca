//! Exporting clusters, and starting clusters from what was exported.

use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::state;
use kubestep::texts::Language;

/// The kinds that the page asks for.
pub const KINDS: &str = "deployments,replicasets,statefulsets,pods,persistentvolumeclaims,persistentvolumes,services,\
                     horizontalpodautoscalers,nodes,controllerrevisions,events";

/// Runs a command that succeeds.
pub fn run(engine: &mut Engine, line: &str) -> String {
    let output = kubectl::run(engine, line, None);
    assert_eq!(output.exit, 0, "{line}: {}", output.stderr);
    output.stdout
}

/// The objects of some kinds as YAML.
pub fn export(engine: &mut Engine, kinds: &str) -> String {
    run(engine, &format!("kubectl get {kinds} -A -o yaml"))
}

/// A cluster in this state, and the notes about it.
pub fn import(text: &str) -> (Engine, Vec<String>) {
    let mut engine = Engine::new(Config::default());
    let started = state::start(&mut engine, text).expect("a state");
    let notes = started.notes.iter();
    let notes = notes.map(|note| note.text(Language::English)).collect();
    (engine, notes)
}
