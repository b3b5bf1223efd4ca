//! The selector and the labels that a Job gets when it is created (`pkg/registry/batch/job/strategy.go`,
//! generateSelector).

use crate::api::kind::Kind;
use crate::api::object::Object;
use serde_json::{Value, json};
use std::rc::Rc;

/// Sets the selector of a new Job to its uid, and labels its template to match.
pub(super) fn prepare_create(object: &mut Object) {
    let Object::Other(Kind::Job, job) = object else {
        return;
    };
    let job = Rc::make_mut(job);
    let (uid, name) = (job.metadata.uid.to_string(), job.metadata.name.to_string());
    if job.fields["spec"]["manualSelector"] != true {
        let spec = &mut job.fields["spec"];
        spec["selector"] = json!({ "matchLabels": { "batch.kubernetes.io/controller-uid": uid } });
        let metadata = &mut spec["template"]["metadata"];
        if !metadata.is_object() {
            *metadata = json!({});
        }
        let labels = &mut metadata["labels"];
        if !labels.is_object() {
            *labels = json!({});
        }
        for (key, value) in [
            ("batch.kubernetes.io/controller-uid", &uid),
            ("batch.kubernetes.io/job-name", &name),
            ("controller-uid", &uid),
            ("job-name", &name),
        ] {
            labels[key] = Value::from(value.as_str());
        }
    }
    // A Job without labels gets those of its template (`pkg/apis/batch/v1/defaults.go`, SetDefaults_Job).
    if job.metadata.labels.is_empty() {
        let labels = job.fields["spec"]["template"]["metadata"]["labels"].as_object();
        let own = Rc::make_mut(&mut job.metadata.labels);
        for (key, value) in labels.into_iter().flatten() {
            own.insert(key.clone(), value.as_str().unwrap_or_default().to_owned());
        }
    }
}
