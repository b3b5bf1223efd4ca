//! The film's style: the page's own colours in both themes.

use crate::page::pods::PodState;
use std::fmt::Write as _;

/// The page's colours, light and dark.
const TOKENS: &str = include_str!("../../../www/style/tokens.css");

/// The colours used in films.
const COLOURS: [&str; 12] = [
    "surface", "raised", "line", "text", "quiet", "accent", "stripe-0", "stripe-1", "stripe-2",
    "stripe-3", "stripe-4", "stripe-5",
];

/// Rules without sizes or times.
const RULES: &str = "svg{background:var(--surface);border-radius:6px}\
text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','PingFang SC','Microsoft YaHei',sans-serif;fill:var(--text)}\
.m{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace}\
.b{font-weight:600}.q{fill:var(--quiet)}.h{font-size:17px}.c{font-size:15px}.t{font-size:11px}.e{text-anchor:end}\
.lane{fill:none;stroke:var(--line)}.ground{fill:var(--raised)}.base{fill:var(--surface)}.on{fill:var(--surface)}\
.bar{fill:var(--accent);transform-box:fill-box}.cut{stroke:var(--accent);stroke-width:3}\
.out{fill:none;stroke:var(--accent);stroke-width:2.5}\
.pod{transform-box:fill-box;transform-origin:center}\
.s text,text.s{fill:currentColor}\
.face{fill:currentColor;fill-opacity:.1;stroke:currentColor;stroke-opacity:.5}\
.s-pending .face{fill:none;stroke-dasharray:4 3}.s-terminating .face{fill:url(#hatch);fill-opacity:1}\
.s-failing .face{stroke-opacity:1}\
.g{fill:none;stroke:currentColor;stroke-width:1.5;stroke-linecap:round;stroke-linejoin:round}\
.full{fill:currentColor;stroke:none}.s-available .box{fill:currentColor}.s-available .g{stroke:var(--surface)}\
.box{fill:none}";

/// The light and dark values of a colour.
fn colour(name: &str) -> Option<(&'static str, &'static str)> {
    let (_, rest) = TOKENS.split_once(&format!("--{name}: light-dark("))?;
    let (values, _) = rest.split_once(')')?;
    values.split_once(", ")
}

/// The stylesheet without the animations.
pub fn css() -> String {
    let names = || COLOURS.into_iter().chain(PodState::ALL.map(PodState::slug));
    let (mut light, mut dark) = (String::new(), String::new());
    for name in names() {
        let (day, night) = colour(name).unwrap_or_default();
        write!(light, "--{name}:{day};").unwrap_or_default();
        write!(dark, "--{name}:{night};").unwrap_or_default();
    }
    let mut css =
        format!(":root{{{light}}}@media(prefers-color-scheme:dark){{:root{{{dark}}}}}{RULES}");
    for stripe in 0..6 {
        write!(css, ".l{stripe}{{fill:var(--stripe-{stripe})}}").unwrap_or_default();
    }
    for slug in PodState::ALL.map(PodState::slug) {
        write!(css, ".s-{slug}{{color:var(--{slug})}}").unwrap_or_default();
    }
    css
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_colour_is_the_pages_in_both_themes() {
        for name in COLOURS.into_iter().chain(PodState::ALL.map(PodState::slug)) {
            let (light, dark) = colour(name).unwrap_or_default();
            assert!(
                light.starts_with('#') && dark.starts_with('#') && light != dark,
                "{name}"
            );
        }
    }
}
