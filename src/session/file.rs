//! Sessions as files: JSON that people can read and change.

use super::{Branch, Entry, Excess, Log, Refusal, TEXT_MAX, compact};
use crate::engine::Input;
use crate::versions::{Features, Version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The version of the format.
const VERSION: u32 = 1;
/// The default seed.
const SEED: u64 = 1;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// The version of the format, under a name that tells what the file is.
    #[serde(rename = "kubestepSession")]
    format: u32,
    kubernetes: String,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gates: BTreeMap<String, bool>,
    #[serde(default = "seed", skip_serializing_if = "is_usual")]
    seed: u64,
    futures: Vec<Future>,
    at: At,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    editor: Option<Rc<str>>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    future: usize,
    step: usize,
    /// The mark of the cluster there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    mark: Option<u32>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Future {
    #[serde(default, skip_serializing_if = "is_zero")]
    leaves: usize,
    #[serde(default, skip_serializing_if = "is_zero")]
    after: usize,
    log: Vec<Done>,
}

/// An entry, under the name of its kind.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
enum Done {
    Steps(usize),
    Item(usize),
    Clock(i64),
    Apply(Rc<str>),
    State(Rc<str>),
    Run(Rc<str>),
    RunWith {
        line: Rc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        stdin: Option<Rc<str>>,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        files: BTreeMap<Rc<str>, Rc<str>>,
    },
    Edit {
        before: Rc<str>,
        text: Rc<str>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        record: Option<Rc<str>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        subresource: Option<Rc<str>>,
    },
    Drain {
        line: Rc<str>,
        nodes: Rc<str>,
        #[serde(default, skip_serializing_if = "str::is_empty")]
        pods: Rc<str>,
    },
    Again {
        line: Rc<str>,
        kubernetes: String,
        #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
        gates: BTreeMap<String, bool>,
    },
    Repeat {
        future: usize,
        step: usize,
    },
}

fn seed() -> u64 {
    SEED
}

fn is_usual(seed: &u64) -> bool {
    *seed == SEED
}

fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// The text of a session file.
#[must_use]
pub fn write(log: &Log) -> String {
    let futures = log.futures.iter().map(|branch| Future {
        leaves: branch.of,
        after: branch.after,
        log: branch.entries.iter().filter_map(done).collect(),
    });
    let file = File {
        format: VERSION,
        kubernetes: log.features.version().name().to_owned(),
        gates: gates(log.features),
        seed: log.seed,
        futures: futures.collect(),
        at: At {
            future: log.future,
            step: log.step,
            mark: log.mark,
        },
        editor: log.editor.clone(),
    };
    // It has no maps with other keys than texts, so it can be written.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// Reads a session file.
///
/// # Errors
/// It is damaged, too large, or made by a newer kubestep.
pub fn read(text: &str) -> Result<Log, Refusal> {
    Refusal::most(Excess::Bytes, text.len(), TEXT_MAX)?;
    /// What all versions have in common.
    #[derive(Deserialize)]
    struct Any {
        #[serde(rename = "kubestepSession")]
        format: u32,
    }
    match serde_json::from_str::<Any>(text) {
        Ok(any) if any.format > VERSION => return Err(Refusal::Newer),
        Ok(_) => {}
        Err(error) if error.is_data() => return Err(Refusal::Foreign),
        Err(error) if text.contains("\"kubestepSession\"") => return Err(damaged(&error)),
        Err(_) => return Err(Refusal::Foreign),
    }
    let file: File = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    let mut futures = Vec::new();
    for future in file.futures {
        let entries = future.log.into_iter().map(entry);
        futures.push(Branch {
            of: future.leaves,
            after: future.after,
            entries: entries.collect::<Result<_, _>>()?,
        });
    }
    Log {
        features: features(&file.kubernetes, &file.gates)?,
        seed: file.seed,
        futures,
        future: file.at.future,
        step: file.at.step,
        mark: file.at.mark,
        editor: file.editor,
    }
    .checked()
}

fn damaged(error: &serde_json::Error) -> Refusal {
    Refusal::Damaged(error.to_string())
}

fn gates(features: Features) -> BTreeMap<String, bool> {
    let switches = features.switches();
    switches.map(|(gate, on)| (gate.to_owned(), on)).collect()
}

fn features(version: &str, gates: &BTreeMap<String, bool>) -> Result<Features, Refusal> {
    let mut features = Features::from(Version::parse(version)?);
    for (gate, on) in gates {
        features = features.switch(gate, *on)?;
    }
    Ok(features)
}

fn done(entry: &Entry) -> Option<Done> {
    Some(match entry {
        Entry::Steps(count) => Done::Steps(*count),
        Entry::Item(place) => Done::Item(*place),
        Entry::Clock(to) => Done::Clock(*to),
        Entry::Input(input) => match &**input {
            Input::Manifests(text) => Done::Apply(text.clone()),
            Input::State(text) => Done::State(text.clone()),
            Input::Command { line, stdin, files } if stdin.is_none() && files.is_empty() => {
                Done::Run(line.clone())
            }
            Input::Command { line, stdin, files } => Done::RunWith {
                line: line.clone(),
                stdin: stdin.clone(),
                files: files.iter().cloned().collect(),
            },
            Input::Edit {
                before,
                text,
                record,
                subresource,
            } => Done::Edit {
                before: before.clone(),
                text: text.clone(),
                record: record.clone(),
                subresource: subresource.clone(),
            },
            Input::Drain { line, nodes, pods } => Done::Drain {
                line: line.clone(),
                nodes: nodes.clone(),
                pods: pods.clone(),
            },
            Input::Again { line, features } => Done::Again {
                line: line.clone(),
                kubernetes: features.version().name().to_owned(),
                gates: gates(*features),
            },
            Input::Repeat { future, step } => Done::Repeat {
                future: *future,
                step: *step,
            },
            // It is part of the entry before it.
            Input::More => return None,
        },
    })
}

fn entry(done: Done) -> Result<Entry, Refusal> {
    let input = match done {
        Done::Steps(count) => return Ok(Entry::Steps(count)),
        Done::Item(place) => return Ok(Entry::Item(place)),
        Done::Clock(to) => return compact::clock(to),
        Done::Apply(text) => Input::Manifests(text),
        Done::State(text) => Input::State(text),
        Done::Run(line) => Input::Command {
            line,
            stdin: None,
            files: Box::default(),
        },
        Done::RunWith { line, stdin, files } => Input::Command {
            line,
            stdin,
            files: files.into_iter().collect(),
        },
        Done::Edit {
            before,
            text,
            record,
            subresource,
        } => Input::Edit {
            before,
            text,
            record,
            subresource,
        },
        Done::Drain { line, nodes, pods } => Input::Drain { line, nodes, pods },
        Done::Again {
            line,
            kubernetes,
            gates,
        } => Input::Again {
            line,
            features: features(&kubernetes, &gates)?,
        },
        Done::Repeat { future, step } => Input::Repeat { future, step },
    };
    Ok(Entry::Input(Rc::new(input)))
}
