//! What differs between the versions of Kubernetes that can be simulated: one table, looked up by name.
//!
//! Code never compares versions. A row of the [table](FeatureRow) names a difference, by upstream's feature gate or by the
//! change itself, and the versions that have it; code that depends on it calls [`Features::has`]. Only API fields carry
//! the version that introduced them (`api/schema/types.txt`).

mod table;

pub use table::{Feature, FeatureRow, Maturity};

use std::fmt;

/// A version of Kubernetes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Version {
    /// Kubernetes 1.36.
    V1_36,
    /// Kubernetes 1.37.
    #[default]
    V1_37,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 2] = [Self::V1_36, Self::V1_37];

    /// `1.36`
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::V1_36 => "1.36",
            Self::V1_37 => "1.37",
        }
    }

    /// The simulated release, as upstream tags it: `v1.36.2`.
    #[must_use]
    pub fn release(self) -> &'static str {
        match self {
            Self::V1_36 => "v1.36.2",
            Self::V1_37 => "v1.37.0",
        }
    }

    /// Parses `1.36`, `v1.36` or `v1.36.2`.
    ///
    /// # Errors
    /// The version is not simulated.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        let number = text.strip_prefix('v').unwrap_or(text);
        let is_it = |version: &Self| {
            number == version.name() || number == version.release().trim_start_matches('v')
        };
        let known = Self::ALL.into_iter().find(is_it);
        known.ok_or_else(|| VersionError::UnknownVersion(text.to_owned()))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a version is unknown, or why a feature gate cannot be switched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// It is not simulated.
    #[error("unknown version {0}: it must be one of {known}", known = Version::ALL.map(Version::name).join(", "))]
    UnknownVersion(String),
    /// The version has no such gate, or it affects nothing that is simulated.
    #[error("unrecognized feature gate: {0}")]
    UnknownGate(String),
    /// It can no longer be switched off (`component-base/featuregate/feature_gate.go`).
    #[error("cannot set feature gate {0} to {1}, feature is locked to {locked}", locked = !*.1)]
    Locked(&'static str, bool),
    /// Switching it is not simulated.
    #[error("feature gate {0}: what it switches is not simulated yet")]
    NotSimulated(&'static str),
}

/// A version, and the feature gates that differ from its defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Features {
    version: Version,
    /// A bit for each feature that the user has switched.
    switched: u32,
    /// Whether each of those is on.
    on: u32,
}

impl From<Version> for Features {
    fn from(version: Version) -> Self {
        Self {
            version,
            ..Self::default()
        }
    }
}

impl Features {
    /// The version.
    #[must_use]
    pub fn version(self) -> Version {
        self.version
    }

    /// Another version with the same gates switched, as far as it has them and allows it.
    #[must_use]
    pub fn at(self, version: Version) -> Self {
        let mut features = Self::from(version);
        for row in FeatureRow::all().filter(|row| self.is_switched(row.feature)) {
            if row.may_become(version, self.has(row.feature)).is_ok() {
                features = features.with(row.feature, self.has(row.feature));
            }
        }
        features
    }

    /// Whether a feature is on.
    #[must_use]
    pub fn has(self, feature: Feature) -> bool {
        let bit = feature.bit();
        if self.switched & bit != 0 {
            self.on & bit != 0
        } else {
            feature.row().maturity(self.version).is_on()
        }
    }

    /// Whether the user has switched a gate.
    #[must_use]
    pub fn is_switched(self, feature: Feature) -> bool {
        self.switched & feature.bit() != 0
    }

    /// The same with a feature forced on or off.
    #[must_use]
    pub fn with(mut self, feature: Feature, on: bool) -> Self {
        let bit = feature.bit();
        self.switched |= bit;
        self.on = if on { self.on | bit } else { self.on & !bit };
        self
    }

    /// The gates that the user has switched, by name.
    pub fn switches(self) -> impl Iterator<Item = (&'static str, bool)> {
        let rows = FeatureRow::all().filter(move |row| self.is_switched(row.feature));
        rows.map(move |row| (row.name, self.has(row.feature)))
    }

    /// Switches a gate by its name.
    ///
    /// # Errors
    /// The gate is unknown in this version, locked, or not simulated.
    pub fn switch(self, gate: &str, on: bool) -> Result<Self, VersionError> {
        let row = FeatureRow::gates(self.version).find(|row| row.name == gate);
        let row = row.ok_or_else(|| VersionError::UnknownGate(gate.to_owned()))?;
        row.may_become(self.version, on)?;
        Ok(self.with(row.feature, on))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_as_people_write_it() {
        for text in ["1.37", "v1.37", "v1.37.0", "1.37.0"] {
            assert_eq!(Version::parse(text), Ok(Version::V1_37), "{text}");
        }
        assert_eq!(Version::parse("1.36"), Ok(Version::V1_36));
        for text in ["1.35", "1.360", "", "v"] {
            let refused = Version::parse(text).unwrap_err();
            assert_eq!(refused, VersionError::UnknownVersion(text.to_owned()));
        }
    }

    #[test]
    fn gates_have_the_defaults_of_their_version() {
        let [old, new] = Version::ALL.map(Features::from);
        let gate = Feature::MaxUnavailableStatefulSet;
        assert!(!old.has(gate) && new.has(gate));
        assert!(old.has(Feature::PodDeletionCost) && new.has(Feature::PodDeletionCost));
    }

    #[test]
    fn a_switched_gate_stays_switched_in_another_version() {
        let old = Features::from(Version::V1_36);
        let off = old.switch("MaxUnavailableStatefulSet", false).unwrap();
        assert!(
            !off.at(Version::V1_37)
                .has(Feature::MaxUnavailableStatefulSet)
        );
        assert!(
            off.at(Version::V1_37)
                .is_switched(Feature::MaxUnavailableStatefulSet)
        );
        let new = Features::from(Version::V1_37);
        let on = new.with(Feature::StatefulSetRecreateStrategy, true);
        assert_eq!(on.at(Version::V1_36), old, "1.36 has no such gate");
    }

    #[test]
    fn what_cannot_be_switched_says_why() {
        let [old, new] = Version::ALL.map(Features::from);
        let refused = |features: Features, gate: &str, on: bool| {
            features.switch(gate, on).unwrap_err().to_string()
        };
        assert_eq!(
            refused(old, "StatefulSetRecreateStrategy", true),
            "unrecognized feature gate: StatefulSetRecreateStrategy"
        );
        assert_eq!(
            refused(new, "StatefulSetTwoPhaseUpdate", true),
            "unrecognized feature gate: StatefulSetTwoPhaseUpdate"
        );
        assert_eq!(
            refused(new, "HPAConfigurableTolerance", false),
            "cannot set feature gate HPAConfigurableTolerance to false, feature is locked to true"
        );
        assert!(new.switch("HPAConfigurableTolerance", true).is_ok());
        assert_eq!(
            refused(new, "StatefulSetRecreateStrategy", true),
            "feature gate StatefulSetRecreateStrategy: what it switches is not simulated yet"
        );
    }
}
