//! How a future goes from where it parts: how many pods there are over time, how long it takes, and what it is called.

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

/// Columns of the picture of two courses, and its height.
const SIZE: (i64, i32) = (240, 64);
/// As many fields are told of what differs.
const FIELDS_MAX: usize = 3;
/// Longest value that a name has room for.
const VALUE_MAX: usize = 24;

/// How a future goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// Milliseconds to where the rollouts are complete; or to the last write, where they are not.
    pub duration: i64,
    /// Whether the rollouts are complete at its end.
    pub complete: bool,
    /// The fewest available pods that there ever are.
    pub fewest: i32,
    /// The most pods.
    pub most: i32,
    /// The clock where it begins and where it ends.
    pub span: (i64, i64),
    /// Its pods, from each of these times on.
    points: Vec<(i64, Levels)>,
}

impl Course {
    /// The course of a future from after its first `from` steps on.
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

    /// The steps of a value over time, as the path of an SVG; within a column of it the lowest and the highest.
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

/// Draws what there was in a column, and ends where it ended.
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

/// Both courses over the same time: available pods thick, all pods thin, the second future dashed.
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

/// The time that the picture of two courses shows.
pub fn span(courses: [&Course; 2]) -> (i64, i64) {
    let [one, other] = courses;
    (one.span.0.min(other.span.0), one.span.1.max(other.span.1))
}

/// What a future is called.
#[derive(Debug, Clone, PartialEq)]
pub enum Name {
    /// The fields in which what the user asked for differs: `maxSurge 0, maxUnavailable 1`.
    Fields(String),
    /// Where no field differs: the step that it began with.
    Begun(Same<Step>),
    /// There is nothing in it yet.
    Same,
}

/// The names of two futures by what the user did in each after they parted.
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
        // Who did not touch it has it as the other one found it.
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

/// By what each of two futures began with, where nothing else tells them apart.
fn begun(own: [&[Rc<Step>]; 2]) -> [Name; 2] {
    own.map(|steps| {
        let first = steps.first();
        first.map_or(Name::Same, |step| Name::Begun(Same(step.clone())))
    })
}

/// Objects as they were before the user first wrote them, and after the last time.
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

/// The last part of a path that is a name: `image` of `spec.containers[app].image`.
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
    use crate::page::action::{Action, Running};
    use crate::page::start::EXAMPLE;
    use crate::page::state::State;
    use kubestep::api::language::Language;

    const BOUNDS: &str = "  strategy: {rollingUpdate: {maxSurge: 25%, maxUnavailable: 25%}}\n";

    fn settle(state: &mut State) {
        state.reduce(Action::Settle, || 0.0);
        while state.running != Running::Idle {
            state.reduce(Action::Tick, || 0.0);
        }
    }

    fn apply(state: &mut State, text: &str) {
        state.reduce(Action::Edit(text.into()), || 0.0);
        state.reduce(Action::Apply, || 0.0);
        settle(state);
    }

    /// A rolling update with some bounds, and from the same point one with others.
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
        // 25% of three pods: one more, none less. 0 and 1: none more, one less.
        assert_eq!((one.fewest, one.most), (3, 4));
        assert_eq!((other.fewest, other.most), (2, 3));
        assert!(one.complete && other.complete);
        assert_eq!((one.duration, other.duration), (10_500, 10_500));
    }

    #[test]
    fn a_future_that_does_not_end_well_is_not_complete() {
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
    fn curves_go_as_far_as_the_longer_course() {
        let mut state = parted(BOUNDS, "  strategy: {type: Recreate}\n");
        let (_, courses) = courses(&mut state);
        let svg = curves([&courses[0], &courses[1]]);
        assert_eq!(svg.matches("H240\"").count(), 4, "{svg}");
        assert_eq!(courses[1].fewest, 0);
        // Three of four pods, and none: both stand on the scale of the most.
        assert!(svg.contains("V62"), "{svg}");
    }
}
