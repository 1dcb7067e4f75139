//! The parts over the model checker: the same names and promises as `parts`, at the least cost to the search.
//!
//! What an exercise builds on is not what is graded. A mutex that sleeps on a futex has an execution for each way in which
//! threads meet at it, and three threads have too many. The checker has a mutex of its own: one step to lock and one to
//! unlock, no loop, and no system call that `sync::counters` would count. A thread that waits for it for ever is a deadlock.
//!
//! Hazard pointers are the same here as there: the search is to see all that they let happen. So is the padding.

#[path = "../../src/hazard.rs"]
mod hazard;
mod mutex;
#[path = "../../src/padded.rs"]
mod padded;

pub use hazard::{Hazards, User};
pub use mutex::{Mutex, MutexGuard};
pub use padded::CachePadded;
