//! Draws a whole chart as SVG, with the path of one sync highlighted.
//!
//! Built as a single string, which browsers insert fastest: a chart has hundreds of lines and boxes.

use super::{BOX, Chart, ChartBox, FIRST, RAIL, Rect, STAGE_X, Stage, Then, WIDTH};
use crate::page::words;
use kubestep::actor::decision::Decision;
use kubestep::texts::Language;
use kubestep::versions::Features;
use std::fmt::Write as _;

/// Position of the first lane that bypasses stages, and distance between lanes.
const LANE: (i32, i32) = (373, 4);
/// Maximum number of characters in a line of a stage's box.
const STAGE_TEXT: usize = 13;
/// Width of a digit in units.
const DIGIT: f32 = 5.5;

/// A chart being drawn.
pub struct Drawing<'a> {
    chart: &'static Chart,
    made: &'a [Decision],
    features: Features,
    language: Language,
    placed: Vec<(&'static Stage, Rect)>,
    wires: String,
    lit_wires: String,
    boxes: String,
}

/// A chart with the path of the decisions; `main` is the index of the most significant one.
pub fn svg(
    chart: &'static Chart,
    made: &[Decision],
    main: Option<usize>,
    features: Features,
    language: Language,
) -> String {
    let mut drawing = Drawing {
        chart,
        made,
        features,
        language,
        placed: chart.placed(features),
        wires: String::new(),
        lit_wires: String::new(),
        boxes: String::new(),
    };
    for (stage, rect) in drawing.placed.clone() {
        drawing.stage(stage, rect, main);
    }
    drawing.rail();
    let controller = chart.actor;
    let name = words::CHART_OF.with(language, &[("controller", &controller)]);
    format!(
        r#"<svg class="chart" viewBox="0 0 {WIDTH} {}" role="img" aria-label="{name}"><path class="wire" d="{}"/><path class="wire lit" d="{}"/>{}</svg>"#,
        chart.height(features),
        drawing.wires,
        drawing.lit_wires,
        drawing.boxes,
    )
}

/// Vertical position of a decision's box as a fraction of the height.
pub fn depth(chart: &'static Chart, made: &Decision, features: Features) -> f64 {
    for (stage, rect) in chart.placed(features) {
        for node in stage.shown(features) {
            if node.branch == made.branch {
                let middle = f64::from(node.place(stage, rect, features).y + BOX / 2);
                return middle / f64::from(chart.height(features));
            }
        }
    }
    0.0
}

impl Drawing<'_> {
    fn stage(&mut self, stage: &'static Stage, rect: Rect, main: Option<usize>) {
        let lit = self.is_lit(stage);
        let middle = rect.y + rect.h / 2;
        self.wire(lit, format_args!("M{RAIL} {middle}H{STAGE_X}"));
        let class = if lit { "gate lit" } else { "gate" };
        let Rect { x, y, w, h } = rect;
        write!(
            self.boxes,
            r#"<g class="{class}"><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="6"/>"#
        )
        .unwrap_or_default();
        let lines = lines(stage.label.text(self.language));
        let first = middle - 6 * i32::try_from(lines.len()).unwrap_or(1) + 9;
        for (line, y) in lines.iter().zip((first..).step_by(12)) {
            let x = x + w / 2;
            write!(
                self.boxes,
                r#"<text x="{x}" y="{y}" text-anchor="middle">{line}</text>"#
            )
            .unwrap_or_default();
        }
        self.boxes.push_str("</g>");
        for node in stage.shown(self.features) {
            self.node(node, stage, rect, main);
        }
    }

    fn node(&mut self, node: &'static ChartBox, within: &Stage, stage: Rect, main: Option<usize>) {
        let rect = node.place(within, stage, self.features);
        let mut taken = (0..self.made.len()).filter(|at| self.made[*at].branch == node.branch);
        let first = taken.next();
        let last = taken.next_back().or(first);
        let more = taken.count() + usize::from(last != first);
        let (from, bus) = (STAGE_X + stage.w, FIRST - 5);
        let middle = stage.y + stage.h / 2;
        let lit = first.is_some();
        if node.is_second() {
            let (x, above) = (rect.x + rect.w / 2, rect.y - 3);
            self.wire(lit, format_args!("M{from} {middle}H{bus}V{above}H{x}v3"));
        } else {
            let y = rect.y + rect.h / 2;
            self.wire(lit, format_args!("M{from} {middle}H{bus}V{y}H{FIRST}"));
        }
        self.leave(node, rect, lit);
        let is_main = main.is_some_and(|main| self.made[main].branch == node.branch);
        let class = match (lit, is_main) {
            (true, true) => "node lit main",
            (true, false) => "node lit",
            _ => "node",
        };
        let Rect { x, y, w, h } = rect;
        write!(
            self.boxes,
            r#"<g class="{class}" data-branch="{}"><rect x="{x}" y="{y}" width="{w}" height="{h}" rx="3"/>"#,
            node.branch.id
        )
        .unwrap_or_default();
        if node.then == Then::End {
            let (x, y) = (x + w - 9, y + h - 9);
            write!(
                self.boxes,
                r#"<rect class="end" x="{x}" y="{y}" width="5" height="5"/>"#
            )
            .unwrap_or_default();
        }
        self.texts(
            node,
            rect,
            last.map(|last| (first.unwrap_or(last), last, more)),
        );
        self.boxes.push_str("</g>");
    }

    /// The label; in a highlighted box also the numbers and the index of the decision.
    fn texts(&mut self, node: &ChartBox, rect: Rect, taken: Option<(usize, usize, usize)>) {
        let Rect { x, y, w, h } = rect;
        let numbers = taken.map_or_else(String::new, |(_, last, _)| {
            node.numbers(&self.made[last], self.language)
        });
        let (left, label) = (x + 8, node.label.text(self.language));
        let base = y + if numbers.is_empty() { h / 2 + 4 } else { 12 };
        write!(self.boxes, r#"<text x="{left}" y="{base}">{label}</text>"#).unwrap_or_default();
        if !numbers.is_empty() {
            let text = fitting(&numbers, w - 14);
            write!(
                self.boxes,
                r#"<text class="numbers" x="{left}" y="{}"{}>{}</text>"#,
                y + 23,
                squeeze(&text, w - 14),
                escaped(&text)
            )
            .unwrap_or_default();
        }
        if let Some((first, last, more)) = taken {
            let mut text = (first + 1).to_string();
            if more > 0 {
                text += &format!(" ×{}", more + 1);
            }
            let title = escaped(&self.made[last].sentence(self.language));
            let width = 7 + 5 * i32::try_from(text.chars().count()).unwrap_or(1);
            let (x, y) = (x + w - width + 3, y - 4);
            write!(
                self.boxes,
                r#"<title>{title}</title><rect class="order" x="{x}" y="{y}" width="{width}" height="12" rx="6"/><text class="order" x="{}" y="{}" text-anchor="middle">{text}</text>"#,
                f64::from(x) + f64::from(width) / 2.0,
                y + 9,
            )
            .unwrap_or_default();
        }
    }

    /// The path from a box past stages to just above its destination.
    fn leave(&mut self, node: &ChartBox, rect: Rect, lit: bool) {
        let Then::To(name) = node.then else { return };
        let Some((lane, y)) = self.way(name) else {
            return;
        };
        let (x, below) = (rect.x + rect.w, rect.y + rect.h);
        let end = RAIL + 4;
        if x < LANE.0 - 10 {
            let (x, y0) = (rect.x + rect.w - 12, below + 3);
            self.wire(
                lit,
                format_args!(
                    "M{x} {below}V{y0}H{lane}V{y}H{RAIL}M{end} {}L{RAIL} {y}L{end} {}",
                    y - 3,
                    y + 3
                ),
            );
        } else {
            let middle = rect.y + rect.h / 2;
            self.wire(
                lit,
                format_args!(
                    "M{x} {middle}H{lane}V{y}H{RAIL}M{end} {}L{RAIL} {y}L{end} {}",
                    y - 3,
                    y + 3
                ),
            );
        }
    }

    /// The lane that leads to a stage, and the height at which it rejoins the rail.
    fn way(&self, to: &str) -> Option<(i32, i32)> {
        let mut targets: Vec<&str> = Vec::new();
        let nodes = self.chart.stages.iter().flat_map(|stage| stage.nodes);
        for node in nodes {
            if let Then::To(name) = node.then
                && !targets.contains(&name)
            {
                targets.push(name);
            }
        }
        let lane = targets.iter().position(|name| *name == to)?;
        let (_, rect) = self.placed.iter().find(|(stage, _)| stage.name == to)?;
        let lane = LANE.0 + LANE.1 * i32::try_from(lane).ok()?;
        Some((lane, rect.y - 5))
    }

    /// The rail, highlighted as far as this sync passed.
    fn rail(&mut self) {
        let placed = self.placed.clone();
        let Some((_, last)) = placed.last() else {
            return;
        };
        let end = last.y + last.h / 2;
        self.wire(false, format_args!("M{RAIL} 2V{end}"));
        let mut from = 2;
        for (stage, rect) in placed {
            if !self.is_lit(stage) {
                continue;
            }
            let middle = rect.y + rect.h / 2;
            self.wire(true, format_args!("M{RAIL} {from}V{middle}"));
            from = middle;
            let taken = |node: &&ChartBox| self.made.iter().any(|made| made.branch == node.branch);
            for node in stage.nodes.iter().filter(taken) {
                if let Then::To(name) = node.then
                    && let Some((_, y)) = self.way(name)
                {
                    from = y;
                }
            }
        }
    }

    fn is_lit(&self, stage: &Stage) -> bool {
        let nodes = &mut stage.nodes.iter();
        nodes.any(|node| self.made.iter().any(|made| made.branch == node.branch))
    }

    fn wire(&mut self, lit: bool, path: std::fmt::Arguments<'_>) {
        let wires = if lit {
            &mut self.lit_wires
        } else {
            &mut self.wires
        };
        wires.write_fmt(path).unwrap_or_default();
    }
}

/// Splits a label into lines; Chinese labels have no spaces and are short.
pub fn lines(label: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in label.split(' ') {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < STAGE_TEXT => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The end of a text, as long as fits into a width: names are told apart by their ends.
fn fitting(text: &str, width: i32) -> String {
    // Letters remain legible down to two thirds of their width.
    let room = usize::try_from(width).unwrap_or(0) * 3 / 11;
    let length = text.chars().count();
    if length <= room {
        return text.to_owned();
    }
    let end: String = text.chars().skip(length + 1 - room).collect();
    format!("…{end}")
}

/// The attribute that compresses a text to fit.
fn squeeze(text: &str, width: i32) -> String {
    let needed = text.chars().count() as f32 * DIGIT;
    if needed <= width as f32 {
        return String::new();
    }
    format!(r#" textLength="{width}" lengthAdjust="spacingAndGlyphs""#)
}

/// Escapes a text for SVG.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}
