//! Reads recordings.

use kubestep::versions::{Features, Version};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Why a recording cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file cannot be read.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The cause.
        source: std::io::Error,
    },
    /// A file is not a recording.
    #[error("{}: {why}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// The cause.
        why: String,
    },
}

/// The responses of a real cluster to a scenario.
#[derive(Debug, Clone, Deserialize)]
pub struct Recording {
    /// Name of the scenario.
    pub name: String,
    /// Feature gates that were not at their default.
    #[serde(rename = "featureGates", default)]
    pub feature_gates: Value,
    /// The recorded version, from the file `VERSION` beside it.
    #[serde(skip, default)]
    pub version: Version,
    /// The steps with their results.
    pub steps: Vec<Value>,
    /// Paths of values that differed between the recorded runs.
    #[serde(default)]
    pub unstable: Vec<String>,
    /// The values observed at those paths.
    #[serde(default)]
    pub observed: BTreeMap<String, Vec<Value>>,
}

impl Recording {
    /// The recorded version with its feature gates.
    pub(crate) fn features(&self) -> Features {
        let given = self.feature_gates.as_str().unwrap_or_default();
        let switched = given.split(',').filter_map(|gate| gate.split_once('='));
        switched.fold(self.version.into(), |features: Features, (gate, on)| {
            // A gate that affects nothing simulated is ignored.
            features.switch(gate, on == "true").unwrap_or(features)
        })
    }
}

/// The version of a folder of recordings; 1.36 if it has no file `VERSION`.
///
/// # Errors
/// `VERSION` cannot be read, or contains an unsupported version.
pub fn version_of(folder: &Path) -> Result<Version, Error> {
    let path = folder.join("VERSION");
    if !path.exists() {
        return Ok(Version::V1_36);
    }
    let text = read(&path)?;
    Version::parse(text.trim()).map_err(|error| Error::Format {
        why: error.to_string(),
        path,
    })
}

/// Names of the scenarios in a folder with `scenarios/` and `recordings/`, sorted.
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

/// Loads the recording of a scenario, and checks that it belongs to the scenario beside it.
///
/// # Errors
/// A file is missing or invalid, or its steps do not match the scenario.
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
