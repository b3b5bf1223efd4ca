//! `kubectl cordon`, `uncordon` and `taint` (`staging/src/k8s.io/kubectl/pkg/cmd/drain`, `…/pkg/cmd/taint`).

use super::resources::Bare;
use super::session::{Done, Execution};
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::names::{label_value, qualified_name};
use crate::api::object::Object;
use crate::api::taints;
use crate::manifests::{DryRun, Failure, ServedObject, update};
use crate::store::Store;
use serde_json::{Map, Value};

/// Marks nodes as unschedulable.
pub(super) fn cordon(session: &mut Execution<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    let dry_run = session.dry_run()?;
    session.act(dry_run, |store| mark(store, dry_run, &nodes, true))
}

/// Marks nodes as schedulable.
pub(super) fn uncordon(session: &mut Execution<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    let dry_run = session.dry_run()?;
    session.act(dry_run, |store| mark(store, dry_run, &nodes, false))
}

/// The nodes given on the command line.
pub(super) fn nodes(session: &Execution<'_>) -> Result<Vec<Object>, Failure> {
    let mut words = session.words();
    let selects = session.invocation.has("selector");
    let usage = |text: &str| {
        let path = session.path;
        Failure::Usage(format!(
            "{text}\nSee 'kubectl {path} -h' for help and examples"
        ))
    };
    if words.is_empty() && !selects {
        return Err(usage(&format!("USAGE: {} NODE [flags]", session.path)));
    }
    if !words.is_empty() && selects {
        return Err(usage(
            "cannot specify both a node name and a --selector option",
        ));
    }
    if !words.iter().any(|word| word.contains('/')) {
        words.insert(0, "nodes".to_owned());
    }
    let found = session.find(&words, Bare::Refused)?;
    // Stops at the first missing node.
    found.failures.into_iter().next().map_or(Ok(()), Err)?;
    let nodes = found.objects;
    match nodes.iter().find(|object| object.kind() != Kind::Node) {
        None => Ok(nodes),
        Some(other) => {
            let resource = other.kind().resource_name();
            let text = format!(
                "error: expected resource of type node, got {}",
                quote(&resource)
            );
            Err(Failure::Usage(text))
        }
    }
}

/// Sets or removes `spec.unschedulable`.
pub(super) fn mark(
    store: &mut Store,
    dry_run: DryRun,
    nodes: &[Object],
    wanted: bool,
) -> Vec<Result<Option<Done>, Failure>> {
    let mut one = |node: &Object| {
        let mut value = node.to_value();
        let is_so = value.flag("spec.unschedulable") == wanted;
        if wanted {
            spec(&mut value).insert("unschedulable".to_owned(), true.into());
        } else {
            spec(&mut value).remove("unschedulable");
        }
        let operation = match (is_so, wanted) {
            (false, true) => "cordoned",
            (false, false) => "uncordoned",
            (true, true) => "already cordoned",
            (true, false) => "already uncordoned",
        };
        let object = match is_so {
            true => ServedObject::Object(node.clone()),
            false => update(store, dry_run, node, value)?,
        };
        Ok(Some(Done {
            key: node.key(),
            operation: operation.to_owned(),
            object,
        }))
    };
    nodes.iter().map(&mut one).collect()
}

fn spec(value: &mut Value) -> &mut Map<String, Value> {
    let spec = &mut value["spec"];
    if !spec.is_object() {
        *spec = Value::Object(Map::new());
    }
    match spec {
        Value::Object(fields) => fields,
        // Was converted to a node above.
        _ => unreachable!(),
    }
}

/// A taint on the command line: `key=value:effect`; the effect is optional when removing it.
struct Taint {
    key: String,
    value: String,
    effect: String,
}

/// Changes the taints of nodes.
pub(super) fn taint(session: &mut Execution<'_>) -> Result<(), Failure> {
    let usage = |text: String| Failure::Usage(text);
    let words = session.words();
    let is_taint = |word: &String| word.contains(['=', ':']) || word.ends_with('-');
    let first = words.iter().position(is_taint).unwrap_or(words.len());
    let (resources, changes) = words.split_at(first);
    if let Some(late) = changes.iter().find(|word| !is_taint(word)) {
        return Err(usage(format!(
            "all resources must be specified before taint changes: {late}"
        )));
    }
    let [kind, names @ ..] = resources else {
        return Err(usage(
            "one or more resources must be specified as <resource> <name>".to_owned(),
        ));
    };
    if changes.is_empty() {
        return Err(usage("at least one taint update is required".to_owned()));
    }
    let (add, remove) = parse_taints(changes).map_err(|text| {
        usage(format!(
            "{text}\nSee 'kubectl taint -h' for help and examples"
        ))
    })?;
    let known = super::resources::kind(session.engine.store(), kind)?;
    if known != Kind::Node {
        let kind = kind.to_lowercase();
        return Err(usage(format!(
            "invalid resource type {kind}, only node types are supported"
        )));
    }
    let both: Vec<String> = add
        .iter()
        .flat_map(|add| remove.iter().map(move |remove| (add, remove)))
        .filter(|(add, remove)| {
            add.key == remove.key && ["", &add.effect].contains(&remove.effect.as_str())
        })
        .map(|(_, remove)| format!("{{\"{}\":\"{}\"}}", remove.key, remove.effect))
        .collect();
    if !both.is_empty() {
        let both = both.join(", ");
        return Err(usage(format!(
            "can not both modify and remove the following taint(s) in the same command: {both}"
        )));
    }
    let all = session.invocation.switch("all", false);
    if !all && !session.invocation.has("selector") && names.is_empty() {
        let text = "at least one resource name must be specified since 'all' parameter is not set";
        return Err(usage(text.to_owned()));
    }
    let dry_run = session.dry_run()?;
    let overwrite = session.invocation.switch("overwrite", false);
    let found = session.find(resources, Bare::Refused)?;
    let mut failures = found.failures;
    let mut wanted = Vec::new();
    for node in found.objects {
        match retaint(&node, &add, &remove, overwrite) {
            Ok((operation, taints)) => {
                let mut value = node.to_value();
                match taints.is_empty() {
                    true => drop(spec(&mut value).remove("taints")),
                    false => drop(spec(&mut value).insert("taints".to_owned(), taints.into())),
                }
                wanted.push((node, operation, value));
            }
            Err(text) => failures.push(usage(text)),
        }
    }
    session.put(dry_run, wanted, failures)
}

fn parse_taints(words: &[String]) -> Result<(Vec<Taint>, Vec<Taint>), String> {
    let (mut add, mut remove): (Vec<Taint>, Vec<Taint>) = (Vec::new(), Vec::new());
    for word in words {
        if let Some(word) = word.strip_suffix('-') {
            remove.push(parse_taint(word)?);
            continue;
        }
        let taint = parse_taint(word)?;
        if taint.effect.is_empty() {
            return Err(format!("invalid taint spec: {word}"));
        }
        if add
            .iter()
            .any(|known| known.key == taint.key && known.effect == taint.effect)
        {
            let Taint { key, value, effect } = taint;
            return Err(format!(
                "duplicated taints with the same key and effect: {{{key} {value} {effect} <nil>}}"
            ));
        }
        add.push(taint);
    }
    Ok((add, remove))
}

fn parse_taint(text: &str) -> Result<Taint, String> {
    let invalid = |why: &[String]| match why {
        [] => format!("invalid taint spec: {text}"),
        why => format!("invalid taint spec: {text}, {}", why.join("; ")),
    };
    let mut parts = text.split(':');
    let (pair, effect) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() {
        return Err(invalid(&[]));
    }
    let (mut key, mut value) = (pair, "");
    if let Some(effect) = effect {
        if !["NoSchedule", "PreferNoSchedule", "NoExecute"].contains(&effect) {
            return Err(format!(
                "invalid taint effect: {effect}, unsupported taint effect"
            ));
        }
        (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        if value.contains('=') {
            return Err(invalid(&[]));
        }
        let complaints = label_value(value);
        if !complaints.is_empty() {
            return Err(invalid(&complaints));
        }
    }
    let complaints = qualified_name(key);
    if !complaints.is_empty() {
        return Err(invalid(&complaints));
    }
    Ok(Taint {
        key: key.to_owned(),
        value: value.to_owned(),
        effect: effect.unwrap_or_default().to_owned(),
    })
}

/// The resulting taints of a node, and the operation in kubectl's message
/// (`staging/src/k8s.io/kubectl/pkg/cmd/taint/utils.go`, reorganizeTaints).
fn retaint(
    node: &Object,
    add: &[Taint],
    remove: &[Taint],
    overwrite: bool,
) -> Result<(&'static str, Vec<Value>), String> {
    let is = |taint: &Taint, known: &Value| {
        known["key"] == taint.key.as_str() && known["effect"] == taint.effect.as_str()
    };
    let old = taints::of(node);
    let taken: Vec<&str> = add
        .iter()
        .filter(|taint| old.iter().any(|known| is(taint, known)))
        .map(|taint| taint.key.as_str())
        .collect();
    if !overwrite && !taken.is_empty() {
        return Err(format!(
            "node {} already has {} taint(s) with same effect(s) and --overwrite is false",
            node.meta().name,
            taken.join(",")
        ));
    }
    let made = add.iter().map(|taint| {
        let mut value = serde_json::json!({ "effect": taint.effect, "key": taint.key });
        if !taint.value.is_empty() {
            value["value"] = taint.value.as_str().into();
        }
        value
    });
    let kept = old
        .iter()
        .filter(|known| !add.iter().any(|taint| is(taint, known)));
    let mut taints: Vec<Value> = made.chain(kept.cloned()).collect();
    let added = taints.len() != old.len();
    let mut missing = Vec::new();
    let mut removed = false;
    for taint in remove {
        let before = taints.len();
        taints.retain(|known| match taint.effect.is_empty() {
            true => known["key"] != taint.key.as_str(),
            false => !is(taint, known),
        });
        removed = taints.len() != before;
        if !removed {
            let colon = if taint.effect.is_empty() { "" } else { ":" };
            let text = format!("{}{colon}{}", taint.key, taint.effect);
            missing.push(format!("taint {} not found", quote(&text)));
        }
    }
    match missing.as_slice() {
        [] => {}
        [one] => return Err(one.clone()),
        several => return Err(format!("[{}]", several.join(", "))),
    }
    let operation = match (added, removed) {
        (true, true) => "modified",
        _ if overwrite => "modified",
        (true, false) => "tainted",
        _ => "untainted",
    };
    Ok((operation, taints))
}
