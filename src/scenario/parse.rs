//! Parses scenarios.

use super::{
    Callout, Cue, ObjectField, Question, Scenario, ScenarioFault, Until, ValueSource, Words,
};
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::api::yaml;
use crate::texts::Language;
use serde_json::{Map, Value};
use std::rc::Rc;

/// Maximum size of a file in bytes.
pub const BYTES_MAX: usize = 64 * 1024;
/// Maximum number of cues.
const CUES_MAX: usize = 200;
/// Maximum number of steps of a cue.
const SETTLE_MAX: usize = 20_000;

type Fields = Map<String, Value>;

impl Scenario {
    /// Parses a scenario.
    ///
    /// # Errors
    /// A message for authors of scenarios.
    pub fn parse(text: &str) -> Result<Self, ScenarioFault> {
        let known = ["title", "about", "cues"];
        let mut fields = fields("file", one_document(text)?, &known)?;
        let cues = list("cues", fields.remove("cues").unwrap_or_default())?;
        if cues.len() > CUES_MAX {
            return Err(ScenarioFault::TooMany(cues.len(), CUES_MAX));
        }
        let cues = cues.into_iter().map(cue);
        Ok(Self {
            title: within("title", fields.remove("title"))?,
            about: within("about", fields.remove("about"))?,
            cues: cues.collect::<Result<_, _>>()?,
        })
    }
}

/// The only document of a text.
pub(super) fn one_document(text: &str) -> Result<Value, ScenarioFault> {
    if text.len() > BYTES_MAX {
        return Err(ScenarioFault::TooLong(text.len(), BYTES_MAX));
    }
    let mut documents = yaml::documents(text)?;
    match (documents.pop(), documents.is_empty()) {
        (Some(document), true) => Ok(document.value),
        _ => Err(ScenarioFault::wanted("file", "one document")),
    }
}

/// A mapping with no other fields than the given ones.
pub(super) fn fields(of: &str, value: Value, known: &[&str]) -> Result<Fields, ScenarioFault> {
    let Value::Object(fields) = value else {
        return Err(ScenarioFault::wanted(of, "a mapping"));
    };
    match fields.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => Err(ScenarioFault::Unknown {
            of: of.to_owned(),
            field: name.clone(),
        }),
        None => Ok(fields),
    }
}

pub(super) fn list(of: &str, value: Value) -> Result<Vec<Value>, ScenarioFault> {
    match value {
        Value::Array(values) => Ok(values),
        _ => Err(ScenarioFault::wanted(of, "a list")),
    }
}

pub(super) fn string(of: &str, value: Option<Value>) -> Result<String, ScenarioFault> {
    match value {
        Some(Value::String(text)) => Ok(text),
        _ => Err(ScenarioFault::wanted(of, "a text")),
    }
}

pub(super) fn number<N: TryFrom<u64>>(of: &str, value: &Value) -> Result<N, ScenarioFault> {
    let number = value.as_u64().and_then(|number| number.try_into().ok());
    number.ok_or_else(|| ScenarioFault::wanted(of, "a number"))
}

/// Texts that are a field of their own.
pub(super) fn within(of: &str, value: Option<Value>) -> Result<Words, ScenarioFault> {
    let mut fields = fields(of, value.unwrap_or_default(), &tags())?;
    Words::take(&mut fields, of)
}

fn tags() -> Vec<&'static str> {
    Language::ALL
        .iter()
        .map(|language| language.tag())
        .collect()
}

fn kind(of: &str, value: Value) -> Result<Kind, ScenarioFault> {
    let name = string(of, Some(value))?;
    let kind = Kind::all().find(|kind| kind.name() == name);
    kind.ok_or_else(|| ScenarioFault::wanted(of, "a kind"))
}

fn cue(value: Value) -> Result<Cue, ScenarioFault> {
    let (name, value) = single("cue", value)?;
    Ok(match name.as_str() {
        "apply" => Cue::Apply(string("apply", Some(value))?.into()),
        "replace" => {
            let (old, new) = single("replace", value)?;
            Cue::Replace(old, string("replace", Some(new))?)
        }
        "command" => Cue::Command(string("command", Some(value))?.into()),
        "settle" => Cue::Settle(number::<usize>("settle", &value)?.min(SETTLE_MAX)),
        "speed" => Cue::Speed(number("speed", &value)?),
        "play" => Cue::Play(match string("play", Some(value))? {
            word if word == "settled" => Until::Settled,
            id => Until::Branch(id),
        }),
        "say" => Cue::Say(callout("say", value, &[])?.0),
        "predict" => {
            let (callout, mut rest) = callout("predict", value, &["answer", "options"])?;
            let options = match rest.remove("options") {
                Some(options) => list("options", options)?,
                None => Vec::new(),
            };
            Cue::Predict(Question {
                callout,
                answer: source("answer", rest.remove("answer").unwrap_or_default())?,
                options: options.into_iter().map(option).collect::<Result<_, _>>()?,
            })
        }
        name => {
            return Err(ScenarioFault::Unknown {
                of: "cue".to_owned(),
                field: name.to_owned(),
            });
        }
    })
}

/// The only entry of a mapping.
fn single(of: &str, value: Value) -> Result<(String, Value), ScenarioFault> {
    let Value::Object(fields) = value else {
        return Err(ScenarioFault::wanted(of, "a mapping"));
    };
    let mut entries = fields.into_iter();
    match (entries.next(), entries.next()) {
        (Some(entry), None) => Ok(entry),
        _ => Err(ScenarioFault::wanted(of, "a mapping with one key")),
    }
}

/// A pause, and its other fields.
fn callout(of: &str, value: Value, more: &[&str]) -> Result<(Callout, Fields), ScenarioFault> {
    let mut known = tags();
    known.extend(["from", "values", "run"]);
    known.extend(more);
    let mut fields = fields(of, value, &known)?;
    let mut texts = |name: &str| {
        let texts = fields
            .remove(name)
            .unwrap_or_else(|| Value::Array(Vec::new()));
        let texts = list(name, texts)?.into_iter();
        let texts = texts.map(|text| string(name, Some(text)));
        texts.collect::<Result<Vec<String>, ScenarioFault>>()
    };
    let (from, commands) = (texts("from")?, texts("run")?);
    let values = match fields.remove("values") {
        None => Vec::new(),
        Some(Value::Object(values)) => {
            let values = values.into_iter();
            let values = values.map(|(name, value)| Ok((Rc::from(name), source("values", value)?)));
            values.collect::<Result<_, ScenarioFault>>()?
        }
        Some(_) => return Err(ScenarioFault::wanted("values", "a mapping")),
    };
    let callout = Callout {
        text: Words::take(&mut fields, of)?,
        from,
        values,
        commands: commands.into_iter().map(Rc::from).collect(),
    };
    Ok((callout, fields))
}

/// A possible answer: a text that is the same in every language, or `VALUE: {en: …}`.
fn option(value: Value) -> Result<(Rc<str>, Option<Words>), ScenarioFault> {
    match value {
        Value::String(text) => Ok((text.into(), None)),
        Value::Number(number) => Ok((number.to_string().into(), None)),
        value => {
            let (value, words) = single("options", value)?;
            Ok((value.into(), Some(within("options", Some(words))?)))
        }
    }
}

fn source(of: &str, value: Value) -> Result<ValueSource, ScenarioFault> {
    if value == "seconds" {
        return Ok(ValueSource::Seconds);
    }
    let (name, value) = single(of, value)?;
    Ok(match name.as_str() {
        "created" => ValueSource::Created(kind("created", value)?),
        "deleted" => ValueSource::Deleted(kind("deleted", value)?),
        "first-created" => ValueSource::FirstCreated(kind("first-created", value)?),
        "first-deleted" => ValueSource::FirstDeleted(kind("first-deleted", value)?),
        "last-deleted" => ValueSource::LastDeleted(kind("last-deleted", value)?),
        "existing" => ValueSource::Existing(kind("existing", value)?),
        "branch" => ValueSource::Branch(string("branch", Some(value))?),
        "fact" => {
            let (branch, fact) = single("fact", value)?;
            ValueSource::Fact(branch, string("fact", Some(fact))?)
        }
        "value" => ValueSource::Value(field("value", value)?),
        "most" => ValueSource::Most(field("most", value)?),
        "least" => ValueSource::Least(field("least", value)?),
        name => {
            return Err(ScenarioFault::Unknown {
                of: of.to_owned(),
                field: name.to_owned(),
            });
        }
    })
}

/// `Kind/name: path`
fn field(of: &str, value: Value) -> Result<ObjectField, ScenarioFault> {
    let (object, path) = single(of, value)?;
    let wanted = || ScenarioFault::wanted(of, "KIND/NAME: PATH");
    let (kind_name, name) = object.split_once('/').ok_or_else(wanted)?;
    let kind = kind(of, Value::from(kind_name))?;
    let key = Key::within(kind, &"default".into(), &name.into());
    Ok(ObjectField {
        of: key,
        path: string(of, Some(path))?,
    })
}
