//! The cluster's Kubernetes version, its feature gates, and the comparison with the other version.

use super::context::Page;
use crate::page::action::Action;
use crate::page::words;
use kubestep::engine::Engine;
use kubestep::versions::{FeatureRow, Features, Version};
use yew::prelude::*;

/// The section of the environment pane.
pub fn version(page: &Page, engine: &Engine) -> Html {
    let features = engine.store().registers.features;
    let now = features.version();
    let others = Version::ALL.into_iter().filter(|other| *other != now);
    html! {
        <section class="part">
            <h3>{ page.say(&words::VERSION) }</h3>
            <div class="choice" role="group" aria-label={page.say(&words::VERSION)} title={page.say(&words::VERSION_HINT)}>
                { for Version::ALL.into_iter().map(|version| html! {
                    <button aria-pressed={(version == now).to_string()}
                        onclick={page.on(Action::Run(format!("sim version {version}").into()))}
                    >{ version.name() }</button>
                }) }
            </div>
            { for others.map(|other| html! {
                <button class="button" title={page.fill(&words::VERSION_COMPARE_HINT, &[("version", &other)])}
                    onclick={page.on(Action::Run(format!("sim version {other} --again").into()))}
                >{ page.fill(&words::VERSION_COMPARE, &[("version", &other)]) }</button>
            }) }
            <details>
                <summary>{ page.say(&words::GATES) }</summary>
                <p class="quiet">{ page.say(&words::GATES_HINT) }</p>
                <div class="choice" role="group" aria-label={page.say(&words::GATES)}>
                    { for FeatureRow::gates(now).map(|row| gate(page, features, row)) }
                </div>
            </details>
        </section>
    }
}

/// A gate; one that cannot be switched is disabled, with the reason.
fn gate(page: &Page, features: Features, row: &'static FeatureRow) -> Html {
    let on = features.has(row.feature);
    let refused = row.may_become(features.version(), !on).err();
    let title = refused.as_ref().map(ToString::to_string);
    html! {
        <button aria-pressed={on.to_string()} disabled={refused.is_some()} {title}
            onclick={page.on(Action::Run(format!("sim gate {}={}", row.name, !on).into()))}
        >{ row.name }</button>
    }
}
