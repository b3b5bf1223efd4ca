//! Bounds that a rollout must keep, such as `available>=7`.

use super::run::{ForecastLevels, Sample};
use crate::api::go::parse_duration;
use crate::api::quantity::Quantity;
use crate::api::time::duration;
use std::fmt;

/// A bound that holds, or does not, in each run of a forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    measure: Measure,
    /// In the unit of the measure.
    limit: i64,
}

/// What a bound limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Measure {
    /// At least so many pods available at any time.
    Available,
    /// At most so many pods at any time.
    Pods,
    /// At most so much CPU requested, in thousandths.
    Cpu,
    /// At most so much memory requested, in bytes.
    Memory,
    /// Complete within so many milliseconds.
    Complete,
}

/// Each measure with its name and operator.
const MEASURES: [(Measure, &str, &str); 5] = [
    (Measure::Available, "available", ">="),
    (Measure::Pods, "pods", "<="),
    (Measure::Cpu, "cpu", "<="),
    (Measure::Memory, "memory", "<="),
    (Measure::Complete, "complete", "<="),
];

/// A text is not a bound.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoundError {
    /// It begins with no known measure and operator.
    #[error(
        "invalid bound {0:?}: it must be available>=PODS, pods<=PODS, cpu<=QUANTITY, memory<=QUANTITY or complete<=DURATION"
    )]
    Measure(String),
    /// What follows is no value of that kind.
    #[error("invalid bound {text:?}: {value:?} is not {expected}")]
    Value {
        /// The text.
        text: String,
        /// What follows the operator.
        value: String,
        /// What should.
        expected: &'static str,
    },
}

impl Bound {
    /// Parses a bound. Spaces around the operator are allowed.
    ///
    /// # Errors
    /// The text is not a bound.
    pub fn parse(text: &str) -> Result<Self, BoundError> {
        let found = MEASURES.iter().find_map(|(measure, name, operator)| {
            let rest = text.trim().strip_prefix(name)?.trim_start();
            Some((*measure, rest.strip_prefix(operator)?.trim()))
        });
        let Some((measure, value)) = found else {
            return Err(BoundError::Measure(text.to_owned()));
        };
        let limit = measure.value(value);
        let limit = limit.filter(|limit| *limit >= 0);
        let limit = limit.ok_or_else(|| BoundError::Value {
            text: text.to_owned(),
            value: value.to_owned(),
            expected: measure.expected(),
        })?;
        Ok(Self { measure, limit })
    }

    /// Whether it holds in a run.
    #[must_use]
    pub fn holds(&self, sample: &Sample) -> bool {
        let ForecastLevels {
            pods, cpu, memory, ..
        } = sample.highest();
        match self.measure {
            Measure::Available => sample.lowest_available() >= self.limit,
            Measure::Pods => pods <= self.limit,
            Measure::Cpu => cpu <= self.limit,
            Measure::Memory => memory <= self.limit,
            Measure::Complete => sample.complete.is_some_and(|took| took <= self.limit),
        }
    }
}

impl Measure {
    fn value(self, text: &str) -> Option<i64> {
        let quantity = |exponent| Quantity::parse(text).ok()?.scaled(exponent);
        match self {
            Self::Available | Self::Pods => text.parse().ok(),
            Self::Cpu => quantity(-3),
            Self::Memory => quantity(0),
            Self::Complete => parse_duration(text),
        }
    }

    fn expected(self) -> &'static str {
        match self {
            Self::Available | Self::Pods => "a number of pods",
            Self::Cpu | Self::Memory => "a quantity",
            Self::Complete => "a duration",
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let known = MEASURES
            .iter()
            .find(|(measure, ..)| *measure == self.measure);
        let (_, name, operator) = known.unwrap_or(&MEASURES[0]);
        let limit = match self.measure {
            Measure::Available | Measure::Pods => self.limit.to_string(),
            Measure::Cpu => Quantity::milli(self.limit).to_string(),
            Measure::Memory => Quantity::bytes(self.limit).to_string(),
            Measure::Complete => duration(self.limit),
        };
        write!(f, "{name} {operator} {limit}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_parsed_and_printed() {
        for (text, printed) in [
            ("available>=7", "available >= 7"),
            ("pods <= 13", "pods <= 13"),
            ("cpu<=1500m", "cpu <= 1500m"),
            ("memory<=8Gi", "memory <= 8Gi"),
            ("complete<=10m", "complete <= 10 min"),
        ] {
            let bound = Bound::parse(text).expect("a bound");
            assert_eq!(bound.to_string(), printed);
        }
    }

    #[test]
    fn what_is_not_a_bound_is_refused() {
        for text in [
            "",
            "available<=7",
            "ready>=3",
            "pods<=",
            "pods<=-1",
            "complete<=5",
            "cpu<=x",
        ] {
            assert!(Bound::parse(text).is_err(), "{text}");
        }
    }
}
