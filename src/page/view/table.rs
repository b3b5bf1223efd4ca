//! The cluster as tables: the content of the lanes as text, with virtual scrolling.

use super::glyph::glyph;
use super::sight::{Sight, pixels, scrolls};
use super::size::SizeObserver;
use crate::page::cluster::table::{self, Table, TableRow};
use crate::page::cluster::{ClusterView, letter};
use crate::page::selection;
use crate::page::state::Session;
use gloo_events::EventListener;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Number of heading rows of a table: its kind, and its columns.
const HEAD: usize = 2;

/// The column by which pods are sorted, and whether in reverse.
pub type SortBy = (&'static str, bool);

/// Properties of the tables.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The engine.
    pub session: Session,
    /// The view of the cluster, for the letters of revisions.
    pub view: Rc<ClusterView>,
    /// The order of the pods.
    pub by: SortBy,
    /// Changes the order.
    pub order: Callback<SortBy>,
}

/// The tables.
pub struct Tables {
    sight: Sight,
    _scrolls: Option<EventListener>,
    _sizes: Option<SizeObserver>,
}

/// The visible rows have changed.
pub struct Moved;

impl Component for Tables {
    type Message = Moved;
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        Self {
            sight: Sight::default(),
            _scrolls: None,
            _sizes: None,
        }
    }

    fn update(&mut self, _ctx: &Context<Self>, _: Moved) -> bool {
        self.sight.look_within()
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props {
            session, view, by, ..
        } = ctx.props();
        let engine = session.engine();
        let tables = table::tables(engine.store());
        let rows = tables.iter().map(|table| table.count + HEAD).sum();
        let (first, last) = self.sight.drawn(rows);
        let mut begins = 0;
        let tables = tables.into_iter().map(|table| {
            let from = first.saturating_sub(begins + HEAD).min(table.count);
            let to = last.saturating_sub(begins + HEAD).min(table.count);
            begins += table.count + HEAD;
            let rows = table.rows(&engine, view, *by, (from, to - from));
            self.table(ctx, table, rows, from)
        });
        let tables: Html = tables.collect();
        html! { <div class="tables" ref={self.sight.list.clone()}>{ tables }</div> }
    }

    fn rendered(&mut self, ctx: &Context<Self>, first: bool) {
        let link = ctx.link().clone();
        if first && let Some(list) = self.sight.list.cast::<Element>() {
            let scrolled = move |_: &web_sys::Event| link.send_message(Moved);
            let place = scrolls(&list);
            let resized = ctx.link().callback(|()| Moved);
            self._sizes = place
                .as_ref()
                .and_then(|place| SizeObserver::of(place, move || resized.emit(())));
            self._scrolls = place.map(|place| EventListener::new(&place, "scroll", scrolled));
        }
        ctx.link().send_message(Moved);
    }
}

impl Tables {
    fn table(&self, ctx: &Context<Self>, table: Table, rows: Vec<TableRow>, from: usize) -> Html {
        let columns = table.columns();
        let rest = table.count - from - rows.len();
        html! {
            <table key={table.kind.name()} class="table" aria-rowcount={(table.count + 1).to_string()}>
                <caption><b>{ table.kind.name() }</b>{ " " }{ table.count }</caption>
                <thead>
                    <tr>{ for columns.iter().map(|column| self.header(ctx, table, column)) }</tr>
                </thead>
                <tbody>
                    { space(from) }
                    { for rows.iter().enumerate().map(|(place, row)| self::row(table, &columns, row, from + place, place == 0)) }
                    { space(rest) }
                </tbody>
            </table>
        }
    }

    fn header(&self, ctx: &Context<Self>, table: Table, column: &'static str) -> Html {
        let class = format!("c-{}", column.split(' ').next().unwrap_or_default());
        if !table.has_orders() {
            return html! { <th scope="col" {class}>{ column }</th> };
        }
        let Props { by, order, .. } = ctx.props();
        let sort = (by.0 == column).then_some(if by.1 { "descending" } else { "ascending" });
        let next = (column, *by == (column, false));
        let order = order.reform(move |_: MouseEvent| next);
        html! {
            <th scope="col" {class} aria-sort={sort}>
                <button class="order-by" onclick={order}>{ column }</button>
            </th>
        }
    }
}

/// The height of rows that are not rendered.
fn space(rows: usize) -> Html {
    html! {
        if rows > 0 {
            <tr aria-hidden="true" style={format!("height: {}px", pixels(rows))}></tr>
        }
    }
}

fn row(table: Table, columns: &[&'static str], row: &TableRow, place: usize, first: bool) -> Html {
    let name = selection::name(&row.key);
    html! {
        <tr key={name.clone()} class={row.changed.then_some("changed")} aria-rowindex={(place + 2).to_string()}>
            { for columns.iter().zip(&row.cells).map(|(column, cell)| match (*column, row.state) {
                ("NAME", _) => html! {
                    <th scope="row">
                        <button class="object-name" data-object={name.clone()} tabindex={if first { "0" } else { "-1" }}>{ cell }</button>
                    </th>
                },
                ("STATUS", Some(state)) => html! {
                    <td class={format!("s-{}", state.slug())}>{ glyph(state.slug()) }{ cell }</td>
                },
                _ => html! { <td>{ cell }</td> },
            }) }
            if table.has_revisions() {
                <td>
                    if let Some(place) = row.letter {
                        <span class={format!("letter stripe-{}", place % 6)}>{ letter(place) }</span>
                    }
                </td>
            }
        </tr>
    }
}
