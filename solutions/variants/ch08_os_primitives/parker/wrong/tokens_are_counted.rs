//! Tokens add up: it is a semaphore, and the second `unpark` is one token too many.
//!
//! Rejected by: two_unparks_leave_one_token
//! Because: `park` has returned once, but no token has been given

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

/// Set while the owner is parked; the rest is the number of tokens.
const PARKED: u32 = 1 << 31;

/// Lets one thread, its owner, sleep until another gives it a token.
#[derive(Debug, Default)]
pub struct Parker {
    state: AtomicU32,
}

impl Parker {
    /// A parker without a token.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(0) }
    }

    /// Waits for a token, and takes it.
    pub fn park(&self) {
        loop {
            let state = self.state.load(Relaxed);
            let tokens = state & !PARKED;
            let next = if tokens > 0 { tokens - 1 } else { PARKED };
            // Acquire: pairs with the Release in `unpark`.
            if self.state.compare_exchange(state, next, Acquire, Relaxed).is_err() {
                continue;
            }
            if tokens > 0 {
                return;
            }
            futex::wait(&self.state, PARKED);
        }
    }

    /// Adds a token, and wakes the owner if it is parked.
    pub fn unpark(&self) {
        // Release: pairs with the Acquire in `park`.
        if self.state.fetch_add(1, Release) & PARKED != 0 {
            futex::wake_one(&self.state);
        }
    }
}
