//! Relaxed operations, and fences that order them.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::futex;

const PARKED: u32 = 2;
const NOTIFIED: u32 = 1;
const EMPTY: u32 = 0;

#[derive(Debug, Default)]
pub struct Parker {
    state: AtomicU32,
}

impl Parker {
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(EMPTY) }
    }

    pub fn park(&self) {
        // Relaxed: the fence below acquires.
        while self.state.compare_exchange(NOTIFIED, EMPTY, Relaxed, Relaxed).is_err() {
            // Relaxed: nothing is read on the strength of it. A failure means that there is a token.
            let parked = self.state.compare_exchange(EMPTY, PARKED, Relaxed, Relaxed);
            if parked != Err(NOTIFIED) {
                futex::wait(&self.state, PARKED);
            }
        }
        // Acquire: pairs with the fence in `unpark`.
        fence(Acquire);
    }

    pub fn unpark(&self) {
        // Release: pairs with the fence in `park`.
        fence(Release);
        // Relaxed: the fence above publishes.
        if self.state.swap(NOTIFIED, Relaxed) == PARKED {
            futex::wake_one(&self.state);
        }
    }
}
