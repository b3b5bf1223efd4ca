//! The table of differences between versions.

use super::{Version, VersionError};

/// The stage of a feature in a version, and whether it can be switched (`pkg/features/kube_features.go`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maturity {
    /// The version does not have it.
    Absent,
    /// Alpha, off unless switched on.
    Alpha,
    /// Beta, off unless switched on.
    BetaOff,
    /// Beta, on unless switched off.
    Beta,
    /// Generally available, and locked.
    Stable,
    /// On, without a gate.
    Always,
}

impl Maturity {
    /// Whether it is on by default.
    #[must_use]
    pub fn is_on(self) -> bool {
        matches!(self, Self::Beta | Self::Stable | Self::Always)
    }

    /// The stage as `kubectl get --raw /metrics` and the documentation write it; empty without a gate.
    #[must_use]
    pub fn stage(self) -> &'static str {
        match self {
            Self::Alpha => "ALPHA",
            Self::BetaOff | Self::Beta => "BETA",
            Self::Stable => "GA",
            Self::Absent | Self::Always => "",
        }
    }
}

/// A row of the table.
#[derive(Debug)]
pub struct FeatureRow {
    /// The feature.
    pub feature: Feature,
    /// Its name: upstream's for a feature gate.
    pub name: &'static str,
    /// Its stage in each version.
    maturity: [Maturity; Version::ALL.len()],
    /// Whether it is simulated both on and off.
    simulated: bool,
}

macro_rules! features {
    ($($(#[doc = $doc:literal])+ $name:ident $old:ident $new:ident $simulated:literal;)+) => {
        /// A difference between versions, or a feature gate.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Feature {
            $($(#[doc = $doc])+ $name,)+
        }

        /// The rows, in the order of [`Feature`].
        const ROWS: &[FeatureRow] = &[$(FeatureRow {
            feature: Feature::$name,
            name: stringify!($name),
            maturity: [Maturity::$old, Maturity::$new],
            simulated: $simulated,
        },)+];
    };
}

features! {
    /// `maxUnavailable` of a StatefulSet is stored, defaulted and respected.
    MaxUnavailableStatefulSet BetaOff Beta true;
    /// The pod annotation `controller.kubernetes.io/pod-deletion-cost` is respected.
    PodDeletionCost Beta Beta true;
    /// Deployments and ReplicaSets report `terminatingReplicas`.
    DeploymentReplicaSetTerminatingReplicas Beta Beta true;
    /// Revisions are compared semantically, not byte by byte.
    StatefulSetSemanticRevisionComparison Beta Beta false;
    /// All old pods of a StatefulSet are deleted before new ones are created.
    StatefulSetRecreateStrategy Absent Alpha false;
    /// Claims have the condition `Unused` (`pkg/controller/volume/pvcprotection`).
    PersistentVolumeClaimUnusedSinceTime Alpha Beta true;
    /// Autoscalers have a generation, and a change of the spec is acted on at once (kubernetes#138228).
    HPAGeneration Absent Beta true;
    /// Autoscalers may scale to zero (kubernetes#139648).
    HPAScaleToZero Alpha Beta true;
    /// An autoscaler's behavior has a tolerance of its own.
    HPAConfigurableTolerance Beta Stable false;

    /// `kubectl annotate --list` refuses `-o`.
    AnnotateListRefusesOutput Absent Always true;
    /// `kubectl describe` prints `successThreshold=` and `failureThreshold=` of probes (kubernetes#140015).
    DescribeProbeThresholds Absent Always true;
    /// `kubectl describe statefulset` prints the service and the policies (kubernetes#137547).
    DescribeStatefulSetPolicies Absent Always true;
    /// `kubectl exec` refuses words between the pod and `--` (kubernetes#138214).
    ExecRefusesMoreWords Absent Always true;
    /// `kubectl explain --max-depth` (kubernetes#138809).
    /// Of several default storage classes only the newest is marked `(default)` (kubernetes#135964).
    GetMarksOneDefaultClass Absent Always true;
    /// `kubectl get -o custom-columns` refuses `-L` (kubernetes#138094).
    GetRefusesLabelColumns Absent Always true;
    /// A new autoscaler is synced at once, not after one period (kubernetes#138294).
    HPAFirstSyncAtOnce Absent Always true;
    /// `kubectl run` warns that `-f` is deprecated; it ignores it.
    KubectlRunFilenameDeprecated Absent Always true;
    /// `kubectl run` creates the pod without a generator: other texts, another order of checks.
    KubectlRunWithoutGenerators Absent Always true;
    /// The error of `kubectl set resources` begins with a lower-case letter.
    SetResourcesLowerCase Absent Always true;
    /// The update revision becomes the current one with OnDelete too (kubernetes#136833).
    StatefulSetPromotionOnDelete Absent Always true;
    /// The error for an unknown resource type contains its group (kubernetes#140759).
    UnknownResourceNamesGroup Absent Always true;
    /// A Parallel update deletes old pods that are not available first, without a limit (kubernetes#137666).
    StatefulSetTwoPhaseUpdate Absent Always true;
}

impl Feature {
    /// Its row.
    #[must_use]
    pub fn row(self) -> &'static FeatureRow {
        &ROWS[self as usize]
    }

    pub(super) fn bit(self) -> u32 {
        1 << (self as u32)
    }
}

impl FeatureRow {
    /// All rows.
    pub fn all() -> impl Iterator<Item = &'static Self> {
        ROWS.iter()
    }

    /// The feature gates of a version that affect what is simulated.
    pub fn gates(version: Version) -> impl Iterator<Item = &'static Self> {
        let is_gate = move |row: &&Self| {
            !matches!(row.maturity(version), Maturity::Absent | Maturity::Always)
        };
        ROWS.iter().filter(is_gate)
    }

    /// Its stage in a version.
    #[must_use]
    pub fn maturity(&self, version: Version) -> Maturity {
        self.maturity[version as usize]
    }

    /// Whether it can be switched on or off in a version.
    ///
    /// # Errors
    /// The reason why it cannot.
    pub fn may_become(&self, version: Version, on: bool) -> Result<(), VersionError> {
        let maturity = self.maturity(version);
        match maturity {
            Maturity::Absent | Maturity::Always => {
                Err(VersionError::UnknownGate(self.name.to_owned()))
            }
            _ if on == maturity.is_on() => Ok(()),
            Maturity::Stable => Err(VersionError::Locked(self.name, on)),
            _ if !self.simulated => Err(VersionError::NotSimulated(self.name)),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_feature_has_its_row_and_its_bit() {
        assert!(ROWS.len() <= 32, "a bit each");
        for (place, row) in ROWS.iter().enumerate() {
            assert_eq!(row.feature as usize, place);
            assert_eq!(row.feature.row().name, row.name);
        }
    }
}
