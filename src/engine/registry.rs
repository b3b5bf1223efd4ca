//! All actors, one row each.

use crate::actor::Spec;
use crate::controllers as c;
use crate::node as n;
use crate::texts;
use std::fmt;

/// `Variant "what it does" path::to::SPEC;` for each actor, in the order in which they are notified of a change.
macro_rules! registry {
    ($($actor:ident $does:literal $spec:path;)*) => {
        /// An actor: a controller, the scheduler, or the kubelets.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Actor {
            $(#[doc = $does] $actor,)*
        }

        static SPECS: &[&Spec] = &[$(&$spec),*];

        impl Actor {
            /// All actors, in the order in which they are notified of a change.
            pub const ALL: &[Self] = &[$(Self::$actor),*];
        }
    };
}

registry! {
    ReplicaSet "Creates and deletes the pods of ReplicaSets." c::replica_set::SPEC;
    Deployment "Creates and scales the ReplicaSets of Deployments." c::deployment::SPEC;
    StatefulSet "Creates, updates and deletes the pods of StatefulSets in order." c::stateful_set::SPEC;
    GarbageCollector "Deletes objects whose owners are gone." c::garbage_collector::SPEC;
    Namespace "Empties namespaces that are being deleted." c::namespace::SPEC;
    EndpointSlice "Lists the pods behind Services." c::endpointslice::SPEC;
    ClaimProtection "Keeps claims in use from being deleted." c::claim_protection::SPEC;
    Autoscaler "Scales workloads by their measured load." c::autoscaler::SPEC;
    Disruption "Counts the pods that PodDisruptionBudgets let go." c::disruption::SPEC;
    VolumeBinder "Binds claims to volumes." c::volume_binder::SPEC;
    NodeLifecycle "Taints unreachable and cordoned nodes, and evicts their pods." c::node_lifecycle::SPEC;
    PodGc "Deletes pods that no kubelet will finish terminating." c::pod_gc::SPEC;
    Scheduler "Binds pods to nodes." n::scheduler::SPEC;
    Kubelet "Runs the pods bound to a node." n::kubelet::SPEC;
}

/// The catalogues have a sentence for each branch ([`branch_table!`](crate::actor)), and for no other.
const _: () = {
    let (mut branches, mut at) = (0, 0);
    while at < SPECS.len() {
        branches += SPECS[at].branches.len();
        at += 1;
    }
    assert!(branches == texts::BRANCH.len());
};

impl Actor {
    /// The actor's name, interests and functions.
    #[must_use]
    pub fn spec(self) -> &'static Spec {
        SPECS[self as usize]
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.spec().name)
    }
}
