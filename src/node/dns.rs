//! DNS inside the cluster: a stand-in for CoreDNS and a pod's resolver.
//!
//! (`https://github.com/kubernetes/dns/blob/master/docs/specification.md`, and CoreDNS' `plugin/kubernetes` where
//! the specification is silent.) As in CoreDNS, records come from Services and EndpointSlices: a pod that its
//! EndpointSlice does not list as ready has no name.

use crate::api::endpoint_slice::{Endpoint, EndpointPort, EndpointSlice};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::object::Key;
use crate::api::service::{IpFamily, Service, ServiceType};
use crate::store::Store;
use std::rc::Rc;

/// The cluster domain.
pub const DOMAIN: &str = "cluster.local";
/// A name with fewer dots is first resolved with the search path (`ndots` of a pod's `/etc/resolv.conf`).
const DOTS: usize = 5;

/// The result of resolving a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resolution {
    /// The full names queried, in order, up to the one with records.
    pub asked: Vec<String>,
    /// The records, or why there are none.
    pub result: Result<Vec<Record>, NoRecords>,
}

/// A DNS record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Record {
    /// `A` or `AAAA`.
    Address(Rc<str>),
    /// `CNAME`: an alias for a name outside the cluster.
    Alias(Rc<str>),
    /// `SRV`: a port and its host.
    Service {
        /// Port.
        port: i32,
        /// Full name.
        target: String,
    },
}

/// Why a name has no records.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRecords {
    /// The name is not in the cluster domain; external DNS is not simulated.
    #[error("{0} is a name outside the cluster, which is not simulated")]
    Outside(String),
    /// The cluster domain has no names of this form.
    #[error("{0} is not a name of a service or a pod")]
    Form(String),
    /// The Service does not exist.
    #[error("there is no service {service} in namespace {namespace}")]
    Service {
        /// The service.
        service: String,
        /// The namespace.
        namespace: String,
    },
    /// A headless Service without ready pods.
    #[error("headless service {0} has no ready endpoint")]
    NotReady(String),
    /// The Service has no endpoint with that name.
    #[error("service {service} has no endpoint named {host}")]
    Host {
        /// The service.
        service: String,
        /// The endpoint's host name.
        host: String,
    },
    /// The endpoint exists but is not ready.
    #[error("endpoint {host} of service {service} is not ready")]
    HostNotReady {
        /// The service.
        service: String,
        /// The endpoint's host name.
        host: String,
    },
    /// The Service has no such port.
    #[error("service {service} has no port named {port} for {protocol}")]
    Port {
        /// The service.
        service: String,
        /// The port's name.
        port: String,
        /// The protocol.
        protocol: String,
    },
}

/// Resolves a name from a pod in a namespace.
#[must_use]
pub fn resolve(store: &Store, namespace: &str, name: &str) -> Resolution {
    let mut asked = Vec::new();
    let mut failure = None;
    for (full, is_as_given) in candidates(namespace, name) {
        let result = lookup(store, &full);
        asked.push(full);
        match result {
            Ok(records) => {
                return Resolution {
                    asked,
                    result: Ok(records),
                };
            }
            // Report the failure of the likeliest interpretation of the name.
            Err(why) if failure.is_none() || is_as_given && is_in_cluster(name) => {
                failure = Some(why);
            }
            Err(_) => {}
        }
    }
    let nothing = || NoRecords::Form(name.to_owned());
    Resolution {
        asked,
        result: Err(failure.unwrap_or_else(nothing)),
    }
}

fn is_in_cluster(name: &str) -> bool {
    name.trim_end_matches('.').ends_with(DOMAIN)
}

/// The full names to try, in the resolver's order, and whether each is the name as given.
fn candidates(namespace: &str, name: &str) -> Vec<(String, bool)> {
    let name = name.to_ascii_lowercase();
    if let Some(absolute) = name.strip_suffix('.') {
        return vec![(absolute.to_owned(), true)];
    }
    let path = [
        format!("{namespace}.svc.{DOMAIN}"),
        format!("svc.{DOMAIN}"),
        DOMAIN.to_owned(),
    ];
    let searched = path
        .iter()
        .map(|domain| (format!("{name}.{domain}"), false));
    let absolute = (name.clone(), true);
    if name.matches('.').count() < DOTS {
        searched.chain([absolute]).collect()
    } else {
        [absolute].into_iter().chain(searched).collect()
    }
}

/// The records of a full name.
fn lookup(store: &Store, name: &str) -> Result<Vec<Record>, NoRecords> {
    let form = || NoRecords::Form(name.to_owned());
    let Some(inside) = name.strip_suffix(&format!(".{DOMAIN}")) else {
        return Err(NoRecords::Outside(name.to_owned()));
    };
    if let Some(pod) = inside.strip_suffix(".pod") {
        return pod_address(pod).ok_or_else(form);
    }
    let labels: Vec<&str> = inside
        .strip_suffix(".svc")
        .ok_or_else(form)?
        .split('.')
        .collect();
    match labels.as_slice() {
        [service, namespace] => Found::of(store, service, namespace)?.addresses(),
        [port, protocol, service, namespace]
            if port.starts_with('_') && protocol.starts_with('_') =>
        {
            Found::of(store, service, namespace)?.ports(&port[1..], &protocol[1..])
        }
        [host, service, namespace] => Found::of(store, service, namespace)?.host(host),
        _ => Err(form()),
    }
}

/// `10-244-0-3.default.pod`: the address is not checked against pods (CoreDNS' mode `pods insecure`).
fn pod_address(pod: &str) -> Option<Vec<Record>> {
    let (address, _namespace) = pod.split_once('.')?;
    let address = address.replace('-', ".");
    let valid = address.parse::<std::net::Ipv4Addr>().is_ok();
    valid.then(|| vec![Record::Address(address.into())])
}

/// The Service queried, with its slices.
struct Found {
    service: Service,
    slices: Vec<Rc<EndpointSlice>>,
}

impl Found {
    fn of(store: &Store, service: &str, namespace: &str) -> Result<Self, NoRecords> {
        let key = Key::of(Kind::Service, namespace, service);
        let lifted = store.get(&key).and_then(Service::of);
        let service = lifted.ok_or_else(|| NoRecords::Service {
            service: service.to_owned(),
            namespace: namespace.to_owned(),
        })?;
        let dependents = store.indexes().dependents(&service.metadata.uid);
        let slices = dependents.filter_map(|key| store.endpoint_slice(key).cloned());
        Ok(Self {
            slices: slices.collect(),
            service,
        })
    }

    fn name(&self) -> String {
        self.service.metadata.name.to_string()
    }

    fn endpoints(&self) -> impl Iterator<Item = (&Endpoint, &[EndpointPort])> {
        let slices = self.slices.iter();
        slices.flat_map(|slice| slice.endpoints.iter().map(|one| (&**one, &*slice.ports)))
    }

    /// The Service's own address, or those of its ready endpoints.
    fn addresses(&self) -> Result<Vec<Record>, NoRecords> {
        if self.service.spec.kind == ServiceType::ExternalName {
            return Ok(vec![Record::Alias(self.service.spec.external_name.clone())]);
        }
        if !self.service.is_headless() {
            return Ok(vec![Record::Address(self.service.spec.cluster_ip.clone())]);
        }
        let ready = self.endpoints().filter(|(endpoint, _)| is_ready(endpoint));
        let records = sorted(ready.flat_map(|(endpoint, _)| addresses(endpoint)));
        if records.is_empty() {
            return Err(NoRecords::NotReady(self.name()));
        }
        Ok(records)
    }

    /// The address of an endpoint. CoreDNS also resolves this for Services that are not headless.
    fn host(&self, host: &str) -> Result<Vec<Record>, NoRecords> {
        let named = self
            .endpoints()
            .filter(|(endpoint, _)| host_name(endpoint) == *host);
        let named: Vec<&Endpoint> = named.map(|(endpoint, _)| endpoint).collect();
        let ready = named.iter().filter(|endpoint| is_ready(endpoint));
        let records = sorted(ready.flat_map(|endpoint| addresses(endpoint)));
        let (service, host) = (self.name(), host.to_owned());
        match (records.is_empty(), named.is_empty()) {
            (false, _) => Ok(records),
            (true, true) => Err(NoRecords::Host { service, host }),
            (true, false) => Err(NoRecords::HostNotReady { service, host }),
        }
    }

    /// Ports by name: of the Service, or of each ready endpoint if it is headless.
    fn ports(&self, port: &str, protocol: &str) -> Result<Vec<Record>, NoRecords> {
        let meta = &self.service.metadata;
        let domain = format!("{}.{}.svc.{DOMAIN}", meta.name, meta.namespace);
        let wanted =
            |name: &str, known: &str| *name == *port && known.eq_ignore_ascii_case(protocol);
        let records = if self.service.is_headless() {
            let ready = self.endpoints().filter(|(endpoint, _)| is_ready(endpoint));
            sorted(ready.flat_map(|(endpoint, ports)| {
                let ports = ports
                    .iter()
                    .filter(|known| wanted(&known.name, &known.protocol));
                let target = format!("{}.{domain}", host_name(endpoint));
                ports.filter_map(move |known| {
                    let target = target.clone();
                    Some(Record::Service {
                        port: known.port?,
                        target,
                    })
                })
            }))
        } else {
            let ports = self.service.spec.ports.iter();
            let ports = ports.filter(|known| wanted(&known.name, &known.protocol));
            let record = |port: i32| Record::Service {
                port,
                target: domain.clone(),
            };
            ports.map(|known| record(known.port)).collect()
        };
        if records.is_empty() {
            return Err(NoRecords::Port {
                service: self.name(),
                port: port.to_owned(),
                protocol: protocol.to_owned(),
            });
        }
        Ok(records)
    }
}

/// An endpoint without conditions counts as ready.
fn is_ready(endpoint: &Endpoint) -> bool {
    endpoint.conditions.ready != Some(false)
}

fn addresses(endpoint: &Endpoint) -> impl Iterator<Item = Record> {
    endpoint.addresses.iter().cloned().map(Record::Address)
}

/// An endpoint without a host name is named after its address.
fn host_name(endpoint: &Endpoint) -> String {
    let first = endpoint.addresses.first().map(|address| {
        let letter = if IpFamily::of(address) == IpFamily::IPv4 {
            "."
        } else {
            ":"
        };
        address.replace(letter, "-")
    });
    let given = endpoint.hostname.as_deref().map(str::to_owned);
    given.or(first).unwrap_or_default()
}

fn sorted(records: impl Iterator<Item = Record>) -> Vec<Record> {
    let mut records: Vec<Record> = records.collect();
    light::sort(&mut records, Ord::cmp);
    records.dedup();
    records
}
