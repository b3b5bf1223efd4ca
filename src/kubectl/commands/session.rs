//! The execution of a command.

use super::output::{DefaultOutput, OutputFormat};
use super::ownership::Ownership;
use super::subresource;
use super::waiting::WaitingCommand;
use super::{CommandInput, Invocation};
use crate::actor::Context;
use crate::api::object::{Key, Object};
use crate::engine::{Engine, Kubeconfig};
use crate::kubectl::run::Output;
use crate::manifests::{DryRun, Failure, ServedObject, set_annotation, shown, update};
use crate::print::json;
use crate::store::Store;
use crate::texts::Language;
use crate::versions::{Feature, Features};
use crate::world::World;
use serde_json::Value;

/// The annotation in which `--record` stores the command line.
pub const CHANGE_CAUSE: &str = "kubernetes.io/change-cause";

/// A deprecated flag.
struct Deprecated {
    flag: &'static str,
    advice: &'static str,
    /// The only command in which it is deprecated, and since when.
    of: Option<(&'static str, Feature)>,
    /// Its shorthand, which is deprecated as well.
    letter: Option<char>,
}

const DEPRECATED: &[Deprecated] = &[
    Deprecated {
        flag: "record",
        advice: "--record will be removed in the future",
        of: None,
        letter: None,
    },
    Deprecated {
        flag: "cpu-percent",
        advice: "Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).",
        of: None,
        letter: None,
    },
    Deprecated {
        flag: "filename",
        advice: "it is ignored by kubectl run and will be removed in a future release",
        of: Some(("run", Feature::KubectlRunFilenameDeprecated)),
        letter: Some('f'),
    },
];

impl Deprecated {
    /// pflag's warnings if the flag was given.
    fn warning(&self, path: &str, invocation: &Invocation, features: Features) -> String {
        let is_so = self
            .of
            .is_none_or(|(command, since)| command == path && features.has(since));
        let mut text = String::new();
        if !is_so || !invocation.has(self.flag) {
            return text;
        }
        if let Some(letter) = self.letter.filter(|letter| invocation.has_letter(*letter)) {
            let line = format!(
                "Flag shorthand -{letter} has been deprecated, {}\n",
                self.advice
            );
            text.push_str(&line);
        }
        text + &format!(
            "Flag --{} has been deprecated, {}\n",
            self.flag, self.advice
        )
    }
}

/// The execution of a command.
pub struct Execution<'a> {
    /// The cluster.
    pub engine: &'a mut Engine,
    /// The arguments and flags.
    pub invocation: Invocation,
    /// Standard input and files.
    pub input: CommandInput<'a>,
    /// The command, such as `rollout status`.
    pub path: &'static str,
    /// Standard output so far.
    pub out: String,
    /// Standard error so far.
    pub err: String,
    /// What the command waits for once it has done its part.
    pub waiting: Option<WaitingCommand>,
    /// The exit codes for success and failure.
    pub exits: (i32, i32),
    label: String,
}

/// A completed operation on an object.
pub struct Done {
    /// The object's key.
    pub key: Key,
    /// The operation, such as `scaled`.
    pub operation: String,
    /// The resulting object.
    pub object: ServedObject,
}

impl Done {
    /// `deployment.apps/web`, or `scale.autoscaling/web`.
    fn shown(&self) -> String {
        match self.object {
            ServedObject::Scale(_) => subresource::shown_scale(&self.key),
            _ => shown(&self.key),
        }
    }
}

impl<'a> Execution<'a> {
    pub(super) fn new(
        engine: &'a mut Engine,
        line: &str,
        path: &'static str,
        invocation: Invocation,
        input: CommandInput<'a>,
    ) -> Self {
        let features = engine.store().registers.features;
        let warnings = DEPRECATED.iter();
        let err = warnings.map(|flag| flag.warning(path, &invocation, features));
        let err = err.collect();
        Self {
            engine,
            invocation,
            input,
            path,
            out: String::new(),
            err,
            waiting: None,
            exits: (0, 1),
            label: if path.starts_with("sim") {
                line.to_owned()
            } else {
                format!("kubectl {line}")
            },
        }
    }

    /// The command's output, including the error that ended it.
    pub(super) fn end(mut self, result: Result<(), Failure>) -> (Output, Option<WaitingCommand>) {
        let waiting = self.waiting.take();
        let mut output = Output {
            stdout: self.out,
            stderr: self.err,
            exit: self.exits.0,
        };
        let failed = result.is_err();
        output.end(result);
        if failed {
            output.exit = self.exits.1;
        }
        (output, waiting)
    }

    /// The command's namespace.
    #[must_use]
    pub fn namespace(&self) -> &str {
        let named = self.invocation.text("namespace");
        let named = named.filter(|name| !name.is_empty());
        named.unwrap_or_else(|| self.engine.kubeconfig().current_namespace())
    }

    /// Changes the world in one step, if the change has an effect.
    pub fn change_world(&mut self, change: impl FnOnce(&mut World)) {
        let mut world = self.engine.world().clone();
        change(&mut world);
        if world != *self.engine.world() {
            let label = self.label().to_owned();
            self.engine.set_world(&label, world);
        }
    }

    /// Changes kubectl's configuration in one step, if the change has an effect.
    pub fn set_kubeconfig(&mut self, kubeconfig: Kubeconfig) {
        if kubeconfig != *self.engine.kubeconfig() {
            let label = self.label().to_owned();
            self.engine.set_kubeconfig(&label, kubeconfig);
        }
    }

    /// The label of the step.
    #[must_use]
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The arguments.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        self.invocation.words.clone()
    }

    /// `--dry-run`.
    ///
    /// # Errors
    /// The value is not `none`, `client` or `server`.
    pub fn dry_run(&mut self) -> Result<DryRun, Failure> {
        let dry_run = self.dry_run_flag()?;
        // What a dry run would change of them is not computed; a new object of the client has none.
        let is_new = dry_run == DryRun::Client && self.path.starts_with("create");
        if dry_run != DryRun::No && !is_new && self.shows_managed() {
            let text = "managedFields after a dry run".to_owned();
            return Err(Failure::NotSimulated(text));
        }
        Ok(dry_run)
    }

    fn dry_run_flag(&mut self) -> Result<DryRun, Failure> {
        Ok(match self.invocation.text("dry-run") {
            None | Some("none") => DryRun::No,
            Some("client") => DryRun::Client,
            Some("server") => DryRun::Server,
            Some("unchanged") => {
                let line = "W --dry-run is deprecated and can be replaced with --dry-run=client.\n";
                self.err.push_str(line);
                DryRun::Client
            }
            Some(other) => {
                return Err(Failure::Usage(format!(
                    "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
                )));
            }
        })
    }

    /// Changes the cluster in one step of the timeline, then prints the operations and the errors. There is no step
    /// if nothing changes.
    ///
    /// # Errors
    /// All errors.
    pub fn act(
        &mut self,
        dry_run: DryRun,
        act: impl FnOnce(&mut Store) -> Vec<Result<Option<Done>, Failure>>,
    ) -> Result<(), Failure> {
        let format = OutputFormat::of(&self.invocation, DefaultOutput::Operation)?;
        let results = self.write(dry_run, act);
        let mut failures = Vec::new();
        let mut done = Vec::new();
        for result in results {
            match result {
                Ok(one) => done.extend(one),
                Err(failure) => failures.push(failure),
            }
        }
        self.print_done(&format, &done, dry_run)?;
        Failure::all(failures)
    }

    /// Writes changed objects, each with its operation; then prints the operations and the errors, earlier ones
    /// first.
    ///
    /// # Errors
    /// All errors.
    pub fn put(
        &mut self,
        dry_run: DryRun,
        wanted: Vec<(Object, &str, Value)>,
        mut failures: Vec<Failure>,
    ) -> Result<(), Failure> {
        let result = self.act(dry_run, |store| {
            let mut results = Vec::new();
            for (object, operation, value) in wanted {
                let written = update(store, dry_run, &object, value);
                results.push(written.map_err(Failure::from).map(|written| {
                    Some(Done {
                        key: object.key(),
                        operation: operation.to_owned(),
                        object: written,
                    })
                }));
            }
            results
        });
        failures.extend(result.err());
        Failure::all(failures)
    }

    /// Changes the cluster in one step of the timeline, unless nothing changes.
    pub fn write<T>(&mut self, dry_run: DryRun, act: impl FnOnce(&mut Store) -> T) -> T {
        self.act_on(dry_run, |context| act(context.store))
    }

    /// Like [`Execution::write`], for changes with reasons, which make a step of their own too.
    pub fn act_on<T>(&mut self, dry_run: DryRun, act: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut given = None;
        let mut warnings = Vec::new();
        let _kept = self.engine.act(&self.label, |context| {
            given = Some(act(context));
            warnings = context.store.take_warnings();
            let is_empty = context.store.journal().is_empty() && context.decisions.is_empty();
            if dry_run == DryRun::No && !is_empty {
                Ok(())
            } else {
                Err(())
            }
        });
        for warning in warnings {
            self.err.push_str(&warning.text(Language::English));
            self.err.push('\n');
        }
        // The engine calls `act` exactly once.
        match given {
            Some(given) => given,
            None => unreachable!(),
        }
    }

    /// Whether kubectl holds the objects of this command as Go structs, whose fields `-o json` prints in their order, and
    /// not as maps.
    fn holds_structs(&self, dry_run: DryRun) -> bool {
        match self.path.split_once(' ') {
            Some(("create" | "rollout" | "set", _)) => true,
            None => match self.path {
                "autoscale" | "run" | "taint" => true,
                "expose" => dry_run == DryRun::Client,
                _ => false,
            },
            Some(_) => false,
        }
    }

    /// Prints an operation on an object.
    pub fn say(&mut self, key: &Key, operation: &str, dry_run: DryRun) {
        let text = format!("{} {operation}{}\n", shown(key), dry_run.suffix());
        self.out.push_str(&text);
    }

    /// Prints completed operations.
    ///
    /// # Errors
    /// The template cannot be evaluated.
    pub fn print_done(
        &mut self,
        format: &OutputFormat,
        done: &[Done],
        dry_run: DryRun,
    ) -> Result<(), Failure> {
        for one in done {
            match format {
                OutputFormat::Human { .. } => {
                    let (operation, suffix) = (&one.operation, dry_run.suffix());
                    let line = format!("{} {operation}{suffix}\n", one.shown());
                    self.out.push_str(&line);
                }
                OutputFormat::Name => self.out.push_str(&format!("{}\n", one.shown())),
                format => {
                    let value = self.as_kept(one, dry_run);
                    let text = match format {
                        OutputFormat::Json if self.holds_structs(dry_run) => {
                            json::typed(one.key.kind, &value)
                        }
                        format => format.text(&value)?,
                    };
                    if self.out.starts_with("apiVersion:") {
                        self.out.push_str("---\n");
                    }
                    self.out.push_str(&text);
                }
            }
        }
        Ok(())
    }

    /// The object as the server returns it; after a dry run, with the stored resource version if there is one.
    pub(super) fn as_kept(&self, one: &Done, dry_run: DryRun) -> Value {
        let mut value = match &one.object {
            ServedObject::Object(object) if dry_run == DryRun::No && self.shows_managed() => {
                Ownership::of(self.engine, std::iter::once(one.key.clone())).served(object)
            }
            object => object.value(),
        };
        if dry_run == DryRun::Server {
            let kept = self.engine.store().get(&one.key);
            let version = kept.map(|object| object.meta().resource_version.to_string());
            match (version, value["metadata"].as_object_mut()) {
                (Some(version), Some(metadata)) => {
                    metadata.insert("resourceVersion".to_owned(), version.into());
                }
                (None, Some(metadata)) => drop(metadata.remove("resourceVersion")),
                _ => {}
            }
        }
        value
    }

    /// Whether managed fields are printed: JSON and YAML leave them out unless `--show-managed-fields` is set, other
    /// formats have them if they ask for them.
    pub(super) fn shows_managed(&self) -> bool {
        let flags = &self.invocation;
        let texts = [flags.text("output"), flags.text("template")];
        let asks = |text: &str| text.contains("managedFields");
        flags.switch("show-managed-fields", false) || texts.into_iter().flatten().any(asks)
    }

    /// Stores the command line in the object if `--record` is set.
    pub fn record(&self, value: &mut Value) {
        if self.invocation.switch("record", false) {
            let line = self.invocation.recorded(self.path);
            set_annotation(value, CHANGE_CAUSE, &line);
        }
    }
}
