//! The header: name, version, language, theme, and help.

use super::app::next_theme;
use super::context::Page;
use super::glyph::glyph;
use crate::page::action::{Action, Theme};
use crate::page::words;
use kubestep::versions::Version;
use yew::prelude::*;

/// The header of the page.
pub fn header(page: &Page, theme: Theme, version: Version) -> Html {
    let other = page.language.next();
    let name = match theme {
        Theme::System => &words::THEME_SYSTEM,
        Theme::Light => &words::THEME_LIGHT,
        Theme::Dark => &words::THEME_DARK,
    };
    html! {
        <header class="head">
            <h1 class="brand">
                <button title={page.say(&words::HOME)} onclick={page.on(Action::Home)}>
                    { glyph("brand") }{ "kubestep" }
                    <span class="unseen">{ ": " }{ page.say(&words::HOME) }</span>
                </button>
            </h1>
            <p class="tagline">{ page.fill(&words::TAGLINE, &[("version", &version)]) }</p>
            <div class="head-tools">
                <button class="tool" onclick={page.on(Action::Lessons(true))}>
                    { glyph("lessons") }<span>{ page.say(&words::LESSONS) }</span>
                </button>
                <button class="tool" lang={other.tag()} onclick={page.on(Action::Language(other))}>
                    { glyph("language") }<span>{ other.name() }</span>
                </button>
                <button class="tool" onclick={page.on(Action::Theme(next_theme(theme)))}>
                    { glyph(theme.name()) }
                    <span>
                        <span class="unseen">{ page.say(&words::THEME) }{ ": " }</span>
                        { page.say(name) }
                    </span>
                </button>
                <button class="tool" onclick={page.on(Action::Share(true))}>
                    { glyph("share") }<span>{ page.say(&words::SHARE) }</span>
                </button>
                <button class="tool" onclick={page.on(Action::Help(true))}>
                    { glyph("help") }<span>{ page.say(&words::HELP) }</span>
                </button>
            </div>
        </header>
    }
}
