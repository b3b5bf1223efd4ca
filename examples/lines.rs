//! How long random command lines take to be answered: `cargo run --profile bench --example lines -- [COUNT]`.
//!
//! The lines are those of `tests/command_lines.rs` and `tests/shell_lines.rs`, which check what they do: random words,
//! valid lines with changes, and random letters. Each is answered by a copy of the same cluster. What is measured is
//! the time until the answer, or until the command waits for the cluster.

#[path = "../tests/common/lines/kubectl.rs"]
mod of_kubectl;
#[path = "../tests/common/lines/shell.rs"]
mod of_shell;

use kubestep::engine::{Config, Engine};
use kubestep::kubectl::{CommandInput, run, start};
use std::time::{Duration, Instant};

const MANIFEST: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: nginx, image: nginx:1.25}]}
";
/// The number of lines unless it is given.
const COUNT: usize = 100_000;
/// The slowest lines that are printed.
const SHOWN: usize = 5;

/// Numbers that look random.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        let step = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = step.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % most.max(1)
    }

    fn one_of(&mut self, words: &[&'static str]) -> &'static str {
        words.get(self.below(words.len())).copied().unwrap_or("")
    }

    /// A line of random words.
    fn words(&mut self, words: &[&'static str], most: usize) -> String {
        let count = self.below(most);
        let words: Vec<&str> = (0..count).map(|_| self.one_of(words)).collect();
        words.join(" ")
    }

    /// A valid line with some changes.
    fn spoilt(&mut self, right: &[&'static str], words: &[&'static str]) -> String {
        let mut letters: Vec<char> = self.one_of(right).chars().collect();
        for _ in 0..=self.below(3) {
            let at = self.below(letters.len());
            match self.below(4) {
                0 => letters[at] = self.letter(),
                1 if letters.len() > 1 => drop(letters.remove(at)),
                2 => letters.insert(at, self.letter()),
                _ => drop(letters.splice(at..at, self.one_of(words).chars())),
            }
        }
        letters.into_iter().collect()
    }

    /// Mostly one that a keyboard has.
    fn letter(&mut self) -> char {
        let code = match self.below(8) {
            0 => self.below(0x11_0000),
            _ => 32 + self.below(95),
        };
        u32::try_from(code)
            .ok()
            .and_then(char::from_u32)
            .unwrap_or('é')
    }

    fn line(&mut self, kind: usize) -> String {
        match kind % 5 {
            0 => self.words(of_kubectl::WORDS, 9),
            1 => self.spoilt(of_kubectl::RIGHT, of_kubectl::WORDS),
            2 => self.words(of_shell::PARTS, 14),
            3 => self.spoilt(of_shell::RIGHT, of_shell::PARTS),
            _ => (0..self.below(60)).map(|_| self.letter()).collect(),
        }
    }
}

fn cluster() -> Engine {
    let mut engine = Engine::new(Config::default());
    let made = run(&mut engine, "apply -f -", Some(MANIFEST));
    assert_eq!(made.exit, 0, "{}", made.stderr);
    engine.settle(10_000);
    engine
}

/// The time that a line takes, and whether it succeeds or waits.
#[allow(clippy::disallowed_methods, reason = "it measures")]
fn measured(mut engine: Engine, line: &str) -> (Duration, bool) {
    let files = [("web.yaml".to_owned(), MANIFEST.to_owned())];
    let input = CommandInput {
        stdin: Some(MANIFEST),
        files: &files,
    };
    let begun = Instant::now();
    let (output, _) = start(&mut engine, line, input);
    (begun.elapsed(), output.exit == 0)
}

fn main() {
    let given = std::env::args().nth(1);
    let count = given.map_or(COUNT, |count| count.parse().expect("a number of lines"));
    let made = cluster();
    let mut chance = Chance(1);
    let (mut times, mut succeeded) = (Vec::new(), 0);
    for number in 0..count {
        let line = chance.line(number);
        let (time, is_well) = measured(made.clone(), &line);
        succeeded += usize::from(is_well);
        times.push((time, line));
    }
    times.sort_by_key(|(time, _)| *time);
    println!("{count} lines, {succeeded} of which succeed or wait");
    for (name, per_mille) in [("median", 500), ("99 %", 990), ("99.9 %", 999)] {
        if let Some((time, _)) = times.get(count * per_mille / 1_000) {
            println!("{name}: {time:?}");
        }
    }
    for (time, line) in times.iter().rev().take(SHOWN) {
        println!("{time:?}: {line:?}");
    }
}
