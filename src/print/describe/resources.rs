//! Sums and percentages of resources in descriptions of nodes and containers.

use crate::api::light;
use litemap::LiteMap;

use serde_json::Value;

use crate::api::look::{Look, pairs};
use crate::api::quantity::Quantity;

/// Quantities by resource name.
pub(super) type ResourceQuantities = LiteMap<String, Quantity>;

/// A pod's total requests or limits (`staging/src/k8s.io/component-helpers/resource/helpers.go`).
///
/// Init containers run sequentially, beside the sidecars started before them, so the total is the larger of the
/// largest init container and the sum of all other containers.
pub(super) fn of_pod(pod: &Value, field: &str) -> ResourceQuantities {
    let of = |container: &Value| amounts(container.at("resources").at(field));
    let mut total = ResourceQuantities::new();
    for container in pod.list("spec.containers") {
        add(&mut total, &of(container));
    }
    let (mut sidecars, mut largest) = (ResourceQuantities::new(), ResourceQuantities::new());
    for container in pod.list("spec.initContainers") {
        let mut needed = of(container);
        if container.text("restartPolicy") == "Always" {
            add(&mut total, &needed);
            add(&mut sidecars, &needed);
            needed.clone_from(&sidecars);
        } else {
            add(&mut needed, &sidecars);
        }
        maximum(&mut largest, &needed);
    }
    maximum(&mut total, &largest);
    let own = amounts(pod.at("spec.resources").at(field));
    total.extend(own);
    // The runtime's overhead is added; to limits only if there is one.
    let overhead = amounts(pod.at("spec.overhead"));
    for (name, amount) in overhead {
        if field == "requests" || total.contains_key(&name) {
            add(&mut total, &light::map([(name, amount)]));
        }
    }
    total
}

/// The quantities of a map; invalid ones count as zero.
pub(super) fn amounts(map: &Value) -> ResourceQuantities {
    let amount = |(name, _): (&str, &str)| {
        let amount = Quantity::parse(&map.key(name).scalar("")).ok()?;
        Some((name.to_owned(), amount))
    };
    light::map(pairs(map.map("")).into_iter().filter_map(amount))
}

/// Adds quantities by name.
pub(super) fn add(total: &mut ResourceQuantities, more: &ResourceQuantities) {
    for (name, amount) in more {
        let sum = match total.get(name) {
            Some(known) => known.checked_add(amount).unwrap_or_else(|| known.clone()),
            None => amount.clone(),
        };
        total.insert(name.clone(), sum);
    }
}

fn maximum(total: &mut ResourceQuantities, other: &ResourceQuantities) {
    for (name, amount) in other {
        if total
            .get(name)
            .is_none_or(|known| known.compare(amount).is_lt())
        {
            total.insert(name.clone(), amount.clone());
        }
    }
}

/// `500m (25%)`: a quantity and its percentage of the total.
pub(super) fn share(used: &ResourceQuantities, all: &ResourceQuantities, name: &str) -> String {
    // CPU is counted in thousandths, everything else in whole units.
    let exponent = if name == "cpu" { -3 } else { 0 };
    let count = |amounts: &ResourceQuantities| {
        amounts
            .get(name)
            .and_then(|amount| amount.scaled(exponent))
            .unwrap_or(0)
    };
    let percent = match count(all) {
        0 => 0,
        available => i128::from(count(used)) * 100 / i128::from(available),
    };
    let amount = used
        .get(name)
        .map_or_else(|| "0".to_owned(), ToString::to_string);
    format!("{amount} ({percent}%)")
}

/// The value of a `resourceFieldRef`: the quantity in units of the divisor, rounded up
/// (`staging/src/k8s.io/kubectl/pkg/util/resource/resource.go`).
pub(super) fn field_value(container: &Value, reference: &Value) -> String {
    let resource = reference.text("resource");
    let Some((field, name)) = resource.split_once('.') else {
        return String::new();
    };
    if !matches!(field, "limits" | "requests") {
        return String::new();
    }
    let amount = container.at("resources").at(field).key(name).scalar("");
    let exponent = if name == "cpu" { -3 } else { 0 };
    let count = |text: &str| {
        Quantity::parse(text)
            .ok()
            .and_then(|amount| amount.scaled(exponent))
            .unwrap_or(0)
    };
    let divisor = match count(&reference.scalar("divisor")) {
        0 => count("1"),
        divisor => divisor,
    };
    let (amount, divisor) = (i128::from(count(&amount)), i128::from(divisor));
    let value = (amount + divisor - 1)
        .checked_div_euclid(divisor)
        .unwrap_or(0);
    if value == 0 && matches!(resource, "limits.cpu" | "limits.memory") {
        return "node allocatable".to_owned();
    }
    value.to_string()
}
