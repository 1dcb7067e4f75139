//! A count of sleepers beside the word, to save a call. `open` may read the count before the sleeper has raised it, and the
//! sleeper the gate before it is opened: with `Acquire` and `Release` both may see the old value. The comparison saves the
//! sleeper only if it comes late enough.
//!
//! Rejected by: two_waiters_are_woken
//! Because: DEADLOCK

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Release},
};
use sync::futex;

/// Whoever comes must wait.
const CLOSED: u32 = 0;
/// Whoever comes may pass, for ever.
const OPEN: u32 = 1;

/// A gate that is closed at first, and open for all from the first [`open`](Self::open) on.
#[derive(Debug, Default)]
pub struct Gate {
    state: AtomicU32,
    sleepers: AtomicU32,
}

impl Gate {
    /// A closed gate.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(CLOSED), sleepers: AtomicU32::new(0) }
    }

    /// Opens the gate, and wakes all that wait. Any thread may call this, and more than once.
    pub fn open(&self) {
        // Release: pairs with the Acquire in `is_open`; what happened before happens before the return of every `wait`.
        self.state.store(OPEN, Release);
        // After the store: whoever is not asleep yet finds the gate open.
        if self.sleepers.load(Acquire) > 0 {
            futex::wake_one(&self.state);
        }
    }

    /// Says whether the gate is open, and if so, all that happened before it was opened has happened. Never blocks.
    #[inline]
    pub fn is_open(&self) -> bool {
        // Acquire: pairs with the Release in `open`.
        self.state.load(Acquire) == OPEN
    }

    /// Waits until the gate is open.
    ///
    /// Blocks in the operating system; makes no call if the gate is open.
    #[inline]
    pub fn wait(&self) {
        while !self.is_open() {
            // Sleeps only if the gate still is closed. May return for no reason, so the loop looks again.
            self.sleepers.fetch_add(1, Release);
            futex::wait(&self.state, CLOSED);
            self.sleepers.fetch_sub(1, Release);
        }
    }
}
