//! The tasks behind `cargo xtask`, listed by `cargo xtask help`.

// The bans in clippy.toml keep the simulated cluster a function of its inputs. This program is exempt, because it
// measures real time and interacts with the machine.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod check;
mod cli;
mod delegate;
mod dist;
mod editor;
mod engines;
mod files;
mod host;
mod layers;
mod names;
mod new_machine;
mod paths;
mod process;
mod serve;
mod setup;
mod site;
mod stories;
mod test;
mod versions;
mod watch;

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
        Command::Test { kinds, site } => return test::test(&root, &kinds, site.as_deref()),
        Command::NewMachine(options) => new_machine::new_machine(&root, &options)?,
        Command::Dist { base_url } => dist::dist(&root, base_url.as_deref()).map(drop)?,
        Command::Preview { port } => host::preview(&root, port)?,
        Command::Bench(arguments) => return delegate::bench(&root, &arguments),
        Command::Conformance(arguments) => return delegate::conformance(&root, &arguments),
        Command::Check => check::check(&root)?,
        Command::Editor { check: true } => editor::check(&root)?,
        Command::Editor { check: false } => editor::build(&root)?,
    }
    Ok(ExitCode::SUCCESS)
}
