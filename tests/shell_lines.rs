//! Random lines for the console's shell: it never panics, what it refuses has changed nothing, and sessions repeat what
//! it did.
//!
//! `KUBESTEP_LINES` sets the number of lines per test.

#[path = "common/dump.rs"]
mod dump;
#[path = "common/lines/shell.rs"]
mod lines;

use dump::dump;
use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{CommandInput, repeat, run_with, start};
use kubestep::session::{Log, Replay};
use lines::{PARTS, RIGHT};
use proptest::prelude::*;

const WEB: &str = "kubectl create deployment web --image=nginx:1.25 --replicas=2";

fn cluster() -> Engine {
    thread_local! {
        static MADE: Engine = {
            let mut engine = Engine::new(Config::default());
            let made = run_with(&mut engine, WEB, CommandInput::default());
            assert_eq!(made.exit, 0, "{}", made.stderr);
            engine.settle(10_000);
            engine
        };
    }
    MADE.with(Engine::clone)
}

fn count() -> ProptestConfig {
    let given = std::env::var("KUBESTEP_LINES").ok();
    ProptestConfig {
        cases: given.map_or(300, |count| count.parse().expect("a number")),
        ..ProptestConfig::default()
    }
}

/// A line is answered, what it is refused for comes before any change, and a session repeats its changes.
fn check(line: &str) -> Result<(), TestCaseError> {
    let before = cluster();
    let mut engine = cluster();
    let (output, waiting) = start(&mut engine, line, CommandInput::default());
    let is_refused = output.stderr.starts_with("error: not simulated")
        || output.stderr.starts_with("error: syntax error");
    let is_first = output.stdout.is_empty() && output.stderr.lines().count() == 1;
    if is_refused && is_first && !line.contains(['>', '|', ';', '&', '\n', '!', '`', '$']) {
        prop_assert!(waiting.is_none() && output.exit != 0, "{line}: {output:?}");
        prop_assert!(dump(&before) == dump(&engine), "{line}");
    }
    if output.exit != 0 && waiting.is_none() && before.steps().len() != engine.steps().len() {
        // A failed command of kubectl may have done a part of its work, and says so.
        let printed =
            !output.stdout.is_empty() || line.contains(['>', '|', ';', '&', '\n', '`', '$', '!']);
        prop_assert!(printed, "{line}: {output:?}");
    }
    let mut engine = cluster();
    let output = run_with(&mut engine, line, CommandInput::default());
    prop_assert!((0..=130).contains(&output.exit), "{line}: {output:?}");
    let log = Log::of(&engine, None).expect("a log");
    let opened = Replay::new(log).finish(repeat).expect("a replay");
    prop_assert!(dump(&opened.engine) == dump(&engine), "{line}");
    Ok(())
}

proptest! {
    #![proptest_config(count())]

    #[test]
    fn random_lines_are_answered(parts in prop::collection::vec(prop::sample::select(PARTS), 0..12)) {
        check(&parts.join(" "))?;
    }

    #[test]
    fn spoilt_lines_are_answered(
        line in prop::sample::select(RIGHT),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<char>(), 0..4u8), 0..4),
        part in prop::sample::select(PARTS),
    ) {
        let mut letters: Vec<char> = line.chars().collect();
        for (at, letter, how) in changes {
            let at = at.index(letters.len());
            match how {
                0 => letters[at] = letter,
                1 if letters.len() > 1 => drop(letters.remove(at)),
                2 => letters.insert(at, letter),
                _ => drop(letters.splice(at..at, part.chars())),
            }
        }
        check(&letters.into_iter().collect::<String>())?;
    }

    #[test]
    fn any_program_is_answered(
        program in prop::sample::select(&["jq", "awk", "sed", "grep", "tr", "cut", "sort", "xargs", "head"][..]),
        text in "[ -~]{0,24}",
    ) {
        check(&format!("echo '{{\"a\": [1, \"b\"]}}' | {program} '{}'", text.replace('\'', "")))?;
    }
}
