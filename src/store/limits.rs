//! LimitRanges: the defaults they add to new pods, and the limits they set to pods and claims
//! (`plugin/pkg/admission/limitranger/admission.go`).

use super::Store;
use super::amounts::{Amounts, amounts, of_pod};
use super::error::ApiError;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::Look;
use crate::api::object::{Object, Other};
use crate::api::quantity::Quantity;
use crate::api::validation;
use serde_json::{Value, json};
use std::rc::Rc;

/// The annotation that says which defaults were added.
const ANNOTATION: &str = "kubernetes.io/limit-ranger";

impl Store {
    fn limit_ranges(&self, namespace: &str) -> Vec<Rc<Other>> {
        if namespace.is_empty() || !self.may_have(Kind::LimitRange) {
            return Vec::new();
        }
        let all = self.list(Kind::LimitRange, Some(namespace));
        let all = all.filter_map(|object| match object {
            Object::Other(_, range) => Some(range.clone()),
            _ => None,
        });
        all.collect()
    }

    /// Adds the defaults of the namespace's LimitRanges to a new pod; returns whether there were any.
    pub(super) fn add_limits(&self, object: &mut Object) -> Result<bool, ApiError> {
        let Object::Pod(pod) = object else {
            return Ok(false);
        };
        let ranges = self.limit_ranges(&pod.metadata.namespace);
        if ranges.is_empty() {
            return Ok(false);
        }
        let mut value = pod.to_value();
        let mut any = false;
        for range in &ranges {
            any |= merge(range, &mut value);
        }
        if any {
            let lifted = Object::from_value(Kind::Pod, value);
            *object = lifted.map_err(|error| ApiError::BadRequest(error.to_string()))?;
        }
        Ok(any)
    }

    /// Validates a pod to which defaults were added: a default request may exceed the pod's own limit.
    pub(super) fn require_valid(&self, pod: &Object) -> Result<(), ApiError> {
        let causes = validation::create(self.registers.features, Kind::Pod, &pod.to_value());
        if causes.is_empty() {
            return Ok(());
        }
        Err(ApiError::Invalid {
            kind: Kind::Pod,
            name: pod.meta().name.to_string(),
            causes,
        })
    }

    /// Refuses a claim whose request changes to one outside the limits of its namespace.
    pub(super) fn require_limits_of_change(
        &self,
        current: &Object,
        object: &Object,
    ) -> Result<(), ApiError> {
        match (current, object) {
            (Object::PersistentVolumeClaim(old), Object::PersistentVolumeClaim(new))
                if old.spec != new.spec =>
            {
                self.require_limits(object)
            }
            _ => Ok(()),
        }
    }

    /// Refuses a pod or claim outside the limits of its namespace.
    pub(super) fn require_limits(&self, object: &Object) -> Result<(), ApiError> {
        let kind = object.kind();
        if !matches!(kind, Kind::Pod | Kind::PersistentVolumeClaim) {
            return Ok(());
        }
        for range in self.limit_ranges(&object.meta().namespace) {
            let value = object.to_value();
            let items = range.fields.list("spec.limits").iter();
            let faults: Vec<String> = items.flat_map(|item| faults(kind, item, &value)).collect();
            let why = match faults.as_slice() {
                [] => continue,
                [only] => only.clone(),
                several => format!("[{}]", several.join(", ")),
            };
            return Err(ApiError::forbidden(&object.key(), &why));
        }
        Ok(())
    }
}

/// The containers of a pod, and what messages call them.
const LISTS: [(&str, &str); 2] = [
    ("containers", "container"),
    ("initContainers", "init container"),
];

/// Adds the defaults of a LimitRange to the containers of a pod (mergePodResourceRequirements); returns whether there
/// were any.
fn merge(range: &Other, pod: &mut Value) -> bool {
    let mut notes: Vec<String> = Vec::new();
    let items = range.fields.list("spec.limits").iter();
    let items: Vec<&Value> = items
        .filter(|item| item.text("type") == "Container")
        .collect();
    for (list, called) in LISTS {
        let containers = pod["spec"].get_mut(list).and_then(Value::as_array_mut);
        for container in containers.into_iter().flatten() {
            let name = container.text("name").to_owned();
            // Limits are merged first, but named last.
            let limits = fill(container, "limits", &items, "default");
            let requests = fill(container, "requests", &items, "defaultRequest");
            for (names, what) in [(requests, "request"), (limits, "limit")] {
                if !names.is_empty() {
                    notes.push(format!("{} {what} for {called} {name}", names.join(", ")));
                }
            }
        }
    }
    if notes.is_empty() {
        return false;
    }
    let text = format!("LimitRanger plugin set: {}", notes.join("; "));
    let annotations = &mut pod["metadata"]["annotations"];
    if !annotations.is_object() {
        *annotations = json!({});
    }
    annotations[ANNOTATION] = text.into();
    true
}

/// Fills a container's missing requests or limits; returns the names of the resources, sorted.
fn fill(container: &mut Value, list: &str, items: &[&Value], field: &str) -> Vec<String> {
    // Of several defaults, the last one counts.
    let defaults = items.iter().filter_map(|item| item.map(field));
    let defaults = light::map(defaults.flatten());
    let mut names = Vec::new();
    for (name, amount) in defaults {
        if container.at("resources").at(list).key(name).is_null() {
            if !container["resources"].is_object() {
                container["resources"] = json!({});
            }
            if !container["resources"][list].is_object() {
                container["resources"][list] = json!({});
            }
            container["resources"][list][name.as_str()] = amount.clone();
            names.push(name.clone());
        }
    }
    names
}

/// The violations of an item of a LimitRange.
fn faults(kind: Kind, item: &Value, value: &Value) -> Vec<String> {
    let named = item.text("type");
    match (kind, named) {
        (Kind::Pod, "Container") => {
            let containers = LISTS.iter().flat_map(|(list, _)| {
                let spec = value.at("spec");
                spec.list(list)
            });
            let own = |container: &Value, list: &str| amounts(container.at("resources").map(list));
            containers
                .flat_map(|one| check(item, &own(one, "requests"), Some(&own(one, "limits"))))
                .collect()
        }
        (Kind::Pod, "Pod") => {
            let [requests, limits] =
                ["requests", "limits"].map(|list| of_pod(value.at("spec"), list));
            check(item, &requests, Some(&limits))
        }
        (Kind::PersistentVolumeClaim, "PersistentVolumeClaim") => {
            let requests = amounts(value.at("spec.resources").map("requests"));
            check(item, &requests, None)
        }
        _ => Vec::new(),
    }
}

/// The violations of minima, maxima and ratios. Claims have no limits, so their requests are compared with the maxima.
fn check(item: &Value, requests: &Amounts, limits: Option<&Amounts>) -> Vec<String> {
    let named = item.text("type");
    let none = Amounts::new_vec();
    let mut faults = Vec::new();
    for (name, least) in amounts(item.map("min")) {
        let (request, limit) = (requests.get(&name), limits.unwrap_or(&none).get(&name));
        let fault = min_constraint(&least, request, limit);
        faults.extend(fault.map(|why| format!("minimum {name} usage per {named} is {least}{why}")));
    }
    for (name, most) in amounts(item.map("max")) {
        let request = requests.get(&name);
        let fault = match limits {
            Some(limits) => max_constraint(&most, request, limits.get(&name)),
            None => max_request_constraint(&most, request),
        };
        faults.extend(fault.map(|why| format!("maximum {name} usage per {named} is {most}{why}")));
    }
    for (name, ratio) in amounts(item.map("maxLimitRequestRatio")) {
        let (request, limit) = (requests.get(&name), limits.unwrap_or(&none).get(&name));
        let fault =
            limit_request_ratio_constraint(&ratio, request, limit).filter(|_| limits.is_some());
        faults.extend(fault.map(|why| {
            format!("{name} max limit to request ratio per {named} is {ratio}, but {why}")
        }));
    }
    faults
}

fn min_constraint(
    least: &Quantity,
    request: Option<&Quantity>,
    limit: Option<&Quantity>,
) -> Option<String> {
    let Some(request) = request else {
        return Some(".  No request is specified".to_owned());
    };
    if least.compare(request).is_gt() {
        return Some(format!(", but request is {request}"));
    }
    let limit = limit.filter(|limit| least.compare(limit).is_gt())?;
    Some(format!(", but limit is {limit}"))
}

fn max_constraint(
    most: &Quantity,
    request: Option<&Quantity>,
    limit: Option<&Quantity>,
) -> Option<String> {
    let Some(limit) = limit else {
        return Some(".  No limit is specified".to_owned());
    };
    if limit.compare(most).is_gt() {
        return Some(format!(", but limit is {limit}"));
    }
    let request = request.filter(|request| request.compare(most).is_gt())?;
    Some(format!(", but request is {request}"))
}

fn max_request_constraint(most: &Quantity, request: Option<&Quantity>) -> Option<String> {
    let Some(request) = request else {
        return Some(".  No request is specified".to_owned());
    };
    let is_over = request.compare(most).is_gt();
    is_over.then(|| format!(", but request is {request}"))
}

fn limit_request_ratio_constraint(
    ratio: &Quantity,
    request: Option<&Quantity>,
    limit: Option<&Quantity>,
) -> Option<String> {
    let Some(request) = request.filter(|request| !request.is_zero()) else {
        return Some("no request is specified or request is 0".to_owned());
    };
    let Some(limit) = limit.filter(|limit| !limit.is_zero()) else {
        return Some("no limit is specified or limit is 0".to_owned());
    };
    let milli = |amount: &Quantity| i128::from(amount.scaled(-3).unwrap_or(i64::MAX));
    let (most, request, limit) = (milli(ratio), milli(request), milli(limit));
    let is_over = limit * 1000 > request * most;
    is_over.then(|| {
        // In millionths, rounded.
        let ratio = (limit * 1_000_000 + request / 2) / request.max(1);
        format!(
            "provided ratio is {}.{:06}",
            ratio / 1_000_000,
            ratio % 1_000_000
        )
    })
}
