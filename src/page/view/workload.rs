//! What Deployments and StatefulSets have in common: how far they are, in numbers and words.

use super::context::Page;
use crate::page::selection;
use crate::page::words::{self, Phrase};
use kubestep::api::kind::Kind;
use kubestep::api::meta::ObjectMeta;
use kubestep::api::object::Key;
use std::fmt::Display;
use yew::prelude::*;

/// Counts of pods: updated, ready, available, and how many are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts {
    /// Of the template that is wanted.
    pub updated: i32,
    /// Ready.
    pub ready: i32,
    /// Ready for long enough.
    pub available: i32,
    /// Wanted.
    pub wanted: i32,
}

/// Kind and name, generation, and what else is to be said in a word.
pub fn title(page: &Page, kind: Kind, meta: &ObjectMeta, observed: i64, flags: &[String]) -> Html {
    let generation = meta.generation;
    let generation = if generation == observed {
        page.fill(&words::GENERATION, &[("generation", &generation)])
    } else {
        let values: &[(&str, &dyn Display)] =
            &[("generation", &generation), ("observed", &observed)];
        page.fill(&words::OBSERVED, values)
    };
    html! {
        <div class="workload-title">
            <h3><span class="kind">{ kind.name() }</span>{ " " }{ name(kind, meta) }</h3>
            <p class="quiet">{ generation }</p>
            { for flags.iter().map(|flag| html! { <span class="flag">{ flag }</span> }) }
            if meta.is_terminating() {
                <span class="flag">{ page.say(&words::DELETING) }</span>
            }
        </div>
    }
}

/// The name of an object; whoever presses it selects the object.
pub fn name(kind: Kind, meta: &ObjectMeta) -> Html {
    let key = Key::new(kind, &meta.namespace, &meta.name);
    html! { <button class="name" data-object={selection::name(&key)}>{ &*meta.name }</button> }
}

/// Updated, ready, available: each of how many, as a bar and in words.
pub fn progress(page: &Page, counts: Counts) -> Html {
    let bars = [
        (&words::UPDATED, "updated", counts.updated),
        (&words::READY, "ready", counts.ready),
        (&words::AVAILABLE, "available", counts.available),
    ];
    html! {
        <dl class="progress">
            { for bars.into_iter().map(|(phrase, slug, count)| bar(page, phrase, slug, count, counts.wanted)) }
        </dl>
    }
}

fn bar(page: &Page, phrase: &Phrase, slug: &'static str, count: i32, wanted: i32) -> Html {
    let values: &[(&str, &dyn Display)] = &[("count", &count), ("wanted", &wanted)];
    // Nothing wanted and nothing there is an empty bar.
    let share = 100 * i64::from(count.min(wanted)) / i64::from(wanted.max(1));
    html! {
        <div class={classes!("bar", format!("bar-{slug}"))} style={format!("--share: {share}%")}>
            <dt>{ page.say(phrase) }</dt>
            <dd>{ page.fill(&words::OF_WANTED, values) }</dd>
        </div>
    }
}
