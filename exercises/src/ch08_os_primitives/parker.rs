//! A parker: one thread sleeps until another gives it a token.
//!
//! The algorithm is the one of std's `thread::park` on systems with a futex (`library/std/src/sys/sync/thread_parking/futex.rs`).
//!
//! # Invariants
//!
//! 1. The word is [`PARKED`] only while the owner is inside [`park`](Parker::park): it alone writes `PARKED`, and it leaves
//!    by writing [`EMPTY`].
//! 2. `park` returns only after one of its operations has replaced [`NOTIFIED`] by `EMPTY`: it has taken a token.
//! 3. The owner sleeps only while the word is `PARKED`, and whoever changes it from `PARKED` wakes. So nobody sleeps beside a
//!    token.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

/// The owner is asleep, or about to be. One less than [`EMPTY`], so that one subtraction serves both other states.
const PARKED: u32 = EMPTY.wrapping_sub(1);
/// There is no token, and the owner is not parked.
const EMPTY: u32 = 0;
/// There is a token.
const NOTIFIED: u32 = 1;

/// Lets one thread, its owner, sleep until another gives it a token.
///
/// There is at most one token. A new parker has none.
#[derive(Debug, Default)]
pub struct Parker {
    state: AtomicU32,
}

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(EMPTY) }
    }

    /// Waits for a token, and takes it.
    ///
    /// Returns with a token and for no other reason. What happened before each [`unpark`](Self::unpark) so far happens before
    /// the return. Only one thread, the owner, may call this: a second one may sleep for ever.
    ///
    /// Blocks in the operating system if there is no token, and makes no call if there is one.
    #[inline]
    pub fn park(&self) {
        // NOTIFIED becomes EMPTY, EMPTY becomes PARKED; invariant 1 excludes the third.
        // Acquire: pairs with the Release in `unpark`, if it was there first.
        if self.state.fetch_sub(1, Acquire) != NOTIFIED {
            self.park_contended();
        }
    }

    /// The word is `PARKED`: sleeps until it is `NOTIFIED`.
    #[cold]
    fn park_contended(&self) {
        loop {
            // Does not sleep if the token has come since; may return without one.
            futex::wait(&self.state, PARKED);
            // Acquire: pairs with the Release in `unpark`, whose token this takes.
            // Relaxed: a failure learns nothing but that there is no token yet.
            if self.state.compare_exchange(NOTIFIED, EMPTY, Acquire, Relaxed).is_ok() {
                return;
            }
        }
    }

    /// Makes the token available if it is not, and wakes the owner if it is parked. Any thread may call this.
    ///
    /// Makes a call to the operating system only if the owner is parked.
    #[inline]
    pub fn unpark(&self) {
        // Release: pairs with the Acquire in `park`. It writes even if there is a token already: the read-modify-write goes
        // on with the release sequence of the one that was there, so `park` learns of both.
        if self.state.swap(NOTIFIED, Release) == PARKED {
            futex::wake_one(&self.state);
        }
    }
}
