//! Descriptions of DaemonSets, Jobs and CronJobs.

use serde_json::Value;

use super::super::page::Description;
use super::super::workloads::{controlled_by, pod_template, pods_status};
use super::super::{Surroundings, header, labels_and_annotations};
use crate::api::look::{Look, format_labels, format_selector};

pub(super) fn daemon_set(page: &mut Description, set: &Value, neighbours: &dyn Surroundings) {
    page.field(0, "Name", set.text("metadata.name"));
    page.field(0, "Namespace", set.text("metadata.namespace"));
    page.field(0, "Selector", &format_selector(set.at("spec.selector")));
    let nodes = format_labels(set.map("spec.template.spec.nodeSelector"));
    page.field(0, "Node-Selector", &nodes);
    labels_and_annotations(page, set);
    for (title, field) in [
        (
            "Desired Number of Nodes Scheduled",
            "desiredNumberScheduled",
        ),
        (
            "Current Number of Nodes Scheduled",
            "currentNumberScheduled",
        ),
        (
            "Number of Nodes Scheduled with Up-to-date Pods",
            "updatedNumberScheduled",
        ),
        (
            "Number of Nodes Scheduled with Available Pods",
            "numberAvailable",
        ),
        ("Number of Nodes Misscheduled", "numberMisscheduled"),
    ] {
        // These fields have no tab in kubectl.
        let number = set.at("status").int(field);
        page.line(0, &format!("{title}: {number}"));
    }
    pods_status(page, set, neighbours);
    pod_template(page, set.at("spec.template"));
}

/// The number at a path, or `<unset>`.
fn number(object: &Value, path: &str) -> String {
    match object.at(path).as_i64() {
        Some(number) => number.to_string(),
        None => "<unset>".to_owned(),
    }
}

pub(super) fn job(page: &mut Description, job: &Value) {
    page.field(0, "Name", job.text("metadata.name"));
    page.field(0, "Namespace", job.text("metadata.namespace"));
    if job.has("spec.selector") {
        page.field(0, "Selector", &format_selector(job.at("spec.selector")));
    }
    labels_and_annotations(page, job);
    controlled_by(page, job);
    page.field(0, "Parallelism", &number(job, "spec.parallelism"));
    page.field(0, "Completions", &number(job, "spec.completions"));
    page.field_if_any("Completion Mode", job.text("spec.completionMode"));
    page.field_if_any("Suspend", &job.scalar("spec.suspend"));
    page.field_if_any("Backoff Limit", &job.scalar("spec.backoffLimit"));
    page.field_if_any(
        "TTL Seconds After Finished",
        &job.scalar("spec.ttlSecondsAfterFinished"),
    );
    if job.has("spec.activeDeadlineSeconds") {
        let seconds = job.int("spec.activeDeadlineSeconds");
        page.field(0, "Active Deadline Seconds", &format!("{seconds}s"));
    }
    let [active, succeeded, failed] =
        ["active", "succeeded", "failed"].map(|field| job.at("status").int(field));
    let pods = format!("{active} Active / {succeeded} Succeeded / {failed} Failed");
    page.field(0, "Pods Statuses", &pods);
    pod_template(page, job.at("spec.template"));
}

pub(super) fn cron_job(page: &mut Description, job: &Value) {
    header(page, job);
    page.field(0, "Schedule", job.text("spec.schedule"));
    page.field(0, "Concurrency Policy", job.text("spec.concurrencyPolicy"));
    let suspend = match job.at("spec.suspend").as_bool() {
        Some(true) => "True",
        Some(false) => "False",
        None => "<unset>",
    };
    page.field(0, "Suspend", suspend);
    let history = |name: &str| number(job, &format!("spec.{name}JobsHistoryLimit"));
    page.field(0, "Successful Job History Limit", &history("successful"));
    page.field(0, "Failed Job History Limit", &history("failed"));
    let deadline = match job.at("spec.startingDeadlineSeconds").as_i64() {
        Some(seconds) => format!("{seconds}s"),
        None => "<unset>".to_owned(),
    };
    page.field(0, "Starting Deadline Seconds", &deadline);
    let spec = job.at("spec.jobTemplate.spec");
    let selector = match spec.at("selector") {
        Value::Null => "<unset>".to_owned(),
        selector => format_selector(selector),
    };
    page.field(0, "Selector", &selector);
    page.field(0, "Parallelism", &number(spec, "parallelism"));
    page.field(0, "Completions", &number(spec, "completions"));
    if spec.has("activeDeadlineSeconds") {
        let seconds = spec.int("activeDeadlineSeconds");
        page.field(0, "Active Deadline Seconds", &format!("{seconds}s"));
    }
    pod_template(page, spec.at("template"));
    page.field(0, "Last Schedule Time", "<unset>");
    page.field(0, "Active Jobs", "<none>");
}
