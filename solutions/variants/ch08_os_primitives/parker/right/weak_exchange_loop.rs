//! `unpark` is a loop around a weak compare-exchange; `park` swaps.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

const PARKED: u32 = 7;
const NOTIFIED: u32 = 3;
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
        // Acquire: pairs with the Release in `unpark`. A token is replaced by `PARKED` for a moment: nobody but us takes it.
        while self.state.swap(PARKED, Acquire) != NOTIFIED {
            futex::wait(&self.state, PARKED);
        }
        // Relaxed: takes `PARKED` back. A token that has come since stays.
        let _ = self.state.compare_exchange(PARKED, EMPTY, Relaxed, Relaxed);
    }

    pub fn unpark(&self) {
        let mut state = self.state.load(Relaxed);
        // Release: pairs with the Acquire in `park`.
        while let Err(now) = self.state.compare_exchange_weak(state, NOTIFIED, Release, Relaxed) {
            state = now;
        }
        if state == PARKED {
            futex::wake_one(&self.state);
        }
    }
}
