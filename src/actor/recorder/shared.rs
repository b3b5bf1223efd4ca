//! Shared strings of events: a rollout repeats a dozen messages thousands of times.

use super::Reporter;
use crate::api::event::EventType;
use crate::api::event_entry::EventSort;
use std::fmt;
use std::rc::Rc;

/// The distinct sorts of events, sorted, each with its latest message. The contents affect memory use only.
#[derive(Clone, Default)]
pub(super) struct EventSorts(Vec<(Rc<EventSort>, Rc<str>)>);

impl PartialEq for EventSorts {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for EventSorts {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl EventSorts {
    /// The shared sort and message of an event.
    pub(super) fn of(
        &mut self,
        reporter: Reporter<'_>,
        kind: EventType,
        reason: &str,
        message: &str,
    ) -> (Rc<EventSort>, Rc<str>) {
        let Reporter {
            component,
            host,
            field,
            action,
        } = reporter;
        let order = |(sort, _): &(Rc<EventSort>, Rc<str>)| {
            let by_reason = (*sort.reason).cmp(reason);
            by_reason
                .then_with(|| sort.host.as_deref().cmp(&host))
                .then_with(|| sort.field_path.as_deref().cmp(&field))
                .then_with(|| (*sort.component).cmp(component))
                .then_with(|| sort.kind.cmp(&kind))
                .then_with(|| sort.action.as_deref().cmp(&action))
        };
        let place = match self.0.binary_search_by(order) {
            Ok(place) => place,
            Err(place) => {
                let sort = EventSort::new([component, reason], [host, field, action], kind);
                self.0.insert(place, (Rc::new(sort), message.into()));
                place
            }
        };
        let (sort, last) = &mut self.0[place];
        if **last != *message {
            *last = message.into();
        }
        (sort.clone(), last.clone())
    }
}
