//! Running other programs: quietly with a sign of life, or with their output shown.

use std::collections::VecDeque;
use std::env;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// How many of a failed program's last lines are shown.
const TAIL_LINES: usize = 40;

/// How often a step that is not on a terminal says that it is still running.
const SIGN_OF_LIFE: Duration = Duration::from_secs(20);

/// Says what is being done.
pub fn say(text: impl AsRef<str>) {
    eprintln!("[xtask] {}", text.as_ref());
}

/// The program as somebody would type it.
pub fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Finds a program on the PATH.
pub fn find(name: &str) -> Option<PathBuf> {
    find_all(name).next()
}

/// All programs of that name on the PATH, in its order.
pub fn find_all(name: &str) -> impl Iterator<Item = PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let suffixes: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd"]
    } else {
        &[""]
    };
    let candidates: Vec<PathBuf> = env::split_paths(&path)
        .flat_map(|dir| suffixes.iter().map(move |s| (dir.clone(), *s)))
        .map(|(dir, suffix)| dir.join(format!("{name}{suffix}")))
        .filter(|candidate| candidate.is_file())
        .collect();
    candidates.into_iter()
}

/// What a program answers to one argument, trimmed; `None` where it cannot be run or fails.
pub fn answer(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Runs a program whose output is wanted as text.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start `{}`", describe(command)))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}", describe(command), stderr.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs a program with its output shown as it is.
pub fn shown(command: &mut Command) -> Result<ExitStatus> {
    command
        .status()
        .with_context(|| format!("cannot start `{}`", describe(command)))
}

/// Runs a program with its output shown as it is; a failure of it is an error.
pub fn shown_ok(command: &mut Command) -> Result<()> {
    let status = shown(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", describe(command));
    }
    Ok(())
}

/// Becomes another program where the system can do that, so that a signal meant for one reaches the
/// other; else runs it to its end.
pub fn become_program(command: &mut Command) -> Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::process::CommandExt;
        let error = command.exec();
        Err(error).with_context(|| format!("cannot start `{}`", describe(command)))
    }
    #[cfg(not(unix))]
    shown_ok(command)
}

/// `always` where our own output is coloured: what passes through here is no terminal for those
/// that write it.
pub fn colour() -> &'static str {
    let plain = env::var_os("NO_COLOR").is_some() || !std::io::stdout().is_terminal();
    if plain { "never" } else { "always" }
}

/// Runs a program, shows each line of its output and hands it on as well.
pub fn teed(command: &mut Command, mut each: impl FnMut(&str)) -> Result<ExitStatus> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start `{}`", describe(command)))?;
    for line in lines_of(&mut child) {
        println!("{line}");
        each(&line);
    }
    child.wait().context("cannot wait for a program")
}

/// Runs a step that may take long, without showing its output: a line says what is going on,
/// for how long, and how many packages were compiled. Only if it fails its last lines are shown.
/// A limit, where there is one, ends it.
pub fn quiet(what: &str, command: &mut Command, limit: Option<Duration>) -> Result<()> {
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{what}: cannot start `{}`", describe(command)))?;
    let lines = lines_of(&mut child);
    let mut progress = Progress::new(what);
    let mut tail = VecDeque::new();
    loop {
        match lines.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => {
                progress.see(&line);
                if tail.len() == TAIL_LINES {
                    tail.pop_front();
                }
                tail.push_back(line);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        progress.tick();
        if limit.is_some_and(|limit| started.elapsed() > limit) {
            // The child may be gone by now, which is what is wanted.
            let _ = child.kill();
            let _ = child.wait();
            progress.end();
            bail!(
                "{what}: gave up after {} s (`{}`)",
                started.elapsed().as_secs(),
                describe(command)
            );
        }
    }
    let status = child.wait().context("cannot wait for a program")?;
    progress.end();
    if !status.success() {
        let tail: Vec<String> = tail.into();
        bail!(
            "{what}: `{}` failed ({status}); it said at the end:\n{}",
            describe(command),
            tail.join("\n")
        );
    }
    Ok(())
}

/// The lines of both outputs of a child, as they come.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, send.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, send);
    }
    receive
}

fn forward(from: impl Read + Send + 'static, to: Sender<String>) {
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            // Nobody listens any more once the step was given up.
            if to.send(line).is_err() {
                break;
            }
        }
    });
}

/// The sign of life of a quiet step: one line that is rewritten on a terminal, a line now and
/// then elsewhere.
struct Progress {
    what: String,
    started: Instant,
    last: Instant,
    compiled: usize,
    terminal: bool,
}

impl Progress {
    fn new(what: &str) -> Self {
        let now = Instant::now();
        say(format!("{what} …"));
        Self {
            what: what.to_owned(),
            started: now,
            last: now,
            compiled: 0,
            terminal: std::io::stderr().is_terminal(),
        }
    }

    fn see(&mut self, line: &str) {
        if line.trim_start().starts_with("Compiling ") {
            self.compiled += 1;
        }
    }

    fn text(&self) -> String {
        let mut text = format!("{}: {} s", self.what, self.started.elapsed().as_secs());
        if self.compiled > 0 {
            text += &format!(", {} packages compiled", self.compiled);
        }
        text
    }

    fn tick(&mut self) {
        let pause = if self.terminal {
            Duration::from_secs(1)
        } else {
            SIGN_OF_LIFE
        };
        if self.last.elapsed() < pause {
            return;
        }
        self.last = Instant::now();
        if self.terminal {
            eprint!("\r[xtask] {} …\u{1b}[K", self.text());
            let _ = std::io::stderr().flush();
        } else {
            say(format!("{} …", self.text()));
        }
    }

    fn end(&self) {
        if self.terminal {
            eprint!("\r\u{1b}[K");
        }
        say(self.text());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_described_as_it_is_typed() {
        let mut command = Command::new("cargo");
        command.args(["install", "trunk"]);
        assert_eq!(describe(&command), "cargo install trunk");
    }

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
        let error = quiet("sleeping", &mut command, limit).expect_err("it never ends");
        assert!(error.to_string().contains("gave up"), "{error}");
    }
}
