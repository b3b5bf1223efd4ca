//! The command line: what `kubectl` prints.
//!
//! Everything here is a pure function from objects, as the API server would serve them, to text. Nothing in
//! this half knows the store: what a text needs beside its object comes in as an argument.

mod look;

pub mod custom_columns;
pub mod describe;
pub mod jsonpath;
pub mod print;
pub mod rollout;

pub use look::Look;
