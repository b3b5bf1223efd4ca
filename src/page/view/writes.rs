//! The writes of a step, by object and field.

use super::context::Page;
use super::name;
use crate::page::diff::{self, Difference};
use crate::page::names::Names;
use crate::page::words;
use kubestep::api::object::Object;
use kubestep::engine::Step;
use kubestep::store::Change;
use yew::prelude::*;

/// Maximum number of objects shown; the rest is only counted.
const OBJECTS_MAX: usize = 12;
/// Maximum number of fields shown per object.
const FIELDS_MAX: usize = 6;

/// The writes of a step.
pub fn writes(page: &Page, names: &Names<'_>, step: &Step) -> Html {
    let changes = &step.changes;
    let more = changes.len().saturating_sub(OBJECTS_MAX);
    html! {
        <section class="part">
            <h3>{ page.say(&words::WRITES) }</h3>
            if changes.is_empty() {
                <p class="quiet">{ page.say(&words::WRITES_NONE) }</p>
            } else {
                <ul class="writes">
                    { for changes.iter().take(OBJECTS_MAX).map(|change| write(page, names, change)) }
                    if more > 0 {
                        <li class="quiet">{ page.fill(&words::MORE, &[("count", &more)]) }</li>
                    }
                </ul>
            }
        </section>
    }
}

fn write(page: &Page, names: &Names<'_>, change: &Change) -> Html {
    let (verb, slug) = match (&change.before, &change.after) {
        (None, _) => (&words::CREATED, "created"),
        (_, None) => (&words::REMOVED, "removed"),
        _ => (&words::CHANGED, "modified"),
    };
    html! {
        <li class={classes!("write", slug)}>
            <p><span class="verb">{ page.say(verb) }</span>{ " " }<span class="object">{ name::name(page, names, &change.key, title(change)) }</span></p>
            { about(page, names, change) }
        </li>
    }
}

/// Events are identified by their reason, not by their name.
fn title(change: &Change) -> String {
    let object = change.after.as_ref().or(change.before.as_ref());
    match object.and_then(Object::as_event) {
        Some(event) => format!("Event {}", event.reason),
        None => change.key.to_string(),
    }
}

fn about(page: &Page, names: &Names<'_>, change: &Change) -> Html {
    if let Some(event) = change.after.as_ref().and_then(Object::as_event) {
        return html! { <p class="fields">{ name::text(page, names, &event.message) }</p> };
    }
    let differences = diff::differences(change);
    let more = differences.len().saturating_sub(FIELDS_MAX);
    html! {
        <>
        if !differences.is_empty() {
            <dl class="fields">
                { for differences.iter().take(FIELDS_MAX).map(|difference| field(page, names, difference)) }
            </dl>
        }
        if more > 0 {
            <p class="fields">{ page.fill(&words::MORE, &[("count", &more)]) }</p>
        }
        </>
    }
}

fn field(page: &Page, names: &Names<'_>, difference: &Difference) -> Html {
    let none = page.say(&words::NONE);
    let shown = |value: &Option<String>| match value {
        Some(value) => name::text(page, names, value),
        None => html! { none },
    };
    html! {
        <div>
            <dt><code>{ &difference.path }</code></dt>
            <dd>
                <code class="from">{ shown(&difference.from) }</code>
                { " → " }
                <code class="to">{ shown(&difference.to) }</code>
            </dd>
        </div>
    }
}
