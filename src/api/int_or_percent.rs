//! Numbers that can be given as a percentage: `maxSurge: 1`, `maxSurge: 25%`.

use serde::Serialize;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;

/// `intstr.IntOrString`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum IntOrPercent {
    /// A count.
    Int(i32),
    /// A percentage such as `25%`; other strings are refused on resolution.
    Text(Box<str>),
}

impl<'de> Deserialize<'de> for IntOrPercent {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

/// Deserializes a number or a string.
struct Either;

impl Visitor<'_> for Either {
    type Value = IntOrPercent;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a 32-bit integer or a string")
    }

    fn visit_i64<E: de::Error>(self, count: i64) -> Result<IntOrPercent, E> {
        let wrong = |_| E::invalid_value(de::Unexpected::Signed(count), &self);
        i32::try_from(count).map(IntOrPercent::Int).map_err(wrong)
    }

    fn visit_u64<E: de::Error>(self, count: u64) -> Result<IntOrPercent, E> {
        self.visit_i64(i64::try_from(count).unwrap_or(i64::MAX))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<IntOrPercent, E> {
        Ok(IntOrPercent::Text(text.into()))
    }
}

/// A string that is not a percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid value for IntOrString: {0}")]
pub struct InvalidPercent(pub Box<str>);

/// How a percentage is rounded to a whole number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Up, as for maxSurge.
    Up,
    /// Down, as for maxUnavailable.
    Down,
}

impl IntOrPercent {
    /// Parses a command-line argument: a number if it fits 32 bits, else a string (`intstr.Parse`).
    #[must_use]
    pub fn parse(text: &str) -> Self {
        match text.parse() {
            Ok(count) => Self::Int(count),
            Err(_) => Self::Text(text.into()),
        }
    }

    /// The count it amounts to, relative to `total`.
    ///
    /// # Errors
    /// A string that is not digits followed by `%` (`staging/src/k8s.io/apimachinery/pkg/util/intstr/intstr.go`,
    /// GetScaledValueFromIntOrPercent).
    pub fn resolve(&self, total: i32, round: Round) -> Result<i32, InvalidPercent> {
        let text = match self {
            Self::Int(count) => return Ok(*count),
            Self::Text(text) => text,
        };
        let percent: i64 = text
            .strip_suffix('%')
            .and_then(|digits| digits.parse::<i32>().ok())
            .ok_or_else(|| InvalidPercent(text.clone()))?
            .into();
        let hundredths = percent * i64::from(total);
        let count = match round {
            Round::Up => (hundredths + 99).div_euclid(100),
            Round::Down => hundredths.div_euclid(100),
        };
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

impl fmt::Display for IntOrPercent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(count) => write!(f, "{count}"),
            Self::Text(text) => f.write_str(text),
        }
    }
}
