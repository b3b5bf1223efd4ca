//! How long something takes on a node: a fixed time, or a random one within a range.

use crate::api::go::parse_duration;
use crate::store::Registers;
use std::fmt;

/// A range of milliseconds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Latency {
    /// Minimum.
    pub least: i64,
    /// Maximum.
    pub most: i64,
}

impl Latency {
    /// Always the same time.
    #[must_use]
    pub const fn fixed(millis: i64) -> Self {
        Self {
            least: millis,
            most: millis,
        }
    }

    /// Parses `2s` or `1s..3s`.
    ///
    /// # Errors
    /// The part that is not a duration.
    pub fn parse(text: &str) -> Result<Self, &str> {
        let (least, most) = text.split_once("..").unwrap_or((text, text));
        let millis = |text| {
            let millis = parse_duration(text).filter(|millis| *millis >= 0);
            millis.ok_or(text)
        };
        let (least, most) = (millis(least)?, millis(most)?);
        Ok(Self { least, most })
    }

    /// Draws a time. A fixed latency does not advance the random generator.
    pub fn draw(self, registers: &mut Registers) -> i64 {
        let least = self.least.max(0);
        let width = u32::try_from(self.most.saturating_sub(least)).unwrap_or(0);
        if width == 0 {
            return least;
        }
        let drawn = registers.random_below(width.saturating_add(1));
        least.saturating_add(drawn.into())
    }
}

impl fmt::Display for Latency {
    /// As [`Latency::parse`] reads it: `2s` or `1s..3s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&go_duration(self.least))?;
        match self.most <= self.least {
            true => Ok(()),
            false => write!(f, "..{}", go_duration(self.most)),
        }
    }
}

/// A duration as Go prints it, with millisecond precision.
#[must_use]
pub fn go_duration(millis: i64) -> String {
    let millis = millis.max(0);
    if millis > 0 && millis < 1000 {
        return format!("{millis}ms");
    }
    let (minutes, rest) = (millis / 60_000, millis % 60_000);
    let mut seconds = format!("{}", rest / 1000);
    if rest % 1000 > 0 {
        let fraction = format!(".{:03}", rest % 1000);
        seconds.push_str(fraction.trim_end_matches('0'));
    }
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_print_as_in_go() {
        let texts = [0, 850, 1204, 2000, 63_500, 300_000].map(go_duration);
        assert_eq!(texts, ["0s", "850ms", "1.204s", "2s", "1m3.5s", "5m0s"]);
    }

    #[test]
    fn a_range_keeps_its_ends() {
        let mut registers = Registers::new(7);
        let before = registers;
        assert_eq!(Latency::fixed(5).draw(&mut registers), 5);
        assert_eq!(registers, before);
        let range = Latency { least: 3, most: 5 };
        assert!((0..50).all(|_| (3..=5).contains(&range.draw(&mut registers))));
    }
}
