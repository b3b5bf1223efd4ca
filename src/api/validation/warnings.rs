//! Warnings of the API server about objects it accepts (`WarningsOnCreate` and `WarningsOnUpdate` of the strategies
//! in `pkg/registry`, `pkg/api/pod/warnings.go`), except those about annotations and volumes that were removed
//! years ago.

use super::node::FieldNode;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::names::dns1123_label;
use crate::api::quantity::Quantity;
use serde_json::Value;

/// Deprecated node labels and their replacements.
const OLD_NODE_LABELS: &[(&str, &str)] = &[
    (
        "beta.kubernetes.io/arch",
        "deprecated since v1.14; use \"kubernetes.io/arch\" instead",
    ),
    (
        "beta.kubernetes.io/os",
        "deprecated since v1.14; use \"kubernetes.io/os\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/region",
        "deprecated since v1.17; use \"topology.kubernetes.io/region\" instead",
    ),
    (
        "failure-domain.beta.kubernetes.io/zone",
        "deprecated since v1.17; use \"topology.kubernetes.io/zone\" instead",
    ),
    (
        "beta.kubernetes.io/instance-type",
        "deprecated since v1.17; use \"node.kubernetes.io/instance-type\" instead",
    ),
    (
        "node-role.kubernetes.io/master",
        "use \"node-role.kubernetes.io/control-plane\" instead",
    ),
];

/// Warnings about a new object, without the word `Warning`.
#[must_use]
pub fn on_create(kind: Kind, object: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    let metadata = FieldNode::root(object, "metadata");
    let own = metadata.field("name").text();
    // A generated name will be five characters longer.
    let name = match own {
        "" => format!("{}xxxxx", metadata.field("generateName").text()),
        own => own.to_owned(),
    };
    let used = match kind {
        Kind::Deployment | Kind::ReplicaSet => "Pod names and hostnames",
        Kind::Pod => "the Pod's hostname",
        _ => "",
    };
    let complaints = dns1123_label(&name);
    if !used.is_empty() && !complaints.is_empty() {
        warnings.push(format!(
            "metadata.name: this is used in {used}, which can result in surprising behavior; a DNS label is recommended: [{}]",
            complaints.join(" ")
        ));
    }
    if kind == Kind::Pod {
        pod_spec(&FieldNode::root(object, "spec"), &mut warnings);
    }
    template(kind, object, &mut warnings);
    history_limit(kind, object, &mut warnings);
    warnings
}

/// Warnings about an update, without the word `Warning`; changes of pods cause none.
#[must_use]
pub fn on_update(kind: Kind, old: &Value, new: &Value) -> Vec<String> {
    let mut warnings = Vec::new();
    let annotations = |object: &Value| object["metadata"].get("annotations").cloned();
    // Upstream checks whether the generation was incremented.
    let rises = old.get("spec") != new.get("spec")
        || kind == Kind::Deployment && annotations(old) != annotations(new);
    if rises {
        template(kind, new, &mut warnings);
    }
    history_limit(kind, new, &mut warnings);
    warnings
}

fn template(kind: Kind, object: &Value, warnings: &mut Vec<String>) {
    if kind.has_pods() {
        let spec = FieldNode::root(object, "spec");
        pod_spec(&spec.field("template").field("spec"), warnings);
    }
}

fn history_limit(kind: Kind, object: &Value, warnings: &mut Vec<String>) {
    let limit = FieldNode::root(object, "spec")
        .field("revisionHistoryLimit")
        .int();
    if kind == Kind::StatefulSet && limit.is_some_and(|limit| limit < 0) {
        warnings.push(
            "spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"
                .to_owned(),
        );
    }
}

fn pod_spec(spec: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    let old_label = |key: &str| OLD_NODE_LABELS.iter().find(|(old, _)| *old == key);
    spec.field("nodeSelector").entries(|key, value| {
        if let Some((_, message)) = old_label(key) {
            warnings.push(format!("{}: {message}", value.path));
        }
    });
    spec.field("topologySpreadConstraints")
        .each(|_, constraint| {
            let key = constraint.field("topologyKey");
            if let Some((old, message)) = old_label(key.text()) {
                warnings.push(format!("{}: {old} is {message}", key.path));
            }
            selects_nothing(&constraint.field("labelSelector"), warnings);
        });
    twice(&spec.field("hostAliases"), "ip", warnings);
    let secrets = spec.field("imagePullSecrets");
    twice(&secrets, "name", warnings);
    secrets.each(|_, secret| {
        let name = secret.field("name");
        if name.text().is_empty() {
            warnings.push(format!("{}: invalid empty name \"\"", name.path));
        }
    });
    for list in ["initContainers", "containers"] {
        spec.field(list).each(|_, container| {
            fractions(&container.field("resources"), warnings);
            hidden_variables(&container.field("env"), warnings);
        });
    }
    ports(spec, warnings);
    port_names(spec, warnings);
    let grace = spec.field("terminationGracePeriodSeconds");
    if grace.int().is_some_and(|seconds| seconds < 0) {
        warnings.push(format!(
            "{}: must be >= 0; negative values are invalid and will be treated as 1",
            grace.path
        ));
    }
    for name in ["podAffinity", "podAntiAffinity"] {
        affinity(&spec.field("affinity").field(name), warnings);
    }
}

fn affinity(affinity: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    affinity
        .field("requiredDuringSchedulingIgnoredDuringExecution")
        .each(|_, term| selects_nothing(&term.field("labelSelector"), warnings));
    affinity
        .field("preferredDuringSchedulingIgnoredDuringExecution")
        .each(|_, term| {
            let term = term.field("podAffinityTerm");
            selects_nothing(&term.field("labelSelector"), warnings);
        });
}

fn selects_nothing(selector: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    if !selector.is_set() {
        let text = "a null labelSelector results in matching no pod";
        warnings.push(format!("{}: {text}", selector.path));
    }
}

fn twice(list: &FieldNode<'_, '_>, name: &str, warnings: &mut Vec<String>) {
    let mut seen = Vec::new();
    list.each(|_, item| {
        let field = item.field(name);
        if seen.contains(&field.text().to_owned()) {
            warnings.push(format!(
                "{}: duplicate {name} {}",
                field.path,
                quote(field.text())
            ));
        } else {
            seen.push(field.text().to_owned());
        }
    });
}

/// Warns of fractional bytes.
fn fractions(resources: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    for resource in ["memory", "ephemeral-storage"] {
        for list in ["limits", "requests"] {
            let amounts = resources.field(list);
            let amount = amounts.key(resource);
            let milli = Quantity::parse(amount.text()).ok();
            let milli = milli.and_then(|amount| amount.scaled(-3));
            if milli.is_some_and(|milli| milli % 1000 != 0) {
                warnings.push(format!(
                    "{}: fractional byte value {} is invalid, must be an integer",
                    amount.path,
                    quote(amount.text())
                ));
            }
        }
    }
}

/// Warns of a variable that is defined again without using its previous value.
fn hidden_variables(env: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    let mut seen = Vec::new();
    env.each(|_, variable| {
        let name = variable.field("name").text().to_owned();
        if !seen.contains(&name) {
            seen.push(name);
            return;
        }
        let reference = format!("$({name})");
        let value = variable.field("value").text();
        let builds_on_it = value.contains(&reference) && value != reference;
        if variable.field("valueFrom").is_set() || !builds_on_it {
            warnings.push(format!(
                "{}: hides previous definition of {}, which may be dropped when using apply",
                variable.path,
                quote(&name)
            ));
        }
    });
}

/// A container port and its path.
struct Port {
    place: String,
    number: (i64, String),
    host: (i64, String),
}

impl Port {
    fn of(port: &FieldNode<'_, '_>) -> Self {
        let int = |name: &str| port.field(name).int().unwrap_or(0);
        let text = |name: &str| port.field(name).text().to_owned();
        Self {
            place: port.path.to_string(),
            number: (int("containerPort"), text("protocol")),
            host: (int("hostPort"), text("hostIP")),
        }
    }

    /// The conflict between two ports; empty if there is none.
    fn clash(&self, other: &Self) -> &'static str {
        let ((port, address), (other_port, other_address)) = (&self.host, &other.host);
        if self.host == other.host {
            "duplicate"
        } else if *port == 0 || *other_port == 0 {
            "overlapping"
        } else if port == other_port && address.is_empty() != other_address.is_empty() {
            "dangerously ambiguous"
        } else {
            ""
        }
    }
}

fn ports(spec: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    let mut seen: Vec<Port> = Vec::new();
    for list in ["initContainers", "containers"] {
        spec.field(list).each(|_, container| {
            container.field("ports").each(|_, port| {
                let port = Port::of(&port);
                for other in seen.iter().filter(|other| other.number == port.number) {
                    let clash = port.clash(other);
                    if !clash.is_empty() {
                        warnings.push(format!(
                            "{}: {clash} port definition with {}",
                            port.place, other.place
                        ));
                    }
                }
                seen.push(port);
            });
        });
    }
}

/// Warns of duplicate port names: Services and probes find the first one, in init containers only if they are
/// sidecars.
fn port_names(spec: &FieldNode<'_, '_>, warnings: &mut Vec<String>) {
    let mut seen: Vec<(String, String)> = Vec::new();
    for list in ["initContainers", "containers"] {
        spec.field(list).each(|_, container| {
            if list == "initContainers" && container.field("restartPolicy").text() != "Always" {
                return;
            }
            container.field("ports").each(|_, port| {
                let (name, place) = (port.field("name").text(), port.path.to_string());
                match seen.iter().find(|(known, _)| known == name) {
                    _ if name.is_empty() => {}
                    Some((_, first)) => warnings.push(format!(
                        "{place}: duplicate port name {} with {first}, services and probes that select ports by name will use {first}",
                        quote(name)
                    )),
                    None => seen.push((name.to_owned(), place)),
                }
            });
        });
    }
}
