//! The project's chores behind `cargo xtask`: `cargo xtask help` lists them.

// The bans in clippy.toml keep the simulated cluster a function of its inputs. This program is
// outside of it: it measures real time and talks to the machine.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]
// Some helpers wait for `test` and `check`.
#![allow(dead_code, unused_imports)]

mod cli;
mod delegate;
mod dist;
mod paths;
mod process;
mod serve;
mod service_worker;
mod setup;
mod site;
mod sizes;
mod versions;

use std::process::ExitCode;

use anyhow::Result;

use cli::Command;

fn main() -> ExitCode {
    let command = match cli::parse(std::env::args_os().skip(1)) {
        Ok(command) => command,
        Err(error) => {
            eprintln!("cargo xtask: {error}\n\n{}", cli::HELP);
            return ExitCode::from(2);
        }
    };
    match run(command) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("cargo xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> Result<ExitCode> {
    let root = paths::root();
    match command {
        Command::Help => println!("{}", cli::HELP),
        Command::Setup => setup::all(&root)?,
        Command::Serve { port, release } => serve::serve(&root, port, release)?,
        Command::Dist => dist::dist(&root)?,
        Command::Preview { port } => site::preview(&root, port)?,
        Command::Bench(arguments) => return delegate::bench(&root, &arguments),
        Command::Conformance(arguments) => return delegate::conformance(&root, &arguments),
        Command::Test(_) | Command::Check | Command::Editor { .. } => {
            anyhow::bail!("this command is not written yet");
        }
    }
    Ok(ExitCode::SUCCESS)
}
