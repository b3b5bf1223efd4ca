//! The faults in the manifests, and how to fix them.

use super::context::Page;
use crate::page::action::Action;
use crate::page::{browser, words};
use kubestep::manifests::{Diagnostic, Mended};
use yew::prelude::*;

/// The list of faults, with links to their positions and a button that fixes what can be fixed.
pub fn diagnostics(page: &Page, problems: &[Diagnostic], mended: Option<&Mended>) -> Html {
    let mend = page.on(Action::Mend).reform(|event| {
        // The button disappears together with the fault.
        browser::focus("#apply");
        event
    });
    // Advice shared by several faults is given with the last of them.
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

/// The label of the button that fixes the manifests.
fn mending(page: &Page, mended: &Mended) -> String {
    match mended {
        Mended::Without(_) => page.say(&words::MEND_KINDS).to_owned(),
        Mended::WithNamespaces(names, _) => {
            page.fill(&words::MEND_NAMESPACE, &[("name", &names.join(", "))])
        }
    }
}
