//! Steps without a visible effect, which the list of steps folds, and Step and Back skip.

use kubestep::engine::{Step, StepKind};
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::rc::Rc;

/// Whether Step and Back skip a step: it is quiet, or only moves the clock to the following step.
pub fn is_passed(step: &Step) -> bool {
    step.is_quiet() || is_clock(step)
}

/// Whether a step moves the clock.
pub fn is_clock(step: &Step) -> bool {
    matches!(step.action, StepKind::Clock { .. })
}

/// The target of Back: after the last visible step before the current one.
pub fn back(steps: &[Rc<Step>], cursor: usize) -> usize {
    let before = &steps[..cursor.saturating_sub(1)];
    let seen = before.iter().rposition(|step| !is_passed(step));
    seen.map_or(0, |place| place + 1)
}

/// A summary of several steps without a visible effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Passed {
    /// Number of work items without anything to do.
    pub quiet: usize,
    /// Milliseconds that the clock moved.
    pub clock: i64,
}

impl Passed {
    /// Adds a step.
    pub fn add(&mut self, step: &Step) {
        match &step.action {
            StepKind::Clock { from, to } => self.clock += to.since(*from),
            _ => self.quiet += 1,
        }
    }
}

/// A row of the list of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StepRow {
    /// The step with this number; 0 is the start.
    Step(usize),
    /// The heading of steps without a visible effect; if it is open, their rows follow.
    Fold(Fold),
}

/// Consecutive steps without a visible effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fold {
    /// Their numbers.
    pub steps: RangeInclusive<usize>,
    /// Their summary.
    pub passed: Passed,
    /// Whether their rows are shown.
    pub open: bool,
}

impl StepRow {
    /// The number of its step, or of the first one of the fold.
    pub fn number(&self) -> usize {
        match self {
            Self::Step(number) => *number,
            Self::Fold(fold) => *fold.steps.start(),
        }
    }
}

/// All rows: the start and the steps, folded. A fold is open if its first number is in `open` or it contains the
/// current step. A single step is not folded, since that would save no room.
pub fn rows(steps: &[Rc<Step>], cursor: usize, open: &BTreeSet<usize>) -> Vec<StepRow> {
    let mut rows = vec![StepRow::Step(0)];
    let mut number = 1;
    while let Some(rest) = steps.get(number - 1..)
        && !rest.is_empty()
    {
        let count = rest.iter().take_while(|step| is_passed(step)).count();
        let last = number + count.max(1) - 1;
        let mut shown = true;
        if count > 1 {
            let mut passed = Passed::default();
            rest[..count].iter().for_each(|step| passed.add(step));
            shown = open.contains(&number) || (number..=last).contains(&cursor);
            rows.push(StepRow::Fold(Fold {
                steps: number..=last,
                passed,
                open: shown,
            }));
        }
        if shown {
            rows.extend((number..=last).map(StepRow::Step));
        }
        number = last + 1;
    }
    rows
}

/// The rows without folding.
pub fn unfolded(steps: usize) -> Vec<StepRow> {
    (0..=steps).map(StepRow::Step).collect()
}

/// The index of a step's row, or of its closed fold's heading.
pub fn place(rows: &[StepRow], number: usize) -> usize {
    rows.partition_point(|row| row.number() <= number)
        .saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::start::EXAMPLE;
    use kubestep::engine::{Config, Engine};
    use kubestep::manifests;

    /// The tutorial's pods start: steps 13 to 15 and 19 to 20 are skipped, as are the last two.
    fn come_up() -> Engine {
        let mut engine = Engine::new(Config::default());
        manifests::apply(&mut engine, EXAMPLE).expect("a valid manifest");
        engine.settle(1000);
        engine
    }

    fn told(rows: &[StepRow]) -> String {
        let told = rows.iter().map(|row| match row {
            StepRow::Step(number) => number.to_string(),
            StepRow::Fold(Fold {
                steps,
                passed: Passed { quiet, clock },
                open,
            }) => {
                let mark = if *open { "v" } else { ">" };
                format!(
                    "[{}-{}: {quiet}, {clock} {mark}]",
                    steps.start(),
                    steps.end()
                )
            }
        });
        told.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn runs_of_passed_steps_become_one_row() {
        let engine = come_up();
        let (steps, none) = (engine.steps(), BTreeSet::new());
        let folded = "0 1 2 3 4 5 6 7 8 9 10 11 12 [13-15: 2, 2000 >] 16 17 18 [19-20: 1, 500 >] \
                      21 22 23 [24-25: 1, 1000 >] 26 27 28 29 30 [31-32: 2, 0 >]";
        assert_eq!(told(&rows(steps, 0, &none)), folded);
        let opened = rows(steps, 24, &BTreeSet::from([13]));
        assert_eq!(
            told(&opened),
            "0 1 2 3 4 5 6 7 8 9 10 11 12 [13-15: 2, 2000 v] 13 14 15 16 17 18 [19-20: 1, 500 >] \
             21 22 23 [24-25: 1, 1000 v] 24 25 26 27 28 29 30 [31-32: 2, 0 >]"
        );
        assert_eq!(
            unfolded(2),
            [StepRow::Step(0), StepRow::Step(1), StepRow::Step(2)]
        );
    }

    #[test]
    fn every_step_has_its_place() {
        let engine = come_up();
        for cursor in 0..=engine.steps().len() {
            let rows = rows(engine.steps(), cursor, &BTreeSet::new());
            assert_eq!(rows[place(&rows, cursor)], StepRow::Step(cursor));
            for number in 0..=engine.steps().len() {
                match &rows[place(&rows, number)] {
                    StepRow::Step(found) => assert_eq!(*found, number),
                    StepRow::Fold(fold) => assert!(fold.steps.contains(&number) && !fold.open),
                }
            }
        }
    }

    #[test]
    fn back_goes_to_the_previous_visible_step() {
        let engine = come_up();
        let steps = engine.steps();
        let went: Vec<usize> = [32, 30, 21, 16, 13, 2, 1, 0]
            .map(|cursor| back(steps, cursor))
            .to_vec();
        assert_eq!(went, [30, 29, 18, 12, 12, 1, 0, 0]);
    }
}
