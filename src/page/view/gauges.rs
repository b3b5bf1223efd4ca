//! Gauges: what must hold of a Deployment, in numbers and words, and how it went.

use super::context::Page;
use super::name::link;
use crate::page::action::Action;
use crate::page::watch::{self, Gauge};
use crate::page::words::{self, Phrase};
use kubestep::api::kind::Kind;
use kubestep::engine::invariants::{Invariant, Verdict};
use yew::prelude::*;

/// The gauges as a list.
pub fn gauges(page: &Page, gauges: &[Gauge]) -> Html {
    html! {
        if !gauges.is_empty() {
            <ul class="gauges" aria-label={page.say(&words::GAUGES)}>
                { for gauges.iter().map(|gauge| self::gauge(page, gauge)) }
            </ul>
        }
    }
}

fn gauge(page: &Page, gauge: &Gauge) -> Html {
    let now = &gauge.now;
    let title = format!(
        "{}: {}",
        now.invariant.formula, now.invariant.says[page.language as usize]
    );
    html! {
        <li key={format!("{} {}", now.invariant.id, now.about)} class="gauge" {title}>
            <span class="gauge-name">
                if now.about.kind == Kind::ReplicaSet {
                    { link(&now.about, now.about.name.to_string()) }{ " " }
                }
                { page.say(name(now.invariant)) }
            </span>
            { reading(page, gauge) }
            { for gauge.dips.iter().map(|(step, by)| {
                let phrase = if *by == Verdict::BrokenByFault { &words::DIP_FAULT } else { &words::DIP_BUG };
                html! {
                    <>
                        { " " }
                        <button class="link" onclick={page.on(Action::Jump(*step))}>
                            { page.fill(phrase, &[("number", step)]) }
                        </button>
                    </>
                }
            }) }
        </li>
    }
}

/// Value and bound, how they went, and the verdict.
fn reading(page: &Page, gauge: &Gauge) -> Html {
    let now = &gauge.now;
    let (value, bound) = (now.value, now.bound);
    let sign = match (gauge.is_least(), value >= bound, value > bound) {
        (true, true, _) => "≥",
        (true, false, _) => "<",
        (false, _, true) => ">",
        (false, _, false) => "≤",
    };
    let class = format!("v-{}", watch::slug(now.verdict));
    html! {
        <>
            { " " }<b class={class.clone()}>{ format!("{value} {sign} {bound}") }</b>
            { Html::from_html_unchecked(AttrValue::from(gauge.svg())) }
            { " " }<span class={class}>{ page.say(verdict(now.verdict)) }</span>
        </>
    }
}

/// What is counted, in a word or two.
pub fn name(invariant: &Invariant) -> &'static Phrase {
    match invariant.id {
        "deployment/available" => &words::AVAILABLE,
        "deployment/spared" => &words::GAUGE_SPARED,
        "deployment/planned" => &words::GAUGE_PLANNED,
        "deployment/surge" => &words::GAUGE_SURGE,
        "replicaset/ready-last" => &words::READY,
        "statefulset/one-per-ordinal" => &words::GAUGE_ONE,
        "statefulset/ordered" => &words::GAUGE_ORDERED,
        "statefulset/last-first" => &words::GAUGE_LAST_FIRST,
        "statefulset/partition" => &words::GAUGE_PARTITIONED,
        "statefulset/update" => &words::GAUGE_UPDATED,
        "statefulset/claims-kept" => &words::GAUGE_KEPT,
        _ => &words::GAUGE_SIZE,
    }
}

/// How it stands, in words.
pub fn verdict(verdict: Verdict) -> &'static Phrase {
    match verdict {
        Verdict::Holds => &words::GAUGE_HOLDS,
        Verdict::AtLimit => &words::GAUGE_AT_LIMIT,
        Verdict::Pending => &words::GAUGE_PENDING,
        Verdict::BrokenByFault => &words::GAUGE_FAULT,
        Verdict::BrokenByController => &words::GAUGE_BUG,
    }
}
