//! One decision: the branch, the sentence, the formula with its numbers, and where the numbers come from.

use super::context::Page;
use super::glyph::glyph;
use crate::page::words;
use kubestep::controllers::decision::{Decision, Fact};
use yew::prelude::*;

/// The version of Kubernetes whose source decides.
const UPSTREAM: &str = "https://github.com/kubernetes/kubernetes/blob/v1.36.2/";

/// A decision as an item of the list.
pub fn decision(page: &Page, made: &Decision) -> Html {
    let branch = made.branch;
    let substituted = made.substituted();
    let origins: Vec<&Fact> = made
        .facts
        .iter()
        .filter(|fact| fact.origin.is_some())
        .collect();
    html! {
        <li class="decision">
            <p class="stage">{ branch.stage }</p>
            <p class="sentence">{ made.sentence(page.language) }</p>
            if !substituted.is_empty() {
                <div class="formula">
                    <code>{ branch.formula }</code>
                    <code class="numbers">{ numbers(&substituted) }</code>
                </div>
            }
            <p class="source">{ source(page, branch.source) }</p>
            if !origins.is_empty() {
                <details class="origins">
                    <summary>{ page.say(&words::NUMBERS_FROM) }</summary>
                    <dl>{ for origins.into_iter().map(origin) }</dl>
                </details>
            }
        </li>
    }
}

/// The substituted formula, its result set apart.
fn numbers(text: &str) -> Html {
    match text.rsplit_once(" = ") {
        Some((rule, result)) => html! { <>{ rule }{ " = " }<b>{ result }</b></> },
        None => html! { text },
    }
}

fn origin(fact: &Fact) -> Html {
    let Some(origin) = &fact.origin else {
        return Html::default();
    };
    html! {
        <div>
            <dt><code>{ format!("{} = {}", fact.name, fact.value) }</code></dt>
            <dd>{ origin.object.to_string() }{ " " }<code>{ origin.path }</code></dd>
        </div>
    }
}

/// `path/to/file.go function`, as a link to the file.
fn source(page: &Page, source: &str) -> Html {
    let (file, function) = source.split_once(' ').unwrap_or((source, ""));
    let short = file.rsplit('/').next().unwrap_or(file);
    html! {
        <a href={format!("{UPSTREAM}{file}")} target="_blank" rel="noopener noreferrer" title={page.say(&words::UPSTREAM)}>
            { glyph("arrow") }<code>{ format!("{short} {function}") }</code>
        </a>
    }
}
