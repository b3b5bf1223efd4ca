//! The command line: words into verbs on the store, with what `kubectl` prints.
//!
//! Texts of objects come from [`print`](mod@crate::print), objects of files from [`manifests`](crate::manifests);
//! here the words are read, and the commands are carried out on the engine.

mod commands;
mod filters;
mod shell;

pub mod autoscale;
pub mod complete;
pub mod expose;
pub mod run;
pub mod typed;

pub(crate) use commands::parse_duration;
pub use commands::{Edit, Input, Poll, Waiting};
pub use complete::{Completions, complete};
pub use run::{EDITOR, Output, run, run_with, start};
