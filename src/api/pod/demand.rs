//! A pod's demands on its node: resources and host ports.

use crate::api::quantity::Quantity;
use serde_json::Value;
use std::rc::Rc;

/// Resources that can be requested for the pod as a whole instead of per container.
const POD_LEVEL: [&str; 2] = ["cpu", "memory"];

/// Quantities of resources by name: CPU in thousandths, all others in whole units.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources(Vec<(Rc<str>, i64)>);

/// A pod's demands on its node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Demand {
    /// Requested resources.
    pub requests: Resources,
    /// Host ports of its containers.
    pub ports: Vec<HostPort>,
}

/// A host port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort {
    /// Address; `0.0.0.0` means all addresses.
    pub ip: Rc<str>,
    /// `TCP`, `UDP` or `SCTP`.
    pub protocol: Rc<str>,
    /// The port.
    pub port: i64,
}

impl Resources {
    /// Reads a resource list; skips invalid quantities, and caps those that are too large.
    #[must_use]
    pub fn of(list: Option<&Value>) -> Self {
        let list = list.and_then(Value::as_object).into_iter().flatten();
        let amounts = list.filter_map(|(name, amount)| {
            let quantity = Quantity::parse(amount.as_str()?).ok()?;
            let exponent = if name == "cpu" { -3 } else { 0 };
            Some((
                name.as_str().into(),
                quantity.scaled(exponent).unwrap_or(i64::MAX),
            ))
        });
        Self(amounts.collect())
    }

    /// The quantity of one resource.
    #[must_use]
    pub fn get(&self, name: &str) -> i64 {
        let found = self.0.iter().find(|(known, _)| **known == *name);
        found.map_or(0, |(_, amount)| *amount)
    }

    /// All quantities.
    pub fn iter(&self) -> impl Iterator<Item = (&Rc<str>, i64)> {
        self.0.iter().map(|(name, amount)| (name, *amount))
    }

    /// Adds a multiple of `more`; a negative multiple subtracts, and quantities that become zero are removed.
    pub fn add(&mut self, more: &Self, times: i64) {
        for (name, amount) in more.iter() {
            let sum = self.entry(name);
            *sum = sum.saturating_add(amount.saturating_mul(times));
        }
        if times < 0 {
            self.0.retain(|(_, amount)| *amount != 0);
        }
    }

    /// Raises each quantity to at least that of another list.
    fn raise(&mut self, to: &Self) {
        for (name, amount) in to.iter() {
            let known = self.entry(name);
            *known = amount.max(*known);
        }
    }

    fn entry(&mut self, name: &Rc<str>) -> &mut i64 {
        let at = self.0.iter().position(|(known, _)| known == name);
        let at = at.unwrap_or_else(|| {
            self.0.push((name.clone(), 0));
            self.0.len() - 1
        });
        &mut self.0[at].1
    }
}

impl Demand {
    /// The demands of a pod with this spec.
    #[must_use]
    pub fn of(spec: &Value) -> Self {
        Self {
            requests: requests(spec),
            ports: ports(spec),
        }
    }
}

impl HostPort {
    /// Whether two pods on a node cannot use both ports (`pkg/scheduler/framework/types.go`, HostPortInfo).
    #[must_use]
    pub fn conflicts(&self, other: &Self) -> bool {
        let any = |ip: &str| ip == "0.0.0.0";
        self.port == other.port
            && self.protocol == other.protocol
            && (self.ip == other.ip || any(&self.ip) || any(&other.ip))
    }
}

fn containers<'a>(spec: &'a Value, list: &str) -> impl Iterator<Item = &'a Value> {
    spec.get(list)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn is_sidecar(container: &Value) -> bool {
    container["restartPolicy"] == "Always"
}

/// The larger of the sum of all containers and the largest init container; sidecars are added to both
/// (`staging/src/k8s.io/component-helpers/resource/helpers.go`, PodRequests).
fn requests(spec: &Value) -> Resources {
    let asked = |container: &Value| Resources::of(container.pointer("/resources/requests"));
    let mut all = Resources::default();
    for container in containers(spec, "containers") {
        all.add(&asked(container), 1);
    }
    let (mut sidecars, mut most) = (Resources::default(), Resources::default());
    for container in containers(spec, "initContainers") {
        let mut now = asked(container);
        if is_sidecar(container) {
            all.add(&now, 1);
            sidecars.add(&now, 1);
            most.raise(&sidecars);
        } else {
            now.add(&sidecars, 1);
            most.raise(&now);
        }
    }
    all.raise(&most);
    let of_pod = |field: &str| Resources::of(spec.pointer(field));
    let (own, limits) = (of_pod("/resources/requests"), of_pod("/resources/limits"));
    for name in POD_LEVEL.map(Rc::<str>::from) {
        let (own, limit) = (own.get(&name), limits.get(&name));
        // If no container requests the resource, the limit is the request (`pkg/apis/core/v1/defaults.go`).
        if own > 0 || limit > 0 && all.get(&name) == 0 {
            *all.entry(&name) = if own > 0 { own } else { limit };
        }
    }
    all.add(&of_pod("/overhead"), 1);
    all
}

fn ports(spec: &Value) -> Vec<HostPort> {
    let sidecars = containers(spec, "initContainers").filter(|container| is_sidecar(container));
    let all = containers(spec, "containers").chain(sidecars);
    let ports = all.flat_map(|container| containers(container, "ports"));
    ports.filter_map(host_port).collect()
}

fn host_port(value: &Value) -> Option<HostPort> {
    let text = |field: &str, default: &str| -> Rc<str> {
        let text = value.get(field).and_then(Value::as_str);
        text.filter(|text| !text.is_empty())
            .unwrap_or(default)
            .into()
    };
    let port = value.get("hostPort").and_then(Value::as_i64)?;
    (port > 0).then(|| HostPort {
        ip: text("hostIP", "0.0.0.0"),
        protocol: text("protocol", "TCP"),
        port,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn asks(cpu: &str, memory: &str) -> Value {
        json!({ "resources": { "requests": { "cpu": cpu, "memory": memory } } })
    }

    fn amounts(spec: &Value) -> (i64, i64) {
        let found = Demand::of(spec).requests;
        (found.get("cpu"), found.get("memory"))
    }

    #[test]
    fn the_larger_of_containers_and_init_container_counts() {
        let (small, large) = (asks("100m", "1Ki"), asks("1", "100"));
        let mut spec = json!({ "containers": [small, small], "initContainers": [large] });
        assert_eq!(amounts(&spec), (1000, 2048));
        spec["overhead"] = json!({ "cpu": "50m" });
        assert_eq!(amounts(&spec), (1050, 2048));
    }

    #[test]
    fn sidecars_add_to_what_runs_after_them() {
        let mut sidecar = asks("200m", "10");
        sidecar["restartPolicy"] = json!("Always");
        let init = asks("500m", "5");
        let spec =
            |list: Value| json!({ "containers": [asks("100m", "1")], "initContainers": list });
        assert_eq!(amounts(&spec(json!([sidecar, init]))), (700, 15));
        assert_eq!(amounts(&spec(json!([init, sidecar]))), (500, 11));
    }

    #[test]
    fn pod_level_requests_take_precedence() {
        let mut spec = json!({ "containers": [asks("100m", "1")] });
        spec["resources"] = json!({ "requests": { "cpu": "2" }, "limits": { "memory": "7" } });
        assert_eq!(amounts(&spec), (2000, 1));
        spec["containers"] = json!([{}]);
        assert_eq!(amounts(&spec), (2000, 7));
    }

    #[test]
    fn subtracting_everything_leaves_no_entries() {
        let one = Resources::of(Some(&json!({ "cpu": "1", "example.org/gpu": "2" })));
        let mut sum = Resources::default();
        sum.add(&one, 1);
        sum.add(&one, -1);
        assert_eq!(sum, Resources::default());
    }

    #[test]
    fn host_ports_conflict_on_equal_or_all_addresses() {
        let ports = json!([{ "hostPort": 80 }, { "hostPort": 80, "hostIP": "10.0.0.1" }, { "containerPort": 1 }]);
        let found = Demand::of(&json!({ "containers": [{ "ports": ports }] })).ports;
        assert_eq!(found.len(), 2);
        assert!(found[0].conflicts(&found[1]));
        let other = HostPort {
            ip: "10.0.0.2".into(),
            ..found[1].clone()
        };
        assert!(!found[1].conflicts(&other));
    }
}
