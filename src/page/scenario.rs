//! Scenarios, which play by themselves and pause for explanations. They are data (`www/scenarios`), parsed
//! strictly: a list of cues, each with a single key. Their texts stand in the catalogues (`src/texts/`), under
//! `[scenario.NAME]`: `title`, `about`, and those that `say` names.
//!
//! * `apply: MANIFESTS` puts manifests into the editor and applies them;
//! * `replace: {OLD: NEW}` changes the editor's text and applies it again;
//! * `command: LINE` runs a kubectl or sim command;
//! * `settle: STEPS` settles immediately, within a number of steps;
//! * `speed: RATE` sets the speed relative to the virtual clock;
//! * `play: BRANCH` plays until a step takes a branch, `play: settled` until the cluster has settled;
//! * `say: {text, from}` pauses with a text. Its `{placeholders}` are filled with facts of the last decision of
//!   each branch in `from`, and with those of [`deletion`]; texts never contain numbers themselves.

use super::words;
use kubestep::actor::decision::Decision;
use kubestep::api::kind::Kind;
use kubestep::api::object::Object;
use kubestep::api::pod::Pod;
use kubestep::api::yaml;
use kubestep::engine::{Engine, Step};
use kubestep::texts::{self, Language, Text, pattern};
use serde_json::{Map, Value};
use std::rc::Rc;

/// The names and files, in the order of the start screen.
const FILES: [(&str, &str); 3] = [
    (
        "rolling-update",
        include_str!("../../www/scenarios/rolling-update.yaml"),
    ),
    ("canary", include_str!("../../www/scenarios/canary.yaml")),
    (
        "broken-image",
        include_str!("../../www/scenarios/broken-image.yaml"),
    ),
];

/// A scenario.
#[derive(Debug, PartialEq)]
pub struct Scenario {
    /// Its title.
    pub title: Text,
    /// Its description.
    pub about: Text,
    /// Its cues, in order.
    pub cues: Vec<Cue>,
}

/// A single action.
#[derive(Debug, PartialEq)]
pub enum Cue {
    /// Apply manifests.
    Apply(Rc<str>),
    /// Replace a text in the editor, and apply the manifests again.
    Replace(String, String),
    /// Run a command.
    Command(String),
    /// Settle immediately, within a number of steps.
    Settle(usize),
    /// Set the speed relative to the virtual clock.
    Speed(u8),
    /// Play until something happens.
    Play(Until),
    /// Pause and explain.
    Say(Callout),
}

/// The end of playing.
#[derive(Debug, PartialEq, Eq)]
pub enum Until {
    /// The cluster makes no more progress by itself.
    Settled,
    /// A step takes the branch with this id.
    Branch(String),
}

/// The text of a pause.
#[derive(Debug, PartialEq, Eq)]
pub struct Callout {
    text: Text,
    /// The branches whose facts fill the text's placeholders.
    from: Vec<String>,
}

impl Callout {
    /// The text at this point of the timeline, filled with facts.
    pub fn text(&self, engine: &Engine, language: Language) -> String {
        let facts = self.facts(engine);
        pattern::filled(self.text.text(language), &|name| {
            let fact = facts.iter().find(|(known, _)| *known == name);
            fact.map(|(_, value)| value.clone())
        })
    }

    /// The placeholders that no fact fills.
    #[cfg(test)]
    pub fn unfilled(&self, engine: &Engine) -> Vec<String> {
        let facts = self.facts(engine);
        let missing = std::cell::RefCell::new(Vec::new());
        for language in Language::ALL {
            pattern::filled(self.text.text(*language), &|name| {
                if !facts.iter().any(|(known, _)| *known == name) {
                    missing.borrow_mut().push(name.to_owned());
                }
                None
            });
        }
        missing.into_inner()
    }

    fn facts(&self, engine: &Engine) -> Vec<(&'static str, String)> {
        let decisions = self.from.iter().filter_map(|id| last(engine, id));
        let mut facts: Vec<_> = decisions
            .flat_map(|made| &made.facts)
            .map(|fact| (fact.name, fact.value.to_string()))
            .collect();
        facts.extend(deletion(engine));
        facts
    }
}

/// The last decision with a branch.
fn last<'a>(engine: &'a Engine, id: &str) -> Option<&'a Decision> {
    let done = &engine.steps()[..engine.cursor()];
    let mut decisions = done.iter().rev().flat_map(|step| step.decisions.iter());
    decisions.find(|made| made.branch.id == id)
}

/// The first pod whose deletion the current step began, its node, and how many active pods of its Deployment or
/// ReplicaSet were on that node before: the pod's rank in `ActivePodsWithRanks`.
pub fn deletion(engine: &Engine) -> Vec<(&'static str, String)> {
    let step = engine.current();
    let Some(pod) = step.and_then(|step| deleted(step).next()) else {
        return Vec::new();
    };
    // The name on its tile.
    let name = match &pod.metadata.generate_name {
        Some(prefix) => pod.metadata.name.strip_prefix(&**prefix),
        None => None,
    };
    let name = name.unwrap_or(&pod.metadata.name).to_owned();
    let Some(node) = &pod.node_name else {
        return vec![("pod", name)];
    };
    let crowd = crowds(engine, pod).into_iter().find(|(at, _)| at == node);
    let crowd = crowd.map_or(0, |(_, count)| count);
    vec![
        ("pod", name),
        ("node", node.to_string()),
        ("crowd", crowd.to_string()),
    ]
}

/// The pods that a step marked for deletion.
fn deleted(step: &Step) -> impl Iterator<Item = &Rc<Pod>> {
    step.changes.iter().filter_map(|change| {
        let Some(Object::Pod(before)) = &change.before else {
            return None;
        };
        let goes = match &change.after {
            Some(after) => after.meta().is_terminating(),
            None => true,
        };
        (goes && !before.metadata.is_terminating()).then_some(before)
    })
}

/// The number of active pods of the pod's Deployment on each node before the current step.
fn crowds(engine: &Engine, pod: &Pod) -> Vec<(Rc<str>, usize)> {
    let store = engine.store();
    let owner = |pod: &Pod| {
        let set = pod.metadata.controller()?;
        let key =
            kubestep::api::object::Key::new(Kind::ReplicaSet, &pod.metadata.namespace, &set.name);
        let above = store.get(&key)?.meta().controller()?.uid.clone();
        Some(above)
    };
    let ours = owner(pod);
    let left = store
        .list(Kind::Pod, None)
        .filter_map(|object| match object {
            Object::Pod(pod) if pod.is_active() => Some(pod),
            _ => None,
        });
    let gone = engine.current().map(|step| deleted(step));
    let mut crowds: Vec<(Rc<str>, usize)> = Vec::new();
    for pod in left.chain(gone.into_iter().flatten()) {
        let Some(node) = pod.node_name.as_ref().filter(|_| owner(pod) == ours) else {
            continue;
        };
        match crowds.iter_mut().find(|(known, _)| known == node) {
            Some((_, count)) => *count += 1,
            None => crowds.push((node.clone(), 1)),
        }
    }
    crowds
}

impl Until {
    /// Whether the last step ends it; the caller checks [`Until::Settled`].
    pub fn is_reached(&self, engine: &Engine) -> bool {
        match (self, engine.current()) {
            (Self::Branch(id), Some(step)) => {
                let mut decisions = step.decisions.iter();
                decisions.any(|made| made.branch.id == id)
            }
            _ => false,
        }
    }
}

impl Scenario {
    /// All scenarios, in the order of the start screen. The tests parse the same files and fail on errors.
    pub fn all() -> Rc<[Rc<Self>]> {
        let read = FILES
            .iter()
            .filter_map(|(name, text)| Self::parse(name, text).ok());
        read.map(Rc::new).collect()
    }

    /// Parses a scenario.
    ///
    /// # Errors
    /// A message for authors of scenarios.
    pub fn parse(name: &str, text: &str) -> Result<Self, String> {
        let mut documents = yaml::documents(text).map_err(|error| error.to_string())?;
        let (Some(document), true) = (documents.pop(), documents.is_empty()) else {
            return Err("one document is wanted".to_owned());
        };
        let Value::Array(cues) = document.value else {
            return Err("a list of cues is wanted".to_owned());
        };
        let cues = cues.into_iter().map(|value| cue(name, value));
        Ok(Self {
            title: text_of(name, "title")?,
            about: text_of(name, "about")?,
            cues: cues.collect::<Result<_, _>>()?,
        })
    }
}

/// A mapping with no other fields than the given ones.
fn fields(value: Value, known: &[&str]) -> Result<Map<String, Value>, String> {
    let Value::Object(fields) = value else {
        return Err(format!("a mapping is wanted: {value}"));
    };
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(format!("unknown field {name}")),
        None => Ok(fields),
    }
}

fn string(value: Option<Value>, name: &str) -> Result<String, String> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("{name}: a text is wanted")),
    }
}

fn number<N: TryFrom<u64>>(value: &Value, name: &str) -> Result<N, String> {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number.ok_or_else(|| format!("{name}: a number is wanted"))
}

/// A text of a scenario in the catalogues.
fn text_of(scenario: &str, key: &str) -> Result<Text, String> {
    let id = format!("{scenario}/{key}");
    texts::get(words::SCENARIO, &id).ok_or_else(|| format!("no text {id}"))
}

fn cue(scenario: &str, value: Value) -> Result<Cue, String> {
    let Value::Object(cue) = value else {
        return Err(format!("a cue is a mapping: {value}"));
    };
    let mut entries = cue.into_iter();
    let (Some((name, value)), None) = (entries.next(), entries.next()) else {
        return Err("a cue has one key".to_owned());
    };
    Ok(match name.as_str() {
        "apply" => Cue::Apply(string(Some(value), "apply")?.into()),
        "replace" => {
            let Value::Object(pair) = value else {
                return Err("replace: a mapping is wanted".to_owned());
            };
            let mut pairs = pair.into_iter();
            let (Some((old, new)), None) = (pairs.next(), pairs.next()) else {
                return Err("replace: one text for another is wanted".to_owned());
            };
            Cue::Replace(old, string(Some(new), "replace")?)
        }
        "command" => Cue::Command(string(Some(value), "command")?),
        "settle" => Cue::Settle(number(&value, "settle")?),
        "speed" => Cue::Speed(number(&value, "speed")?),
        "play" => Cue::Play(match string(Some(value), "play")? {
            word if word == "settled" => Until::Settled,
            id => Until::Branch(id),
        }),
        "say" => {
            let mut fields = fields(value, &["text", "from"])?;
            let from = match fields.remove("from") {
                Some(Value::Array(ids)) => ids,
                None => Vec::new(),
                Some(_) => return Err("from: a list is wanted".to_owned()),
            };
            let from = from.into_iter().map(|id| string(Some(id), "from"));
            Cue::Say(Callout {
                from: from.collect::<Result<_, _>>()?,
                text: text_of(scenario, &string(fields.remove("text"), "text")?)?,
            })
        }
        name => return Err(format!("unknown cue {name}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_parses_and_says_all_its_texts() {
        let mut said = Vec::new();
        for (name, text) in FILES {
            let scenario = Scenario::parse(name, text).expect("a scenario");
            assert!(matches!(scenario.cues.first(), Some(Cue::Apply(_))));
            assert!(matches!(scenario.cues.last(), Some(Cue::Say(_))));
            said.extend([scenario.title, scenario.about]);
            said.extend(scenario.cues.iter().filter_map(|cue| match cue {
                Cue::Say(callout) => Some(callout.text),
                _ => None,
            }));
        }
        assert_eq!(Scenario::all().len(), FILES.len());
        let mut texts = words::SCENARIO.iter();
        assert_eq!(texts.find(|(_, text)| !said.contains(text)), None);
    }

    #[test]
    fn invalid_scenarios_are_refused() {
        for (text, error) in [
            ("[{wait: 3}]", "unknown cue wait"),
            ("[{settle: -1}]", "settle: a number is wanted"),
            ("[{play: settled, speed: 1}]", "a cue has one key"),
            ("[{say: {from: []}}]", "text: a text is wanted"),
            ("[{say: {text: nothing}}]", "no text canary/nothing"),
            ("[{say: {text: done, form: []}}]", "unknown field form"),
            (
                "[{replace: {a: b, c: d}}]",
                "replace: one text for another is wanted",
            ),
            ("cues: []", "a list of cues is wanted"),
            ("[]\n---\n[]", "one document is wanted"),
        ] {
            assert_eq!(
                Scenario::parse("canary", text),
                Err(error.to_owned()),
                "{text}"
            );
        }
    }
}
