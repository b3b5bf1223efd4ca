//! The command line: words into verbs on the store, and what `kubectl` prints.
//!
//! The printing half ([`mod@print`], [`describe`], [`rollout`], [`jsonpath`], [`custom_columns`]) is made of pure
//! functions from objects, as the API server would serve them, to text: it does not know the store, and what a
//! text needs beside its object comes in as an argument. The other half ([`mod@run`], [`manifests`]) reads the
//! command line and works on the engine.

mod commands;
mod filters;
mod look;
mod shell;

pub mod autoscale;
pub mod complete;
pub mod custom_columns;
pub mod describe;
pub mod expose;
pub mod go_template;
pub mod jsonpath;
pub mod manifests;
pub mod print;
pub mod rollout;
pub mod run;
pub mod sort_by;

pub use commands::{Edit, Input, Poll, Waiting};
pub use complete::{Completions, complete};
pub use look::Look;
pub use run::{Output, run, run_with, start};
