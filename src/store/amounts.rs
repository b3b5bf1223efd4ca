//! Amounts of resources, as quotas and limit ranges compare them.

use crate::api::look::Look;
use crate::api::quantity::Quantity;
use litemap::LiteMap;
use serde_json::{Map, Value};

/// Amounts by resource.
pub(super) type Amounts = LiteMap<String, Quantity>;

/// The amounts in a list of resources; what is not a quantity is left out.
pub(super) fn amounts(list: Option<&Map<String, Value>>) -> Amounts {
    let list = list.into_iter().flatten();
    list.filter_map(|(name, amount)| Some((name.clone(), Quantity::parse(amount.as_str()?).ok()?)))
        .collect()
}

/// The `requests` or `limits` of a pod as a whole (`staging/src/k8s.io/component-helpers/resource/helpers.go`, PodRequests
/// and PodLimits): init containers run one after the other, except for sidecars, which stay.
pub(super) fn of_pod(spec: &Value, list: &str) -> Amounts {
    let own = |container: &Value| amounts(container.at("resources").map(list));
    let mut sum = Amounts::new_vec();
    for container in spec.list("containers") {
        add(&mut sum, own(container));
    }
    let (mut sidecars, mut most) = (Amounts::new_vec(), Amounts::new_vec());
    for container in spec.list("initContainers") {
        let mut needs = own(container);
        if container.text("restartPolicy") == "Always" {
            add(&mut sum, needs.clone());
            add(&mut sidecars, needs);
            needs = sidecars.clone();
        } else {
            add(&mut needs, sidecars.clone());
        }
        raise(&mut most, needs);
    }
    raise(&mut sum, most);
    for (name, amount) in amounts(spec.at("resources").map(list)) {
        if ["cpu", "memory"].contains(&name.as_str()) {
            sum.insert(name, amount);
        }
    }
    sum
}

fn add(sum: &mut Amounts, more: Amounts) {
    for (name, amount) in more {
        let total = match sum.get(&name) {
            Some(known) => known.checked_add(&amount),
            None => Some(amount),
        };
        if let Some(total) = total {
            sum.insert(name, total);
        }
    }
}

fn raise(most: &mut Amounts, to: Amounts) {
    for (name, amount) in to {
        let known = most.get(&name);
        if known.is_none_or(|known| amount.compare(known).is_gt()) {
            most.insert(name, amount);
        }
    }
}
