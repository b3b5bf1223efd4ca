//! The command line: kubectl's commands and their output.
//!
//! Output formats are in [`print`](mod@crate::print), manifests in [`manifests`](crate::manifests); this module
//! parses command lines and runs the commands on the engine.

mod commands;
mod image_name;
mod repeat;
mod shell;

pub mod autoscale;
pub mod complete;
pub mod expose;
pub mod forecast;
pub mod run;
pub mod typed;

pub use commands::{CommandInput, Edit, Poll, WaitingCommand};
pub use complete::{Completions, complete, complete_in};
pub use repeat::repeat;
pub use run::{EDITOR, Output, run, run_in, run_with, start, start_in};
pub use shell::Terminal;
