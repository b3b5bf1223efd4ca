//! What a movement looks like: keyframes of `transform` and `opacity`, which browsers animate without laying anything
//! out or painting it anew.

/// What happens to an element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Effect {
    /// A pod is born: its tile comes from the letter of its ReplicaSet.
    Born,
    /// The same backwards: the step that created the pod was undone.
    Unborn,
    /// Something is gone.
    Gone,
    /// The same backwards: the step that removed it was undone.
    Return,
    /// Something stands elsewhere now.
    Shift,
    /// A lane opens.
    Open,
    /// A glyph changes.
    Pop,
    /// A text slides in.
    Slide,
    /// The hatch of a pod that is ending wipes across its tile.
    Wipe,
    /// A bar becomes longer or shorter.
    Stretch,
    /// A half of a ring turns from an angle to another one, and on the way stands still until a share of the time and
    /// from another one on.
    Turn([f64; 2], [f64; 2]),
    /// A number changes.
    Roll,
    /// Too much changes to show each.
    Fade,
    /// A box of the flow chart lights up.
    Light,
    /// A row of a queue slides open.
    Enqueue,
    /// Something travels.
    Fly,
}

/// Where an element moves, in pixels to the right and down from where it stands at the end.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Path {
    /// From here.
    pub from: [f64; 2],
    /// To here.
    pub to: [f64; 2],
    /// As many times as wide as it is without a transform, at the beginning and at the end; 0 where it stays as it is.
    pub wide: [f64; 2],
}

/// What decelerates: most things come to rest.
const STANDARD: &str = "cubic-bezier(.2,0,0,1)";

impl Effect {
    /// The keyframes, as JSON.
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

    /// How it goes on in time.
    pub fn easing(&self) -> &'static str {
        match self {
            Self::Turn(..) => "linear",
            Self::Unborn => "cubic-bezier(.4,0,1,1)",
            _ => STANDARD,
        }
    }

    /// Whether it is about something that is no longer there.
    pub fn is_ghostly(&self) -> bool {
        matches!(self, Self::Unborn | Self::Gone)
    }
}

fn frames(transforms: &[&str], opacity: &str) -> String {
    let transforms = transforms.join("\",\"");
    format!(r#"{{"transform":["{transforms}"],"opacity":[{opacity}]}}"#)
}
