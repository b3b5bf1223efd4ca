//! The page: its state ([`state`]), its texts ([`words`], [`story`]), and its components (`view`).
//!
//!
//! Everything that needs no browser is plain Rust and tested natively; `view` contains the components.

#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

mod action;
mod bars;
mod budget;
mod candidates;
mod charts;
mod cluster;
mod compare;
mod console;
mod course;
mod curves;
mod deletion;
mod diff;
mod embed;
mod ending;
mod film;
mod fold;
mod keeper;
mod levels;
mod lines;
mod motion;
mod names;
mod next;
mod order;
mod ordinals;
mod pace;
mod places;
mod play;
mod pods;
mod progress;
mod rail;
mod scenario;
mod selection;
mod sessions;
mod slices;
mod source;
mod start;
mod state;
mod story;
mod summary;
mod turns;
mod watch;
mod words;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod view;

/// Mounts the page in the document.
#[cfg(target_arch = "wasm32")]
pub fn mount() {
    browser::report_panics();
    if let Some(root) = browser::root() {
        yew::Renderer::<view::app::App>::with_root(root).render();
    }
}
