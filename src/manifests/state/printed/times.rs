//! Ages and times of printed texts, and when they were printed.

use super::{Gathered, Owner};
use crate::api::kind::Kind;
use crate::api::look::Look;
use crate::api::object::Key;
use crate::api::time::Time;
use crate::manifests::state::time;
use serde_json::Value;

/// Units of ages, in seconds.
const UNITS: [(char, i64); 5] = [
    ('y', 365 * 86_400),
    ('d', 86_400),
    ('h', 3_600),
    ('m', 60),
    ('s', 1),
];
/// Kubernetes is younger than this.
const AGE_MAX: i64 = 100 * 365 * 86_400;
const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// The seconds of an age such as `3d4h`; `None` if it is unknown.
pub fn age(text: &str) -> Option<i64> {
    let (mut seconds, mut number) = (0_i64, String::new());
    for letter in text.chars() {
        if letter.is_ascii_digit() {
            number.push(letter);
            continue;
        }
        let (_, unit) = UNITS.iter().find(|(name, _)| *name == letter)?;
        let count: u32 = std::mem::take(&mut number).parse().ok()?;
        seconds = seconds.checked_add(i64::from(count).checked_mul(*unit)?)?;
    }
    (number.is_empty() && !text.is_empty() && seconds <= AGE_MAX).then_some(seconds)
}

/// The time in a text such as `Fri, 02 Jan 2026 03:04:05 +0000`, as the API serves it.
pub fn absolute(text: &str) -> Option<Time> {
    let mut words = text.split_whitespace().skip(1);
    let (day, month, year) = (words.next()?, words.next()?, words.next()?);
    let (clock, zone) = (words.next()?, words.next()?);
    let month = MONTHS.iter().position(|name| *name == month)? + 1;
    let time = Time::parse(&format!("{year}-{month}-{day}T{clock}Z"))?;
    let zone: i64 = zone.parse().ok()?;
    let seconds = zone / 100 * 3_600 + zone % 100 * 60;
    // The zero time of Go is long before any cluster.
    Some(time.plus_seconds(-seconds)).filter(|time| !time.to_string().starts_with("0001"))
}

/// Gives each object its creation time, and returns when the text was printed.
///
/// Ages are relative: with a time in a description of the same object they tell when the text was printed; else it
/// is the newest time in the text, or the zero of the virtual clock.
pub fn set(gathered: &mut Gathered) -> Time {
    let newest = time::newest(gathered.found.values().map(|found| &found.value));
    let both = gathered.found.values().filter_map(|found| {
        let created = Time::parse(found.value.text("metadata.creationTimestamp"))?;
        Some(created.plus_seconds(found.age?))
    });
    let both = both.max();
    let now = newest.max(both).unwrap_or_else(|| {
        gathered.assumed.clock = true;
        Time(0)
    });
    for found in gathered.found.values_mut() {
        if let (Some(age), "") = (found.age, found.value.text("metadata.creationTimestamp")) {
            created(&mut found.value, now.plus_seconds(-age));
        }
    }
    // Owners are as old as their oldest pods.
    for kind in [Kind::Pod, Kind::ReplicaSet] {
        for key in gathered.keys(kind) {
            let found = &gathered.found[&key];
            let time = Time::parse(found.value.text("metadata.creationTimestamp"));
            if let (Owner::Is(owner), Some(time)) = (found.owner.clone(), time) {
                inherit(gathered, &owner, time);
            }
        }
    }
    for kind in [
        Kind::Deployment,
        Kind::ReplicaSet,
        Kind::StatefulSet,
        Kind::Pod,
        Kind::Node,
    ] {
        for key in gathered.keys(kind) {
            unknown(gathered, &key, now);
        }
    }
    now
}

fn created(value: &mut Value, at: Time) {
    value["metadata"]["creationTimestamp"] = at.to_string().into();
}

fn inherit(gathered: &mut Gathered, owner: &Key, time: Time) {
    let Some(found) = gathered.found.get_mut(owner) else {
        return;
    };
    let known = Time::parse(found.value.text("metadata.creationTimestamp"));
    let is_given = found.age.is_some() || found.is_described && owner.kind != Kind::ReplicaSet;
    if !is_given && known.is_none_or(|known| time < known) {
        created(&mut found.value, time);
    }
}

/// An object whose age nothing tells is as old as its owner, or has just been created.
fn unknown(gathered: &mut Gathered, key: &Key, now: Time) {
    let found = &gathered.found[key];
    if !found.value.text("metadata.creationTimestamp").is_empty() {
        return;
    }
    let owner = match &found.owner {
        Owner::Is(owner) => gathered.found.get(owner),
        _ => None,
    };
    let time = owner.and_then(|owner| Time::parse(owner.value.text("metadata.creationTimestamp")));
    gathered.assumed.ages.insert(key.to_string());
    if let Some(found) = gathered.found.get_mut(key) {
        created(&mut found.value, time.unwrap_or(now));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_read_as_they_are_printed() {
        for (text, seconds) in [
            ("0s", Some(0)),
            ("119s", Some(119)),
            ("2m1s", Some(121)),
            ("3h4m", Some(11_040)),
            ("8d", Some(691_200)),
            ("2y3d", Some(63_331_200)),
            ("<unknown>", None),
            ("<invalid>", None),
            ("", None),
            ("5", None),
            ("m", None),
            ("99999999999999999999d", None),
        ] {
            assert_eq!(age(text), seconds, "{text}");
        }
    }

    #[test]
    fn times_of_descriptions_have_a_zone() {
        let at = |text: &str| absolute(text).map(|time| time.to_string());
        assert_eq!(
            at("Fri, 02 Jan 2026 03:04:05 +0000").as_deref(),
            Some("2026-01-02T03:04:05Z")
        );
        assert_eq!(
            at("Fri, 02 Jan 2026 03:04:05 +0530").as_deref(),
            Some("2026-01-01T21:34:05Z")
        );
        assert_eq!(at("Mon, 01 Jan 0001 00:00:00 +0000"), None);
        assert_eq!(at("<unset>"), None);
    }
}
