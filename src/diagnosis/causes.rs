//! The catalogue of causes.

use crate::texts::{Text, diagnosis as texts};

/// How much a cause matters; the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing goes on until somebody acts.
    Blocks,
    /// It waits for somebody, as configured.
    Waits,
    /// It goes on by itself.
    GoesOn,
    /// Nothing waits for it now, but a later change will be affected.
    Risk,
}

impl Severity {
    /// Its name in text for programs, and in the stylesheet.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Blocks => "blocks",
            Self::Waits => "waits",
            Self::GoesOn => "goes-on",
            Self::Risk => "risk",
        }
    }
}

/// Why a workload is not as its spec wants it.
#[derive(Debug)]
pub struct Obstacle {
    /// Its name.
    pub id: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// The sentence.
    pub(super) says: &'static Text,
}

/// Causes are compared by name.
impl PartialEq for Obstacle {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Obstacle {}

macro_rules! causes {
    ($($name:ident = $id:literal, $severity:ident;)*) => {
        $(
            #[doc = concat!("`", $id, "`")]
            pub static $name: Obstacle = Obstacle {
                id: $id,
                severity: Severity::$severity,
                says: &texts::$name,
            };
        )*
        /// All of them.
        pub static ALL: &[&Obstacle] = &[$(&$name),*];
    };
}

causes! {
    IMAGE = "image", Blocks;
    CRASH = "crash", Blocks;
    OOM = "out-of-memory", Blocks;
    NOT_READY = "not-ready", Blocks;
    READINESS_LOST = "readiness-lost", Blocks;
    NOT_STARTED = "not-started", Blocks;
    CONFIG = "config", Blocks;
    VOLUME = "volume", Blocks;
    FAILED = "failed", Blocks;
    NO_ROOM = "no-room", Blocks;
    TAINTS = "taints", Blocks;
    NODE_AFFINITY = "node-affinity", Blocks;
    POD_ANTI_AFFINITY = "pod-anti-affinity", Blocks;
    SPREAD = "spread", Blocks;
    CLAIM = "claim", Blocks;
    CORDONED = "cordoned", Blocks;
    UNSCHEDULABLE = "unschedulable", Blocks;
    QUOTA = "quota", Blocks;
    ACCOUNT = "service-account", Blocks;
    REFUSED = "refused", Blocks;
    OLD_BROKEN = "old-revision-broken", Blocks;
    NODE_LOST = "node-lost", Blocks;
    FINALIZER = "finalizer", Blocks;
    OVERLAP = "overlap", Blocks;
    DEADLINE = "deadline", Blocks;
    PAUSED = "paused", Waits;
    ON_DELETE = "on-delete", Waits;
    PARTITION = "partition", Waits;
    STARTING = "starting", GoesOn;
    MIN_READY = "min-ready", GoesOn;
    TERMINATING = "terminating", GoesOn;
    NOT_OBSERVED = "not-observed", GoesOn;
    GOES_ON = "goes-on", GoesOn;
    NODE_SILENT = "node-silent", Risk;
    BUDGET = "budget", Risk;
    NO_SERVICE = "no-service", Risk;
    NO_HISTORY = "no-history", Risk;
    AUTOSCALER_BLIND = "autoscaler-blind", Risk;
    AUTOSCALER_OVERWRITTEN = "autoscaler-overwritten", Risk;
}
