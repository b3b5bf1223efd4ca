//! `kubectl drain` (`staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go`, `…/pkg/drain`): drains nodes sequentially.

use super::flags::Invocation;
use super::node::{mark, nodes};
use super::session::Session;
use super::waiting::{Poll, Waiting};
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::look::{Look, controller_of};
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::selector::Query;
use crate::engine::{self, Engine};
use crate::manifests::{DryRun, Failure, shown};
use crate::store::{ApiError, DeleteOptions, Store};
use crate::world::latency::go_duration;
use std::collections::VecDeque;
use std::rc::Rc;

const LOCAL: &str = "Pods with local storage (use --delete-emptydir-data to override)";
const UNMANAGED: &str = "cannot delete Pods that declare no controller (use --force to override)";
const UNMANAGED_WARNING: &str = "deleting Pods that declare no controller";

/// A drain in progress.
#[derive(Debug, Clone)]
pub struct Drain {
    /// The node being drained, and its remaining pods.
    node: Key,
    pods: Vec<(Key, Uid)>,
    /// Nodes to be drained after it.
    rest: VecDeque<Key>,
    /// Nodes that could not be drained, with the errors.
    failed: Vec<(Key, Vec<Failure>)>,
    invocation: Invocation,
    label: String,
}

/// Cordons nodes and evicts their pods.
pub(super) fn drain(session: &mut Session<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    selector(session)?;
    let mut rest: VecDeque<Key> = nodes.iter().map(Object::key).collect();
    let Some(node) = rest.pop_front() else {
        return Ok(());
    };
    let drain = Drain {
        node,
        pods: Vec::new(),
        rest,
        failed: Vec::new(),
        invocation: session.invocation.clone(),
        label: session.label().to_owned(),
    };
    drain.begin(session, &nodes)
}

/// `--pod-selector`.
fn selector(session: &Session<'_>) -> Result<Query, Failure> {
    let text = session.invocation.text("pod-selector").unwrap_or_default();
    Query::parse(text).map_err(|_| {
        let text = "--pod-selector=<pod_selector> must be a valid label selector";
        Failure::Usage(text.to_owned())
    })
}

impl Drain {
    /// Evicts pods of one node after the other, up to one whose pods must be waited for. All nodes are cordoned
    /// first.
    fn begin(mut self, session: &mut Session<'_>, cordoned: &[Object]) -> Result<(), Failure> {
        let dry_run = session.dry_run()?;
        let mut cordoned = Some(cordoned);
        loop {
            let going = self.evict(session, dry_run, cordoned.take().unwrap_or_default())?;
            match going {
                Some(pods) if dry_run == DryRun::No && !pods.is_empty() => {
                    let flags = &session.invocation;
                    let timeout = flags.duration("timeout").filter(|time| *time > 0);
                    let deadline = timeout.map(|time| session.engine.now().plus_millis(time));
                    self.pods = pods;
                    session.waiting = Some(Waiting::for_drain(self, deadline));
                    return Ok(());
                }
                Some(_) => session.say(&self.node, "drained", dry_run),
                None => {}
            }
            match self.rest.pop_front() {
                Some(next) => self.node = next,
                None => return self.end(session),
            }
        }
    }

    /// Evicts the node's pods; `None` after reporting that something prevents it.
    fn evict(
        &mut self,
        session: &mut Session<'_>,
        dry_run: DryRun,
        cordoned: &[Object],
    ) -> Result<Option<Vec<(Key, Uid)>>, Failure> {
        let selector = selector(session)?;
        let pods: Vec<Rc<Pod>> = {
            let store = session.engine.store();
            let keys = store.indexes().on_node(&self.node.name);
            let pods = keys.filter_map(|key| store.pod(key).cloned());
            pods.filter(|pod| selector.matches(&pod.metadata.labels))
                .collect()
        };
        let verdict = judge(session, &pods);
        let going = verdict.as_ref().map_or(&[][..], |(going, _)| going);
        let flags = &session.invocation;
        let evicts = !flags.switch("disable-eviction", false);
        let options = DeleteOptions {
            grace_period_seconds: flags.int("grace-period").filter(|grace| *grace >= 0),
            ..DeleteOptions::default()
        };
        let (marked, refused) = session.write(dry_run, |store| {
            let marked = mark(store, dry_run, cordoned, true);
            let mut refused = Vec::new();
            for pod in going.iter().filter(|_| dry_run == DryRun::No) {
                let result = evict(store, pod, &options, evicts);
                refused.extend(result.err().map(|error| not_evicted(pod, &error)));
            }
            (marked, refused)
        });
        for done in marked.into_iter().flatten().flatten() {
            session.say(&done.key, &done.operation, dry_run);
        }
        let (going, warning) = match verdict {
            Ok(verdict) => verdict,
            Err(whys) => {
                let whys = whys.into_iter().map(Failure::Raw).collect();
                let text = self.fail(whys);
                session.err.push_str(&text);
                return Ok(None);
            }
        };
        if !warning.is_empty() {
            session.err.push_str(&format!("Warning: {warning}\n"));
        }
        let tried = dry_run.suffix();
        for pod in going.iter().filter(|_| evicts || dry_run == DryRun::Client) {
            let (namespace, name) = (&pod.metadata.namespace, &pod.metadata.name);
            let line = format!("evicting pod {namespace}/{name}{tried}\n");
            session.out.push_str(&line);
        }
        if !refused.is_empty() {
            let text = self.fail(refused);
            session.err.push_str(&text);
            return Ok(None);
        }
        let id = |pod: &Rc<Pod>| {
            let meta = &pod.metadata;
            (Object::Pod(pod.clone()).key(), meta.uid.clone())
        };
        Ok(Some(going.iter().map(id).collect()))
    }

    /// Gives up on a node; returns the immediate message.
    fn fail(&mut self, whys: Vec<Failure>) -> String {
        let why = Failure::one_line(&whys).map_or_else(String::new, |why| why.to_string());
        let name = quote(&self.node.name);
        self.failed.push((self.node.clone(), whys));
        format!("error: unable to drain node {name} due to error: {why}, continuing command...\n")
    }

    /// Finishes after the last node.
    fn end(self, session: &mut Session<'_>) -> Result<(), Failure> {
        if self.failed.is_empty() {
            return Ok(());
        }
        session
            .err
            .push_str("There are pending nodes to be drained:\n");
        for (node, _) in &self.failed {
            session.err.push_str(&format!(" {}\n", node.name));
        }
        Failure::all(match self.failed.as_slice() {
            [(_, whys)] => whys.clone(),
            several => {
                let lines = several.iter();
                lines
                    .filter_map(|(_, whys)| Failure::one_line(whys))
                    .collect()
            }
        })
    }

    /// Whether anything follows the current wait.
    pub(super) fn goes_on(&self) -> bool {
        !self.rest.is_empty() || !self.failed.is_empty() || !self.pods.is_empty()
    }

    /// Continues with the next node, after the pods are gone or the wait timed out.
    pub(super) fn go_on(self, engine: &mut Engine) -> (super::Output, Option<Waiting>) {
        let nodes: Vec<&str> = self.rest.iter().map(|node| &*node.name).collect();
        let input = engine::Input::Drain {
            line: self.label.as_str().into(),
            nodes: nodes.join(" ").into(),
        };
        engine.enter(input, |engine| self.go_on_now(engine))
    }

    fn go_on_now(mut self, engine: &mut Engine) -> (super::Output, Option<Waiting>) {
        let invocation = self.invocation.clone();
        let label = self.label.clone();
        let line = label.strip_prefix("kubectl ").unwrap_or(&label);
        let input = super::Input::default();
        let mut session = Session::new(engine, line, "drain", invocation, input);
        if !self.pods.is_empty() {
            let whys = self.late();
            let text = self.fail(whys);
            session.err.push_str(&text);
        }
        let result = match self.rest.pop_front() {
            Some(next) => {
                self.node = next;
                self.pods.clear();
                self.begin(&mut session, &[])
            }
            None => self.end(&mut session),
        };
        session.end(result)
    }

    /// Checks which pods are gone.
    pub(super) fn look(&mut self, store: &Store) -> Poll {
        let evicts = self.evicts();
        let said = if evicts { "evicted" } else { "deleted" };
        let is_gone = |(key, uid): &mut (Key, Uid)| {
            let object = store.get(key);
            object.is_none_or(|object| object.meta().uid != *uid)
        };
        let gone = self.pods.extract_if(.., is_gone);
        let mut text: String = gone
            .map(|(key, _)| format!("{} {said}\n", shown(&key)))
            .collect();
        let end = self.pods.is_empty().then(|| {
            text.push_str(&format!("{} drained\n", shown(&self.node)));
            Ok(())
        });
        Poll { text, end }
    }

    fn evicts(&self) -> bool {
        !self.invocation.switch("disable-eviction", false)
    }

    /// The errors for remaining pods: one for each eviction, a joint one for deletions
    /// (`staging/src/k8s.io/kubectl/pkg/drain/drain.go`, evictPods and deletePods).
    fn late(&self) -> Vec<Failure> {
        let timeout = self.invocation.duration("timeout").unwrap_or_default();
        let late = format!("global timeout reached: {}", go_duration(timeout));
        if !self.evicts() {
            return vec![Failure::Usage(late)];
        }
        let why = |(key, _): &(Key, Uid)| {
            let (name, namespace) = (quote(&key.name), quote(&key.namespace));
            Failure::Raw(format!(
                "error when waiting for pod {name} in namespace {namespace} to terminate: {late}"
            ))
        };
        self.pods.iter().map(why).collect()
    }

    /// The error after a timeout.
    pub(super) fn timed_out(&self) -> Failure {
        let whys = Failure::one_line(&self.late());
        let mut text = format!(
            "There are pending pods in node {} when an error occurred: {}",
            quote(&self.node.name),
            whys.map_or_else(String::new, |why| why.to_string())
        );
        for (key, _) in &self.pods {
            text.push_str(&format!("\npod/{}", key.name));
        }
        Failure::Raw(text)
    }
}

/// Goes on with the remaining nodes of a recorded command line.
pub(in crate::kubectl) fn repeat_drain(engine: &mut Engine, line: &str, nodes: &str) {
    let Some(invocation) = super::invocation(line) else {
        return;
    };
    let node = |name| Key::of(Kind::Node, "", name);
    let drain = Drain {
        node: node(""),
        pods: Vec::new(),
        rest: nodes.split_whitespace().map(node).collect(),
        failed: Vec::new(),
        invocation,
        label: line.to_owned(),
    };
    drop(drain.go_on(engine));
}

fn not_evicted(pod: &Pod, error: &ApiError) -> Failure {
    let (name, namespace) = (&pod.metadata.name, &pod.metadata.namespace);
    let name = quote(name);
    Failure::Raw(format!(
        "error when evicting pods/{name} -n {}: {error}",
        quote(namespace)
    ))
}

/// The pods to evict with warnings, or the errors that prevent it
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
        // Finished pods can be removed; the last of two warnings wins.
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

/// Evicts a pod through the eviction API (`pkg/registry/core/pod/storage/eviction.go`), or deletes it. There are no
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
