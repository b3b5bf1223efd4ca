//! What one component remembers of its events about one object: equal events are counted, similar ones
//! combined, floods cut (`staging/src/k8s.io/client-go/tools/record/events_cache.go`, EventCorrelator).

use crate::api::event::{Event, EventType, MicroTime, Series};
use crate::api::time::Time;
use crate::store::Store;
use std::rc::Rc;

/// From this many different messages on, events of one reason are combined.
const SIMILAR_MAX: usize = 10;
/// Milliseconds without a similar event after which combining begins anew.
const SIMILAR_WITHIN: i64 = 600_000;
/// Milliseconds that one event about an object costs once the burst is used up.
const EVENT_COST: i64 = 300_000;
/// Events about one object that may come at once.
const BURST: i64 = 25;
/// Milliseconds without an event after which a series has ended
/// (`staging/src/k8s.io/client-go/tools/events/event_broadcaster.go`, finishTime).
const SERIES_ENDS: i64 = 360_000;
/// Milliseconds from one write of a series that goes on to the next (refreshTime).
const SERIES_REFRESH: i64 = 1_800_000;

/// What one component remembers of its events about one object.
///
/// Both lists are short, and only grow: an event changes one row of each.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Correlator {
    similar: Vec<Rc<Similar>>,
    seen: Vec<Rc<Seen>>,
    allowance: Allowance,
}

/// Events of one type and reason.
#[derive(Debug, Clone, PartialEq)]
struct Similar {
    kind: EventType,
    reason: Rc<str>,
    messages: Rc<[Rc<str>]>,
    last: Time,
}

/// Equal events.
#[derive(Debug, Clone, PartialEq)]
struct Seen {
    kind: EventType,
    reason: Rc<str>,
    /// Part of the object.
    part: Option<Rc<str>>,
    /// A combined event has no message of its own.
    message: Option<Rc<str>>,
    /// The event's name.
    name: Rc<str>,
    first: Time,
    /// When a series was last written, and last seen.
    written: Time,
    last: Time,
    count: i32,
}

/// How many further events may come.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Allowance {
    /// Milliseconds of credit.
    credit: i64,
    since: Time,
}

/// What one event changed of what is remembered.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Noted {
    similar: Option<Row<Similar>>,
    seen: Row<Seen>,
    allowance: (Allowance, Allowance),
}

/// One row of a list, which was not there before if `before` is absent.
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
            None => list.push(self.after.clone()),
        }
    }

    fn revert(&self, list: &mut Vec<Rc<T>>) {
        match &self.before {
            Some(before) => list[self.at] = before.clone(),
            None => list.truncate(self.at),
        }
    }
}

impl Correlator {
    pub(super) fn new(now: Time) -> Self {
        Self {
            similar: Vec::new(),
            seen: Vec::new(),
            allowance: Allowance {
                credit: BURST * EVENT_COST,
                since: now,
            },
        }
    }

    /// Whether nothing is remembered.
    pub(super) fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    /// Takes notice of an event: combines and counts it, and names it as it was named before. Gives what is to
    /// be remembered, and whether the event may be written.
    pub(super) fn note(&self, event: &mut Event, store: &Store) -> (Noted, bool) {
        let now = store.now();
        let (similar, combined) = self.aggregate(event, now);
        if combined {
            event.message = format!("(combined from similar events): {}", event.message).into();
        }
        let seen = self.observe(event, combined, store);
        let (allowance, admitted) = self.allowance.admit(now);
        let noted = Noted {
            similar: Some(similar),
            seen,
            allowance: (self.allowance, allowance),
        };
        (noted, admitted)
    }

    /// Takes notice of an event of the newer form. One is like another if the object has not been written in
    /// between; what is said does not matter. The first is written, the second makes a series of it, and further
    /// ones are written half an hour apart. Gives what is to be remembered, and whether the event is written.
    pub(super) fn continue_series(
        &self,
        event: &mut Event,
        version: u64,
        store: &Store,
    ) -> (Noted, bool) {
        let now = store.now();
        let part: Option<Rc<str>> = Some(version.to_string().into());
        let same = |row: &Rc<Seen>| {
            row.kind == event.kind && row.reason == event.reason && row.part == part
        };
        let at = self.seen.iter().position(same);
        let before = at.map(|at| self.seen[at].clone());
        let goes_on = before
            .as_ref()
            .filter(|known| now.since(known.last) <= SERIES_ENDS);
        let (after, wanted) = match goes_on {
            None => {
                let name = event_name(event, store);
                let seen = Seen {
                    kind: event.kind,
                    reason: event.reason.clone(),
                    part,
                    message: None,
                    name,
                    first: now,
                    written: now,
                    last: now,
                    count: 1,
                };
                (seen, true)
            }
            Some(known) => {
                let count = known.count.saturating_add(1);
                let wanted = count == 2 || now.since(known.written) >= SERIES_REFRESH;
                event.series = Some(Series {
                    count,
                    last_observed_time: MicroTime(now),
                });
                let seen = Seen {
                    count,
                    last: now,
                    written: if wanted { now } else { known.written },
                    ..(**known).clone()
                };
                (seen, wanted)
            }
        };
        event.metadata.name = after.name.clone();
        let (at, after) = (at.unwrap_or(self.seen.len()), Rc::new(after));
        let noted = Noted {
            similar: None,
            seen: Row { at, before, after },
            allowance: (self.allowance, self.allowance),
        };
        (noted, wanted)
    }

    /// The state that a first event found.
    pub(super) fn before(noted: &Noted) -> Self {
        Self {
            allowance: noted.allowance.0,
            ..Self::new(Time(0))
        }
    }

    pub(super) fn replay(&mut self, noted: &Noted) {
        if let Some(similar) = &noted.similar {
            similar.replay(&mut self.similar);
        }
        noted.seen.replay(&mut self.seen);
        self.allowance = noted.allowance.1;
    }

    pub(super) fn revert(&mut self, noted: &Noted) {
        if let Some(similar) = &noted.similar {
            similar.revert(&mut self.similar);
        }
        noted.seen.revert(&mut self.seen);
        self.allowance = noted.allowance.0;
    }

    /// Whether the event is to be combined with similar ones (EventAggregate).
    fn aggregate(&self, event: &Event, now: Time) -> (Row<Similar>, bool) {
        let same = |row: &Rc<Similar>| row.kind == event.kind && row.reason == event.reason;
        let at = self.similar.iter().position(same);
        let before = at.map(|at| self.similar[at].clone());
        let fresh = before
            .as_ref()
            .filter(|row| now.since(row.last) <= SIMILAR_WITHIN);
        let known = fresh.map(|row| &row.messages);
        let is_known = known.is_some_and(|known| known.contains(&event.message));
        let count = known.map_or(0, |known| known.len()) + usize::from(!is_known);
        let combined = count >= SIMILAR_MAX;
        // Upstream drops any one, by chance, where there are too many; here it is always the newest.
        let messages = match known {
            Some(known) if combined || is_known => known.clone(),
            known => known
                .into_iter()
                .flat_map(|known| known.iter())
                .chain([&event.message])
                .cloned()
                .collect(),
        };
        let after = Rc::new(Similar {
            kind: event.kind,
            reason: event.reason.clone(),
            messages,
            last: now,
        });
        let at = at.unwrap_or(self.similar.len());
        (Row { at, before, after }, combined)
    }

    /// Names the event, and counts it if it was there before (eventObserve).
    fn observe(&self, event: &mut Event, combined: bool, store: &Store) -> Row<Seen> {
        let message = (!combined).then_some(&event.message);
        let part = event.involved_object.field_path.as_ref();
        let same = |row: &Rc<Seen>| {
            row.kind == event.kind
                && row.reason == event.reason
                && row.part.as_ref() == part
                && row.message.as_ref() == message
        };
        let at = self.seen.iter().position(same);
        let before = at.map(|at| self.seen[at].clone());
        let seen = match &before {
            Some(known) => Seen {
                count: known.count.saturating_add(1),
                ..(**known).clone()
            },
            None => Seen {
                kind: event.kind,
                reason: event.reason.clone(),
                part: part.cloned(),
                message: message.cloned(),
                name: event_name(event, store),
                first: store.now(),
                written: store.now(),
                last: store.now(),
                count: 1,
            },
        };
        event.metadata.name = seen.name.clone();
        event.count = seen.count;
        event.first_timestamp = Some(seen.first.whole_seconds());
        let (at, after) = (at.unwrap_or(self.seen.len()), Rc::new(seen));
        Row { at, before, after }
    }
}

impl Allowance {
    /// Whether the object has not been reported about too often (EventSourceObjectSpamFilter).
    fn admit(self, now: Time) -> (Self, bool) {
        let credit = self.credit + now.since(self.since).max(0);
        let credit = credit.min(BURST * EVENT_COST);
        let admitted = credit >= EVENT_COST;
        let credit = credit - if admitted { EVENT_COST } else { 0 };
        (Self { credit, since: now }, admitted)
    }
}

/// Name of the object and the time in nanoseconds, in hex (`staging/src/k8s.io/client-go/tools/record/event.go`,
/// makeEvent): of one object, events are in the order in which they came. The clock has milliseconds; the version of the
/// last write tells apart what happens within one.
fn event_name(event: &Event, store: &Store) -> Rc<str> {
    let registers = &store.registers;
    let version = i64::try_from(registers.resource_version).unwrap_or(i64::MAX);
    let nanos = registers.now.unix_nanos().saturating_add(version);
    format!("{}.{nanos:016x}", event.involved_object.name).into()
}
