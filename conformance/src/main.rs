//! `conformance DIR [--filter NAME] [--all] [--update-summary | --from-states]`: a line per scenario, and a total. With
//! `--from-states`, a line per snapshot: the scenario goes on in a new cluster, which starts from the exported objects.

use conformance::{Column, Report, Score, load, names_in, replay, replay_from_states};
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
    from_states: bool,
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
    let usage = "usage: conformance DIR [--filter NAME] [--all] [--update-summary | --from-states]";
    let mut arguments = Arguments {
        folder: PathBuf::new(),
        filter: String::new(),
        all: false,
        update_summary: false,
        from_states: false,
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        match word.as_str() {
            "--filter" => arguments.filter = words.next().ok_or(usage)?,
            "--all" => arguments.all = true,
            "--update-summary" => arguments.update_summary = true,
            "--from-states" => arguments.from_states = true,
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
        let made = match arguments.from_states {
            true => replay_from_states(&recording),
            false => vec![replay(&recording)],
        };
        for report in &made {
            match arguments.all {
                true => println!("{report:#}"),
                false => println!("{report}"),
            }
        }
        reports.extend(made);
    }
    if reports.is_empty() {
        let folder = arguments.folder.display();
        return Err(format!(
            "no scenario in {folder} has {:?} in its name",
            arguments.filter
        ));
    }
    println!("{}", total(&reports));
    if arguments.from_states {
        for column in Column::ALL {
            let hold = reports.iter().filter(|report| report.holds(column)).count();
            println!(
                "{column:?} hold after {hold} of {} snapshots",
                reports.len()
            );
        }
    }
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

/// The heading of the documentation that follows the table.
const REST: &str = "\n## Mutants of the controllers\n";

/// Writes the table into the documentation.
fn write_summary(path: &Path, reports: &[Report]) -> Result<(), String> {
    let failed_in = |error: std::io::Error| format!("{}: {error}", path.display());
    let before = std::fs::read_to_string(path).map_err(failed_in)?;
    let at = before
        .find(REST)
        .ok_or_else(|| format!("{}: no heading {REST:?}", path.display()))?;
    let mut text = String::from(
        "# Conformance\n\nSteps that match the recording of a real Kubernetes 1.36.2 control plane, out of those \
         compared; `(+n)` only differ in random outcomes.\nWritten by `cargo xtask conformance DIR --update-summary`, up to the \
         mutants.\n\n\
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
    text.push_str(&before[at..]);
    std::fs::write(path, text).map_err(failed_in)
}
