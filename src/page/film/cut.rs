//! The timing of a film: each element has a class for the shots that it is in, and each class is an animation.
//!
//!
//! Without animation, either by the user's preference or for lack of support, the last shot is shown.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::ops::Range;

/// A range of shots.
pub type Span = Range<usize>;

/// Seconds for which the last shot stays before the film restarts.
const PAUSE: f64 = 3.0;
/// Seconds of a transition.
const FADE: f64 = 0.2;
/// Target duration of a film in seconds, without the pause.
const WISHED: f64 = 36.0;
/// Minimum and maximum duration of a shot in seconds.
const SHORTEST: f64 = 0.45;
const LONGEST: f64 = 1.2;

/// How an element appears and disappears.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Style {
    /// Cross-fades with its successor.
    Fade,
    /// Text: appears after its predecessor has disappeared.
    Word,
    /// A pod: grows out of its lane's letter (`--x`, `--y`), and shrinks away.
    Pod,
}

/// A film's rhythm, and the animations in use.
#[derive(Debug)]
pub struct Cut {
    shots: usize,
    used: BTreeSet<(Style, usize, usize)>,
}

impl Cut {
    /// The cut of a film with a number of shots.
    pub fn new(shots: usize) -> Self {
        Self {
            shots,
            used: BTreeSet::new(),
        }
    }

    /// The classes of an element in a range of shots; empty if it is in all of them.
    pub fn class(&mut self, style: Style, span: &Span) -> String {
        if span.start == 0 && span.end >= self.shots {
            return String::new();
        }
        self.used.insert((style, span.start, span.end));
        name(style, span.start, span.end)
    }

    /// Duration of a shot.
    fn each(&self) -> f64 {
        (WISHED / self.shots.max(1) as f64).clamp(SHORTEST, LONGEST)
    }

    /// Duration of the film.
    pub fn seconds(&self) -> f64 {
        self.shots as f64 * self.each() + PAUSE
    }

    /// A point in time as a percentage of the film: the start of a shot plus some seconds.
    fn at(&self, shot: usize, later: f64) -> String {
        let seconds = shot as f64 * self.each() + later;
        format!("{:.2}%", (100.0 * seconds / self.seconds()).min(100.0))
    }

    /// The stylesheet of the animations in use.
    pub fn css(&self) -> String {
        let mut css = String::new();
        if self.used.is_empty() {
            return css;
        }
        let seconds = self.seconds();
        for (style, start, end) in &self.used {
            let name = name(*style, *start, *end);
            let (absent, there, gone) = match style {
                Style::Fade | Style::Word => ("opacity:0", "opacity:1", "opacity:0"),
                Style::Pod => (
                    "opacity:0;transform:translate(var(--x),var(--y)) scale(.3)",
                    "opacity:1;transform:none",
                    "opacity:0;transform:scale(.8)",
                ),
            };
            let stays = *end >= self.shots;
            let hidden = if stays { "" } else { ";opacity:0" };
            write!(
                css,
                ".{name}{{animation:{name} {seconds:.2}s infinite{hidden}}}@keyframes {name}{{"
            )
            .unwrap_or_default();
            let (late, early) = match style {
                Style::Fade | Style::Pod => (0.0, FADE),
                Style::Word => (FADE / 2.0, FADE / 2.0),
            };
            let (comes, is_there) = (self.at(*start, late), self.at(*start, FADE));
            let (goes, is_gone) = (self.at(*end, 0.0), self.at(*end, early));
            match (start, stays) {
                (0, _) => write!(css, "0%,{goes}{{{there}}}{is_gone},to{{{gone}}}"),
                (_, true) => write!(css, "0%,{comes}{{{absent}}}{is_there},to{{{there}}}"),
                _ => write!(
                    css,
                    "0%,{comes}{{{absent}}}{is_there},{goes}{{{there}}}{is_gone},to{{{gone}}}"
                ),
            }
            .unwrap_or_default();
            css.push('}');
        }
        write!(
            css,
            ".bar{{animation:bar {seconds:.2}s linear infinite}}@keyframes bar{{0%{{transform:scaleX(0)}}{},to{{transform:none}}}}\
             @media(prefers-reduced-motion:reduce){{*{{animation:none!important}}}}",
            self.at(self.shots, 0.0)
        )
        .unwrap_or_default();
        css
    }
}

fn name(style: Style, start: usize, end: usize) -> String {
    let letter = match style {
        Style::Fade => 'f',
        Style::Word => 'w',
        Style::Pod => 'p',
    };
    format!("{letter}{start}-{end}")
}

/// The ranges of shots in which a value stays the same; shots without a value are in none.
pub fn runs<T: PartialEq>(values: impl IntoIterator<Item = Option<T>>) -> Vec<(Span, T)> {
    let mut runs: Vec<(Span, T)> = Vec::new();
    for (shot, value) in values.into_iter().enumerate() {
        let Some(value) = value else { continue };
        match runs.last_mut() {
            Some((span, known)) if span.end == shot && *known == value => span.end = shot + 1,
            _ => runs.push((shot..shot + 1, value)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_end_at_other_values_and_at_none() {
        let values = [None, Some('a'), Some('a'), Some('b'), None, Some('b')];
        assert_eq!(runs(values), [(1..3, 'a'), (3..4, 'b'), (5..6, 'b')]);
    }

    #[test]
    fn permanent_elements_need_no_animation() {
        let mut cut = Cut::new(3);
        assert_eq!(cut.class(Style::Fade, &(0..3)), "");
        assert_eq!(cut.css(), "");
    }

    #[test]
    fn without_animation_the_last_shot_is_seen() {
        let mut cut = Cut::new(10);
        cut.class(Style::Fade, &(2..4));
        cut.class(Style::Fade, &(4..10));
        let css = cut.css();
        assert!(
            css.contains(".f2-4{animation:f2-4 15.00s infinite;opacity:0}"),
            "{css}"
        );
        assert!(
            css.contains(".f4-10{animation:f4-10 15.00s infinite}"),
            "{css}"
        );
        assert!(
            css.contains(
                "@keyframes f2-4{0%,16.00%{opacity:0}17.33%,32.00%{opacity:1}33.33%,to{opacity:0}}"
            ),
            "{css}"
        );
    }
}
