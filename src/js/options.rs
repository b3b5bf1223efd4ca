//! The options of a new cluster.

use crate::engine::Config;
use crate::texts::Language;
use crate::versions::{Version, VersionError};
use js_sys::{RangeError, TypeError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use wasm_bindgen::JsValue;

/// The options of a new cluster.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ClusterOptions {
    seed: Option<f64>,
    version: Option<String>,
    language: Option<String>,
}

/// Invalid options.
#[derive(Debug, thiserror::Error)]
pub(super) enum OptionsError {
    /// An unknown version; a RangeError in JavaScript.
    #[error(transparent)]
    Version(#[from] VersionError),
    /// An unknown language; a RangeError in JavaScript.
    #[error("unknown language {0}: it must be one of en, zh-CN")]
    Language(String),
    /// Something else; a TypeError in JavaScript.
    #[error("the options must be {expected}: {source}")]
    Value {
        /// What they must be.
        expected: &'static str,
        /// What is wrong.
        source: serde_wasm_bindgen::Error,
    },
    /// An unknown field, or a value of the wrong type; a TypeError in JavaScript.
    #[error("invalid options: {0}")]
    Field(#[from] serde_json::Error),
}

impl From<OptionsError> for JsValue {
    fn from(error: OptionsError) -> Self {
        let text = error.to_string();
        match error {
            OptionsError::Version(_) | OptionsError::Language(_) => RangeError::new(&text).into(),
            OptionsError::Value { .. } | OptionsError::Field(_) => TypeError::new(&text).into(),
        }
    }
}

/// Reads options, all of which may be left out.
pub(super) fn object<T: DeserializeOwned + Default>(
    value: JsValue,
    expected: &'static str,
) -> Result<T, OptionsError> {
    if value.is_undefined() || value.is_null() {
        return Ok(T::default());
    }
    // Through JSON, because serde-wasm-bindgen ignores unknown fields.
    let fields: Result<serde_json::Map<String, Value>, _> = serde_wasm_bindgen::from_value(value);
    let fields = fields.map_err(|source| OptionsError::Value { expected, source })?;
    Ok(serde_json::from_value(Value::Object(fields))?)
}

impl ClusterOptions {
    /// Reads the constructor's argument.
    pub(super) fn read(value: JsValue) -> Result<Self, OptionsError> {
        if let Some(seed) = value.as_f64() {
            return Ok(Self {
                seed: Some(seed),
                ..Self::default()
            });
        }
        object(value, "an object or a seed")
    }

    /// The language of sentences.
    pub(super) fn language(&self) -> Result<Language, OptionsError> {
        let Some(tag) = &self.language else {
            return Ok(Language::default());
        };
        Language::of_tag(tag).ok_or_else(|| OptionsError::Language(tag.clone()))
    }

    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "JavaScript has no other numbers"
    )]
    /// The configuration of the cluster.
    pub(super) fn config(self) -> Result<Config, OptionsError> {
        let mut config = Config::default();
        if let Some(seed) = self.seed {
            config.seed = seed as u64;
        }
        if let Some(version) = self.version {
            config.features = Version::parse(&version)?.into();
        }
        Ok(config)
    }
}
