//! From what a client sends to an object: decoding, defaults, validation, in this order.

use super::{ApiError, Store};
use crate::api::decode;
use crate::api::defaults;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::validation::{self, Cause};
use serde_json::Value;

impl Store {
    /// Creates an object that a client sent.
    ///
    /// # Errors
    /// What cannot be decoded, is not valid, or cannot be created.
    pub fn create_value(&mut self, kind: Kind, value: &Value) -> Result<Object, ApiError> {
        let value = self.decoded(kind, value, None)?;
        refuse(kind, &value, validation::create(kind, &value))?;
        self.create(lifted(kind, value)?)
    }

    /// Writes an object that a client sent in the place of the current one.
    ///
    /// # Errors
    /// What cannot be decoded, is not valid or may not be changed, or a later version.
    pub fn update_value(&mut self, current: &Object, value: &Value) -> Result<Object, ApiError> {
        let kind = current.kind();
        // Decoded as well, so that both leave out what Go counts as unset: a StatefulSet is served with
        // `serviceName: ""`, and that is no change of what must not change.
        let served = current.to_value();
        let old = decode::strict(kind, &served).unwrap_or(served);
        let value = self.decoded(kind, value, Some(&old))?;
        refuse(kind, &value, validation::update(kind, &old, &value))?;
        self.update(lifted(kind, value)?)
    }

    fn decoded(&self, kind: Kind, value: &Value, old: Option<&Value>) -> Result<Value, ApiError> {
        let mut value = decode::strict(kind, value)
            .map_err(|errors| ApiError::BadRequest(decode::message(kind, &errors)))?;
        defaults::apply(kind, &mut value);
        defaults::apply_gates(kind, self.registers.gates, old, &mut value);
        Ok(value)
    }
}

fn refuse(kind: Kind, value: &Value, causes: Vec<Cause>) -> Result<(), ApiError> {
    if causes.is_empty() {
        return Ok(());
    }
    let name = value["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    Err(ApiError::Invalid { kind, name, causes })
}

/// What was decoded has the types of the API; anything else is a defect of the decoder, not of the input.
fn lifted(kind: Kind, value: Value) -> Result<Object, ApiError> {
    Object::from_value(kind, value).map_err(|error| ApiError::BadRequest(error.to_string()))
}
