//! A decision: the branch, the sentence, and the formula with its numbers, linked to where they come from.

use super::context::Page;
use super::glyph::glyph;
use super::name;
use crate::page::action::Action;
use crate::page::names::Names;
use crate::page::source::ManifestField;
use crate::page::words;
use kubestep::actor::decision::{Decision, Fact, Part};
use kubestep::versions::Version;
use std::rc::Rc;
use yew::prelude::*;

/// Where upstream's source is found by tag.
const UPSTREAM: &str = "https://github.com/kubernetes/kubernetes/blob";

/// Maximum number of fields named for a sum; the rest is only counted.
const ORIGINS_MAX: usize = 3;

/// A decision as a list item; `place` is its index, and `stage` its stage.
pub fn decision(
    page: &Page,
    names: &Names<'_>,
    version: Version,
    place: usize,
    stage: &'static str,
    made: &Decision,
    field: Option<&Rc<ManifestField>>,
) -> Html {
    let branch = made.branch;
    let parts = |parts: &[Part<'_>]| self::parts(page, names, parts, field);
    let formula = made.substituted_parts();
    html! {
        <li class="decision" id={format!("decided-{}", place + 1)} tabindex="-1">
            <p class="stage"><span class="order">{ place + 1 }</span>{ stage }</p>
            <p class="sentence">{ parts(&made.sentence_parts(page.language)) }</p>
            if !formula.is_empty() {
                <div class="formula">
                    <code>{ branch.formula }</code>
                    <code class="numbers">{ parts(&formula) }</code>
                </div>
            }
            <p class="source">{ source(page, version, branch.source) }</p>
        </li>
    }
}

/// A sentence or formula with its facts: names link to their objects, numbers to their fields.
fn parts(
    page: &Page,
    names: &Names<'_>,
    parts: &[Part<'_>],
    field: Option<&Rc<ManifestField>>,
) -> Html {
    html! {
        { for parts.iter().map(|part| match part {
            Part::Text(text) => html! { *text },
            Part::Fact(fact) => match names.fact(fact) {
                Some(key) => name::name(page, names, &key, fact.value.to_string()),
                None => self::fact(page, fact, field),
            },
        }) }
    }
}

/// A fact, linked to its origin unless it follows from other facts.
fn fact(page: &Page, fact: &Fact, field: Option<&Rc<ManifestField>>) -> Html {
    let value = fact.value.to_string();
    let Some(first) = fact.origins.first() else {
        return html! { <b>{ value }</b> };
    };
    let shown = fact.origins.iter().take(ORIGINS_MAX);
    let mut places: Vec<String> = shown
        .map(|origin| format!("{} {}", origin.object, origin.path))
        .collect();
    if let Some(more @ 1..) = fact.origins.len().checked_sub(ORIGINS_MAX) {
        places.push(page.fill(&words::MORE, &[("count", &more)]));
    }
    let title = format!("{}: {}", fact.name, places.join(", "));
    let lit = field.is_some_and(|field| fact.origins.iter().any(|origin| field.holds(origin)));
    // Of several fields, the first one is the one in the manifests.
    let light = page.on(Action::Light(Some(first.clone())));
    let dark = page.on(Action::Light(None));
    html! {
        <button
            class={classes!("fact", lit.then_some("lit"))}
            title={title.clone()}
            aria-description={title}
            onmouseenter={light.reform(|_: MouseEvent| ())}
            onmouseleave={dark.reform(|_: MouseEvent| ())}
            onfocus={light.reform(|_: FocusEvent| ())}
            onblur={dark.reform(|_: FocusEvent| ())}
            onclick={page.on(Action::Visit(first.clone()))}
        >{ value }</button>
    }
}

/// `path/to/file.go function` as a link to the file in a version.
pub fn source(page: &Page, version: Version, source: &str) -> Html {
    let (file, function) = source.split_once(' ').unwrap_or((source, ""));
    let href = format!("{UPSTREAM}/{}/{file}", version.release());
    let short = file.rsplit('/').next().unwrap_or(file);
    html! {
        <a {href} target="_blank" rel="noopener noreferrer" title={page.say(&words::UPSTREAM)}>
            { glyph("arrow") }<code>{ format!("{short} {function}") }</code>
        </a>
    }
}
