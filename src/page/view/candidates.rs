//! The candidates of a ReplicaSet for deletion, in order.

use super::context::Page;
use super::decision::source;
use super::name;
use crate::page::candidates::{self, COLUMNS, CandidateRow, Ranking};
use crate::page::names::Names;
use crate::page::words;
use kubestep::engine::{Engine, Step};
use yew::prelude::*;

/// Where upstream defines the order.
const SOURCE: &str = "pkg/controller/controller_utils.go ActivePodsWithRanks";

/// The table for a step that deleted pods.
pub fn candidates(page: &Page, names: &Names<'_>, engine: &Engine, step: &Step) -> Html {
    let Some(ranking) = candidates::of_step(engine, step, page.language) else {
        return Html::default();
    };
    html! {
        <section class="part candidates">
            <h3 id="title-candidates">{ page.say(&words::RANKING) }</h3>
            if ranking.all_go {
                <p>{ page.say(&words::RANKING_ALL) }</p>
            } else {
                <p>{ page.say(&words::RANKING_ORDER) }</p>
                { table(page, names, &ranking) }
                if ranking.more > 0 {
                    <p class="quiet">{ page.fill(&words::RANKING_MORE, &[("count", &ranking.more)]) }</p>
                }
                <details>
                    <summary>{ page.say(&words::RANKING_RULES) }</summary>
                    <ol>
                        { for COLUMNS.iter().map(|(_, column, rule)| html! {
                            <li><b>{ page.say(column) }</b>{ ": " }{ page.say(rule) }</li>
                        }) }
                        <li>{ page.say(&words::RANK_BY_UID) }</li>
                    </ol>
                </details>
                <p class="source">{ source(page, step.version(), SOURCE) }</p>
            }
        </section>
    }
}

fn table(page: &Page, names: &Names<'_>, ranking: &Ranking) -> Html {
    html! {
        <div class="candidates-view" tabindex="0" role="group" aria-labelledby="title-candidates">
            <table>
                <thead>
                    <tr>
                        <th scope="col">{ "Pod" }</th>
                        <th scope="col">{ page.say(&words::RANK_BEFORE) }</th>
                        { for COLUMNS.iter().map(|(_, column, _)| html! { <th scope="col">{ page.say(column) }</th> }) }
                    </tr>
                </thead>
                <tbody>{ for ranking.rows.iter().map(|each| row(page, names, each)) }</tbody>
            </table>
        </div>
    }
}

fn row(page: &Page, names: &Names<'_>, row: &CandidateRow) -> Html {
    let short = crate::page::names::made_up_end(&row.pod, &row.pod.name);
    let shown = short.map_or_else(|| row.pod.name.to_string(), |end| format!("…-{end}"));
    html! {
        <tr class={classes!(row.goes.then_some("goes"))}>
            <th scope="row">
                { name::name(page, names, &row.pod, shown) }
                if row.goes {
                    { " " }<span class="mark">{ page.say(&words::RANK_GOES) }</span>
                }
            </th>
            <td>{ row.decided.map(|criterion| page.say(candidates::rule(criterion))) }</td>
            { for COLUMNS.iter().zip(&row.cells).map(|((criterion, ..), cell)| {
                let decides = row.decided == Some(*criterion);
                html! { <td class={classes!(decides.then_some("decides"))}>{ cell }</td> }
            }) }
        </tr>
    }
}
