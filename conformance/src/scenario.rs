//! Reading recordings.

use kubestep::versions::{Features, Version};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is no recording.
    #[error("{}: {why}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// Why.
        why: String,
    },
}

/// What a real cluster answered to a scenario.
#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// Name of the scenario.
    pub name: String,
    /// Feature features that were not at their default.
    #[serde(rename = "featureGates", default)]
    pub feature_gates: Value,
    /// The version that was recorded: what `VERSION` beside it says.
    #[serde(skip, default)]
    pub version: Version,
    /// The steps, with what came of them.
    pub steps: Vec<Value>,
    /// What differed between the recorded runs.
    #[serde(default)]
    pub unstable: Vec<String>,
    /// The values that were seen at those paths.
    #[serde(default)]
    pub observed: BTreeMap<String, Vec<Value>>,
}

impl Recording {
    /// The version that was recorded, and its feature gates.
    pub(crate) fn features(&self) -> Features {
        let given = self.feature_gates.as_str().unwrap_or_default();
        let switched = given.split(',').filter_map(|gate| gate.split_once('='));
        switched.fold(self.version.into(), |features: Features, (gate, on)| {
            // A gate that touches nothing simulated has nothing to be switched.
            features.switch(gate, on == "true").unwrap_or(features)
        })
    }
}

/// The version that a folder of recordings says it was recorded of; 1.36 where it says nothing.
///
/// # Errors
/// `VERSION` cannot be read, or names a version that is not simulated.
pub fn version_of(folder: &Path) -> Result<Version, Error> {
    let path = folder.join("VERSION");
    if !path.exists() {
        return Ok(Version::V1_36);
    }
    let text = read(&path)?;
    Version::parse(text.trim()).ok_or_else(|| Error::Format {
        why: format!("no version that is simulated: {}", text.trim()),
        path,
    })
}

/// Names of the scenarios in a folder that has `scenarios/` and `recordings/`, in order.
///
/// # Errors
/// The folder cannot be read, or a scenario has no recording.
pub fn names_in(folder: &Path) -> Result<Vec<String>, Error> {
    let scenarios = folder.join("scenarios");
    let failed = |source| Error::Read {
        path: scenarios.clone(),
        source,
    };
    let mut names = Vec::new();
    for entry in fs::read_dir(&scenarios).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "yaml")
        {
            names.extend(
                path.file_stem()
                    .map(|name| name.to_string_lossy().into_owned()),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// Reads the recording of a scenario, and checks that it is one of the scenario that lies beside it.
///
/// # Errors
/// A file is missing or no recording, or its steps are not those of the scenario.
pub fn load(folder: &Path, name: &str) -> Result<Recording, Error> {
    let path = folder.join("recordings").join(format!("{name}.json"));
    let text = read(&path)?;
    let format = |why: String| Error::Format {
        path: path.clone(),
        why,
    };
    let mut recording: Recording =
        serde_json::from_str(&text).map_err(|error| format(error.to_string()))?;
    let path = folder.join("scenarios").join(format!("{name}.yaml"));
    let scenario: Value = serde_yaml::from_str(&read(&path)?).map_err(|error| Error::Format {
        path: path.clone(),
        why: error.to_string(),
    })?;
    let steps = scenario["steps"].as_array().map_or(0, Vec::len);
    if steps != recording.steps.len() {
        let recorded = recording.steps.len();
        return Err(format(format!(
            "{recorded} steps recorded, the scenario has {steps}"
        )));
    }
    recording.version = version_of(folder)?;
    Ok(recording)
}

fn read(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|source| Error::Read {
        path: path.to_owned(),
        source,
    })
}
