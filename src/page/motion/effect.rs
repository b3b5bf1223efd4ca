//! The animations: keyframes of `transform` and `opacity`, which browsers animate without layout or repainting.

/// The animation of an element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// A pod is created: its tile comes from its ReplicaSet's letter.
    Born,
    /// `Born` backwards: the step that created the pod was undone.
    Unborn,
    /// An element disappears.
    Gone,
    /// `Gone` backwards: the step that removed it was undone.
    Return,
    /// An element has another position.
    Shift,
    /// A lane opens.
    Open,
    /// A glyph changes.
    Pop,
    /// A text slides in.
    Slide,
    /// The hatching of a terminating pod wipes across its tile.
    Wipe,
    /// A bar changes its length.
    Stretch,
    /// A half of a ring turns from one angle to another, standing still up to and after given fractions of the
    /// time.
    Turn([f64; 2], [f64; 2]),
    /// A number changes.
    Roll,
    /// Cross-fades, since too much changes to show each change.
    Fade,
    /// A box of the flow chart is highlighted.
    Light,
    /// A row of a queue opens.
    Enqueue,
    /// A dot travels.
    Fly,
}

/// The path of an element, in pixels to the right of and below its final position.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Path {
    /// Start.
    pub from: [f64; 2],
    /// End.
    pub to: [f64; 2],
    /// Scale of the width at start and end; 0 if it is not scaled.
    pub wide: [f64; 2],
}

/// Decelerating easing, for most elements.
const STANDARD: &str = "cubic-bezier(.2,0,0,1)";

impl Effect {
    /// The keyframes as JSON.
    pub fn keyframes(&self, path: Path) -> String {
        let at = |[x, y]: [f64; 2], rest: &str| format!("translate({x:.1}px,{y:.1}px){rest}");
        let Path { from, to, wide } = path;
        match self {
            Self::Born => frames(&[&at(from, " scale(.92)"), "none"], "0,1"),
            Self::Unborn => frames(&[&at(from, ""), &at(to, " scale(.92)")], "1,0"),
            Self::Gone => frames(&[&at(from, ""), &at(from, " scale(.9)")], "1,0"),
            Self::Return => frames(&["scale(.9)", "none"], "0,1"),
            Self::Shift if wide[0] > 0.0 => {
                let wide = wide.map(|wide| format!(" scaleX({wide:.4})"));
                frames(&[&at(from, &wide[0]), &at(to, &wide[1])], "1,1")
            }
            Self::Shift => frames(&[&at(from, ""), "none"], "1,1"),
            Self::Open => frames(&["scaleY(.6)", "none"], "0,1"),
            Self::Pop => frames(&["scale(.4)", "scale(1.25)", "none"], "0,1,1"),
            Self::Slide => frames(&["translateX(14px)", "none"], "0,1"),
            Self::Wipe => frames(&["scaleX(0)", "none"], "1,1"),
            Self::Stretch => {
                let wide = wide.map(|wide| format!("scaleX({wide:.4})"));
                frames(&[&wide[0], &wide[1]], "1,1")
            }
            Self::Turn([from, to], [begin, end]) => format!(
                r#"{{"transform":["rotate({from:.1}deg)","rotate({from:.1}deg)","rotate({to:.1}deg)","rotate({to:.1}deg)"],"offset":[0,{begin:.3},{end:.3},1]}}"#
            ),
            Self::Roll => frames(&["translateY(.5em)", "none"], "0,1"),
            Self::Fade => r#"{"opacity":[0.35,1]}"#.to_owned(),
            Self::Light => r#"{"opacity":[0.15,1]}"#.to_owned(),
            Self::Enqueue => frames(&["translateX(-10px)", "none"], "0,1"),
            Self::Fly => frames(&[&at(from, ""), &at(to, "")], "0,1,1,0"),
        }
    }

    /// The easing function.
    pub fn easing(&self) -> &'static str {
        match self {
            Self::Turn(..) => "linear",
            Self::Unborn => "cubic-bezier(.4,0,1,1)",
            _ => STANDARD,
        }
    }

    /// Whether it animates an element that no longer exists.
    pub fn is_ghostly(&self) -> bool {
        matches!(self, Self::Unborn | Self::Gone)
    }
}

fn frames(transforms: &[&str], opacity: &str) -> String {
    let transforms = transforms.join("\",\"");
    format!(r#"{{"transform":["{transforms}"],"opacity":[{opacity}]}}"#)
}
