//! What the shapes and colours mean; always there.

use super::context::Page;
use super::glyph::glyph;
use crate::page::pods::PodState;
use crate::page::words;
use yew::prelude::*;

/// The legend.
pub fn legend(page: &Page) -> Html {
    html! {
        <ul class="legend" aria-label={page.say(&words::LEGEND)}>
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
