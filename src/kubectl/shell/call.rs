//! Runs the commands of a command line: kubectl's, the programs, and the few that the shell has itself.

use super::compile::compile;
use super::machine::{CallFrame, MachineStep, Shell};
use super::pipe::{self, Files};
use super::start::Call;
use super::watch::WatchArguments;
use super::{programs, quoted};
use crate::engine::{self, Engine};
use crate::kubectl::commands::{
    CommandInput, WaitingCommand, by_directory, dispatch, kustomization,
};
use crate::kubectl::run::Output;
use crate::manifests::Failure;
use crate::manifests::kustomize::build;
use std::rc::Rc;

/// Maximum number of commands that a line runs.
const COMMANDS_MAX: usize = 1_000;

impl Shell {
    /// Runs a command.
    pub(super) fn call(
        &mut self,
        engine: &mut Engine,
        call: Call,
        output: &mut Output,
    ) -> MachineStep {
        self.commands += 1;
        if self.commands > COMMANDS_MAX {
            self.give_up(
                &format!("more than {COMMANDS_MAX} commands in a line"),
                output,
            );
            return MachineStep::Went;
        }
        let name = call.words.first().map(String::as_str).unwrap_or_default();
        let arguments = call.words.get(1..).unwrap_or_default();
        match name {
            _ if call.is_kubectl => return self.kubectl(engine, &call, output),
            "sleep" => match super::sleep(arguments) {
                Ok(0) => self.end_call(0),
                Ok(millis) => {
                    return MachineStep::Waits(WaitingCommand::for_time(
                        engine.now().plus_millis(millis),
                    ));
                }
                Err(failure) => self.end_failed(&failure, output),
            },
            "export" | "unset" => {
                for word in arguments {
                    match word.split_once('=').filter(|_| name == "export") {
                        Some((name, value)) => self.terminal.set(name, value.to_owned()),
                        None if name == "unset" => self.terminal.unset(word),
                        None => {}
                    }
                }
                self.end_call(0);
            }
            "watch" => {
                let watch = WatchArguments::parse(arguments);
                let ops = watch.and_then(|watch| Ok((compile(&watch.list()?)?, watch)));
                match ops {
                    Ok((ops, watch)) => {
                        self.running = None;
                        self.collected.push(String::new());
                        let watch = Some(watch);
                        self.frames.push(CallFrame { ops, at: 0, watch });
                    }
                    Err(failure) => self.end_failed(&failure, output),
                }
            }
            _ => match programs::find(&call.words) {
                None => return self.kubectl(engine, &call, output),
                Some(Err(failure)) => self.end_failed(&failure, output),
                Some(Ok(program)) => self.program(&program, output),
            },
        }
        MachineStep::Went
    }

    fn end_call(&mut self, exit: i32) {
        if let Some(running) = &mut self.running {
            let failed = running.is_xargs && (exit != 0 || running.exit != 0);
            running.exit = if failed { 123 } else { exit };
        }
    }

    fn end_failed(&mut self, failure: &Failure, output: &mut Output) {
        let mut failed = Output::default();
        failed.end(Err(failure.clone()));
        self.print(&failed, output);
        self.end_call(1);
    }

    fn program(&mut self, program: &Rc<dyn programs::Program>, output: &mut Output) {
        let stdin = self
            .running
            .as_ref()
            .and_then(|running| running.stdin.clone());
        let stdin = stdin
            .or_else(|| self.stdin.as_deref().map(str::to_owned))
            .unwrap_or_default();
        let files = Files {
            terminal: &self.terminal,
            given: &self.given,
        };
        let (printed, exit) = pipe::run(program, &stdin, &files);
        let printed = Output {
            stdout: printed.out,
            stderr: printed.err,
            exit,
        };
        self.print(&printed, output);
        self.end_call(exit);
    }

    /// The files that a command of kubectl names, and those of its kustomization; the shell's own come first.
    fn files_of(&self, words: &[String]) -> Vec<(String, String)> {
        let directory = kustomization(words);
        let is_within = by_directory(words);
        let is_named = |name: &String| {
            let is_any = directory.is_some() || is_within(name);
            is_any || words.iter().any(|word| word.contains(name.as_str()))
        };
        let own = self.terminal.files().into_iter().filter(is_named);
        let own = own.filter_map(|name| {
            let text = self.terminal.file(&name)?.to_string();
            Some((name, text))
        });
        let mut files: Vec<(String, String)> = own.collect();
        files.extend(
            self.given
                .iter()
                .filter(|(name, _)| is_named(name))
                .cloned(),
        );
        let built = directory.map(|directory| build(&files, &directory));
        // The error of a build may depend on any file.
        if let Some(built) = built.filter(|built| built.objects.is_ok()) {
            files.retain(|(name, _)| built.read.contains(name));
        }
        files
    }

    fn kubectl(&mut self, engine: &mut Engine, call: &Call, output: &mut Output) -> MachineStep {
        let words = &call.words;
        let files = self.files_of(words);
        let stdin = self
            .running
            .as_ref()
            .and_then(|running| running.stdin.as_deref());
        let stdin = stdin.or(self.stdin.as_deref());
        let line = match &call.source {
            Some(source) => source.clone(),
            None => {
                let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                let is_sim = words.first().is_some_and(|word| word == "sim");
                let prefix = if is_sim { "" } else { "kubectl " };
                format!("{prefix}{}", words.join(" "))
            }
        };
        let entered = entered(&line, words, stdin, &files);
        let input = CommandInput {
            stdin,
            files: &files,
        };
        let (given, waiting) = engine.enter(entered, |engine| {
            dispatch(engine, bare(&line), words, input)
        });
        self.print(&given, output);
        match waiting {
            Some(waiting) => {
                if let Some(running) = &mut self.running {
                    running.last = Some(call.clone());
                }
                MachineStep::Waits(waiting)
            }
            None => {
                self.end_call(given.exit);
                MachineStep::Went
            }
        }
    }
}

/// The command line without what precedes the command.
fn bare(line: &str) -> &str {
    let mut line = line.trim();
    for names in [&["$"][..], &["sudo"], &["kubectl", "k"]] {
        for name in names {
            match line.strip_prefix(name) {
                Some("") => line = "",
                Some(rest) if rest.starts_with(char::is_whitespace) => line = rest.trim_start(),
                _ => {}
            }
        }
    }
    line.lines().next().unwrap_or_default()
}

/// The command line with what it reads, for repeating it.
fn entered(
    line: &str,
    words: &[String],
    stdin: Option<&str>,
    files: &[(String, String)],
) -> engine::Input {
    let reads = words.iter().any(|word| word == "-" || word.ends_with("=-"))
        || words
            .iter()
            .any(|word| word.starts_with("-f") && word.ends_with('-'));
    let files = files
        .iter()
        .map(|(name, text)| (name.as_str().into(), text.as_str().into()));
    engine::Input::Command {
        line: line.into(),
        stdin: stdin.filter(|_| reads).map(Into::into),
        files: files.collect(),
    }
}
