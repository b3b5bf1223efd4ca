//! The catalogue of causes: each from a cluster in which it is the case, with its sentence in both languages, and with
//! its remedies tried.

use kubestep::api::yaml;
use kubestep::diagnosis::{self, EvidencePlace, Finding, Trial, TrialOutcome, attempt, causes};
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::script::{self, Exchange};
use kubestep::texts::Language;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;

/// The scripts: each file is named by the cause that it leads to.
const SCRIPTS: &str = "tests/diagnosis";

/// The causes with a script, and the clusters that these lead to.
fn stories() -> Vec<(String, Engine)> {
    let files = fs::read_dir(SCRIPTS).expect("a folder");
    let paths = files.map(|file| file.expect("a file").path());
    let mut stories: Vec<(String, Engine)> = paths
        .map(|path| {
            let cause = path.file_stem().expect("a name").to_string_lossy();
            let text = fs::read_to_string(&path).expect("a script");
            (cause.to_string(), after(&cause, &text))
        })
        .collect();
    stories.sort_by(|(one, _), (other, _)| one.cmp(other));
    stories
}

/// The cluster after a script, of which no command fails.
fn after(name: &str, text: &str) -> Engine {
    let mut engine = Engine::new(Config::default());
    let entries = script::run(&mut engine, text).unwrap_or_else(|error| panic!("{name}: {error}"));
    for Exchange { typed, output, .. } in &entries {
        assert_eq!(output.exit, 0, "{name}: {typed}: {}", output.stderr);
    }
    engine
}

fn run_line(engine: &mut Engine, line: &str) -> Result<(), String> {
    let output = kubectl::run(engine, line, None);
    match output.exit {
        0 => Ok(()),
        _ => Err(output.stderr),
    }
}

fn described(engine: &Engine, found: &Finding) -> String {
    let mut text = String::new();
    for language in [Language::English, Language::Chinese] {
        writeln!(text, "{}", found.text(language)).expect("a string");
    }
    let at =
        |time: Option<kubestep::api::time::Time>| time.map(|time| time.since(engine.now()) / 1000);
    writeln!(
        text,
        "since {:?} s, until {:?} s",
        at(found.since),
        at(found.until)
    )
    .expect("a string");
    for shown in &found.evidence {
        let place = match &shown.place {
            EvidencePlace::Field(path) => path.clone(),
            EvidencePlace::Event(reason, _) => format!("event {reason}"),
        };
        writeln!(text, "shown by {} {place}", shown.object).expect("a string");
    }
    for remedy in &found.remedies {
        let lines = remedy.lines.join("; ");
        let outcome = match attempt(engine, found, remedy, &run_line) {
            TrialOutcome::Complete(took) => format!("complete after {} s", took / 1000),
            TrialOutcome::Refused(message) => format!("refused: {message}"),
            TrialOutcome::Then(then) => format!("then {}", then.cause.id),
            TrialOutcome::Endless => "endless".to_owned(),
        };
        writeln!(text, "$ {lines}\n  {outcome}").expect("a string");
    }
    text
}

#[test]
fn each_cause_has_its_sentence_and_remedies_that_were_tried() {
    let mut all = String::new();
    for (cause, engine) in stories() {
        let findings = diagnosis::diagnose(&engine);
        let found = findings.iter().find(|found| found.cause.id == cause);
        let ids: Vec<&str> = findings.iter().map(|found| found.cause.id).collect();
        let found = found.unwrap_or_else(|| panic!("{cause}: found {ids:?}"));
        writeln!(all, "# {cause}\n{}", described(&engine, found)).expect("a string");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn every_cause_has_a_script() {
    let told: BTreeSet<String> = stories().into_iter().map(|(cause, _)| cause).collect();
    let known: BTreeSet<String> = causes::ALL
        .iter()
        .map(|cause| cause.id.to_owned())
        .collect();
    assert_eq!(told, known);
}

#[test]
fn a_cluster_at_rest_has_no_findings() {
    let engine = after(
        "rest",
        "kubectl create deployment web --image=nginx:1.27 --replicas=3\n@settle",
    );
    assert_eq!(diagnosis::diagnose(&engine), []);
}

#[test]
fn a_trial_in_slices_has_the_same_outcome() {
    let mut sliced = 0;
    for (cause, engine) in stories() {
        for found in diagnosis::diagnose(&engine) {
            for remedy in &found.remedies {
                let whole = attempt(&engine, &found, remedy, &run_line);
                let mut trial = Trial::new(&engine, &found, remedy, &run_line);
                let (mut steps, mut passed) = (0, 0);
                let outcome = loop {
                    if let Some(outcome) = trial.advance(7) {
                        break outcome;
                    }
                    assert_eq!(trial.steps(), steps + 7, "{cause}");
                    assert!(trial.passed() >= passed, "{cause}");
                    (steps, passed) = (trial.steps(), trial.passed());
                    sliced += 1;
                };
                assert_eq!(outcome, whole, "{cause}: {remedy:?}");
            }
        }
    }
    assert!(sliced > 50, "{sliced}");
}

#[test]
fn evidence_is_in_the_text_of_its_object() {
    for (cause, engine) in stories() {
        for found in diagnosis::diagnose(&engine) {
            assert_ne!(found.evidence, [], "{cause}: {}", found.cause.id);
            for shown in &found.evidence {
                let (object, path) = shown.origin();
                let object = engine.store().get(object);
                let object = object.unwrap_or_else(|| panic!("{cause}: {shown:?}"));
                let text = yaml::to_string(&object.to_value());
                let documents = yaml::documents(&text).expect("what was printed can be read");
                let lines = documents[0].lines(path);
                let lines = lines.unwrap_or_else(|| panic!("{cause}: {path} in {text}"));
                // A field itself, not what encloses it.
                let field = match path
                    .strip_suffix(']')
                    .and_then(|path| path.rsplit_once('['))
                {
                    Some((_, item)) => item,
                    None => path.rsplit('.').next().unwrap_or(path),
                };
                let field = match field.split_once('=') {
                    Some((name, value)) => format!("{name}: {value}"),
                    None => format!("{field}:"),
                };
                let shown: Vec<&str> = text.lines().collect();
                let shown = &shown[*lines.start() as usize - 1..*lines.end() as usize];
                let is_there =
                    |line: &&str| line.trim().trim_start_matches("- ").starts_with(&field);
                assert!(shown.iter().any(is_there), "{cause}: {path}: {shown:#?}");
            }
        }
    }
}
