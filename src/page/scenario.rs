//! Scenarios: what the page does by itself, and where it stops to explain. They are data (`www/scenarios`), read
//! strictly: a list of cues, each with one key.
//!
//! * `apply: MANIFESTS` puts manifests into the editor and applies them;
//! * `replace: {OLD: NEW}` changes them there and applies them again;
//! * `command: LINE` runs a line of kubectl or sim;
//! * `settle: STEPS` goes on at once until nothing moves by itself, within so many steps;
//! * `speed: RATE` plays so many times as fast as the cluster's clock;
//! * `play: BRANCH` plays until a step decides so, `play: settled` until nothing moves by itself;
//! * `say: {en, zh, from}` pauses with a text. Its `{places}` are filled with facts of the last decision of each branch
//!   in `from`, and with what [`deletion`] knows of the step: numbers never stand in the text itself.

use super::words;
use kubestep::actor::decision::Decision;
use kubestep::api::kind::Kind;
use kubestep::api::language::Language;
use kubestep::api::object::Object;
use kubestep::api::pod::Pod;
use kubestep::api::yaml;
use kubestep::engine::{Engine, Step};
use serde_json::{Map, Value};
use std::rc::Rc;

/// The files, in the order of the start screen.
const FILES: [&str; 3] = [
    include_str!("../../www/scenarios/rolling-update.yaml"),
    include_str!("../../www/scenarios/canary.yaml"),
    include_str!("../../www/scenarios/broken-image.yaml"),
];

/// A scenario.
#[derive(Debug, PartialEq)]
pub struct Scenario {
    /// What it is called.
    pub title: Text,
    /// What is to be seen in it.
    pub about: Text,
    /// What happens, in order.
    pub cues: Vec<Cue>,
}

/// A text in both languages.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    english: String,
    chinese: String,
}

/// One thing that happens.
#[derive(Debug, PartialEq)]
pub enum Cue {
    /// These manifests are applied.
    Apply(Rc<str>),
    /// The manifests in the editor are changed, and applied again.
    Replace(String, String),
    /// A command is run.
    Command(String),
    /// Everything goes on at once until nothing moves by itself; at most so many steps.
    Settle(usize),
    /// From now on it plays so many times as fast as the cluster's clock.
    Speed(u8),
    /// It plays until something happens.
    Play(Until),
    /// It pauses and explains.
    Say(Callout),
}

/// Until when a scenario plays.
#[derive(Debug, PartialEq, Eq)]
pub enum Until {
    /// Nothing moves by itself any more.
    Settled,
    /// A step takes the branch of this id.
    Branch(String),
}

/// What is said while a scenario pauses.
#[derive(Debug, PartialEq, Eq)]
pub struct Callout {
    text: Text,
    /// The branches whose facts go into the text.
    from: Vec<String>,
}

impl Text {
    /// The text in a language.
    pub fn text(&self, language: Language) -> &str {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

impl Callout {
    /// The text at this point of the timeline, with its facts.
    pub fn text(&self, engine: &Engine, language: Language) -> String {
        let facts = self.facts(engine);
        words::filled(self.text.text(language), &|name| {
            let fact = facts.iter().find(|(known, _)| *known == name);
            fact.map(|(_, value)| value.clone())
        })
    }

    /// The places that no fact fills.
    #[cfg(test)]
    pub fn unfilled(&self, engine: &Engine) -> Vec<String> {
        let facts = self.facts(engine);
        let missing = std::cell::RefCell::new(Vec::new());
        for text in [&self.text.english, &self.text.chinese] {
            words::filled(text, &|name| {
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

/// The last decision for a branch.
fn last<'a>(engine: &'a Engine, id: &str) -> Option<&'a Decision> {
    let done = &engine.steps()[..engine.cursor()];
    let mut decisions = done.iter().rev().flat_map(|step| step.decisions.iter());
    decisions.find(|made| made.branch.id == id)
}

/// The first pod whose deletion the current step began, its node, and how many active pods of its Deployment or
/// ReplicaSet were there before: what `ActivePodsWithRanks` calls the pod's rank.
pub fn deletion(engine: &Engine) -> Vec<(&'static str, String)> {
    let step = engine.current();
    let Some(pod) = step.and_then(|step| deleted(step).next()) else {
        return Vec::new();
    };
    // As its tile is called.
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

/// The pods whose deletion a step began.
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

/// How many active pods of the pod's Deployment were on each node before the current step.
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
    /// Whether the step that was just done is the one; of [`Until::Settled`] whoever plays knows.
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
    /// All of them, in the order of the start screen. The tests read the same files and refuse what cannot be read.
    pub fn all() -> Rc<[Rc<Self>]> {
        let read = FILES.iter().filter_map(|text| Self::parse(text).ok());
        read.map(Rc::new).collect()
    }

    /// Reads a scenario.
    ///
    /// # Errors
    /// What cannot be read, in words for whoever writes scenarios.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut documents = yaml::documents(text).map_err(|error| error.to_string())?;
        let (Some(document), true) = (documents.pop(), documents.is_empty()) else {
            return Err("one document is wanted".to_owned());
        };
        let mut fields = fields(document.value, &["title", "about", "cues"])?;
        let Some(Value::Array(cues)) = fields.remove("cues") else {
            return Err("cues: a list is wanted".to_owned());
        };
        Ok(Self {
            title: text_of(&mut fields, "title")?,
            about: text_of(&mut fields, "about")?,
            cues: cues.into_iter().map(cue).collect::<Result<_, _>>()?,
        })
    }
}

/// A mapping without other fields than these.
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

/// The text in a field, in both languages.
fn text_of(of: &mut Map<String, Value>, name: &str) -> Result<Text, String> {
    let value = of.remove(name).unwrap_or_default();
    both(&mut fields(value, &["en", "zh"])?)
}

fn both(fields: &mut Map<String, Value>) -> Result<Text, String> {
    Ok(Text {
        english: string(fields.remove("en"), "en")?,
        chinese: string(fields.remove("zh"), "zh")?,
    })
}

fn cue(value: Value) -> Result<Cue, String> {
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
            let mut fields = fields(value, &["en", "zh", "from"])?;
            let from = match fields.remove("from") {
                Some(Value::Array(ids)) => ids,
                None => Vec::new(),
                Some(_) => return Err("from: a list is wanted".to_owned()),
            };
            let from = from.into_iter().map(|id| string(Some(id), "from"));
            Cue::Say(Callout {
                from: from.collect::<Result<_, _>>()?,
                text: both(&mut fields)?,
            })
        }
        name => return Err(format!("unknown cue {name}")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_can_be_read() {
        for text in FILES {
            let scenario = Scenario::parse(text).expect("a scenario");
            assert!(matches!(scenario.cues.first(), Some(Cue::Apply(_))));
            assert!(matches!(scenario.cues.last(), Some(Cue::Say(_))));
        }
        assert_eq!(Scenario::all().len(), FILES.len());
    }

    #[test]
    fn what_is_no_scenario_is_refused_by_name() {
        let text = "{en: a, zh: b}";
        let with = |cue: &str| format!("title: {text}\nabout: {text}\ncues: [{cue}]\n");
        for (text, error) in [
            (with("{wait: 3}"), "unknown cue wait"),
            (with("{settle: -1}"), "settle: a number is wanted"),
            (with("{play: settled, speed: 1}"), "a cue has one key"),
            (with("{say: {en: a}}"), "zh: a text is wanted"),
            (
                with("{say: {en: a, zh: b, form: []}}"),
                "unknown field form",
            ),
            (
                with("{replace: {a: b, c: d}}"),
                "replace: one text for another is wanted",
            ),
            (with("") + "more: 1\n", "unknown field more"),
            (
                format!("title: {text}\nabout: {text}\n"),
                "cues: a list is wanted",
            ),
            ("cues: []\n".to_owned(), "a mapping is wanted: null"),
            ("a: 1\n---\nb: 2\n".to_owned(), "one document is wanted"),
        ] {
            assert_eq!(Scenario::parse(&text), Err(error.to_owned()), "{text}");
        }
    }
}
