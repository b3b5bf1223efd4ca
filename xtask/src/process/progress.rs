//! Long steps, run in parallel without their output, with a progress line.

use std::collections::VecDeque;
use std::io::{IsTerminal, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use super::{describe, forward, say};

/// Number of lines shown of a failed program's output.
const TAIL_LINES: usize = 40;

/// Interval of progress messages without a terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// A long step.
pub struct Step<'a> {
    /// Its description: `installing wasm-opt`, `the page`.
    pub what: String,
    /// Its command.
    pub command: &'a mut Command,
    /// The approximate number of packages to compile, if known.
    pub packages: Option<usize>,
}

/// Runs a step, with an optional time limit.
pub fn quiet(what: &str, command: &mut Command, limit: Option<Duration>) -> Result<()> {
    let step = Step {
        what: what.to_owned(),
        command,
        packages: None,
    };
    run(vec![step], limit)
}

/// Runs steps in parallel. All of them finish before a failure is reported.
pub fn together(steps: Vec<Step<'_>>) -> Result<()> {
    run(steps, None)
}

fn run(steps: Vec<Step<'_>>, limit: Option<Duration>) -> Result<()> {
    let started = Instant::now();
    let (send, receive) = mpsc::channel();
    let mut running = Vec::new();
    for (number, step) in steps.into_iter().enumerate() {
        running.push(Running::start(step, number, &send)?);
    }
    // The steps hold the other senders, so the channel closes once all have ended.
    drop(send);
    let mut sign = Sign::new();
    for step in &running {
        say(format!("{} …", step.what));
    }
    loop {
        match receive.recv_timeout(Duration::from_millis(500)) {
            Ok((number, line)) => running[number].see(line),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        running.iter_mut().for_each(Running::look);
        sign.give(&running);
        if limit.is_some_and(|limit| started.elapsed() > limit) {
            sign.clear();
            bail!(give_up(running, started));
        }
    }
    sign.clear();
    let ended: Vec<Result<()>> = running.into_iter().map(Running::end).collect();
    ended.into_iter().collect()
}

/// Kills all steps and reports a timeout.
fn give_up(running: Vec<Running>, started: Instant) -> String {
    let mut names = Vec::new();
    for mut step in running {
        // It may have exited already, which is fine.
        let _ = step.child.kill();
        let _ = step.child.wait();
        names.push(format!("{} (`{}`)", step.what, step.typed));
    }
    format!(
        "gave up after {} s: {}",
        started.elapsed().as_secs(),
        names.join(", ")
    )
}

/// A running step.
struct Running {
    what: String,
    typed: String,
    child: Child,
    started: Instant,
    /// Its duration, once it has ended.
    took: Option<Duration>,
    packages: Option<usize>,
    /// Number of packages that are compiled or being compiled.
    built: usize,
    tail: VecDeque<String>,
}

impl Running {
    fn start(step: Step<'_>, number: usize, to: &mpsc::Sender<(usize, String)>) -> Result<Self> {
        let Step {
            what,
            command,
            packages,
        } = step;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .with_context(|| format!("{what}: cannot start `{}`", describe(command)))?;
        if let Some(stdout) = child.stdout.take() {
            let to = to.clone();
            forward(stdout, move |line| to.send((number, line)).is_ok());
        }
        if let Some(stderr) = child.stderr.take() {
            let to = to.clone();
            forward(stderr, move |line| to.send((number, line)).is_ok());
        }
        Ok(Self {
            what,
            typed: describe(command),
            child,
            started: Instant::now(),
            took: None,
            packages,
            built: 0,
            tail: VecDeque::new(),
        })
    }

    fn see(&mut self, line: String) {
        // `cargo build --verbose` also names up-to-date packages, and each compiler invocation.
        let word = line.split_whitespace().next().unwrap_or_default();
        match word {
            "Compiling" | "Fresh" => self.built += 1,
            "Running" | "process" => return,
            _ => {}
        }
        if self.tail.len() == TAIL_LINES {
            self.tail.pop_front();
        }
        self.tail.push_back(line);
    }

    /// Checks whether it has ended.
    fn look(&mut self) {
        if self.took.is_none() && matches!(self.child.try_wait(), Ok(Some(_))) {
            self.took = Some(self.started.elapsed());
        }
    }

    /// `110 of about 150 packages`, once cargo has named any.
    fn packages(&self) -> Option<String> {
        let built = self.built;
        (built > 0).then(|| match self.packages {
            Some(all) => format!("{built} of about {} packages", all.max(built)),
            None => format!("{built} packages"),
        })
    }

    /// `the page: 40 s, 110 of about 150 packages`.
    fn text(&self) -> String {
        let took = self.took.unwrap_or_else(|| self.started.elapsed());
        let packages = self.packages().map(|text| format!(", {text}"));
        format!(
            "{}: {} s{}",
            self.what,
            took.as_secs(),
            packages.unwrap_or_default()
        )
    }

    fn end(mut self) -> Result<()> {
        let status = self.child.wait().context("cannot wait for a program")?;
        self.look();
        say(self.text());
        if !status.success() {
            let tail: Vec<String> = self.tail.into();
            bail!(
                "{}: `{}` failed ({status}); its last output:\n{}",
                self.what,
                self.typed,
                tail.join("\n")
            );
        }
        Ok(())
    }
}

/// The progress message: a line that is rewritten on a terminal, or printed at intervals elsewhere.
struct Sign {
    last: Instant,
    terminal: bool,
}

impl Sign {
    fn new() -> Self {
        Self {
            last: Instant::now(),
            terminal: std::io::stderr().is_terminal(),
        }
    }

    fn give(&mut self, running: &[Running]) {
        let pause = if self.terminal {
            Duration::from_secs(1)
        } else {
            SIGN_OF_LIFE
        };
        if self.last.elapsed() < pause {
            return;
        }
        self.last = Instant::now();
        let going: Vec<String> = running
            .iter()
            .filter(|step| step.took.is_none())
            .map(Running::text)
            .collect();
        let text = going.join("; ");
        if self.terminal {
            eprint!("\r[xtask] {text} …\u{1b}[K");
            // Failing to show progress is no reason to stop.
            let _ = std::io::stderr().flush();
        } else {
            say(format!("{text} …"));
        }
    }

    fn clear(&self) {
        if self.terminal {
            eprint!("\r\u{1b}[K");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_failure_shows_what_the_program_said() {
        let mut command = Command::new("sh");
        command.args(["-c", "echo the reason >&2; exit 3"]);
        let error = quiet("trying", &mut command, None).expect_err("it exits with 3");
        assert!(error.to_string().contains("the reason"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_limit_ends_a_program_that_hangs() {
        let mut command = Command::new("sleep");
        command.arg("30");
        let limit = Some(Duration::from_millis(100));
        let error = quiet("sleeping", &mut command, limit).expect_err("timed out");
        assert!(error.to_string().contains("gave up"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn steps_run_in_parallel_and_all_of_them_finish() {
        fn step<'a>(what: &str, command: &'a mut Command) -> Step<'a> {
            Step {
                what: what.to_owned(),
                command,
                packages: None,
            }
        }
        let (mut fails, mut writes) = (Command::new("sh"), Command::new("sh"));
        let file = std::env::temp_dir().join(format!("kubestep-step-{}", std::process::id()));
        fails.args(["-c", "exit 4"]);
        writes
            .args(["-c", "sleep 0.3; echo done > \"$0\""])
            .arg(&file);
        let steps = vec![step("failing", &mut fails), step("writing", &mut writes)];
        let error = together(steps).expect_err("one step fails").to_string();
        assert!(error.starts_with("failing: "), "{error}");
        std::fs::remove_file(&file).expect("the other step has finished");
    }
}
