//! `cargo xtask new-machine`: runs the README's commands as if the project had never been built on this machine.
//!
//!
//! It uses a clone of the last commit, an empty cargo home and, by default, an empty cache of tools. The compiler
//! is the machine's, since rustup's folder is not in the cargo home.

use std::env;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process::{self, say};
use crate::{cli, files, paths};

/// How long to wait for the page of `serve`.
const PATIENCE: Duration = Duration::from_secs(30 * 60);

/// Files of the cargo home that belong to the machine rather than the project: how to reach a registry.
const SETTINGS: [&str; 2] = ["config.toml", "config"];

/// Variables that would make the clone build elsewhere, or differently than its own files specify.
const LEAKS: [&str; 5] = [
    "CARGO_TARGET_DIR",
    "CARGO_BUILD_TARGET_DIR",
    "CARGO_NET_OFFLINE",
    "CARGO_INSTALL_ROOT",
    // Set for `cargo xtask` itself, and used by programs to find their checkout.
    "CARGO_MANIFEST_DIR",
];

/// Runs the README's commands as if for the first time, and prints how long they took.
pub fn new_machine(root: &Path, options: &cli::NewMachine) -> Result<()> {
    let machine = Machine::new(root, options)?;
    let outcome = machine.prove(options);
    let removed = files::remove_folder(&machine.folder);
    outcome.and(removed)
}

/// The new machine, in a temporary folder.
struct Machine {
    folder: PathBuf,
    checkout: PathBuf,
    cached_tools: bool,
}

impl Machine {
    fn new(root: &Path, options: &cli::NewMachine) -> Result<Self> {
        let folder = env::temp_dir().join(format!("kubestep-new-machine-{}", std::process::id()));
        files::remove_folder(&folder)?;
        let machine = Self {
            checkout: folder.join("kubestep"),
            folder,
            cached_tools: options.cached_tools,
        };
        for home in [machine.cargo_home(), machine.cache()] {
            std::fs::create_dir_all(&home)
                .with_context(|| format!("cannot create {}", home.display()))?;
        }
        for name in SETTINGS {
            let settings = paths::cargo_home().map(|home| home.join(name));
            if let Some(settings) = settings.filter(|settings| settings.is_file()) {
                say(format!(
                    "{} is kept, since it configures access to the registry",
                    settings.display()
                ));
                files::copy(&settings, &machine.cargo_home().join(name))?;
            }
        }
        let status = process::output(git(root).args(["status", "--porcelain"]))?;
        if !status.trim().is_empty() {
            say("uncommitted changes are not included");
        }
        // Without hard links, so that nothing is shared with the checkout.
        let mut clone = git(root);
        clone.args(["clone", "--quiet", "--no-local", "--depth", "1"]);
        clone.arg(root).arg(&machine.checkout);
        process::shown_ok(&mut clone)?;
        Ok(machine)
    }

    fn cargo_home(&self) -> PathBuf {
        self.folder.join("cargo-home")
    }

    fn cache(&self) -> PathBuf {
        self.folder.join("cache")
    }

    fn xtask(&self, words: &[&str]) -> Command {
        let mut command = Command::new("cargo");
        command.arg("xtask").args(words);
        command.current_dir(&self.checkout);
        command.env("CARGO_HOME", self.cargo_home());
        if !self.cached_tools {
            command.env("XDG_CACHE_HOME", self.cache());
        }
        for name in LEAKS {
            command.env_remove(name);
        }
        command
    }

    fn prove(&self, options: &cli::NewMachine) -> Result<()> {
        let serve = self.serve()?;
        say(format!("the page answered after {}", seconds(serve)));
        let started = Instant::now();
        process::shown_ok(&mut self.xtask(&["dist"]))?;
        let dist = started.elapsed();
        let site = self.checkout.join("dist");
        ensure!(
            site.join("index.html").is_file(),
            "`cargo xtask dist` left no dist/index.html"
        );
        if let Some(into) = &options.site {
            files::remove_folder(into)?;
            files::copy(&site, into)?;
        }
        println!("on a new machine, {}:", self.what());
        println!(
            "  cargo xtask serve   {:>6}   until its page answers",
            seconds(serve)
        );
        println!("  cargo xtask dist    {:>6}   after that", seconds(dist));
        Ok(())
    }

    fn what(&self) -> &'static str {
        if self.cached_tools {
            "with an empty cargo home"
        } else {
            "with an empty cargo home and an empty cache"
        }
    }

    /// The time until `cargo xtask serve` serves the page.
    fn serve(&self) -> Result<Duration> {
        let port = free_port()?;
        let started = Instant::now();
        let mut command = self.xtask(&["serve", "--port", &port.to_string()]);
        let mut child = command
            .stdin(Stdio::null())
            .spawn()
            .with_context(|| format!("cannot start `{}`", process::describe(&command)))?;
        let answered = self.wait_for_page(&mut child, port, started);
        // It may have exited already, which is an error anyway.
        let _ = child.kill();
        let _ = child.wait();
        answered.map(|()| started.elapsed())
    }

    fn wait_for_page(&self, child: &mut Child, port: u16, started: Instant) -> Result<()> {
        let mut last = None;
        while started.elapsed() < PATIENCE {
            if let Some(status) = child.try_wait().context("cannot wait for `serve`")? {
                bail!("`cargo xtask serve` ended ({status}) before its page answered");
            }
            match whole_page(port) {
                Ok(()) => return Ok(()),
                Err(error) => last = Some(error),
            }
            thread::sleep(Duration::from_millis(200));
        }
        let last = last.map_or(String::new(), |error| format!(": {error:#}"));
        bail!("the page did not answer within {}{last}", seconds(PATIENCE))
    }
}

/// Requests the page and the program it loads.
fn whole_page(port: u16) -> Result<()> {
    let page = get(port, "/")?;
    let page = String::from_utf8_lossy(&page);
    for name in ["kubestep.js", "kubestep_bg.wasm"] {
        ensure!(page.contains(name), "the page does not load {name}");
    }
    ensure!(
        !get(port, "/kubestep.js")?.is_empty(),
        "kubestep.js is empty"
    );
    let wasm = get(port, "/kubestep_bg.wasm")?;
    ensure!(wasm.starts_with(b"\0asm"), "kubestep_bg.wasm is not wasm");
    Ok(())
}

/// The content at an address on this machine.
fn get(port: u16, address: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).context("nothing is listening yet")?;
    stream
        .set_read_timeout(Some(Duration::from_secs(5)))
        .context("cannot set a read timeout")?;
    write!(
        stream,
        "GET {address} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )
    .context("cannot send the request")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).context("no answer yet")?;
    content(&answer, address)
}

/// The content of a successful response.
fn content(answer: &[u8], address: &str) -> Result<Vec<u8>> {
    let end = answer
        .windows(4)
        .position(|window| window == b"\r\n\r\n")
        .with_context(|| format!("{address}: the head of the response is incomplete"))?;
    ensure!(
        answer.starts_with(b"HTTP/1.1 200 "),
        "{address}: {}",
        String::from_utf8_lossy(&answer[..end])
            .lines()
            .next()
            .unwrap_or_default()
    );
    Ok(answer[end + 4..].to_vec())
}

fn git(root: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(root);
    command
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).context("cannot listen on 127.0.0.1")?;
    Ok(listener.local_addr().context("no local address")?.port())
}

fn seconds(duration: Duration) -> String {
    format!("{} s", duration.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_successful_response_has_content() {
        let good = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(content(good, "/").expect("a success"), b"hi");
        let gone = content(b"HTTP/1.1 404 Not Found\r\n\r\nno", "/x").expect_err("not a success");
        assert_eq!(gone.to_string(), "/x: HTTP/1.1 404 Not Found");
        assert!(content(b"HTTP/1.1 200 OK\r\n", "/").is_err());
    }

    #[test]
    fn a_page_without_its_program_is_not_ready() {
        let folder = env::temp_dir().join(format!("kubestep-answer-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        let write =
            |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).expect("a file");
        write(
            "index.html",
            b"<script>kubestep.js kubestep_bg.wasm</script>",
        );
        let port = crate::host::on_a_free_port(folder.clone()).expect("a port");
        assert!(whole_page(port).is_err());
        write("kubestep.js", b"export {}");
        write("kubestep_bg.wasm", b"<html>");
        assert!(whole_page(port).is_err());
        write("kubestep_bg.wasm", b"\0asm\x01\0\0\0");
        whole_page(port).expect("the site is complete");
        std::fs::remove_dir_all(&folder).expect("the folder can be removed");
    }
}
