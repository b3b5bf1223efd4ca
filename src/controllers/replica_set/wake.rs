//! Changes that queue ReplicaSets (`replica_set.go`, the informers' handlers).

use crate::actor::{Wake, cause_of};
use crate::api::kind::Kind;
use crate::controllers::pod_wake;
use crate::store::{Change, Store};

/// The ReplicaSets to queue after a change.
pub fn wake(store: &Store, change: &Change, wakes: &mut Vec<Wake>) {
    match change.key.kind {
        Kind::ReplicaSet => wakes.push(Wake::now(change.key.clone(), cause_of(change))),
        Kind::Pod => pod_wake::wake(store, change, Kind::ReplicaSet, wakes),
        _ => {}
    }
}
