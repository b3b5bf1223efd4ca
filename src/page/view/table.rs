//! The cluster as tables: what the lanes show, in words; only the rows in sight are drawn.

use super::context::Page;
use super::glyph::glyph;
use super::pictures::panel;
use super::sight::{Sight, pixels};
use crate::page::action::Picture;
use crate::page::cluster::table::{self, Row, Table};
use crate::page::cluster::{ClusterView, letter};
use crate::page::selection;
use crate::page::state::Session;
use std::rc::Rc;
use yew::prelude::*;

/// Rows of a table beside those of objects: its kind, and its columns.
const HEAD: usize = 2;

/// What the tables need.
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The language.
    pub page: Page,
    /// The engine.
    pub session: Session,
    /// The cluster, with the letters of revisions.
    pub view: Rc<ClusterView>,
}

/// The tables.
pub struct Tables {
    sight: Sight,
    /// By which column pods are ordered, and whether backwards.
    by: (&'static str, bool),
}

/// What happens to the tables.
pub enum Msg {
    /// They were scrolled, or their size has changed.
    Scrolled,
    /// Other rows are in sight.
    Moved,
    /// Order by this column; or backwards, if they are already.
    Order(&'static str),
}

impl Component for Tables {
    type Message = Msg;
    type Properties = Props;

    fn create(_ctx: &Context<Self>) -> Self {
        Self {
            sight: Sight::default(),
            by: ("NAME", false),
        }
    }

    fn update(&mut self, _ctx: &Context<Self>, message: Msg) -> bool {
        match message {
            Msg::Scrolled => self.sight.look(),
            Msg::Moved => true,
            Msg::Order(column) => {
                self.by = (column, self.by == (column, false));
                true
            }
        }
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        let Props { session, view, .. } = ctx.props();
        let engine = session.engine();
        let tables = table::tables(engine.store());
        let rows = tables.iter().map(|table| table.count + HEAD).sum();
        let (first, last) = self.sight.drawn(rows);
        let mut begins = 0;
        let tables = tables.into_iter().map(|table| {
            let from = first.saturating_sub(begins + HEAD).min(table.count);
            let to = last.saturating_sub(begins + HEAD).min(table.count);
            begins += table.count + HEAD;
            let rows = table.rows(&engine, view, self.by, (from, to - from));
            self.table(ctx, table, rows, from)
        });
        let tables: Html = tables.collect();
        let scrolled = ctx.link().callback(|_: Event| Msg::Scrolled);
        panel(
            Picture::Table,
            Some((self.sight.list.clone(), scrolled)),
            tables,
        )
    }

    fn rendered(&mut self, ctx: &Context<Self>, _first: bool) {
        if self.sight.look() {
            ctx.link().send_message(Msg::Moved);
        }
    }
}

impl Tables {
    fn table(&self, ctx: &Context<Self>, table: Table, rows: Vec<Row>, from: usize) -> Html {
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
        let sort =
            (self.by.0 == column).then_some(if self.by.1 { "descending" } else { "ascending" });
        let order = ctx.link().callback(move |_: MouseEvent| Msg::Order(column));
        html! {
            <th scope="col" {class} aria-sort={sort}>
                <button class="order-by" onclick={order}>{ column }</button>
            </th>
        }
    }
}

/// The height of rows that are not drawn.
fn space(rows: usize) -> Html {
    html! {
        if rows > 0 {
            <tr aria-hidden="true" style={format!("height: {}px", pixels(rows))}></tr>
        }
    }
}

fn row(table: Table, columns: &[&'static str], row: &Row, place: usize, first: bool) -> Html {
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
