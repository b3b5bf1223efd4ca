//! A remedy of the diagnosis: its commands, which can be tried on a copy of the cluster and run on the cluster itself. The
//! copy runs in slices, until it has ended, is cancelled or is not shown any more.

use super::context::Page;
use crate::page::action::Action;
use crate::page::browser;
use crate::page::console::Door;
use crate::page::pace::Pace;
use crate::page::slices::slice;
use crate::page::state::Session;
use crate::page::words;
use gloo_timers::callback::Timeout;
use kubestep::api::time::duration;
use kubestep::diagnosis::{self, Finding, TrialOutcome};
use kubestep::texts::Language;
use web_sys::HtmlElement;
use yew::prelude::*;

/// Maximum duration of a slice in milliseconds, so that the page stays responsive.
const SLICE_MS: f64 = 8.0;
/// Number of steps between readings of the clock.
const STEPS: usize = 4;

/// Properties of a remedy.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language and the callback for actions.
    pub page: Page,
    /// The engine.
    pub session: Session,
    /// kubectl, which tries it, once it is loaded.
    pub kubectl: Option<Door>,
    /// What it would free.
    pub finding: Finding,
    /// The commands.
    pub remedy: diagnosis::Remedy,
}

/// What has become of a trial.
enum Trial {
    /// There is none.
    Not,
    /// It begins with the next slice.
    Begins,
    /// It runs.
    Runs(Box<diagnosis::Trial>),
    /// It has ended.
    Ended(TrialOutcome),
}

/// A remedy.
pub struct RemedyPanel {
    trial: Trial,
    pace: Pace,
    /// The next slice; none of a remedy that is not shown any more.
    next: Option<Timeout>,
    button: NodeRef,
}

/// Messages to it.
pub enum Msg {
    /// Begin a trial, or cancel it.
    Toggle,
    /// The next slice is due.
    Slice,
}

impl Component for RemedyPanel {
    type Message = Msg;
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        Self {
            trial: Trial::Not,
            pace: Pace::default(),
            next: None,
            button: NodeRef::default(),
        }
    }

    fn changed(&mut self, ctx: &Context<Self>, old: &Props) -> bool {
        // The copy is one of another cluster now.
        if ctx.props().session != old.session {
            self.cancel();
        }
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Toggle if self.is_running() => {
                self.cancel();
                true
            }
            Msg::Toggle => {
                self.trial = Trial::Begins;
                self.pace = Pace::new(browser::clock());
                self.go_on_later(ctx);
                true
            }
            Msg::Slice => self.slice(ctx),
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let props = ctx.props();
        let page = &props.page;
        let text = props.remedy.lines.join("\n");
        let label = match self.is_running() {
            true => &words::TRIAL_CANCEL,
            false => &words::DIAGNOSIS_TRY,
        };
        let outcome = match &self.trial {
            Trial::Ended(outcome) => Some(says(outcome, page.language)),
            _ => None,
        };
        html! {
            <li>
                <pre>{ &text }</pre>
                if props.kubectl.is_some() {
                    <button class="button" ref={self.button.clone()} onclick={ctx.link().callback(|_| Msg::Toggle)}>
                        { page.say(label) }
                    </button>
                }
                <button class="button" onclick={page.on(Action::Try(text.as_str().into()))}>{ page.say(&words::DIAGNOSIS_RUN) }</button>
                if let Trial::Runs(trial) = &self.trial {
                    <p class="quiet">{ progress(page, trial) }</p>
                }
                <p role="status">{ outcome }</p>
            </li>
        }
    }
}

impl RemedyPanel {
    fn is_running(&self) -> bool {
        matches!(self.trial, Trial::Begins | Trial::Runs(_))
    }

    fn cancel(&mut self) {
        (self.trial, self.next) = (Trial::Not, None);
    }

    fn go_on_later(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.next = Some(Timeout::new(0, move || link.send_message(Msg::Slice)));
    }

    /// Whether the pane is shown: on a phone other panes hide it.
    fn is_shown(&self) -> bool {
        let button = self.button.cast::<HtmlElement>();
        button.is_some_and(|button| button.offset_parent().is_some())
    }

    /// Runs the copy for some milliseconds. Returns whether to redraw.
    fn slice(&mut self, ctx: &Context<Self>) -> bool {
        if !self.is_shown() {
            self.cancel();
            return true;
        }
        self.pace.begin(browser::clock());
        if let Trial::Begins = self.trial
            && let Some(trial) = begun(ctx.props())
        {
            self.trial = Trial::Runs(Box::new(trial));
        }
        let Trial::Runs(trial) = &mut self.trial else {
            return false;
        };
        match slice(browser::clock, SLICE_MS, || trial.advance(STEPS)) {
            Some(outcome) => {
                (self.trial, self.next) = (Trial::Ended(outcome), None);
                true
            }
            None => {
                self.go_on_later(ctx);
                self.pace.end(browser::clock())
            }
        }
    }
}

/// The trial of a remedy, after its commands.
fn begun(props: &Props) -> Option<diagnosis::Trial> {
    let kubectl = props.kubectl?;
    let engine = props.session.engine();
    Some(diagnosis::Trial::new(
        &engine,
        &props.finding,
        &props.remedy,
        &kubectl.line(),
    ))
}

/// How far a trial is.
fn progress(page: &Page, trial: &diagnosis::Trial) -> String {
    let time = duration(trial.passed());
    page.fill(
        &words::TRIAL_RUNS,
        &[("count", &trial.steps()), ("time", &time)],
    )
}

/// What came of a trial.
fn says(outcome: &TrialOutcome, language: Language) -> String {
    match outcome {
        TrialOutcome::Complete(0) => words::TRIAL_AT_ONCE.text(language).to_owned(),
        TrialOutcome::Complete(took) => {
            words::TRIAL_COMPLETE.with(language, &[("time", &duration(*took))])
        }
        TrialOutcome::Then(then) => {
            words::TRIAL_THEN.with(language, &[("what", &then.text(language))])
        }
        TrialOutcome::Refused(message) => words::TRIAL_REFUSED.with(language, &[("why", message)]),
        TrialOutcome::Endless => words::TRIAL_ENDLESS.text(language).to_owned(),
    }
}
