//! What all actors share: controllers, the scheduler and the kubelets.
//!
//! An actor is a function from one key to writes on the store. It gets a [`Context`], reports each
//! [`Decision`](decision::Decision) as it takes it, and is described by one [`Spec`].

mod branch_table;
mod cause;
mod context;
pub mod decision;
mod error;
pub mod memory;
pub mod recorder;
pub mod sentence;
mod spec;
mod undo;

pub(crate) use branch_table::branch_table;
pub use cause::{Cause, Wait, Wake, cause_of};
pub use context::Context;
pub use error::SyncError;
pub use spec::{Kinds, Spec};
pub use undo::Undo;
