//! Security contexts (`pkg/apis/core/validation/validation.go`, ValidateSecurityContext).

use super::container::descending_path;
use super::node::{FieldNode, Report};
use crate::api::go;
use serde_json::Value;

/// User and group IDs have 31 bits.
fn identity(at: &FieldNode<'_, '_>, report: &mut Report) {
    if at
        .int()
        .is_some_and(|id| !(0..=i64::from(i32::MAX)).contains(&id))
    {
        report.invalid(at, "must be between 0 and 2147483647, inclusive");
    }
}

fn profiles(at: &FieldNode<'_, '_>, report: &mut Report) {
    seccomp(&at.field("seccompProfile"), report);
    app_armor(&at.field("appArmorProfile"), report);
}

/// Validates the pod's security context.
pub(super) fn pod(spec: &FieldNode<'_, '_>, report: &mut Report) {
    let at = spec.field("securityContext");
    for name in ["fsGroup", "runAsUser", "runAsGroup"] {
        identity(&at.field(name), report);
    }
    at.field("supplementalGroups")
        .each(|_, group| identity(&group, report));
    if spec.field("hostPID").is_true() && spec.field("shareProcessNamespace").is_true() {
        let share = at.field("shareProcessNamespace");
        report.invalid_value(
            &share,
            "true",
            "ShareProcessNamespace and HostPID cannot both be enabled",
        );
    }
    sysctls(spec, &at.field("sysctls"), report);
    report.optional_one_of(
        &at.field("fsGroupChangePolicy"),
        &["Always", "OnRootMismatch"],
    );
    profiles(&at, report);
    report.optional_one_of(&at.field("supplementalGroupsPolicy"), &["Merge", "Strict"]);
    report.optional_one_of(
        &at.field("seLinuxChangePolicy"),
        &["MountOption", "Recursive"],
    );
}

fn sysctls(spec: &FieldNode<'_, '_>, list: &FieldNode<'_, '_>, report: &mut Report) {
    const RULE: &str = "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    let mut seen: Vec<&str> = Vec::new();
    list.each(|_, sysctl| {
        let name = sysctl.field("name");
        let text = sysctl.value["name"].as_str().unwrap_or("");
        let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
        let is_segment = |segment: &str| {
            let bytes = segment.as_bytes();
            bytes.first().is_some_and(|b| word(*b))
                && bytes.last().is_some_and(|b| word(*b))
                && bytes.iter().all(|b| word(*b) || matches!(b, b'-' | b'_'))
        };
        if text.is_empty() {
            report.required(&name, "");
        } else if text.len() > 253 || !text.split(['.', '/']).all(is_segment) {
            report.invalid(&name, RULE);
        } else if seen.contains(&text) {
            report.duplicate(&name);
        }
        let dotted = text.replace('/', ".");
        let of_ipc = dotted.starts_with("fs.mqueue.")
            || dotted.strip_prefix("kernel.").is_some_and(|rest| {
                rest == "sem" || ["shm", "msg"].iter().any(|prefix| rest.starts_with(prefix))
            });
        if spec.field("hostNetwork").is_true() && dotted.starts_with("net.") {
            report.invalid(&name, "may not be specified when 'hostNetwork' is true");
        } else if spec.field("hostIPC").is_true() && of_ipc {
            report.invalid(&name, "may not be specified when 'hostIPC' is true");
        }
        seen.push(text);
    });
}

/// Validates a container's security context.
pub(super) fn container(at: &FieldNode<'_, '_>, spec: &FieldNode<'_, '_>, report: &mut Report) {
    if !at.is_set() {
        return;
    }
    identity(&at.field("runAsUser"), report);
    identity(&at.field("runAsGroup"), report);
    let proc_mount = at.field("procMount");
    report.optional_one_of(&proc_mount, &["Default", "Unmasked"]);
    if proc_mount.text() == "Unmasked" && spec.field("hostUsers").value != &Value::Bool(false) {
        report.invalid(&proc_mount, "`hostUsers` must be false to use `Unmasked`");
    }
    seccomp(&at.field("seccompProfile"), report);
    if at.field("allowPrivilegeEscalation").value == &Value::Bool(false) {
        // Upstream prints the context in its internal type's format; here it is printed as written.
        if at.field("privileged").is_true() {
            report.invalid(
                at,
                "cannot set `allowPrivilegeEscalation` to false and `privileged` to true",
            );
        }
        let capabilities = at.field("capabilities");
        if capabilities
            .field("add")
            .value
            .as_array()
            .is_some_and(|list| list.iter().any(|name| name == "CAP_SYS_ADMIN"))
        {
            report.invalid(at, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN");
        }
    }
    app_armor(&at.field("appArmorProfile"), report);
}

const PROFILE_TYPES: [&str; 3] = ["Localhost", "RuntimeDefault", "Unconfined"];

fn seccomp(at: &FieldNode<'_, '_>, report: &mut Report) {
    if !at.is_set() {
        return;
    }
    let (ty, profile) = (at.field("type"), at.field("localhostProfile"));
    if ty.text().is_empty() {
        report.required(&ty, "type is required when seccompProfile is set");
    } else {
        report.optional_one_of(&ty, &PROFILE_TYPES);
    }
    match (ty.text() == "Localhost", profile.is_set()) {
        (true, false) => report.required(&profile, "must be set when seccomp type is Localhost"),
        (true, true) => descending_path(&profile, profile.text(), report),
        (false, true) => {
            let shown = format!(
                "{{\"Type\":{},\"LocalhostProfile\":{}}}",
                go::json(ty.value),
                go::json(profile.value)
            );
            report.invalid_value(
                &profile,
                &shown,
                "can only be set when seccomp type is Localhost",
            );
        }
        (false, false) => {}
    }
}

fn app_armor(at: &FieldNode<'_, '_>, report: &mut Report) {
    if !at.is_set() {
        return;
    }
    let (ty, profile) = (at.field("type"), at.field("localhostProfile"));
    match ty.text() {
        "Localhost" if profile.text().trim() != profile.text() => {
            report.invalid(&profile, "must not be padded with whitespace");
        }
        "Localhost" if profile.text().is_empty() => {
            report.required(&profile, "must be set when AppArmor type is Localhost");
        }
        "Localhost" => {}
        "RuntimeDefault" | "Unconfined" => {
            if profile.is_set() {
                report.invalid(&profile, "can only be set when AppArmor type is Localhost");
            }
        }
        "" => report.required(&ty, "type is required when appArmorProfile is set"),
        _ => report.not_supported(&ty, &PROFILE_TYPES),
    }
}
