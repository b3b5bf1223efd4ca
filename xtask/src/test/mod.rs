//! `cargo xtask test`: all kinds of tests with a common summary.

mod counts;

use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::cli::Kind;
use crate::versions::WASM_TARGET;
use crate::{engines, process, setup, stories};
use counts::{Counts, contains_examples};

/// A line of the summary.
struct Row {
    name: &'static str,
    counts: Counts,
    took: Duration,
    /// Why it counts as failed although no test did, or why it did not run.
    note: Option<String>,
}

/// The result of one kind of tests.
enum Outcome {
    Ran(Counts),
    /// Ran, except for the named part.
    RanWithout(Counts, String),
    /// There are no such test files yet.
    NoTests(&'static str),
}

/// Runs tests of these kinds, all of them even if some fail. The stories run against a given or newly built site.
pub fn test(root: &Path, kinds: &[Kind], site: Option<&Path>) -> Result<ExitCode> {
    let mut rows = Vec::new();
    for kind in kinds {
        match kind {
            Kind::Native => {
                rows.push(row("native", || native(root)));
                rows.push(row("examples in the documentation", || examples(root)));
            }
            Kind::Browser => rows.push(row("wasm in a headless browser", || browser(root))),
            Kind::Stories => rows.push(row("stories in a real browser", || stories(root, site))),
            Kind::Engines => rows.push(row("engines", || engines(root, site))),
        }
    }
    let (passed, failed) = print_summary(&rows);
    // Continuous integration parses this last line.
    println!("{passed} passed, {failed} failed");
    let green = failed == 0;
    Ok(if green {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Runs one kind of tests. Failing to run, or running no tests, is a failure as well.
fn row(name: &'static str, run: impl FnOnce() -> Result<Outcome>) -> Row {
    process::say(format!("tests: {name}"));
    let started = Instant::now();
    let (mut counts, mut note) = (Counts::default(), None);
    match run() {
        Ok(Outcome::Ran(ran) | Outcome::RanWithout(ran, _)) if ran.passed + ran.failed == 0 => {
            counts.failed = 1;
            note = Some("not one test ran".to_owned());
        }
        Ok(Outcome::Ran(ran)) => counts = ran,
        Ok(Outcome::RanWithout(ran, what)) => (counts, note) = (ran, Some(what)),
        Ok(Outcome::NoTests(why)) => note = Some(why.to_owned()),
        Err(error) => {
            counts.failed = 1;
            note = Some(format!("{error:#}"));
        }
    }
    Row {
        name,
        counts,
        took: started.elapsed(),
        note,
    }
}

fn print_summary(rows: &[Row]) -> (u32, u32) {
    println!(
        "\n{:<30}{:>8}{:>8}{:>9}{:>8}",
        "tests", "passed", "failed", "skipped", "took"
    );
    for row in rows {
        let Counts {
            passed,
            failed,
            skipped,
        } = row.counts;
        let took = format!("{} s", row.took.as_secs());
        println!(
            "{:<30}{passed:>8}{failed:>8}{skipped:>9}{took:>8}",
            row.name
        );
        if let Some(note) = &row.note {
            println!("    {}", note.replace('\n', "\n    "));
        }
    }
    let sum = |of: fn(&Counts) -> u32| rows.iter().map(|row| of(&row.counts)).sum();
    (sum(|counts| counts.passed), sum(|counts| counts.failed))
}

/// Runs unit and integration tests natively.
fn native(root: &Path) -> Result<Outcome> {
    let mut command = Command::new("cargo");
    command.current_dir(root);
    if process::find("cargo-nextest").is_some() {
        command.args([
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--no-tests=pass",
        ]);
        command.args(["--color", process::colour()]);
    } else {
        command.args(["test", "--workspace", "--no-fail-fast"]);
        command.args(["--lib", "--bins", "--tests", "--examples"]);
        command.args(["--color", process::colour()]);
    }
    counted(&mut command)
}

/// Compiles and runs the examples in the documentation.
fn examples(root: &Path) -> Result<Outcome> {
    if !contains_examples(&root.join("src"))? {
        return Ok(Outcome::NoTests("the documentation has no examples yet"));
    }
    let mut command = Command::new("cargo");
    command.args(["test", "--workspace", "--doc", "--no-fail-fast"]);
    counted(
        command
            .args(["--color", process::colour()])
            .current_dir(root),
    )
}

/// Runs wasm-bindgen tests, with a page per file in a headless browser.
fn browser(root: &Path) -> Result<Outcome> {
    if !root.join("tests/browser/main.rs").is_file() {
        return Ok(Outcome::NoTests("there is no tests/browser/main.rs yet"));
    }
    let web = setup::web(root)?;
    let runner = setup::test_runner(root)?;
    let browser = setup::browser::find_or_install()?;
    let program = runner.file_name().context("the test runner has no name")?;
    let path = process::path_with(runner.parent().unwrap_or(root))?;
    let mut command = web.cargo();
    command
        .args(["test", "--package", "kubestep", "--target", WASM_TARGET])
        .args([
            "--test",
            "browser",
            "--features",
            "door",
            "--color",
            process::colour(),
        ])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", program)
        // By name, because cargo splits a path at spaces into arguments.
        .env("PATH", path)
        .env("CHROMEDRIVER", &browser.driver);
    if browser.chosen {
        let settings = driver_settings(root, &browser.chromium)?;
        command.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", settings);
    }
    counted(&mut command)
}

/// `webdriver.json` with the chosen browser instead of the one found by the driver.
fn driver_settings(root: &Path, chromium: &Path) -> Result<std::path::PathBuf> {
    const OPTIONS: &str = "\"goog:chromeOptions\": {";
    let usual = root.join("webdriver.json");
    let text = std::fs::read_to_string(&usual)
        .with_context(|| format!("cannot read {}", usual.display()))?;
    ensure!(text.contains(OPTIONS), "webdriver.json has no `{OPTIONS}`");
    let program = format!(
        "{OPTIONS} \"binary\": {:?},",
        chromium.display().to_string()
    );
    let path = crate::paths::web_target(root).join("webdriver.json");
    std::fs::write(&path, text.replace(OPTIONS, &program))
        .with_context(|| format!("cannot write {}", path.display()))?;
    Ok(path)
}

/// Runs the stories with Playwright against the release build on a static host.
fn stories(root: &Path, site: Option<&Path>) -> Result<Outcome> {
    let folder = root.join("tests/e2e");
    if !folder.join("package.json").is_file() {
        return Ok(Outcome::NoTests("there is no tests/e2e yet"));
    }
    let mut command = stories::command(root, &folder, site)?;
    counted(command.args(["node_modules/@playwright/test/cli.js", "test"]))
}

/// Runs a short story in each available engine with Node's test runner.
fn engines(root: &Path, site: Option<&Path>) -> Result<Outcome> {
    let folder = root.join("tests/e2e");
    if !folder.join("engines").is_dir() {
        return Ok(Outcome::NoTests("there is no tests/e2e/engines yet"));
    }
    let (mut command, absent) = engines::command(root, &folder, site)?;
    let ran = count(&mut command)?;
    Ok(match absent {
        Some(absent) => Outcome::RanWithout(ran, absent),
        None => Outcome::Ran(ran),
    })
}

/// Runs a test program and counts its results. A failure without a failed test, such as a compile error, is an
/// error.
fn counted(command: &mut Command) -> Result<Outcome> {
    count(command).map(Outcome::Ran)
}

fn count(command: &mut Command) -> Result<Counts> {
    let mut counts = Counts::default();
    let status = process::teed(command, |line| counts.read(line))?;
    ensure!(
        status.success() || counts.failed > 0,
        "`{}` failed ({status}), though no test did",
        process::describe(command)
    );
    Ok(counts)
}
