//! Parses a command line into arguments and flags, based on the command's table of flags.
//!
//! A table of flags is a string with one word per flag, `name/short=type?value`. Without `=` the flag is a switch;
//! the type is `int`, `duration`, or empty for a string. `?value` is the flag's value if it is given without one. A
//! leading `!` marks a flag of kubectl that is not simulated and is refused by name. `@1.37` at the end is the version
//! that added the flag, `@<1.37` the one that removed it.

use crate::api::go::{self, parse_duration, quote};
use crate::api::light;
use crate::manifests::Failure;
use crate::versions::Version;

/// Flags common to all commands.
const GLOBAL: &str = "namespace/n= help/h !context= !cluster= !user= !kubeconfig= !server/s= !token= !as= !as-group= \
    !as-uid= !as-user-extra= !request-timeout= !v/v=int !vmodule= !log-flush-frequency=duration !cache-dir= !certificate-authority= !client-certificate= !client-key= \
    !insecure-skip-tls-verify !tls-server-name= !match-server-version !password= !username= !profile= \
    !profile-output= !warnings-as-errors !disable-compression !kuberc=";

/// The arguments and flags of a command line.
#[derive(Debug, Clone, Default)]
pub struct Invocation {
    /// Arguments, without those that name the command.
    pub words: Vec<String>,
    /// Flags by long name, in order.
    flags: Vec<(String, String)>,
    /// Flags that were given by their shorthands.
    letters: Vec<char>,
    /// Arguments after `--`.
    pub after_dashes: Vec<String>,
}

/// A flag of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Flag<'t> {
    name: &'t str,
    short: Option<char>,
    /// `None` for a switch.
    of: Option<&'t str>,
    alone: Option<&'t str>,
    simulated: bool,
}

impl<'t> Flag<'t> {
    fn parse(word: &'t str) -> Self {
        let (simulated, word) = match word.strip_prefix('!') {
            Some(word) => (false, word),
            None => (true, word),
        };
        let (word, alone) = match word.split_once('?') {
            Some((word, alone)) => (word, Some(alone)),
            None => (word, None),
        };
        let (word, of) = match word.split_once('=') {
            Some((word, of)) => (word, Some(of)),
            None => (word, None),
        };
        let (name, short) = match word.split_once('/') {
            Some((name, short)) => (name, short.chars().next()),
            None => (word, None),
        };
        Self {
            name,
            short,
            of,
            alone: if of.is_none() { Some("true") } else { alone },
            simulated,
        }
    }

    /// The flag in error messages: `"-n, --namespace"`.
    fn shown(&self) -> String {
        match self.short {
            Some(short) => format!("\"-{short}, --{}\"", self.name),
            None => format!("\"--{}\"", self.name),
        }
    }

    /// Validates a value, and returns it as stored.
    fn check(&self, value: &str) -> Result<String, String> {
        let why = match self.of {
            None => match parse_bool(value) {
                Some(flag) => return Ok(flag.to_string()),
                None => format!(
                    "strconv.ParseBool: parsing {}: invalid syntax",
                    quote(value)
                ),
            },
            Some("int") => match value.parse::<i64>() {
                Ok(number) if i32::try_from(number).is_ok() => return Ok(number.to_string()),
                Ok(_) => format!(
                    "strconv.ParseInt: parsing {}: value out of range",
                    quote(value)
                ),
                Err(_) => format!("strconv.ParseInt: parsing {}: invalid syntax", quote(value)),
            },
            Some("duration") => match parse_duration(value) {
                Some(_) => return Ok(value.to_owned()),
                None => duration_fault(value),
            },
            Some(_) => return Ok(value.to_owned()),
        };
        Err(format!(
            "invalid argument {} for {} flag: {why}",
            quote(value),
            self.shown()
        ))
    }
}

/// The word of a flag without its version, if kubectl of `version` has the flag.
fn in_version(word: &str, version: Version) -> Option<&str> {
    let Some((word, mark)) = word.split_once('@') else {
        return Some(word);
    };
    let (removed, since) = match mark.strip_prefix('<') {
        Some(mark) => (true, mark),
        None => (false, mark),
    };
    let reached = Version::parse(since).is_ok_and(|since| since <= version);
    (reached != removed).then_some(word)
}

/// The flags of a table.
fn own<'t>(version: Version, table: &[&'t str]) -> impl Iterator<Item = Flag<'t>> {
    let words = table.iter().flat_map(|text| text.split_whitespace());
    words
        .filter_map(move |word| in_version(word, version))
        .map(Flag::parse)
}

fn all<'t>(version: Version, table: &[&'t str]) -> impl Iterator<Item = Flag<'t>> {
    own(version, table).chain(own(version, &[GLOBAL]))
}

/// A flag that a command takes.
#[derive(Debug, Clone, Copy)]
pub struct FlagName<'t> {
    /// Its long name.
    pub name: &'t str,
    /// Its short name.
    pub short: Option<char>,
    /// Whether it requires a value.
    pub takes_value: bool,
}

impl FlagName<'_> {
    /// `--all`, or `--output=` if it takes a value.
    pub fn long(&self) -> String {
        let equals = if self.takes_value { "=" } else { "" };
        format!("--{}{equals}", self.name)
    }
}

/// The simulated flags of a command, including the common ones.
pub fn flag_names<'t>(version: Version, table: &[&'t str]) -> Vec<FlagName<'t>> {
    let flags = all(version, table).filter(|flag| flag.simulated);
    flags
        .map(|flag| FlagName {
            name: flag.name,
            short: flag.short,
            takes_value: flag.alone.is_none(),
        })
        .collect()
}

/// The flags of a command for its help text.
pub fn listed(version: Version, table: &[&str]) -> String {
    let mut flags: Vec<Flag<'_>> = own(version, table).collect();
    light::sort(&mut flags, |a, b| a.name.cmp(b.name));
    let mut text = String::new();
    let mut others = String::new();
    for flag in &flags {
        let value = if flag.of.is_some() { "=" } else { "" };
        match (flag.simulated, flag.short) {
            (false, _) => others.push_str(&format!(" --{}", flag.name)),
            (true, Some(short)) => {
                text.push_str(&format!("    -{short}, --{}{value}\n", flag.name))
            }
            (true, None) => text.push_str(&format!("    --{}{value}\n", flag.name)),
        }
    }
    if !text.is_empty() {
        text = format!("Options:\n{text}\n");
    }
    if !others.is_empty() {
        text.push_str(&format!("Not simulated:{others}\n\n"));
    }
    text
}

/// The error with pflag's text and kubectl's hint (`staging/src/k8s.io/kubectl/pkg/util/templates/templater.go`,
/// FlagErrorFunc).
pub(super) fn usage(path: &str, text: &str) -> Failure {
    let path = format!("kubectl {path}");
    let path = path.trim_end();
    Failure::Usage(format!("{text}\nSee '{path} --help' for usage."))
}

impl Invocation {
    /// Separates flags from arguments; `path` is the command, such as `rollout status`.
    ///
    /// # Errors
    /// An unknown flag, a missing value, or a flag that is not simulated.
    pub fn parse(
        version: Version,
        path: &str,
        table: &[&str],
        words: &[String],
    ) -> Result<Self, Failure> {
        let flags: Vec<Flag<'_>> = all(version, table).collect();
        let mut parsed = Self::default();
        let mut words = words.iter().map(String::as_str);
        while let Some(word) = words.next() {
            if word == "--" {
                parsed.after_dashes = words.map(str::to_owned).collect();
                break;
            }
            let read = match word.strip_prefix("--") {
                Some(long) => parsed.long(&flags, long, &mut words),
                None => match word.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                    Some(short) => parsed.short(&flags, short, &mut words),
                    None => {
                        parsed.words.push(word.to_owned());
                        Ok(())
                    }
                },
            };
            read.map_err(|problem| match problem {
                Problem::NotSimulated(name) => Failure::NotSimulated(name),
                Problem::Usage(text) => usage(path, &text),
            })?;
        }
        Ok(parsed)
    }

    fn long<'w>(
        &mut self,
        flags: &[Flag<'_>],
        long: &str,
        words: &mut impl Iterator<Item = &'w str>,
    ) -> Result<(), Problem> {
        let (name, value) = match long.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (long, None),
        };
        if name.is_empty() || name.starts_with('-') {
            return Err(Problem::Usage(format!("bad flag syntax: --{long}")));
        }
        let known = flags.iter().find(|flag| flag.name == name);
        let flag = known.ok_or_else(|| Problem::Usage(format!("unknown flag: --{name}")))?;
        if !flag.simulated {
            return Err(Problem::NotSimulated(format!("--{name}")));
        }
        let value = match value.or(flag.alone).or_else(|| words.next()) {
            Some(value) => flag.check(value).map_err(Problem::Usage)?,
            None => {
                return Err(Problem::Usage(format!("flag needs an argument: --{name}")));
            }
        };
        self.flags.push((name.to_owned(), value));
        Ok(())
    }

    /// Parses `-f`, `-fx`, `-f=x`, and combined switches.
    fn short<'w>(
        &mut self,
        flags: &[Flag<'_>],
        letters: &str,
        words: &mut impl Iterator<Item = &'w str>,
    ) -> Result<(), Problem> {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            rest = rest.strip_prefix(letter).unwrap_or_default();
            let known = flags.iter().find(|flag| flag.short == Some(letter));
            let flag = known.ok_or_else(|| {
                Problem::Usage(format!("unknown shorthand flag: '{letter}' in -{letters}"))
            })?;
            if !flag.simulated {
                return Err(Problem::NotSimulated(format!("-{letter}")));
            }
            let value = match (rest.strip_prefix('='), flag.alone) {
                (Some(value), _) => {
                    rest = "";
                    Some(value)
                }
                (None, Some(alone)) => Some(alone),
                (None, None) if !rest.is_empty() => Some(std::mem::take(&mut rest)),
                (None, None) => words.next(),
            };
            let value = value.ok_or_else(|| {
                Problem::Usage(format!("flag needs an argument: '{letter}' in -{letters}"))
            })?;
            let value = flag.check(value).map_err(Problem::Usage)?;
            self.letters.push(letter);
            self.flags.push((flag.name.to_owned(), value));
        }
        Ok(())
    }

    /// Adds a flag, as if it had been given last.
    pub(super) fn give(&mut self, name: &str, value: &str) {
        self.flags.push((name.to_owned(), value.to_owned()));
    }

    /// Whether a flag was given.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// Whether a flag was given by its shorthand.
    #[must_use]
    pub fn has_letter(&self, letter: char) -> bool {
        self.letters.contains(&letter)
    }

    /// The last value of a string flag.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.values(name).last()
    }

    /// All values of a repeated flag.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.flags
            .iter()
            .filter(move |(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The value of a switch; `default` if it was not given.
    #[must_use]
    pub fn switch(&self, name: &str, default: bool) -> bool {
        self.text(name).map_or(default, |value| value == "true")
    }

    /// The value of an integer flag.
    #[must_use]
    pub fn int(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// The value of a duration flag in milliseconds.
    #[must_use]
    pub fn duration(&self, name: &str) -> Option<i64> {
        self.text(name).and_then(parse_duration)
    }

    /// The command line as stored by `--record`: arguments first, then flags by long name with their values
    /// (`staging/src/k8s.io/cli-runtime/pkg/genericclioptions/record_flags.go`, parseCommandArguments).
    #[must_use]
    pub fn recorded(&self, path: &str) -> String {
        let mut text = format!("kubectl {path}");
        for word in &self.words {
            text.push_str(&format!(" {word}"));
        }
        for (name, value) in &self.flags {
            text.push_str(&format!(" --{name}={value}"));
        }
        text
    }
}

enum Problem {
    NotSimulated(String),
    Usage(String),
}

/// Go's `strconv.ParseBool`.
fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// The error of Go's `time.ParseDuration` for an invalid duration.
fn duration_fault(value: &str) -> String {
    let whole = quote(value);
    let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
    let mut rest = value.trim_start_matches(['+', '-']);
    while rest.starts_with(is_number) {
        rest = rest.trim_start_matches(is_number);
        let unit = &rest[..rest.find(is_number).unwrap_or(rest.len())];
        if unit.is_empty() {
            return format!("time: missing unit in duration {whole}");
        }
        if !go::is_unit_of_time(unit) {
            return format!("time: unknown unit {} in duration {whole}", quote(unit));
        }
        rest = &rest[unit.len()..];
    }
    format!("time: invalid duration {whole}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &[&str] =
        &["replicas=int output/o= watch/w dry-run=?unchanged !prune timeout=duration"];

    fn parse(line: &str) -> Result<Invocation, String> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        Invocation::parse(Version::default(), "get", TABLE, &words)
            .map_err(|failure| failure.to_string())
    }

    #[test]
    fn flags_accept_values_in_every_notation() {
        let parsed = parse("a -o=json -wn prod b --replicas 3 --dry-run -- -x").unwrap();
        assert_eq!(parsed.words, ["a", "b"]);
        assert_eq!(parsed.after_dashes, ["-x"]);
        assert_eq!(parsed.text("output"), Some("json"));
        assert_eq!(parsed.text("namespace"), Some("prod"));
        assert_eq!(parsed.int("replicas"), Some(3));
        assert_eq!(parsed.text("dry-run"), Some("unchanged"));
        assert!(parsed.switch("watch", false));
        assert_eq!(
            parsed.recorded("get"),
            "kubectl get a b --output=json --watch=true --namespace=prod --replicas=3 --dry-run=unchanged"
        );
        assert_eq!(parse("-oyaml").unwrap().text("output"), Some("yaml"));
    }

    #[test]
    fn errors_match_pflag() {
        let see = "\nSee 'kubectl get --help' for usage.";
        for (line, text) in [
            ("--nope", "error: unknown flag: --nope"),
            ("-wz", "error: unknown shorthand flag: 'z' in -wz"),
            ("-o", "error: flag needs an argument: 'o' in -o"),
            ("--output", "error: flag needs an argument: --output"),
            (
                "--replicas=x",
                "error: invalid argument \"x\" for \"--replicas\" flag: strconv.ParseInt: parsing \"x\": invalid syntax",
            ),
            (
                "-w=2",
                "error: invalid argument \"2\" for \"-w, --watch\" flag: strconv.ParseBool: parsing \"2\": invalid syntax",
            ),
        ] {
            assert_eq!(parse(line).unwrap_err(), format!("{text}{see}"), "{line}");
        }
        assert_eq!(
            parse("--prune").unwrap_err(),
            "error: not simulated: --prune"
        );
    }
}
