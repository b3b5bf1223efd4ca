//! Completion of command lines: commands, flags, kinds, names, containers and fields.

use super::commands::{self, FlagName, TABLE};
use super::shell::{self, Terminal};
use crate::api::kind::Kind;
use crate::api::light;
use crate::api::look::Look;
use crate::api::schema::{Type, schema};
use crate::engine::Engine;
use crate::versions::{FeatureRow, Version};

/// Completions at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Completions {
    /// Byte offset of the word that they replace.
    pub start: usize,
    /// The completions, in order. After one that ends in `=`, `/`, `.` or `,` no space follows.
    pub words: Vec<String>,
}

impl Completions {
    /// The common prefix of all completions.
    #[must_use]
    pub fn common(&self) -> &str {
        let mut common = self.words.first().map_or("", String::as_str);
        for word in &self.words {
            let same = common.char_indices().zip(word.chars());
            let end = same.take_while(|((_, a), b)| a == b).last();
            let length = end.map_or(0, |((at, letter), _)| at + letter.len_utf8());
            common = common.get(..length).unwrap_or_default();
        }
        common
    }
}

/// The arguments of a command.
enum Words {
    /// A type followed by names, or `TYPE/NAME`, for kinds with a property.
    Objects(fn(Kind) -> bool),
    /// Names of a kind.
    Names(Kind),
    /// Fixed words.
    Those(Vec<String>),
}

/// The completions at a byte offset of a line. Does not change the cluster.
#[must_use]
pub fn complete(line: &str, cursor: usize, engine: &Engine) -> Completions {
    complete_in(line, cursor, engine, &Terminal::default())
}

/// Like [`complete`], with the files of a shell.
#[must_use]
pub fn complete_in(line: &str, cursor: usize, engine: &Engine, terminal: &Terminal) -> Completions {
    let mut cursor = cursor.min(line.len());
    while !line.is_char_boundary(cursor) {
        cursor -= 1;
    }
    let before = line.get(..cursor).unwrap_or_default();
    let start = before.rfind(is_between).map_or(0, |at| {
        let rest = before.get(at..).and_then(|rest| rest.chars().next());
        at + rest.map_or(0, char::len_utf8)
    });
    let (head, word) = before.split_at(start);
    let (words, is_piped) = command(head);
    let files = || terminal.files();
    let mut found =
        if word.is_empty() && head.trim_end().ends_with(['<', '>']) || head.ends_with(['<', '>']) {
            files()
        } else if words.is_empty() && is_piped {
            let mut found = programs();
            found.extend(own(&["kubectl", "xargs"]));
            found
        } else if words
            .first()
            .is_some_and(|first| shell::programs::is_known(first))
        {
            files()
        } else {
            let (words, is_kubectl) = shell::bare_words(words);
            let at = At {
                engine,
                words: &words,
                word,
            };
            let mut found = at.find();
            // Without the beginning of one, only kubectl's commands are offered.
            if words.is_empty() && !is_kubectl && !word.is_empty() {
                found.extend(programs());
                found.extend(own(shell::BUILT_IN));
            }
            found
        };
    // Only completions of what was typed so far.
    found.retain(|candidate| candidate.starts_with(word) && candidate != word);
    light::sort(&mut found, Ord::cmp);
    found.dedup();
    Completions {
        start,
        words: found,
    }
}

/// Whether a character ends the word before it.
fn is_between(letter: char) -> bool {
    letter.is_whitespace() || matches!(letter, '|' | ';' | '&' | '(' | '<' | '>' | '`')
}

/// The words of the command that a text ends in, and whether it is piped into.
fn command(head: &str) -> (Vec<String>, bool) {
    let from = head.rfind(['|', ';', '&', '(', '`']);
    let rest = from.map_or(head, |at| head.get(at + 1..).unwrap_or_default());
    let before = from.map_or("", |at| head.get(..=at).unwrap_or_default());
    let is_piped = before.ends_with('|') && !before.ends_with("||");
    let mut words: Vec<String> = rest.split_whitespace().map(str::to_owned).collect();
    // A loop's body, and the command of xargs or watch, begin like a line.
    let begins = |word: &String| matches!(word.as_str(), "do" | "xargs" | "watch" | "!");
    while words.first().is_some_and(begins) {
        let name = words.remove(0);
        let has_options = name == "xargs" || name == "watch";
        while has_options && let Some(option) = words.first().filter(|word| word.starts_with('-')) {
            let takes_value = matches!(option.as_str(), "-n" | "-I");
            words.drain(..if takes_value { 2 } else { 1 }.min(words.len()));
        }
    }
    (words, is_piped)
}

/// The names of the shell's programs.
fn programs() -> Vec<String> {
    shell::programs::names().map(str::to_owned).collect()
}

fn own(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// The words before the cursor, and the partial word at it.
struct At<'a> {
    engine: &'a Engine,
    words: &'a [String],
    word: &'a str,
}

impl At<'_> {
    fn find(&self) -> Vec<String> {
        let (path, rest) = self.path();
        let prefix = if path.is_empty() {
            String::new()
        } else {
            format!("{path} ")
        };
        let command = TABLE.iter().find(|command| command.path == path);
        let version = self.engine.store().version();
        let flags = commands::flag_names(version, command.map_or(&[], |command| command.flags));
        // The preceding flag needs a value.
        if let Some(flag) = rest.last().and_then(|last| awaiting(&flags, last)) {
            return self.values(flag, "", &rest);
        }
        if let Some(long) = self.word.strip_prefix("--") {
            return match long.split_once('=') {
                Some((name, _)) => self.values(name, &format!("--{name}="), &rest),
                None => flags.iter().map(FlagName::long).collect(),
            };
        }
        let within = TABLE
            .iter()
            .filter_map(|command| command.path.strip_prefix(&prefix));
        let mut found: Vec<String> = within
            .filter_map(|path| path.split(' ').next())
            .map(str::to_owned)
            .collect();
        let plain = positional(&flags, &rest);
        if !plain.is_empty() || path == "sim" && !rest.is_empty() {
            found.clear();
        }
        if command.is_some() {
            found.extend(self.positional(&path, &plain));
        }
        found
    }

    /// The command given by the words, possibly partial, and the words after it.
    fn path(&self) -> (String, Vec<&str>) {
        let mut path = String::new();
        let mut rest = Vec::new();
        for (index, word) in self.words.iter().enumerate() {
            let longer = format!("{path} {word}");
            let longer = longer.trim_start();
            let prefix = format!("{longer} ");
            let is_known = TABLE
                .iter()
                .any(|command| command.path == longer || command.path.starts_with(&prefix));
            if !is_known {
                rest.extend(self.words.iter().skip(index).map(String::as_str));
                break;
            }
            path = longer.to_owned();
        }
        (path, rest)
    }

    fn namespace(&self) -> &str {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            if word == "-n" || word == "--namespace" {
                return words.next().map_or("", String::as_str);
            }
            if let Some(name) = word.strip_prefix("--namespace=") {
                return name;
            }
        }
        self.engine.kubeconfig().current_namespace()
    }

    /// The kind that a word names.
    fn kind(&self, word: &str) -> Option<Kind> {
        self.engine.store().customs().from_resource(word)
    }

    fn names(&self, kind: Kind) -> Vec<String> {
        let namespace = kind.namespaced().then(|| self.namespace());
        let objects = self.engine.store().list(kind, namespace);
        objects
            .map(|object| object.meta().name.to_string())
            .collect()
    }

    /// Completions for an argument.
    fn positional(&self, path: &str, before: &[&str]) -> Vec<String> {
        let words = match path {
            "exec" | "logs" if before.is_empty() => {
                let mut found = self.names(Kind::Pod);
                found.extend(self.objects(Kind::has_pods, before));
                return found;
            }
            "sim crash" | "sim hang" | "sim kill" | "sim unready" | "sim ready" | "sim evict"
            | "top pod" => Words::Names(Kind::Pod),
            "cordon" | "uncordon" | "drain" | "sim node" | "top node" => Words::Names(Kind::Node),
            "taint" => Words::Objects(|kind| kind == Kind::Node),
            "explain" => return self.fields(),
            "config use-context" | "config get-contexts" | "config set-context" => {
                Words::Those(own(&["kubestep"]))
            }
            "help" => {
                let first = TABLE
                    .iter()
                    .filter_map(|command| command.path.split(' ').next());
                Words::Those(first.map(str::to_owned).collect())
            }
            "sim load" if !before.is_empty() => Words::Those(own(&["cpu=", "memory="])),
            "sim load" | "scale" | "autoscale" => Words::Objects(Kind::is_scalable),
            "sim version" => Words::Those(own(&Version::ALL.map(Version::name))),
            "sim gate" => {
                let features = self.engine.store().registers.features;
                let gates = FeatureRow::gates(features.version());
                let switched =
                    gates.map(|row| format!("{}={}", row.name, !features.has(row.feature)));
                Words::Those(switched.collect())
            }
            "sim image" => Words::Those(self.containers(None, "image")),
            "set image" if self.target(before).is_some() => {
                let mut found = self.containers(self.target(before), "name");
                found.iter_mut().for_each(|name| name.push('='));
                Words::Those(found)
            }
            "set image" | "set resources" | "set env" => {
                Words::Objects(|kind| kind.has_pods() || kind == Kind::Pod)
            }
            "set selector" => Words::Objects(|kind| kind == Kind::Service),
            "expose" => Words::Objects(Kind::is_exposable),
            "get" | "describe" | "delete" | "edit" | "label" | "annotate" | "patch" | "wait" => {
                Words::Objects(|_| true)
            }
            path if path.starts_with("rollout ") => Words::Objects(Kind::is_rolled_out),
            _ => return Vec::new(),
        };
        match words {
            Words::Objects(of) => self.objects(of, before),
            Words::Names(kind) => self.names(kind),
            Words::Those(words) => words,
        }
    }

    /// Completions for `TYPE` and its names, or for `TYPE/NAME`.
    fn objects(&self, of: fn(Kind) -> bool, before: &[&str]) -> Vec<String> {
        if let Some((word, _)) = self.word.split_once('/') {
            let names = self.kind(word).map(|kind| self.names(kind));
            let names = names.unwrap_or_default().into_iter();
            return names.map(|name| format!("{word}/{name}")).collect();
        }
        if let Some(first) = before.first().filter(|first| !first.contains('/')) {
            return self
                .kind(first)
                .map_or_else(Vec::new, |kind| self.names(kind));
        }
        let slash = !before.is_empty();
        let all = self.engine.store().kinds().filter(|kind| of(*kind));
        all.flat_map(|kind| {
            let info = kind.info();
            // A short name is offered only if the word starts like it.
            let short = info
                .short_names
                .iter()
                .filter(|name| !self.word.is_empty() && name.starts_with(self.word));
            let names = std::iter::once(&info.plural).chain(short);
            names.map(move |name| {
                if slash {
                    format!("{name}/")
                } else {
                    (*name).to_owned()
                }
            })
        })
        .collect()
    }

    /// The object given by words: `TYPE/NAME` or `TYPE NAME`.
    fn target(&self, before: &[&str]) -> Option<(Kind, String)> {
        let (word, name) = match before {
            [pair, ..] if pair.contains('/') => pair.split_once('/')?,
            [word, name, ..] => (*word, *name),
            _ => return None,
        };
        Some((self.kind(word)?, name.to_owned()))
    }

    /// A field of all containers of an object, or of all pods.
    fn containers(&self, of: Option<(Kind, String)>, field: &str) -> Vec<String> {
        let (kind, name) = of.map_or((Kind::Pod, None), |(kind, name)| (kind, Some(name)));
        let objects = self.engine.store().list(kind, Some(self.namespace()));
        let wanted = objects.filter(|object| {
            name.as_deref()
                .is_none_or(|name| *name == *object.meta().name)
        });
        let mut found = Vec::new();
        for object in wanted {
            let value = object.to_value();
            for list in ["spec.containers", "spec.template.spec.containers"] {
                let texts = value
                    .list(list)
                    .iter()
                    .map(|container| container.text(field).to_owned());
                found.extend(texts);
            }
        }
        found
    }

    /// Completions for a flag's value.
    fn values(&self, flag: &str, prefix: &str, rest: &[&str]) -> Vec<String> {
        let words: Vec<String> = match flag {
            "namespace" => self.names(Kind::Namespace),
            "output" => own(&[
                "custom-columns=",
                "go-template=",
                "json",
                "jsonpath=",
                "name",
                "wide",
                "yaml",
            ]),
            "dry-run" => own(&["client", "none", "server"]),
            "cascade" => own(&["background", "foreground", "orphan"]),
            "type" => own(&["json", "merge", "strategic"]),
            "for" => own(&[
                "condition=Available",
                "condition=Ready",
                "create",
                "delete",
                "jsonpath=",
            ]),
            "restart" => own(&["Always", "Never", "OnFailure"]),
            "outcome" => own(&["crashes", "fine", "missing", "never-ready"]),
            "types" => own(&["Normal", "Warning"]),
            "container" | "containers" => {
                let target = rest.iter().find(|word| !word.starts_with('-'));
                let target = target.map(|word| match word.split_once('/') {
                    Some((word, name)) => (self.kind(word).unwrap_or(Kind::Pod), name.to_owned()),
                    None => (Kind::Pod, (*word).to_owned()),
                });
                self.containers(target, "name")
            }
            _ => Vec::new(),
        };
        words.iter().map(|word| format!("{prefix}{word}")).collect()
    }

    /// `deploy.spec.` with the fields there.
    fn fields(&self) -> Vec<String> {
        let Some((path, _)) = self.word.rsplit_once('.') else {
            return self.objects(|_| true, &[]);
        };
        let version = self.engine.store().version();
        let mut steps = path.split('.');
        let kind = steps.next().and_then(|word| self.kind(word));
        let mut at = kind.and_then(|kind| schema().object(kind));
        for step in steps {
            let within = at.as_ref().and_then(Type::fields);
            at = within
                .and_then(|fields| fields.field_in(version, step))
                .map(|field| field.ty.clone());
        }
        let mut found = Vec::new();
        if let Some(fields) = at.as_ref().and_then(Type::fields) {
            fields.each_json_field(&mut |field| {
                if field.since <= version {
                    found.push(format!("{path}.{}", field.json));
                }
            });
        }
        found
    }
}

/// The flag if a word is one whose value is still missing.
fn awaiting<'f>(flags: &[FlagName<'f>], word: &str) -> Option<&'f str> {
    let name = word.strip_prefix("--");
    let short = word
        .strip_prefix('-')
        .filter(|rest| rest.chars().count() == 1);
    let short = short.and_then(|rest| rest.chars().next());
    let known = flags.iter().find(|flag| {
        flag.takes_value && (name == Some(flag.name) || short.is_some() && flag.short == short)
    });
    known.map(|flag| flag.name)
}

/// The arguments, without flags and their values.
fn positional<'w>(flags: &[FlagName<'_>], words: &[&'w str]) -> Vec<&'w str> {
    let mut found = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if awaiting(flags, word).is_some() {
            words.next();
        } else if !word.starts_with('-') {
            found.push(*word);
        }
    }
    found
}
