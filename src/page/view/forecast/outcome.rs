//! What a forecast found: sentences, the course as a picture, the settings compared, and what was assumed.

use super::super::context::Page;
use super::{LinkSource, sentences};
use crate::page::action::Action;
use crate::page::browser;
use crate::page::cluster::Same;
use crate::page::words;
use kubestep::engine::Engine;
use kubestep::forecast::report::ForecastReport;
use kubestep::forecast::sweep::{Cell, Sweep};
use kubestep::forecast::{Bound, Forecast, svg, text};
use kubestep::texts::Language;
use std::rc::Rc;
use yew::prelude::*;

/// Maximum length of a link in a report in letters: with the rest of it, it fits into a comment on a pull request.
const LINK_MAX: usize = 32_000;

/// A forecast, and the settings compared.
#[derive(Clone, PartialEq)]
pub struct ForecastOutcome {
    /// The forecast.
    pub forecast: Rc<Forecast>,
    /// The same with other settings.
    pub sweep: Option<Rc<Sweep>>,
    /// The bounds that were checked.
    pub bounds: Rc<[Bound]>,
    /// The cluster when it began.
    pub cluster: Same<Engine>,
}

/// Properties of the view.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language and the callback for actions.
    pub page: Page,
    /// What is shown.
    pub found: ForecastOutcome,
    /// What its link is made from.
    pub source: LinkSource,
}

/// The view of an outcome.
#[component]
pub fn View(props: &Props) -> Html {
    let Props {
        page,
        found,
        source,
    } = props;
    let picture = svg::picture(&found.forecast, page.language);
    let says = sentences(found, page.language);
    let assumed = text::assumptions(&found.forecast, page.language);
    let at = words::clock(found.cluster.now().0);
    html! {
        <section class="pad">
            <p class="quiet">{ page.fill(&words::FORECAST_AT, &[("time", &at)]) }</p>
            <ul class="forecast-says">{ for says.into_iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            { Html::from_html_unchecked(picture.into()) }
            <details>
                <summary>{ page.say(&words::FORECAST_COURSE) }</summary>
                <pre>{ text::course(&found.forecast) }</pre>
            </details>
            if let Some(sweep) = &found.sweep {
                <h3>{ page.say(&words::FORECAST_SETTINGS) }</h3>
                <p>{ text::best(sweep, &found.bounds, page.language) }</p>
                <Table page={page.clone()} sweep={sweep.clone()} bounds={found.bounds.clone()} lines={found.forecast.plan.lines.clone()} />
            }
            <h3>{ page.say(&words::FORECAST_ASSUMED) }</h3>
            <ul class="quiet">{ for assumed.into_iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            <Reports page={page.clone()} found={found.clone()} source={source.clone()} />
        </section>
    }
}

/// Downloading the report and the picture, and printing the pane.
#[component]
fn Reports(props: &Props) -> Html {
    let Props {
        page,
        found,
        source,
    } = props;
    let said = use_state(|| "");
    let save = |kind: &'static str, text: fn(&ForecastOutcome, &LinkSource, Language) -> String| {
        let (found, source, language) = (found.clone(), source.clone(), page.language);
        Callback::from(move |_: MouseEvent| {
            let name = &found.forecast.plan.workload.name;
            let (ending, media) = match kind {
                "svg" => ("svg", "image/svg+xml"),
                _ => ("md", "text/markdown"),
            };
            let text = text(&found, &source, language);
            browser::save(&format!("forecast-{name}.{ending}"), media, &text);
        })
    };
    let print = {
        let (said, language) = (said.clone(), page.language);
        Callback::from(move |_: MouseEvent| {
            let is_refused = !browser::print();
            let refused = words::FORECAST_NO_PRINT.text(language);
            said.set(if is_refused { refused } else { "" });
        })
    };
    html! {
        <p class="forecast-report">
            <button class="button" onclick={save("md", report)}>{ page.say(&words::FORECAST_REPORT) }</button>{ " " }
            <button class="button" onclick={save("svg", drawn)}>{ page.say(&words::FORECAST_SAVE_PICTURE) }</button>{ " " }
            <button class="button" onclick={print}>{ page.say(&words::FORECAST_PRINT) }</button>
            <span role="status">{ *said }</span>
        </p>
    }
}

fn drawn(found: &ForecastOutcome, _: &LinkSource, language: Language) -> String {
    svg::picture(&found.forecast, language)
}

fn report(found: &ForecastOutcome, source: &LinkSource, language: Language) -> String {
    let origin = origin(found, source, language);
    let report = ForecastReport {
        version: found.cluster.store().version(),
        forecast: &found.forecast,
        sweep: found.sweep.as_deref(),
        bounds: &found.bounds,
        origin: origin.as_deref(),
    };
    report.markdown(language)
}

/// A link to the cluster that the forecast is about; `None` before the code for it is loaded.
fn origin(found: &ForecastOutcome, source: &LinkSource, language: Language) -> Option<String> {
    let link = (source.sessions?.link)(&found.cluster, &source.workspace);
    Some(match link {
        Ok(link) if link.len() > LINK_MAX => {
            words::FORECAST_LINK_LONG.with(language, &[("count", &link.len())])
        }
        Ok(link) => {
            let says = words::FORECAST_OPEN.text(language);
            format!("[{says}]({}#{link})", browser::address())
        }
        Err(error) => error.to_string(),
    })
}

/// Properties of the table.
#[derive(Properties, PartialEq)]
struct TableProps {
    page: Page,
    sweep: Rc<Sweep>,
    bounds: Rc<[Bound]>,
    /// The commands that begin the change.
    lines: Vec<String>,
}

/// The settings compared, sorted by a column; each row can be stepped.
#[component]
fn Table(props: &TableProps) -> Html {
    let TableProps {
        page,
        sweep,
        bounds,
        ..
    } = props;
    // The number of a column, and whether in reverse.
    let by = use_state(|| (usize::MAX, false));
    let columns = text::columns(sweep, bounds, page.language);
    let mut cells: Vec<&Cell> = sweep.cells.iter().collect();
    cells.sort_by_key(|cell| rank(sweep, cell, by.0));
    if by.1 {
        cells.reverse();
    }
    let best = sweep.best(bounds).map(|cell| &cell.values);
    let slowest = sweep
        .cells
        .iter()
        .filter_map(median)
        .max()
        .unwrap_or(1)
        .max(1);
    html! {
        <div class="sweep-scroll" tabindex="0" role="group" aria-label={page.say(&words::FORECAST_SETTINGS)}>
            <table class="sweep">
                <thead><tr>
                    { for columns.iter().enumerate().map(|(at, title)| head(title, at, &by)) }
                    if !page.mode.is_readonly() { <td></td> }
                </tr></thead>
                <tbody>
                    { for cells.into_iter().map(|cell| row(props, cell, best == Some(&cell.values), slowest)) }
                </tbody>
            </table>
        </div>
    }
}

/// Where a cell comes when sorted by a column; refused ones come last. Values of settings keep the order in which they were
/// given.
fn rank(sweep: &Sweep, cell: &Cell, column: usize) -> (bool, Option<i64>) {
    if let (Some(axis), Some(value)) = (sweep.axes.get(column), cell.values.get(column)) {
        let place = axis.values.iter().position(|known| known == value);
        return (false, place.and_then(|place| i64::try_from(place).ok()));
    }
    let Ok(forecast) = &cell.outcome else {
        return (true, None);
    };
    let complete = forecast.complete();
    let number = match column.checked_sub(sweep.axes.len()) {
        Some(0) => complete.map(|spread| spread.median),
        Some(1) => complete.map(|spread| spread.low),
        Some(2) => complete.map(|spread| spread.high),
        Some(3) => forecast.lowest_available(),
        Some(4) => Some(forecast.highest().pods),
        _ => None,
    };
    (false, number)
}

fn median(cell: &Cell) -> Option<i64> {
    Some(cell.outcome.as_ref().ok()?.complete()?.median)
}

fn head(title: &str, at: usize, by: &UseStateHandle<(usize, bool)>) -> Html {
    let (column, reverse) = **by;
    let sort = (column == at).then_some(if reverse { "descending" } else { "ascending" });
    let by = by.clone();
    let click = Callback::from(move |_: MouseEvent| by.set((at, column == at && !reverse)));
    html! {
        <th scope="col" aria-sort={sort}><button class="link" onclick={click}>{ title.to_owned() }</button></th>
    }
}

fn row(props: &TableProps, cell: &Cell, is_best: bool, slowest: i64) -> Html {
    let TableProps {
        page,
        sweep,
        bounds,
        lines,
    } = props;
    let texts = text::row_of(cell, bounds, page.language);
    let settings = sweep.axes.len();
    // The slowest combination has the full colour.
    let heat = median(cell).map(|median| format!("--heat:{}%", median * 100 / slowest));
    let step = [&*cell.lines, &**lines].concat().join("\n");
    let named = cell.values.join(" / ");
    let label = page.fill(&words::FORECAST_STEP_LABEL, &[("settings", &named)]);
    html! {
        <tr key={named} class={classes!(is_best.then_some("best"))} style={heat}>
            { for texts.into_iter().enumerate().map(|(at, text)| match at < settings {
                true => html! { <th scope={(at == 0).then_some("row")}>{ text }</th> },
                false => html! { <td class={(at == settings).then_some("heat")}>{ text }</td> },
            }) }
            if !page.mode.is_readonly() {
                <td>
                    if cell.outcome.is_ok() {
                        <button class="link" aria-label={label} onclick={page.on(Action::Try(step.into()))}>{ page.say(&words::FORECAST_STEP) }</button>
                    }
                </td>
            }
        </tr>
    }
}
