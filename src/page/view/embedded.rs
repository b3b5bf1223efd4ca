//! The layout of a frame in another page: its panes, the transport, and a bottom bar with tabs and the link to the
//! whole page.

use super::context::Page;
use super::glyph::{Glyphs, glyph};
use super::menu;
use super::places::title;
use crate::page::action::{Action, Pane};
use crate::page::browser;
use crate::page::embed::Embed;
use crate::page::words;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// The content of a frame.
pub struct Embedded<'a> {
    /// The language and the callback for actions.
    pub page: Page,
    /// What the author asks for.
    pub embed: &'a Embed,
    /// Whether steps follow each other too quickly to scroll to their changes.
    pub calm: bool,
    /// The current pane.
    pub pane: Pane,
    /// The panes.
    pub panes: Html,
    /// The transport.
    pub transport: Html,
    /// The open menu and dialogs.
    pub above: Html,
    /// Returns the fragment of a link to what is shown.
    pub fragment: Fragment,
    /// The text announced to screen readers.
    pub announcement: &'a str,
}

impl Embedded<'_> {
    /// The whole frame.
    pub fn view(self) -> Html {
        let page = &self.page;
        html! {
            <ContextProvider<Page> context={page.clone()}>
                <Glyphs />
                <main class={classes!("panes", self.calm.then_some("calm"))}
                    onclick={menu::select(page)}
                    oncontextmenu={menu::open(page)}
                    onkeydown={menu::roam()}
                    data-pane={self.pane.name()}
                    data-side={side(self.pane).name()}
                >
                    <h1 class="unseen">{ "kubestep" }</h1>
                    { self.panes.clone() }
                    { self.transport.clone() }
                </main>
                { self.foot() }
                { self.above.clone() }
                <p class="unseen" role="status" aria-live="polite">{ self.announcement }</p>
            </ContextProvider<Page>>
        }
    }

    /// The bottom bar. A narrow frame shows one pane at a time, a wide one the cluster and another one.
    fn foot(&self) -> Html {
        let (page, embed, pane) = (&self.page, self.embed, self.pane);
        let tabs = embed.tabs(pane);
        let alone = tabs.len() == 2;
        html! {
            <footer class="embed-foot">
                <nav class={classes!("embed-tabs", alone.then_some("alone"))} aria-label={page.say(&words::PANES)}>
                    { for tabs.into_iter().map(|tab| html! {
                        <button key={tab.name()} class={classes!("tab", tab.name(), (tab == side(pane)).then_some("beside"))}
                            aria-current={(tab == pane).then_some("true")} onclick={page.on(Action::Show(tab))}>
                            { title(page, tab) }
                        </button>
                    }) }
                </nav>
                if !embed.refused.is_empty() {
                    <p>{ page.fill(&words::EMBED_NO_PANES, &[("names", &embed.refused.join(", "))]) }</p>
                }
                { whole(page, &self.fragment) }
            </footer>
        }
    }
}

/// The pane beside the cluster in a wide frame.
fn side(pane: Pane) -> Pane {
    match pane {
        Pane::Cluster => Pane::Why,
        pane => pane,
    }
}

/// The manifests of a read-only frame.
pub fn manifests(page: &Page, text: &str) -> Html {
    html! {
        <section class="pane manifests" id="pane-manifests" aria-labelledby="title-manifests" tabindex="-1">
            <div class="pane-head">
                <h2 id="title-manifests">{ page.say(&words::MANIFESTS) }</h2>
            </div>
            <div class="pane-body" tabindex="0" role="group" aria-labelledby="title-manifests">
                <pre class="yaml">{ text }</pre>
            </div>
        </section>
    }
}

/// Returns the fragment of a link to what is shown now.
pub type Fragment = Rc<dyn Fn() -> String>;

/// The link to the whole page. What it leads to is computed whenever it may be followed or copied.
fn whole(page: &Page, fragment: &Fragment) -> Html {
    let fragment = fragment.clone();
    let update = Callback::from(move |event: Event| {
        let link = event.target_dyn_into::<Element>();
        let link = link.and_then(|target| target.closest("a").ok()?);
        if let Some(link) = link {
            let _ = link.set_attribute("href", &to(&fragment()));
        }
    });
    html! {
        <a class="embed-link" target="_blank" rel="noopener" href={to(&browser::fragment())}
            onpointerdown={update.reform(Event::from)}
            oncontextmenu={update.reform(Event::from)}
            onclick={update.reform(Event::from)}
        >{ page.say(&words::SHARE_OPEN) }{ glyph("leave") }</a>
    }
}

/// The address of the whole page with a fragment.
fn to(fragment: &str) -> String {
    match fragment {
        "" => browser::address(),
        fragment => format!("{}#{fragment}", browser::address()),
    }
}
