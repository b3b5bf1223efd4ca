//! `kubectl top`: the metrics for the load set by the user (`staging/src/k8s.io/kubectl/pkg/cmd/top`,
//! `…/pkg/metricsutil/metrics_printer.go`).

use super::session::Execution;
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::{Look, selects};
use crate::api::object::Object;
use crate::api::pod::{Pod, PodPhase};
use crate::engine::Engine;
use crate::manifests::Failure;
use crate::print::tabwriter::{self, TabWriter};
use crate::world::Load;
use serde_json::json;
use std::rc::Rc;

/// CPU and memory usage in thousandths; `None` where no load is set.
type Usage = [Option<i64>; 2];

const MEBI: i64 = 1024 * 1024;
const UNKNOWN: &str = "<unknown>";

/// Prints the usage of pods.
pub(super) fn pods(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let (name, sort) = checked(session, &words, "pod")?;
    let mut selection = session.selection(Kind::Pod)?;
    selection.name = name.map(str::to_owned);
    let everywhere = session.invocation.switch("all-namespaces", false);
    let mut rows: Vec<(String, String, Usage)> = Vec::new();
    for (pod, usage) in usages(session.engine)? {
        if selection.selects(&Object::Pod(pod.clone())) {
            let meta = &pod.metadata;
            rows.push((meta.namespace.to_string(), meta.name.to_string(), usage));
        }
    }
    if rows.is_empty() {
        return nothing(session, name, everywhere);
    }
    sorted(&mut rows, sort);
    let mut text = String::new();
    if !session.invocation.switch("no-headers", false) {
        text.push_str(if everywhere { "NAMESPACE\t" } else { "" });
        text.push_str("NAME\tCPU(cores)\tMEMORY(bytes)\t\n");
    }
    for (namespace, name, [cpu, memory]) in &rows {
        if everywhere {
            text.push_str(&format!("{namespace}\t"));
        }
        text.push_str(&format!("{name}\t{}\t{}\t\n", cores(*cpu), bytes(*memory)));
    }
    session
        .out
        .push_str(&TabWriter::new(tabwriter::GET).layout(&text));
    Ok(())
}

/// Prints the total usage of each node's pods. The capacity of nodes is not simulated.
pub(super) fn nodes(session: &mut Execution<'_>) -> Result<(), Failure> {
    let words = session.words();
    let (name, sort) = checked(session, &words, "node")?;
    let mut selection = session.selection(Kind::Node)?;
    selection.name = name.map(str::to_owned);
    let pods = usages(session.engine)?;
    let mut rows: Vec<(String, String, Usage)> = Vec::new();
    let nodes = session.engine.store().list(Kind::Node, None);
    for node in nodes.filter(|node| selection.selects(node)) {
        let name = &node.meta().name;
        let mut sum = [None, None];
        for (_, usage) in pods
            .iter()
            .filter(|(pod, _)| pod.node_name.as_ref() == Some(name))
        {
            for (sum, part) in sum.iter_mut().zip(usage) {
                *sum = part
                    .map(|part| part.saturating_add(sum.unwrap_or(0)))
                    .or(*sum);
            }
        }
        rows.push((String::new(), name.to_string(), sum));
    }
    if rows.is_empty() {
        return nothing(session, name, true);
    }
    sorted(&mut rows, sort);
    let mut text = String::new();
    if !session.invocation.switch("no-headers", false) {
        text.push_str("NAME\tCPU(cores)\tCPU(%)\tMEMORY(bytes)\tMEMORY(%)\t\n");
    }
    for (_, name, [cpu, memory]) in &rows {
        let (cpu, memory) = (cores(*cpu), bytes(*memory));
        text.push_str(&format!(
            "{name}\t{cpu}\t{UNKNOWN}\t{memory}\t{UNKNOWN}\t\n"
        ));
    }
    session
        .out
        .push_str(&TabWriter::new(tabwriter::GET).layout(&text));
    Ok(())
}

/// The name and the sort key.
fn checked<'s>(
    session: &Execution<'_>,
    words: &'s [String],
    what: &str,
) -> Result<(Option<&'s str>, Option<usize>), Failure> {
    let usage = |text: String| Err(Failure::Usage(text));
    let flags = &session.invocation;
    let sort = match flags.text("sort-by") {
        None | Some("") => None,
        Some("cpu") => Some(0),
        Some("memory") => Some(1),
        Some(_) => return usage("--sort-by accepts only cpu or memory".to_owned()),
    };
    match words {
        [] => Ok((None, sort)),
        [_] if flags.has("selector") || flags.has("field-selector") => {
            usage("only one of NAME or selector can be provided".to_owned())
        }
        [name] => Ok((Some(name), sort)),
        _ => usage(format!(
            "{what} [NAME | -l label]\nSee 'kubectl top {what} -h' for help and examples"
        )),
    }
}

fn nothing(
    session: &mut Execution<'_>,
    name: Option<&str>,
    everywhere: bool,
) -> Result<(), Failure> {
    let namespace = session.namespace();
    if let Some(name) = name {
        let (kind, name) = match session.path {
            "top node" => ("nodemetrics", name.to_owned()),
            _ => ("podmetrics", format!("{namespace}/{name}")),
        };
        return Err(Failure::Raw(format!(
            "Error from server (NotFound): {kind}.metrics.k8s.io \"{name}\" not found"
        )));
    }
    let line = match everywhere {
        true => "No resources found\n".to_owned(),
        false => format!("No resources found in {namespace} namespace.\n"),
    };
    session.err.push_str(&line);
    Ok(())
}

fn sorted(rows: &mut [(String, String, Usage)], by: Option<usize>) {
    let amount = |usage: &Usage| by.and_then(|by| usage[by]);
    light::sort(rows, |(.., a), (.., b)| amount(b).cmp(&amount(a)));
}

fn cores(milli: Option<i64>) -> String {
    milli.map_or_else(|| UNKNOWN.to_owned(), |milli| format!("{milli}m"))
}

fn bytes(milli: Option<i64>) -> String {
    milli.map_or_else(
        || UNKNOWN.to_owned(),
        |milli| format!("{}Mi", milli / 1000 / MEBI),
    )
}

/// The running pods with their usage, ordered by name.
fn usages(engine: &Engine) -> Result<Vec<(Rc<Pod>, Usage)>, Failure> {
    let loads = &engine.world().loads;
    if loads.is_empty() {
        return Err(Failure::Usage("Metrics API not available".to_owned()));
    }
    let store = engine.store();
    let pods = store
        .list(Kind::Pod, None)
        .filter_map(|object| match object {
            Object::Pod(pod) if pod.status.phase == PodPhase::Running => {
                Some((pod.clone(), [None; 2]))
            }
            _ => None,
        });
    let mut pods: Vec<(Rc<Pod>, Usage)> = pods.collect();
    for load in loads {
        let place = match load.resource.as_str() {
            "cpu" => 0,
            "memory" => 1,
            _ => continue,
        };
        let Some(target) = store.get(&load.target).map(Object::to_value) else {
            continue;
        };
        let selector = target.at("spec.selector");
        let is_meant = |pod: &Pod| {
            pod.metadata.namespace == load.target.namespace
                && selects(selector, &json!(*pod.metadata.labels))
        };
        let serves = |pod: &Pod| pod.is_ready() && !pod.metadata.is_terminating();
        let serving = pods
            .iter()
            .filter(|(pod, _)| is_meant(pod) && serves(pod))
            .count();
        let serving = i64::try_from(serving.max(1)).unwrap_or(1);
        for (pod, usage) in pods.iter_mut().filter(|(pod, _)| is_meant(pod)) {
            usage[place] = Some(match load.amount {
                Load::EachPod(milli) => milli,
                Load::Shared(milli) if serves(pod) => milli / serving,
                Load::Shared(_) => 0,
            });
        }
    }
    Ok(pods)
}
