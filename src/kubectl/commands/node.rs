//! `kubectl cordon`, `uncordon`, `drain` and `taint` (`staging/src/k8s.io/kubectl/pkg/cmd/drain`, `…/pkg/drain`,
//! `…/pkg/cmd/taint`).

use super::resources::Bare;
use super::session::{Done, DryRun, Served, Session, update};
use super::waiting::Waiting;
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::names::{label_value, qualified_name};
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::selector::Query;
use crate::kubectl::look::{Look, controller_of};
use crate::kubectl::run::Failure;
use crate::node::latency::go_duration;
use crate::node::taints;
use crate::store::{ApiError, DeleteOptions, Store};
use serde_json::{Map, Value};
use std::rc::Rc;

const LOCAL: &str = "Pods with local storage (use --delete-emptydir-data to override)";
const UNMANAGED: &str = "cannot delete Pods that declare no controller (use --force to override)";
const UNMANAGED_WARNING: &str = "deleting Pods that declare no controller";

/// Lets no new pods onto nodes.
pub(super) fn cordon(session: &mut Session<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    let dry_run = session.dry_run()?;
    session.act(dry_run, |store| mark(store, dry_run, &nodes, true))
}

/// Lets new pods onto nodes again.
pub(super) fn uncordon(session: &mut Session<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    let dry_run = session.dry_run()?;
    session.act(dry_run, |store| mark(store, dry_run, &nodes, false))
}

/// The nodes that the line means.
fn nodes(session: &Session<'_>) -> Result<Vec<Object>, Failure> {
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
    // It ends at the first that is not there.
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

/// Sets `spec.unschedulable`, or takes it away.
fn mark(
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
            true => Served::Object(node.clone()),
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
        // It was made one above.
        _ => unreachable!(),
    }
}

/// Cordons a node and evicts its pods.
pub(super) fn drain(session: &mut Session<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    let dry_run = session.dry_run()?;
    let [node] = nodes.as_slice() else {
        return Err(Failure::NotSimulated(
            "draining several nodes with one command: drain them one after the other".to_owned(),
        ));
    };
    let flags = &session.invocation;
    let selector = flags.text("pod-selector").unwrap_or_default();
    let selector = Query::parse(selector).map_err(|_| {
        let text = "--pod-selector=<pod_selector> must be a valid label selector";
        Failure::Usage(text.to_owned())
    })?;
    let grace = flags.int("grace-period").filter(|grace| *grace >= 0);
    let evicts = !flags.switch("disable-eviction", false);
    let name = node.meta().name.clone();
    let pods: Vec<Rc<Pod>> = {
        let store = session.engine.store();
        let keys = store.indexes().on_node(&name);
        let pods = keys.filter_map(|key| store.pod(key).cloned());
        pods.filter(|pod| selector.matches(&pod.metadata.labels))
            .collect()
    };
    let verdict = judge(session, &pods);
    let going = match &verdict {
        Ok((going, _)) => going.clone(),
        Err(_) => Vec::new(),
    };
    let timeout = flags.duration("timeout").filter(|time| *time > 0);
    let options = DeleteOptions {
        grace_period_seconds: grace,
        ..DeleteOptions::default()
    };
    let (marked, failures) = session.write(dry_run, |store| {
        let marked = mark(store, dry_run, std::slice::from_ref(node), true);
        let mut failures = Vec::new();
        for pod in going.iter().filter(|_| dry_run == DryRun::No) {
            failures.extend(evict(store, pod, &options, evicts).err());
        }
        (marked, failures)
    });
    for done in marked.into_iter().flatten().flatten() {
        session.say(&done.key, &done.operation, dry_run);
    }
    let (_, warning) = verdict.map_err(|whys| undrained(&name, &whys))?;
    if !warning.is_empty() {
        session.err.push_str(&format!("Warning: {warning}\n"));
    }
    Failure::all(failures.into_iter().map(Failure::from).collect())?;
    let tried = dry_run.suffix();
    for pod in going.iter().filter(|_| evicts || dry_run == DryRun::Client) {
        let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
        let line = format!("evicting pod {namespace}/{name}{tried}\n");
        session.out.push_str(&line);
    }
    if dry_run != DryRun::No || going.is_empty() {
        session.say(&node.key(), "drained", dry_run);
        return Ok(());
    }
    let pods: Vec<(Key, Uid)> = going
        .iter()
        .map(|pod| {
            let meta = &pod.metadata;
            (
                Key::new(Kind::Pod, &meta.namespace, &meta.name),
                meta.uid.clone(),
            )
        })
        .collect();
    let said = if evicts { "evicted" } else { "deleted" };
    let deadline = timeout.map(|time| (session.engine.now().plus_millis(time), go_duration(time)));
    session.waiting = Some(Waiting::for_drain(pods, node.key(), said, deadline));
    Ok(())
}

/// Which pods go, and what is warned of; or what stands in the way
/// (`staging/src/k8s.io/kubectl/pkg/drain/filters.go`).
fn judge(session: &Session<'_>, pods: &[Rc<Pod>]) -> Result<(Vec<Rc<Pod>>, String), Vec<String>> {
    let flags = &session.invocation;
    let (force, local) = (
        flags.switch("force", false),
        flags.switch("delete-emptydir-data", false),
    );
    let mut going = Vec::new();
    let mut lists: Vec<(&str, bool, Vec<String>)> = Vec::new();
    for pod in pods {
        let value = Object::Pod(pod.clone()).to_value();
        let annotations = value.at("metadata.annotations");
        if annotations.key("kubernetes.io/config.mirror").is_string() {
            continue;
        }
        let has_local = value
            .list("spec.volumes")
            .iter()
            .any(|volume| volume.has("emptyDir"));
        let unmanaged = controller_of(&value).is_none();
        // Pods that have ended may go; of two warnings the last one counts.
        let (text, is_fatal) = match (pod.is_finished(), has_local, unmanaged) {
            (false, true, _) if !local => (LOCAL, true),
            (false, _, true) if !force => (UNMANAGED, true),
            (false, _, true) => (UNMANAGED_WARNING, false),
            _ => ("", false),
        };
        if !text.is_empty() {
            let name = format!("{}/{}", pod.metadata.namespace, pod.metadata.name);
            match lists.iter_mut().find(|(known, ..)| *known == text) {
                Some((.., names)) => names.push(name),
                None => lists.push((text, is_fatal, vec![name])),
            }
        }
        going.push(pod.clone());
    }
    let texts = |fatal: bool| -> Vec<String> {
        let lists = lists.iter().filter(|(_, is_fatal, _)| *is_fatal == fatal);
        lists
            .map(|(text, _, names)| {
                let cannot = if fatal && !text.starts_with("cannot delete") {
                    "cannot delete "
                } else {
                    ""
                };
                format!("{cannot}{text}: {}", names.join(", "))
            })
            .collect()
    };
    let fatal = texts(true);
    if fatal.is_empty() {
        Ok((going, texts(false).join("; ")))
    } else {
        Err(fatal)
    }
}

/// How kubectl words that a node could not be drained (`staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go`).
pub(super) fn undrained(node: &str, whys: &[String]) -> Failure {
    Failure::Raw(format!(
        "error: unable to drain node {} due to error: {}, continuing command...\n\
         There are pending nodes to be drained:\n {node}\n{}",
        quote(node),
        aggregate(whys),
        whys.join("\n")
    ))
}

/// Several errors within a sentence.
pub(super) fn aggregate(whys: &[String]) -> String {
    match whys {
        [only] => only.clone(),
        several => format!("[{}]", several.join(", ")),
    }
}

/// The eviction of the API (`pkg/registry/core/pod/storage/eviction.go`), or just a deletion. There are no
/// disruption budgets.
fn evict(
    store: &mut Store,
    pod: &Rc<Pod>,
    options: &DeleteOptions,
    evicts: bool,
) -> Result<(), ApiError> {
    let key = Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name);
    if evicts && !pod.metadata.is_terminating() && !pod.is_finished() {
        let mut marked = (**pod).clone();
        let reason = "EvictionByEvictionAPI";
        marked.disrupt(store.now(), reason, "Eviction API: evicting");
        store.update_status(Object::Pod(Rc::new(marked)))?;
    }
    ApiError::unless_gone(store.delete(&key, options))
}

/// A taint of a command line: `key=value:effect`; for one to be removed the effect may be missing.
struct Taint {
    key: String,
    value: String,
    effect: String,
}

/// Changes the taints of nodes.
pub(super) fn taint(session: &mut Session<'_>) -> Result<(), Failure> {
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
    let known = super::resources::kind(kind)?;
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

/// The taints that a node shall have, and what is said of it (`staging/src/k8s.io/kubectl/pkg/cmd/taint/utils.go`,
/// reorganizeTaints).
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
