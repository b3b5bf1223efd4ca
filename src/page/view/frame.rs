//! Where everything of the page stands, before and after the cluster has come.

use super::context::Page;
use super::glyph::Glyphs;
use super::header::header;
use super::places::pane_name;
use super::tabs::tabs;
use crate::page::action::{Pane, Theme};
use crate::page::browser;
use crate::page::words;
use kubestep::versions::Version;
use yew::prelude::*;

/// The control that the keyboard skips to.
const STEP: &str = ".transport .step";

/// What stands in the page.
pub struct Frame<'a> {
    /// The language and a way to ask.
    pub page: Page,
    /// The theme.
    pub theme: Theme,
    /// Whether steps follow each other too fast to scroll to what each changes.
    pub calm: bool,
    /// The pane that is shown where not all of them fit.
    pub pane: Pane,
    /// The pane that is shown of each of [`Pane::PLACES`].
    pub front: [Pane; Pane::PLACES.len()],
    /// Which Kubernetes the cluster is.
    pub version: Version,
    /// How single objects look.
    pub styles: Html,
    /// The manifests.
    pub manifests: Html,
    /// The panes before the controls of time.
    pub before: Html,
    /// The controls of time.
    pub transport: Html,
    /// The panes after them.
    pub after: Html,
    /// The help.
    pub help: Html,
    /// The sentence for those who do not see the page.
    pub announcement: &'a str,
    /// What happens at a click.
    pub click: Callback<MouseEvent>,
    /// What happens where a menu is asked for.
    pub menu: Callback<MouseEvent>,
    /// What keys do.
    pub key: Callback<KeyboardEvent>,
}

impl Frame<'_> {
    /// All of the page.
    pub fn view(self) -> Html {
        html! {
            <ContextProvider<Page> context={self.page.clone()}>
                <Glyphs />
                { self.styles }
                <button class="skip" onclick={|_| browser::focus(STEP)}>
                    { self.page.say(&words::SKIP_TO_CONTROLS) }
                </button>
                { header(&self.page, self.theme, self.version) }
                <main class={classes!("panes", self.calm.then_some("calm"))}
                    onclick={self.click}
                    oncontextmenu={self.menu}
                    onkeydown={self.key}
                    data-pane={pane_name(self.pane)}
                    data-bottom={pane_name(self.front[0])}
                    data-right={pane_name(self.front[1])}
                    data-centre={pane_name(self.front[2])}
                    data-below={pane_name(self.front[3])}
                    data-middle={pane_name(self.front[4])}
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
