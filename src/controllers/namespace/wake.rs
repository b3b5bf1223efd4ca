//! What wakes the namespace controller (`namespace_controller.go`).

use crate::actor::{Cause, Wait, Wake};
use crate::api::kind::Kind;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::store::{Change, Store};

/// Milliseconds between a change of a namespace that is being deleted and the look at it (namespaceDeletionGracePeriod).
const GRACE_PERIOD: i64 = 5_000;

/// Which namespaces a change wakes: those that are being deleted, a while after each change of theirs. The end of
/// what is in them wakes nobody, upstream as here: the controller looks again when it may have gone.
///
/// (Upstream looks once more for a namespace that has gone since its last change; that look sees nothing.)
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
