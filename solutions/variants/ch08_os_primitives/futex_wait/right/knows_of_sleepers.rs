//! A third state says that somebody sleeps. Then `open` makes no call for nobody.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

/// Whoever comes must wait.
const CLOSED: u32 = 0;
/// As `CLOSED`, and somebody may sleep.
const AWAITED: u32 = 2;
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
        if self.state.swap(OPEN, Release) == AWAITED {
            futex::wake_all(&self.state);
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
            // Relaxed: hands nothing over; the loop looks again.
            if self.state.compare_exchange(CLOSED, AWAITED, Relaxed, Relaxed) != Err(OPEN) {
                futex::wait(&self.state, AWAITED);
            }
        }
    }
}
