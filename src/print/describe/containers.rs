//! Containers in descriptions of pods and pod templates.

use crate::api::light;
use serde_json::{Value, json};

use super::page::Description;
use crate::api::go::quote;
use crate::api::look::{Look, pairs};
use crate::print::{go, host_port, time};
use crate::versions::Feature;

/// The containers of a list; with `pod`, also their status.
pub(super) fn containers(
    page: &mut Description,
    title: &str,
    list: &[Value],
    pod: Option<(&Value, &[Value])>,
    space: &str,
) {
    let none = if list.is_empty() { " <none>" } else { "" };
    page.line(0, &format!("{space}{title}:{none}"));
    for container in list {
        let name = container.text("name");
        // The last status with a name wins, as in a map filled from a list.
        let status = pod
            .and_then(|(_, statuses)| statuses.iter().rfind(|status| status.text("name") == name));
        basics(page, container, status, space);
        for (title, field) in [("Command", "command"), ("Args", "args")] {
            words(page, title, container.list(field));
        }
        if let Some(status) = status {
            state(page, "State", status.at("state"));
            if status.has("lastState.terminated") {
                state(page, "Last State", status.at("lastState"));
            }
            page.field(
                2,
                "Ready",
                if status.flag("ready") {
                    "True"
                } else {
                    "False"
                },
            );
            page.field(2, "Restart Count", &status.int("restartCount").to_string());
        }
        resources(page, container.at("resources"), 2);
        for (title, field) in [
            ("Liveness", "livenessProbe"),
            ("Readiness", "readinessProbe"),
            ("Startup", "startupProbe"),
        ] {
            if container.has(field) {
                let by_name = page.has(Feature::DescribeProbeThresholds);
                page.field(2, title, &probe(container.at(field), by_name));
            }
        }
        environment_from(page, container.list("envFrom"));
        environment(page, container, pod.map(|(pod, _)| pod));
        mounts(page, container);
    }
}

fn basics(page: &mut Description, container: &Value, status: Option<&Value>, space: &str) {
    let indent = if space.is_empty() { "" } else { " " };
    page.line(1, &format!("{indent}{}:", container.text("name")));
    if let Some(status) = status {
        page.field(2, "Container ID", status.text("containerID"));
    }
    page.field(2, "Image", container.text("image"));
    if let Some(status) = status {
        page.field(2, "Image ID", status.text("imageID"));
    }
    for (title, field) in [("Port", "containerPort"), ("Host Port", "hostPort")] {
        let ports: Vec<String> = container
            .list("ports")
            .iter()
            .map(|port| one_port(port, field))
            .collect();
        match ports.as_slice() {
            [] => page.field(2, title, "<none>"),
            [port] => page.field(2, title, port),
            _ => page.field(2, &format!("{title}s"), &ports.join(", ")),
        }
    }
    seccomp(page, container.at("securityContext.seccompProfile"), 2);
}

fn one_port(port: &Value, field: &str) -> String {
    let text = format!("{}/{}", port.int(field), port.text("protocol"));
    match port.text("name") {
        "" => text,
        name => format!("{text} ({name})"),
    }
}

pub(super) fn seccomp(page: &mut Description, profile: &Value, level: usize) {
    if profile.is_null() {
        return;
    }
    page.field(level, "SeccompProfile", profile.text("type"));
    if profile.text("type") == "Localhost" {
        let below = if level == 0 { 0 } else { level + 1 };
        page.field(below, "LocalhostProfile", profile.text("localhostProfile"));
    }
}

fn words(page: &mut Description, title: &str, words: &[Value]) {
    if words.is_empty() {
        return;
    }
    page.line(2, &format!("{title}:"));
    for line in words
        .iter()
        .filter_map(Value::as_str)
        .flat_map(|word| word.split('\n'))
    {
        page.line(3, line);
    }
}

fn state(page: &mut Description, title: &str, state: &Value) {
    let when = |field: &str| time::rfc1123(state.text(field));
    if state.has("running") {
        page.field(2, title, "Running");
        page.field(3, "Started", &when("running.startedAt"));
    } else if state.has("terminated") {
        let terminated = state.at("terminated");
        page.field(2, title, "Terminated");
        for (name, field) in [("Reason", "reason"), ("Message", "message")] {
            if !terminated.text(field).is_empty() {
                page.field(3, name, terminated.text(field));
            }
        }
        page.field(3, "Exit Code", &terminated.int("exitCode").to_string());
        if terminated.int("signal") > 0 {
            page.field(3, "Signal", &terminated.int("signal").to_string());
        }
        page.field(3, "Started", &when("terminated.startedAt"));
        page.field(3, "Finished", &when("terminated.finishedAt"));
    } else {
        page.field(2, title, "Waiting");
        if !state.text("waiting.reason").is_empty() {
            page.field(3, "Reason", state.text("waiting.reason"));
        }
    }
}

/// Limits and requests.
pub(super) fn resources(page: &mut Description, resources: &Value, level: usize) {
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let Some(map) = resources.map(field) else {
            continue;
        };
        page.line(level, &format!("{title}:"));
        for (name, _) in pairs(Some(map)) {
            page.field(level + 1, name, &resources.at(field).key(name).scalar(""));
        }
    }
}

/// A probe on one line; 1.37 uses the API's names for thresholds (`DescribeProbe`).
fn probe(probe: &Value, by_name: bool) -> String {
    let what = if probe.has("exec") {
        format!("exec {}", go::value(&json!(probe.list("exec.command"))))
    } else if probe.has("httpGet") {
        let get = probe.at("httpGet");
        let path = get.text("path");
        let slash = if path.is_empty() || path.starts_with('/') {
            ""
        } else {
            "/"
        };
        let host = host_port(get.text("host"), get.scalar("port"));
        format!(
            "http-get {}://{host}{slash}{}",
            get.text("scheme").to_ascii_lowercase(),
            escape_path(path)
        )
    } else if probe.has("tcpSocket") {
        format!(
            "tcp-socket {}:{}",
            probe.text("tcpSocket.host"),
            probe.scalar("tcpSocket.port")
        )
    } else if probe.has("grpc") {
        format!(
            "grpc <pod>:{} {}",
            probe.int("grpc.port"),
            probe.text("grpc.service")
        )
    } else {
        "unknown".to_owned()
    };
    let [success, failure] = match by_name {
        true => ["successThreshold", "failureThreshold"],
        false => ["#success", "#failure"],
    };
    format!(
        "{what} delay={}s timeout={}s period={}s {success}={} {failure}={}",
        probe.int("initialDelaySeconds"),
        probe.int("timeoutSeconds"),
        probe.int("periodSeconds"),
        probe.int("successThreshold"),
        probe.int("failureThreshold")
    )
}

/// Percent-encodes characters that are invalid in a URL's path.
fn escape_path(path: &str) -> String {
    path.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-_.~$&+,/:;=@".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}

fn environment_from(page: &mut Description, sources: &[Value]) {
    if sources.is_empty() {
        return;
    }
    page.line(2, "Environment Variables from:");
    for source in sources {
        let (kind, reference) = if source.has("configMapRef") {
            ("ConfigMap", source.at("configMapRef"))
        } else if source.has("secretRef") {
            ("Secret", source.at("secretRef"))
        } else {
            ("", &Value::Null)
        };
        let prefix = match source.text("prefix") {
            "" => String::new(),
            prefix => format!(" with prefix '{prefix}'"),
        };
        let (name, optional) = (reference.text("name"), reference.flag("optional"));
        page.line(3, &format!("{name}\t{kind}{prefix}\tOptional: {optional}"));
    }
}

fn environment(page: &mut Description, container: &Value, pod: Option<&Value>) {
    let variables = container.list("env");
    page.line(
        2,
        if variables.is_empty() {
            "Environment:\t<none>"
        } else {
            "Environment:"
        },
    );
    for variable in variables {
        let name = variable.text("name");
        let from = variable.at("valueFrom");
        if from.is_null() {
            for (index, line) in variable.text("value").split('\n').enumerate() {
                let title = if index == 0 {
                    format!("{name}:")
                } else {
                    String::new()
                };
                page.line(3, &format!("{title}\t{line}"));
            }
        } else if from.has("fieldRef") {
            let path = from.text("fieldRef.fieldPath");
            // kubectl can only look up these two.
            let value = match path {
                "metadata.name" | "metadata.namespace" => pod.map_or("", |pod| pod.text(path)),
                _ => "",
            };
            page.field(
                3,
                name,
                &format!("{value} ({}:{path})", from.text("fieldRef.apiVersion")),
            );
        } else if from.has("resourceFieldRef") {
            let reference = from.at("resourceFieldRef");
            let value = super::resources::field_value(container, reference);
            page.field(
                3,
                name,
                &format!("{value} ({})", reference.text("resource")),
            );
        } else if from.has("secretKeyRef") || from.has("configMapKeyRef") {
            let (reference, what) = if from.has("secretKeyRef") {
                (from.at("secretKeyRef"), "in secret")
            } else {
                (from.at("configMapKeyRef"), "of config map")
            };
            let text = format!(
                "<set to the key '{}' {what} '{}'>\tOptional: {}",
                reference.text("key"),
                reference.text("name"),
                reference.flag("optional")
            );
            page.field(3, name, &text);
        }
    }
}

fn mounts(page: &mut Description, container: &Value) {
    let mut mounts: Vec<&Value> = container.list("volumeMounts").iter().collect();
    light::sort(&mut mounts, |a, b| {
        a.text("mountPath").cmp(b.text("mountPath"))
    });
    let none = if mounts.is_empty() { "\t<none>" } else { "" };
    page.line(2, &format!("Mounts:{none}"));
    for mount in mounts {
        let mut flags = if mount.flag("readOnly") { "ro" } else { "rw" }.to_owned();
        if !mount.text("subPath").is_empty() {
            flags.push_str(&format!(",path={}", quote(mount.text("subPath"))));
        }
        page.line(
            3,
            &format!(
                "{} from {} ({flags})",
                mount.text("mountPath"),
                mount.text("name")
            ),
        );
    }
    let mut devices: Vec<&Value> = container.list("volumeDevices").iter().collect();
    light::sort(&mut devices, |a, b| {
        a.text("devicePath").cmp(b.text("devicePath"))
    });
    if !devices.is_empty() {
        page.line(2, &format!("Devices:{none}"));
    }
    for device in devices {
        page.line(
            3,
            &format!("{} from {}", device.text("devicePath"), device.text("name")),
        );
    }
}
