//! A `set` that finds waiters lets all of them through: the woken do not ask who else is.
//!
//! Rejected by: each_set_lets_one_waiter_through
//! Because: one `set` has let two waiters through

use sync::atomic::{
    AtomicU32,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::futex;

/// The event is set.
const SET: u32 = 1;

/// An event that lets through one waiter each time that it is set.
#[derive(Debug, Default)]
pub struct AutoResetEvent {
    state: AtomicU32,
    waiters: AtomicU32,
    /// Changes with each `set`.
    turn: AtomicU32,
}

impl AutoResetEvent {
    /// An event that is not set.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(0), waiters: AtomicU32::new(0), turn: AtomicU32::new(0) }
    }

    /// Lets those through that wait, or else the next one that comes.
    pub fn set(&self) {
        // AcqRel: the thread that waits has read `turn` before it counted itself.
        if self.waiters.fetch_add(0, AcqRel) == 0 {
            // Release: pairs with the Acquire in `try_wait`.
            self.state.swap(SET, Release);
        }
        // Also where nobody was found, for who has come since. Release: pairs with the Acquire in `wait`.
        self.turn.fetch_add(1, Release);
        futex::wake_all(&self.turn);
    }

    /// Takes back a `set`.
    pub fn reset(&self) {
        // Relaxed: hands nothing over.
        self.state.fetch_and(!SET, Relaxed);
    }

    /// Waits for the next turn.
    pub fn wait(&self) {
        let turn = self.turn.load(Relaxed);
        // AcqRel: pairs with the one in `set`.
        self.waiters.fetch_add(1, AcqRel);
        // Acquire: pairs with the Release in `set`.
        while self.turn.load(Acquire) == turn {
            if self.try_wait() {
                break;
            }
            futex::wait(&self.turn, turn);
        }
        self.waiters.fetch_sub(1, AcqRel);
    }

    /// Resets the event if it is set, and says whether it was.
    pub fn try_wait(&self) -> bool {
        // Acquire: pairs with the Release in `set`.
        self.state.swap(0, Acquire) == SET
    }
}
