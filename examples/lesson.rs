//! Plays lessons without a page and checks them: `cargo run --example lesson -- FILE…`. With `--text` it also prints
//! what each lesson says, asks and answers.
//!
//! `docs/lessons.md` documents the format.

use kubestep::engine::Engine;
use kubestep::kubectl::{self, CommandInput, EDITOR};
use kubestep::scenario::{Rehearsal, Scenario, rehearse};
use kubestep::texts::Language;
use std::process::ExitCode;

fn main() -> ExitCode {
    let (flags, files): (Vec<String>, Vec<String>) =
        std::env::args().skip(1).partition(|word| word == "--text");
    if files.is_empty() {
        eprintln!("usage: lesson [--text] FILE…");
        return ExitCode::from(2);
    }
    let mut failed = 0;
    for file in &files {
        match played(file) {
            Ok(rehearsals) if !flags.is_empty() => print(file, &rehearsals),
            Ok(_) => {}
            Err(why) => {
                eprintln!("{file}: {why}");
                failed += 1;
            }
        }
    }
    println!(
        "{} of {} lessons play to their end",
        files.len() - failed,
        files.len()
    );
    ExitCode::from(u8::from(failed > 0))
}

/// Plays a lesson once in each of its languages.
fn played(file: &str) -> Result<Vec<Rehearsal>, String> {
    let text = std::fs::read_to_string(file).map_err(|error| error.to_string())?;
    let scenario = Scenario::parse(&text).map_err(|fault| fault.to_string())?;
    let languages = scenario.title.languages();
    let rehearsals = languages.map(|language| rehearse(&scenario, language, &run));
    let rehearsals = rehearsals.collect::<Result<Vec<_>, _>>();
    rehearsals.map_err(|fault| fault.to_string())
}

/// Runs a command line as the page's console does.
fn run(engine: &mut Engine, line: &str, editor: &str) -> Result<String, String> {
    let files = [(EDITOR.to_owned(), editor.to_owned())];
    let input = CommandInput {
        stdin: Some(editor),
        files: &files,
    };
    // As on the page, a waiting command does not step the cluster.
    let (output, _waiting) = kubectl::start(engine, line, input);
    match output.exit {
        0 => Ok(output.stdout),
        _ => Err(output.stderr),
    }
}

fn print(file: &str, rehearsals: &[Rehearsal]) {
    for (rehearsal, language) in rehearsals.iter().zip(Language::ALL) {
        println!("== {file} ({})", language.tag());
        for (number, pause) in rehearsal.pauses.iter().enumerate() {
            println!("{}. {}", number + 1, pause.text);
            if let Some(answer) = &pause.answer {
                println!("   answer: {answer} {:?}", pause.choices);
            }
            for (line, printed) in &pause.tried {
                println!("   $ {line}\n{printed}");
            }
        }
    }
}
