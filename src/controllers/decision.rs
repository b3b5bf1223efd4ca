//! What a controller decided, as data: the branch, the numbers, and where each number comes from.
//!
//! The same records light the flow chart on the page, feed the one-sentence "why", and are asserted by tests.

use crate::api::object::Key;
use std::fmt::{self, Write as _};
use std::rc::Rc;

/// One branch of a controller's flow chart.
#[derive(Debug, PartialEq, Eq)]
pub struct Branch {
    /// Name, unique among all controllers: `deployment/scale-down-old`.
    pub id: &'static str,
    /// The box of the flow chart that it belongs to.
    pub stage: &'static str,
    /// The rule with the names of its numbers, such as `maxScaledDown = total − minAvailable − newUnavailable`;
    /// empty where there is nothing to compute.
    pub formula: &'static str,
    /// What it means, with `{name}` where a fact goes, in English and in Chinese.
    pub says: [&'static str; 2],
    /// Where upstream decides it.
    pub source: &'static str,
}

/// A branch that was taken, with its numbers.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Which branch.
    pub branch: &'static Branch,
    /// The numbers and names that went in and came out.
    pub facts: Vec<Fact>,
}

/// One number or name of a decision.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name in the formula.
    pub name: &'static str,
    /// What it was.
    pub value: FactValue,
    /// The field it was read from; `None` where it was computed.
    pub origin: Option<Origin>,
}

/// What a fact holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactValue {
    /// A count, or seconds.
    Number(i64),
    /// A name or a word.
    Text(Rc<str>),
}

/// A field of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The object.
    pub object: Key,
    /// The field, as `spec.replicas`.
    pub path: &'static str,
}

/// The languages of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// 简体中文.
    Chinese,
}

impl Decision {
    /// Adds a number.
    pub fn number(&mut self, name: &'static str, value: impl Into<i64>) -> &mut Self {
        self.facts.push(Fact {
            name,
            value: FactValue::Number(value.into()),
            origin: None,
        });
        self
    }

    /// Adds a name or a word.
    pub fn text(&mut self, name: &'static str, value: impl Into<Rc<str>>) -> &mut Self {
        self.facts.push(Fact {
            name,
            value: FactValue::Text(value.into()),
            origin: None,
        });
        self
    }

    /// Says which field the last fact was read from.
    pub fn of(&mut self, object: &Key, path: &'static str) -> &mut Self {
        if let Some(fact) = self.facts.last_mut() {
            fact.origin = Some(Origin {
                object: object.clone(),
                path,
            });
        }
        self
    }

    /// The fact of a name.
    #[must_use]
    pub fn fact(&self, name: &str) -> Option<&Fact> {
        self.facts.iter().find(|fact| fact.name == name)
    }

    /// The sentence, with the facts in it.
    #[must_use]
    pub fn sentence(&self, language: Language) -> String {
        self.fill(self.branch.says[language as usize])
    }

    /// The formula with its numbers in the place of their names:
    /// `maxScaledDown = 13 − 8 − 2 = 3`; empty where there is none.
    #[must_use]
    pub fn substituted(&self) -> String {
        let Some((result, rule)) = self.branch.formula.split_once(" = ") else {
            return String::new();
        };
        let mut text = format!("{result} = ");
        let mut word = String::new();
        for letter in rule.chars().chain([' ']) {
            if letter.is_alphanumeric() {
                word.push(letter);
                continue;
            }
            match self.fact(&word) {
                Some(fact) => write!(text, "{}", fact.value),
                None => write!(text, "{word}"),
            }
            .unwrap_or_default();
            word.clear();
            text.push(letter);
        }
        text.truncate(text.trim_end().len());
        if let Some(fact) = self.fact(result) {
            write!(text, " = {}", fact.value).unwrap_or_default();
        }
        text
    }

    fn fill(&self, pattern: &str) -> String {
        let mut text = String::with_capacity(pattern.len());
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once('{') {
            text.push_str(before);
            let Some((name, after)) = after.split_once('}') else {
                break;
            };
            match self.fact(name) {
                Some(fact) => write!(text, "{}", fact.value),
                None => write!(text, "{{{name}}}"),
            }
            .unwrap_or_default();
            rest = after;
        }
        text.push_str(rest);
        text
    }
}

impl fmt::Display for FactValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => write!(f, "{number}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static BRANCH: Branch = Branch {
        id: "test/one",
        stage: "one",
        formula: "down = total − least",
        says: ["{down} may go, {none} stays", "可以删除 {down} 个"],
        source: "",
    };

    #[test]
    fn numbers_take_the_place_of_their_names() {
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
        assert_eq!(decision.sentence(Language::Chinese), "可以删除 5 个");
    }
}
