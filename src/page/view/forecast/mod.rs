//! The forecast: how long a rollout takes and how low its capacity falls, from many runs on copies of the cluster, and the
//! same for other settings. The copies run in slices, so that the page stays responsive: two frames.

mod form;
mod outcome;

use super::context::use_page;
use super::places::heads;
use crate::page::action::Pane;
use crate::page::browser;
use crate::page::cluster::Same;
use crate::page::console::Door;
use crate::page::pace::Pace;
use crate::page::sessions::{Sessions, Workspace};
use crate::page::slices::slice;
use crate::page::state::Session;
use crate::page::words;
use form::{Form, FormField};
use gloo_timers::callback::Timeout;
use kubestep::api::kind::Kind;
use kubestep::api::object::Key;
use kubestep::engine::Engine;
use kubestep::forecast::sweep::{self, Sweep, Sweeping};
use kubestep::forecast::{Bound, Forecast as Forecasted, Forecasting, Plan, text};
use kubestep::texts::Language;
use outcome::ForecastOutcome;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// Maximum duration of a slice in milliseconds, so that the page stays responsive. Browsers delay each next slice by 4 ms.
const SLICE_MS: f64 = 40.0;
/// Number of steps between readings of the clock.
const STEPS: usize = 32;

/// Properties of the pane.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// kubectl, which runs the commands, once it is loaded.
    pub kubectl: Option<Door>,
    /// The editor's text, and the code that makes links, once it is loaded.
    pub source: LinkSource,
}

/// What the link in a report is made from, apart from the cluster.
#[derive(Clone, PartialEq)]
pub struct LinkSource {
    /// The files of the manifests pane.
    pub workspace: Workspace,
    /// The code of sessions.
    pub sessions: Option<Sessions>,
}

/// The forecast pane.
#[component]
pub fn Forecast(props: &Props) -> Html {
    let page = use_page();
    html! {
        <section class="pane forecast" id="pane-forecast" aria-labelledby="title-forecast" tabindex="-1">
            <div class="pane-head">{ heads(&page, Pane::Forecast) }</div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-forecast">
                <Body
                    page={page.clone()}
                    session={props.session.clone()}
                    kubectl={props.kubectl}
                    source={props.source.clone()}
                />
            </div>
        </section>
    }
}

/// Properties of its content.
#[derive(Properties, PartialEq)]
pub struct BodyProps {
    page: super::context::Page,
    session: Session,
    kubectl: Option<Door>,
    source: LinkSource,
}

/// What is being computed.
enum Job {
    Forecast(Box<Forecasting>),
    Sweep(Rc<Forecasted>, Box<Sweeping>),
}

/// What is shown below the form.
#[derive(Clone, PartialEq, Default)]
enum Shown {
    #[default]
    Nothing,
    /// Why there is no forecast.
    Refused(String),
    Found(ForecastOutcome),
}

thread_local! {
    /// The form and the outcome of the pane when it was last shown.
    static KEPT: RefCell<Option<(Form, Shown)>> = const { RefCell::new(None) };
}

/// The content of the pane.
struct Body {
    form: Form,
    shown: Shown,
    job: Option<Job>,
    /// Whether the settings are compared once the forecast is done.
    compares: bool,
    bounds: Rc<[Bound]>,
    /// The cluster when it began.
    cluster: Option<Same<Engine>>,
    pace: Pace,
    next: Option<Timeout>,
}

/// Messages to it.
enum Msg {
    /// A field was changed.
    Set(FormField, String),
    /// Begin a forecast, with a comparison of settings.
    Begin(bool),
    /// Stop it.
    Cancel,
    /// The next slice is due.
    Slice,
}

impl Component for Body {
    type Message = Msg;
    type Properties = BodyProps;

    fn create(ctx: &Context<Self>) -> Self {
        let kept = KEPT.with_borrow_mut(Option::take);
        let (form, shown) = kept.unwrap_or_default();
        let mut body = Self {
            form,
            shown,
            job: None,
            compares: false,
            bounds: Rc::default(),
            cluster: None,
            pace: Pace::default(),
            next: None,
        };
        body.form.follow(&ctx.props().session.engine());
        body
    }

    fn changed(&mut self, ctx: &Context<Self>, _old: &BodyProps) -> bool {
        self.form.follow(&ctx.props().session.engine());
        true
    }

    fn update(&mut self, ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Set(field, text) => {
                self.form.set(field, text, &ctx.props().session.engine());
                true
            }
            Msg::Begin(compares) => {
                self.begin(ctx, compares);
                true
            }
            Msg::Cancel => {
                (self.job, self.next) = (None, None);
                true
            }
            Msg::Slice => self.slice(ctx),
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let BodyProps {
            page,
            session,
            kubectl,
            source,
        } = ctx.props();
        let engine = session.engine();
        if workloads(&engine).is_empty() {
            return html! { <p class="quiet pad">{ page.say(&words::FORECAST_NONE) }</p> };
        }
        let link = ctx.link();
        html! {
            <>
                <p class="quiet pad forecast-what">{ page.say(&words::FORECAST_WHAT) }</p>
                { self.form.view(page, &workloads(&engine), &link.callback(|(field, text)| Msg::Set(field, text))) }
                <div class="forecast-go pad">
                    if self.job.is_some() {
                        <button class="button" onclick={link.callback(|_| Msg::Cancel)}>{ page.say(&words::TRIAL_CANCEL) }</button>
                        { self.progress(page) }
                    } else {
                        <button class="button" disabled={kubectl.is_none()} onclick={link.callback(|_| Msg::Begin(false))}>
                            { page.say(&words::FORECAST_RUN) }
                        </button>
                        <button class="button" disabled={kubectl.is_none()} onclick={link.callback(|_| Msg::Begin(true))}>
                            { page.say(&words::FORECAST_COMPARE) }
                        </button>
                    }
                </div>
                <div class="forecast-outcome" aria-live="polite">
                    { match &self.shown {
                        Shown::Nothing => Html::default(),
                        Shown::Refused(why) => html! { <p class="pad refused">{ why }</p> },
                        Shown::Found(found) => html! { <outcome::View page={page.clone()} found={found.clone()} source={source.clone()} /> },
                    } }
                </div>
            </>
        }
    }

    fn destroy(&mut self, _ctx: &Context<Self>) {
        KEPT.set(Some((self.form.clone(), self.shown.clone())));
    }
}

impl Body {
    fn begin(&mut self, ctx: &Context<Self>, compares: bool) {
        let Some(kubectl) = ctx.props().kubectl else {
            return;
        };
        let language = ctx.props().page.language;
        let engine = ctx.props().session.engine();
        let started = self
            .form
            .plan(&engine, language)
            .and_then(|(plan, bounds)| {
                if compares {
                    self.form.axes(&plan.workload)?;
                }
                let started = Forecasting::new(&engine, plan, &kubectl.line());
                Ok((started.map_err(|error| error.to_string())?, bounds))
            });
        match started {
            Ok((forecasting, bounds)) => {
                self.job = Some(Job::Forecast(Box::new(forecasting)));
                (self.bounds, self.compares) = (bounds.into(), compares);
                self.cluster = Some(Same(Rc::new(engine.clone())));
                self.shown = Shown::Nothing;
                self.pace = Pace::new(browser::clock());
                self.go_on_later(ctx);
            }
            Err(why) => self.shown = Shown::Refused(why),
        }
    }

    fn go_on_later(&mut self, ctx: &Context<Self>) {
        let link = ctx.link().clone();
        self.next = Some(Timeout::new(0, move || link.send_message(Msg::Slice)));
    }

    /// Runs copies for some milliseconds. Returns whether to redraw.
    fn slice(&mut self, ctx: &Context<Self>) -> bool {
        let (Some(mut job), Some(kubectl)) = (self.job.take(), ctx.props().kubectl) else {
            return false;
        };
        self.pace.begin(browser::clock());
        let run = kubectl.line();
        let ended = slice(browser::clock, SLICE_MS, || {
            let is_over = match &mut job {
                Job::Forecast(forecasting) => forecasting.advance(STEPS),
                Job::Sweep(_, sweeping) => sweeping.advance(STEPS, &run),
            };
            is_over.then_some(())
        });
        if ended.is_none() {
            self.job = Some(job);
            self.go_on_later(ctx);
            return self.pace.end(browser::clock());
        }
        self.next = None;
        match job {
            Job::Forecast(forecasting) => self.found(ctx, Rc::new(forecasting.forecast())),
            Job::Sweep(forecast, sweeping) => {
                let sweep = Rc::new(sweeping.sweep().clone());
                self.show(forecast, Some(sweep));
            }
        }
        true
    }

    /// The forecast is done; the settings may be compared next.
    fn found(&mut self, ctx: &Context<Self>, forecast: Rc<Forecasted>) {
        self.show(forecast.clone(), None);
        if !self.compares {
            return;
        }
        let plan = forecast.plan.clone();
        let runs = plan.runs.min(sweep::RUNS);
        let Some(cluster) = self.cluster.clone() else {
            return;
        };
        let started = self.form.axes(&plan.workload).and_then(|axes| {
            let started = Sweeping::new(&cluster, Plan { runs, ..plan }, axes);
            started.map_err(|error| error.to_string())
        });
        match started {
            Ok(sweeping) => {
                self.job = Some(Job::Sweep(forecast, Box::new(sweeping)));
                self.go_on_later(ctx);
            }
            Err(why) => self.shown = Shown::Refused(why),
        }
    }

    fn show(&mut self, forecast: Rc<Forecasted>, sweep: Option<Rc<Sweep>>) {
        if let Some(cluster) = self.cluster.clone() {
            self.shown = Shown::Found(ForecastOutcome {
                forecast,
                sweep,
                bounds: self.bounds.clone(),
                cluster,
            });
        }
    }

    /// How far it is.
    fn progress(&self, page: &super::context::Page) -> Html {
        let (done, total, says) = match &self.job {
            Some(Job::Forecast(forecasting)) => (
                forecasting.ended(),
                forecasting.plan().runs,
                &words::FORECAST_PROGRESS,
            ),
            Some(Job::Sweep(_, sweeping)) => {
                let (done, total) = sweeping.progress();
                (done, total, &words::FORECAST_CELLS)
            }
            None => return Html::default(),
        };
        let says = page.fill(says, &[("done", &done), ("total", &total)]);
        html! {
            <label class="forecast-progress">
                <progress value={done.to_string()} max={total.to_string()} /><span>{ says }</span>
            </label>
        }
    }
}

/// The workloads that have rollouts.
fn workloads(engine: &Engine) -> Vec<Key> {
    let kinds = [Kind::Deployment, Kind::StatefulSet].into_iter();
    let objects = kinds.flat_map(|kind| engine.store().list(kind, None));
    objects.map(|object| object.key()).collect()
}

/// The sentences of an outcome.
fn sentences(found: &ForecastOutcome, language: Language) -> Vec<String> {
    text::sentences(&found.forecast, &found.bounds, language)
}
