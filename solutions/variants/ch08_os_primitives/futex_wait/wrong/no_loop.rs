//! `wait` sleeps once, and takes any return for the opening.
//!
//! Rejected by: wait_returns_after_the_gate_was_opened
//! Because: the gate is closed

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
}

impl Gate {
    /// A closed gate.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(CLOSED) }
    }

    /// Opens the gate, and wakes all that wait. Any thread may call this, and more than once.
    pub fn open(&self) {
        // Release: pairs with the Acquire in `is_open`; what happened before happens before the return of every `wait`.
        self.state.store(OPEN, Release);
        // After the store: whoever is not asleep yet finds the gate open.
        futex::wake_all(&self.state);
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
        if !self.is_open() {
            // Sleeps only if the gate still is closed. May return for no reason, so the loop looks again.
            futex::wait(&self.state, CLOSED);
        }
    }
}
