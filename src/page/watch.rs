//! Checks the invariants of a rollout after every step, and keeps all results.

use super::curves::{Curves, Marks};
use super::levels::{Levels, Looker};
use super::order;
use kubestep::api::object::Key;
use kubestep::engine::invariants::{Invariant, InvariantFinding, Monitor, Verdict};
use kubestep::engine::{Engine, Step};
use std::fmt::Write as _;
use std::rc::Rc;

/// Number of points in a gauge's line.
const POINTS: usize = 60;
/// Maximum number of dips of a gauge reported; the last ones are.
const DIPS_MAX: usize = 3;

/// The findings after each step of the timeline.
#[derive(Debug, Clone, Default)]
pub struct Watch {
    looks: Vec<Look>,
    looker: Looker,
    curves: Curves,
    /// The curves as last drawn.
    map: Option<Rc<str>>,
}

/// The findings after one step.
#[derive(Debug, Clone)]
struct Look {
    step: Rc<Step>,
    findings: Rc<[InvariantFinding]>,
    levels: Levels,
    /// The monitor's state for the next step.
    monitor: Rc<Monitor>,
}

/// An invariant of an object: its current state and its history.
#[derive(Debug, Clone, PartialEq)]
pub struct Gauge {
    /// The current finding.
    pub now: InvariantFinding,
    /// Its history: for each point the worst of the steps it represents, and the current position.
    pub line: Vec<Option<GaugePoint>>,
    /// Step counts after which it began to be broken, and by what.
    pub dips: Vec<(usize, Verdict)>,
}

/// A point in a gauge's line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GaugePoint {
    /// The value.
    pub value: i32,
    /// The bound.
    pub bound: i32,
    /// The verdict.
    pub verdict: Verdict,
}

impl Watch {
    /// Processes the steps since the last call; the engine's position is restored afterwards.
    pub fn follow(&mut self, engine: &mut Engine) {
        let mut known = self.looks.len().min(engine.steps().len());
        while known > 0 && !Rc::ptr_eq(&self.looks[known - 1].step, &engine.steps()[known - 1]) {
            known -= 1;
        }
        if known < self.looks.len() {
            self.looks.truncate(known);
            self.curves = Curves::default();
            for place in 0..known {
                self.draw(place);
            }
        }
        let cursor = engine.cursor();
        for done in known..engine.steps().len() {
            let step = engine.steps()[done].clone();
            if step.is_compacted() {
                self.pass(step);
            } else {
                engine.jump(done + 1);
                self.look(engine, step);
            }
        }
        engine.jump(cursor);
    }

    /// Takes over the steps of the timeline whose history was dropped, and keeps what was found after each of them.
    pub fn compact(&mut self, engine: &Engine) {
        for (look, step) in self.looks.iter_mut().zip(engine.steps()) {
            if step.is_compacted() {
                look.step = step.clone();
            }
        }
    }

    fn look(&mut self, engine: &Engine, step: Rc<Step>) {
        let last = self.looks.last();
        let mut monitor = last.map_or_else(Monitor::default, |last| (*last.monitor).clone());
        let findings = monitor.look(engine.store(), &step);
        // Most steps do not change the findings, so the previous ones are shared.
        let before = last.map_or_else(Levels::default, |last| last.levels);
        let look = Look {
            levels: self.looker.look(engine.store(), &step, before),
            step,
            findings: match last {
                Some(last) if *last.findings == *findings => last.findings.clone(),
                _ => findings.into(),
            },
            monitor: match last {
                Some(last) if *last.monitor == monitor => last.monitor.clone(),
                _ => Rc::new(monitor),
            },
        };
        self.looks.push(look);
        self.draw(self.looks.len() - 1);
    }

    /// Adds a step that can no longer be looked at.
    fn pass(&mut self, step: Rc<Step>) {
        self.looks.push(Look {
            step,
            findings: Rc::default(),
            levels: Levels::default(),
            monitor: Rc::default(),
        });
        self.draw(self.looks.len() - 1);
    }

    /// Adds a step to the curves.
    fn draw(&mut self, place: usize) {
        let look = &self.looks[place];
        let before = place.checked_sub(1).map(|before| &self.looks[before]);
        self.curves.push(look.levels, look.marks(before));
        self.map = None;
    }

    /// The findings after a number of steps.
    pub fn findings(&self, steps: usize) -> &[InvariantFinding] {
        let look = steps.checked_sub(1).and_then(|last| self.looks.get(last));
        look.map_or(&[], |look| &look.findings)
    }

    /// The pod counts after a number of steps.
    pub fn levels(&self, steps: usize) -> Levels {
        let look = steps.checked_sub(1).and_then(|last| self.looks.get(last));
        look.map_or_else(Levels::default, |look| look.levels)
    }

    /// The gauges of an object and its ReplicaSets, after a number of steps.
    pub fn gauges(&self, about: &Key, sets: &[Key], steps: usize) -> Vec<Gauge> {
        let ours = |found: &&InvariantFinding| found.about == *about || sets.contains(&found.about);
        let found = self.shown(steps).filter(ours);
        let gauges = found.map(|now| gauge(&self.looks, now)).collect();
        order::by_key(gauges, |gauge: &Gauge| {
            i64::from(gauge.now.about != *about) * 10 + rank(gauge.now.invariant)
        })
    }

    /// The findings with a gauge: always the same ones, so that nothing moves, plus broken ones.
    pub fn shown(&self, steps: usize) -> impl Iterator<Item = &InvariantFinding> {
        let found = self.findings(steps).iter();
        found.filter(|found| rank(found.invariant) < OTHERS || is_broken(found.verdict))
    }

    /// The curves of the whole timeline, with user actions and broken invariants.
    pub fn map(&mut self) -> Rc<str> {
        let curves = &self.curves;
        self.map.get_or_insert_with(|| curves.svg().into()).clone()
    }
}

impl Look {
    /// The marks of the step.
    fn marks(&self, before: Option<&Self>) -> Marks {
        let worst = |look: &Self| look.findings.iter().map(|found| found.verdict).max();
        let now = worst(self);
        let began = |verdict| now == Some(verdict) && before.and_then(worst) != now;
        Marks {
            user: self.step.is_user(),
            fault: began(Verdict::BrokenByFault),
            bug: began(Verdict::BrokenByController),
        }
    }
}

fn gauge(looks: &[Look], now: &InvariantFinding) -> Gauge {
    let points = POINTS.min(looks.len());
    let mut line = vec![None; points];
    let mut dips: Vec<(usize, Verdict)> = Vec::new();
    let mut before = Verdict::Holds;
    let (mut seen, mut found): (Option<&Rc<[InvariantFinding]>>, Option<GaugePoint>) = (None, None);
    for (place, look) in looks.iter().enumerate() {
        // Most steps share the findings of the previous one.
        if !seen.is_some_and(|seen| Rc::ptr_eq(seen, &look.findings)) {
            seen = Some(&look.findings);
            found = point(&look.findings, now);
        }
        let Some(found) = found else {
            continue;
        };
        let verdict = found.verdict;
        if is_broken(verdict) && verdict != before {
            dips.push((place + 1, verdict));
        }
        before = verdict;
        let point = &mut line[place * points / looks.len()];
        if point.is_none_or(|known: GaugePoint| known.verdict <= verdict) {
            *point = Some(found);
        }
    }
    let told = dips.len().saturating_sub(DIPS_MAX);
    Gauge {
        now: now.clone(),
        line,
        dips: dips.split_off(told),
    }
}

/// The point of an invariant in some findings.
fn point(findings: &[InvariantFinding], like: &InvariantFinding) -> Option<GaugePoint> {
    let mut found = findings.iter();
    let found = found
        .find(|found| std::ptr::eq(found.invariant, like.invariant) && found.about == like.about)?;
    Some(GaugePoint {
        value: found.value,
        bound: found.bound,
        verdict: found.verdict,
    })
}

/// The rank of gauges shown only while broken.
const OTHERS: i64 = 3;

/// The sort key of gauges.
fn rank(invariant: &Invariant) -> i64 {
    match invariant.id {
        "deployment/available" | "statefulset/one-per-ordinal" => 0,
        "deployment/surge" => 1,
        "deployment/planned" => 2,
        _ => OTHERS,
    }
}

/// Whether a fault or a controller broke it.
pub fn is_broken(verdict: Verdict) -> bool {
    matches!(
        verdict,
        Verdict::BrokenByFault | Verdict::BrokenByController
    )
}

/// The name of a verdict in the stylesheet.
pub fn slug(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "holds",
        Verdict::AtLimit => "limit",
        Verdict::Pending => "pending",
        Verdict::BrokenByFault => "fault",
        Verdict::BrokenByController => "bug",
    }
}

impl Gauge {
    /// Whether it is the same gauge at another time.
    pub fn is_of(&self, other: &Self) -> bool {
        std::ptr::eq(self.now.invariant, other.now.invariant) && self.now.about == other.now.about
    }

    /// Whether the bound is a minimum; otherwise it is a maximum.
    pub fn is_least(&self) -> bool {
        self.now.invariant.formula.contains('≥')
    }

    /// Value and bound with the relation between them: `3 ≥ 3`.
    pub fn reading(&self) -> String {
        let (value, bound) = (self.now.value, self.now.bound);
        let sign = match (self.is_least(), value >= bound, value > bound) {
            (true, true, _) => "≥",
            (true, false, _) => "<",
            (false, _, true) => ">",
            (false, _, false) => "≤",
        };
        format!("{value} {sign} {bound}")
    }

    /// Its history as SVG: the bound dashed, broken parts filled.
    pub fn svg(&self) -> String {
        let points = self.line.iter().flatten();
        let highest = points.map(|point| point.value.max(point.bound)).max();
        let high = highest.unwrap_or(1).max(1);
        let y = |value: i32| 15 - 14 * value.clamp(0, high) / high;
        let (mut values, mut bounds, mut bad) = (String::new(), String::new(), String::new());
        let mut gap = true;
        for (x, point) in self.line.iter().enumerate() {
            let Some(point) = point else {
                gap = true;
                continue;
            };
            let (value, bound) = (y(point.value), y(point.bound));
            let to = if gap {
                format!("M{x} ")
            } else {
                "V".to_owned()
            };
            write!(values, "{to}{value}h1").unwrap_or_default();
            write!(bounds, "{to}{bound}h1").unwrap_or_default();
            if is_broken(point.verdict) {
                let class = slug(point.verdict);
                write!(
                    bad,
                    r#"<rect class="{class}" x="{x}" width="1" height="16"/>"#
                )
                .unwrap_or_default();
            }
            gap = false;
        }
        let width = self.line.len().max(1);
        format!(
            r#"<svg class="spark" viewBox="0 0 {width} 16" preserveAspectRatio="none" aria-hidden="true">{bad}<path class="bound" d="{bounds}"/><path class="value" d="{values}"/></svg>"#
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::start::EXAMPLE;
    use kubestep::api::kind::Kind;
    use kubestep::engine::Config;
    use kubestep::kubectl::run;
    use kubestep::manifests;

    fn key() -> Key {
        Key::of(Kind::Deployment, "default", "nginx-deployment")
    }

    fn rolled() -> (Engine, Watch) {
        let (mut engine, mut watch) = (Engine::new(Config::default()), Watch::default());
        for image in ["nginx:1.7.9", "nginx:1.9.1"] {
            let text = EXAMPLE.replace("nginx:1.7.9", image);
            manifests::apply(&mut engine, &text).expect("a valid manifest");
            engine.settle(1000);
            watch.follow(&mut engine);
        }
        (engine, watch)
    }

    #[test]
    fn following_late_finds_the_same() {
        let (mut engine, late) = rolled();
        let total = engine.steps().len();
        engine.jump(0);
        let mut monitor = Monitor::default();
        while engine.cursor() < total {
            let step = engine.step().expect("a known step").clone();
            let found = monitor.look(engine.store(), &step);
            assert_eq!(late.findings(engine.cursor()), found, "{}", engine.cursor());
        }
    }

    #[test]
    fn following_leaves_the_engine_where_it_is() {
        let (mut engine, _) = rolled();
        engine.jump(5);
        Watch::default().follow(&mut engine);
        assert_eq!(engine.cursor(), 5);
    }

    #[test]
    fn a_rollout_breaks_no_invariant_and_faults_are_attributed() {
        let (mut engine, mut watch) = rolled();
        let gauges = watch.gauges(&key(), &[], engine.cursor());
        let ids: Vec<&str> = gauges.iter().map(|gauge| gauge.now.invariant.id).collect();
        assert_eq!(
            ids,
            [
                "deployment/available",
                "deployment/surge",
                "deployment/planned"
            ]
        );
        assert!(gauges.iter().all(|gauge| gauge.dips.is_empty()));
        let before = engine.cursor();
        let output = run::run(&mut engine, "kubectl delete pod --all", None);
        assert!(output.stderr.is_empty(), "{}", output.stderr);
        engine.settle(1000);
        watch.follow(&mut engine);
        let gauges = watch.gauges(&key(), &[], engine.cursor());
        let (at, verdict) = gauges[0].dips[0];
        assert_eq!(verdict, Verdict::BrokenByFault);
        assert!(at > before, "{at}");
        assert_eq!(gauges[0].now.verdict, Verdict::AtLimit);
        assert!(gauges[0].svg().contains("class=\"fault\""));
        assert!(watch.map().contains("class=\"fault\""));
    }

    #[test]
    fn another_future_is_checked_separately() {
        let (mut engine, mut watch) = rolled();
        let total = engine.steps().len();
        engine.jump(3);
        manifests::apply(&mut engine, &EXAMPLE.replace("replicas: 3", "replicas: 5"))
            .expect("a valid manifest");
        watch.follow(&mut engine);
        assert_eq!(engine.cursor(), 4);
        assert!(watch.findings(total).is_empty());
        let bounds: Vec<i32> = watch.findings(4).iter().map(|found| found.bound).collect();
        assert!(bounds.contains(&5) || bounds.contains(&7), "{bounds:?}");
    }
}
