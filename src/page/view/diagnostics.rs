//! What is wrong with the manifests, and what to do about it.

use super::context::Page;
use crate::page::action::Action;
use crate::page::{browser, words};
use kubestep::manifests::{Diagnostic, Mended};
use yew::prelude::*;

/// The list of problems; a click on a place goes there. What can be mended is mended by a button.
pub fn diagnostics(page: &Page, problems: &[Diagnostic], mended: Option<&Mended>) -> Html {
    let mend = page.on(Action::Mend).reform(|event| {
        // The button goes with what it mends.
        browser::focus("#apply");
        event
    });
    // Advice that holds for several problems is said with the last of them.
    let comes = |at: usize| {
        problems
            .get(at + 1)
            .is_some_and(|next| next.advice == problems[at].advice)
    };
    html! {
        <section class="problems" aria-label={page.say(&words::PROBLEMS)}>
            <p class="problems-lead">{ page.say(&words::NOTHING_APPLIED) }</p>
            if let Some(mended) = mended {
                <button class="button mend" onclick={mend}>{ mending(page, mended) }</button>
            }
            <ul>
                { for problems.iter().enumerate().map(|(at, problem)| {
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
                                if !comes(at) {
                                    <span class="problem-advice">{ problem.advice.text(page.language) }</span>
                                }
                            </div>
                        </li>
                    }
                }) }
            </ul>
        </section>
    }
}

/// What the button does that mends the manifests.
fn mending(page: &Page, mended: &Mended) -> String {
    match mended {
        Mended::Without(_) => page.say(&words::MEND_KINDS).to_owned(),
        Mended::WithNamespaces(names, _) => {
            page.fill(&words::MEND_NAMESPACE, &[("name", &names.join(", "))])
        }
    }
}
