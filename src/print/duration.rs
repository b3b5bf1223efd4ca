//! Ages in kubectl's format (`staging/src/k8s.io/apimachinery/pkg/util/duration/duration.go`).

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
const YEAR: i64 = 365 * DAY;

/// Formats a duration in milliseconds with two or three significant digits: `119s`, `2m1s`, `10m`, `3h`.
///
/// Up to a second in the future counts as now, since clocks differ; more than that is `<invalid>`.
#[must_use]
pub fn human(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        ..=-2 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..120 => format!("{seconds}s"),
        120..600 => two_units(seconds, MINUTE, 'm', 1, 's'),
        600..10_800 => format!("{}m", seconds / MINUTE),
        10_800..28_800 => two_units(seconds, HOUR, 'h', MINUTE, 'm'),
        28_800..172_800 => format!("{}h", seconds / HOUR),
        172_800..691_200 => two_units(seconds, DAY, 'd', HOUR, 'h'),
        691_200..63_072_000 => format!("{}d", seconds / DAY),
        63_072_000..252_288_000 => two_units(seconds, YEAR, 'y', DAY, 'd'),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// Formats a duration in a single unit: `59s`, `1m`, `23h`, `364d`, `2y`.
#[must_use]
pub fn short_human(milliseconds: i64) -> String {
    let seconds = milliseconds / 1000;
    match seconds {
        ..=-2 => "<invalid>".to_owned(),
        -1 => "0s".to_owned(),
        0..MINUTE => format!("{seconds}s"),
        MINUTE..HOUR => format!("{}m", seconds / MINUTE),
        HOUR..DAY => format!("{}h", seconds / HOUR),
        DAY..YEAR => format!("{}d", seconds / DAY),
        _ => format!("{}y", seconds / YEAR),
    }
}

/// `XmYs`, or `Xm` without a remainder.
fn two_units(seconds: i64, big: i64, big_name: char, small: i64, small_name: char) -> String {
    let whole = seconds / big;
    match seconds % big / small {
        0 => format!("{whole}{big_name}"),
        rest => format!("{whole}{big_name}{rest}{small_name}"),
    }
}
