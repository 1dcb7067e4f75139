//! The facade `sync` under a model checker.
//!
//! The same names as `sync-std`, but every operation is recorded and every execution that the memory model allows is
//! tried: [`model`] runs a closure once for each. The search is done by an engine, the crate `rc11`; nothing outside this
//! crate names it. With the feature `loom`, loom is the engine.
//!
//! # What is watched
//!
//! `UnsafeCell::get` returns a plain pointer, as std's does. So readers write ordinary Rust (`unsafe { &mut *cell.get() }`)
//! and a guard can hand out a reference that outlives the call, which a closure (`with`, `with_mut`) does not allow. The
//! price is that the checker cannot see what is done through that pointer. Checks therefore put a
//! [`Probe`](cell::Probe) into the cell of the code under test: each of *its* reads and writes is watched at the moment it
//! happens, however the code came by the reference. `with` and `with_mut` are watched as well.

#[cfg(not(feature = "loom"))]
mod check;
#[cfg(not(feature = "loom"))]
pub mod judge;
#[cfg(not(feature = "loom"))]
mod plan;
#[cfg(not(feature = "loom"))]
mod report;

#[cfg(not(feature = "loom"))]
pub use check::{Explored, Model, model};
#[cfg(not(feature = "loom"))]
pub use rc11::sync as surroundings;
#[cfg(not(feature = "loom"))]
pub use rc11::sync::{Condvar, Mutex, MutexGuard};
#[cfg(not(feature = "loom"))]
pub use rc11::{
    Counters, Moment, Stuck, Turn, alloc, atomic, attempt, catch_panic, cell, counters,
    expect_panic, free, futex, hint, history, now, panic_quietly, reject, thread, track,
};
#[cfg(not(feature = "loom"))]
pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};
#[cfg(feature = "loom")]
pub use sync_loom::*;
