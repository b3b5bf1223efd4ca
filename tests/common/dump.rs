//! A cluster as text, to compare two of them byte for byte.

use kubestep::engine::Engine;

/// The complete state of a cluster and the indexes of its store, without the history.
pub fn dump(engine: &Engine) -> String {
    format!(
        "{:?}\n{:?}\n{:?}\n{:?}\n{:?}\n{:?}",
        engine.store(),
        engine.recorder(),
        engine.memory(),
        engine.queues(),
        engine.world(),
        engine.kubeconfig()
    )
}
