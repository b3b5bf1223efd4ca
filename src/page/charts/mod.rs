//! The controllers' flow charts, laid out by hand: a box for each branch of a controller's table, with its
//! position. A box refers to the branch itself, so there is no box without a branch; a test checks the reverse.
//!
//!
//! Stages are arranged from top to bottom in the order of a sync, with their boxes beside them in two columns and
//! as many rows as needed. All lengths are in units of the drawing.

mod deployment;
pub mod draw;
mod nodes;
mod others;
mod replica_set;
mod stateful_set;

use kubestep::actor::decision::{Branch, Decision};
use kubestep::controllers::claim_protection::branches as claims;
use kubestep::controllers::stateful_set::branches as set;
use kubestep::engine::Actor;
use kubestep::texts::{self, Language, Text};
use kubestep::versions::{Feature, Features};

/// Width of every chart.
pub const WIDTH: i32 = 384;
/// Height of a box.
pub const BOX: i32 = 28;
/// Width of the box of a stage.
pub const STAGE: i32 = 76;
/// Horizontal position of the rail along which a sync proceeds.
pub const RAIL: i32 = 5;
/// Left edge of the boxes of stages.
pub const STAGE_X: i32 = 14;
/// Left edge of the boxes of branches.
pub const FIRST: i32 = 100;

const COLUMN: i32 = 132;
const GAP: i32 = 6;
const BETWEEN: i32 = 11;
const TOP: i32 = 14;

/// The flow chart of an actor.
#[derive(Debug)]
pub struct Chart {
    /// The actor.
    pub actor: Actor,
    /// Its stages, from top to bottom.
    pub stages: &'static [Stage],
}

/// A stage with its branches.
#[derive(Debug)]
pub struct Stage {
    /// Its name in the table of branches.
    pub name: &'static str,
    /// The label of its box.
    pub label: Text,
    /// The boxes of its branches.
    pub nodes: &'static [ChartBox],
}

/// The box of a branch.
#[derive(Debug)]
pub struct ChartBox {
    /// The branch.
    pub branch: &'static Branch,
    /// Column and row within the stage, and how many columns it is wide.
    at: (i32, i32, i32),
    /// Where the sync continues.
    pub then: Then,
    /// The label.
    pub label: Text,
    /// The facts shown in it; without them the formula is shown.
    numbers: Option<Text>,
}

/// Where a sync continues after a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// With whatever comes next.
    On,
    /// The sync ends.
    End,
    /// With a later stage, skipping those between.
    To(&'static str),
}

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rect {
    /// Left.
    pub x: i32,
    /// Top.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
}

/// A chart as data: `NAME, Actor, "prefix of its branches", table;` and stages of
/// `"stage" { BRANCH, column, row, columns, then, numbers; }`. The numbers are `"{name}"`s, `""` for the formula, or
/// `words` where the catalogues have a text for them. The labels stand in the catalogues.
macro_rules! chart {
    ($name:ident, $actor:ident, $prefix:literal, $table:path;
     $($stage:literal {
        $($branch:ident, $x:literal, $y:literal, $w:literal, $then:ident $(($to:literal))?, $numbers:tt;)*
     })*) => {
        pub static $name: $crate::page::charts::Chart = {
            use $table as table;
            use $crate::page::charts::{Chart, ChartBox, Stage, Then, label, numbers};
            use $crate::page::words;
            Chart {
                actor: kubestep::engine::Actor::$actor,
                stages: &[$(Stage {
                    name: $stage,
                    label: label(words::STAGE, concat!($prefix, "/", $stage)),
                    nodes: &[$(ChartBox {
                        branch: &table::$branch,
                        at: ($x, $y, $w),
                        then: Then::$then $(($to))?,
                        label: label(words::BOX, table::$branch.id),
                        numbers: numbers!($numbers, table::$branch),
                    }),*],
                }),*],
            }
        };
    };
}
use chart;

/// The facts shown in a box, as [`chart!`] takes them.
macro_rules! numbers {
    ("", $branch:expr) => {
        None
    };
    (words, $branch:expr) => {{
        use $crate::page::{charts::label, words::NUMBERS};
        Some(label(NUMBERS, $branch.id))
    }};
    ($numbers:literal, $branch:expr) => {
        Some(kubestep::texts::Text::same($numbers))
    };
}
use numbers;

/// The text of an id in the catalogues.
const fn label(table: &[(&str, Text)], id: &str) -> Text {
    texts::get(table, id).expect("the catalogues have a text for the box")
}

/// Branches that exist only with or only without a feature.
static BY_FEATURE: &[(&Branch, Feature, bool)] = &[
    (
        &set::UPDATE_DELETE,
        Feature::MaxUnavailableStatefulSet,
        false,
    ),
    (&set::UPDATE_WAIT, Feature::MaxUnavailableStatefulSet, false),
    (
        &set::UNAVAILABLE_DELETE,
        Feature::MaxUnavailableStatefulSet,
        true,
    ),
    (
        &set::UNAVAILABLE_DELETE,
        Feature::StatefulSetTwoPhaseUpdate,
        true,
    ),
    (
        &set::MAX_UNAVAILABLE_REACHED,
        Feature::MaxUnavailableStatefulSet,
        true,
    ),
    (
        &set::MAX_UNAVAILABLE_NONE,
        Feature::MaxUnavailableStatefulSet,
        true,
    ),
    (
        &set::MAX_UNAVAILABLE_DELETE,
        Feature::MaxUnavailableStatefulSet,
        true,
    ),
    (
        &claims::USED,
        Feature::PersistentVolumeClaimUnusedSinceTime,
        true,
    ),
    (
        &claims::UNUSED,
        Feature::PersistentVolumeClaimUnusedSinceTime,
        true,
    ),
];

/// Whether a branch exists in a version with these gates.
fn is_there(branch: &Branch, features: Features) -> bool {
    let mut rows = BY_FEATURE.iter().filter(|row| row.0 == branch);
    rows.all(|(_, feature, on)| features.has(*feature) == *on)
}

/// All charts.
static ALL: &[&Chart] = &[
    &deployment::CHART,
    &replica_set::CHART,
    &stateful_set::CHART,
    &others::GARBAGE_COLLECTOR,
    &others::NAMESPACE,
    &others::ENDPOINT_SLICE,
    &others::CLAIM_PROTECTION,
    &others::AUTOSCALER,
    &others::DISRUPTION,
    &others::VOLUME_BINDER,
    &others::NODE_LIFECYCLE,
    &others::POD_GC,
    &nodes::SCHEDULER,
    &nodes::KUBELET,
];

/// The chart of an actor; a test checks that all have one.
pub fn of(actor: Actor) -> Option<&'static Chart> {
    ALL.iter().find(|chart| chart.actor == actor).copied()
}

impl Chart {
    /// The stages with the positions of their boxes.
    pub fn placed(&self, features: Features) -> Vec<(&'static Stage, Rect)> {
        let mut y = TOP;
        let place = |stage: &'static Stage| {
            let h = stage.rows_before(i32::MAX, features).max(1) * (BOX + GAP) - GAP;
            let rect = Rect {
                x: STAGE_X,
                y,
                w: STAGE,
                h,
            };
            y += h + BETWEEN;
            (stage, rect)
        };
        let stages = self.stages.iter();
        let stages = stages.filter(|stage| stage.shown(features).next().is_some());
        stages.map(place).collect()
    }

    /// Height of the drawing.
    pub fn height(&self, features: Features) -> i32 {
        let last = self.placed(features).pop();
        last.map_or(TOP, |(_, rect)| rect.y + rect.h) + TOP
    }
}

impl Stage {
    /// The boxes of branches that exist with these features.
    pub fn shown(&self, features: Features) -> impl Iterator<Item = &'static ChartBox> + use<> {
        let nodes = self.nodes.iter();
        nodes.filter(move |node| is_there(node.branch, features))
    }

    /// Number of nonempty rows above a row.
    fn rows_before(&self, row: i32, features: Features) -> i32 {
        let mut rows = 0_u32;
        for node in self.shown(features).filter(|node| node.at.1 < row) {
            rows |= 1 << node.at.1;
        }
        i32::try_from(rows.count_ones()).unwrap_or(i32::MAX)
    }
}

impl ChartBox {
    /// The position of the box, given that of its stage. Rows without a box in this version are skipped.
    pub fn place(&self, within: &Stage, stage: Rect, features: Features) -> Rect {
        let (x, y, w) = self.at;
        let y = within.rows_before(y, features);
        Rect {
            x: FIRST + x * (COLUMN + GAP),
            y: stage.y + y * (BOX + GAP),
            w: w * (COLUMN + GAP) - GAP,
            h: BOX,
        }
    }

    /// Whether the box is in the second column.
    pub fn is_second(&self) -> bool {
        self.at.0 > 0
    }

    /// The numbers of a decision: the formula filled in, or the most telling facts.
    pub fn numbers(&self, made: &Decision, language: Language) -> String {
        match self.numbers {
            Some(numbers) => made.fill(numbers.text(language)),
            None => made.substituted(),
        }
    }
}

#[cfg(test)]
mod tests;
