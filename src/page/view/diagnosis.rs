//! The diagnosis: who waits for what, since when, until when, and the commands that free it, each of which can be tried
//! on a copy of the cluster.

use super::context::{Page, use_page};
use super::glyph::glyph;
use super::name::link;
use super::places::heads;
use crate::page::action::{Action, Pane};
use crate::page::browser;
use crate::page::console::{Door, Printed};
use crate::page::state::Session;
use crate::page::words;
use kubestep::api::time::{Time, duration};
use kubestep::diagnosis::{Finding, Remedy, Severity, Trial, attempt, diagnose};
use kubestep::engine::Engine;
use kubestep::texts::Language;
use std::rc::Rc;
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

/// What came of a remedy: the number of its finding, its own, and the sentence.
type Tried = (usize, usize, String);

/// The diagnosis pane.
#[component]
pub fn Diagnosis(props: &Props) -> Html {
    let page = use_page();
    let tried = use_state(|| None::<Tried>);
    {
        let tried = tried.clone();
        use_effect_with(props.session.clone(), move |_| tried.set(None));
    }
    let engine = props.session.engine();
    let findings = Rc::new(diagnose(&engine));
    html! {
        <section class="pane diagnosis" id="pane-diagnosis" aria-labelledby="title-diagnosis" tabindex="-1">
            <div class="pane-head">{ heads(&page, Pane::Diagnosis) }</div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-diagnosis">
                if findings.is_empty() {
                    <p class="quiet pad">{ page.say(&words::DIAGNOSIS_NONE) }</p>
                }
                <ul class="findings">
                    { for findings.iter().take(SHOWN_MAX).enumerate().map(|(number, found)| {
                        finding(&page, props, &engine, (number, found), &tried)
                    }) }
                </ul>
                if findings.len() > SHOWN_MAX {
                    <p class="quiet pad">{ page.fill(&words::DIAGNOSIS_MORE, &[("count", &(findings.len() - SHOWN_MAX))]) }</p>
                }
                <Export />
            </div>
        </section>
    }
}

fn finding(
    page: &Page,
    props: &Props,
    engine: &Engine,
    (number, found): (usize, &Finding),
    tried: &UseStateHandle<Option<Tried>>,
) -> Html {
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
            if let Some(times) = times(found, engine.now(), page) {
                <p class="quiet">{ times }</p>
            }
            { for found.evidence.iter().map(|shown| html! {
                <p class="quiet">{ link(&shown.object, shown.object.to_string()) }{ " " }<code>{ &shown.path }</code></p>
            }) }
            if !found.remedies.is_empty() && !page.mode.is_readonly() {
                <ul class="remedies">
                    { for found.remedies.iter().enumerate().map(|(place, remedy)| {
                        self::remedy(page, props, found, (number, place, remedy), tried)
                    }) }
                </ul>
            }
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

fn remedy(
    page: &Page,
    props: &Props,
    found: &Finding,
    (number, place, remedy): (usize, usize, &Remedy),
    tried: &UseStateHandle<Option<Tried>>,
) -> Html {
    let text = remedy.lines.join("\n");
    let attempt = props.kubectl.map(|kubectl| {
        let (session, tried, language) = (props.session.clone(), tried.clone(), page.language);
        let (found, remedy) = (found.clone(), remedy.clone());
        Callback::from(move |_: MouseEvent| {
            let says = outcome(&session.engine(), &found, &remedy, kubectl, language);
            tried.set(Some((number, place, says)));
        })
    });
    let known = (**tried).as_ref();
    let says = known.filter(|(of, at, _)| (*of, *at) == (number, place));
    html! {
        <li>
            <pre>{ &text }</pre>
            if let Some(attempt) = attempt {
                <button class="button" onclick={attempt}>{ page.say(&words::DIAGNOSIS_TRY) }</button>
            }
            <button class="button" onclick={page.on(Action::Try(text.as_str().into()))}>{ page.say(&words::DIAGNOSIS_RUN) }</button>
            <p role="status">{ says.map(|(.., says)| says.clone()) }</p>
        </li>
    }
}

/// Tries a remedy on a copy of the cluster, and says what came of it.
fn outcome(
    engine: &Engine,
    found: &Finding,
    remedy: &Remedy,
    kubectl: Door,
    language: Language,
) -> String {
    let run = |engine: &mut Engine, line: &str| {
        let answer = (kubectl.run)(engine, line, "", None);
        let mut lines = answer.printed.into_iter();
        match lines.find(|(kind, _)| *kind == Printed::Error) {
            Some((_, text)) => Err(text),
            None => Ok(()),
        }
    };
    match attempt(engine, found, remedy, &run) {
        Trial::Complete(0) => words::TRIAL_AT_ONCE.text(language).to_owned(),
        Trial::Complete(took) => words::TRIAL_COMPLETE.with(language, &[("time", &duration(took))]),
        Trial::Then(then) => words::TRIAL_THEN.with(language, &[("what", &then.text(language))]),
        Trial::Refused(message) => words::TRIAL_REFUSED.with(language, &[("why", &message)]),
        Trial::Endless => words::TRIAL_ENDLESS.text(language).to_owned(),
    }
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
            <p role="status">{ (*said).clone() }</p>
        </section>
    }
}
