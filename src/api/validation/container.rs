//! Containers: names, images, ports, mounts, probes, hooks (`pkg/apis/core/validation/validation.go`).

use super::node::{FieldNode, Report, render};
use super::{env, handler, resources, security};
use crate::api::{go, names};
use litemap::LiteMap;
use serde_json::Value;
use std::collections::BTreeSet;

/// A pod's containers, with the context they are validated in.
pub(super) struct ValidatedContainers<'a, 's> {
    pub spec: &'s FieldNode<'a, 's>,
    /// Mountable volumes by name; `true` if the volume can be a block device.
    pub volumes: LiteMap<&'s str, bool>,
}

impl ValidatedContainers<'_, '_> {
    fn grace_period(&self) -> Option<i64> {
        self.spec.field("terminationGracePeriodSeconds").int()
    }

    pub fn regular(&self, report: &mut Report) {
        let containers = self.spec.field("containers");
        if containers.len() == 0 {
            return report.required(&containers, "");
        }
        let mut names = BTreeSet::new();
        containers.each(|_, container| {
            self.common(&container, report);
            let name = container.field("name");
            if !names.insert(name.text().to_owned()) {
                report.duplicate(&name);
            }
            self.life(&container, report);
            restart_rules(&container, report);
        });
        host_port_conflicts(&containers, &mut BTreeSet::new(), report);
    }

    pub fn init(&self, report: &mut Report) {
        let containers = self.spec.field("initContainers");
        let mut names: BTreeSet<String> = BTreeSet::new();
        self.spec.field("containers").each(|_, container| {
            names.insert(container.field("name").text().to_owned());
        });
        containers.each(|_, container| {
            self.common(&container, report);
            let policy = container.field("restartPolicy");
            if !policy.is_set() && container.field("restartPolicyRules").len() > 0 {
                report.required(&policy, "must specify restartPolicy when restart rules are used");
            } else if policy.text() == "Always" && container.field("restartPolicyRules").len() > 0 {
                report.forbidden(
                    &container.field("restartPolicyRules"),
                    "restartPolicyRules are not allowed for init containers with restart policy Always",
                );
            } else if policy.is_set() && policy.text() != "Always" {
                restart_rules(&container, report);
            }
            let name = container.field("name");
            if !name.text().is_empty() && !names.insert(name.text().to_owned()) {
                report.duplicate(&name);
            }
            // Init containers run one at a time, so each can use any host port.
            host_port_conflict(&container, &mut BTreeSet::new(), report);
            if policy.text() == "Always" {
                self.life(&container, report);
            } else {
                for field in ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] {
                    if container.field(field).is_set() {
                        report.forbidden(&container.field(field), "may not be set for init containers without restartPolicy=Always");
                    }
                }
            }
        });
    }

    pub fn ephemeral(&self, report: &mut Report) {
        const FORBIDDEN: [&str; 6] = [
            "ports",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "lifecycle",
            "resizePolicy",
        ];
        let mut names: BTreeSet<String> = BTreeSet::new();
        for list in ["containers", "initContainers"] {
            self.spec.field(list).each(|_, container| {
                names.insert(container.field("name").text().to_owned());
            });
        }
        let targets = names.clone();
        self.spec.field("ephemeralContainers").each(|_, container| {
            self.common(&container, report);
            let name = container.field("name");
            if !names.insert(name.text().to_owned()) {
                report.duplicate(&name);
            }
            let target = container.field("targetContainerName");
            if !target.text().is_empty() && !targets.contains(target.text()) {
                report.not_found(&target);
            }
            for field in FORBIDDEN {
                if container.field(field).is_set() {
                    report.forbidden(
                        &container.field(field),
                        "cannot be set for an Ephemeral Container",
                    );
                }
            }
            if container.field("resources").len() > 0 {
                report.forbidden(
                    &container.field("resources"),
                    "cannot be set for an Ephemeral Container",
                );
            }
            container.field("volumeMounts").each(|_, mount| {
                for field in ["subPath", "subPathExpr"] {
                    if !mount.field(field).text().is_empty() {
                        report.forbidden(
                            &mount.field(field),
                            "cannot be set for an Ephemeral Container",
                        );
                    }
                }
            });
        });
    }

    /// Validates what all types of containers have in common.
    fn common(&self, container: &FieldNode<'_, '_>, report: &mut Report) {
        let name = container.field("name");
        if name.text().is_empty() {
            report.required(&name, "");
        } else {
            report.complaints(&name, &names::dns1123_label(name.text()));
        }
        report.not_empty(&container.field("image"));
        report.one_of(
            &container.field("terminationMessagePolicy"),
            &["File", "FallbackToLogsOnError"],
        );
        ports(&container.field("ports"), report);
        env::variables(&container.field("env"), report);
        env::sources(&container.field("envFrom"), report);
        self.mounts(container, report);
        self.devices(container, report);
        report.one_of(
            &container.field("imagePullPolicy"),
            &["Always", "IfNotPresent", "Never"],
        );
        resources::requirements(
            &container.field("resources"),
            &claim_names(self.spec),
            report,
        );
        resize_policy(
            &container.field("resizePolicy"),
            self.spec.field("restartPolicy").text(),
            report,
        );
        security::container(&container.field("securityContext"), self.spec, report);
    }

    fn mounts(&self, container: &FieldNode<'_, '_>, report: &mut Report) {
        let devices = container.field("volumeDevices");
        let among_devices = |field: &str, value: &str| {
            devices
                .value
                .as_array()
                .is_some_and(|list| list.iter().any(|device| device[field] == value))
        };
        let mut paths = BTreeSet::new();
        let mounts = container.field("volumeMounts");
        mounts.each(|_, mount| {
            let (name, path) = (mount.field("name"), mount.field("mountPath"));
            report.not_empty(&name);
            if !self.volumes.contains_key(name.text()) {
                report.not_found(&FieldNode { value: text_or_empty(name.value), ..name });
            }
            report.not_empty(&path);
            if !paths.insert(path.text().to_owned()) {
                report.invalid(&path, "must be unique");
            }
            if among_devices("name", name.text()) {
                report.invalid(&name, "must not already exist in volumeDevices");
            }
            if among_devices("devicePath", path.text()) {
                report.invalid(&path, "must not already exist as a path in volumeDevices");
            }
            let (sub, expression) = (mount.field("subPath"), mount.field("subPathExpr"));
            // Upstream leaves the index out of the paths of these.
            let at_list = |name: &'static str, node: &FieldNode<'_, '_>, report: &mut Report| {
                if !node.text().is_empty() {
                    descending_path(&mounts.named(name), node.text(), report);
                }
            };
            at_list("subPath", &sub, report);
            if !sub.text().is_empty() && !expression.text().is_empty() {
                report.invalid(&expression, "subPathExpr and subPath are mutually exclusive");
            }
            at_list("subPathExpr", &expression, report);
            let propagation = mount.field("mountPropagation");
            if propagation.is_set() {
                let at = FieldNode { value: propagation.value, ..mounts.named("mountPropagation") };
                report.optional_one_of(&at, &["Bidirectional", "HostToContainer", "None"]);
                let privileged = container.field("securityContext").field("privileged").is_true();
                if propagation.text() == "Bidirectional" && !privileged {
                    report.forbidden(&at, "Bidirectional mount propagation is available only to privileged containers");
                }
            }
        });
    }

    fn devices(&self, container: &FieldNode<'_, '_>, report: &mut Report) {
        let mounts = container.field("volumeMounts");
        let among_mounts = |field: &str, value: &str| {
            mounts
                .value
                .as_array()
                .is_some_and(|list| list.iter().any(|mount| mount[field] == value))
        };
        let (mut names, mut paths) = (BTreeSet::new(), BTreeSet::new());
        container.field("volumeDevices").each(|_, device| {
            let (name, path) = (device.field("name"), device.field("devicePath"));
            report.not_empty(&name);
            if !name.text().is_empty() && !names.insert(name.text().to_owned()) {
                report.invalid(&name, "must be unique");
            }
            match self.volumes.get(name.text()) {
                Some(true) => {}
                Some(false) => report.invalid(
                    &name,
                    "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode",
                ),
                None => report.not_found(&FieldNode { value: text_or_empty(name.value), ..name }),
            }
            report.not_empty(&path);
            if path.text().split('/').any(|part| part == "..") {
                report.invalid(&path, "can not contain backsteps ('..')");
            } else if !paths.insert(path.text().to_owned()) {
                report.invalid(&path, "must be unique");
            }
            if among_mounts("name", name.text()) {
                report.invalid(&name, "must not already exist in volumeMounts");
            }
            if among_mounts("mountPath", path.text()) {
                report.invalid(&path, "must not already exist as a path in volumeMounts");
            }
        });
    }

    /// Validates hooks and probes.
    fn life(&self, container: &FieldNode<'_, '_>, report: &mut Report) {
        let lifecycle = container.field("lifecycle");
        for hook in ["postStart", "preStop"] {
            if lifecycle.field(hook).is_set() {
                handler::one(&lifecycle.field(hook), self.grace_period(), report);
            }
        }
        if lifecycle.field("stopSignal").is_set() && !self.spec.field("os").is_set() {
            report.forbidden(
                &lifecycle.field("stopSignal"),
                "may not be set for containers with empty `spec.os.name`",
            );
        }
        for name in ["livenessProbe", "readinessProbe", "startupProbe"] {
            let probe = container.field(name);
            if !probe.is_set() {
                continue;
            }
            self.probe(&probe, report);
            let (success, grace) = (
                probe.field("successThreshold"),
                probe.field("terminationGracePeriodSeconds"),
            );
            if name != "readinessProbe" && success.int() != Some(1) {
                report.invalid(&success, "must be 1");
            }
            if name == "readinessProbe" && grace.is_set() {
                report.invalid(&grace, "must not be set for readinessProbes");
            }
        }
    }

    fn probe(&self, probe: &FieldNode<'_, '_>, report: &mut Report) {
        handler::one(probe, self.grace_period(), report);
        for name in [
            "initialDelaySeconds",
            "timeoutSeconds",
            "periodSeconds",
            "successThreshold",
            "failureThreshold",
        ] {
            report.not_negative(&probe.field(name));
        }
        let grace = probe.field("terminationGracePeriodSeconds");
        if grace.int().is_some_and(|seconds| seconds <= 0) {
            report.invalid(&grace, "must be greater than 0");
        }
    }
}

static EMPTY: Value = Value::String(String::new());

/// Go prints an absent string as an empty one.
fn text_or_empty(value: &Value) -> &Value {
    if value.is_null() { &EMPTY } else { value }
}

fn claim_names<'a>(spec: &FieldNode<'a, '_>) -> Vec<&'a str> {
    let claims = spec.value["resourceClaims"].as_array();
    claims
        .into_iter()
        .flatten()
        .filter_map(|claim| claim["name"].as_str())
        .collect()
}

fn ports(ports: &FieldNode<'_, '_>, report: &mut Report) {
    let mut names_seen = BTreeSet::new();
    ports.each(|_, port| {
        let (name, container, host) = (
            port.field("name"),
            port.field("containerPort"),
            port.field("hostPort"),
        );
        if !name.text().is_empty() {
            let complaints = names::port_name(name.text());
            if !complaints.is_empty() {
                report.complaints(&name, &complaints);
            } else if !names_seen.insert(name.text().to_owned()) {
                report.duplicate(&name);
            }
        }
        match container.int().unwrap_or(0) {
            0 => report.required(&container, ""),
            number => report.complaints(&container, &names::port_number(number)),
        }
        if let Some(number) = host.int().filter(|number| *number != 0) {
            report.complaints(&host, &names::port_number(number));
        }
        report.one_of(&port.field("protocol"), &["SCTP", "TCP", "UDP"]);
    });
}

fn host_port_conflicts(
    containers: &FieldNode<'_, '_>,
    seen: &mut BTreeSet<String>,
    report: &mut Report,
) {
    containers.each(|_, container| host_port_conflict(&container, seen, report));
}

fn host_port_conflict(
    container: &FieldNode<'_, '_>,
    seen: &mut BTreeSet<String>,
    report: &mut Report,
) {
    container.field("ports").each(|_, port| {
        let host = port.field("hostPort");
        let Some(number) = host.int().filter(|number| *number != 0) else {
            return;
        };
        let key = format!(
            "{}/{}/{number}",
            port.field("protocol").text(),
            port.field("hostIP").text()
        );
        if !seen.insert(key.clone()) {
            report.duplicate_value(&host, &go::quote(&key));
        }
    });
}

fn resize_policy(policies: &FieldNode<'_, '_>, restart_policy: &str, report: &mut Report) {
    let mut seen = BTreeSet::new();
    policies.each(|_, policy| {
        let (resource, restart) = (policy.field("resourceName"), policy.field("restartPolicy"));
        if !seen.insert(resource.text().to_owned()) {
            report.duplicate_value(&policy, &render(resource.value));
        }
        // Upstream leaves index and field out of these paths.
        report.one_of(
            &FieldNode {
                value: resource.value,
                ..*policies
            },
            &["cpu", "memory"],
        );
        report.one_of(
            &FieldNode {
                value: restart.value,
                ..*policies
            },
            &["NotRequired", "RestartContainer"],
        );
        if restart_policy == "Never" && restart.text() != "NotRequired" {
            let shown = render(restart.value);
            report.invalid_value(
                policies,
                &shown,
                "must be 'NotRequired' when pod `restartPolicy` is 'Never'",
            );
        }
    });
}

fn restart_rules(container: &FieldNode<'_, '_>, report: &mut Report) {
    let (policy, rules) = (
        container.field("restartPolicy"),
        container.field("restartPolicyRules"),
    );
    if !policy.is_set() && rules.len() > 0 {
        report.required(
            &policy,
            "must specify restartPolicy when restart rules are used",
        );
    }
    report.optional_one_of(&policy, &["Always", "Never", "OnFailure"]);
    if rules.len() > 20 {
        report.too_many(&rules, 20);
    }
    rules.each(|_, rule| {
        let (action, codes) = (rule.field("action"), rule.field("exitCodes"));
        if !["Restart", "RestartAllContainers"].contains(&action.text()) {
            report.not_supported_value(
                &action,
                &go::quote(action.text()),
                &["Restart", "RestartAllContainers"],
            );
        }
        if !codes.is_set() {
            return report.required(&codes, "must be specified");
        }
        let operator = codes.field("operator");
        if !["In", "NotIn"].contains(&operator.text()) {
            report.not_supported_value(&operator, &go::quote(operator.text()), &["In", "NotIn"]);
        }
        if codes.field("values").len() > 255 {
            report.too_many(&codes.field("values"), 255);
        }
    });
}

/// Validates a relative path without `..` within a volume.
pub(super) fn descending_path(at: &FieldNode<'_, '_>, path: &str, report: &mut Report) {
    if path.starts_with('/') {
        report.invalid_value(at, &go::quote(path), "must be a relative path");
    }
    no_backsteps(at, path, report);
}

/// Validates that a path contains no `..`.
pub(super) fn no_backsteps(at: &FieldNode<'_, '_>, path: &str, report: &mut Report) {
    if path.split('/').any(|part| part == "..") {
        report.invalid_value(at, &go::quote(path), "must not contain '..'");
    }
}

/// Variables read from files need a volume of a suitable type.
pub(super) fn file_key_volumes(spec: &FieldNode<'_, '_>, report: &mut Report) {
    for list in ["initContainers", "containers", "ephemeralContainers"] {
        spec.field(list).each(|_, container| {
            container.field("env").each(|_, variable| {
                let from = variable.field("valueFrom");
                let key = from.field("fileKeyRef");
                if !key.is_set() {
                    return;
                }
                let name = key.field("volumeName");
                let volumes = spec.value["volumes"].as_array();
                match volumes
                    .into_iter()
                    .flatten()
                    .find(|volume| volume["name"] == name.text())
                {
                    None => report.not_found(&name),
                    Some(volume) if volume.get("emptyDir").is_none() => {
                        report.invalid(&name, "referenced volume must be of type emptyDir");
                    }
                    Some(_) => {}
                }
            });
        });
    }
}
