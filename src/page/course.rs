//! The course of a future from where it diverges: pod counts over time, its duration, and its name.

use super::cluster::Same;
use super::diff;
use super::levels::Levels;
use super::watch::Watch;
use kubestep::api::object::{Key, Object};
use kubestep::engine::Step;
use kubestep::store::Change;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::rc::Rc;

/// Columns and height of the picture of two courses.
const SIZE: (i64, i32) = (240, 64);
/// Maximum number of differing fields named.
const FIELDS_MAX: usize = 3;
/// Maximum length of a value in a name.
const VALUE_MAX: usize = 24;

/// The course of a future.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// Milliseconds until the rollouts are complete, or until the last write if they are not.
    pub duration: i64,
    /// Whether the rollouts are complete at the end.
    pub complete: bool,
    /// Minimum number of available pods.
    pub fewest: i32,
    /// Maximum number of pods.
    pub most: i32,
    /// Virtual times of start and end.
    pub span: (i64, i64),
    /// Pod counts with the times since when they apply.
    points: Vec<(i64, Levels)>,
}

impl Course {
    /// The course of a future after its first `from` steps.
    pub fn of(watch: &Watch, steps: &[Rc<Step>], from: usize) -> Self {
        let time = |done: usize| {
            let last = done.checked_sub(1).and_then(|last| steps.get(last));
            last.map_or(0, |step| step.time().0)
        };
        let mut points: Vec<(i64, Levels)> = Vec::new();
        for done in from..=steps.len() {
            let levels = watch.levels(done);
            if points.last().is_none_or(|(_, known)| *known != levels) {
                points.push((time(done), levels));
            }
        }
        let written = (from..steps.len())
            .rev()
            .find(|place| !steps[*place].changes.is_empty());
        let complete = points.last().is_some_and(|(_, last)| !last.rolling);
        let open = points.iter().rposition(|(_, levels)| levels.rolling);
        let end = match open.and_then(|open| points.get(open + 1)) {
            Some((reached, _)) => *reached,
            None if complete => time(from),
            None => time(written.map_or(from, |place| place + 1)),
        };
        let levels = || points.iter().map(|(_, levels)| levels);
        Self {
            duration: end - time(from),
            complete,
            fewest: levels().map(|levels| levels.available).min().unwrap_or(0),
            most: levels().map(Levels::total).max().unwrap_or(0),
            span: (time(from), end),
            points,
        }
    }

    /// A value over time as an SVG path, with the minimum and maximum of each column.
    fn path(&self, x: impl Fn(i64) -> i64, y: impl Fn(&Levels) -> i32, end: i64) -> String {
        let mut path = String::new();
        let mut at = (i64::MIN, 0, 0, 0);
        for (time, levels) in &self.points {
            let (x, y) = (x((*time).min(end)), y(levels));
            if path.is_empty() {
                write!(path, "M{x} {y}").unwrap_or_default();
            } else if x == at.0 {
                at = (x, at.1.min(y), at.2.max(y), y);
                continue;
            } else {
                flush(&mut path, at);
                write!(path, "H{x}").unwrap_or_default();
            }
            at = (x, y, y, y);
        }
        flush(&mut path, at);
        write!(path, "H{}", x(end)).unwrap_or_default();
        path
    }
}

/// Draws a column's range, ending at its last value.
fn flush(path: &mut String, (_, low, high, last): (i64, i32, i32, i32)) {
    let parts = if low == high {
        vec![last]
    } else {
        vec![low, high, last]
    };
    for y in parts {
        write!(path, "V{y}").unwrap_or_default();
    }
}

/// Both courses over the same time: available pods bold, all pods thin, the second future dashed.
pub fn curves(courses: [&Course; 2]) -> String {
    let (begin, end) = span(courses);
    let most = courses.iter().map(|course| course.most).max().unwrap_or(0);
    let (width, height) = SIZE;
    let x = |time: i64| (time - begin) * width / (end - begin).max(1);
    let y = |count: i32| height - 2 - (height - 4) * count / most.max(1);
    let mut paths = String::new();
    for (number, course) in courses.iter().enumerate() {
        let pods = course.path(x, |levels| y(levels.total()), end);
        let available = course.path(x, |levels| y(levels.available), end);
        write!(
            paths,
            r#"<g class="course-{}"><path class="thin" d="{pods}"/><path d="{available}"/></g>"#,
            number + 1
        )
        .unwrap_or_default();
    }
    format!(
        r#"<svg class="curves" viewBox="0 0 {width} {height}" preserveAspectRatio="none" aria-hidden="true">{paths}</svg>"#
    )
}

/// The time span that the picture of two courses shows.
pub fn span(courses: [&Course; 2]) -> (i64, i64) {
    let [one, other] = courses;
    (one.span.0.min(other.span.0), one.span.1.max(other.span.1))
}

/// The name of a future.
#[derive(Debug, Clone, PartialEq)]
pub enum Name {
    /// The differing fields set by the user: `maxSurge 0, maxUnavailable 1`.
    Fields(String),
    /// Its first step, if no field differs.
    Begun(Same<Step>),
    /// It has no steps of its own yet.
    Same,
}

/// Names two futures after the user's actions in each since they diverged.
pub fn names(own: [&[Rc<Step>]; 2]) -> [Name; 2] {
    let [one, other] = own.map(written);
    let keys: Vec<&Key> = one.keys().chain(other.keys()).collect();
    let mut found = Vec::new();
    let (mut seen, mut objects) = (Vec::new(), 0);
    for key in keys {
        if seen.contains(&key) {
            continue;
        }
        seen.push(key);
        // An object untouched in one future has there the state that the other one found.
        let before = one
            .get(key)
            .or(other.get(key))
            .and_then(|known| known.0.clone());
        let end = |side: &Written| {
            side.get(key)
                .map_or(before.clone(), |known| known.1.clone())
        };
        let change = Change {
            key: key.clone(),
            before: end(&one),
            after: end(&other),
        };
        let differs = diff::differences(&change).into_iter();
        let differs: Vec<_> = differs
            .filter(|field| field.path.starts_with("spec.") || field.path.starts_with("data"))
            .collect();
        objects += usize::from(!differs.is_empty());
        found.extend(differs.into_iter().map(|field| (key, field)));
    }
    let versions = own.map(|steps| steps.last().map(|step| step.version()));
    let [Some(one), Some(other)] = versions else {
        return begun(own);
    };
    let mut texts = match one == other {
        true if found.is_empty() => return begun(own),
        true => [String::new(), String::new()],
        false => [one, other].map(|version| format!("Kubernetes {version}")),
    };
    for (key, field) in found.iter().take(FIELDS_MAX) {
        let values = [&field.from, &field.to];
        for (text, value) in texts.iter_mut().zip(values) {
            if !text.is_empty() {
                text.push_str(", ");
            }
            if objects > 1 {
                write!(text, "{} ", key.name).unwrap_or_default();
            }
            let name = last_name(&field.path);
            let value = value.as_deref().unwrap_or("–");
            let value: String = value.chars().take(VALUE_MAX).collect();
            write!(text, "{name} {value}").unwrap_or_default();
        }
    }
    if found.len() > FIELDS_MAX {
        texts.iter_mut().for_each(|text| text.push_str(", …"));
    }
    texts.map(Name::Fields)
}

/// Names two futures after their first steps, if nothing else distinguishes them.
fn begun(own: [&[Rc<Step>]; 2]) -> [Name; 2] {
    own.map(|steps| {
        let first = steps.first();
        first.map_or(Name::Same, |step| Name::Begun(Same(step.clone())))
    })
}

/// Objects before the user's first write and after the last.
type Written = BTreeMap<Key, (Option<Object>, Option<Object>)>;

fn written(steps: &[Rc<Step>]) -> Written {
    let mut written = Written::new();
    let users = steps.iter().filter(|step| step.is_user());
    for change in users.flat_map(|step| &step.changes) {
        let known = written
            .entry(change.key.clone())
            .or_insert_with(|| (change.before.clone(), None));
        known.1.clone_from(&change.after);
    }
    written
}

/// The last name in a path: `image` in `spec.containers[app].image`.
fn last_name(path: &str) -> &str {
    let name = path.rsplit('.').next().unwrap_or(path);
    name.split('[')
        .next()
        .filter(|name| !name.is_empty())
        .unwrap_or(path)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::action::{Action, Activity};
    use crate::page::start::EXAMPLE;
    use crate::page::state::State;
    use kubestep::texts::Language;

    const BOUNDS: &str = "  strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}\n";

    fn settle(state: &mut State) {
        state.reduce(Action::Settle, || 0.0);
        while state.running != Activity::Idle {
            state.reduce(Action::Tick, || 0.0);
        }
    }

    fn apply(state: &mut State, text: &str) {
        state.reduce(Action::Edit(text.into()), || 0.0);
        state.reduce(Action::Apply, || 0.0);
        settle(state);
    }

    /// Two rolling updates from the same state with different bounds.
    fn parted(first: &str, second: &str) -> State {
        let text = EXAMPLE.replacen("spec:\n", &format!("spec:\n{BOUNDS}"), 1);
        let mut state = State::new(text.clone().into(), Language::English);
        apply(&mut state, &text);
        let fork = state.session.at().done;
        let text = text.replace("1.7.9", "1.9.1");
        apply(&mut state, &text.replace(BOUNDS, first));
        state.reduce(Action::Jump(fork), || 0.0);
        apply(&mut state, &text.replace(BOUNDS, second));
        state
    }

    fn courses(state: &mut State) -> ([Name; 2], [Course; 2]) {
        state.reduce(Action::ToggleCompare, || 0.0);
        let beside = state.compare.as_ref().expect("two futures").beside();
        let sides = &beside.sides;
        (
            [sides[0].name.clone(), sides[1].name.clone()],
            [sides[0].course.clone(), sides[1].course.clone()],
        )
    }

    #[test]
    fn futures_are_named_by_the_fields_that_differ() {
        let mut state = parted(
            BOUNDS,
            "  strategy: {rollingUpdate: {maxSurge: 0, maxUnavailable: 1}}\n",
        );
        let (names, [one, other]) = courses(&mut state);
        let names = names.map(|name| match name {
            Name::Fields(text) => text,
            name => panic!("{name:?}"),
        });
        assert_eq!(names[0], "maxSurge 25%, maxUnavailable 25%");
        assert_eq!(names[1], "maxSurge 0, maxUnavailable 1");
        // 25% of three pods: maxSurge 1, maxUnavailable 0. The other: maxSurge 0, maxUnavailable 1.
        assert_eq!((one.fewest, one.most), (3, 4));
        assert_eq!((other.fewest, other.most), (2, 3));
        assert!(one.complete && other.complete);
        assert_eq!((one.duration, other.duration), (10_500, 10_500));
    }

    #[test]
    fn a_future_with_a_stuck_rollout_is_not_complete() {
        let mut state = parted(BOUNDS, BOUNDS);
        let (names, [one, other]) = courses(&mut state);
        assert!(
            names.iter().all(|name| matches!(name, Name::Begun(_))),
            "{names:?}"
        );
        assert_eq!(one.duration, other.duration);
        state.reduce(Action::EndCompare, || 0.0);
        state.reduce(Action::Back, || 0.0);
        state.reduce(
            Action::Command(
                "kubectl set image deployment/nginx-deployment nginx=nginx:1.91".to_owned(),
            ),
            || 0.0,
        );
        settle(&mut state);
        let (_, [_, other]) = courses(&mut state);
        assert!(!other.complete);
    }

    #[test]
    fn curves_span_the_longer_course() {
        let mut state = parted(BOUNDS, "  strategy: {type: Recreate}\n");
        let (_, courses) = courses(&mut state);
        let svg = curves([&courses[0], &courses[1]]);
        assert_eq!(svg.matches("H240\"").count(), 4, "{svg}");
        assert_eq!(courses[1].fewest, 0);
        // Three of four pods, and none: both use the scale of the maximum.
        assert!(svg.contains("V62"), "{svg}");
    }
}
