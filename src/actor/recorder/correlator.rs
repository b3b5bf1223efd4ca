//! What one component remembers of its events about one object: equal events are counted, similar ones aggregated,
//! and floods are cut off (`staging/src/k8s.io/client-go/tools/record/events_cache.go`, EventCorrelator).

use crate::api::event::{EventType, ObjectReference};
use crate::api::event_entry::EventEntry;
use crate::api::rendered::Rendered;
use crate::api::time::Time;
use crate::store::Store;
use std::rc::Rc;

/// Number of different messages from which events of one reason are aggregated.
const SIMILAR_MAX: usize = 10;
/// Milliseconds without a similar event after which aggregation starts over.
const SIMILAR_WITHIN: i64 = 600_000;
/// Milliseconds of credit that one event costs once the burst is used up.
const EVENT_COST: i64 = 300_000;
/// Number of events about one object allowed in a burst.
const BURST: i64 = 25;
/// Milliseconds without an event after which a series ends
/// (`staging/src/k8s.io/client-go/tools/events/event_broadcaster.go`, finishTime).
const SERIES_ENDS: i64 = 360_000;
/// Milliseconds between writes of an ongoing series (refreshTime).
const SERIES_REFRESH: i64 = 1_800_000;

/// What all components remember of their events about one object.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Correlators {
    about: Rc<ObjectReference>,
    /// By component; a linear list, since there are few.
    all: Vec<(Rc<str>, Correlator)>,
}

/// What one component remembers of its events about one object.
///
/// Both lists are short and only grow; an event changes one row of each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Correlator {
    /// Distinct events, each as last seen.
    seen: Vec<Rc<EventEntry>>,
    /// Events aggregated by type and reason; present only if they span more than one row of `seen`.
    similar: Vec<Rc<Similar>>,
    allowance: Allowance,
}

/// Events of one type and reason.
#[derive(Debug, Clone, PartialEq)]
struct Similar {
    kind: EventType,
    reason: Rc<str>,
    messages: Vec<Rc<str>>,
    last: Time,
}

/// Rate limit: how many further events may be written.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Allowance {
    /// Milliseconds of credit.
    credit: i64,
    since: Time,
}

/// The change that one event made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Noted {
    seen: Row<EventEntry>,
    similar: Option<Box<Row<Similar>>>,
    /// The rate limit before the event.
    allowance: Allowance,
}

/// The previous content of a row; absent if the row is new.
#[derive(Debug, Clone, PartialEq)]
struct Row<T> {
    at: usize,
    before: Option<Rc<T>>,
    after: Rc<T>,
}

impl<T> Row<T> {
    fn replay(&self, list: &mut Vec<Rc<T>>) {
        match list.get_mut(self.at) {
            Some(row) => *row = self.after.clone(),
            None => {
                list.reserve_exact(1);
                list.push(self.after.clone());
            }
        }
    }

    fn revert(&self, list: &mut Vec<Rc<T>>) {
        match &self.before {
            Some(before) => list[self.at] = before.clone(),
            None => list.truncate(self.at),
        }
    }
}

impl Noted {
    /// The event.
    pub(super) fn event(&self) -> &EventEntry {
        &self.seen.after
    }
}

impl Correlators {
    pub(super) fn new(about: Rc<ObjectReference>) -> Self {
        Self {
            about,
            all: Vec::new(),
        }
    }

    /// The object that the event is about.
    pub(super) fn about(&self) -> &Rc<ObjectReference> {
        &self.about
    }

    /// The correlator of a component.
    pub(super) fn of(&self, component: &str) -> Option<&Correlator> {
        let found = self.all.iter().find(|(known, _)| **known == *component);
        found.map(|(_, correlator)| correlator)
    }

    /// Whether there is no correlator.
    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn replay(&mut self, noted: &Noted) {
        let component = &noted.event().sort.component;
        let found = self.all.iter().position(|(known, _)| known == component);
        let place = found.unwrap_or_else(|| {
            self.all.reserve_exact(1);
            let correlator = Correlator {
                seen: Vec::new(),
                similar: Vec::new(),
                allowance: noted.allowance,
            };
            self.all.push((component.clone(), correlator));
            self.all.len() - 1
        });
        self.all[place].1.replay(noted);
    }

    pub(super) fn revert(&mut self, noted: &Noted) {
        let component = &noted.event().sort.component;
        let found = self.all.iter().position(|(known, _)| known == component);
        if let Some(place) = found {
            self.all[place].1.revert(noted);
            if self.all[place].1.seen.is_empty() {
                self.all.remove(place);
            }
        }
    }
}

impl Correlator {
    pub(super) fn new(now: Time) -> Self {
        Self {
            seen: Vec::new(),
            similar: Vec::new(),
            allowance: Allowance {
                credit: BURST * EVENT_COST,
                since: now,
            },
        }
    }

    /// Processes an event: aggregates and counts it, reuses its earlier name, and writes it unless the rate limit
    /// is exceeded. Returns the change to be remembered.
    pub(super) fn note(&self, event: EventEntry, store: &mut Store) -> Noted {
        let is_newer = event.sort.action.is_some();
        let (at, event, similar, wanted) = match is_newer {
            true => self.continue_series(event, store),
            false => self.count(event, store),
        };
        Noted {
            seen: Row {
                at,
                before: self.seen.get(at).cloned(),
                after: match wanted {
                    true => store.record(event),
                    false => Rc::new(event),
                },
            },
            similar,
            allowance: self.allowance,
        }
    }

    /// Aggregates, names and counts an event, and decides whether it is written (EventCorrelate).
    fn count(
        &self,
        mut event: EventEntry,
        store: &Store,
    ) -> (usize, EventEntry, Option<Box<Row<Similar>>>, bool) {
        let at = self.place_of(&event, false);
        let similar = self.aggregate(&event, at);
        let (row, combined) = similar.unzip();
        let at = match combined {
            Some(true) => {
                event.message = format!("(combined from similar events): {}", event.message).into();
                event.combined = true;
                self.place_of(&event, true)
            }
            _ => at,
        };
        match at.map(|at| &self.seen[at]) {
            Some(known) => {
                event.count = known.count.saturating_add(1);
                event.name = known.name.clone();
                event.first = known.first;
            }
            None => event.name = event_name(&event, store),
        }
        let (_, admitted) = self.allowance.admit(event.last);
        (
            at.unwrap_or(self.seen.len()),
            event,
            row.map(Box::new),
            admitted,
        )
    }

    /// Processes an event of the `events.k8s.io` form. Two events are the same if the object was not written in
    /// between, whatever their notes say. The first one is written, the second one turns it into a series, and
    /// further ones are written half an hour apart.
    fn continue_series(
        &self,
        mut event: EventEntry,
        store: &Store,
    ) -> (usize, EventEntry, Option<Box<Row<Similar>>>, bool) {
        let now = event.last;
        let same = |row: &Rc<EventEntry>| {
            is_of(row, event.sort.kind, &event.sort.reason)
                && row.about_version == event.about_version
        };
        let at = self.seen.iter().position(same);
        let known = at.map(|at| &self.seen[at]);
        let wanted = match known.filter(|known| now.since(known.last) <= SERIES_ENDS) {
            None => {
                event.name = event_name(&event, store);
                true
            }
            Some(known) => {
                let count = known.count.saturating_add(1);
                let wanted = count == 2 || now.since(known.written) >= SERIES_REFRESH;
                event = EventEntry {
                    count,
                    last: now,
                    written: if wanted { now } else { known.written },
                    served: Rendered::default(),
                    ..(**known).clone()
                };
                wanted
            }
        };
        (at.unwrap_or(self.seen.len()), event, None, wanted)
    }

    fn replay(&mut self, noted: &Noted) {
        if let Some(similar) = &noted.similar {
            similar.replay(&mut self.similar);
        }
        noted.seen.replay(&mut self.seen);
        self.allowance = match noted.event().sort.action {
            Some(_) => noted.allowance,
            None => noted.allowance.admit(noted.event().last).0,
        };
    }

    fn revert(&mut self, noted: &Noted) {
        if let Some(similar) = &noted.similar {
            similar.revert(&mut self.similar);
        }
        noted.seen.revert(&mut self.seen);
        self.allowance = noted.allowance;
    }

    /// The row of an event seen before. Aggregated events match whatever their message.
    fn place_of(&self, event: &EventEntry, combined: bool) -> Option<usize> {
        self.seen.iter().position(|row| {
            row.sort == event.sort
                && row.combined == combined
                && (combined || row.message == event.message)
        })
    }

    /// Whether an event is to be aggregated with similar ones (EventAggregate), and the row that records this. The
    /// only event of its type and reason has no such row, since its row in `seen` says the same.
    fn aggregate(&self, event: &EventEntry, at: Option<usize>) -> Option<(Row<Similar>, bool)> {
        let (kind, reason) = (event.sort.kind, &event.sort.reason);
        let same = |row: &Rc<Similar>| row.kind == kind && row.reason == *reason;
        let place = self.similar.iter().position(same);
        let before = place.map(|place| self.similar[place].clone());
        let (mut messages, last) = match &before {
            Some(row) => (row.messages.clone(), row.last),
            None => {
                let only = self.seen.iter().position(|row| is_of(row, kind, reason))?;
                if at == Some(only) {
                    return None;
                }
                let only = &self.seen[only];
                (vec![only.message.clone()], only.last)
            }
        };
        let now = event.last;
        if now.since(last) > SIMILAR_WITHIN {
            messages.clear();
        }
        let is_known = messages.contains(&event.message);
        let combined = messages.len() + usize::from(!is_known) >= SIMILAR_MAX;
        if !is_known {
            messages.push(event.message.clone());
        }
        // Upstream drops a random one (`localKeys.PopAny`); here it is always the oldest.
        if combined {
            messages.remove(0);
        }
        let after = Rc::new(Similar {
            kind,
            reason: reason.clone(),
            messages,
            last: now,
        });
        let at = place.unwrap_or(self.similar.len());
        Some((Row { at, before, after }, combined))
    }
}

fn is_of(row: &EventEntry, kind: EventType, reason: &Rc<str>) -> bool {
    row.sort.kind == kind && row.sort.reason == *reason
}

impl Allowance {
    /// Checks the rate limit of events about the object (EventSourceObjectSpamFilter).
    fn admit(self, now: Time) -> (Self, bool) {
        let credit = self.credit + now.since(self.since).max(0);
        let credit = credit.min(BURST * EVENT_COST);
        let admitted = credit >= EVENT_COST;
        let credit = credit - if admitted { EVENT_COST } else { 0 };
        (Self { credit, since: now }, admitted)
    }
}

/// The object's name and the time in nanoseconds, in hex (`staging/src/k8s.io/client-go/tools/record/event.go`,
/// makeEvent), so that an object's events sort by time. The virtual clock has milliseconds; the resource version of
/// the last write distinguishes events within one millisecond.
fn event_name(event: &EventEntry, store: &Store) -> Rc<str> {
    let registers = &store.registers;
    let version = i64::try_from(registers.resource_version).unwrap_or(i64::MAX);
    let nanos = registers.now.unix_nanos().saturating_add(version);
    let mut name = String::with_capacity(event.about.name.len() + 17);
    name.push_str(&event.about.name);
    name.push('.');
    for digit in (0..16).rev() {
        let digit = nanos >> (4 * digit) & 15;
        name.push(char::from(b"0123456789abcdef"[digit as usize]));
    }
    name.into()
}
