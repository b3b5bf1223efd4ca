//! Plans which slices to write (`staging/src/k8s.io/endpointslice/reconciler.go`).
//!
//! Endpoints stay in their slice, to minimize writes at the price of slices that are not full.

use crate::api::endpoint_slice::{Endpoint, EndpointPort, EndpointSlice};
use crate::api::light;
use litemap::LiteMap;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Maximum number of endpoints per slice.
pub const MAX_ENDPOINTS: usize = 100;

/// Endpoints grouped by ports, and sorted by the name of their pod.
pub type Desired = LiteMap<Vec<EndpointPort>, BTreeMap<Rc<str>, Rc<Endpoint>>>;

/// Desired content of a slice.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    /// Endpoints.
    pub endpoints: Vec<Rc<Endpoint>>,
    /// Their ports.
    pub ports: Vec<EndpointPort>,
}

/// Slices to write, for one address family.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SlicePlan {
    /// Contents of new slices.
    pub create: Vec<Contents>,
    /// Slices whose content changes.
    pub update: Vec<(Rc<EndpointSlice>, Contents)>,
    /// Slices to delete.
    pub delete: Vec<Rc<EndpointSlice>>,
}

/// Compares slices with the desired state (reconcileByAddressType). `stale` tells whether the labels of an
/// otherwise correct slice are outdated.
#[must_use]
pub fn plan(
    existing: &[Rc<EndpointSlice>],
    mut desired: Desired,
    stale: impl Fn(&EndpointSlice) -> bool,
) -> SlicePlan {
    let mut plan = SlicePlan::default();
    let mut by_ports: LiteMap<Vec<EndpointPort>, Vec<Rc<EndpointSlice>>> = LiteMap::new_vec();
    for slice in existing {
        let ports = slice.ports.clone();
        by_ports.entry(ports).or_default().push(slice.clone());
    }
    for (ports, wanted) in std::mem::take(&mut desired) {
        let slices = by_ports.remove(&ports).unwrap_or_default();
        reconcile_by_port_mapping(&mut plan, slices, ports, wanted, &stale);
    }
    plan.delete.extend(
        by_ports
            .into_tuple_vec()
            .into_iter()
            .flat_map(|(_, slices)| slices),
    );
    if existing.len() == plan.delete.len() && plan.create.is_empty() {
        keep_placeholder(&mut plan, &stale);
    }
    plan.reuse();
    plan
}

/// A Service always has at least one slice, which is empty if there are no endpoints.
fn keep_placeholder(plan: &mut SlicePlan, stale: &impl Fn(&EndpointSlice) -> bool) {
    match plan.delete.as_slice() {
        [only] if only.endpoints.is_empty() && only.ports.is_empty() && !stale(only) => {
            plan.delete.clear();
        }
        _ => plan.create.push(Contents::default()),
    }
}

impl SlicePlan {
    /// Reuses slices that would be deleted for contents that would be created (finalize).
    fn reuse(&mut self) {
        while !self.delete.is_empty()
            && let Some(contents) = self.create.pop()
        {
            let slice = self.delete.remove(0);
            self.update.push((slice, contents));
        }
    }
}

/// A slice and its planned content.
struct Draft {
    slice: Rc<EndpointSlice>,
    endpoints: Vec<Rc<Endpoint>>,
}

/// Reconciles the endpoints with one list of ports (reconcileByPortMapping): first removes outdated endpoints from
/// existing slices, then fills up slices that are written anyway, then looks for one more slice with room for the
/// rest, and finally creates slices.
fn reconcile_by_port_mapping(
    plan: &mut SlicePlan,
    existing: Vec<Rc<EndpointSlice>>,
    ports: Vec<EndpointPort>,
    mut wanted: BTreeMap<Rc<str>, Rc<Endpoint>>,
    stale: &impl Fn(&EndpointSlice) -> bool,
) {
    let (mut written, mut unchanged) = (Vec::new(), Vec::new());
    for slice in existing {
        let (endpoints, changed) = keep(&slice, &mut wanted);
        if changed && endpoints.is_empty() {
            plan.delete.push(slice);
        } else if changed || stale(&slice) {
            written.push(Draft { slice, endpoints });
        } else {
            unchanged.push(Draft { slice, endpoints });
        }
    }
    if !wanted.is_empty() {
        light::sort(&mut written, |a, b| {
            b.endpoints.len().cmp(&a.endpoints.len())
        });
        for draft in &mut written {
            fill(&mut draft.endpoints, &mut wanted);
        }
    }
    while !wanted.is_empty() {
        match fullest_with_room(&unchanged, wanted.len()) {
            Some(index) => {
                let mut draft = unchanged.remove(index);
                fill(&mut draft.endpoints, &mut wanted);
                written.push(draft);
            }
            None => {
                let mut endpoints = Vec::new();
                fill(&mut endpoints, &mut wanted);
                let ports = ports.clone();
                plan.create.push(Contents { endpoints, ports });
            }
        }
    }
    for Draft { slice, endpoints } in written {
        let ports = ports.clone();
        plan.update.push((slice, Contents { endpoints, ports }));
    }
}

/// The endpoints of a slice that are still wanted, in their current state, and whether any changed.
fn keep(
    slice: &EndpointSlice,
    wanted: &mut BTreeMap<Rc<str>, Rc<Endpoint>>,
) -> (Vec<Rc<Endpoint>>, bool) {
    let mut changed = false;
    let mut endpoints = Vec::with_capacity(slice.endpoints.len());
    for known in &slice.endpoints {
        let name = known.target_ref.as_ref().map(|target| &target.name);
        match name.and_then(|name| take_same(wanted, name, known)) {
            Some(now) => {
                changed |= now != *known;
                endpoints.push(now);
            }
            None => changed = true,
        }
    }
    (endpoints, changed)
}

/// Endpoints are identified by pod, addresses and host name (`endpointset.go`, hashEndpoint).
fn take_same(
    wanted: &mut BTreeMap<Rc<str>, Rc<Endpoint>>,
    name: &Rc<str>,
    known: &Endpoint,
) -> Option<Rc<Endpoint>> {
    let now = wanted.get(name)?;
    if now.addresses == known.addresses && now.hostname == known.hostname {
        wanted.remove(name)
    } else {
        None
    }
}

fn fill(endpoints: &mut Vec<Rc<Endpoint>>, wanted: &mut BTreeMap<Rc<str>, Rc<Endpoint>>) {
    while endpoints.len() < MAX_ENDPOINTS
        && let Some((_, endpoint)) = wanted.pop_first()
    {
        endpoints.push(endpoint);
    }
}

/// Index of the slice that will be fullest with `count` more endpoints (getSliceToFill).
fn fullest_with_room(drafts: &[Draft], count: usize) -> Option<usize> {
    let full = drafts.iter().map(|draft| draft.endpoints.len() + count);
    let fits = full.enumerate().filter(|(_, full)| *full <= MAX_ENDPOINTS);
    fits.min_by_key(|(_, full)| MAX_ENDPOINTS - full)
        .filter(|_| count < MAX_ENDPOINTS)
        .map(|(index, _)| index)
}
