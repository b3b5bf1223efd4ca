//! The time of the change that slices reflect (`staging/src/k8s.io/endpointslice/util/trigger_time_tracker.go`).

use crate::actor::Context;
use crate::api::meta::ObjectMeta;
use crate::api::object::Key;
use crate::api::pod::{Pod, PodConditionType};
use crate::api::time::Time;
use std::rc::Rc;

/// The name under which the Service's own time is stored.
const SERVICE: &str = "";

/// The earliest time at which the Service or one of its pods has changed since the last sync, if any
/// (ComputeEndpointLastChangeTriggerTime). Only the creation of a Service and the readiness of a pod are triggers.
pub(super) fn time(
    cx: &mut Context<'_>,
    key: &Key,
    service: &ObjectMeta,
    pods: &[Rc<Pod>],
) -> Option<Time> {
    let name = place(key);
    let known: Vec<(Rc<str>, Time)> = {
        let known = cx.memory.triggers(&name);
        known.map(|(pod, time)| (pod.clone(), time)).collect()
    };
    let created = service.creation_timestamp.unwrap_or_else(Time::unset);
    let pods = pods.iter().filter_map(|pod| {
        let ready = pod.condition(PodConditionType::Ready)?;
        Some((pod.metadata.name.clone(), ready.last_transition_time))
    });
    let now = std::iter::once((SERVICE.into(), created)).chain(pods);
    // Both are sorted by name.
    let mut before = known.iter().peekable();
    let mut first: Option<Time> = None;
    for (pod, time) in now {
        while let Some((gone, _)) = before.next_if(|(name, _)| *name < pod) {
            cx.memory.remember_trigger(&name, gone, None);
        }
        let last = before.next_if(|(name, _)| *name == pod);
        match last {
            Some((_, last)) if *last == time => continue,
            Some((_, last)) if *last > time => {}
            _ => first = Some(first.map_or(time, |first| first.min(time))),
        }
        cx.memory.remember_trigger(&name, &pod, Some(time));
    }
    for (gone, _) in before {
        cx.memory.remember_trigger(&name, gone, None);
    }
    if known.is_empty() {
        Some(created)
    } else {
        first
    }
}

/// Forgets a deleted Service.
pub(super) fn forget(cx: &mut Context<'_>, key: &Key) {
    let name = place(key);
    let known: Vec<Rc<str>> = {
        let known = cx.memory.triggers(&name);
        known.map(|(pod, _)| pod.clone()).collect()
    };
    for pod in known {
        cx.memory.remember_trigger(&name, &pod, None);
    }
}

fn place(key: &Key) -> Rc<str> {
    format!("{}/{}", key.namespace, key.name).into()
}
