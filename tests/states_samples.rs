//! States as people paste them: exports, tables and descriptions of clusters in all kinds of trouble, redacted. Each has
//! its diagnosis, and the same after a further export.

use kubestep::diagnosis;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl;
use kubestep::manifests::state;
use kubestep::texts::Language;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

/// The states: no file is long, since long ones differ in nothing but their length.
const FOLDER: &str = "tests/states";
const BYTES_MAX: usize = 24 * 1024;
/// The number of states, so that none is lost.
const STATES: usize = 50;

fn states() -> Vec<(String, String)> {
    let files = fs::read_dir(FOLDER).expect("a folder");
    let mut paths: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    paths.sort();
    let read = paths.into_iter().map(|path| {
        let name = path.file_name().expect("a name").to_string_lossy();
        let text = fs::read_to_string(&path).expect("a text");
        assert!(text.len() <= BYTES_MAX, "{name}");
        (name.into_owned(), text)
    });
    read.collect()
}

fn started(name: &str, text: &str) -> (Engine, Vec<String>) {
    let mut engine = Engine::new(Config::default());
    let started = state::start(&mut engine, text);
    let started = started.unwrap_or_else(|faults| panic!("{name}: {faults:#?}"));
    let notes = started.notes.iter();
    let notes = notes.map(|note| note.text(Language::English)).collect();
    (engine, notes)
}

/// What workloads wait for, and since when.
fn diagnosed(engine: &Engine) -> String {
    let mut text = String::new();
    for found in diagnosis::diagnose(engine) {
        let since = found.since.map(|time| format!(" Since {time}."));
        let sentence = found.text(Language::English);
        writeln!(text, "  {sentence}{}", since.unwrap_or_default()).expect("a string");
    }
    text
}

#[test]
fn each_state_has_its_diagnosis() {
    let states = states();
    assert!(states.len() >= STATES, "{} states", states.len());
    let mut told = String::new();
    for (name, text) in states {
        let (engine, notes) = started(&name, &text);
        let found = diagnosed(&engine);
        let found = if found.is_empty() {
            "  Nothing waits.\n".to_owned()
        } else {
            found
        };
        write!(told, "{name}\n{found}").expect("a string");
        for note in notes {
            writeln!(told, "  ({note})").expect("a string");
        }
        told.push('\n');
    }
    insta::assert_snapshot!(told);
}

#[test]
fn an_export_of_each_state_has_the_same_diagnosis() {
    for (name, text) in states() {
        let (mut first, _) = started(&name, &text);
        let exported = kubectl::run(
            &mut first,
            "kubectl get all,pvc,pv,cm,secret,nodes,controllerrevisions,events,quota,pdb -A -o yaml",
            None,
        );
        assert_eq!(exported.exit, 0, "{name}: {}", exported.stderr);
        let (second, _) = started(&name, &exported.stdout);
        assert_eq!(diagnosed(&second), diagnosed(&first), "{name}");
    }
}
