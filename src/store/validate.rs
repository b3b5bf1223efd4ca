//! Validation of objects written by controllers. Faults of manifests are found when they are decoded; what remains
//! are names that became too long and changes of immutable fields.

use super::error::ApiError;
use crate::api::go;
use crate::api::object::Object;
use crate::api::pod::Pod;
use crate::api::validation::{Reason, StatusCause};

/// Maximum length of a label value and of a host name.
const LABEL_LENGTH_MAX: usize = 63;
const TOO_LONG: &str = "must be no more than 63 bytes";
/// The mutable fields of a pod's spec (`pkg/apis/core/validation/validation.go`, ValidatePodUpdate).
const POD_UPDATES: &str = "Forbidden: pod updates may not change fields other than \
    `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
    `spec.tolerations` (only additions to existing tolerations),\
    `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Validates a new object.
pub(super) fn create(object: &Object) -> Result<(), ApiError> {
    match object {
        Object::Pod(pod) => refuse(object, names_too_long(pod)),
        _ => Ok(()),
    }
}

/// Validates an update.
pub(super) fn update(object: &Object, current: &Object) -> Result<(), ApiError> {
    match (object, current) {
        (Object::Pod(new), Object::Pod(old)) => {
            let mut causes = labels_too_long(new);
            if new.identity != old.identity || new.node_name != old.node_name {
                causes.push(cause("spec", Reason::Forbidden, POD_UPDATES));
            }
            refuse(object, causes)
        }
        (Object::ControllerRevision(new), Object::ControllerRevision(old))
            if new.data != old.data =>
        {
            let data = new.data.value();
            let data = go::json(data);
            let body = format!("Invalid value: {data}: field is immutable");
            refuse(object, vec![cause("data", Reason::Invalid, body)])
        }
        _ => Ok(()),
    }
}

fn names_too_long(pod: &Pod) -> Vec<StatusCause> {
    let mut causes = labels_too_long(pod);
    let hostname = pod.identity.as_ref().map(|identity| &identity.hostname);
    if let Some(hostname) = hostname.filter(|hostname| hostname.len() > LABEL_LENGTH_MAX) {
        let body = format!("Invalid value: \"{hostname}\": {TOO_LONG}");
        causes.push(cause("spec.hostname", Reason::Invalid, body));
    }
    causes
}

fn labels_too_long(pod: &Pod) -> Vec<StatusCause> {
    let labels = pod.metadata.labels.values();
    labels
        .filter(|value| value.len() > LABEL_LENGTH_MAX)
        .map(|value| {
            let body = format!("Invalid value: \"{value}\": {TOO_LONG}");
            cause("metadata.labels", Reason::Invalid, body)
        })
        .collect()
}

fn cause(field: &str, reason: Reason, body: impl Into<String>) -> StatusCause {
    StatusCause {
        field: field.to_owned(),
        reason,
        body: body.into(),
    }
}

fn refuse(object: &Object, causes: Vec<StatusCause>) -> Result<(), ApiError> {
    if causes.is_empty() {
        return Ok(());
    }
    Err(ApiError::Invalid {
        kind: object.kind(),
        name: object.meta().name.to_string(),
        causes,
    })
}
