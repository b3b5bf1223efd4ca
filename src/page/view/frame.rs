//! The layout of the page, before and after the cluster is loaded.

use super::context::Page;
use super::glyph::Glyphs;
use super::header::header;
use super::tabs::tabs;
use crate::page::action::{Pane, Theme};
use crate::page::browser;
use crate::page::words;
use kubestep::versions::Version;
use yew::prelude::*;

/// The target of the skip link.
const STEP: &str = ".transport .step";

/// The content of the page.
pub struct Frame<'a> {
    /// The language and the callback for actions.
    pub page: Page,
    /// The theme.
    pub theme: Theme,
    /// Whether steps follow each other too quickly to scroll to their changes.
    pub calm: bool,
    /// The pane shown if not all of them fit.
    pub pane: Pane,
    /// The pane shown in each of [`Pane::PLACES`].
    pub front: [Pane; Pane::PLACES.len()],
    /// The cluster's Kubernetes version.
    pub version: Version,
    /// The manifests.
    pub manifests: Html,
    /// The panes before the transport.
    pub before: Html,
    /// The transport: the controls of time.
    pub transport: Html,
    /// The panes after the transport.
    pub after: Html,
    /// The help.
    pub help: Html,
    /// The text announced to screen readers.
    pub announcement: &'a str,
    /// Handler of clicks.
    pub click: Callback<MouseEvent>,
    /// Handler of context menus.
    pub menu: Callback<MouseEvent>,
    /// Handler of keys.
    pub key: Callback<KeyboardEvent>,
}

impl Frame<'_> {
    /// The whole page.
    pub fn view(self) -> Html {
        html! {
            <ContextProvider<Page> context={self.page.clone()}>
                <Glyphs />
                <button class="skip" onclick={|_| browser::focus(STEP)}>
                    { self.page.say(&words::SKIP_TO_CONTROLS) }
                </button>
                { header(&self.page, self.theme, self.version) }
                <main class={classes!("panes", self.calm.then_some("calm"))}
                    onclick={self.click}
                    oncontextmenu={self.menu}
                    onkeydown={self.key}
                    data-pane={self.pane.name()}
                    data-bottom={self.front[0].name()}
                    data-right={self.front[1].name()}
                    data-centre={self.front[2].name()}
                    data-below={self.front[3].name()}
                    data-middle={self.front[4].name()}
                >
                    { self.manifests }
                    { self.before }
                    { self.transport }
                    { self.after }
                </main>
                { tabs(&self.page, self.pane) }
                { self.help }
                <p class="unseen" role="status" aria-live="polite">{ self.announcement }</p>
            </ContextProvider<Page>>
        }
    }
}
