//! Times in kubectl's formats.

use super::duration;
use crate::api::time::Time;

const DAY_MS: i64 = 86_400_000;
/// The virtual clock begins on a Thursday.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// Go's output for the zero time.
const ZERO_TIME: &str = "Mon, 01 Jan 0001 00:00:00 +0000";

/// A served time in the format of `describe`: `Fri, 02 Jan 2026 03:04:05 +0000`, always in UTC.
#[must_use]
pub fn rfc1123(text: &str) -> String {
    let Some(time) = Time::parse(text) else {
        return ZERO_TIME.to_owned();
    };
    let day = time.0.div_euclid(DAY_MS).rem_euclid(7);
    let weekday = usize::try_from(day)
        .ok()
        .and_then(|day| WEEKDAYS.get(day))
        .copied()
        .unwrap_or("");
    let canonical = time.to_string();
    let part = |from: usize, to: usize| canonical.get(from..to).unwrap_or("");
    let month = part(5, 7)
        .parse()
        .ok()
        .and_then(|month: usize| MONTHS.get(month.checked_sub(1)?));
    let month = month.copied().unwrap_or("");
    format!(
        "{weekday}, {} {month} {} {} +0000",
        part(8, 10),
        part(0, 4),
        part(11, 19)
    )
}

/// The time elapsed from a served time to `now`, as in AGE columns; `<unknown>` for an unset time.
#[must_use]
pub fn since(text: &str, now: Time) -> String {
    Time::parse(text).map_or_else(
        || "<unknown>".to_owned(),
        |time| duration::human(now.since(time)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_formatted_like_go() {
        assert_eq!(
            rfc1123("2026-01-02T03:04:05Z"),
            "Fri, 02 Jan 2026 03:04:05 +0000"
        );
        assert_eq!(
            rfc1123("2024-02-29T23:59:59Z"),
            "Thu, 29 Feb 2024 23:59:59 +0000"
        );
        assert_eq!(rfc1123(""), "Mon, 01 Jan 0001 00:00:00 +0000");
    }
}
