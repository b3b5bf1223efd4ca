//! What is visible of the cluster after each step of a range.

use super::{NoFilm, Range};
use crate::page::cluster::{self, ClusterView, LaneView, LastView, PodView, Pods, Slot};
use crate::page::pods::{PodState, PodWords};
use crate::page::watch::{Gauge, Watch};
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::meta::Uid;
use kubestep::engine::Engine;
use kubestep::texts::Language;

/// Invariants whose values are shown beside a workload.
const GAUGES: [&str; 2] = ["deployment/available", "deployment/surge"];

/// A picture, and the step it shows.
#[derive(Debug, Clone)]
pub struct Shot {
    /// Number of steps done.
    pub number: usize,
    /// Virtual time in milliseconds.
    pub clock: i64,
    /// The actor of the last step.
    pub actor: String,
    /// Its headline.
    pub caption: String,
    /// The visible workloads.
    pub groups: Vec<Group>,
}

/// A workload, or a ReplicaSet without a Deployment.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// The object; `None` for pods without a controller.
    pub uid: Option<Uid>,
    /// Its kind, or another heading.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// Its numbers.
    pub facts: String,
    /// Its sets.
    pub lanes: Vec<Lane>,
}

/// A row of pods with a common owner.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    /// The owner; `None` for pods without a controller.
    pub uid: Option<Uid>,
    /// The index of its revision's letter.
    pub letter: Option<usize>,
    /// Its name, if it differs from the group's.
    pub name: Option<String>,
    /// Its numbers.
    pub facts: String,
    /// Whether it wants pods or has them.
    pub in_use: bool,
    /// The place before which the partition is drawn.
    pub partition: Option<usize>,
    /// The pods.
    pub tiles: Vec<Tile>,
}

/// A pod.
#[derive(Debug, Clone, PartialEq)]
pub struct Tile {
    /// The pod.
    pub uid: Uid,
    /// Its place in the lane.
    pub place: usize,
    /// Its name, without its owner's if that makes it shorter.
    pub name: String,
    /// Its state.
    pub state: PodState,
    /// kubectl's STATUS.
    pub status: String,
    /// Its node.
    pub node: String,
    /// The index of its revision's letter.
    pub letter: Option<usize>,
}

/// The shots of a range: the state before it, then each step that is visible or a user action. A range of one step
/// is a single shot.
pub fn shots(engine: &Engine, range: Range, language: Language) -> Result<Vec<Shot>, NoFilm> {
    let mut engine = engine.clone();
    let mut watch = Watch::default();
    watch.follow(&mut engine);
    engine.jump(0);
    let mut memory = LastView::of(&engine);
    let is_still = range.first == range.last;
    let before = if is_still {
        range.last
    } else {
        range.first - 1
    };
    let oldest = engine.compacted();
    if before < oldest {
        return Err(NoFilm::Dropped(oldest + 1));
    }
    let mut shots: Vec<Shot> = Vec::new();
    for number in before..=range.last {
        engine.jump(number);
        let groups = groups(&cluster::view(&engine, &mut memory, &watch), language)?;
        let step = engine.current();
        let is_users = step.is_some_and(|step| step.is_user());
        let known = shots.last();
        if known.is_none_or(|last| is_users || last.groups != groups) {
            let tells = step.filter(|_| is_still || number >= range.first);
            shots.push(Shot {
                number,
                clock: engine.now().0,
                actor: tells.map_or_else(String::new, |step| step.actor(language)),
                caption: tells.map_or_else(String::new, |step| step.headline(language).to_string()),
                groups,
            });
        }
    }
    Ok(shots)
}

fn groups(view: &ClusterView, language: Language) -> Result<Vec<Group>, NoFilm> {
    let mut groups = Vec::new();
    for deployment in &view.deployments {
        let object = &deployment.object;
        groups.push(Group {
            uid: Some(object.metadata.uid.clone()),
            kind: Kind::Deployment.name(),
            name: object.metadata.name.to_string(),
            facts: numbers(&deployment.gauges, language),
            lanes: {
                let sets = deployment.lanes.iter();
                sets.map(|set| lane(set, language))
                    .collect::<Result<_, _>>()?
            },
        });
    }
    for set in &view.stateful {
        let object = &*set.object;
        let partition = object.partition();
        let first = object.start_ordinal();
        let seats = |slot: &Slot| place(slot.ordinal.unwrap_or_default() - first);
        groups.push(Group {
            uid: Some(object.metadata.uid.clone()),
            kind: Kind::StatefulSet.name(),
            name: object.metadata.name.to_string(),
            facts: match partition {
                0 => String::new(),
                _ => format!("{} {partition}", words::PARTITION_HANDLE.text(language)),
            },
            lanes: vec![Lane {
                uid: Some(object.metadata.uid.clone()),
                letter: None,
                name: None,
                facts: String::new(),
                in_use: true,
                partition: (partition > 0).then(|| place(partition)),
                tiles: tiles(&set.pods, "", |_, slot| seats(slot))?,
            }],
        });
    }
    for set in &view.sets {
        let mut lane = lane(set, language)?;
        // Only the group has a head.
        groups.push(Group {
            uid: lane.uid.clone(),
            kind: Kind::ReplicaSet.name(),
            name: lane.name.take().unwrap_or_default(),
            facts: std::mem::take(&mut lane.facts),
            lanes: vec![lane],
        });
    }
    if !view.loose.is_empty() {
        groups.push(Group {
            uid: None,
            kind: words::LOOSE_PODS.text(language),
            name: String::new(),
            facts: String::new(),
            lanes: vec![Lane {
                uid: None,
                letter: None,
                name: None,
                facts: String::new(),
                in_use: true,
                partition: None,
                tiles: view
                    .loose
                    .iter()
                    .enumerate()
                    .filter_map(|(place, slot)| tile(slot, "", place))
                    .collect(),
            }],
        });
    }
    Ok(groups)
}

/// A non-negative number as a place.
fn place(number: i32) -> usize {
    usize::try_from(number).unwrap_or_default()
}

fn numbers(gauges: &[Gauge], language: Language) -> String {
    let shown = GAUGES
        .iter()
        .filter_map(|id| gauges.iter().find(|gauge| gauge.now.invariant.id == *id));
    let texts = shown.map(|gauge| {
        let name = if gauge.is_least() {
            &words::AVAILABLE
        } else {
            &words::GAUGE_SURGE
        };
        format!("{} {}", name.text(language), gauge.reading())
    });
    texts.collect::<Vec<_>>().join(" · ")
}

fn lane(view: &LaneView, language: Language) -> Result<Lane, NoFilm> {
    let set = &*view.set;
    let name = set.metadata.name.to_string();
    // Omits the numbers of the status, which follow the visible ones a step later.
    let mut facts = Vec::new();
    if let Some(revision) = view.revision() {
        facts.push(words::REVISION.with(language, &[("revision", &revision)]));
    }
    facts.push(words::SET_WANTS.with(language, &[("wanted", &set.spec.replicas)]));
    Ok(Lane {
        uid: Some(set.metadata.uid.clone()),
        letter: view.letter,
        facts: facts.join(" · "),
        in_use: view.has_pods() || set.spec.replicas > 0,
        partition: None,
        tiles: tiles(&view.pods, &name, |place, _| place)?,
        name: Some(name),
    })
}

/// The tiles of pods; refuses pods that the page shows only as counts.
fn tiles(
    pods: &Pods,
    owner: &str,
    place: impl Fn(usize, &Slot) -> usize,
) -> Result<Vec<Tile>, NoFilm> {
    match pods {
        Pods::Tiles(slots) => {
            let slots = slots.iter().enumerate();
            let tiles = slots.filter_map(|(number, slot)| tile(slot, owner, place(number, slot)));
            Ok(tiles.collect())
        }
        Pods::Counts {
            ready,
            starting,
            failing,
            terminating,
        } => {
            let pods = ready + starting + failing + terminating;
            Err(NoFilm::Places(self::place(pods)))
        }
    }
}

fn tile(slot: &Slot, owner: &str, place: usize) -> Option<Tile> {
    let PodView {
        pod, state, letter, ..
    } = slot.pod.as_ref()?;
    let name = &*pod.metadata.name;
    let short = name
        .strip_prefix(owner)
        .and_then(|rest| rest.strip_prefix('-'));
    Some(Tile {
        uid: pod.metadata.uid.clone(),
        place,
        name: short
            .filter(|_| !owner.is_empty())
            .unwrap_or(name)
            .to_owned(),
        state: *state,
        status: PodWords::of(pod).status,
        node: pod.node_name.as_deref().unwrap_or_default().to_owned(),
        letter: *letter,
    })
}
