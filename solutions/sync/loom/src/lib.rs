//! The facade `sync` under a model checker.
//!
//! The same names as `sync-std`, but every operation is recorded and every allowed execution is tried: [`model`] runs a
//! closure once for each. The search itself is done by an engine (loom, for now) behind the wall of `engine`; nothing
//! outside that module names it.
//!
//! # What is exact and what is not
//!
//! The engine over-approximates in two places: it lets a plain store slip between a read-modify-write and what that
//! operation read, and it takes `SeqCst` accesses for `AcqRel`. `order` holds every execution against the axioms of
//! coherence and atomicity and abandons those that C++20 forbids, which mends the first. The second stands: an algorithm
//! that needs `SeqCst` *accesses* must not be graded with this engine (`SeqCst` fences are right).
//!
//! A thread that spins without seeing anything new is not followed for ever: see `exec::Exec::note_spin`.

// What the parts call this crate.
extern crate self as sync;

/// Assembly, noted as over our own checker.
#[path = "../../model/src/arch.rs"]
pub mod arch;
pub mod atomic;
mod audit;
pub mod cell;
mod clock;
mod engine;
mod exec;
pub mod futex;
/// What only our own checker answers.
#[path = "../../std/src/judge.rs"]
pub mod judge;
mod locks;
mod order;
mod report;
pub mod surroundings;
pub mod thread;
/// Values whose fate is watched by our own checker; with this engine they are just values.
#[path = "../../std/src/track.rs"]
pub mod track;

/// Hints to the processor.
pub mod hint {
    /// Tells the checker that this thread waits for another: it is not scheduled again before someone else has run.
    #[track_caller]
    pub fn spin_loop() {
        crate::engine::hint();
    }

    /// As [`spin_loop`]: no time passes.
    #[track_caller]
    pub fn spin_for(_duration: std::time::Duration) {
        spin_loop();
    }
}

pub use engine::{Model, catch_panic, expect_panic, model, panic_quietly};
pub use locks::{Condvar, Mutex, MutexGuard};
pub use std::sync::{LockResult, PoisonError, TryLockError, TryLockResult};

/// Keeps the memory: an access after this is not found.
pub fn free<T>(place: Box<T>) {
    std::mem::forget(place);
}
pub use exec::{Counters, counters};

/// What one turn of a waiting loop does; see [`Model::waits`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Turn {
    /// The thread that waits.
    pub thread: usize,
    /// Loads.
    pub loads: usize,
    /// Read-modify-writes.
    pub rmws: usize,
    /// Fences.
    pub fences: usize,
    /// Stores.
    pub writes: usize,
}

/// An execution in which threads cannot go on; see [`Model::on_stuck`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stuck {
    /// What all threads together have done until then.
    pub counters: Counters,
}

/// The allocator for a test binary with models.
pub mod alloc {
    pub use std::alloc::System as Quarantine;

    /// How many blocks of memory are in use? This engine does not know.
    pub fn blocks_in_use() -> usize {
        0
    }

    /// Was the memory freed? This engine does not know.
    pub fn is_freed<T: ?Sized>(_: *const T) -> bool {
        true
    }
}
