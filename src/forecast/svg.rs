//! The course of a forecast as a picture: how many pods are available over time, with a band of 90 % of the runs, and
//! how many exist at once.

use super::figures::{Band, Forecast, Spread};
use super::text::passed;
use crate::texts::{Language, Text, forecast as texts};
use std::fmt::Write as _;

/// Size of the picture in pixels.
const SIZE: [f64; 2] = [640.0, 240.0];
/// Space for the labels: left, top, right, bottom.
const MARGINS: [f64; 4] = [40.0, 28.0, 16.0, 28.0];
/// Distance of the names of the series.
const NAMES: f64 = 200.0;
/// Maximum number of parts that the time is divided into.
const PARTS: i64 = 60;
/// Number of labels on each axis, apart from the first.
const LABELS: i64 = 4;

/// Where numbers are in the picture.
struct Scale {
    end: i64,
    most: i64,
}

impl Scale {
    #[allow(clippy::cast_precision_loss, reason = "times and numbers of pods")]
    fn x(&self, at: i64) -> f64 {
        let [left, _, right, _] = MARGINS;
        left + (SIZE[0] - left - right) * at as f64 / self.end.max(1) as f64
    }

    #[allow(clippy::cast_precision_loss, reason = "times and numbers of pods")]
    fn y(&self, pods: i64) -> f64 {
        let [_, top, _, bottom] = MARGINS;
        SIZE[1] - bottom - (SIZE[1] - top - bottom) * pods as f64 / self.most.max(1) as f64
    }
}

/// The picture as an SVG element, with the classes `grid`, `band`, `line` and `label`, and colours for pages without
/// styles for these.
#[must_use]
pub fn picture(forecast: &Forecast, language: Language) -> String {
    let bands = forecast.bands(PARTS);
    let highest = bands
        .iter()
        .map(|band| band.pods.high.max(band.available.high));
    let scale = Scale {
        end: bands.last().map_or(0, |band| band.at),
        most: highest.max().unwrap_or(0),
    };
    let [width, height] = SIZE;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"forecast\" role=\"img\" viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"11\"><title>{}</title>",
        escaped(texts::PICTURE.text(language))
    );
    grid(&scale, &mut svg);
    for (number, one) in SERIES.into_iter().enumerate() {
        series(&bands, &scale, one, &mut svg);
        name(number, one, language, &mut svg);
    }
    svg.push_str("</svg>");
    svg
}

/// What is drawn.
#[derive(Clone, Copy)]
struct Series {
    class: &'static str,
    colour: &'static str,
    name: &'static Text,
    of: fn(&Band) -> Spread,
}

const SERIES: [Series; 2] = [
    Series {
        class: "pods",
        colour: "#8a8f98",
        name: &texts::PICTURE_PODS,
        of: |band| band.pods,
    },
    Series {
        class: "available",
        colour: "#1a7f5a",
        name: &texts::PICTURE_AVAILABLE,
        of: |band| band.available,
    },
];

/// The name of a series, with its colour.
fn name(number: usize, series: Series, language: Language, svg: &mut String) {
    let Series {
        class,
        colour,
        name,
        ..
    } = series;
    #[allow(clippy::cast_precision_loss, reason = "there are two")]
    let x = MARGINS[0] + NAMES * number as f64;
    _ = write!(
        svg,
        "<line class=\"line {class}\" stroke=\"{colour}\" stroke-width=\"2\" x1=\"{x}\" x2=\"{}\" y1=\"12\" y2=\"12\"/><text class=\"label\" fill=\"#6a6f78\" x=\"{}\" y=\"16\">{}</text>",
        x + 16.0,
        x + 22.0,
        escaped(name.text(language))
    );
}

fn series(bands: &[Band], scale: &Scale, series: Series, svg: &mut String) {
    let Series {
        class: name,
        colour,
        of,
        ..
    } = series;
    let highs = steps(bands.iter().map(|band| (band.at, of(band).high)), scale);
    let lows: Vec<(i64, i64)> = bands.iter().map(|band| (band.at, of(band).low)).collect();
    let lows = steps(lows.into_iter(), scale);
    let mut area = highs;
    area.extend(lows.into_iter().rev());
    let median = steps(bands.iter().map(|band| (band.at, of(band).median)), scale);
    let (area, median) = (points(&area), points(&median));
    _ = write!(
        svg,
        "<polygon class=\"band {name}\" fill=\"{colour}\" fill-opacity=\"0.2\" points=\"{area}\"/><polyline class=\"line {name}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" points=\"{median}\"/>"
    );
}

/// A line that changes at once, since pods do.
fn steps(numbers: impl Iterator<Item = (i64, i64)>, scale: &Scale) -> Vec<[f64; 2]> {
    let mut line: Vec<[f64; 2]> = Vec::new();
    for (at, pods) in numbers {
        let point = [scale.x(at), scale.y(pods)];
        if let Some([_, before]) = line
            .last()
            .copied()
            .filter(|[_, before]| *before != point[1])
        {
            line.push([point[0], before]);
        }
        line.push(point);
    }
    line
}

fn points(line: &[[f64; 2]]) -> String {
    let points = line.iter().map(|[x, y]| format!("{x:.1},{y:.1}"));
    points.collect::<Vec<String>>().join(" ")
}

/// Lines and labels of both axes.
fn grid(scale: &Scale, svg: &mut String) {
    let [left, _, right, bottom] = MARGINS;
    let [width, height] = SIZE;
    let step = scale.most.div_euclid(LABELS).max(1);
    let mut pods = 0;
    while pods <= scale.most {
        let y = scale.y(pods);
        _ = write!(
            svg,
            "<line class=\"grid\" x1=\"{left}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#8a8f98\" stroke-opacity=\"0.35\"/><text class=\"label\" fill=\"#6a6f78\" x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{pods}</text>",
            width - right,
            left - 6.0,
            y + 4.0
        );
        pods += step;
    }
    // A forecast of what is complete already has no time to label.
    let labels = if scale.end == 0 { 0 } else { LABELS };
    for label in 0..=labels {
        let at = scale.end * label / LABELS;
        let anchor = if label == LABELS { "end" } else { "middle" };
        _ = write!(
            svg,
            "<text class=\"label\" fill=\"#6a6f78\" x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>",
            scale.x(at),
            height - bottom + 16.0,
            passed(at)
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
