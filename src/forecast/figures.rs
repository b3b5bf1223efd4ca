//! What the runs of a forecast say.

use super::run::{ForecastLevels, Sample};
use super::{Bound, Plan};
use crate::api::advice::Advice;
use crate::diagnosis::Finding;
use std::rc::Rc;

/// Distances between the times of a course, in milliseconds.
const STEPS_MS: [i64; 18] = [
    100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000,
    900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000,
];

/// How the runs are distributed: 5 % are below `low`, half below `median`, 5 % above `high`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spread {
    /// The 5th percentile.
    pub low: i64,
    /// The 50th percentile.
    pub median: i64,
    /// The 95th percentile.
    pub high: i64,
}

impl Spread {
    /// The distribution of some numbers, by the nearest rank; `None` if there are none.
    #[must_use]
    pub fn of(numbers: impl IntoIterator<Item = i64>) -> Option<Self> {
        let mut numbers: Vec<i64> = numbers.into_iter().collect();
        numbers.sort_unstable();
        let rank = |percent: usize| {
            let rank = (numbers.len() * percent).div_ceil(100);
            numbers.get(rank.saturating_sub(1)).copied()
        };
        Some(Self {
            low: rank(5)?,
            median: rank(50)?,
            high: rank(95)?,
        })
    }
}

/// The pods of all runs at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Band {
    /// Milliseconds since the start.
    pub at: i64,
    /// Available pods.
    pub available: Spread,
    /// Updated pods.
    pub updated: Spread,
    /// All pods.
    pub pods: Spread,
}

/// A forecast.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Forecast {
    /// What was forecast.
    pub plan: Plan,
    /// What the change does to the workload's manifest, as `diff -u`; empty without a change.
    pub diff: String,
    /// How each run went, in order.
    pub samples: Vec<Sample>,
    /// What kept the first run from completing that did not complete.
    pub stuck: Option<Finding>,
    /// What was assumed when the cluster was started from a state.
    pub assumed: Rc<[Advice]>,
}

/// The highest and the lowest levels of a run.
struct Extremes {
    lowest: ForecastLevels,
    highest: ForecastLevels,
}

impl Sample {
    fn extremes(&self) -> Extremes {
        let mut levels = self.course.iter().map(|point| point.levels);
        let first = levels.next().unwrap_or_default();
        let merge = |one: ForecastLevels, other: ForecastLevels, pick: fn(i64, i64) -> i64| {
            ForecastLevels {
                available: pick(one.available, other.available),
                updated: pick(one.updated, other.updated),
                pods: pick(one.pods, other.pods),
                cpu: pick(one.cpu, other.cpu),
                memory: pick(one.memory, other.memory),
            }
        };
        levels.fold(
            Extremes {
                lowest: first,
                highest: first,
            },
            |so_far, levels| Extremes {
                lowest: merge(so_far.lowest, levels, i64::min),
                highest: merge(so_far.highest, levels, i64::max),
            },
        )
    }

    /// The fewest available pods at any time.
    #[must_use]
    pub fn lowest_available(&self) -> i64 {
        self.extremes().lowest.available
    }

    /// The most pods at any time, with what they requested at most.
    #[must_use]
    pub fn highest(&self) -> ForecastLevels {
        self.extremes().highest
    }

    /// The pods at a time.
    fn at(&self, at: i64) -> ForecastLevels {
        let after = self.course.partition_point(|point| point.at <= at);
        let last = self.course.get(after.saturating_sub(1));
        last.map(|point| point.levels).unwrap_or_default()
    }
}

impl Forecast {
    /// Number of runs in which the rollout became complete.
    #[must_use]
    pub fn completed(&self) -> usize {
        let complete = self.samples.iter().filter(|one| one.complete.is_some());
        complete.count()
    }

    /// Milliseconds until the rollout is complete, of the runs in which it was.
    #[must_use]
    pub fn complete(&self) -> Option<Spread> {
        Spread::of(self.samples.iter().filter_map(|one| one.complete))
    }

    /// Number of runs that exceeded the progress deadline at any time.
    #[must_use]
    pub fn missed_deadlines(&self) -> usize {
        let missed = self.samples.iter().filter(|one| one.missed_deadline);
        missed.count()
    }

    /// The fewest pods that were available at any time, in any run.
    #[must_use]
    pub fn lowest_available(&self) -> Option<i64> {
        self.samples.iter().map(Sample::lowest_available).min()
    }

    /// The most pods at any time, in any run, and the most that they requested.
    #[must_use]
    pub fn highest(&self) -> ForecastLevels {
        let runs = self.samples.iter().map(Sample::highest);
        runs.fold(ForecastLevels::default(), |so_far, run| ForecastLevels {
            available: so_far.available.max(run.available),
            updated: so_far.updated.max(run.updated),
            pods: so_far.pods.max(run.pods),
            cpu: so_far.cpu.max(run.cpu),
            memory: so_far.memory.max(run.memory),
        })
    }

    /// The pods over time at equal distances, from the start until 95 % of the runs have ended, in at most so many parts
    /// of whole seconds or, if it is short, tenths.
    #[must_use]
    pub fn bands(&self, most: i64) -> Vec<Band> {
        let ends = self.samples.iter().map(|one| one.ended);
        let Some(Spread { high: end, .. }) = Spread::of(ends) else {
            return Vec::new();
        };
        let fits = |step: &i64| end <= step.saturating_mul(most);
        let step = STEPS_MS.into_iter().find(fits).unwrap_or(end);
        let times = (0..=most).map(|number| number * step);
        let last = end + step - 1;
        let times = times.take_while(|at| *at <= last);
        times.filter_map(|at| self.band(at)).collect()
    }

    fn band(&self, at: i64) -> Option<Band> {
        let levels: Vec<ForecastLevels> = self.samples.iter().map(|one| one.at(at)).collect();
        let spread = |of: fn(&ForecastLevels) -> i64| Spread::of(levels.iter().map(of));
        Some(Band {
            at,
            available: spread(|levels| levels.available)?,
            updated: spread(|levels| levels.updated)?,
            pods: spread(|levels| levels.pods)?,
        })
    }

    /// Number of runs in which a bound holds.
    #[must_use]
    pub fn held(&self, bound: &Bound) -> usize {
        let held = self.samples.iter().filter(|sample| bound.holds(sample));
        held.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_nearest_rank() {
        let spread = Spread::of((1..=100).rev()).expect("numbers");
        assert_eq!([spread.low, spread.median, spread.high], [5, 50, 95]);
        let spread = Spread::of([7]).expect("a number");
        assert_eq!([spread.low, spread.median, spread.high], [7, 7, 7]);
        assert_eq!(Spread::of([]), None);
    }
}
