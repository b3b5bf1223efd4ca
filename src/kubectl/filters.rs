//! Programs after `|` in a command line: a subset of `grep`, `head`, `tail`, `wc` and `sort`.

use crate::api::light;
use crate::manifests::Failure;

/// A pipe of programs that processes output incrementally.
#[derive(Debug, Clone, Default)]
pub(super) struct Pipe {
    programs: Vec<Vec<String>>,
    /// Input held back for a program that needs all of it.
    held: String,
    exit: Option<i32>,
}

impl Pipe {
    /// A pipe of programs.
    ///
    /// # Errors
    /// A program or one of its arguments is not simulated.
    pub fn new(programs: Vec<Vec<String>>) -> Result<Self, Failure> {
        for words in &programs {
            filter(words, "")?;
        }
        let pipe = Self {
            programs,
            ..Self::default()
        };
        Ok(pipe)
    }

    /// The output of the last program when `text` is passed to the first one.
    pub fn pass(&mut self, text: &str, is_end: bool) -> String {
        if self.programs.is_empty() {
            return text.to_owned();
        }
        let lines_alone = |words: &Vec<String>| {
            let flags = words.iter().filter(|word| word.starts_with('-'));
            words.first().is_some_and(|name| name == "grep")
                && !flags.clone().any(|flag| flag.contains('c'))
        };
        self.held.push_str(text);
        if !is_end && !self.programs.iter().all(lines_alone) {
            return String::new();
        }
        let mut text = std::mem::take(&mut self.held);
        let mut exit = 0;
        for words in &self.programs {
            // Unsupported programs were refused before the command ran.
            (text, exit) = filter(words, &text).unwrap_or_default();
        }
        // `grep` succeeds if any part of the input has a match.
        self.exit = Some(self.exit.map_or(exit, |before| before.min(exit)));
        text
    }

    /// The exit code of the last program.
    pub fn exit(&self) -> Option<i32> {
        self.exit
    }
}

/// The output of a program for a text, and its exit code.
///
/// # Errors
/// The program or one of its arguments is not simulated.
pub(super) fn filter(words: &[String], text: &str) -> Result<(String, i32), Failure> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(Failure::NotSimulated("an empty pipe".to_owned()));
    };
    let lines: Vec<&str> = text.lines().collect();
    match program.as_str() {
        "grep" => grep(arguments, &lines),
        "head" => Ok((
            joined(lines.iter().copied().take(count(program, arguments)?)),
            0,
        )),
        "tail" => {
            let skip = lines.len().saturating_sub(count(program, arguments)?);
            Ok((joined(lines.iter().copied().skip(skip)), 0))
        }
        "wc" => wc(arguments, text),
        "sort" => sort(arguments, lines),
        other => Err(Failure::NotSimulated(format!("| {other}"))),
    }
}

fn joined<'a>(lines: impl Iterator<Item = &'a str>) -> String {
    lines.flat_map(|line| [line, "\n"]).collect()
}

fn refused(program: &str, argument: &str) -> Failure {
    Failure::NotSimulated(format!("| {program} {argument}"))
}

/// Parses `-n 5`, `-n5` or `-5`; the default is ten.
fn count(program: &str, arguments: &[String]) -> Result<usize, Failure> {
    let text = match arguments {
        [] => return Ok(10),
        [flag, number] if flag == "-n" => number,
        [one] => one
            .strip_prefix("-n")
            .or(one.strip_prefix('-'))
            .unwrap_or(one),
        _ => return Err(refused(program, &arguments.join(" "))),
    };
    text.parse().map_err(|_| refused(program, text))
}

fn grep(arguments: &[String], lines: &[&str]) -> Result<(String, i32), Failure> {
    let (mut invert, mut ignore_case, mut only_count) = (false, false, false);
    let mut pattern = None;
    for argument in arguments {
        match argument.strip_prefix('-').filter(|flags| !flags.is_empty()) {
            Some(flags) if pattern.is_none() => {
                for flag in flags.chars() {
                    match flag {
                        'v' => invert = true,
                        'i' => ignore_case = true,
                        'c' => only_count = true,
                        // Patterns are fixed strings here, with or without these flags.
                        'E' | 'F' | 'e' => {}
                        _ => return Err(refused("grep", argument)),
                    }
                }
            }
            _ if pattern.is_none() => pattern = Some(argument.as_str()),
            _ => return Err(refused("grep", argument)),
        }
    }
    let pattern = pattern.unwrap_or_default();
    let (start, rest) = match pattern.strip_prefix('^') {
        Some(rest) => (true, rest),
        None => (false, pattern),
    };
    let (end, rest) = match rest.strip_suffix('$') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    if rest.contains(['*', '[', ']', '\\', '^', '$', '+', '?', '(', ')', '|']) {
        return Err(refused("grep", pattern));
    }
    let fold = |text: &str| {
        if ignore_case {
            text.to_lowercase()
        } else {
            text.to_owned()
        }
    };
    let wanted = fold(rest);
    let matches = |line: &str| {
        let line = fold(line);
        match (start, end) {
            (true, true) => line == wanted,
            (true, false) => line.starts_with(&wanted),
            (false, true) => line.ends_with(&wanted),
            (false, false) => line.contains(&wanted),
        }
    };
    let kept: Vec<&str> = lines
        .iter()
        .copied()
        .filter(|line| matches(line) != invert)
        .collect();
    let exit = i32::from(kept.is_empty());
    if only_count {
        return Ok((format!("{}\n", kept.len()), exit));
    }
    Ok((joined(kept.into_iter()), exit))
}

fn wc(arguments: &[String], text: &str) -> Result<(String, i32), Failure> {
    let (lines, words, bytes) = (
        text.matches('\n').count(),
        text.split_whitespace().count(),
        text.len(),
    );
    let out = match arguments {
        [] => format!("{lines:>7} {words:>7} {bytes:>7}\n"),
        [flag] if flag == "-l" => format!("{lines}\n"),
        [flag] if flag == "-w" => format!("{words}\n"),
        [flag] if flag == "-c" => format!("{bytes}\n"),
        _ => return Err(refused("wc", &arguments.join(" "))),
    };
    Ok((out, 0))
}

fn sort(arguments: &[String], mut lines: Vec<&str>) -> Result<(String, i32), Failure> {
    let mut reverse = false;
    for argument in arguments {
        match argument.as_str() {
            "-r" => reverse = true,
            other => return Err(refused("sort", other)),
        }
    }
    light::sort(&mut lines, Ord::cmp);
    if reverse {
        lines.reverse();
    }
    Ok((joined(lines.into_iter()), 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filtered(line: &str) -> Result<(String, i32), String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        filter(&words, "b Running\na Pending\nc Running\n").map_err(|failure| failure.to_string())
    }

    #[test]
    fn filters_select_lines() {
        let kept = |line: &str| filtered(line).unwrap();
        assert_eq!(
            kept("grep Running"),
            ("b Running\nc Running\n".to_owned(), 0)
        );
        assert_eq!(kept("grep -vi running"), ("a Pending\n".to_owned(), 0));
        assert_eq!(kept("grep -c ^z"), ("0\n".to_owned(), 1));
        assert_eq!(kept("head -n 1"), ("b Running\n".to_owned(), 0));
        assert_eq!(kept("tail -1"), ("c Running\n".to_owned(), 0));
        assert_eq!(kept("wc -l"), ("3\n".to_owned(), 0));
        assert_eq!(
            kept("sort -r"),
            ("c Running\nb Running\na Pending\n".to_owned(), 0)
        );
    }

    #[test]
    fn what_is_not_simulated_is_refused_by_name() {
        assert_eq!(
            filtered("awk x").unwrap_err(),
            "error: not simulated: | awk"
        );
        assert_eq!(
            filtered("grep a.*b").unwrap_err(),
            "error: not simulated: | grep a.*b"
        );
    }
}
