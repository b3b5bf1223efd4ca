//! What is wrong with the manifests, and what to do about it.

use super::context::Page;
use crate::page::action::Action;
use crate::page::words;
use kubestep::kubectl::manifests::Diagnostic;
use yew::prelude::*;

/// The list of problems; a click on a place goes there.
pub fn diagnostics(page: &Page, problems: &[Diagnostic]) -> Html {
    html! {
        <section class="problems" aria-label={page.say(&words::PROBLEMS)}>
            <p class="problems-lead">{ page.say(&words::NOTHING_APPLIED) }</p>
            <ul>
                { for problems.iter().map(|problem| {
                    let place = format!("{}:{}", problem.line, problem.column);
                    let values: &[(&str, &dyn std::fmt::Display)] =
                        &[("line", &problem.line), ("column", &problem.column)];
                    let go = page.on(Action::Reveal(problem.line, problem.column));
                    html! {
                        <li class="problem">
                            <button class="place" title={page.fill(&words::GO_TO, values)} onclick={go}>{ place }</button>
                            <div>
                                if !problem.path.is_empty() {
                                    <code class="problem-path">{ &problem.path }</code>
                                }
                                <span class="problem-message">{ &problem.message }</span>
                                if !problem.advice.is_empty() {
                                    <span class="problem-advice">{ &problem.advice }</span>
                                }
                            </div>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}
