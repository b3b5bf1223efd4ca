//! What Deployments and StatefulSets share: their progress as numbers and text.

use super::context::Page;
use super::gauges::gauges;
use super::glyph::glyph;
use super::name::link;
use crate::page::action::Action;
use crate::page::bars::Count;
use crate::page::summary::{Summary, WorkloadStanding};
use crate::page::watch::Gauge;
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::api::meta::ObjectMeta;
use kubestep::api::object::Key;
use std::fmt::Display;
use yew::prelude::*;

/// The content of a workload's header.
pub struct Workload<'a> {
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub meta: &'a ObjectMeta,
    /// The generation observed by its controller.
    pub observed: i64,
    /// Its pod counts.
    pub counts: &'a [Count],
    /// The desired number of pods.
    pub wanted: i32,
    /// An additional flag.
    pub flag: Option<String>,
    /// The distribution of its pods over its revisions, as a bar.
    pub weights: Html,
    /// Its conditions.
    pub conditions: Html,
    /// Its state.
    pub summary: Option<&'a Summary>,
    /// Its invariants.
    pub gauges: &'a [Gauge],
    /// Whether several of its lanes have pods.
    pub parted: bool,
    /// Whether the current step wrote it.
    pub changed: bool,
}

/// Builds a [`Workload`] from the view of either kind, whose fields have the same names.
macro_rules! workload_of {
    ($kind:ident, $view:expr) => {
        $crate::page::view::workload::Workload {
            kind: kubestep::api::kind::Kind::$kind,
            meta: &$view.object.metadata,
            observed: $view.object.status.observed_generation,
            counts: &$view.counts,
            wanted: $view.object.spec.replicas,
            flag: None,
            weights: yew::Html::default(),
            conditions: yew::Html::default(),
            summary: $view.summary.as_ref(),
            gauges: &$view.gauges,
            parted: false,
            changed: $view.changed,
        }
    };
}
pub(super) use workload_of;

/// A workload's progress, and its pods below.
///
/// A StatefulSet's pods are in a single row, with the bars below them, so that a tall header does not push the row
/// out of view. Lanes can be long, so their bars are above them.
pub fn workload(page: &Page, workload: Workload, pods: Html) -> Html {
    let bars = gauges(page, workload.counts, workload.wanted, workload.gauges);
    let (above, below) = match workload.kind {
        Kind::StatefulSet => (Html::default(), bars),
        _ => (bars, Html::default()),
    };
    let is_stuck = workload
        .summary
        .is_some_and(|summary| summary.standing == WorkloadStanding::Stuck);
    html! {
        <article
            class={classes!("workload", is_stuck.then_some("is-stuck"), workload.parted.then_some("parted"), workload.changed.then_some("changed"))}
            aria-label={format!("{} {}", workload.kind.name(), workload.meta.name)}
            data-uid={workload.meta.uid.to_string()}
        >
            <header class="workload-head">
                { title(page, &workload) }
                if let Some(summary) = workload.summary {
                    { standing(page, summary) }
                } else {
                    // The line is always present, so that nothing below it moves when a text appears.
                    <div class="standing" />
                }
                { workload.weights }
                { workload.conditions }
                { above }
            </header>
            { pods }
            { below }
        </article>
    }
}

/// Its state: the word, what blocks it, and the commands that would unblock it.
fn standing(page: &Page, summary: &Summary) -> Html {
    let standing = summary.standing;
    html! {
        <div class={classes!("standing", standing.slug())}>
            <p>
                <b>{ glyph(standing.glyph()) }{ page.say(standing.word()) }</b>
                { summary.text(page.language) }
            </p>
            { for summary.ways.iter().filter(|_| !page.mode.is_readonly()).map(|way| html! {
                <button class="button" title={way.line.clone()} onclick={page.on(Action::Run(way.line.as_str().into()))}>
                    if let Some(says) = way.says {
                        { page.say(says) }
                    } else {
                        <code>{ &way.line }</code>
                    }
                </button>
            }) }
        </div>
    }
}

/// Kind and name, generation, and flag.
fn title(page: &Page, workload: &Workload) -> Html {
    let (kind, meta, observed) = (workload.kind, workload.meta, workload.observed);
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
            if let Some(flag) = &workload.flag {
                <span class="flag">{ flag }</span>
            }
            if meta.is_terminating() {
                <span class="flag">{ page.say(&words::DELETING) }</span>
            }
        </div>
    }
}

/// The name of an object as a heading.
pub fn name(kind: Kind, meta: &ObjectMeta) -> Html {
    let key = Key::new(kind, &meta.namespace, &meta.name);
    html! { <span class="name">{ link(&key, meta.name.to_string()) }</span> }
}
