//! Requests to the API server to evict or delete pods.

use crate::actor::Context;
use crate::api::meta::Uid;
use crate::api::object::Key;
use crate::controllers::disruption;
use crate::manifests::DryRun;
use crate::store::{ApiError, DeleteOptions};

/// Requests to evict or delete pods.
pub(super) struct Attempts<'k> {
    pub(super) pods: &'k [Key],
    pub(super) dry_run: DryRun,
    pub(super) evicts: bool,
    pub(super) options: DeleteOptions,
}

/// A request's result: the uid of the pod that is being deleted, if there is one.
pub(super) struct Attempt {
    pub(super) pod: Key,
    pub(super) result: Result<Option<Uid>, ApiError>,
}

impl Attempts<'_> {
    /// Sends them all, in order.
    pub(super) fn all(&self, cx: &mut Context<'_>) -> Vec<Attempt> {
        let one = |pod: &Key| Attempt {
            pod: pod.clone(),
            result: self.one(cx, pod),
        };
        self.pods.iter().map(one).collect()
    }

    fn one(&self, cx: &mut Context<'_>, pod: &Key) -> Result<Option<Uid>, ApiError> {
        let uid = cx.store.pod(pod).map(|pod| pod.metadata.uid.clone());
        let tried = self.dry_run == DryRun::Server;
        let done = match (self.dry_run, self.evicts) {
            (DryRun::Client, _) => Ok(()),
            (_, true) => disruption::evict(cx, pod, &self.options, tried),
            (DryRun::Server, false) => Ok(()),
            (DryRun::No, false) => cx.store.delete(pod, &self.options),
        };
        ApiError::unless_gone(done).map(|()| uid)
    }
}
