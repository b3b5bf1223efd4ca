//! The flags of every command against kubectl's own (`tests/cases/kubectl_flags.json`): those that its help lists are
//! all that kubectl has, what it lists as an option is accepted, and what it lists as not simulated is refused by name.

mod common;

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{Output, run};
use kubestep::versions::Version;
use serde_json::Value;
use std::collections::BTreeSet;

fn kubectl(version: Version, line: &str) -> Output {
    let mut engine = Engine::new(Config {
        features: version.into(),
        ..Config::default()
    });
    run(&mut engine, line, None)
}

/// A flag of the table: `output/o=`, `record`, `dry-run=?`.
struct Flag {
    name: String,
    short: Option<String>,
    takes_value: bool,
}

impl Flag {
    fn read(word: &str) -> Self {
        let (word, takes_value) = match word.split_once('=') {
            Some((word, _)) => (word, true),
            None => (word, false),
        };
        let (name, short) = match word.split_once('/') {
            Some((name, short)) => (name, Some(short.to_owned())),
            None => (word, None),
        };
        Self {
            name: name.to_owned(),
            short,
            takes_value,
        }
    }

    /// The flag's line under `Options:`.
    fn listed(&self) -> String {
        let equals = if self.takes_value { "=" } else { "" };
        let short = self.short.as_ref();
        let short = short.map_or_else(String::new, |short| format!("-{short}, "));
        format!("{short}--{}{equals}", self.name)
    }
}

/// The flags of a help text: lines under `Options:`, and names after `Not simulated:`.
fn of_help(help: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let options = help.lines().filter(|line| line.starts_with("    -"));
    let others = help
        .lines()
        .filter_map(|line| line.strip_prefix("Not simulated: "))
        .flat_map(|line| line.split(' '))
        .filter_map(|word| word.strip_prefix("--"));
    (
        options.map(|line| line.trim().to_owned()).collect(),
        others.map(str::to_owned).collect(),
    )
}

/// The errors of a command line that are about its flags.
fn refused(version: Version, line: &str) -> String {
    let text = kubectl(version, line).stderr;
    let about = ["unknown flag", "unknown shorthand", "not simulated: -"];
    let lines = text
        .lines()
        .filter(|line| about.iter().any(|about| line.contains(about)));
    lines.collect::<Vec<&str>>().join("\n")
}

fn check(command: &str, version: Version, want: &Value) -> Result<(), String> {
    let want: Vec<Flag> = want
        .as_array()
        .ok_or("no flags")?
        .iter()
        .map(|word| Flag::read(common::text(word)))
        .collect();
    let (options, others) = of_help(&kubectl(version, &format!("{command} --help")).stdout);
    for flag in &want {
        let (long, listed) = (format!("--{}", flag.name), flag.listed());
        let simulated = options.contains(&listed);
        if simulated == others.contains(&flag.name) {
            return Err(format!("{listed}: in help {options:?}, {others:?}"));
        }
        let short = flag.short.iter().map(|short| format!("-{short}"));
        for name in short.chain([long]) {
            let error = if simulated {
                String::new()
            } else {
                format!("error: not simulated: {name}")
            };
            let got = refused(version, &format!("{command} {name}"));
            // A file that is named is a kustomization as well: why it is refused follows.
            if got.is_empty() != error.is_empty() || !got.starts_with(&error) {
                return Err(format!("{name}: {got:?} instead of {error:?}"));
            }
        }
    }
    common::same(&(options.len() + others.len()), &want.len())
}

#[test]
fn every_command_has_kubectls_flags() {
    common::check("kubectl_flags", |case| {
        let command = common::text(&case.input["command"]);
        for version in Version::ALL {
            let want = &case.want[version.name()];
            check(command, version, want).map_err(|error| format!("{version}: {error}"))?;
        }
        Ok(())
    });
}

#[test]
fn every_simulated_command_is_in_the_table() {
    let table = common::cases("kubectl_flags");
    let commands: BTreeSet<&str> = table
        .iter()
        .map(|case| common::text(&case.input["command"]))
        .collect();
    let mut groups = vec![String::new()];
    let mut found = BTreeSet::new();
    while let Some(group) = groups.pop() {
        let help = kubectl(Version::default(), &format!("help {group}")).stdout;
        if help.contains("[options]") && !group.is_empty() && !help.contains("SUBCOMMAND") {
            found.insert(group.clone());
        }
        let within = help.lines().filter_map(|line| line.strip_prefix("  "));
        for line in within.filter(|line| !line.starts_with([' ', '-'])) {
            let name = line.split_whitespace().next().unwrap_or_default();
            if line.contains("  ") && !name.is_empty() && name != "kubectl" {
                groups.push(format!("{group} {name}").trim().to_owned());
            }
        }
    }
    assert!(found.len() > 40, "{found:?}");
    for command in &found {
        assert!(commands.contains(command.as_str()), "{command}");
    }
}

#[test]
fn flags_that_all_commands_inherit_are_known() {
    for flag in [
        "--as-user-extra=a=b",
        "--vmodule=x=2",
        "--log-flush-frequency=5s",
        "-v=6",
        "--context=kind",
    ] {
        let text = kubectl(Version::default(), &format!("get pods {flag}")).stderr;
        let name = flag.split('=').next().unwrap_or_default();
        assert_eq!(text, format!("error: not simulated: {name}\n"));
    }
}
