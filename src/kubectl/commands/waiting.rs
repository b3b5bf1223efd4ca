//! Commands that wait, and their output meanwhile. Time is the cluster's own: the caller steps the engine and polls
//! after each step.

use super::drain::Drain;
use super::edit::Edit;
use super::exec;
use super::forecast::ForecastWork;
use super::rows::Rows;
use crate::api::go::quote;
use crate::api::look::Look;
use crate::api::meta::Uid;
use crate::api::object::{Key, Object};
use crate::api::pod::ContainerStatus;
use crate::api::time::Time;
use crate::engine::Engine;
use crate::kubectl::forecast::AnswerProgress;
use crate::kubectl::run::Output;
use crate::kubectl::shell::Shell;
use crate::manifests::{Failure, shown};
use crate::print::jsonpath::JsonPath;
use crate::print::rollout;
use crate::store::{ApiError, Store};
use serde_json::Value;
use std::collections::VecDeque;

const TIMED_OUT: &str = "timed out waiting for the condition";
/// Exit code after Ctrl-C, as in a shell.
const INTERRUPTED: i32 = 130;

/// A command that has not finished: what it waits for, and the command line that it is part of.
#[derive(Debug, Clone)]
pub struct WaitingCommand {
    what: What,
    /// When it times out.
    pub deadline: Option<Time>,
    /// Number of steps when it started.
    since: usize,
    shell: Option<Box<Shell>>,
    /// How the wait has ended, and whether the command itself goes on.
    ended: Option<(i32, bool)>,
}

#[derive(Debug, Clone)]
enum What {
    /// `rollout status`
    Rollout {
        keys: VecDeque<Key>,
        revision: i64,
        /// The resource version printed last.
        printed: Option<u64>,
    },
    /// `delete`
    Gone(Vec<(Key, Uid)>),
    /// `wait`, and `scale --timeout`; with the message for each object.
    Until(VecDeque<Key>, Awaited, &'static str),
    /// `drain`: until a node's pods are gone.
    Drained(Box<Drain>),
    /// `get -w`
    Rows(Box<Rows>),
    /// `edit`: until the editor saves.
    Edit(Box<Edit>),
    /// `run --rm -i`: until the container is running.
    Attached(Key, Vec<String>),
    /// `replace --force`: until the objects are gone, which the same command then creates, and the controllers have
    /// done what is due.
    Replaced(Vec<Key>),
    /// `sleep`: until a time.
    Asleep(Time),
    /// `watch`: until a time, or until the cluster has come to rest after this number of steps, since its clock stands
    /// still then.
    Tick(Time, usize),
    /// `sim forecast`: until copies of the cluster have run.
    Forecast(Box<ForecastWork>),
    /// Nothing: the next command of the line is due.
    Turn,
}

/// The state that `kubectl wait` waits for.
#[derive(Debug, Clone)]
pub enum Awaited {
    /// The object is deleted.
    Gone,
    /// The object exists.
    There,
    /// A condition has a status.
    Condition(String, String),
    /// A field has a value, or any value.
    Path(JsonPath, Option<String>),
    /// It has this number of replicas.
    Replicas(i64),
}

impl Awaited {
    fn holds(&self, object: Option<&Object>) -> bool {
        match (self, object) {
            (Self::Gone, object) => object.is_none(),
            (_, None) => false,
            (Self::There, _) => true,
            (Self::Condition(name, status), Some(object)) => {
                let value = object.to_value();
                // The status of an earlier generation is outdated.
                let generation = value.int("metadata.generation");
                let current = |seen: &Value| !seen.has("") || seen.as_i64() >= Some(generation);
                current(value.at("status.observedGeneration"))
                    && value.list("status.conditions").iter().any(|condition| {
                        condition.text("type").eq_ignore_ascii_case(name)
                            && condition.text("status").eq_ignore_ascii_case(status)
                            && current(condition.at("observedGeneration"))
                    })
            }
            (Self::Replicas(count), Some(object)) => {
                let value = object.to_value();
                value.int("spec.replicas") == *count && value.int("status.replicas") == *count
            }
            (Self::Path(path, wanted), Some(object)) => {
                let text = path.text(&object.to_value(), true).unwrap_or_default();
                match wanted {
                    Some(wanted) => text == *wanted,
                    None => !text.is_empty(),
                }
            }
        }
    }
}

/// The result of polling.
#[derive(Debug)]
pub struct Poll {
    /// New output.
    pub text: String,
    /// The result, if the command has finished.
    pub end: Option<Result<(), Failure>>,
}

impl WaitingCommand {
    fn new(what: What, deadline: Option<Time>) -> Self {
        Self {
            what,
            deadline,
            since: 0,
            shell: None,
            ended: None,
        }
    }

    /// Waits for rollouts to finish.
    pub(super) fn for_rollouts(keys: Vec<Key>, revision: i64, deadline: Option<Time>) -> Self {
        let what = What::Rollout {
            keys: keys.into(),
            revision,
            printed: None,
        };
        Self::new(what, deadline)
    }

    /// Waits for objects to be deleted.
    pub(super) fn for_end(objects: Vec<(Key, Uid)>, deadline: Option<Time>) -> Self {
        Self::new(What::Gone(objects), deadline)
    }

    /// Waits for objects to reach a state.
    pub(super) fn for_condition(
        keys: Vec<Key>,
        awaited: Awaited,
        said: &'static str,
        deadline: Time,
    ) -> Self {
        Self::new(What::Until(keys.into(), awaited, said), Some(deadline))
    }

    /// Waits for a node's pods to be gone.
    pub(super) fn for_drain(drain: Drain) -> Self {
        let deadline = drain.gives_up();
        Self::new(What::Drained(Box::new(drain)), deadline)
    }

    /// Prints objects whenever they change, indefinitely.
    pub(super) fn for_rows(rows: Rows) -> Self {
        Self::new(What::Rows(Box::new(rows)), None)
    }

    /// Waits for an editor to save.
    pub(super) fn for_edit(edit: Edit) -> Self {
        Self::new(What::Edit(Box::new(edit)), None)
    }

    /// Waits for a pod's container to run a program.
    pub(super) fn for_program(pod: Key, words: Vec<String>, deadline: Time) -> Self {
        Self::new(What::Attached(pod, words), Some(deadline))
    }

    /// Waits for objects to be gone; then the command runs again.
    pub(super) fn for_replacement(keys: Vec<Key>, deadline: Time) -> Self {
        Self::new(What::Replaced(keys), Some(deadline))
    }

    /// Waits for a time, at which the caller's clock arrives.
    pub(in crate::kubectl) fn for_time(time: Time) -> Self {
        Self::new(What::Asleep(time), None)
    }

    /// Waits for a time, which the clock may never reach.
    pub(in crate::kubectl) fn for_tick(engine: &Engine, time: Time) -> Self {
        Self::new(What::Tick(time, engine.cursor()), None)
    }

    /// Waits for copies of the cluster, which go on with each poll.
    pub(super) fn for_forecast(forecast: ForecastWork) -> Self {
        Self::new(What::Forecast(Box::new(forecast)), None)
    }

    /// Waits for nothing, so that what was printed so far is shown before the next command runs.
    pub(in crate::kubectl) fn for_turn() -> Self {
        Self::new(What::Turn, None)
    }

    /// Starts waiting now, as part of a command line.
    pub(in crate::kubectl) fn within(mut self, engine: &Engine, shell: Shell) -> Self {
        self.since = engine.cursor();
        self.shell = Some(Box::new(shell));
        self
    }

    /// The object being edited; [`WaitingCommand::save`] ends the edit.
    #[must_use]
    pub fn edit(&self) -> Option<&Edit> {
        match &self.what {
            What::Edit(edit) => Some(edit),
            _ => None,
        }
    }

    /// How far the command is, if it does not wait for the cluster but works with each poll.
    #[must_use]
    pub fn work(&self) -> Option<AnswerProgress> {
        match &self.what {
            What::Forecast(forecast) => Some(forecast.progress()),
            _ => None,
        }
    }

    /// When the command tries again what was refused, or times out.
    #[must_use]
    pub fn due(&self) -> Option<Time> {
        let retry = match &self.what {
            What::Drained(drain) => drain.retry(),
            What::Asleep(time) => Some(*time),
            _ => None,
        };
        retry.into_iter().chain(self.deadline).min()
    }

    /// Like [`WaitingCommand::due`], but only if that may end the wait by itself.
    #[must_use]
    pub fn progress(&self, engine: &Engine) -> Option<Time> {
        match &self.what {
            What::Drained(drain) if !drain.may_succeed(engine) => self.deadline,
            _ => self.due(),
        }
    }

    /// Whether the command would only repeat requests that are refused again.
    #[must_use]
    pub fn is_stuck(&self, engine: &Engine) -> bool {
        self.due().is_some() && self.progress(engine).is_none()
    }

    /// Whether the command itself goes on after the wait.
    fn has_sequel(&self, well: bool) -> bool {
        match &self.what {
            What::Attached(..) | What::Replaced(_) => well,
            What::Drained(drain) => drain.goes_on(),
            _ => false,
        }
    }

    /// Whether something follows the wait if it ends like this; the caller then calls [`WaitingCommand::go_on`].
    #[must_use]
    pub fn goes_on(&self, well: bool) -> bool {
        let has_more = self.shell.as_ref().is_some_and(|shell| shell.has_more());
        has_more
            || self
                .ended
                .map_or_else(|| self.has_sequel(well), |(_, has_sequel)| has_sequel)
    }

    /// Continues after the wait (see [`WaitingCommand::goes_on`]).
    pub fn go_on(self, engine: &mut Engine) -> (Output, Option<WaitingCommand>) {
        let (exit, has_sequel) = self.ended.unwrap_or_default();
        let Some(mut shell) = self.shell else {
            return Default::default();
        };
        match self.what {
            What::Attached(pod, _) if has_sequel => {
                let words = ["delete", "pod", &*pod.name, "-n", &*pod.namespace];
                shell.then(words.map(str::to_owned).to_vec());
                shell.go(engine)
            }
            What::Replaced(_) if has_sequel => {
                shell.again();
                shell.go(engine)
            }
            What::Drained(drain) if has_sequel => {
                let given = drain.go_on(engine);
                shell.carry_on(engine, given)
            }
            What::Turn => shell.go(engine),
            _ => shell.resume(engine, exit),
        }
    }

    /// Checks the current state of the cluster; must be called after each step until the command has finished.
    pub fn poll(&mut self, engine: &Engine) -> Poll {
        // Going back to before the command undoes it.
        let undone = engine.cursor() < self.since;
        let mut poll = if undone {
            self.shell = None;
            let text = "the timeline is before this command now";
            ended(Err(Failure::Usage(text.to_owned())))
        } else {
            self.look(engine)
        };
        let end = poll.end.as_ref();
        let is_last = end.is_some_and(|end| end.is_ok() && !self.has_sequel(true));
        if let Some(shell) = &mut self.shell {
            let (out, err) = shell.hear(&poll.text, "", is_last);
            poll.text = out + &err;
        }
        poll
    }

    /// Ends the wait with a result, which is printed.
    pub fn close(&mut self, end: Result<(), Failure>, output: &mut Output) {
        let well = end.is_ok();
        let has_sequel = self.has_sequel(well);
        let mut failed = Output::default();
        failed.end(end);
        let mut exit = failed.exit;
        if let Some(shell) = &mut self.shell {
            let (out, err) = shell.hear("", &failed.stderr, !has_sequel);
            output.stdout.push_str(&out);
            output.stderr.push_str(&err);
            exit = shell.pipe_exit().unwrap_or(exit);
        } else {
            output.stderr.push_str(&failed.stderr);
        }
        output.exit = exit;
        self.ended = Some((failed.exit, has_sequel));
    }

    /// The wait was ended because nothing more happens: neither the command itself nor a `watch` goes on.
    pub(in crate::kubectl) fn abandon(&mut self) {
        if let Some((_, has_sequel)) = &mut self.ended {
            *has_sequel = false;
        }
        if let (What::Tick(..), Some(shell)) = (&self.what, &mut self.shell) {
            shell.stop_watch();
        }
    }

    /// Saves the object being edited; `None` if none is. If that fails, the edit continues.
    pub fn save(
        &self,
        engine: &mut Engine,
        text: &str,
    ) -> Option<(Output, Option<WaitingCommand>)> {
        let given = self.edit()?.save(engine, text);
        Some(match self.shell.clone() {
            Some(shell) => shell.carry_on(engine, given),
            None => given,
        })
    }

    /// Interrupts the command with Ctrl-C: its effects stay, and it prints nothing more.
    #[must_use]
    pub fn interrupt(self) -> Output {
        Output {
            exit: INTERRUPTED,
            ..Output::default()
        }
    }

    /// Ends the command with a timeout error.
    pub fn give_up(&mut self, output: &mut Output) {
        self.close(Err(self.timed_out()), output);
    }

    /// Whether it runs until interrupted.
    #[must_use]
    pub fn is_endless(&self) -> bool {
        matches!(self.what, What::Rows(_) | What::Tick(..))
    }

    /// Whether the clock is to be moved to when it is due.
    #[must_use]
    pub fn is_asleep(&self) -> bool {
        matches!(self.what, What::Asleep(_))
    }

    fn look(&mut self, engine: &Engine) -> Poll {
        let store = engine.store();
        let is_there = |(key, uid): &(Key, Uid)| {
            let object = store.get(key);
            object.is_some_and(|object| object.meta().uid == *uid)
        };
        let mut text = String::new();
        match &mut self.what {
            What::Rollout {
                keys,
                revision,
                printed,
            } => rollouts(store, keys, *revision, printed),
            What::Until(keys, awaited, said) => {
                while let Some(key) = keys.front().filter(|key| awaited.holds(store.get(key))) {
                    text.push_str(&format!("{} {said}\n", shown(key)));
                    keys.pop_front();
                }
                let end = keys.is_empty().then_some(Ok(()));
                Poll { text, end }
            }
            What::Gone(objects) => {
                objects.retain(is_there);
                let end = objects.is_empty().then_some(Ok(()));
                Poll { text, end }
            }
            What::Drained(drain) => drain.look(engine),
            What::Replaced(keys) => {
                let is_gone = keys.iter().all(|key| store.get(key).is_none());
                let end = (is_gone && engine.is_quiescent()).then_some(Ok(()));
                Poll { text, end }
            }
            What::Rows(rows) => Poll {
                text: rows.changed(engine),
                end: None,
            },
            What::Edit(_) => Poll { text, end: None },
            What::Asleep(time) => {
                let end = (engine.now() >= *time).then_some(Ok(()));
                Poll { text, end }
            }
            What::Tick(time, steps) => {
                let rests = engine.cursor() != *steps && engine.is_settled();
                let end = (rests || engine.now() >= *time).then_some(Ok(()));
                Poll { text, end }
            }
            What::Forecast(forecast) => forecast.poll(),
            What::Turn => ended(Ok(())),
            What::Attached(key, words) => {
                let Some(pod) = store.pod(key) else {
                    return ended(Err(ApiError::not_found(key).into()));
                };
                let runs = |status: &ContainerStatus| status.state.running.is_some();
                let Some(container) = pod.status.container_statuses.iter().find(|one| runs(one))
                else {
                    return Poll { text, end: None };
                };
                match exec::program(store, pod, &container.name, words) {
                    Ok(ran) => {
                        // A terminal shows a single stream.
                        let end = Some(Ok(()));
                        let text = ran.out + &ran.err;
                        Poll { text, end }
                    }
                    Err(failure) => ended(Err(failure)),
                }
            }
        }
    }

    /// The error after a timeout.
    #[must_use]
    pub fn timed_out(&self) -> Failure {
        match &self.what {
            What::Rollout { .. }
            | What::Rows(_)
            | What::Edit(_)
            | What::Attached(..)
            | What::Asleep(_)
            | What::Tick(..)
            | What::Forecast(_)
            | What::Turn => Failure::Usage(TIMED_OUT.to_owned()),
            What::Replaced(_) => Failure::Usage("context deadline exceeded".to_owned()),
            What::Until(keys, Awaited::Replicas(_), _) => {
                let text =
                    |key: &Key| format!("timed out waiting for {} to be synced", quote(&key.name));
                Failure::several(keys.iter().map(|key| Failure::Usage(text(key))).collect())
            }
            // An object that does not exist yet cannot be named in the error.
            What::Until(_, Awaited::There, _) => Failure::Usage(TIMED_OUT.to_owned()),
            What::Until(keys, ..) => on(keys.iter()),
            What::Gone(objects) => on(objects.iter().map(|(key, _)| key)),
            What::Drained(drain) => drain.timed_out(),
        }
    }
}

fn ended(result: Result<(), Failure>) -> Poll {
    Poll {
        text: String::new(),
        end: Some(result),
    }
}

/// The timeout errors of several objects.
fn on<'k>(keys: impl Iterator<Item = &'k Key>) -> Failure {
    let error = |key: &Key| {
        let resource = key.kind.plural();
        Failure::Usage(format!("{TIMED_OUT} on {resource}/{}", key.name))
    };
    Failure::several(keys.map(error).collect())
}

fn rollouts(
    store: &Store,
    keys: &mut VecDeque<Key>,
    revision: i64,
    printed: &mut Option<u64>,
) -> Poll {
    let mut text = String::new();
    let end = loop {
        let Some(key) = keys.front() else {
            break Some(Ok(()));
        };
        let Some(object) = store.get(key) else {
            break Some(Err(match printed {
                Some(_) => Failure::Usage("object has been deleted".to_owned()),
                None => ApiError::not_found(key).into(),
            }));
        };
        let version = object.meta().resource_version;
        if *printed == Some(version) {
            break None;
        }
        *printed = Some(version);
        match rollout::status::status(key.kind, &object.to_value(), revision) {
            Err(error) => break Some(Err(Failure::Usage(error.to_string()))),
            Ok(status) => {
                text.push_str(&status.text);
                if !status.done {
                    break None;
                }
            }
        }
        keys.pop_front();
        *printed = None;
    };
    Poll { text, end }
}
