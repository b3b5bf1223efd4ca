//! Pods as endpoints (`staging/src/k8s.io/endpointslice/utils.go` and `util/controller_utils.go`).

use crate::api::endpoint_slice::{Endpoint, EndpointConditions, EndpointPort, TargetRef};
use crate::api::int_or_percent::IntOrPercent;
use crate::api::light;
use crate::api::pod::Pod;
use crate::api::service::{IpFamily, Service, ServicePort};
use serde_json::Value;
use std::rc::Rc;

/// The node label with the zone.
pub const ZONE: &str = "topology.kubernetes.io/zone";

/// Whether a pod with these addresses is listed at all (ShouldPodBeInEndpoints).
#[must_use]
pub fn should_pod_be_in_endpoints(pod: &Pod, has_address: bool, include_terminating: bool) -> bool {
    has_address && !pod.is_finished() && (include_terminating || !pod.metadata.is_terminating())
}

/// Whether the pod has its own DNS name within the Service's domain (ShouldSetHostname).
#[must_use]
pub fn should_set_hostname(pod: &Pod, service: &Service) -> bool {
    pod.identity.as_ref().is_some_and(|identity| {
        !identity.hostname.is_empty()
            && identity.subdomain == service.metadata.name
            && pod.metadata.namespace == service.metadata.namespace
    })
}

/// The pod as an endpoint of the Service (podToEndpoint).
#[must_use]
pub fn pod_to_endpoint(
    pod: &Pod,
    addresses: Vec<Rc<str>>,
    zone: Option<Rc<str>>,
    service: &Service,
) -> Endpoint {
    let serving = pod.is_ready();
    let terminating = pod.metadata.is_terminating();
    let ready = service.spec.publish_not_ready_addresses || (serving && !terminating);
    let hostname = || Some(pod.identity.as_ref()?.hostname.clone());
    Endpoint {
        addresses,
        conditions: EndpointConditions {
            ready: Some(ready),
            serving: Some(serving),
            terminating: Some(terminating),
        },
        hostname: should_set_hostname(pod, service).then(hostname).flatten(),
        node_name: pod.node_name.clone(),
        target_ref: Some(TargetRef {
            kind: "Pod".into(),
            name: pod.metadata.name.clone(),
            namespace: pod.metadata.namespace.clone(),
            uid: pod.metadata.uid.clone(),
        }),
        zone,
    }
}

/// The addresses of one IP family.
#[must_use]
pub fn addresses_of_family(addresses: &[Rc<str>], family: IpFamily) -> Vec<Rc<str>> {
    let all = addresses.iter();
    all.filter(|address| IpFamily::of(address) == family)
        .cloned()
        .collect()
}

/// The Service's ports resolved for a pod with this spec (getEndpointPorts), in the order of the slices; a named
/// port that the pod lacks is omitted.
#[must_use]
pub fn endpoint_ports(service: &Service, pod_spec: &Value) -> Vec<EndpointPort> {
    let port = |port: &ServicePort| {
        Some(EndpointPort {
            name: port.name.clone(),
            protocol: protocol(&port.protocol).into(),
            port: Some(find_port(pod_spec, port)?),
            app_protocol: port.app_protocol.clone(),
        })
    };
    let mut ports: Vec<EndpointPort> = service.spec.ports.iter().filter_map(port).collect();
    light::sort(&mut ports, |a, b| digest(a).cmp(&digest(b)));
    ports
}

/// Sort key of a slice's ports: the MD5 of the struct in Go's format
/// (`staging/src/k8s.io/endpointslice/util/controller_utils.go`, portsInOrder, deepHashObjectToString).
fn digest(port: &EndpointPort) -> [u8; 16] {
    let number = port
        .port
        .map_or("<nil>".to_owned(), |port| port.to_string());
    let application = port.app_protocol.as_deref().unwrap_or("<nil>");
    let text = format!(
        "(v1.EndpointPort){{Name:(*string){} Protocol:(*v1.Protocol){} Port:(*int32){number} AppProtocol:(*string){application}}}",
        port.name, port.protocol
    );
    md5::compute(text).0
}

/// The port number of a Service's port on a pod (FindPort); a name is looked up in the containers and sidecars.
#[must_use]
pub fn find_port(pod_spec: &Value, port: &ServicePort) -> Option<i32> {
    let name = match &port.target_port {
        Some(IntOrPercent::Int(number)) => return Some(*number),
        None => return Some(port.port),
        Some(IntOrPercent::Text(name)) => name,
    };
    let containers = |list: &str| {
        let list = pod_spec.get(list).and_then(Value::as_array);
        list.into_iter().flatten()
    };
    let sidecars = containers("initContainers").filter(|container| {
        container
            .get("restartPolicy")
            .is_some_and(|policy| policy == "Always")
    });
    let mut ports = containers("containers")
        .chain(sidecars)
        .flat_map(|container| {
            let ports = container.get("ports").and_then(Value::as_array);
            ports.into_iter().flatten()
        });
    let text = |value: &Value, field: &str| {
        let text = value.get(field).and_then(Value::as_str);
        text.unwrap_or_default().to_owned()
    };
    let found = ports.find(|known| {
        text(known, "name") == **name
            && protocol(&text(known, "protocol")) == protocol(&port.protocol)
    })?;
    i32::try_from(found.get("containerPort")?.as_i64()?).ok()
}

fn protocol(text: &str) -> &str {
    if text.is_empty() { "TCP" } else { text }
}
