//! What the API server refuses of objects that controllers write. Whatever a manifest can get wrong is found
//! when it is decoded; here stands what comes of long names and of changes to what must not change.

use super::error::ApiError;
use crate::api::go;
use crate::api::kind::Kind;
use crate::api::object::Object;
use crate::api::pod::Pod;

/// Longest value of a label, and longest host name.
const LABEL_LENGTH_MAX: usize = 63;
const TOO_LONG: &str = "must be no more than 63 bytes";
/// What of a pod's spec may change (`pkg/apis/core/validation/validation.go`, ValidatePodUpdate).
const POD_UPDATES: &str = "spec: Forbidden: pod updates may not change fields other than \
    `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,\
    `spec.tolerations` (only additions to existing tolerations),\
    `spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

/// Whether an object may be created.
pub(super) fn create(object: &Object) -> Result<(), ApiError> {
    match object {
        Object::Pod(pod) => refuse(object, names_too_long(pod)),
        _ => Ok(()),
    }
}

/// Whether an object may become another.
pub(super) fn update(object: &Object, current: &Object) -> Result<(), ApiError> {
    match (object, current) {
        (Object::Pod(new), Object::Pod(old)) => {
            let mut causes = labels_too_long(new);
            if new.identity != old.identity || new.node_name != old.node_name {
                causes.push(POD_UPDATES.to_owned());
            }
            refuse(object, causes)
        }
        (Object::ControllerRevision(new), Object::ControllerRevision(old))
            if new.data != old.data =>
        {
            let data = new.data.value();
            let data = go::json(data);
            let cause = format!("data: Invalid value: {data}: field is immutable");
            refuse(object, vec![cause])
        }
        _ => Ok(()),
    }
}

fn names_too_long(pod: &Pod) -> Vec<String> {
    let mut causes = labels_too_long(pod);
    let hostname = pod.identity.as_ref().map(|identity| &identity.hostname);
    if let Some(hostname) = hostname.filter(|hostname| hostname.len() > LABEL_LENGTH_MAX) {
        causes.push(format!(
            "spec.hostname: Invalid value: \"{hostname}\": {TOO_LONG}"
        ));
    }
    causes
}

fn labels_too_long(pod: &Pod) -> Vec<String> {
    let labels = pod.metadata.labels.values();
    labels
        .filter(|value| value.len() > LABEL_LENGTH_MAX)
        .map(|value| format!("metadata.labels: Invalid value: \"{value}\": {TOO_LONG}"))
        .collect()
}

fn refuse(object: &Object, causes: Vec<String>) -> Result<(), ApiError> {
    if causes.is_empty() {
        return Ok(());
    }
    Err(ApiError::Invalid {
        kind: Kind::kind_name(object.kind()),
        name: object.meta().name.to_string(),
        causes,
    })
}
