//! Points on the virtual clock.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// Seconds between the Unix epoch and the virtual clock's zero, 2026-01-01T00:00:00Z.
const EPOCH_UNIX_SECONDS: i64 = 1_767_225_600;
const SECONDS_A_DAY: i64 = 86_400;

/// A point on the virtual clock, in milliseconds since the cluster started.
///
/// Kubernetes stores times of objects in whole seconds (`metav1.Time`), so timestamps of objects are made with
/// [`Time::whole_seconds`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Time(pub i64);

impl Time {
    /// Go's zero time, which the API writes as `null`.
    pub const UNSET: Self = Self(i64::MIN);

    /// [`Time::UNSET`], for `serde(default)`.
    #[must_use]
    pub fn unset() -> Self {
        Self::UNSET
    }

    /// This point truncated to whole seconds, as the API server stores it.
    #[must_use]
    pub fn whole_seconds(self) -> Self {
        Self(self.0.div_euclid(1000) * 1000)
    }

    /// Nanoseconds since the Unix epoch; saturates.
    #[must_use]
    pub fn unix_nanos(self) -> i64 {
        let millis = self.0.saturating_add(EPOCH_UNIX_SECONDS * 1000);
        millis.saturating_mul(1_000_000)
    }

    /// The point `seconds` later; saturates.
    #[must_use]
    pub fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(1000)))
    }

    /// The point `millis` milliseconds later; saturates.
    #[must_use]
    pub fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Milliseconds from `earlier` to this point; negative if `earlier` is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Parses an RFC 3339 time in UTC (`2026-01-01T00:00:00Z`), truncated to whole seconds.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (date, clock) = text.strip_suffix('Z')?.split_once('T')?;
        let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
        let (year, month, day) = (date.next()??, date.next()??, date.next()??);
        let clock = clock.split_once('.').map_or(clock, |(whole, _)| whole);
        let mut clock = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
        let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
        let valid = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && (0..24).contains(&hour)
            && (0..60).contains(&minute)
            && (0..61).contains(&second)
            && (0..=9999).contains(&year);
        valid.then(|| {
            let unix = days_from_civil(year, month, day) * SECONDS_A_DAY
                + hour * 3600
                + minute * 60
                + second;
            Self((unix - EPOCH_UNIX_SECONDS) * 1000)
        })
    }
}

/// Milliseconds in a human-readable form: `350 ms`, `2.5 s`, `9 min 50 s`.
#[must_use]
pub fn duration(millis: i64) -> String {
    match millis {
        ..1000 => format!("{millis} ms"),
        1000..60_000 if millis % 1000 == 0 => format!("{} s", millis / 1000),
        1000..60_000 => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
        _ => {
            let seconds = millis / 1000;
            let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            match (hours, minutes, seconds) {
                (0, minutes, 0) => format!("{minutes} min"),
                (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
                (hours, 0, _) => format!("{hours} h"),
                (hours, minutes, _) => format!("{hours} h {minutes} min"),
            }
        }
    }
}

impl fmt::Display for Time {
    /// RFC 3339 in UTC, whole seconds, as the API serves it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unix = EPOCH_UNIX_SECONDS + self.0.div_euclid(1000);
        let (year, month, day) = civil_from_days(unix.div_euclid(SECONDS_A_DAY));
        let second = unix.rem_euclid(SECONDS_A_DAY);
        write!(
            f,
            "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z",
            second / 3600,
            second / 60 % 60,
            second % 60
        )
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if *self == Self::UNSET {
            return serializer.serialize_none();
        }
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Some(text) = Option::<String>::deserialize(deserializer)? else {
            return Ok(Self::UNSET);
        };
        Self::parse(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a time in UTC")))
    }
}

/// Days from 1970-01-01 to a date of the proleptic Gregorian calendar, computed in eras of 400 years.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (month + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// The date `days` after 1970-01-01; the inverse of [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_is_the_first_of_january() {
        assert_eq!(Time(0).to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(Time(61_999).to_string(), "2026-01-01T00:01:01Z");
    }

    #[test]
    fn times_round_trip_through_text() {
        for day in [-800, -1, 0, 58, 59, 365, 789, 150_000] {
            let time = Time(day * 86_400_000 + 12_345_000);
            assert_eq!(Time::parse(&time.to_string()), Some(time));
        }
    }

    #[test]
    fn an_unset_time_is_null() {
        assert_eq!(serde_json::to_string(&Time::UNSET).unwrap(), "null");
        assert_eq!(serde_json::from_str::<Time>("null").unwrap(), Time::UNSET);
    }

    #[test]
    fn invalid_times_are_refused() {
        for text in [
            "",
            "Z",
            "2026-13-01T00:00:00Z",
            "2026-01-01",
            "2026-01-01T25:00:00Z",
        ] {
            assert_eq!(Time::parse(text), None, "{text}");
        }
    }

    #[test]
    fn durations_are_human_readable() {
        assert_eq!(duration(350), "350 ms");
        assert_eq!(duration(2_500), "2.5 s");
        assert_eq!(duration(3_000), "3 s");
        assert_eq!(duration(590_400), "9 min 50 s");
        assert_eq!(duration(600_000), "10 min");
        assert_eq!(duration(7_300_000), "2 h 1 min");
    }
}
