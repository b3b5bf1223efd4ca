//! The diagnosis: who waits for what, since when, until when, and the commands that free it, each of which can be tried
//! on a copy of the cluster.

use super::context::{Page, use_page};
use super::glyph::glyph;
use super::places::heads;
use super::remedy::RemedyPanel;
use crate::page::action::{Action, Pane};
use crate::page::browser;
use crate::page::console::Door;
use crate::page::selection;
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::time::{Time, duration};
use kubestep::diagnosis::{Evidence, EvidencePlace, Finding, Severity, diagnose};
use yew::platform::spawn_local;
use yew::prelude::*;

/// The command that prints what the page needs to go on from the state of a cluster.
const EXPORT: &str =
    "kubectl get deploy,rs,sts,pods,pvc,pv,svc,hpa,nodes,controllerrevisions,events -o yaml";
/// Maximum number of findings shown.
const SHOWN_MAX: usize = 50;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// kubectl, which tries the remedies, once it is loaded.
    pub kubectl: Option<Door>,
}

/// The diagnosis pane.
#[component]
pub fn Diagnosis(props: &Props) -> Html {
    let page = use_page();
    // The place of the pane may have had the focus while this was being loaded.
    use_effect_with((), |()| browser::focus_if_lost("#pane-diagnosis"));
    let engine = props.session.engine();
    let findings = diagnose(&engine);
    html! {
        <section class="pane diagnosis" id="pane-diagnosis" aria-labelledby="title-diagnosis" tabindex="-1">
            <div class="pane-head">{ heads(&page, Pane::Diagnosis) }</div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-diagnosis">
                if findings.is_empty() {
                    <p class="quiet pad">{ page.say(&words::DIAGNOSIS_NONE) }</p>
                }
                <ul class="findings">
                    { for findings.iter().take(SHOWN_MAX).map(|found| finding(&page, props, engine.now(), found)) }
                </ul>
                if findings.len() > SHOWN_MAX {
                    <p class="quiet pad">{ page.fill(&words::DIAGNOSIS_MORE, &[("count", &(findings.len() - SHOWN_MAX))]) }</p>
                }
                <Export />
            </div>
        </section>
    }
}

fn finding(page: &Page, props: &Props, now: Time, found: &Finding) -> Html {
    let severity = found.cause.severity;
    let shape = match severity {
        Severity::Blocks => "failing",
        Severity::Waits => "pause",
        Severity::GoesOn => "play",
        Severity::Risk => "help",
    };
    html! {
        <li class={classes!("finding", severity.name())}>
            <p class="says">{ glyph(shape) }{ found.text(page.language) }</p>
            if let Some(times) = times(found, now, page) {
                <p class="quiet">{ times }</p>
            }
            if !found.evidence.is_empty() {
                <ul class="evidence" aria-label={page.say(&words::DIAGNOSIS_SHOWN)}>
                    { for found.evidence.iter().map(|shown| evidence(page, shown)) }
                </ul>
            }
            if !found.remedies.is_empty() && !page.mode.is_readonly() {
                <ul class="remedies">
                    { for found.remedies.iter().map(|remedy| html! {
                        <RemedyPanel
                            page={page.clone()}
                            session={props.session.clone()}
                            kubectl={props.kubectl}
                            finding={found.clone()}
                            remedy={remedy.clone()}
                        />
                    }) }
                </ul>
            }
        </li>
    }
}

/// A link to the field or event that shows a cause.
fn evidence(page: &Page, shown: &Evidence) -> Html {
    let (object, path) = shown.origin();
    let place = match &shown.place {
        EvidencePlace::Field(path) => format!(".{path}"),
        EvidencePlace::Event(reason, _) => format!("Event {reason}"),
    };
    let (send, inspect) = (
        page.send.clone(),
        Action::Select(object.clone(), Some(path.into())),
    );
    let inspect = move |event: MouseEvent| {
        // A click on an object selects it without a field.
        event.stop_propagation();
        send.emit(inspect.clone());
    };
    let title = (!shown.text.is_empty()).then(|| shown.text.clone());
    html! {
        <li>
            <button class="object-name" data-object={selection::name(&shown.object)} {title} onclick={inspect}>
                { shown.object.to_string() }{ " " }<code>{ place }</code>
            </button>
        </li>
    }
}

/// Since when and until when.
fn times(found: &Finding, now: Time, page: &Page) -> Option<String> {
    let since = found.since.map(|since| {
        let lasted = duration(now.since(since).max(0));
        page.fill(&words::DIAGNOSIS_SINCE, &[("time", &lasted)])
    });
    let until = found.until.map(|until| {
        let left = until.since(now);
        match left > 0 {
            true => page.fill(&words::DIAGNOSIS_UNTIL, &[("time", &duration(left))]),
            false => page.say(&words::DIAGNOSIS_LATE).to_owned(),
        }
    });
    let all: Vec<String> = [since, until].into_iter().flatten().collect();
    (!all.is_empty()).then(|| all.join(" · "))
}

/// How to go on from the state of a cluster of one's own.
#[component]
fn Export() -> Html {
    let page = use_page();
    let said = use_state(String::new);
    let copy = {
        let (said, language) = (said.clone(), page.language);
        Callback::from(move |_: MouseEvent| {
            let said = said.clone();
            spawn_local(async move {
                let phrase = match browser::copy(EXPORT).await {
                    Ok(()) => &words::STATE_COPIED,
                    Err(_) => &words::STATE_SELECT,
                };
                said.set(phrase.text(language).to_owned());
            });
        })
    };
    html! {
        <section class="from-state pad">
            <h3>{ page.say(&words::STATE_OWN) }</h3>
            <p>{ page.say(&words::STATE_HOW) }</p>
            <pre>{ EXPORT }</pre>
            <button class="button" onclick={copy}>{ page.say(&words::STATE_COPY) }</button>{ " " }
            <button class="button" onclick={page.on(Action::Show(Pane::Manifests))}>{ page.say(&words::STATE_PASTE) }</button>
            <p>{ page.say(&words::STATE_REDACT_HOW) }</p>
            <button class="button" onclick={page.on(Action::Redact)}>{ page.say(&words::STATE_REDACT) }</button>
            <p role="status">{ (*said).clone() }</p>
        </section>
    }
}
