//! Bars and gauges of a workload: actual and reported pod counts, and invariants.

use super::context::Page;
use super::name::link;
use crate::page::action::Action;
use crate::page::bars::{BarKind, Count, share};
use crate::page::watch::{self, Gauge};
use crate::page::words;
use kubestep::api::kind::Kind;
use kubestep::engine::invariants::{Invariant, Verdict};
use kubestep::texts::Text;
use std::fmt::Display;
use yew::prelude::*;

/// The bars of a workload's counts against the desired number, its gauges, and their explanation.
pub fn gauges(page: &Page, counts: &[Count], wanted: i32, gauges: &[Gauge]) -> Html {
    let has_gauge = |quantity| {
        gauges
            .iter()
            .any(|gauge| BarKind::of(gauge) == Some(quantity))
    };
    // A bar of all pods against the desired number would add nothing to the others.
    let plain = counts
        .iter()
        .filter(|count| count.quantity != BarKind::Pods && !has_gauge(count.quantity));
    html! {
        <div class={classes!("bars", (wanted >= 100).then_some("wide"))}>
            <ul class="progress">
                { for plain.map(|count| progress(page, count, wanted)) }
            </ul>
            if !gauges.is_empty() {
                <ul class="gauges" aria-label={page.say(&words::GAUGES)}>
                    { for gauges.iter().map(|gauge| self::gauge(page, gauge, counts, wanted)) }
                </ul>
            }
            { help(page, gauges) }
        </div>
    }
}

/// How many of the desired pods are updated, ready or available.
fn progress(page: &Page, count: &Count, wanted: i32) -> Html {
    let (slug, now) = (count.quantity.slug(), count.now);
    let values: &[(&str, &dyn Display)] = &[("count", &now), ("wanted", &wanted)];
    let bar = Bar {
        now,
        reported: Some(count.reported),
        bound: None,
        most: wanted,
    };
    html! {
        <li key={slug} class={bar.class(slug)}>
            <span class="words">
                <span class="gauge-name">{ page.say(count.quantity.name()) }</span>{ " " }
                <b>{ page.fill(&words::OF_WANTED, values) }</b>
            </span>
            { bar.draw(page) }
        </li>
    }
}

fn gauge(page: &Page, gauge: &Gauge, counts: &[Count], wanted: i32) -> Html {
    let now = &gauge.now;
    let quantity = BarKind::of(gauge);
    let reported = counts
        .iter()
        .find(|count| Some(count.quantity) == quantity)
        .map(|count| count.reported);
    let bar = Bar {
        now: now.value,
        reported,
        bound: Some(now.bound),
        most: wanted,
    };
    let slug = quantity.map_or("other", BarKind::slug);
    html! {
        <li key={format!("{} {}", now.invariant.id, now.about)} class={bar.class(slug)}>
            <span class="words">
                <span class="gauge-name">
                    if now.about.kind == Kind::ReplicaSet {
                        { link(&now.about, now.about.name.to_string()) }{ " " }
                    }
                    { page.say(name(now.invariant)) }
                </span>
                { reading(page, gauge) }
            </span>
            { bar.draw(page) }
            { Html::from_html_unchecked(AttrValue::from(gauge.svg())) }
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

/// Value, bound and verdict.
fn reading(page: &Page, gauge: &Gauge) -> Html {
    let now = &gauge.now;
    let class = format!("v-{}", watch::slug(now.verdict));
    html! {
        <>
            { " " }<b class={class.clone()}>{ gauge.reading() }</b>
            { " " }<span class={class}>{ page.say(verdict(now.verdict)) }</span>
        </>
    }
}

/// A bar with its marks.
struct Bar {
    now: i32,
    reported: Option<i32>,
    bound: Option<i32>,
    most: i32,
}

impl Bar {
    /// Whether the status reports another number than the actual one.
    fn differs(&self) -> bool {
        self.reported.is_some_and(|reported| reported != self.now)
    }

    fn class(&self, slug: &str) -> String {
        let apart = if self.differs() { " apart" } else { "" };
        format!("bar bar-{slug}{apart}")
    }

    /// The reported number as text, and the bar, which shows the same.
    fn draw(&self, page: &Page) -> Html {
        let marks = [Some(self.now), self.reported, self.bound];
        let most = marks.into_iter().flatten().fold(self.most, i32::max);
        let at = |number: i32| format!("left: {:.1}%", 100.0 * share(number, most));
        html! {
            <>
                if let Some(reported) = self.reported {
                    { " " }<span class={classes!("reported", self.differs().then_some("differs"))}>
                        { page.fill(&words::REPORTED, &[("count", &reported)]) }
                    </span>
                }
                <span class="meter" aria-hidden="true">
                    <i class="fill" style={format!("transform: scaleX({:.3})", share(self.now, most))} />
                    if let Some(bound) = self.bound {
                        <i class="bound" style={at(bound)} />
                    }
                    if let Some(reported) = self.reported {
                        <i class="mark" style={at(reported)} />
                    }
                </span>
            </>
        }
    }
}

/// The explanation of marks and gauges, accessible by keyboard and touch as well.
fn help(page: &Page, gauges: &[Gauge]) -> Html {
    let marks = [
        ("fill", &words::BARS_NOW),
        ("mark", &words::BARS_REPORTED),
        ("bound", &words::BARS_BOUND),
    ];
    html! {
        <details class="bars-help">
            <summary>{ page.say(&words::BARS_HELP) }</summary>
            <dl>
                { for marks.into_iter().map(|(class, phrase)| html! {
                    <>
                        <dt><span class="meter" aria-hidden="true"><i {class} /></span></dt>
                        <dd>{ page.say(phrase) }</dd>
                    </>
                }) }
                { for gauges.iter().map(|gauge| {
                    let invariant = gauge.now.invariant;
                    html! {
                        <>
                            <dt>{ page.say(name(invariant)) }</dt>
                            <dd>
                                <code>{ invariant.formula }</code>
                                { " " }{ page.say(&invariant.says) }
                            </dd>
                        </>
                    }
                }) }
            </dl>
        </details>
    }
}

/// The measured quantity in a word or two.
pub fn name(invariant: &Invariant) -> &'static Text {
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

/// A verdict in words.
pub fn verdict(verdict: Verdict) -> &'static Text {
    match verdict {
        Verdict::Holds => &words::GAUGE_HOLDS,
        Verdict::AtLimit => &words::GAUGE_AT_LIMIT,
        Verdict::Pending => &words::GAUGE_PENDING,
        Verdict::BrokenByFault => &words::GAUGE_FAULT,
        Verdict::BrokenByController => &words::GAUGE_BUG,
    }
}
