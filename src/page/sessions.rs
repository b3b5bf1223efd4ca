//! The page's only access to the code of sessions, so that it need not be part of the module loaded first. With the
//! feature `split` it is a module of its own, loaded by [`fetch`].

use super::console::Terminal;
use super::words;
use kubestep::engine::{Engine, Input};
use kubestep::manifests::state::{self, Served, Started};
use kubestep::manifests::{Diagnostic, objects};
use kubestep::session::{
    Log, Opened, PageFiles, Repeat, Replay, SavedAction, SessionRefusal, Unrepeatable, file, link,
};
use kubestep::store::Store;
use kubestep::texts::Language;
use std::ops::Deref;
use std::rc::Rc;

/// Length of an address up to which programs that people share links with do not cut it off.
pub const LINK_USUAL: usize = 8_000;

/// Looks at a cluster after each step.
pub type LookAtEach<'a> = &'a mut dyn FnMut(&mut Engine);

/// The functions for the page.
#[derive(Debug)]
pub struct Functions {
    /// The text of a session file, with the page's files.
    pub write: fn(&Engine, &Workspace) -> Result<String, Unrepeatable>,
    /// The fragment of a link.
    pub link: fn(&Engine, &Workspace) -> Result<String, Unrepeatable>,
    /// Reads a link or a file.
    pub read: fn(&str) -> Result<Replay, SessionRefusal>,
    /// Replays some steps and actions; whether it has ended. Each step of the future that is shown at the end is
    /// looked at.
    pub go_on: fn(&mut Replay, usize, Repeat, LookAtEach<'_>) -> Result<bool, SessionRefusal>,
    /// The result of a replay, whose files replace those of the page.
    pub opened: fn(Replay, &Terminal) -> Opened,
    /// What a session file contains, in one line; `None` if it cannot be read.
    pub about: fn(&str, Language) -> Option<String>,
    /// The objects of a text that some cluster has served.
    pub served: fn(&str) -> Vec<Served>,
    /// Whether any of them is from another cluster than this one.
    pub is_foreign: fn(&Store, &[Served]) -> bool,
    /// Starts a cluster from the state of another one.
    pub start: fn(&mut Engine, &str) -> Result<Started, Vec<Diagnostic>>,
    /// Replaces the names in a state.
    pub redact: fn(&str) -> Result<String, Vec<Diagnostic>>,
    /// Drops the history before a step.
    pub compact: fn(&mut Engine, usize),
    /// The same in a replay, as far as the rest of it does not return there; whether there was any.
    pub make_room: fn(&mut Replay) -> bool,
    /// What was done as Markdown, with a link.
    pub markdown: fn(&Engine, &Workspace, address: &str, Language) -> Result<String, Unrepeatable>,
}

/// The functions, once loaded.
#[derive(Debug, Clone, Copy)]
pub struct Sessions(&'static Functions);

impl PartialEq for Sessions {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.0, other.0)
    }
}

impl Deref for Sessions {
    type Target = Functions;

    fn deref(&self) -> &Functions {
        self.0
    }
}

static FUNCTIONS: Functions = Functions {
    write,
    link,
    read,
    go_on,
    opened,
    about,
    served: state::served,
    is_foreign: state::is_foreign,
    start: state::start,
    redact: state::redact,
    compact: Engine::compact,
    make_room: Replay::make_room,
    markdown,
};

/// The functions, if they are available from the start.
pub fn at_hand() -> Option<Sessions> {
    #[cfg(feature = "split")]
    return None;
    #[cfg(not(feature = "split"))]
    Some(Sessions(&FUNCTIONS))
}

/// Loads the functions.
#[cfg(all(feature = "split", target_arch = "wasm32"))]
#[wasm_split_helpers::wasm_split(session, fallible)]
pub fn fetch() -> Result<Sessions, wasm_split_helpers::SplitLoaderError> {
    Ok(Sessions(&FUNCTIONS))
}

/// The functions, which are part of the same module.
#[cfg(all(not(feature = "split"), target_arch = "wasm32"))]
pub async fn fetch() -> Result<Sessions, std::convert::Infallible> {
    Ok(Sessions(&FUNCTIONS))
}

/// The files of the page, and the name of the one in the editor.
#[derive(Debug, Clone, PartialEq)]
pub struct Workspace {
    /// The files.
    pub files: Terminal,
    /// The number of changes of the files.
    pub changes: u64,
    /// The name of the one in the editor.
    pub name: Rc<str>,
}

impl Workspace {
    /// The files as a session contains them.
    pub fn list(&self) -> PageFiles {
        let names = self.files.files().into_iter();
        let others = names.filter(|name| **name != *self.name);
        PageFiles {
            name: self.name.clone(),
            text: self.files.file(&self.name).unwrap_or_default(),
            others: others
                .filter_map(|name| Some((name.as_str().into(), self.files.file(&name)?)))
                .collect(),
        }
    }
}

fn log(engine: &Engine, workspace: &Workspace) -> Result<Log, Unrepeatable> {
    let files = workspace.list();
    Ok(Log::of(engine, Some(&files.text))?.with_files(&files))
}

fn write(engine: &Engine, files: &Workspace) -> Result<String, Unrepeatable> {
    Ok(file::write(&log(engine, files)?))
}

fn link(engine: &Engine, files: &Workspace) -> Result<String, Unrepeatable> {
    Ok(link::write(&log(engine, files)?))
}

fn read(text: &str) -> Result<Replay, SessionRefusal> {
    let is_file = text.trim_start().starts_with('{');
    let log = if is_file {
        file::read(text)
    } else {
        link::read(text)
    };
    log.map(Replay::new)
}

fn go_on(
    replay: &mut Replay,
    count: usize,
    repeat: Repeat,
    look: LookAtEach<'_>,
) -> Result<bool, SessionRefusal> {
    for _ in 0..count {
        // One step at a time, so that looking at it requires no going back.
        if replay.go_on(1, repeat)? {
            return Ok(true);
        }
        if let Some(engine) = replay.shown() {
            look(engine);
        }
    }
    Ok(false)
}

fn opened(replay: Replay, files: &Terminal) -> Opened {
    let opened = replay.opened();
    for name in files.files() {
        files.remove(&name);
    }
    for (name, text) in &opened.files {
        files.put(name, text.clone());
    }
    opened
}

/// Maximum number of objects and of letters of a command in the line about a session.
const NAMED_MAX: usize = 3;
const COMMAND_MAX: usize = 60;

fn about(text: &str, language: Language) -> Option<String> {
    let log = file::read(text).ok()?;
    let mut found: Vec<String> = Vec::new();
    let mut command = None;
    for entry in log.futures.iter().flat_map(|branch| &branch.entries) {
        if let SavedAction::Input(input) = entry {
            match &**input {
                Input::Manifests(text) | Input::State(text) => found.extend(named(text)),
                Input::Command { line, .. } => command = command.or_else(|| Some(line.clone())),
                _ => {}
            }
        }
    }
    let mut known = Vec::new();
    found.retain(|object| {
        let is_new = !known.contains(object);
        known.push(object.clone());
        is_new
    });
    let what = match (found.as_slice(), command) {
        ([], Some(line)) => line.chars().take(COMMAND_MAX).collect(),
        ([], None) => words::RECENT_EMPTY.text(language).to_owned(),
        (all, _) => {
            let more = all.len().saturating_sub(NAMED_MAX);
            let named = all
                .iter()
                .take(NAMED_MAX)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ");
            match more {
                0 => named,
                more => words::RECENT_MORE.with(language, &[("named", &named), ("count", &more)]),
            }
        }
    };
    let step = words::STEP_NUMBER.with(language, &[("number", &log.step)]);
    Some(format!("{what} · {step}"))
}

/// The kinds and names of the objects of manifests.
fn named(text: &str) -> Vec<String> {
    let documents = objects(text).unwrap_or_default().into_iter();
    let named = documents.filter_map(|document| {
        let name = document.value.pointer("/metadata/name")?.as_str()?;
        Some(format!("{} {name}", document.value.get("kind")?.as_str()?))
    });
    named.collect()
}

fn markdown(
    engine: &Engine,
    files: &Workspace,
    address: &str,
    language: Language,
) -> Result<String, Unrepeatable> {
    let log = log(engine, files)?;
    let mut text = format!(
        "# kubestep\n\n[{}]({address}) · Kubernetes {}\n",
        words::SHARE_OPEN.text(language),
        log.features.version(),
    );
    for (number, branch) in log.futures.iter().enumerate() {
        if log.futures.len() > 1 {
            let name = words::FUTURE.with(language, &[("future", &(number + 1))]);
            text = text + "\n## " + &name + "\n";
        }
        for entry in &branch.entries {
            text = text + "\n" + &paragraph(entry, language) + "\n";
        }
    }
    Ok(text)
}

fn paragraph(entry: &SavedAction, language: Language) -> String {
    let block = |kind: &str, content: &str| {
        // A fence that is longer than any in the content.
        let longest = content.split(|letter| letter != '`').map(str::len).max();
        let fence = "`".repeat(longest.unwrap_or_default().max(2) + 1);
        format!("{fence}{kind}\n{}\n{fence}", content.trim_end())
    };
    match entry {
        SavedAction::Steps(count) => words::SHARE_STEPS.with(language, &[("count", count)]),
        SavedAction::Item(place) => words::SHARE_ITEM.with(language, &[("place", &(place + 1))]),
        SavedAction::Clock(to) => {
            words::SHARE_CLOCK.with(language, &[("time", &words::clock(*to))])
        }
        SavedAction::Input(input) => match &**input {
            Input::Manifests(text) | Input::State(text) => block("yaml", text),
            Input::Command { line, stdin, .. } => {
                let mut all = format!("$ {line}");
                if let Some(stdin) = stdin {
                    all = format!("{all} <<EOF\n{stdin}\nEOF");
                }
                block("console", &all)
            }
            Input::Edit { text, .. } => block("yaml", text),
            Input::Drain { line, .. } | Input::Again { line, .. } => block("console", line),
            Input::Repeat { .. } | Input::More => words::SHARE_REPEAT.text(language).to_owned(),
        },
    }
}
