//! Descriptions of Ingresses, IngressClasses and NetworkPolicies.

use serde_json::Value;

use super::super::page::Description;
use super::super::service::endpoints_of;
use super::super::{Surroundings, labels_and_annotations};
use crate::api::kind::Kind;
use crate::api::look::{Look, format_selector};

pub(super) fn ingress(page: &mut Description, ingress: &Value, neighbours: &dyn Surroundings) {
    let spec = ingress.at("spec");
    let backend = |backend: &Value| self::backend(ingress, backend, neighbours);
    page.field(0, "Name", ingress.text("metadata.name"));
    page.labels("", "Labels", ingress.map("metadata.labels"));
    page.field(0, "Namespace", ingress.text("metadata.namespace"));
    page.field(0, "Address", &crate::print::load_balancer(ingress, true));
    let class = match spec.text("ingressClassName") {
        "" => "<none>",
        class => class,
    };
    page.field(0, "Ingress Class", class);
    let default = match spec.at("defaultBackend") {
        Value::Null => "<default>".to_owned(),
        own => backend(own),
    };
    page.field(0, "Default backend", &default);
    if !spec.list("tls").is_empty() {
        page.line(0, "TLS:");
    }
    for tls in spec.list("tls") {
        let hosts = tls.list("hosts").iter().filter_map(Value::as_str);
        let hosts = hosts.collect::<Vec<_>>().join(",");
        match tls.text("secretName") {
            "" => page.line(1, &format!("SNI routes {hosts}")),
            secret => page.line(1, &format!("{secret} terminates {hosts}")),
        }
    }
    page.line(0, "Rules:");
    page.line(1, "Host\tPath\tBackends");
    page.line(1, "----\t----\t--------");
    let rules = spec.list("rules").iter();
    let rules: Vec<&Value> = rules.filter(|rule| rule.has("http")).collect();
    for rule in &rules {
        let host = match rule.text("host") {
            "" => "*",
            host => host,
        };
        page.line(1, &format!("{host}\t"));
        for path in rule.list("http.paths") {
            let text = backend(path.at("backend"));
            page.line(2, &format!("\t{} \t{text}", path.text("path")));
        }
    }
    if rules.is_empty() {
        page.line(1, &format!("*\t*\t{default}"));
    }
    page.annotations("Annotations", ingress.map("metadata.annotations"));
}

/// `web:80 (10.244.0.2:8080)`
fn backend(ingress: &Value, backend: &Value, neighbours: &dyn Surroundings) -> String {
    let (service, namespace) = (backend.at("service"), ingress.text("metadata.namespace"));
    if service.is_null() {
        let resource = backend.at("resource");
        return format!(
            "APIGroup: {}, Kind: {}, Name: {}",
            resource.text("apiGroup"),
            resource.text("kind"),
            resource.text("name")
        );
    }
    let name = service.text("name");
    let port = match service.text("port.name") {
        "" => service.scalar("port.number"),
        port => port.to_owned(),
    };
    let services = neighbours.list(Kind::Service, namespace);
    let found = services
        .iter()
        .find(|found| found.text("metadata.name") == name);
    let Some(found) = found else {
        return format!("{name}:{port} (<error: services \"{name}\" not found>)");
    };
    let ports = found.list("spec.ports").iter();
    let mut ports = ports.filter(|own| own.text("name") == port || own.scalar("port") == port);
    let port_name = ports.next().map_or("", |own| own.text("name"));
    let endpoints = endpoints_of(found, port_name, neighbours);
    format!("{name}:{port} ({endpoints})")
}

pub(super) fn class(page: &mut Description, class: &Value) {
    page.field(0, "Name", class.text("metadata.name"));
    labels_and_annotations(page, class);
    page.field(0, "Controller", class.text("spec.controller"));
    let parameters = class.at("spec.parameters");
    if !parameters.is_null() {
        page.line(0, "Parameters:");
        if parameters.has("apiGroup") {
            page.field(1, "APIGroup", parameters.text("apiGroup"));
        }
        page.field(1, "Kind", parameters.text("kind"));
        page.field(1, "Name", parameters.text("name"));
    }
}

pub(super) fn policy(page: &mut Description, policy: &Value) {
    let spec = policy.at("spec");
    page.field(0, "Name", policy.text("metadata.name"));
    page.field(0, "Namespace", policy.text("metadata.namespace"));
    let created = policy.text("metadata.creationTimestamp").replace('T', " ");
    page.field(
        0,
        "Created on",
        &format!("{} +0000 UTC", created.trim_end_matches('Z')),
    );
    page.labels("", "Labels", policy.map("metadata.labels"));
    page.annotations("Annotations", policy.map("metadata.annotations"));
    page.line(0, "Spec:");
    let selector = match format_selector(spec.at("podSelector")) {
        text if text == "<none>" => {
            "<none> (Allowing the specific traffic to all pods in this namespace)".to_owned()
        }
        text => text,
    };
    page.line(1, &format!("PodSelector:     {selector}"));
    let types: Vec<&str> = spec
        .list("policyTypes")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for way in [&INGRESS, &EGRESS] {
        if types.contains(&way.kind) {
            page.line(1, &format!("Allowing {} traffic:", way.word));
            way.rules(page, spec.list(way.word));
        } else {
            page.line(1, &format!("Not affecting {} traffic", way.word));
        }
    }
    page.line(1, &format!("Policy Types: {}", types.join(", ")));
}

/// A direction of traffic.
struct Way {
    kind: &'static str,
    word: &'static str,
    /// The field of the peers, and its title.
    peers: &'static str,
    title: &'static str,
    /// The word for a peer in general.
    end: &'static str,
}

const INGRESS: Way = Way {
    kind: "Ingress",
    word: "ingress",
    peers: "from",
    title: "From",
    end: "source",
};

const EGRESS: Way = Way {
    kind: "Egress",
    word: "egress",
    peers: "to",
    title: "To",
    end: "destination",
};

impl Way {
    fn rules(&self, page: &mut Description, rules: &[Value]) {
        if rules.is_empty() {
            let word = self.word;
            page.line(
                2,
                &format!("<none> (Selected pods are isolated for {word} connectivity)"),
            );
        }
        for (index, rule) in rules.iter().enumerate() {
            if rule.list("ports").is_empty() {
                page.line(2, "To Port: <any> (traffic allowed to all ports)");
            }
            for port in rule.list("ports") {
                let protocol = match port.text("protocol") {
                    "" => "TCP",
                    protocol => protocol,
                };
                page.line(2, &format!("To Port: {}/{protocol}", port.scalar("port")));
            }
            if rule.list(self.peers).is_empty() {
                let (title, end) = (self.title, self.end);
                page.line(
                    2,
                    &format!("{title}: <any> (traffic not restricted by {end})"),
                );
            }
            for peer in rule.list(self.peers) {
                page.line(2, &format!("{}:", self.title));
                self::peer(page, peer);
            }
            if index + 1 < rules.len() {
                page.line(2, "----------");
            }
        }
    }
}

fn peer(page: &mut Description, peer: &Value) {
    for (title, field) in [
        ("NamespaceSelector", "namespaceSelector"),
        ("PodSelector", "podSelector"),
    ] {
        if peer.has(field) {
            page.line(3, &format!("{title}: {}", format_selector(peer.at(field))));
        }
    }
    if peer.has("ipBlock") {
        let except = peer.list("ipBlock.except").iter().filter_map(Value::as_str);
        let except = except.collect::<Vec<_>>().join(", ");
        page.line(3, "IPBlock:");
        page.line(4, &format!("CIDR: {}", peer.text("ipBlock.cidr")));
        page.line(4, &format!("Except: {except}"));
    }
}
