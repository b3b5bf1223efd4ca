//! A controller's decisions as data: the branch, the numbers, and the fields they come from.
//!
//! The same records highlight the flow chart on the page, produce its "why" sentences, and are asserted by tests.

use super::sentence::Sentence;
use crate::api::kind::Kind;
use crate::api::object::Key;
use crate::texts::{Language, Text, pattern};
use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::rc::Rc;

/// One branch of a controller's flow chart.
#[derive(Debug, PartialEq, Eq)]
pub struct Branch {
    /// Name, unique among all controllers, such as `deployment/scale-down-old`.
    pub id: &'static str,
    /// The box of the flow chart that it belongs to.
    pub stage: &'static str,
    /// How significant it is for a step.
    pub weight: Weight,
    /// The rule in terms of named numbers, such as `maxScaledDown = total − minAvailable − newUnavailable`; empty
    /// if nothing is computed.
    pub formula: &'static str,
    /// The names of the facts that a decision for it may have. Only tests look at them at run time.
    #[cfg(feature = "pseudo")]
    pub facts: &'static [&'static str],
    /// The sentence, with `{name}` for each fact.
    pub says: Text,
    /// Where upstream makes the decision.
    pub source: &'static str,
}

/// How significant a branch is for a step, most significant first. The most significant decision is a step's
/// headline ([`Step::main_decision`](crate::engine::Step::main_decision)); the weights also decide whether a step
/// did anything at all ([`Step::is_quiet`](crate::engine::Step::is_quiet)).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Something is done, started, or fails.
    Main,
    /// A wanted action is not taken (yet): it waits for something, or a rule forbids it.
    Held,
    /// Accompanies other decisions: their numbers, or an additional write.
    Detail,
    /// Why nothing is left to do.
    Reason,
    /// Nothing to do here.
    Idle,
}

/// A branch that was taken, with its facts.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The branch.
    pub branch: &'static Branch,
    /// The numbers and names it was computed from and resulted in.
    pub facts: Vec<Fact>,
}

/// A number or name of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name in the formula.
    pub name: &'static str,
    /// Its value.
    pub value: FactValue,
    /// The fields it was read from: several for a sum, none if it follows from other facts.
    pub origins: Origins,
}

/// The fields that a fact was read from. Most facts have none, and the history keeps all of them, hence the
/// `Option`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Origins(Option<Rc<Vec<Origin>>>);

impl Deref for Origins {
    type Target = [Origin];

    fn deref(&self) -> &[Origin] {
        self.0.as_ref().map_or(&[], |origins| origins)
    }
}

/// The value of a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// A count, or seconds.
    Number(i64),
    /// A word.
    Text(Rc<str>),
    /// An object by name. Its namespace, if its kind has one, is that of the object that the decision is about.
    Object(Kind, Rc<str>),
    /// An object of any namespace, displayed with its kind: `Deployment web`.
    Key(Rc<Key>),
}

impl FactValue {
    /// An object referenced by kind and name; text if the kind is unknown.
    #[must_use]
    pub fn reference(api_version: &str, kind: &str, namespace: &Rc<str>, name: &Rc<str>) -> Self {
        match Kind::from_api(api_version, kind) {
            Some(kind) => Self::from(Key::within(kind, namespace, name)),
            None => Self::Text(format!("{kind} {name}").into()),
        }
    }

    /// The object, if it is one; `namespace` is that of the object that the decision is about.
    #[must_use]
    pub fn object(&self, namespace: &Rc<str>) -> Option<Key> {
        match self {
            Self::Object(kind, name) => Some(Key::within(*kind, namespace, name)),
            Self::Key(key) => Some((**key).clone()),
            Self::Number(_) | Self::Text(_) => None,
        }
    }
}

impl From<Key> for FactValue {
    fn from(key: Key) -> Self {
        Self::Key(Rc::new(key))
    }
}

/// Used in place of a field path: the fact counts pods of the object, all of them or those that it names, such as the
/// ready ones.
pub const PODS: &str = "pods";

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The object.
    pub object: Key,
    /// The field path, such as `spec.replicas`, or [`PODS`].
    pub path: &'static str,
}

/// Stands for any branch where nobody reads decisions; it has no facts.
static UNSAID: Branch = Branch {
    id: "",
    stage: "",
    weight: Weight::Detail,
    formula: "",
    #[cfg(feature = "pseudo")]
    facts: &[],
    says: Text::same(""),
    source: "",
};

impl Decision {
    /// A decision that nobody reads: no facts are added to it.
    pub(super) fn unsaid() -> Self {
        Self {
            branch: &UNSAID,
            facts: Vec::new(),
        }
    }

    /// Adds a number.
    pub fn number(&mut self, name: &'static str, value: impl Into<i64>) -> &mut Self {
        self.add(name, FactValue::Number(value.into()))
    }

    /// Adds a word.
    pub fn text(&mut self, name: &'static str, value: impl Into<Rc<str>>) -> &mut Self {
        self.add(name, FactValue::Text(value.into()))
    }

    /// Adds an object by name, for sentences that name its kind themselves.
    pub fn object(
        &mut self,
        name: &'static str,
        kind: Kind,
        object: impl Into<Rc<str>>,
    ) -> &mut Self {
        self.add(name, FactValue::Object(kind, object.into()))
    }

    /// Adds any value, such as an object displayed with its kind.
    pub fn add(&mut self, name: &'static str, value: impl Into<FactValue>) -> &mut Self {
        if !std::ptr::eq(self.branch, &raw const UNSAID) {
            self.facts.push(Fact {
                name,
                value: value.into(),
                origins: Origins::default(),
            });
        }
        self
    }

    /// Sets the field that the last fact was read from; call it again for each further field.
    pub fn of(&mut self, object: &Key, path: &'static str) -> &mut Self {
        if let Some(fact) = self.facts.last_mut() {
            let origins = fact.origins.0.get_or_insert_default();
            Rc::make_mut(origins).push(Origin {
                object: object.clone(),
                path,
            });
        }
        self
    }

    /// Releases spare capacity, since the decision does not change any more.
    pub fn shrink(&mut self) {
        self.facts.shrink_to_fit();
        let origins = self.facts.iter_mut().flat_map(|fact| &mut fact.origins.0);
        origins.filter_map(Rc::get_mut).for_each(Vec::shrink_to_fit);
    }

    /// Like [`Decision::of`], for a field of several objects that the last fact sums up.
    pub fn of_all(
        &mut self,
        objects: impl IntoIterator<Item = Key>,
        path: &'static str,
    ) -> &mut Self {
        for object in objects {
            self.of(&object, path);
        }
        self
    }

    /// The fact with a name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.name == name)
    }

    /// The sentence with its facts filled in.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        joined(&self.sentence_parts(language))
    }

    /// The sentence in parts, with each fact separate.
    #[must_use]
    pub fn sentence_parts(&self, language: Language) -> Vec<Part<'_>> {
        self.parts(self.branch.says.text(language))
    }

    /// The formula with its numbers filled in, such as `maxScaledDown = 13 − 8 − 2 = 3`; empty if there is none.
    #[must_use]
    pub fn substituted(&self) -> String {
        joined(&self.substituted_parts())
    }

    /// The formula with its numbers filled in, in parts.
    #[must_use]
    pub fn substituted_parts(&self) -> Vec<Part<'_>> {
        let formula = self.branch.formula;
        let Some((result, rule)) = formula.split_once(" = ") else {
            return Vec::new();
        };
        let mut parts = vec![Part::Text(&formula[..formula.len() - rule.len()])];
        let mut rest = rule;
        while let Some(letter) = rest.chars().next() {
            let word = letter.is_alphanumeric();
            let other = |letter: char| letter.is_alphanumeric() != word;
            let (token, after) = rest.split_at(rest.find(other).unwrap_or(rest.len()));
            parts.push(self.fact(token).map_or(Part::Text(token), Part::Fact));
            rest = after;
        }
        if let Some(fact) = self.fact(result) {
            parts.extend([Part::Text(" = "), Part::Fact(fact)]);
        }
        parts
    }

    /// Fills the facts into a text's `{names}` ([`pattern`]).
    #[must_use]
    pub fn fill(&self, pattern: &'static str) -> String {
        joined(&self.parts(pattern))
    }

    /// The sentence with references to its objects; `namespace` is that of the object that the decision is about.
    #[must_use]
    pub fn told(&self, language: Language, namespace: &Rc<str>) -> Sentence {
        let mut told = Sentence::default();
        for part in self.sentence_parts(language) {
            match part {
                Part::Text(text) => told.push(text),
                Part::Fact(fact) => {
                    let text = fact.value.to_string();
                    told.extend(match fact.value.object(namespace) {
                        Some(key) => Sentence::object(key, text),
                        None => text.into(),
                    });
                }
            }
        }
        told
    }

    fn parts(&self, pattern: &'static str) -> Vec<Part<'_>> {
        let mut parts = Vec::new();
        let is_one = |name: &str| {
            let fact = self.fact(name);
            fact.is_some_and(|fact| fact.value == FactValue::Number(1))
        };
        pattern::each(pattern, &is_one, &mut |part| {
            parts.push(match part {
                pattern::PatternPart::Text(text) => Part::Text(text),
                pattern::PatternPart::Value { name, place } => {
                    self.fact(name).map_or(Part::Text(place), Part::Fact)
                }
            });
        });
        parts
    }
}

/// A part of a sentence or a formula.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Part<'a> {
    /// Fixed text.
    Text(&'a str),
    /// A value filled in.
    Fact(&'a Fact),
}

fn joined(parts: &[Part<'_>]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(part) => text.push_str(part),
            Part::Fact(fact) => write!(text, "{}", fact.value).unwrap_or_default(),
        }
    }
    text
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) | Self::Object(_, text) => f.write_str(text),
            Self::Key(key) => key.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BRANCH: Branch = Branch {
        id: "test/one",
        stage: "one",
        weight: Weight::Main,
        formula: "down = total − least",
        facts: &["total", "least", "down"],
        says: Text::same("{down} may go, {none} stays"),
        source: "",
    };

    #[test]
    fn facts_replace_their_names() {
        let mut decision = Decision {
            branch: &BRANCH,
            facts: Vec::new(),
        };
        decision
            .number("total", 13)
            .number("least", 8)
            .number("down", 5);
        assert_eq!(decision.substituted(), "down = 13 − 8 = 5");
        assert_eq!(
            decision.sentence(Language::English),
            "5 may go, {none} stays"
        );
    }
}
