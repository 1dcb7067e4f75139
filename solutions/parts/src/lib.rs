//! Reference primitives that later exercises build on, so that nobody has to solve an earlier exercise first.
//!
//! Compiled over real threads and over the model checker, as `sync` is.

mod hazard;
mod mutex;
mod padded;

pub use hazard::{Hazards, User};
pub use mutex::{Mutex, MutexGuard};
pub use padded::CachePadded;
