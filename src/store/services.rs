//! What the API server assigns to Services: addresses, IP families, node ports
//! (`pkg/registry/core/service/storage`).

use super::{ApiError, Registers, Store};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::meta::ObjectMeta;
use crate::api::object::{Object, Other};
use crate::api::service::HEADLESS;
use crate::api::validation::{Reason, StatusCause};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::net::Ipv4Addr;
use std::rc::Rc;

/// First address of the service network 10.96.0.0/12.
const NETWORK: u32 = u32::from_be_bytes([10, 96, 0, 0]);
/// Number of addresses of the network.
const NETWORK_SIZE: u32 = 1 << 20;
/// Size of the lower range, left to statically assigned addresses (KEP-3070).
const NETWORK_STATIC: u32 = 256;
/// Range of node ports.
const NODE_PORTS: std::ops::RangeInclusive<i64> = 30000..=32767;
/// Size of the lower range, left to statically assigned node ports (KEP-3668).
const NODE_PORTS_STATIC: u32 = 86;

type Fields = Map<String, Value>;

/// Completes a new Service.
pub(super) fn prepare_create(store: &mut Store, object: &mut Object) -> Result<(), ApiError> {
    let Some((meta, spec)) = parts(object) else {
        return Ok(());
    };
    Request::new(store, meta, None).complete(spec)
}

/// Carries over what a Service was assigned, and refuses changes of immutable fields.
pub(super) fn prepare_update(
    store: &mut Store,
    old: &Object,
    new: &mut Object,
) -> Result<(), ApiError> {
    let Object::Other(Kind::Service, old) = old else {
        return Ok(());
    };
    let empty = Map::new();
    let before = old.fields.get("spec").and_then(Value::as_object);
    let before = before.unwrap_or(&empty);
    let Some((meta, spec)) = parts(new) else {
        return Ok(());
    };
    // Repeated for callers that skip validation.
    drop_fields(before, spec);
    carry_over(before, spec);
    let mut request = Request::new(store, meta, Some(old));
    request.refuse_other_address(before, spec)?;
    request.complete(spec)
}

fn parts(object: &mut Object) -> Option<(ObjectMeta, &mut Fields)> {
    let Object::Other(Kind::Service, service) = object else {
        return None;
    };
    let service = Rc::make_mut(service);
    if !service.fields.is_object() {
        service.fields = json!({});
    }
    if service.fields.get("status").is_none() {
        service.fields["status"] = json!({ "loadBalancer": {} });
    }
    let meta = service.metadata.clone();
    let spec = &mut service.fields["spec"];
    if !spec.is_object() {
        *spec = json!({});
    }
    Some((meta, spec.as_object_mut()?))
}

/// A create or update of a Service.
struct Request<'a> {
    registers: &'a mut Registers,
    name: Rc<str>,
    taken_addresses: BTreeSet<String>,
    taken_ports: BTreeSet<i64>,
}

impl<'a> Request<'a> {
    fn new(store: &'a mut Store, meta: ObjectMeta, old: Option<&Rc<Other>>) -> Self {
        let mut taken_addresses = BTreeSet::new();
        let mut taken_ports = BTreeSet::new();
        for object in store.list(Kind::Service, None) {
            let Object::Other(_, other) = object else {
                continue;
            };
            if old
                .is_some_and(|old| Rc::ptr_eq(old, other) || old.metadata.uid == other.metadata.uid)
            {
                continue;
            }
            let spec = other.fields.get("spec").and_then(Value::as_object);
            if let Some(spec) = spec {
                taken_addresses.extend(addresses(spec));
                taken_ports.extend(node_ports(spec));
                taken_ports.extend(spec.get("healthCheckNodePort").and_then(Value::as_i64));
            }
        }
        Self {
            registers: &mut store.registers,
            name: meta.name,
            taken_addresses,
            taken_ports,
        }
    }

    fn invalid(&self, cause: String) -> ApiError {
        let (field, body) = cause.split_once(": ").unwrap_or(("", &cause));
        let cause = StatusCause {
            field: field.to_owned(),
            reason: Reason::Invalid,
            body: body.to_owned(),
        };
        ApiError::Invalid {
            kind: Kind::Service,
            name: self.name.to_string(),
            causes: vec![cause],
        }
    }

    /// Assigns IP families, address and node ports.
    fn complete(&mut self, spec: &mut Fields) -> Result<(), ApiError> {
        spec.entry("type").or_insert_with(|| "ClusterIP".into());
        if !needs_address(spec) {
            return Ok(());
        }
        let only = text(spec, "clusterIP").to_owned();
        if !only.is_empty() && list(spec, "clusterIPs").is_empty() {
            spec.insert("clusterIPs".to_owned(), json!([only]));
        } else if let Some(first) = list(spec, "clusterIPs").first().cloned() {
            spec.insert("clusterIP".to_owned(), first);
        }
        self.refuse_families(spec)?;
        set_families(spec);
        if text(spec, "clusterIP") != HEADLESS {
            self.give_address(spec)?;
        }
        if needs_node_ports(spec) {
            self.give_node_ports(spec)?;
        }
        if needs_health_check_port(spec) {
            self.give_health_check_port(spec)?;
        }
        Ok(())
    }

    /// Assigns the port on which a load balancer asks each node for local endpoints
    /// (`externalTrafficPolicy: Local`).
    fn give_health_check_port(&mut self, spec: &mut Fields) -> Result<(), ApiError> {
        let known = spec.get("healthCheckNodePort").and_then(Value::as_i64);
        match known.filter(|port| *port != 0) {
            Some(port) => self.check_node_port("spec.healthCheckNodePort".to_owned(), port),
            None => {
                let chosen = light::set(node_ports(spec));
                let port = self.free_node_port(&chosen)?;
                spec.insert("healthCheckNodePort".to_owned(), port.into());
                Ok(())
            }
        }
    }

    /// The cluster is single-stack (`alloc.go`, initIPFamilyFields).
    fn refuse_families(&self, spec: &Fields) -> Result<(), ApiError> {
        if has_both_families(spec) {
            return Ok(());
        }
        let cause = |field: String, value: &str, why: &str| StatusCause {
            field,
            reason: Reason::Invalid,
            body: format!("Invalid value: \"{value}\": {why}"),
        };
        let mut causes = Vec::new();
        let policy = text(spec, "ipFamilyPolicy");
        if policy == "RequireDualStack" {
            let why = "this cluster is not configured for dual-stack services";
            causes.push(cause("spec.ipFamilyPolicy".to_owned(), policy, why));
        }
        for (index, family) in list(spec, "ipFamilies").iter().enumerate() {
            let family = family.as_str().unwrap_or_default();
            if family != "IPv4" {
                let field = format!("spec.ipFamilies[{index}]");
                causes.push(cause(field, family, "not configured on this cluster"));
            }
        }
        if causes.is_empty() {
            return Ok(());
        }
        Err(ApiError::Invalid {
            kind: Kind::Service,
            name: self.name.to_string(),
            causes,
        })
    }

    fn give_address(&mut self, spec: &mut Fields) -> Result<(), ApiError> {
        let address = text(spec, "clusterIP").to_owned();
        if address.is_empty() {
            let address = self.free_address()?;
            spec.insert("clusterIPs".to_owned(), json!([address]));
            spec.insert("clusterIP".to_owned(), address.into());
            return Ok(());
        }
        let offset = address.parse::<Ipv4Addr>().ok();
        let offset = offset.map(|address| u32::from(address).wrapping_sub(NETWORK));
        let problem = if offset.is_none_or(|offset| offset >= NETWORK_SIZE) {
            format!(
                "the provided IP ({address}) is not in the valid range. The range of valid IPs is 10.96.0.0/12"
            )
        } else if self.taken_addresses.contains(&address) {
            "provided IP is already allocated".to_owned()
        } else {
            return Ok(());
        };
        Err(self.invalid(format!(
            "spec.clusterIPs: Invalid value: {}: failed to allocate IP {address}: {problem}",
            json!([address])
        )))
    }

    fn free_address(&mut self) -> Result<String, ApiError> {
        let count = NETWORK_SIZE - NETWORK_STATIC - 1;
        let first = self.registers.random_below(count);
        let candidates = (0..count).map(|step| NETWORK_STATIC + (first + step) % count);
        let addresses = candidates.map(|offset| Ipv4Addr::from(NETWORK + offset).to_string());
        let mut free = addresses.filter(|address| !self.taken_addresses.contains(address));
        free.next()
            .ok_or_else(|| ApiError::Limit("every address for services is taken".to_owned()))
    }

    fn give_node_ports(&mut self, spec: &mut Fields) -> Result<(), ApiError> {
        let chosen = light::set(node_ports(spec));
        let count = list(spec, "ports").len();
        for index in 0..count {
            let known = spec["ports"][index]["nodePort"].as_i64().unwrap_or(0);
            if known != 0 {
                self.check_node_port(format!("spec.ports[{index}].nodePort"), known)?;
                continue;
            }
            let port = self.free_node_port(&chosen)?;
            self.taken_ports.insert(port);
            spec["ports"][index]["nodePort"] = port.into();
        }
        Ok(())
    }

    fn check_node_port(&self, field: String, port: i64) -> Result<(), ApiError> {
        let problem = if !NODE_PORTS.contains(&port) {
            "provided port is not in the valid range. The range of valid ports is 30000-32767"
        } else if self.taken_ports.contains(&port) {
            "provided port is already allocated"
        } else {
            return Ok(());
        };
        Err(self.invalid(format!("{field}: Invalid value: {port}: {problem}")))
    }

    fn free_node_port(&mut self, chosen: &BTreeSet<i64>) -> Result<i64, ApiError> {
        let lowest = *NODE_PORTS.start() + i64::from(NODE_PORTS_STATIC);
        let count = NODE_PORTS.end() - lowest + 1;
        let first = self
            .registers
            .random_below(u32::try_from(count).unwrap_or(1));
        let high = (0..count).map(|step| lowest + (i64::from(first) + step) % count);
        let mut all = high.chain(*NODE_PORTS.start()..lowest);
        all.find(|port| !self.taken_ports.contains(port) && !chosen.contains(port))
            .ok_or_else(|| ApiError::Limit("every node port is taken".to_owned()))
    }

    /// The address is immutable (`pkg/apis/core/validation/validation.go`, ValidateServiceUpdate).
    fn refuse_other_address(&mut self, before: &Fields, spec: &Fields) -> Result<(), ApiError> {
        if !needs_address(before) || !needs_address(spec) {
            return Ok(());
        }
        let (old, new) = (text(before, "clusterIP"), text(spec, "clusterIP"));
        if old.is_empty() || old == new {
            return Ok(());
        }
        let value = match list(spec, "clusterIPs") {
            [] => json!([new]),
            all => json!(all),
        };
        Err(self.invalid(format!(
            "spec.clusterIPs[0]: Invalid value: {value}: may not change once set"
        )))
    }
}

/// Drops the fields that only the old type has if the request merely repeats them, so that validation does not
/// refuse a change of type (`pkg/registry/core/service/strategy.go`, dropTypeDependentFields).
pub(super) fn drop_type_dependent_fields(old: &Value, new: &mut Value) {
    if let (Some(before), Some(spec)) = (old["spec"].as_object(), new["spec"].as_object_mut()) {
        drop_fields(before, spec);
    }
}

fn drop_fields(before: &Fields, spec: &mut Fields) {
    for (needs, fields) in TYPE_DEPENDENT {
        if !needs(before) || needs(spec) {
            continue;
        }
        for field in *fields {
            if spec.get(*field) == before.get(*field) {
                spec.remove(*field);
            }
        }
    }
    let repeated = node_ports(before).eq(node_ports(spec));
    if needs_node_ports(before) && !needs_node_ports(spec) && repeated {
        let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
        for port in ports.into_iter().flatten() {
            if let Some(port) = port.as_object_mut() {
                port.remove("nodePort");
            }
        }
    }
}

/// Whether a Service needs certain fields, and their names.
type Needs = (fn(&Fields) -> bool, &'static [&'static str]);

/// Fields dropped together with the type that needs them.
const TYPE_DEPENDENT: &[Needs] = &[
    (
        needs_address,
        &[
            "clusterIP",
            "clusterIPs",
            "ipFamilies",
            "ipFamilyPolicy",
            "internalTrafficPolicy",
        ],
    ),
    (needs_health_check_port, &["healthCheckNodePort"]),
    (
        is_load_balancer,
        &["allocateLoadBalancerNodePorts", "loadBalancerClass"],
    ),
    (is_externally_accessible, &["externalTrafficPolicy"]),
];

/// Fields that the request omits keep their values (patchAllocatedValues).
fn carry_over(before: &Fields, spec: &mut Fields) {
    if needs_address(before) && needs_address(spec) {
        if text(spec, "clusterIP").is_empty() && list(spec, "clusterIPs").is_empty() {
            copy(before, spec, "clusterIP");
        }
        if list(spec, "clusterIPs").is_empty()
            && text(spec, "clusterIP") == text(before, "clusterIP")
        {
            copy(before, spec, "clusterIPs");
        }
        for field in ["ipFamilies", "ipFamilyPolicy"] {
            if !spec.contains_key(field) {
                copy(before, spec, field);
            }
        }
    }
    if needs_node_ports(before) && needs_node_ports(spec) {
        carry_over_node_ports(before, spec);
    }
    if needs_health_check_port(before) && needs_health_check_port(spec) {
        let health = spec.get("healthCheckNodePort").and_then(Value::as_i64);
        if health.unwrap_or(0) == 0 {
            copy(before, spec, "healthCheckNodePort");
        }
    }
}

fn carry_over_node_ports(before: &Fields, spec: &mut Fields) {
    let mut used = light::set(node_ports(spec));
    let old = list(before, "ports").to_vec();
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten() {
        if port["nodePort"].as_i64().unwrap_or(0) != 0 {
            continue;
        }
        let same = old
            .iter()
            .find(|old| old["port"] == port["port"] && protocol(old) == protocol(port));
        let known = same.and_then(|same| same["nodePort"].as_i64());
        if let Some(known) = known.filter(|known| *known != 0 && used.insert(*known)) {
            port["nodePort"] = known.into();
        }
    }
}

/// One family, IPv4. Only a headless Service without selector, whose endpoints are managed by others, has both
/// (`alloc.go`, initIPFamilyFields).
fn set_families(spec: &mut Fields) {
    let both = has_both_families(spec);
    let policy = if both {
        "RequireDualStack"
    } else {
        "SingleStack"
    };
    let policy = spec
        .entry("ipFamilyPolicy")
        .or_insert_with(|| policy.into());
    let dual = both && *policy != "SingleStack";
    if list(spec, "ipFamilies").is_empty() {
        spec.insert("ipFamilies".to_owned(), json!(["IPv4"]));
    }
    if dual && let [first] = list(spec, "ipFamilies") {
        let second = if *first == "IPv4" { "IPv6" } else { "IPv4" };
        let families = json!([first, second]);
        spec.insert("ipFamilies".to_owned(), families);
    }
}

fn has_both_families(spec: &Fields) -> bool {
    let selects = spec.get("selector").and_then(Value::as_object);
    text(spec, "clusterIP") == HEADLESS && selects.is_none_or(Map::is_empty)
}

fn needs_address(spec: &Fields) -> bool {
    text(spec, "type") != "ExternalName"
}

fn needs_node_ports(spec: &Fields) -> bool {
    match text(spec, "type") {
        "NodePort" => true,
        "LoadBalancer" => spec.get("allocateLoadBalancerNodePorts") != Some(&Value::Bool(false)),
        _ => false,
    }
}

fn is_load_balancer(spec: &Fields) -> bool {
    text(spec, "type") == "LoadBalancer"
}

fn needs_health_check_port(spec: &Fields) -> bool {
    is_load_balancer(spec) && text(spec, "externalTrafficPolicy") == "Local"
}

/// ExternallyAccessible of `pkg/api/service/util.go`.
fn is_externally_accessible(spec: &Fields) -> bool {
    match text(spec, "type") {
        "NodePort" | "LoadBalancer" => true,
        "ClusterIP" => !list(spec, "externalIPs").is_empty(),
        _ => false,
    }
}

fn addresses(spec: &Fields) -> impl Iterator<Item = String> {
    let all = list(spec, "clusterIPs").iter();
    all.filter_map(Value::as_str).map(str::to_owned)
}

fn node_ports(spec: &Fields) -> impl Iterator<Item = i64> {
    let ports = list(spec, "ports").iter();
    let ports = ports.filter_map(|port| port.get("nodePort").and_then(Value::as_i64));
    ports.filter(|port| *port != 0)
}

fn protocol(port: &Value) -> &str {
    port.get("protocol")
        .and_then(Value::as_str)
        .unwrap_or("TCP")
}

fn text<'a>(spec: &'a Fields, field: &str) -> &'a str {
    spec.get(field).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(spec: &'a Fields, field: &str) -> &'a [Value] {
    let list = spec.get(field).and_then(Value::as_array);
    list.map(Vec::as_slice).unwrap_or_default()
}

fn copy(from: &Fields, to: &mut Fields, field: &str) {
    if let Some(value) = from.get(field) {
        to.insert(field.to_owned(), value.clone());
    }
}
