//! `kubectl drain` (`staging/src/k8s.io/kubectl/pkg/cmd/drain/drain.go`, `…/pkg/drain`): drains nodes sequentially.

mod attempt;
mod drainable;

use super::flags::Invocation;
use super::node::{mark, nodes};
use super::session::Execution;
use super::waiting::{Poll, WaitingCommand};
use crate::api::go::quote;
use crate::api::kind::Kind;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::pod::Pod;
use crate::api::selector::Query;
use crate::api::time::Time;
use crate::engine::{self, Engine};
use crate::manifests::{DryRun, Failure, shown};
use crate::store::{DeleteOptions, Store};
use crate::world::latency::go_duration;
use attempt::{Attempt, Attempts};
use drainable::{drainable, is_overdue};
use std::collections::VecDeque;
use std::rc::Rc;

/// Milliseconds after which a refused eviction is tried again (EvictErrorRetryDelay).
const RETRY_AFTER: i64 = 5_000;

/// A drain in progress.
#[derive(Debug, Clone)]
pub struct Drain {
    /// The node being drained.
    node: Key,
    /// Its pods that are being deleted.
    pods: Vec<(Key, Uid)>,
    /// Its pods that a disruption budget does not let go yet.
    refused: Vec<Key>,
    /// When their evictions are tried again.
    retry: Time,
    /// The cluster's resource version after the last attempt.
    seen: u64,
    /// Errors of other pods.
    errors: Vec<Failure>,
    /// When the time for the node is over.
    deadline: Option<Time>,
    /// Nodes to be drained after it.
    rest: VecDeque<Key>,
    /// Nodes that could not be drained, with the errors.
    failed: Vec<(Key, Vec<Failure>)>,
    invocation: Invocation,
    label: String,
}

/// Cordons nodes and evicts their pods.
pub(super) fn drain(session: &mut Execution<'_>) -> Result<(), Failure> {
    let nodes = nodes(session)?;
    selector(session)?;
    let mut rest: VecDeque<Key> = nodes.iter().map(Object::key).collect();
    let Some(node) = rest.pop_front() else {
        return Ok(());
    };
    let label = session.label().to_owned();
    let drain = Drain::new(node, rest, session.invocation.clone(), label);
    drain.begin(session, &nodes)
}

/// `--pod-selector`.
fn selector(session: &Execution<'_>) -> Result<Query, Failure> {
    let text = session.invocation.text("pod-selector").unwrap_or_default();
    Query::parse(text).map_err(|_| {
        let text = "--pod-selector=<pod_selector> must be a valid label selector";
        Failure::Usage(text.to_owned())
    })
}

impl Drain {
    fn new(node: Key, rest: VecDeque<Key>, invocation: Invocation, label: String) -> Self {
        Self {
            node,
            pods: Vec::new(),
            refused: Vec::new(),
            retry: Time::default(),
            seen: 0,
            errors: Vec::new(),
            deadline: None,
            rest,
            failed: Vec::new(),
            invocation,
            label,
        }
    }

    /// Removes the pods of one node after the other, up to one whose pods must be waited for. All nodes are cordoned
    /// first.
    fn begin(mut self, session: &mut Execution<'_>, cordoned: &[Object]) -> Result<(), Failure> {
        let mut cordoned = Some(cordoned);
        loop {
            self.drain_node(session, cordoned.take().unwrap_or_default())?;
            if self.is_busy() {
                self.wait(session);
                return Ok(());
            }
            match self.rest.pop_front() {
                Some(next) => self.node = next,
                None => return self.end(session),
            }
        }
    }

    fn wait(self, session: &mut Execution<'_>) {
        session.waiting = Some(WaitingCommand::for_drain(self));
    }

    /// Whether pods of the node must be waited for.
    fn is_busy(&self) -> bool {
        !self.pods.is_empty() || !self.refused.is_empty()
    }

    /// Removes the node's pods, unless something prevents it, which is reported.
    fn drain_node(
        &mut self,
        session: &mut Execution<'_>,
        cordoned: &[Object],
    ) -> Result<(), Failure> {
        let dry_run = session.dry_run()?;
        let pods = self.listed(session, &selector(session)?);
        let verdict = drainable(session, &pods);
        let going = verdict.as_ref().map_or(&[][..], |(going, _)| going);
        let keys: Vec<Key> = going.iter().map(key_of).collect();
        let timeout = session.invocation.duration("timeout");
        let timeout = timeout.filter(|time| *time > 0);
        self.deadline = timeout.map(|time| session.engine.now().plus_millis(time));
        let attempts = self.attempts(&keys, dry_run);
        let (marked, results) = session.act_on(dry_run, |cx| {
            let marked = mark(cx.store, dry_run, cordoned, true);
            (marked, attempts.all(cx))
        });
        for done in marked.into_iter().flatten().flatten() {
            session.say(&done.key, &done.operation, dry_run);
        }
        let warning = match verdict {
            Ok((_, warning)) => warning,
            Err(whys) => {
                self.fail(session, whys.into_iter().map(Failure::Raw).collect());
                return Ok(());
            }
        };
        if !warning.is_empty() {
            session.err.push_str(&format!("Warning: {warning}\n"));
        }
        self.note(session, results, dry_run);
        if dry_run != DryRun::No && self.refused.is_empty() {
            self.pods.clear();
        }
        if !self.is_busy() {
            self.finish(session, dry_run);
        }
        Ok(())
    }

    /// The pods on the node that `--pod-selector` selects.
    fn listed(&self, session: &Execution<'_>, selector: &Query) -> Vec<Rc<Pod>> {
        let store = session.engine.store();
        let keys = store.indexes().on_node(&self.node.name);
        let pods = keys.filter_map(|key| store.pod(key).cloned());
        pods.filter(|pod| selector.matches(&pod.metadata.labels))
            .collect()
    }

    fn attempts<'k>(&self, pods: &'k [Key], dry_run: DryRun) -> Attempts<'k> {
        let grace = self.invocation.int("grace-period");
        Attempts {
            pods,
            dry_run,
            evicts: self.evicts(),
            options: DeleteOptions {
                grace_period_seconds: grace.filter(|grace| *grace >= 0),
                ..DeleteOptions::default()
            },
        }
    }

    /// Prints the results of attempts, and sorts the pods by what comes next.
    fn note(&mut self, session: &mut Execution<'_>, results: Vec<Attempt>, dry_run: DryRun) {
        let evicts = self.evicts();
        for Attempt { pod, result } in results {
            if evicts || dry_run == DryRun::Client {
                say_evicting(session, &pod, dry_run);
            }
            match result {
                Ok(uid) => self.pods.extend(uid.map(|uid| (pod, uid))),
                Err(error) if error.is_too_many_requests() => {
                    let what = not_evicted(&pod);
                    let line = format!("{what} (will retry after 5s): {error}\n");
                    session.err.push_str(&line);
                    self.refused.push(pod);
                }
                Err(error) if evicts => {
                    let text = format!("{}: {error}", not_evicted(&pod));
                    self.errors.push(Failure::Raw(text));
                }
                Err(error) => self.errors.push(Failure::Raw(error.to_string())),
            }
        }
        self.retry = session.engine.now().plus_millis(RETRY_AFTER);
        self.seen = session.engine.store().registers.resource_version;
    }

    /// Reports the result for the node once there is nothing left to wait for.
    fn finish(&mut self, session: &mut Execution<'_>, dry_run: DryRun) {
        let errors = std::mem::take(&mut self.errors);
        if errors.is_empty() {
            session.say(&self.node, "drained", dry_run);
            return;
        }
        if let Ok(selector) = selector(session) {
            let left = self.listed(session, &selector);
            let left: Vec<Key> = left.iter().map(key_of).collect();
            let text = self.pending(&left, &errors);
            session.err.push_str(&text);
        }
        self.fail(session, errors);
    }

    /// Gives up on the node.
    fn fail(&mut self, session: &mut Execution<'_>, whys: Vec<Failure>) {
        let why = Failure::one_line(&whys).map_or_else(String::new, |why| why.to_string());
        let name = quote(&self.node.name);
        let line = format!(
            "error: unable to drain node {name} due to error: {why}, continuing command...\n"
        );
        session.err.push_str(&line);
        self.failed.push((self.node.clone(), whys));
    }

    /// Finishes after the last node.
    fn end(self, session: &mut Execution<'_>) -> Result<(), Failure> {
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
        !self.rest.is_empty()
            || !self.failed.is_empty()
            || !self.errors.is_empty()
            || self.is_busy()
    }

    /// When the command gives up. A refused eviction notices that only at its next attempt.
    pub(super) fn gives_up(&self) -> Option<Time> {
        let deadline = self.deadline?;
        match self.refused.is_empty() {
            true => Some(deadline),
            false => Some(deadline.max(self.retry)),
        }
    }

    /// When refused evictions are tried again.
    pub(super) fn retry(&self) -> Option<Time> {
        (!self.refused.is_empty()).then_some(self.retry)
    }

    /// Whether trying again may succeed by itself: the cluster has changed or is still changing, or there is a
    /// timeout.
    pub(super) fn may_succeed(&self, engine: &Engine) -> bool {
        self.deadline.is_some()
            || !engine.is_settled()
            || self.seen != engine.store().registers.resource_version
    }

    /// Continues with refused evictions or with the next node, after a wait.
    pub(super) fn go_on(self, engine: &mut Engine) -> (super::Output, Option<WaitingCommand>) {
        let again = self.is_due(engine) && !self.is_late(engine);
        let nodes = again.then_some(&self.node).into_iter().chain(&self.rest);
        let nodes: Vec<&str> = nodes.map(|node| &*node.name).collect();
        let pods = self.refused.iter().filter(|_| again);
        let pods: Vec<String> = pods
            .map(|pod| format!("{}/{}", pod.namespace, pod.name))
            .collect();
        let input = engine::Input::Drain {
            line: self.label.as_str().into(),
            nodes: nodes.join(" ").into(),
            pods: pods.join(" ").into(),
        };
        engine.enter(input, |engine| self.go_on_now(engine))
    }

    fn is_due(&self, engine: &Engine) -> bool {
        !self.refused.is_empty() && self.retry <= engine.now()
    }

    fn is_late(&self, engine: &Engine) -> bool {
        self.is_busy() && self.gives_up().is_some_and(|end| end <= engine.now())
    }

    fn go_on_now(mut self, engine: &mut Engine) -> (super::Output, Option<WaitingCommand>) {
        let (late, due) = (self.is_late(engine), self.is_due(engine));
        let invocation = self.invocation.clone();
        let label = self.label.clone();
        let line = label.strip_prefix("kubectl ").unwrap_or(&label);
        let input = super::CommandInput::default();
        let mut session = Execution::new(engine, line, "drain", invocation, input);
        if late {
            for pod in &self.refused {
                say_evicting(&mut session, pod, DryRun::No);
            }
            let whys = self.late();
            self.errors.clear();
            self.fail(&mut session, whys);
        } else if due {
            self.try_again(&mut session);
            if self.is_busy() {
                self.wait(&mut session);
                return session.end(Ok(()));
            }
        } else if !self.errors.is_empty() {
            self.finish(&mut session, DryRun::No);
        }
        let result = match self.rest.pop_front() {
            Some(next) => {
                self.node = next;
                self.pods.clear();
                self.refused.clear();
                self.begin(&mut session, &[])
            }
            None => self.end(&mut session),
        };
        session.end(result)
    }

    /// Tries the refused evictions again. An attempt that changes nothing leaves no trace in the timeline.
    fn try_again(&mut self, session: &mut Execution<'_>) {
        let dry_run = session.dry_run().unwrap_or(DryRun::No);
        let pods = std::mem::take(&mut self.refused);
        let attempts = self.attempts(&pods, dry_run);
        let results = session.act_on(dry_run, |cx| {
            let results = attempts.all(cx);
            if cx.store.journal().is_empty() {
                cx.decisions.clear();
            }
            results
        });
        self.note(session, results, dry_run);
        if dry_run != DryRun::No {
            self.pods.clear();
        }
        if !self.is_busy() {
            self.finish(session, dry_run);
        }
    }

    /// Checks which pods are gone.
    pub(super) fn look(&mut self, engine: &Engine) -> Poll {
        let text = self.gone(engine.store());
        if !self.refused.is_empty() {
            // In the past, what happened at the end of the wait is known.
            let is_last = engine.cursor() == engine.steps().len();
            let again = is_last && self.is_due(engine) && !self.is_late(engine);
            let end = again.then_some(Ok(()));
            return Poll { text, end };
        }
        let mut text = text;
        let end = self.pods.is_empty().then_some(Ok(()));
        if end.is_some() && self.errors.is_empty() {
            text.push_str(&format!("{} drained\n", shown(&self.node)));
        }
        Poll { text, end }
    }

    /// Drops the pods that need not be waited for any longer; returns what is printed about them.
    fn gone(&mut self, store: &Store) -> String {
        let said = if self.evicts() { "evicted" } else { "deleted" };
        let skip = self.invocation.int("skip-wait-for-delete-timeout");
        let mut text = String::new();
        self.pods.retain(|(key, uid)| {
            let pod = store.pod(key).filter(|pod| pod.metadata.uid == *uid);
            let Some(pod) = pod else {
                text.push_str(&format!("{} {said}\n", shown(key)));
                return false;
            };
            let skipped = is_overdue(pod, skip, store.now());
            if skipped {
                let (name, skip) = (quote(&key.name), skip.unwrap_or_default());
                text.push_str(&format!(
                    "pod {name} has DeletionTimestamp older than {skip} seconds, skipping\n"
                ));
            }
            !skipped
        });
        text
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
        let waited = |(key, _): &(Key, Uid)| {
            let (name, namespace) = (quote(&key.name), quote(&key.namespace));
            Failure::Raw(format!(
                "error when waiting for pod {name} in namespace {namespace} to terminate: {late}"
            ))
        };
        let refused = self.refused.iter();
        let refused = refused.map(|pod| Failure::Raw(format!("{}: {late}", not_evicted(pod))));
        let waited = self.pods.iter().map(waited);
        let errors = self.errors.iter().cloned();
        errors.chain(waited).chain(refused).collect()
    }

    /// The error after a timeout.
    pub(super) fn timed_out(&self) -> Failure {
        let waited = self.pods.iter().map(|(key, _)| key);
        let mut left: Vec<Key> = waited.chain(&self.refused).cloned().collect();
        left.sort();
        Failure::Raw(self.pending(&left, &self.late()))
    }

    /// The pods that are left on the node when an error occurs.
    fn pending(&self, left: &[Key], whys: &[Failure]) -> String {
        if left.is_empty() {
            return String::new();
        }
        let node = quote(&self.node.name);
        let why = Failure::one_line(whys).map_or_else(String::new, |why| why.to_string());
        let mut text =
            format!("There are pending pods in node {node} when an error occurred: {why}\n");
        for key in left {
            text.push_str(&format!("pod/{}\n", key.name));
        }
        text
    }
}

/// Goes on with a recorded drain: evictions that were refused before, or the remaining nodes.
pub(in crate::kubectl) fn repeat_drain(engine: &mut Engine, line: &str, nodes: &str, pods: &str) {
    let Some(invocation) = super::invocation(line) else {
        return;
    };
    let node = |name| Key::of(Kind::Node, "", name);
    let rest: VecDeque<Key> = nodes.split_whitespace().map(node).collect();
    let mut drain = Drain::new(node(""), rest, invocation, line.to_owned());
    let pods = pods
        .split_whitespace()
        .filter_map(|pod| pod.split_once('/'));
    drain.refused = pods
        .map(|(namespace, name)| Key::of(Kind::Pod, namespace, name))
        .collect();
    drain.retry = engine.now();
    if !drain.refused.is_empty()
        && let Some(node) = drain.rest.pop_front()
    {
        drain.node = node;
    }
    drop(drain.go_on(engine));
}

fn key_of(pod: &Rc<Pod>) -> Key {
    Key::new(Kind::Pod, &pod.metadata.namespace, &pod.metadata.name)
}

fn say_evicting(session: &mut Execution<'_>, pod: &Key, dry_run: DryRun) {
    let (namespace, name, tried) = (&pod.namespace, &pod.name, dry_run.suffix());
    let line = format!("evicting pod {namespace}/{name}{tried}\n");
    session.out.push_str(&line);
}

fn not_evicted(pod: &Key) -> String {
    let (name, namespace) = (quote(&pod.name), quote(&pod.namespace));
    format!("error when evicting pods/{name} -n {namespace}")
}
