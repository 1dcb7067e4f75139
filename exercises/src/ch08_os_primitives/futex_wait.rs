//! A gate that is opened once, for everybody: the least that a futex can do.
//!
//! The word goes from [`CLOSED`] to [`OPEN`] and never back. So a thread that has seen `OPEN` need not look again, and a
//! thread that sleeps on `CLOSED` has nothing to fear but a wake-up that comes before it sleeps. The futex excludes that: it
//! compares the word with the value that the sleeper expects, and goes to sleep, in one step.

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
        // Release: pairs with the Acquire in `is_open` that reads it. A second `open` ends the release sequence of the first.
        self.state.store(OPEN, Release);
        // After the store: whoever is not asleep yet finds the gate open.
        futex::wake_all(&self.state);
    }

    /// Says whether the gate is open: then all that happened before the `open` that it reads has happened. Never blocks.
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
            futex::wait(&self.state, CLOSED);
        }
    }
}
