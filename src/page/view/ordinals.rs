//! The pods of a StatefulSet in the order in which it updates or removes them.

use super::context::Page;
use super::decision::source;
use super::name;
use crate::page::names::Names;
use crate::page::ordinals::{self, OrdinalRow};
use crate::page::words;
use kubestep::engine::{Engine, Step};
use yew::prelude::*;

/// Where upstream defines the order.
const SOURCE: &str =
    "pkg/controller/statefulset/stateful_set_control.go updateStatefulSetAfterInvariantEstablished";

/// The table for a step that deleted pods or waits with an update.
pub fn ordinals(page: &Page, names: &Names<'_>, engine: &Engine, step: &Step) -> Html {
    let Some(order) = ordinals::of_step(engine, step, page.language) else {
        return Html::default();
    };
    let columns = [
        &words::ORDINAL_REVISION,
        &words::ORDINAL_STATUS,
        &words::ORDINAL_WHAT,
    ];
    html! {
        <section class="part candidates ordinals">
            <h3 id="title-ordinals">{ page.say(&words::ORDINALS) }</h3>
            <p>{ page.say(&words::ORDINALS_ORDER) }</p>
            <div class="candidates-view" tabindex="0" role="group" aria-labelledby="title-ordinals">
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{ "Pod" }</th>
                            { for columns.iter().map(|column| html! { <th scope="col">{ page.say(column) }</th> }) }
                        </tr>
                    </thead>
                    <tbody>{ for order.rows.iter().map(|each| row(page, names, each)) }</tbody>
                </table>
            </div>
            if order.more > 0 {
                <p class="quiet">{ page.fill(&words::RANKING_MORE, &[("count", &order.more)]) }</p>
            }
            <p class="source">{ source(page, step.version(), SOURCE) }</p>
        </section>
    }
}

fn row(page: &Page, names: &Names<'_>, row: &OrdinalRow) -> Html {
    html! {
        <tr class={classes!(row.goes.then_some("goes"))}>
            <th scope="row">{ name::name(page, names, &row.pod, row.pod.name.to_string()) }</th>
            <td>{ &row.revision }</td>
            <td>{ &row.status }</td>
            <td>{ &row.says }</td>
        </tr>
    }
}
