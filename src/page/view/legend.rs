//! The legend of shapes and colours.

use super::context::Page;
use super::glyph::glyph;
use crate::page::pods::PodState;
use crate::page::words;
use yew::prelude::*;

/// The button that shows and hides the legend.
pub fn switch(page: &Page, open: &UseStateHandle<bool>) -> Html {
    let (set, next) = (open.setter(), !**open);
    let label = page.say(&words::LEGEND);
    html! {
        <button class="tool switch-legend" aria-expanded={open.to_string()} aria-controls={open.then_some("legend")}
            aria-label={label} title={label} onclick={move |_| set.set(next)}
        >{ glyph("help") }</button>
    }
}

/// The legend.
pub fn legend(page: &Page) -> Html {
    html! {
        <ul class="legend" id="legend" aria-label={page.say(&words::LEGEND)}>
            { for PodState::LEGEND.into_iter().map(|state| html! {
                <li>
                    <span class={classes!("swatch", format!("s-{}", state.slug()))}>{ glyph(state.slug()) }</span>
                    { page.say(state.meaning()) }
                </li>
            }) }
            <li>
                <span class="letter stripe-0" aria-hidden="true">{ "A" }</span>
                { page.say(&words::LEGEND_REVISION) }
            </li>
        </ul>
    }
}
