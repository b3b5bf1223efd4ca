//! `conformance DIR [--filter NAME] [--all] [--update-summary]`: a line per scenario, and a total.

use conformance::{Column, Report, Score, load, names_in, replay};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// The file updated by `--update-summary`.
const SUMMARY: &str = "docs/conformance.md";

struct Arguments {
    folder: PathBuf,
    filter: String,
    /// Print every differing step, not only the first one of each column.
    all: bool,
    update_summary: bool,
}

fn main() -> ExitCode {
    match arguments().and_then(|arguments| run(&arguments)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(message) => {
            eprintln!("conformance: {message}");
            ExitCode::from(2)
        }
    }
}

fn arguments() -> Result<Arguments, String> {
    let usage = "usage: conformance DIR [--filter NAME] [--all] [--update-summary]";
    let mut arguments = Arguments {
        folder: PathBuf::new(),
        filter: String::new(),
        all: false,
        update_summary: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--filter" => arguments.filter = words.next().ok_or(usage)?,
            "--all" => arguments.all = true,
            "--update-summary" => arguments.update_summary = true,
            word if word.starts_with("--") => {
                return Err(format!("unknown option {word}; {usage}"));
            }
            folder => arguments.folder = folder.into(),
        }
    }
    if arguments.folder.as_os_str().is_empty() {
        Err(usage.to_owned())
    } else {
        Ok(arguments)
    }
}

/// Returns whether everything is equal.
fn run(arguments: &Arguments) -> Result<bool, String> {
    let names = names_in(&arguments.folder).map_err(|error| error.to_string())?;
    let mut reports = Vec::new();
    for name in names.iter().filter(|name| name.contains(&arguments.filter)) {
        let recording = load(&arguments.folder, name).map_err(|error| error.to_string())?;
        let report = replay(&recording);
        match arguments.all {
            true => println!("{report:#}"),
            false => println!("{report}"),
        }
        reports.push(report);
    }
    if reports.is_empty() {
        let folder = arguments.folder.display();
        return Err(format!(
            "no scenario in {folder} has {:?} in its name",
            arguments.filter
        ));
    }
    println!("{}", total(&reports));
    for (what, counts) in counts(&reports) {
        for (name, count) in counts {
            println!("{what}: {name}: {count}");
        }
    }
    if arguments.update_summary {
        write_summary(Path::new(SUMMARY), &reports)?;
    }
    Ok(reports
        .iter()
        .all(|report| Column::ALL.iter().all(|column| report.holds(*column))))
}

fn sum(reports: &[Report], column: Column) -> Score {
    reports.iter().fold(Score::default(), |sum, report| {
        let score = report.score(column);
        Score {
            equal: sum.equal + score.equal,
            excused: sum.excused + score.excused,
            compared: sum.compared + score.compared,
        }
    })
}

fn total(reports: &[Report]) -> String {
    let label = format!("total ({} scenarios)", reports.len());
    let columns = Column::ALL
        .iter()
        .map(|column| format!("  {column} {}", sum(reports, *column)));
    format!("{label:<48}{}", columns.collect::<String>())
}

/// Random outcomes and omitted comparisons, by rule.
fn counts(reports: &[Report]) -> [(&'static str, BTreeMap<&'static str, usize>); 2] {
    let sum = |of: fn(&Report) -> &BTreeMap<&'static str, usize>| {
        let mut sum = BTreeMap::new();
        for (name, count) in reports.iter().flat_map(of) {
            *sum.entry(*name).or_default() += count;
        }
        sum
    };
    [
        ("random", sum(|report| &report.chance)),
        ("not compared", sum(|report| &report.left_out)),
    ]
}

/// Writes the table into the documentation.
fn write_summary(path: &Path, reports: &[Report]) -> Result<(), String> {
    let mut text = String::from(
        "# Conformance\n\nSteps that match the recording of a real Kubernetes 1.36.2 control plane, out of those \
         compared; `(+n)` only differ in random outcomes.\nWritten by `cargo xtask conformance DIR --update-summary`.\n\n\
         | scenario | objects | events | writes | texts |\n|---|---|---|---|---|\n",
    );
    let mut row = |name: &str, score: &dyn Fn(Column) -> Score| {
        let cells: Vec<String> = Column::ALL
            .iter()
            .map(|column| score(*column).to_string())
            .collect();
        writeln!(text, "| {name} | {} |", cells.join(" | "))
    };
    let failed = |error: std::fmt::Error| error.to_string();
    for report in reports {
        row(&report.name, &|column| report.score(column)).map_err(failed)?;
    }
    row("**total**", &|column| sum(reports, column)).map_err(failed)?;
    text.push_str(
        "\n## Random outcomes and omitted comparisons\n\nRules (`conformance/src/rules.rs`), each with a test, distinguish \
         random outcomes of the real cluster\nfrom errors, regardless of the scenario's name. Commands rejected as not \
         simulated are not compared, nor is the rest of the\nscenario if the command would have changed something.\n\n\
         | | rule | times |\n|---|---|---|\n",
    );
    for (what, counts) in counts(reports) {
        for (name, count) in counts {
            writeln!(text, "| {what} | {name} | {count} |").map_err(failed)?;
        }
    }
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
