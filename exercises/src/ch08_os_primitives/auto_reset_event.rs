//! An event that lets one waiter through each time it is set, and resets itself: Windows has had it as a kernel object from
//! the start (`CreateEvent` with `bManualReset` false). Here it is one word and a futex.
//!
//! # The word
//!
//! ```text
//!   bits 31..1              bit 0
//!   registered waiters      SET
//! ```
//!
//! # Invariants
//!
//! 1. Whoever clears [`SET`] by taking the event is let through, and nobody else is: each change from not set to set lets at
//!    most one thread through.
//! 2. A thread is registered from before its first sleep until it is let through. So who sets the event sees every sleeper.
//! 3. Whenever the word is set and threads are registered, one of them is awake, or somebody is on the way to wake one. A
//!    registered thread goes to sleep only on a word that is not set, and whoever sets it with threads registered wakes one.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

/// The event is set: the next thread that takes it is let through.
const SET: u32 = 1;
/// One waiter, registered. There are never 2³¹ threads, so the count does not overflow.
const WAITER: u32 = 2;

/// An event that lets through one waiter each time that it is set.
///
/// A new event is not set.
#[derive(Debug, Default)]
pub struct AutoResetEvent {
    state: AtomicU32,
}

impl AutoResetEvent {
    /// An event that is not set.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(0) }
    }

    /// Sets the event: one thread that waits, or the next one that comes, is let through. If it is set already, nothing
    /// changes.
    ///
    /// What happened before each `set` so far happens before the return of the [`wait`](Self::wait) that takes the event.
    /// Makes a call to the operating system only if a thread waits.
    #[inline]
    pub fn set(&self) {
        // Release: pairs with the Acquire in `try_wait` and `wait_contended`. It writes even if the event is set: the
        // read-modify-write goes on with the release sequence that is there, so who takes the event learns of both.
        let before = self.state.fetch_or(SET, Release);
        // If it was set, whoever set it has woken one (invariant 3).
        if before & SET == 0 && before >= WAITER {
            futex::wake_one(&self.state);
        }
    }

    /// Takes back a `set` that has let nobody through yet.
    #[inline]
    pub fn reset(&self) {
        // Relaxed: nothing is handed over. The read-modify-write keeps the number of waiters, and goes on with the release
        // sequence.
        self.state.fetch_and(!SET, Relaxed);
    }

    /// Waits until the event is set, resets it, and returns.
    ///
    /// Blocks in the operating system; makes no call if the event is set.
    #[inline]
    pub fn wait(&self) {
        if !self.try_wait() {
            self.wait_contended();
        }
    }

    /// Resets the event if it is set, and says whether it was. Never blocks.
    #[inline]
    pub fn try_wait(&self) -> bool {
        // Relaxed: `take` acquires.
        let mut state = self.state.load(Relaxed);
        while state & SET != 0 {
            match self.take(state, state - SET) {
                Ok(_) => return true,
                Err(now) => state = now,
            }
        }
        false
    }

    /// Registers, and sleeps until it has taken the event.
    #[cold]
    fn wait_contended(&self) {
        // Relaxed: hands nothing over. That the sleeper is seen (invariant 2) is a matter of this word alone.
        let mut state = self.state.fetch_add(WAITER, Relaxed) + WAITER;
        loop {
            if state & SET != 0 {
                match self.take(state, state - SET - WAITER) {
                    Ok(_) => return,
                    Err(now) => state = now,
                }
            } else {
                // Does not sleep if the word has changed; may return for no reason.
                futex::wait(&self.state, state);
                // Relaxed: `take` acquires.
                state = self.state.load(Relaxed);
            }
        }
    }

    /// Clears `SET`, if the word still is `state`.
    #[inline]
    fn take(&self, state: u32, taken: u32) -> Result<u32, u32> {
        // Acquire: pairs with the Release in `set`.
        // Relaxed: a failure learns nothing but the word.
        self.state.compare_exchange(state, taken, Acquire, Relaxed)
    }
}
