//! Pod counts over the whole timeline against the bounds: the curves behind the scrubber.
//!
//! Each step is added to the last column. When there are too many columns, pairs of them are merged, keeping
//! minimum and maximum, so that drawing cost does not grow with the timeline and no dip is lost.

use super::levels::{Levels, STRIPES};
use std::fmt::Write as _;

/// Maximum number of columns.
const COLUMNS_MAX: usize = 400;

/// Marks of a step.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marks {
    /// A user action.
    pub user: bool,
    /// An invariant was broken by a fault from here on.
    pub fault: bool,
    /// An invariant was broken by a controller from here on.
    pub bug: bool,
}

/// Several steps drawn as one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Column {
    /// The levels of the step with the most pods (the first such step).
    peak: Levels,
    /// Minimum and maximum of available pods.
    available: (i32, i32),
    /// The bounds after the last step.
    least: i32,
    most: i32,
    marks: Marks,
}

impl Column {
    fn of(levels: Levels, marks: Marks) -> Self {
        Self {
            peak: levels,
            available: (levels.available, levels.available),
            least: levels.least,
            most: levels.most,
            marks,
        }
    }

    /// Merges the following column into this one.
    fn join(&mut self, later: Self) {
        if later.peak.total() > self.peak.total() {
            self.peak = later.peak;
        }
        let (low, high) = later.available;
        self.available = (self.available.0.min(low), self.available.1.max(high));
        (self.least, self.most) = (later.least, later.most);
        self.marks.user |= later.marks.user;
        self.marks.fault |= later.marks.fault;
        self.marks.bug |= later.marks.bug;
    }
}

/// The curves over a timeline.
#[derive(Debug, Clone)]
pub struct Curves {
    columns: Vec<Column>,
    /// Steps per column.
    width: usize,
    /// Number of steps.
    steps: usize,
}

impl Default for Curves {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            width: 1,
            steps: 0,
        }
    }
}

impl Curves {
    /// Adds a step.
    pub fn push(&mut self, levels: Levels, marks: Marks) {
        let column = Column::of(levels, marks);
        if self.steps.is_multiple_of(self.width) {
            if self.columns.len() == COLUMNS_MAX {
                self.halve();
            }
            self.columns.push(column);
        } else if let Some(last) = self.columns.last_mut() {
            last.join(column);
        }
        self.steps += 1;
    }

    fn halve(&mut self) {
        let halves = self.columns.chunks(2).map(|pair| {
            let mut first = pair[0];
            if let Some(second) = pair.get(1) {
                first.join(*second);
            }
            first
        });
        self.columns = halves.collect();
        self.width *= 2;
    }

    /// The curves as SVG, as wide as the number of steps and as high as the number of pods.
    pub fn svg(&self) -> String {
        let tops = self
            .columns
            .iter()
            .map(|column| column.peak.total().max(column.most));
        let high = tops.max().unwrap_or(0).max(1);
        let mut parts = String::new();
        for stripe in 0..STRIPES {
            let below = |column: &Column| column.peak.pods[..stripe].iter().sum::<i32>();
            let top = |column: &Column| below(column) + column.peak.pods[stripe];
            if self
                .columns
                .iter()
                .any(|column| top(column) > below(column))
            {
                let path = self.area(high, &below, &top);
                write!(parts, r#"<path class="pods stripe-{stripe}" d="{path}"/>"#)
                    .unwrap_or_default();
            }
        }
        for (class, level) in [
            (
                "most",
                (|column| (column.most, column.most)) as fn(&Column) -> (i32, i32),
            ),
            ("least", |column| (column.least, column.least)),
            ("available", |column| column.available),
        ] {
            let path = self.line(high, level);
            write!(parts, r#"<path class="{class}" d="{path}"/>"#).unwrap_or_default();
        }
        let steps = self.steps.max(1);
        let marks = self.marks();
        format!(
            r#"<div class="map" aria-hidden="true"><svg class="marks" viewBox="0 0 1000 12" preserveAspectRatio="none">{marks}</svg><svg class="curves" viewBox="0 0 {steps} {high}" preserveAspectRatio="none">{parts}</svg></div>"#
        )
    }

    /// First and last step of a column.
    fn span(&self, place: usize) -> (usize, usize) {
        (
            place * self.width,
            ((place + 1) * self.width).min(self.steps),
        )
    }

    /// A line through the maximum and minimum of each column.
    fn line(&self, high: i32, level: fn(&Column) -> (i32, i32)) -> String {
        let mut path = String::new();
        let mut last = None;
        for (place, column) in self.columns.iter().enumerate() {
            let (low, top) = level(column);
            if last == Some((low, low)) && low == top {
                continue;
            }
            let x = self.span(place).0;
            let to = if place == 0 {
                format!("M{x} ")
            } else {
                format!("H{x}V")
            };
            write!(path, "{to}{}", high - top).unwrap_or_default();
            if low != top {
                write!(path, "V{}", high - low).unwrap_or_default();
            }
            last = Some((low, low));
        }
        if last.is_some() {
            write!(path, "H{}", self.steps).unwrap_or_default();
        }
        path
    }

    /// The area between two levels.
    fn area(
        &self,
        high: i32,
        below: &dyn Fn(&Column) -> i32,
        top: &dyn Fn(&Column) -> i32,
    ) -> String {
        let mut path = String::new();
        let mut place = 0;
        while place < self.columns.len() {
            let first = &self.columns[place];
            let (low, up) = (below(first), top(first));
            let same = self.columns[place..]
                .iter()
                .take_while(|column| (below(column), top(column)) == (low, up));
            let end = place + same.count();
            if up > low {
                let (x, to) = (self.span(place).0, self.span(end - 1).1);
                write!(path, "M{x} {}H{to}V{}H{x}z", high - low, high - up).unwrap_or_default();
            }
            place = end;
        }
        path
    }

    /// The marks of user actions and broken invariants.
    fn marks(&self) -> String {
        let mut marks = String::new();
        for (place, column) in self.columns.iter().enumerate() {
            let x = self.span(place).1 * 1000 / self.steps.max(1);
            if column.marks.user {
                write!(marks, r#"<path class="did" d="M{x} 0v12"/>"#).unwrap_or_default();
            }
            for (class, is_there) in [("fault", column.marks.fault), ("bug", column.marks.bug)] {
                if is_there {
                    write!(marks, r#"<path class="{class}" d="M{x} 2l-6 10h12z"/>"#)
                        .unwrap_or_default();
                }
            }
        }
        marks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn levels(a: i32, b: i32, available: i32) -> Levels {
        Levels {
            pods: [a, b, 0, 0, 0, 0],
            available,
            least: 3,
            most: 5,
            rolling: false,
        }
    }

    fn curves(all: &[Levels]) -> Curves {
        let mut curves = Curves::default();
        for each in all {
            curves.push(*each, Marks::default());
        }
        curves
    }

    #[test]
    fn revisions_are_stacked_under_the_bounds() {
        let curves = curves(&[
            levels(0, 0, 0),
            levels(3, 0, 0),
            levels(3, 0, 3),
            levels(3, 1, 3),
        ]);
        let svg = curves.svg();
        assert!(svg.contains(r#"viewBox="0 0 4 5""#), "{svg}");
        assert!(
            svg.contains(r#"<path class="pods stripe-0" d="M1 5H4V2H1z"/>"#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"<path class="pods stripe-1" d="M3 2H4V1H3z"/>"#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"<path class="available" d="M0 5H2V2H4"/>"#),
            "{svg}"
        );
        assert!(svg.contains(r#"<path class="least" d="M0 2H4"/>"#), "{svg}");
        assert!(svg.contains(r#"<path class="most" d="M0 0H4"/>"#), "{svg}");
    }

    #[test]
    fn no_dip_is_lost_in_ten_thousand_steps() {
        let mut all = vec![levels(4, 0, 4); 10_000];
        all[6_789] = levels(4, 1, 1);
        let curves = curves(&all);
        assert!(
            curves.columns.len() <= COLUMNS_MAX,
            "{}",
            curves.columns.len()
        );
        let svg = curves.svg();
        assert!(svg.contains(r#"viewBox="0 0 10000 5""#), "{svg}");
        // From four available pods down to one, and up again.
        assert!(svg.contains("V1V4H"), "{svg}");
        assert!(svg.contains("pods stripe-1"), "{svg}");
        assert!(svg.len() < 1_500, "{}", svg.len());
    }

    #[test]
    fn the_svg_of_a_fluctuating_timeline_is_short() {
        let all = (0..50_000).map(|step| levels(step % 7, step % 3, step % 5));
        let curves = curves(&all.collect::<Vec<_>>());
        assert!(curves.svg().len() < 60_000, "{}", curves.svg().len());
        assert!(curves.columns.len() > COLUMNS_MAX / 2);
    }

    #[test]
    fn marks_follow_their_steps_and_stay() {
        let mut curves = Curves::default();
        for step in 0..2_000 {
            let marks = Marks {
                user: step == 999,
                fault: step == 1_499,
                bug: false,
            };
            curves.push(levels(1, 0, 1), marks);
        }
        let svg = curves.svg();
        assert!(
            svg.contains(r#"<path class="did" d="M500 0v12"/>"#),
            "{svg}"
        );
        assert!(
            svg.contains(r#"<path class="fault" d="M752 2l-6 10h12z"/>"#)
                || svg.contains(r#"<path class="fault" d="M750 2l-6 10h12z"/>"#),
            "{svg}"
        );
    }

    #[test]
    fn an_empty_timeline_draws_nothing() {
        let svg = Curves::default().svg();
        assert!(svg.contains(r#"d="""#), "{svg}");
    }
}
