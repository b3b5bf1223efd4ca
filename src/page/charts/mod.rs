//! The controllers' flow charts, drawn by hand: for each branch of a controller's table one box, and where it
//! stands. A box names the branch itself, so that there is no box without a branch; a test sees to the reverse.
//!
//! Stages stand below each other in the order in which a sync comes by; their boxes stand beside them in two
//! columns and as many rows as they need. All lengths are in units of the drawing.

mod deployment;
pub mod draw;
mod nodes;
mod others;
mod replica_set;
mod stateful_set;

use kubestep::actor::decision::{Branch, Decision};
use kubestep::api::language::Language;
use kubestep::engine::Actor;

/// Width of every chart.
pub const WIDTH: i32 = 384;
/// Height of a box.
pub const BOX: i32 = 28;
/// Width of the box of a stage.
pub const STAGE: i32 = 76;
/// Where the rail stands that a sync comes down on.
pub const RAIL: i32 = 5;
/// Where boxes of stages begin.
pub const STAGE_X: i32 = 14;
/// Where the boxes of branches begin.
pub const FIRST: i32 = 100;

const COLUMN: i32 = 132;
const GAP: i32 = 6;
const BETWEEN: i32 = 11;
const TOP: i32 = 14;

/// The flow chart of a controller, or of a stand-in for what nodes run.
#[derive(Debug)]
pub struct Chart {
    /// Whose.
    pub actor: Actor,
    /// Its stages, from top to bottom.
    pub stages: &'static [Stage],
}

/// A stage with its branches.
#[derive(Debug)]
pub struct Stage {
    /// Its name in the table of branches.
    pub name: &'static str,
    /// What stands in its box, in English and in Chinese.
    label: [&'static str; 2],
    /// The boxes of its branches.
    pub nodes: &'static [Node],
}

/// The box of a branch.
#[derive(Debug)]
pub struct Node {
    /// The branch.
    pub branch: &'static Branch,
    /// Column and row within the stage, and how many columns it is wide.
    at: (i32, i32, i32),
    /// Where the sync goes from there.
    pub then: Then,
    /// What stands in it, in English and in Chinese.
    label: [&'static str; 2],
    /// The numbers of this run that stand in it; empty where it is the formula.
    numbers: &'static str,
}

/// Where a sync goes from a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Then {
    /// On to what comes next.
    On,
    /// Nowhere: it ends.
    End,
    /// To a later stage, past those between.
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

/// A chart as data: `NAME, Actor, table;` and stages of
/// `"stage" "label" "标签" { BRANCH, column, row, columns, then, "label", "标签", "numbers"; }`.
macro_rules! chart {
    ($name:ident, $actor:ident, $table:path;
     $($stage:literal $english:literal $chinese:literal {
        $($branch:ident, $x:literal, $y:literal, $w:literal, $then:ident $(($to:literal))?, $label:literal, $zh:literal, $numbers:literal;)*
     })*) => {
        pub static $name: $crate::page::charts::Chart = {
            use $table as table;
            use $crate::page::charts::{Chart, Node, Stage, Then};
            Chart {
                actor: kubestep::engine::Actor::$actor,
                stages: &[$(Stage {
                    name: $stage,
                    label: [$english, $chinese],
                    nodes: &[$(Node {
                        branch: &table::$branch,
                        at: ($x, $y, $w),
                        then: Then::$then $(($to))?,
                        label: [$label, $zh],
                        numbers: $numbers,
                    }),*],
                }),*],
            }
        };
    };
}
use chart;

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
    &others::VOLUME_BINDER,
    &others::NODE_LIFECYCLE,
    &others::POD_GC,
    &nodes::SCHEDULER,
    &nodes::KUBELET,
];

/// The chart of an actor, if it has one: a test sees to it that all have.
pub fn of(actor: Actor) -> Option<&'static Chart> {
    ALL.iter().find(|chart| chart.actor == actor).copied()
}

impl Chart {
    /// The stages with the places of their boxes.
    pub fn placed(&self) -> Vec<(&'static Stage, Rect)> {
        let mut y = TOP;
        let place = |stage: &'static Stage| {
            let h = stage.rows() * (BOX + GAP) - GAP;
            let rect = Rect {
                x: STAGE_X,
                y,
                w: STAGE,
                h,
            };
            y += h + BETWEEN;
            (stage, rect)
        };
        self.stages.iter().map(place).collect()
    }

    /// Height of the drawing.
    pub fn height(&self) -> i32 {
        let last = self.placed().pop();
        last.map_or(TOP, |(_, rect)| rect.y + rect.h) + TOP
    }
}

impl Stage {
    fn rows(&self) -> i32 {
        let rows = self.nodes.iter().map(|node| node.at.1 + 1);
        rows.max().unwrap_or(1)
    }

    /// What stands in its box.
    pub fn label(&self, language: Language) -> &'static str {
        self.label[language as usize]
    }
}

impl Node {
    /// The place of the box, where its stage is.
    pub fn place(&self, stage: Rect) -> Rect {
        let (x, y, w) = self.at;
        Rect {
            x: FIRST + x * (COLUMN + GAP),
            y: stage.y + y * (BOX + GAP),
            w: w * (COLUMN + GAP) - GAP,
            h: BOX,
        }
    }

    /// Whether the box stands in the second column.
    pub fn is_second(&self) -> bool {
        self.at.0 > 0
    }

    /// What stands in it.
    pub fn label(&self, language: Language) -> &'static str {
        self.label[language as usize]
    }

    /// The numbers of a decision: the formula with them, or those that tell most.
    pub fn numbers(&self, made: &Decision) -> String {
        if self.numbers.is_empty() {
            made.substituted()
        } else {
            made.fill(self.numbers)
        }
    }
}

#[cfg(test)]
mod tests;
