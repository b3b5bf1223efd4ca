//! Rules for what is random in a real cluster. A step that differs is compared again with the rules applied to both
//! sides; the rules needed to make them equal are counted.

use crate::scenario::Recording;
use regex::{Captures, Regex};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// One of the two sides of a step.
pub(crate) struct Side<'a> {
    pub(crate) recording: &'a Recording,
    pub(crate) step: usize,
    /// The occurrences of each event in the snapshot since the last one.
    pub(crate) happened: &'a [i64],
}

/// A rule for a kind of randomness.
pub(crate) struct Rule {
    /// Its name in the counts.
    pub(crate) name: &'static str,
    /// Masks what is random in a step.
    hide: fn(&Side<'_>, &mut Value),
}

/// All rules.
pub(crate) static RULES: &[Rule] = &[
    Rule {
        name: "order of the writes of different controllers",
        hide: order_of_controllers,
    },
    Rule {
        name: "order of deletions by the garbage collector",
        hide: order_of_collection,
    },
    Rule {
        name: "concurrent garbage collection and re-creation",
        hide: collection_and_creation,
    },
    Rule {
        name: "order of adoptions",
        hide: order_of_adoptions,
    },
    Rule {
        name: "NewReplicaSetCreated versus ReplicaSetUpdated",
        hide: created_or_updated,
    },
    Rule {
        name: "order and column width of hashes of restart times",
        hide: restarted,
    },
    Rule {
        name: "which message event aggregation evicts",
        hide: aggregation,
    },
    Rule {
        name: "node ports",
        hide: node_ports,
    },
    Rule {
        name: "resource versions",
        hide: versions,
    },
    Rule {
        name: "order of objects created in the same second",
        hide: same_second,
    },
    Rule {
        name: "order of parallel creations",
        hide: parallel_creations,
    },
    Rule {
        name: "help text worded differently",
        hide: help,
    },
];

macro_rules! patterns {
    ($($name:ident = $pattern:expr;)*) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a constant pattern"));)*
    };
}

patterns! {
    CREATED = "Created new replica set \\\\?\"([^\"\\\\]+)\\\\?\"";
    VERSION = r"(resource version to be \d+, was )\d+";
    SPACES = "  +";
    COMMAND = "^  ([a-z][a-z-]+)  ";
}

/// The rules needed to make two sides equal; `None` if they do not suffice.
pub(crate) fn excuse(
    expected: (&Side<'_>, &Value),
    got: (&Side<'_>, &Value),
    is_equal: impl Fn(&Value, &Value) -> bool,
) -> Option<Vec<&'static str>> {
    let equal_by = |rules: &[&Rule]| {
        let hidden = |(side, value): (&Side<'_>, &Value)| {
            let mut value = value.clone();
            for rule in rules {
                (rule.hide)(side, &mut value);
            }
            value
        };
        is_equal(&hidden(expected), &hidden(got))
    };
    let mut rules: Vec<&Rule> = RULES.iter().collect();
    if !equal_by(&rules) {
        return None;
    }
    for rule in RULES {
        let others: Vec<&Rule> = rules
            .iter()
            .copied()
            .filter(|other| !std::ptr::eq(*other, rule))
            .collect();
        if equal_by(&others) {
            rules = others;
        }
    }
    Some(rules.iter().map(|rule| rule.name).collect())
}

fn list<'a>(value: &'a mut Value, pointer: &str) -> Option<&'a mut Vec<Value>> {
    value.pointer_mut(pointer)?.as_array_mut()
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_default()
}

/// The workload whose controller wrote an object, or the user who wrote the workload itself.
fn workload(write: &Value) -> (&'static str, String) {
    let name = text(write, "name");
    let owner = || name.rsplit_once('-').map_or(name, |(owner, _)| owner);
    let (kind, name) = match text(write, "kind") {
        "Deployment" => ("Deployment", name),
        "ReplicaSet" => ("Deployment", owner()),
        "ControllerRevision" => ("StatefulSet", owner()),
        _ => ("StatefulSet", name),
    };
    (kind, name.to_owned())
}

/// Each controller has its own workers, which process different workloads concurrently.
fn order_of_controllers(_: &Side<'_>, value: &mut Value) {
    if let Some(writes) = list(value, "/snapshot/specWrites") {
        writes.sort_by_key(workload);
    }
}

/// The garbage collector has twenty workers.
fn order_of_collection(_: &Side<'_>, value: &mut Value) {
    let Some(writes) = list(value, "/snapshot/specWrites") else {
        return;
    };
    for run in writes.chunk_by_mut(|a, b| a["verb"] == "DELETED" && b["verb"] == "DELETED") {
        run.sort_by_key(|write| {
            (
                text(write, "kind").to_owned(),
                text(write, "name").to_owned(),
            )
        });
    }
}

/// After a ReplicaSet is deleted and recreated, its old pods are deleted while new ones are created.
fn collection_and_creation(_: &Side<'_>, value: &mut Value) {
    let verbs = |value: &Value, verb: &str| -> BTreeSet<String> {
        let writes = value
            .pointer("/snapshot/specWrites")
            .and_then(Value::as_array);
        let writes = writes.into_iter().flatten();
        let of = writes.filter(|write| write["verb"] == verb);
        of.map(|write| format!("{}/{}", text(write, "kind"), text(write, "name")))
            .collect()
    };
    let (deleted, added) = (verbs(value, "DELETED"), verbs(value, "ADDED"));
    let Some(Value::Object(owners)) = value.pointer_mut("/snapshot/podWrites") else {
        return;
    };
    for (owner, writes) in owners {
        if deleted.contains(owner)
            && added.contains(owner)
            && let Some(writes) = writes.as_array_mut()
        {
            writes
                .sort_by_key(|write| (write[0] == "create", write[1].as_str().map(str::to_owned)));
        }
    }
}

/// Orphans are adopted in the iteration order of a map.
fn order_of_adoptions(_: &Side<'_>, value: &mut Value) {
    let Some(writes) = list(value, "/snapshot/specWrites") else {
        return;
    };
    let is_adoption = |write: &Value| write["changed"] == json!(["metadata.ownerReferences"]);
    for run in writes.chunk_by_mut(|a, b| is_adoption(a) && is_adoption(b)) {
        run.sort_by_key(|write| text(write, "name").to_owned());
    }
}

/// Whether an intermediate status was ever written determines whether the next one counts as progress.
fn created_or_updated(_: &Side<'_>, value: &mut Value) {
    walk(value, &|text| {
        let message = |found: &Captures<'_>| {
            let quote = if found[0].contains('\\') {
                "\\\""
            } else {
                "\""
            };
            format!("ReplicaSet {quote}{}{quote} is progressing.", &found[1])
        };
        let updated = CREATED.replace_all(text, message);
        updated.replace("NewReplicaSetCreated", "ReplicaSetUpdated")
    });
}

fn walk(value: &mut Value, change: &impl Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = change(text),
        Value::Array(items) => items.iter_mut().for_each(|item| walk(item, change)),
        Value::Object(fields) => fields.values_mut().for_each(|field| walk(field, change)),
        _ => {}
    }
}

/// Objects created by a restart are named after a hash of the time, which determines their position in lists.
fn restarted(_: &Side<'_>, value: &mut Value) {
    if let Some(events) = list(value, "/snapshot/events") {
        events.sort_by_key(|event| {
            (
                text(event, "source").to_owned(),
                text(event, "object").to_owned(),
            )
        });
    }
    lines(value, |lines| {
        if lines.iter().any(|line| line.contains("#restart")) {
            for line in lines.iter_mut() {
                *line = SPACES.replace_all(line, "  ").into_owned();
            }
            lines.sort_unstable();
        }
    });
}

fn lines(value: &mut Value, change: impl FnOnce(&mut Vec<String>)) {
    if let Some(Value::String(text)) = value.get_mut("stdout") {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        change(&mut lines);
        *text = lines.join("\n");
    }
}

const COMBINED: &str = "(combined from similar events): ";

/// From the tenth different message on, upstream forgets a random one each time
/// (`staging/src/k8s.io/client-go/tools/record/events_cache.go`, EventAggregate: PopAny): which events are
/// aggregated and which are counted separately is random; their total number is not.
fn aggregation(side: &Side<'_>, value: &mut Value) {
    let combined = reasons_combined(side);
    if let Some(events) = list(value, "/snapshot/events") {
        let mut rest = Vec::new();
        let mut sums: BTreeMap<String, i64> = BTreeMap::new();
        for (index, event) in events.drain(..).enumerate() {
            let key = reason_of(&event);
            if combined.contains(&key) || text(&event, "message").starts_with(COMBINED) {
                *sums.entry(key).or_default() += side.happened.get(index).copied().unwrap_or(0);
            } else {
                rest.push(event);
            }
        }
        let sums = sums.into_iter();
        let sums = sums.map(|(key, happened)| json!({ "combined": key, "happened": happened }));
        *events = rest.into_iter().chain(sums).collect();
    }
    lines(value, |lines| {
        let cells =
            |line: &str| -> Vec<String> { SPACES.split(line.trim()).map(str::to_owned).collect() };
        let is_combined = |line: &&String| line.contains(COMBINED);
        let reason = |line: &str| {
            let cells = cells(line);
            let at = usize::from(cells.first().is_some_and(|cell| cell.starts_with("<a>")));
            cells.get(at..at + 2).map(<[String]>::to_vec)
        };
        let found: BTreeSet<_> = lines
            .iter()
            .filter(is_combined)
            .map(|line| reason(line))
            .collect();
        if !found.is_empty() {
            lines.retain(|line| !found.contains(&reason(line)));
            for line in lines.iter_mut() {
                *line = SPACES.replace_all(line, "  ").into_owned();
            }
        }
    });
}

fn reason_of(event: &Value) -> String {
    ["source", "object", "type", "reason"]
        .map(|field| text(event, field))
        .join(" ")
}

/// The reasons whose events were aggregated up to a step, as recorded.
fn reasons_combined(side: &Side<'_>) -> BTreeSet<String> {
    let steps = side.recording.steps[..=side.step].iter();
    let events = steps.filter_map(|step| step.pointer("/snapshot/events")?.as_array());
    let combined = events
        .flatten()
        .filter(|event| text(event, "message").starts_with(COMBINED));
    combined.map(reason_of).collect()
}

/// Node ports are assigned randomly.
fn node_ports(_: &Side<'_>, value: &mut Value) {
    for service in list(value, "/snapshot/services").into_iter().flatten() {
        for port in list(service, "/ports").into_iter().flatten() {
            let drawn = |port: i64| (30_000..32_768).contains(&port);
            if port["nodePort"].as_i64().is_some_and(drawn) {
                port["nodePort"] = "<drawn>".into();
            }
        }
    }
}

/// A real store counts the writes of everything in it.
fn versions(_: &Side<'_>, value: &mut Value) {
    if let Some(Value::String(text)) = value.get_mut("stderr") {
        *text = VERSION.replace_all(text, "$1<rv>").into_owned();
    }
}

/// The recorded server gave each pod a later second than the previous one; the order within a second is a race.
fn same_second(side: &Side<'_>, value: &mut Value) {
    let command = text(&side.recording.steps[side.step], "command");
    if command.contains("--sort-by") && command.contains("creationTimestamp") {
        lines(value, |lines| lines.sort_unstable());
    }
}

/// Objects created in parallel by a ReplicaSet or a Parallel StatefulSet have a random order, and so do their
/// events.
fn parallel_creations(_: &Side<'_>, value: &mut Value) {
    let created = |line: &String| line.contains("Create Claim ") || line.contains("Created pod: ");
    lines(value, |lines| {
        for run in lines.chunk_by_mut(|a, b| created(a) && created(b)) {
            run.sort_unstable();
        }
    });
}

/// Help texts are reworded; only the commands they name are compared.
fn help(_: &Side<'_>, value: &mut Value) {
    for stream in ["stdout", "stderr"] {
        let Some(Value::String(text)) = value.get_mut(stream) else {
            continue;
        };
        if text.contains("\nUsage:\n  kubectl ") && text.contains("\nAvailable Commands:\n") {
            let known = text
                .lines()
                .filter_map(|line| Some(COMMAND.captures(line)?[1].to_owned()));
            let left_out = text
                .lines()
                .filter_map(|line| line.strip_prefix("Not simulated: "));
            let left_out = left_out.flat_map(|line| line.split(", ").map(str::to_owned));
            let named: BTreeSet<String> = known.chain(left_out).collect();
            *text = format!("commands: {named:?}");
        }
    }
}

#[cfg(test)]
mod tests;
