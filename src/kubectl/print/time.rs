//! Times as the API serves them (RFC 3339) and as kubectl writes them.

use super::duration;

const DAY_MS: i64 = 86_400_000;
const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];
/// What Go prints for a time that was never set.
const ZERO_TIME: &str = "Mon, 01 Jan 0001 00:00:00 +0000";

/// Milliseconds since 1970 of an RFC 3339 time. Anything else, and the empty text, is `None`.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let digits = |from: usize, to: usize| -> Option<i64> {
        let part = text.get(from..to)?;
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            part.parse().ok()
        } else {
            None
        }
    };
    let sign_at = |at: usize, want: &[u8]| {
        text.as_bytes()
            .get(at)
            .is_some_and(|byte| want.contains(byte))
    };
    let separators = [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')];
    if !separators.iter().all(|(at, byte)| sign_at(*at, &[*byte])) || !sign_at(10, b"Tt") {
        return None;
    }
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month)
        || !(1..=31).contains(&day)
        || hour > 23
        || minute > 59
        || second > 60
    {
        return None;
    }
    let mut rest = text.get(19..)?;
    let mut milliseconds = 0;
    if let Some(fraction) = rest.strip_prefix('.') {
        let length = fraction.bytes().take_while(u8::is_ascii_digit).count();
        let thousandths: String = fraction
            .get(..length)?
            .chars()
            .chain("000".chars())
            .take(3)
            .collect();
        milliseconds = thousandths.parse().ok()?;
        rest = fraction.get(length..)?;
    }
    let seconds = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute
        - offset_minutes(rest)?)
        * 60;
    Some((seconds + second) * 1000 + milliseconds)
}

fn offset_minutes(zone: &str) -> Option<i64> {
    if zone == "Z" || zone == "z" {
        return Some(0);
    }
    let (sign, rest) = match zone.strip_prefix('+') {
        Some(rest) => (1, rest),
        None => (-1, zone.strip_prefix('-')?),
    };
    let (hours, minutes) = rest.split_once(':')?;
    let number = |part: &str| part.parse::<u8>().ok().map(i64::from);
    Some(sign * (number(hours)? * 60 + number(minutes)?))
}

/// Days since 1970-01-01 in the Gregorian calendar.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    // Years are counted from March, so that the leap day is the last day of a year.
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// A served time in the form that `describe` uses: `Fri, 02 Jan 2026 03:04:05 +0000`, always in UTC.
#[must_use]
pub fn rfc1123(text: &str) -> String {
    let Some(milliseconds) = parse(text) else {
        return ZERO_TIME.to_owned();
    };
    let days = milliseconds.div_euclid(DAY_MS);
    let seconds = milliseconds.rem_euclid(DAY_MS) / 1000;
    let (year, month, day) = civil_from_days(days);
    let name = |names: &[&'static str], index: i64| {
        usize::try_from(index)
            .ok()
            .and_then(|index| names.get(index).copied())
            .unwrap_or("")
    };
    format!(
        "{}, {day:02} {} {year:04} {:02}:{:02}:{:02} +0000",
        name(&WEEKDAYS, (days + 3).rem_euclid(7)),
        name(&MONTHS, month - 1),
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    )
}

/// The time that has passed from a served time to `now` (both in the virtual clock's milliseconds since 1970),
/// as the AGE columns show it; `<unknown>` for a time that was never set.
#[must_use]
pub fn since(text: &str, now: i64) -> String {
    parse(text).map_or_else(
        || "<unknown>".to_owned(),
        |time| duration::human(now.saturating_sub(time)),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_written() {
        assert_eq!(parse("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(
            parse("2026-01-02T03:04:05.678901Z"),
            Some(1_767_323_045_678)
        );
        assert_eq!(parse("2026-01-02T05:04:05+02:00"), Some(1_767_323_045_000));
        assert_eq!(
            rfc1123("2026-01-02T03:04:05Z"),
            "Fri, 02 Jan 2026 03:04:05 +0000"
        );
        assert_eq!(
            rfc1123("2024-02-29T23:59:59Z"),
            "Thu, 29 Feb 2024 23:59:59 +0000"
        );
        assert_eq!(rfc1123(""), "Mon, 01 Jan 0001 00:00:00 +0000");
        for broken in [
            "",
            "2026",
            "2026-13-02T03:04:05Z",
            "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05",
            "é026-01-02T03:04:05Z",
        ] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }
}
