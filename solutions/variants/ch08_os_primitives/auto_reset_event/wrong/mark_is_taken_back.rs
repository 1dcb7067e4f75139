//! Instead of a count, a mark: somebody may be asleep. Whoever takes the event takes the mark away, and with it that of a thread
//! that has gone to sleep meanwhile.
//!
//! Rejected by: each_set_lets_one_waiter_through
//! Because: DEADLOCK

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

const UNSET: u32 = 0;
const SET: u32 = 1;
/// Not set, and somebody may sleep.
const AWAITED: u32 = 2;
/// Set, and somebody may sleep.
const SET_AWAITED: u32 = 3;

#[derive(Debug, Default)]
pub struct AutoResetEvent {
    state: AtomicU32,
}

impl AutoResetEvent {
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(UNSET) }
    }

    pub fn set(&self) {
        // Release: pairs with the Acquire in `try_wait` and `wait`.
        if self.state.fetch_or(SET, Release) == AWAITED {
            futex::wake_one(&self.state);
        }
    }

    pub fn reset(&self) {
        // Relaxed: hands nothing over.
        self.state.fetch_and(!SET, Relaxed);
    }

    pub fn wait(&self) {
        if self.try_wait() {
            return;
        }
        loop {
            // Says that somebody sleeps, and takes the event if it is set. Acquire: pairs with `set`.
            let state = self.state.swap(AWAITED, Acquire);
            if state == SET || state == SET_AWAITED {
                // Nobody may sleep any more, as far as we know; if somebody does, this wakes the next, who marks the word.
                // Relaxed: hands nothing over.
                if self.state.compare_exchange(AWAITED, UNSET, Relaxed, Relaxed).is_ok() {
                    if state == SET_AWAITED {
                        futex::wake_one(&self.state);
                    }
                } else if self.state.load(Relaxed) & SET != 0 {
                    futex::wake_one(&self.state);
                }
                return;
            }
            futex::wait(&self.state, AWAITED);
        }
    }

    pub fn try_wait(&self) -> bool {
        // Acquire: pairs with the Release in `set`.
        self.state.fetch_and(!SET, Acquire) & SET != 0
    }
}
