//! Containers in descriptions of pods and pod templates.

use super::section::Paragraph;
use super::{times, volumes};
use serde_json::{Map, Value, json};

/// Names of probes in descriptions and in the API.
const PROBES: [(&str, &str); 3] = [
    ("Liveness", "livenessProbe"),
    ("Readiness", "readinessProbe"),
    ("Startup", "startupProbe"),
];
/// Settings of probes in descriptions, of all versions, and in the API.
const SETTINGS: [(&str, &str); 7] = [
    ("delay=", "initialDelaySeconds"),
    ("timeout=", "timeoutSeconds"),
    ("period=", "periodSeconds"),
    ("#success=", "successThreshold"),
    ("successThreshold=", "successThreshold"),
    ("#failure=", "failureThreshold"),
    ("failureThreshold=", "failureThreshold"),
];

/// The containers of a block, and their statuses if it is of a pod.
pub fn read(block: Paragraph<'_, '_>) -> (Vec<Value>, Vec<Value>) {
    let (mut specs, mut statuses) = (Vec::new(), Vec::new());
    for (line, own) in block.each() {
        if own.0.is_empty() {
            continue;
        }
        let spec = spec(line.key, own);
        if own.has("State") {
            statuses.push(status(&spec, own));
        }
        specs.push(spec);
    }
    (specs, statuses)
}

fn spec(name: &str, own: Paragraph<'_, '_>) -> Value {
    let mut spec = json!({ "name": name, "image": own.value("Image") });
    let ports = [own.value("Port"), own.value("Ports")].map(ports).concat();
    if !ports.is_empty() {
        spec["ports"] = ports.into();
    }
    for (title, field) in [("Command", "command"), ("Args", "args")] {
        let words: Vec<&str> = own.below(title).0.iter().map(|line| line.text).collect();
        if !words.is_empty() {
            spec[field] = words.into();
        }
    }
    for (title, field) in [("Limits", "limits"), ("Requests", "requests")] {
        let each = own.below(title).each().into_iter();
        let map: Map<String, Value> = each
            .map(|(line, _)| (line.key.to_owned(), line.value.into()))
            .collect();
        if !map.is_empty() {
            spec["resources"][field] = map.into();
        }
    }
    for (title, field) in PROBES {
        if let Some(probe) = probe(own.value(title)) {
            spec[field] = probe;
        }
    }
    let variables = own.below("Environment").each().into_iter();
    let literal = variables.filter(|(line, _)| !line.key.is_empty() && !is_from(line.value));
    let literal: Vec<Value> = literal
        .map(|(line, _)| json!({ "name": line.key, "value": line.value }))
        .collect();
    if !literal.is_empty() {
        spec["env"] = literal.into();
    }
    let mounts = volumes::mounts(own);
    if !mounts.is_empty() {
        spec["volumeMounts"] = mounts.into();
    }
    spec
}

/// Whether the value of a variable is that of a key or a field.
fn is_from(value: &str) -> bool {
    value.starts_with("<set to") || value.contains("(v1:")
}

/// What a container's description says and is not read: which ConfigMaps and Secrets there are, it does not say.
pub fn unread(own: Paragraph<'_, '_>) -> Vec<&'static str> {
    let sources = "Environment Variables from";
    let variables = own.below("Environment").each();
    let has_from = variables.iter().any(|(line, _)| is_from(line.value));
    let all = [
        (own.has(sources), sources),
        (has_from, "Environment (valueFrom)"),
    ];
    let all = all.into_iter().filter(|(is_there, _)| *is_there);
    all.map(|(_, name)| name).collect()
}

/// `80/TCP (web), 9090/TCP`
fn ports(text: &str) -> Vec<Value> {
    let each = text.split(", ").filter_map(|port| {
        let (port, name) = port.split_once(' ').unwrap_or((port, ""));
        let (number, protocol) = port.split_once('/')?;
        let mut value =
            json!({ "containerPort": number.parse::<u16>().ok()?, "protocol": protocol });
        let name = name.trim_matches(['(', ')']);
        if !name.is_empty() {
            value["name"] = name.into();
        }
        Some(value)
    });
    each.collect()
}

/// `http-get http://:8080/ready delay=0s timeout=1s period=10s #success=1 #failure=3`
fn probe(text: &str) -> Option<Value> {
    let (handler, _) = text.split_once(" delay=")?;
    let (kind, what) = handler.split_once(' ')?;
    let number = |text: &str| match text.parse::<u16>() {
        Ok(number) => Value::from(number),
        Err(_) => text.into(),
    };
    let mut probe = match kind {
        "http-get" => {
            let (scheme, rest) = what.split_once("://")?;
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let (_, port) = host.rsplit_once(':')?;
            let scheme = scheme.to_ascii_uppercase();
            json!({ "httpGet": { "scheme": scheme, "port": number(port), "path": format!("/{path}") } })
        }
        "tcp-socket" => json!({ "tcpSocket": { "port": number(what.rsplit_once(':')?.1) } }),
        "grpc" => {
            let (_, port) = what.split_whitespace().next()?.rsplit_once(':')?;
            json!({ "grpc": { "port": port.parse::<u16>().ok()? } })
        }
        _ => {
            let words = what.trim_matches(['[', ']']).split_whitespace();
            json!({ "exec": { "command": words.collect::<Vec<&str>>() } })
        }
    };
    for word in text.split_whitespace() {
        for (begin, field) in SETTINGS {
            let value = word
                .strip_prefix(begin)
                .map(|value| value.trim_end_matches('s'));
            if let Some(value) = value.and_then(|value| value.parse::<i32>().ok()) {
                probe[field] = value.into();
            }
        }
    }
    Some(probe)
}

fn status(spec: &Value, own: Paragraph<'_, '_>) -> Value {
    let is_ready = own.value("Ready") == "True";
    let state = state(own, "State");
    let is_running = state.get("running").is_some();
    let mut status = json!({
        "name": spec["name"],
        "image": spec["image"],
        "imageID": own.value("Image ID"),
        "ready": is_ready,
        "started": is_running && (is_ready || spec["startupProbe"].is_null()),
        "restartCount": own.value("Restart Count").parse::<i32>().unwrap_or(0),
        "state": state,
    });
    let id = own.value("Container ID");
    if !id.is_empty() {
        status["containerID"] = id.into();
    }
    if own.has("Last State") {
        status["lastState"] = self::state(own, "Last State");
    }
    status
}

/// The state in a field of a container, with the fields below it.
fn state(own: Paragraph<'_, '_>, title: &str) -> Value {
    let below = own.below(title);
    let time = |field: &str| {
        let time = times::absolute(below.value(field));
        time.map_or(Value::Null, |time| time.to_string().into())
    };
    let number = |field: &str| below.value(field).parse::<i32>().unwrap_or(0);
    match own.value(title) {
        "Running" => json!({ "running": { "startedAt": time("Started") } }),
        "Terminated" => {
            let mut ended = json!({
                "reason": below.value("Reason"),
                "exitCode": number("Exit Code"),
                "startedAt": time("Started"),
                "finishedAt": time("Finished"),
            });
            if number("Signal") > 0 {
                ended["signal"] = number("Signal").into();
            }
            if below.has("Message") {
                ended["message"] = below.value("Message").into();
            }
            json!({ "terminated": ended })
        }
        _ => json!({ "waiting": { "reason": below.value("Reason") } }),
    }
}
