//! Sessions as files: JSON that people can read and change.

use super::{Log, NAME, Oversize, SavedAction, SavedFuture, SessionRefusal, TEXT_MAX, compact};
use crate::engine::Input;
use crate::versions::{Features, Version};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::rc::Rc;

/// The versions of the format. The second has several files.
const VERSION: u32 = 1;
const VERSION_FILES: u32 = 2;
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
    /// The name of the file in the editor.
    #[serde(default = "name", skip_serializing_if = "is_first_name")]
    file: Rc<str>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    files: BTreeMap<Rc<str>, Rc<str>>,
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
        #[serde(default, skip_serializing_if = "Option::is_none")]
        manager: Option<Rc<str>>,
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

fn name() -> Rc<str> {
    NAME.into()
}

fn is_first_name(name: &Rc<str>) -> bool {
    &**name == NAME
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
        format: match log.has_one_file() {
            true => VERSION,
            false => VERSION_FILES,
        },
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
        file: log.name.clone(),
        files: log.files.iter().cloned().collect(),
    };
    // It has no maps with other keys than texts, so it can be written.
    serde_json::to_string_pretty(&file).unwrap_or_default() + "\n"
}

/// Reads a session file.
///
/// # Errors
/// It is damaged, too large, or made by a newer kubestep.
pub fn read(text: &str) -> Result<Log, SessionRefusal> {
    SessionRefusal::most(Oversize::Bytes, text.len(), TEXT_MAX)?;
    /// What all versions have in common.
    #[derive(Deserialize)]
    struct Any {
        #[serde(rename = "kubestepSession")]
        format: u32,
    }
    match serde_json::from_str::<Any>(text) {
        Ok(any) if any.format > VERSION_FILES => return Err(SessionRefusal::Newer),
        Ok(_) => {}
        Err(error) if error.is_data() => return Err(SessionRefusal::Foreign),
        Err(error) if text.contains("\"kubestepSession\"") => return Err(damaged(&error)),
        Err(_) => return Err(SessionRefusal::Foreign),
    }
    let file: File = serde_json::from_str(text).map_err(|error| damaged(&error))?;
    let format = file.format;
    let mut futures = Vec::new();
    for future in file.futures {
        let entries = future.log.into_iter().map(entry);
        futures.push(SavedFuture {
            of: future.leaves,
            after: future.after,
            entries: entries.collect::<Result<_, _>>()?,
        });
    }
    let log = Log {
        features: features(&file.kubernetes, &file.gates)?,
        seed: file.seed,
        futures,
        future: file.at.future,
        step: file.at.step,
        mark: file.at.mark,
        editor: file.editor,
        name: file.file,
        files: file.files.into_iter().collect(),
    };
    match format < VERSION_FILES && !log.has_one_file() {
        true => Err(SessionRefusal::Damaged("version 1 has no files".to_owned())),
        false => log.checked(),
    }
}

fn damaged(error: &serde_json::Error) -> SessionRefusal {
    SessionRefusal::Damaged(error.to_string())
}

fn gates(features: Features) -> BTreeMap<String, bool> {
    let switches = features.switches();
    switches.map(|(gate, on)| (gate.to_owned(), on)).collect()
}

fn features(version: &str, gates: &BTreeMap<String, bool>) -> Result<Features, SessionRefusal> {
    let mut features = Features::from(Version::parse(version)?);
    for (gate, on) in gates {
        features = features.switch(gate, *on)?;
    }
    Ok(features)
}

fn done(entry: &SavedAction) -> Option<Done> {
    Some(match entry {
        SavedAction::Steps(count) => Done::Steps(*count),
        SavedAction::Item(place) => Done::Item(*place),
        SavedAction::Clock(to) => Done::Clock(*to),
        SavedAction::Input(input) => match &**input {
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
                manager,
            } => Done::Edit {
                before: before.clone(),
                text: text.clone(),
                record: record.clone(),
                subresource: subresource.clone(),
                manager: manager.clone(),
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

fn entry(done: Done) -> Result<SavedAction, SessionRefusal> {
    let input = match done {
        Done::Steps(count) => return Ok(SavedAction::Steps(count)),
        Done::Item(place) => return Ok(SavedAction::Item(place)),
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
            manager,
        } => Input::Edit {
            before,
            text,
            record,
            subresource,
            manager,
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
    Ok(SavedAction::Input(Rc::new(input)))
}
