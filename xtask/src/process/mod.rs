//! Runs other programs, quietly with progress messages or with their output shown.

mod progress;

use std::env;
use std::ffi::OsString;
use std::io::{BufRead, BufReader, IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::{Context, Result, bail};

pub use progress::{Step, quiet, together};

/// Prints what is being done.
pub fn say(text: impl AsRef<str>) {
    eprintln!("[xtask] {}", text.as_ref());
}

/// The command as it would be typed.
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

/// The PATH with a folder prepended.
pub fn path_with(folder: &Path) -> Result<OsString> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(folder.to_path_buf()).chain(env::split_paths(&path));
    env::join_paths(folders).context("a folder on the PATH has a separator in its name")
}

/// The trimmed output of a program for one argument; `None` if it cannot be run or fails.
pub fn answer(program: &Path, argument: &str) -> Option<String> {
    let output = Command::new(program)
        .arg(argument)
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    output.status.success().then_some(text)
}

/// Runs a program and returns its output as text.
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

/// Runs a program with its output shown.
pub fn shown(command: &mut Command) -> Result<ExitStatus> {
    command
        .status()
        .with_context(|| format!("cannot start `{}`", describe(command)))
}

/// Runs a program with its output shown; its failure is an error.
pub fn shown_ok(command: &mut Command) -> Result<()> {
    let status = shown(command)?;
    if !status.success() {
        bail!("`{}` failed ({status})", describe(command));
    }
    Ok(())
}

/// `always` if our own output is coloured, because programs whose output passes through here see no terminal.
pub fn colour() -> &'static str {
    let plain = env::var_os("NO_COLOR").is_some() || !std::io::stdout().is_terminal();
    if plain { "never" } else { "always" }
}

/// Runs a program, and both prints each line of its output and passes it to `each`.
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

/// The lines of both outputs of a child process, in order of arrival.
fn lines_of(child: &mut Child) -> Receiver<String> {
    let (send, receive) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        let send = send.clone();
        forward(stdout, move |line| send.send(line).is_ok());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, move |line| send.send(line).is_ok());
    }
    receive
}

/// Passes on each line for as long as it is accepted.
fn forward(from: impl Read + Send + 'static, mut to: impl FnMut(String) -> bool + Send + 'static) {
    thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            if !to(line) {
                break;
            }
        }
    });
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
}
