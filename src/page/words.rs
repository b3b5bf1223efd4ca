//! All texts of the page, from the catalogues (`src/texts/`), and how times are written.
//!
//! What kubectl or the API server says stays English, as it is; it does not stand there.

mod catalogue {
    use kubestep::texts::Text;

    include!(concat!(env!("OUT_DIR"), "/page.rs"));
}

pub(crate) use catalogue::words::*;
pub(crate) use catalogue::{BOX, NUMBERS, STAGE};

use kubestep::api::time::Time;

/// A point on the virtual clock: `t+14.0 s`.
pub fn clock(millis: i64) -> String {
    let tenths = millis.rem_euclid(1000) / 100;
    at_second(millis, &format!(".{tenths}"))
}

/// [`clock`] at zero.
pub const CLOCK_ZERO: &str = "t+0.0 s";
/// Times of clusters that began at the virtual clock's zero, in milliseconds: 30 days.
const OWN_MAX: u64 = 30 * 86_400_000;

/// [`clock`] for a narrow column: without the date.
pub fn clock_short(millis: i64) -> String {
    let text = clock(millis);
    match text.split_once(' ') {
        Some((date, time)) if date.contains('-') => time.to_owned(),
        _ => text,
    }
}

/// A point of time as the API stores it, in whole seconds: `t+14 s`.
pub fn stored(millis: i64) -> String {
    at_second(millis, "")
}

fn at_second(millis: i64, fraction: &str) -> String {
    // A cluster that was started from the state of a real one has real times.
    if millis.unsigned_abs() > OWN_MAX || millis < 0 {
        let time = Time(millis).to_string().replace('T', " ");
        return time.trim_end_matches('Z').to_owned();
    }
    let seconds = millis.div_euclid(1000);
    if seconds < 60 {
        format!("t+{seconds}{fraction} s")
    } else {
        format!("t+{}:{:02}{fraction}", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kubestep::texts::Language;

    #[test]
    fn values_go_to_their_places() {
        let text = OF_WANTED.with(Language::English, &[("wanted", &3), ("count", &2)]);
        assert_eq!(text, "2 of 3");
        let pods = |count: i32| PODS_COUNT.with(Language::English, &[("count", &count)]);
        assert_eq!([pods(1), pods(2)], ["1 pod", "2 pods"]);
    }

    #[test]
    fn times_are_said_as_people_do() {
        assert_eq!(clock(0), CLOCK_ZERO);
        assert_eq!(clock(14_000), "t+14.0 s");
        assert_eq!(clock(125_300), "t+2:05.3");
        assert_eq!(clock(28_800_000_500), "2026-11-30 08:00:00");
        assert_eq!(clock_short(28_800_000_500), "08:00:00");
        assert_eq!(clock_short(14_000), "t+14.0 s");
        assert_eq!(clock(-1000), "2025-12-31 23:59:59");
        assert_eq!([stored(10_000), stored(125_000)], ["t+10 s", "t+2:05"]);
    }

    /// What stands in the components themselves: names, and what is typed.
    const NAMES: [&str; 8] = [
        "A",
        "Ctrl+Enter",
        "Esc",
        "Pod",
        "ReplicaSet",
        "Shift+Alt+F",
        "YAML",
        "kubectl get pods",
    ];

    #[test]
    fn components_say_nothing_of_their_own() {
        let (mut said, mut files) = (Vec::new(), 0);
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/page/view");
        let mut left = vec![std::path::PathBuf::from(folder)];
        while let Some(path) = left.pop() {
            if path.is_dir() {
                let inside = std::fs::read_dir(&path).expect("a folder");
                left.extend(inside.map(|file| file.expect("a file").path()));
                continue;
            }
            files += 1;
            let text = std::fs::read_to_string(&path).expect("a text");
            for begin in [
                "{ \"",
                " title=\"",
                "aria-label=\"",
                "placeholder=\"",
                "alt=\"",
            ] {
                let found = text.split(begin).skip(1);
                let found = found.filter_map(|rest| rest.split('"').next());
                let is_said =
                    |text: &&str| text.starts_with(char::is_uppercase) || text.trim().contains(' ');
                let found = found.filter(|text| is_said(text) && !NAMES.contains(text));
                said.extend(found.map(|text| format!("{}: {text}", path.display())));
            }
        }
        assert_eq!(said, [""; 0]);
        assert!(files > 60, "{files} files");
    }
}
