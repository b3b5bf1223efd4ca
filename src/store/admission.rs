//! Turns a client's request into an object: decoding, defaults, validation, in this order.

use super::{ApiError, Store, Warning, services};
use crate::api::decode;
use crate::api::defaults;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::managed::FieldClaim;
use crate::api::meta::ObjectMeta;
use crate::api::object::Object;
use crate::api::pod::left_out::LeftOutNote;
use crate::api::validation::{self, StatusCause};
use serde_json::Value;
use std::rc::Rc;

impl Store {
    /// Creates an object that a client sent.
    ///
    /// # Errors
    /// Decoding or validation errors, or whatever [`Store::create`] refuses.
    pub fn create_value(&mut self, kind: Kind, value: &Value) -> Result<Object, ApiError> {
        self.create_claimed(kind, value, None)
    }

    fn create_claimed(
        &mut self,
        kind: Kind,
        value: &Value,
        claim: Option<Rc<FieldClaim>>,
    ) -> Result<Object, ApiError> {
        let value = self.decoded(kind, value, None)?;
        // Checked first: faults of an object in a missing namespace are not reported.
        self.require_namespace(kind, &named(&value))?;
        refuse(
            kind,
            &value,
            validation::create(self.registers.features, kind, &value),
        )?;
        let warnings = validation::warnings::on_create(kind, &value);
        self.warn_of(kind, warnings, None, &value);
        let mut object = lifted(kind, value)?;
        object.meta_mut().claim = claim;
        self.create(object)
    }

    /// Replaces the current object by one that a client sent.
    ///
    /// # Errors
    /// Decoding or validation errors, a change of an immutable field, or a conflict with a later version.
    pub fn update_value(&mut self, current: &Object, value: &Value) -> Result<Object, ApiError> {
        self.update_claimed(current, value, None)
    }

    /// Creates or replaces an object by what an applied configuration makes of it (server-side apply). The write counts
    /// even if only the managers of fields change.
    ///
    /// # Errors
    /// Those of creating or replacing it.
    pub fn apply_value(
        &mut self,
        kind: Kind,
        current: Option<&Object>,
        value: &Value,
        claim: Rc<FieldClaim>,
    ) -> Result<Object, ApiError> {
        match current {
            Some(current) => self.update_claimed(current, value, Some(claim)),
            None => self.create_claimed(kind, value, Some(claim)),
        }
    }

    fn update_claimed(
        &mut self,
        current: &Object,
        value: &Value,
        claim: Option<Rc<FieldClaim>>,
    ) -> Result<Object, ApiError> {
        let kind = current.kind();
        // The current object is decoded too, so that both omit what Go treats as unset: a StatefulSet is served
        // with `serviceName: ""`, which must not look like a change of an immutable field.
        let served = current.to_value();
        let old = decode::strict(self.version(), kind, &served).unwrap_or(served);
        let mut value = self.decoded(kind, value, Some(&old))?;
        check_name(current, &value)?;
        if kind == Kind::Service {
            services::drop_type_dependent_fields(&old, &mut value);
        }
        refuse(
            kind,
            &value,
            validation::update(self.registers.features, kind, &old, &value),
        )?;
        let warnings = validation::warnings::on_update(kind, &old, &value);
        self.warn_of(kind, warnings, Some(&old), &value);
        let mut object = lifted(kind, value)?;
        object.meta_mut().claim = claim;
        self.update(object)
    }

    /// Replaces the status of the current object by that of one that a client sent (the subresource `status`). With a
    /// claim, the write counts even if only the managers of fields change.
    ///
    /// # Errors
    /// Decoding errors, or a conflict with a later version.
    pub fn update_status_value(
        &mut self,
        current: &Object,
        value: &Value,
        claim: Option<Rc<FieldClaim>>,
    ) -> Result<Object, ApiError> {
        let kind = current.kind();
        let mut written = current.to_value();
        let mut value = self.decoded(kind, value, Some(&written))?;
        check_name(current, &value)?;
        written["status"] = value["status"].take();
        if let Some(annotations) = value.pointer_mut("/metadata/annotations") {
            written["metadata"]["annotations"] = annotations.take();
        }
        let mut object = lifted(kind, written)?;
        object.meta_mut().claim = claim;
        self.update_status(object)
    }

    /// Adds the defaults that this version has and the version that wrote the object lacked.
    ///
    /// The real server applies defaults whenever it reads an object, without a write. Here it is a write, since
    /// objects are stored as served; the desired state does not change, so the generation does not either.
    pub(crate) fn default_anew(&mut self) {
        let sets = self.list(Kind::StatefulSet, None).cloned();
        for set in sets.collect::<Vec<Object>>() {
            let old = set.to_value();
            let mut value = old.clone();
            let features = self.registers.features;
            defaults::apply_gates(Kind::StatefulSet, features, Some(&old), &mut value);
            if value != old
                && let Ok(object) = Object::from_value(Kind::StatefulSet, value)
            {
                self.write(set.key(), Some(object));
            }
        }
    }

    /// Adds a warning, without the word `Warning`.
    pub fn warn(&mut self, warning: String) {
        self.warnings.push(Warning::Server(warning));
    }

    /// Adds the server's warnings, and a note for each field of a new pod spec that is not simulated.
    fn warn_of(&mut self, kind: Kind, warnings: Vec<String>, old: Option<&Value>, value: &Value) {
        self.warnings
            .extend(warnings.into_iter().map(Warning::Server));
        let at = match kind {
            Kind::Pod => "spec",
            kind if kind.has_pods() => "spec.template.spec",
            _ => return,
        };
        let spec = value.at(at);
        if old.is_none_or(|old| old.at(at) != spec) {
            let notes = LeftOutNote::all(spec, at).into_iter();
            self.warnings.extend(notes.map(Warning::NotSimulated));
        }
    }

    /// Takes the warnings since the last call, in order.
    pub fn take_warnings(&mut self) -> Vec<Warning> {
        std::mem::take(&mut self.warnings)
    }

    pub(super) fn decoded(
        &self,
        kind: Kind,
        value: &Value,
        old: Option<&Value>,
    ) -> Result<Value, ApiError> {
        let mut value = decode::strict(self.version(), kind, value)
            .map_err(|errors| ApiError::BadRequest(decode::message(kind, &errors)))?;
        defaults::apply(kind, &mut value);
        if kind == Kind::StatefulSet {
            set_types_of_claim_templates(&mut value);
        }
        defaults::apply_gates(kind, self.registers.features, old, &mut value);
        Ok(value)
    }
}

/// Claim templates are served with their apiVersion and kind, whatever the manifest contains
/// (`pkg/apis/apps/v1/conversion.go`, Convert_apps_StatefulSetSpec_To_v1_StatefulSetSpec).
fn set_types_of_claim_templates(set: &mut Value) {
    let templates = set.pointer_mut("/spec/volumeClaimTemplates");
    let templates = templates.and_then(Value::as_array_mut);
    for template in templates.into_iter().flatten() {
        if let Some(fields) = template.as_object_mut() {
            let kind = Kind::PersistentVolumeClaim;
            fields.insert("apiVersion".to_owned(), kind.api_version().into());
            fields.insert("kind".to_owned(), kind.name().into());
        }
    }
}

/// Checks that the object sent has the version, name and namespace of the one being replaced
/// (`staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go`, checkName). This precedes all other checks.
fn check_name(current: &Object, value: &Value) -> Result<(), ApiError> {
    let key = current.key();
    if value["metadata"]["name"].as_str().is_none_or(str::is_empty) {
        return Err(ApiError::BadRequest(format!(
            "the name of the object ({} based on URL) was undeterminable: name must be provided",
            key.name
        )));
    }
    let other = |field: &str, known: &str| {
        let text = value["metadata"][field].as_str().unwrap_or_default();
        (!text.is_empty() && text != known).then(|| text.to_owned())
    };
    if let Some(name) = other("name", &key.name) {
        return Err(ApiError::BadRequest(format!(
            "the name of the object ({name}) does not match the name on the URL ({})",
            key.name
        )));
    }
    if let Some(namespace) = other("namespace", &key.namespace)
        && current.kind().namespaced()
    {
        return Err(ApiError::BadRequest(format!(
            "the namespace of the object ({namespace}) does not match the namespace on the request ({})",
            key.namespace
        )));
    }
    let version = current.meta().resource_version.to_string();
    match other("resourceVersion", &version) {
        Some(text) if text != "0" => Err(ApiError::conflict(&key)),
        _ => Ok(()),
    }
}

/// The object's name and namespace, and nothing else of it.
fn named(value: &Value) -> ObjectMeta {
    let text = |field: &str| value["metadata"][field].as_str().unwrap_or_default();
    ObjectMeta {
        name: text("name").into(),
        generate_name: Some(text("generateName").into()),
        namespace: text("namespace").into(),
        ..ObjectMeta::default()
    }
}

pub(super) fn refuse(kind: Kind, value: &Value, causes: Vec<StatusCause>) -> Result<(), ApiError> {
    if causes.is_empty() {
        return Ok(());
    }
    let name = value["metadata"]["name"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    Err(ApiError::Invalid { kind, name, causes })
}

/// A decoded value conforms to the API's types; a failure here is a defect of the decoder, not of the input.
pub(super) fn lifted(kind: Kind, value: Value) -> Result<Object, ApiError> {
    Object::from_value(kind, value).map_err(|error| ApiError::BadRequest(error.to_string()))
}
