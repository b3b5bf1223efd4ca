//! Parses the number of passed tests from the output of test programs.

use std::path::Path;

use anyhow::{Context, Result};

/// Numbers of tests by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: u32,
    /// Failed, timed out, or not runnable.
    pub failed: u32,
    /// Skipped.
    pub skipped: u32,
}

impl Counts {
    /// Adds the counts in a line of output, if there are any: the summary lines of cargo test and wasm-bindgen's
    /// runner, of nextest, of Playwright, and of Node.
    pub fn read(&mut self, line: &str) {
        let line = without_colours(line);
        let line = line.trim();
        if let Some(results) = line.strip_prefix("test result: ") {
            let (_, numbers) = results.split_once(". ").unwrap_or_default();
            numbers.split("; ").for_each(|part| self.add(part));
        } else if line.starts_with("Summary [") {
            let (_, numbers) = line.split_once(" run: ").unwrap_or_default();
            numbers.split(", ").for_each(|part| self.add(part));
        } else if let Some(result) = line.strip_prefix("ℹ ") {
            // Node: `ℹ pass 3`.
            let (what, number) = result.split_once(' ').unwrap_or_default();
            self.add(&format!("{number} {}", Self::node(what)));
        } else {
            // Playwright: `3 passed (4.2s)`, or `1 failed` without a duration.
            let mut words = line.splitn(3, ' ');
            let (_, _, rest) = (words.next(), words.next(), words.next());
            if rest.is_none_or(|rest| rest.starts_with('(') || rest == "not run") {
                self.add(line);
            }
        }
    }

    /// Translates Node's word to the usual one.
    fn node(what: &str) -> &str {
        match what {
            "pass" => "passed",
            "fail" | "cancelled" => "failed",
            other => other,
        }
    }

    /// `3 passed`, `1 timed out`, `2 passed (1 slow)`.
    fn add(&mut self, part: &str) {
        let Some((number, what)) = part.trim().split_once(' ') else {
            return;
        };
        let Ok(number) = number.parse::<u32>() else {
            return;
        };
        let what = what.split(" (").next().unwrap_or_default();
        match what {
            "passed" => self.passed += number,
            "failed" | "timed out" | "exec failed" | "flaky" | "interrupted" | "did not run" => {
                self.failed += number;
            }
            "skipped" | "ignored" => self.skipped += number,
            _ => {}
        }
    }
}

/// The line without escape sequences for colours.
fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut letters = line.chars();
    while let Some(letter) = letters.next() {
        if letter == '\u{1b}' {
            // An escape sequence ends with its first letter.
            letters.find(char::is_ascii_alphabetic);
        } else {
            plain.push(letter);
        }
    }
    plain
}

/// Whether any source file below a folder has an example in its documentation.
pub fn contains_examples(folder: &Path) -> Result<bool> {
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry.context("cannot list the sources")?.path();
        let found = if path.is_dir() {
            contains_examples(&path)?
        } else if path.extension().is_some_and(|e| e == "rs") {
            let text = std::fs::read_to_string(&path)
                .with_context(|| format!("cannot read {}", path.display()))?;
            has_example(&text)
        } else {
            false
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a source file's documentation has a fenced block that is compiled: one without a language, or with
/// Rust's.
fn has_example(source: &str) -> bool {
    let fences = source.lines().filter_map(|line| {
        let line = line.trim_start();
        let text = line.strip_prefix("//!").or(line.strip_prefix("///"))?;
        text.trim().strip_prefix("```")
    });
    // Every second fence closes a block.
    fences
        .step_by(2)
        .any(|language| matches!(language, "" | "rust" | "no_run" | "should_panic"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(lines: &[&str]) -> (u32, u32, u32) {
        let mut counts = Counts::default();
        lines.iter().for_each(|line| counts.read(line));
        (counts.passed, counts.failed, counts.skipped)
    }

    #[test]
    fn cargo_test_is_understood() {
        let line = "test result: FAILED. 17 passed; 1 failed; 2 ignored; 0 measured; \
                    3 filtered out; finished in 0.50s";
        assert_eq!(read(&[line]), (17, 1, 2));
        let line = "test result: ok. 4 passed; 0 failed; 0 ignored; 0 filtered out";
        assert_eq!(read(&[line, line]), (8, 0, 0));
    }

    #[test]
    fn nextest_is_understood() {
        let line = "     Summary [   0.511s] 18 tests run: 17 passed (1 slow), 1 failed, 2 skipped";
        assert_eq!(read(&[line]), (17, 1, 2));
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.5s] \u{1b}[1m2\u{1b}[0m tests run: \
                    \u{1b}[1m1\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, \
                    \u{1b}[1m1\u{1b}[0m \u{1b}[31;1mtimed out\u{1b}[0m, 0 skipped";
        assert_eq!(read(&[line]), (1, 1, 0));
    }

    #[test]
    fn playwright_is_understood() {
        let lines = [
            "  1 failed",
            "  2 did not run",
            "  1 skipped",
            "  3 passed (4.2s)",
        ];
        assert_eq!(read(&lines), (3, 3, 1));
    }

    #[test]
    fn node_is_understood() {
        let lines = [
            "ℹ tests 9",
            "ℹ suites 3",
            "ℹ pass 3",
            "ℹ fail 1",
            "ℹ cancelled 2",
            "ℹ skipped 3",
            "ℹ todo 0",
            "ℹ duration_ms 49313.307979",
        ];
        assert_eq!(read(&lines), (3, 3, 3));
    }

    #[test]
    fn other_lines_count_nothing() {
        let lines = [
            "3 passed out of the room",
            "running 18 tests",
            "12 files",
            "",
            "passed",
        ];
        assert_eq!(read(&lines), (0, 0, 0));
    }

    #[test]
    fn only_rust_in_the_documentation_is_an_example() {
        assert!(has_example("/// ```\n/// let x = 1;\n/// ```"));
        assert!(has_example("//! ```text\n//! ```\n    //! ```rust\n"));
        assert!(!has_example("/// ```text\n/// a drawing\n/// ```"));
        assert!(!has_example("let x = \"```rust\";"));
    }
}
