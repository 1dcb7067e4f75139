//! The facade `sync` under a model checker.
//!
//! The same names as `sync-std`, but every operation is recorded and every execution that the memory model allows is
//! tried: [`model`] runs a closure once for each. The search is done by an engine, the crate `rc11`; nothing outside this
//! crate names it. With the feature `loom`, loom is the engine.
//!
//! # What is watched
//!
//! `UnsafeCell::get` returns a plain pointer, as std's does. So readers write ordinary Rust (`unsafe { &mut *cell.get() }`)
//! and a guard can hand out a reference that outlives the call, which a closure (`with`, `with_mut`) does not allow. What
//! is done through that pointer is seen because the compiler makes the code tell of it (see `rc11`). Where it cannot, and where
//! its value should stand in the report, checks put a [`Probe`](cell::Probe) into the cell of the code under test: each of *its*
//! reads and writes is watched at the moment it happens, however the code came by the reference. `with` and `with_mut` are watched
//! as well.

/// What the facade leaves out, and what to take instead.
#[cfg(not(feature = "loom"))]
#[path = "../../std/src/absent.rs"]
pub mod absent;
#[cfg(not(feature = "loom"))]
pub mod arch;
#[cfg(not(feature = "loom"))]
mod check;
#[cfg(not(feature = "loom"))]
mod inspect;
#[cfg(not(feature = "loom"))]
pub mod judge;
#[cfg(not(feature = "loom"))]
mod plan;
#[cfg(all(unix, not(feature = "loom")))]
pub mod pthread;
#[cfg(not(feature = "loom"))]
mod report;

#[cfg(not(feature = "loom"))]
pub use check::{Explored, Model, model};
#[cfg(not(feature = "loom"))]
pub use rc11::sync as surroundings;
#[cfg(not(feature = "loom"))]
pub use rc11::sync::{
    Barrier, BarrierWaitResult, Condvar, LazyLock, LockResult, Mutex, MutexGuard, Once, OnceLock,
    OnceState, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError, TryLockResult,
    WaitTimeoutResult, mpsc,
};
#[cfg(not(feature = "loom"))]
pub use rc11::{
    Counters, Turn, alloc, atomic, catch_panic, cell, counters, expect_panic, free, futex, hint,
    panic_quietly, thread, thread_local, track,
};
#[cfg(feature = "loom")]
pub use sync_loom::*;
