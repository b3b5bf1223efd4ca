//! Changes that queue namespaces (`namespace_controller.go`).

use crate::actor::{Cause, Wait, Wake};
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::store::{Change, Store};

/// Delay in milliseconds after a change of a namespace that is being deleted (namespaceDeletionGracePeriod).
const GRACE_PERIOD: i64 = 5_000;

/// The namespaces to queue after a change: those being deleted, with a delay. Removal of their content queues
/// nothing, as upstream: the controller checks again when the content should be gone.
///
/// (Upstream also syncs a namespace that was removed after its last change; that sync does nothing.)
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    let after = change.after.as_ref().map(Object::meta);
    if change.key.kind == Kind::Namespace
        && after.is_some_and(ObjectMeta::is_terminating)
        && store.get(&change.key).is_some()
    {
        wakes.push(Wake {
            key: change.key.clone(),
            cause: Cause::Timer(Wait::NamespaceDeletion),
            after: GRACE_PERIOD,
        });
    }
}
