//! All actors, one row each.

use crate::actor::Spec;
use crate::controllers as c;
use crate::node as n;
use std::fmt;

/// `Variant "what it does" path::to::SPEC;` for each actor, in the order in which they hear of a change.
macro_rules! registry {
    ($($actor:ident $does:literal $spec:path;)*) => {
        /// Who works on items.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Actor {
            $(#[doc = $does] $actor,)*
        }

        static SPECS: &[&Spec] = &[$(&$spec),*];

        impl Actor {
            /// All actors, in the order in which they hear of a change.
            pub const ALL: &[Self] = &[$(Self::$actor),*];
        }
    };
}

registry! {
    ReplicaSet "ReplicaSets into pods." c::replica_set::SPEC;
    Deployment "Deployments into ReplicaSets." c::deployment::SPEC;
    StatefulSet "StatefulSets into pods, one after the other." c::stateful_set::SPEC;
    GarbageCollector "Deletes what has lost its owners." c::garbage_collector::SPEC;
    Namespace "Empties namespaces that are being deleted." c::namespace::SPEC;
    EndpointSlice "Lists the pods behind Services." c::endpointslice::SPEC;
    ClaimProtection "Keeps claims that pods use." c::claim_protection::SPEC;
    Autoscaler "Scales what is loaded too much or too little." c::autoscaler::SPEC;
    VolumeBinder "Gives claims their volumes." c::volume_binder::SPEC;
    NodeLifecycle "Marks nodes that are cordoned or lost, and takes pods off them." c::node_lifecycle::SPEC;
    PodGc "Removes pods that nobody will end any more." c::pod_gc::SPEC;
    Scheduler "Gives pods a node." n::scheduler::SPEC;
    Kubelet "Runs pods on their node." n::kubelet::SPEC;
}

impl Actor {
    /// What the actor is called, hears of and does.
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
