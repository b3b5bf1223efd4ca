//! Carries out the animations planned by [`crate::page::motion`]: measures positions before and after rendering,
//! and animates between them with the Web Animations API (FLIP).

use crate::page::browser;
use crate::page::motion::effect::{Effect, Path};
use crate::page::motion::moment::Moment;
use crate::page::motion::plan::{Goal, MotionPlan, MotionTarget, Move, Side};
use crate::page::state::State;
use gloo_events::{EventListener, EventListenerOptions, EventListenerPhase};
use js_sys::JSON;
use std::cell::RefCell;
use std::fmt::Display;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{DomRect, Element};

#[wasm_bindgen]
extern "C" {
    /// web-sys does not expose this as stable yet.
    #[wasm_bindgen(extends = Element)]
    type Animated;
    #[wasm_bindgen(method)]
    fn animate(this: &Animated, keyframes: &JsValue, options: &JsValue) -> Animation;
    type Animation;
    #[wasm_bindgen(method)]
    fn cancel(this: &Animation);
    #[wasm_bindgen(method, setter)]
    fn set_onfinish(this: &Animation, then: &js_sys::Function);
}

/// User input that ends all animations.
const INPUT: [&str; 3] = ["keydown", "pointerdown", "wheel"];
/// Shorter movements, in pixels, are invisible.
const SEEN: f64 = 0.5;
/// Elements that stay whatever happens in a cluster.
const STAYS: &str = ".pane-body, .future, fieldset";
/// The attribute by which elements are found.
const UID: &str = "data-uid";
/// With more elements than this disappearing together, they are not checked individually for having moved
/// elsewhere.
const PARTS_MAX: u32 = 100;

/// The animations of the page.
pub struct MotionStage {
    /// Animations to be started after rendering.
    next: Option<(Moment, MotionPlan, Vec<Option<Was>>)>,
    playing: Rc<RefCell<Playing>>,
    _inputs: Vec<EventListener>,
}

/// A previous position.
struct Was {
    element: Element,
    place: DomRect,
    parent: Option<Element>,
    /// The containers, from the inside out, that may have disappeared too.
    around: Vec<Was>,
}

/// The running animations.
#[derive(Default)]
struct Playing {
    animations: Vec<Animation>,
    /// Elements that exist only for an animation.
    extras: Rc<RefCell<Vec<Element>>>,
    /// Removes them after the last animation.
    done: Option<Closure<dyn FnMut()>>,
}

impl Playing {
    /// Ends all animations immediately.
    fn end(&mut self) {
        for animation in self.animations.drain(..) {
            animation.cancel();
        }
        for extra in self.extras.borrow_mut().drain(..) {
            extra.remove();
        }
    }
}

impl MotionStage {
    /// A stage without animations.
    pub fn new() -> Self {
        let playing = Rc::new(RefCell::new(Playing::default()));
        let inputs = browser::document().map_or_else(Vec::new, |document| {
            let listen = |name: &'static str| {
                let playing = playing.clone();
                let options = EventListenerOptions {
                    phase: EventListenerPhase::Capture,
                    passive: true,
                };
                EventListener::new_with_options(&document, name, options, move |_| {
                    playing.borrow_mut().end();
                })
            };
            INPUT.into_iter().map(listen).collect()
        });
        Self {
            next: None,
            playing,
            _inputs: inputs,
        }
    }

    /// Prepares for the next rendering.
    pub fn prepare(&mut self, before: Moment, state: &State) {
        if before.is_now(state) {
            return;
        }
        // Changes that were not rendered in between are a single animation.
        let before = self.next.take().map_or(before, |(before, ..)| before);
        if browser::wants_less_motion() {
            return;
        }
        let plan = before.plan(state);
        self.playing.borrow_mut().end();
        let places = plan.moves.iter().map(was).collect();
        self.next = Some((before, plan, places));
    }

    /// Starts the animations after rendering.
    pub fn play(&mut self) {
        let Some((_, plan, places)) = self.next.take() else {
            return;
        };
        // Measuring positions forces layout.
        if plan.moves.is_empty() {
            return;
        }
        let mut playing = self.playing.borrow_mut();
        let extras = playing.extras.clone();
        let mut scene = Scene {
            sight: sight(),
            shifts: Vec::new(),
        };
        let mut parts: Vec<Option<Part>> = Vec::new();
        for (one, was) in plan.moves.iter().zip(places) {
            parts.push(match one.effect.is_ghostly() {
                true => was.and_then(|was| was.ghost(one.side)).map(|was| Part {
                    ghost: Some(was.element.clone()),
                    was: Some(was),
                }),
                false => Some(Part { ghost: None, was }),
            });
        }
        let ghosts = parts.iter().flatten().filter_map(|part| part.ghost.clone());
        extras.borrow_mut().extend(ghosts);
        let mut parts = parts.iter();
        let mut found: Vec<(Option<Element>, Path)> = Vec::new();
        let shown = plan.shown(|one| {
            let part = parts.next().and_then(Option::as_ref);
            let part =
                part.and_then(|part| scene.part(one, part.was.as_ref(), part.ghost.as_ref()));
            let is_shown = part.is_some();
            found.extend(part);
            is_shown
        });
        for (one, (element, path)) in shown.into_iter().zip(found) {
            let element = element.or_else(|| dot(&mut extras.borrow_mut()));
            if let Some(animation) = element.and_then(|element| animate(&element, one, path)) {
                playing.animations.push(animation);
            }
        }
        playing.tidy();
    }
}

/// What an animation starts with.
struct Part {
    /// The previous position.
    was: Option<Was>,
    /// A copy of an element that has disappeared.
    ghost: Option<Element>,
}

impl Playing {
    /// Removes the extra elements after the last animation.
    fn tidy(&mut self) {
        let extras = self.extras.clone();
        let mut left = self.animations.len();
        let done = Closure::new(move || {
            left = left.saturating_sub(1);
            if left == 0 {
                for extra in extras.borrow_mut().drain(..) {
                    extra.remove();
                }
            }
        });
        for animation in &self.animations {
            animation.set_onfinish(done.as_ref().unchecked_ref());
        }
        self.done = Some(done);
    }
}

/// Current positions, each measured once.
struct Scene {
    /// The visible part of the cluster in the window.
    sight: Option<DomRect>,
    /// Elements that move together with their content.
    shifts: Vec<(Element, [f64; 2])>,
}

impl Scene {
    /// The element of an animation and its path, if it is visible; a dot has no element yet.
    fn part(
        &mut self,
        one: &Move,
        was: Option<&Was>,
        ghost: Option<&Element>,
    ) -> Option<(Option<Element>, Path)> {
        if let MotionTarget::Dot(fly) = &one.target {
            let from = match was {
                Some(was) => center(&was.place),
                None => center(&goal(one.side, &fly.from)?),
            };
            let path = Path {
                from,
                to: center(&goal(one.side, &fly.to)?),
                ..Path::default()
            };
            return Some((None, path));
        }
        let element = match ghost {
            Some(ghost) => ghost.clone(),
            None => find(one.side, &one.target)?,
        };
        let place = element.get_bounding_client_rect();
        let mut path = Path::default();
        match one.effect {
            Effect::Born => path.from = self.way_from_letter(one, &place),
            Effect::Unborn | Effect::Gone => {
                path.from = offset(&was?.place, &place);
                path.to = match one.effect {
                    Effect::Unborn => self.way_from_letter(one, &place),
                    _ => path.from,
                };
            }
            Effect::Stretch => {
                let whole = element.parent_element()?.get_bounding_client_rect().width();
                let widths = [was?.place.width(), place.width()];
                path.wide = widths.map(|width| width / whole.max(1.0));
            }
            Effect::Shift => {
                path = self.shift(&one.target, &element, was.map(|was| &was.place), &place)?;
            }
            _ => {}
        }
        let place = match ghost {
            Some(_) => &was?.place,
            None => &place,
        };
        let seen = self.sees(&element, place);
        seen.then_some((Some(element), path))
    }

    /// The path from a ReplicaSet's letter to a tile; from slightly above if there is no letter.
    fn way_from_letter(&self, one: &Move, place: &DomRect) -> [f64; 2] {
        let lane = one.lane.as_ref();
        let letter = lane.and_then(|lane| of(one.side, ".lane", lane, " > .lane-head > .letter"));
        letter.map_or([0.0, -8.0], |letter| {
            offset(&letter.get_bounding_client_rect(), place)
        })
    }

    fn shift(
        &mut self,
        target: &MotionTarget,
        element: &Element,
        was: Option<&DomRect>,
        place: &DomRect,
    ) -> Option<Path> {
        if let MotionTarget::Weight(_) = target {
            // A new part comes from the right.
            let (left, width) = was.map_or((place.right(), 0.0), |was| (was.left(), was.width()));
            let wide = (width / place.width().max(1.0)).max(0.001);
            let from = [left - place.left(), 0.0];
            let moves = from[0].abs() > SEEN || (width - place.width()).abs() > SEEN;
            return (moves && place.width() > SEEN).then_some(Path {
                from,
                wide: [wide, 1.0],
                ..Path::default()
            });
        }
        let mut from = offset(was?, place);
        let around = self
            .shifts
            .iter()
            .find(|(around, _)| around.contains(Some(element)));
        let [x, y] = around.map_or([0.0, 0.0], |(_, shift)| *shift);
        self.shifts.push((element.clone(), from));
        from = [from[0] - x, from[1] - y];
        (from[0].abs() > SEEN || from[1].abs() > SEEN).then_some(Path {
            from,
            ..Path::default()
        })
    }

    /// Whether an element is laid out, and visible if it is part of the cluster.
    fn sees(&self, element: &Element, place: &DomRect) -> bool {
        // An element without layout has no size.
        let is_there = place.width() > 0.0 || place.height() > 0.0;
        let in_cluster = matches!(element.closest(".cluster"), Ok(Some(_)));
        let sight = self.sight.as_ref().filter(|_| in_cluster);
        is_there
            && sight
                .is_none_or(|sight| place.bottom() > sight.top() && place.top() < sight.bottom())
    }
}

/// The visible part of the cluster in the window.
fn sight() -> Option<DomRect> {
    Some(element(".cluster .pane-body")?.get_bounding_client_rect())
}

/// The current position of an element that will move or disappear.
fn was(one: &Move) -> Option<Was> {
    let element = match &one.target {
        MotionTarget::Dot(fly) => match fly.from {
            Goal::Row(_) => find_goal(one.side, &fly.from)?,
            Goal::Object(_) => return None,
        },
        target
            if matches!(one.effect, Effect::Shift | Effect::Stretch) || one.effect.is_ghostly() =>
        {
            find(one.side, target)?
        }
        _ => return None,
    };
    let mut around = Vec::new();
    let mut parent = element.parent_element().filter(|_| one.effect.is_ghostly());
    while let Some(outer) = parent.filter(|outer| !outer.matches(STAYS).unwrap_or(true)) {
        parent = outer.parent_element();
        around.push(Was::of(outer));
    }
    Some(Was {
        around,
        ..Was::of(element)
    })
}

fn element(selector: &str) -> Option<Element> {
    browser::document()?.query_selector(selector).ok()?
}

/// An element of a cluster.
fn within(side: Side, selector: &str) -> Option<Element> {
    let cluster = match side {
        Side::Only => ".cluster",
        Side::Here => ".cluster .future:not(.there)",
        Side::There => ".cluster .future.there",
    };
    element(&format!("{cluster} {selector}"))
}

/// An element of a cluster with a uid, or a part of it.
fn of(side: Side, what: &str, uid: &dyn Display, part: &str) -> Option<Element> {
    within(side, &format!("{what}[{UID}='{uid}']{part}"))
}

/// The element of an animation.
fn find(side: Side, target: &MotionTarget) -> Option<Element> {
    let (what, uid, part) = match target {
        MotionTarget::Pod(uid) => (".pod", uid, ""),
        // Elements that are leaving this place come after all others.
        MotionTarget::Slot(uid, place) => {
            let part = format!(" > .pods > .slot:nth-child({})", place + 1);
            return of(side, ".lane", uid, &part);
        }
        MotionTarget::Glyph(uid) => (".pod", uid, " > .glyph"),
        MotionTarget::Half(uid, 0) => (".pod", uid, " .half-0"),
        MotionTarget::Half(uid, _) => (".pod", uid, " .half-1"),
        MotionTarget::Node(uid) => (".pod", uid, " > .pod-node"),
        MotionTarget::Hatch(uid) => (".pod", uid, " > .hatch"),
        MotionTarget::Lane(uid) => (":is(.lane, .workload)", uid, ""),
        MotionTarget::Wanted(uid) => (".lane", uid, " .wanted"),
        MotionTarget::Bar(uid, slug) => {
            return of(side, ".workload", uid, &format!(" .bar-{slug} .fill"));
        }
        MotionTarget::Weight(uid) => return within(side, &format!(".weight[data-lane='{uid}']")),
        MotionTarget::Row(number) => return element(&format!(".queues [data-number='{number}']")),
        MotionTarget::Clock => return element(".transport .now"),
        MotionTarget::Box(place) => {
            let boxes = browser::document()?.query_selector_all(".why .chart .node.lit");
            let place = u32::try_from(*place).ok()?;
            return boxes.ok()?.item(place)?.dyn_into().ok();
        }
        MotionTarget::Dot(_) => return None,
    };
    of(side, what, uid, part)
}

fn find_goal(side: Side, goal: &Goal) -> Option<Element> {
    match goal {
        Goal::Row(number) => find(side, &MotionTarget::Row(*number)),
        Goal::Object(uid) => of(side, "", uid, ""),
    }
}

fn goal(side: Side, goal: &Goal) -> Option<DomRect> {
    let place = find_goal(side, goal)?.get_bounding_client_rect();
    (place.width() > 0.0).then_some(place)
}

impl Was {
    fn of(element: Element) -> Self {
        Self {
            place: element.get_bounding_client_rect(),
            parent: element.parent_element(),
            around: Vec::new(),
            element,
        }
    }

    /// Inserts a copy of a disappeared element at its previous position, including its disappeared containers.
    fn ghost(mut self, side: Side) -> Option<Self> {
        let around = std::mem::take(&mut self.around);
        let gone = std::iter::once(self).chain(around);
        let ghost = gone.filter(|was| !was.element.is_connected()).last()?;
        let parent = ghost
            .parent
            .as_ref()
            .filter(|parent| parent.is_connected())?;
        let element = &ghost.element;
        forget_uids(element, side);
        let class = format!("{} ghost", element.class_name());
        let size = (ghost.place.width(), ghost.place.height());
        let style = format!("width:{}px;height:{}px", size.0, size.1);
        let attributes = [
            ("class", &*class),
            ("style", &*style),
            ("aria-hidden", "true"),
            ("inert", ""),
        ];
        for (name, value) in attributes {
            element.set_attribute(name, value).ok()?;
        }
        parent.append_child(element).ok()?;
        Some(ghost)
    }
}

/// Hides the uids of a copy, and its parts that have only moved, so that they are not found or seen twice.
fn forget_uids(ghost: &Element, side: Side) {
    let forget = |part: &Element| {
        let uid = part.get_attribute(UID);
        // The page does not depend on it.
        let _ = part.remove_attribute(UID);
        uid
    };
    forget(ghost);
    let Ok(parts) = ghost.query_selector_all(&format!("[{UID}]")) else {
        return;
    };
    for place in 0..parts.length().min(PARTS_MAX) {
        let part = parts
            .item(place)
            .and_then(|part| part.dyn_into::<Element>().ok());
        if let Some(part) = part
            && let Some(uid) = forget(&part)
            && of(side, "", &uid, "").is_some()
        {
            let _ = part.set_attribute("style", "visibility:hidden");
        }
    }
}

/// A travelling dot, at the origin of the window.
fn dot(extras: &mut Vec<Element>) -> Option<Element> {
    let document = browser::document()?;
    let dot = document.create_element("i").ok()?;
    dot.set_class_name("travels");
    dot.set_attribute("aria-hidden", "true").ok()?;
    document.body()?.append_child(&dot).ok()?;
    extras.push(dot.clone());
    Some(dot)
}

fn animate(element: &Element, one: &Move, path: Path) -> Option<Animation> {
    let keyframes = JSON::parse(&one.effect.keyframes(path)).ok()?;
    // Elements that exist only for the animation keep its final state until they are removed.
    let fill = match one.effect {
        Effect::Fly => "both",
        // While playing by the clock, the next step continues from the final state.
        Effect::Turn(..) => "both",
        effect if effect.is_ghostly() => "both",
        _ => "backwards",
    };
    let options = format!(
        r#"{{"duration":{},"delay":{},"easing":"{}","fill":"{fill}"}}"#,
        one.millis,
        one.delay,
        one.effect.easing(),
    );
    let options = JSON::parse(&options).ok()?;
    let element: &Animated = element.unchecked_ref();
    Some(element.animate(&keyframes, &options))
}

fn center(place: &DomRect) -> [f64; 2] {
    [
        place.left() + place.width() / 2.0,
        place.top() + place.height() / 2.0,
    ]
}

/// The offset from one rectangle to another.
fn offset(one: &DomRect, other: &DomRect) -> [f64; 2] {
    [one.left() - other.left(), one.top() - other.top()]
}
