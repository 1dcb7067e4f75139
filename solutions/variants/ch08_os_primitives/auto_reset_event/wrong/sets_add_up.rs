//! Each `set` counts: it is a semaphore.
//!
//! Rejected by: two_sets_without_a_wait_count_once
//! Because: let two threads through

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

/// An event that lets through one waiter each time that it is set.
#[derive(Debug, Default)]
pub struct AutoResetEvent {
    sets: AtomicU32,
}

impl AutoResetEvent {
    /// An event that is not set.
    pub const fn new() -> Self {
        Self { sets: AtomicU32::new(0) }
    }

    /// Lets one thread through.
    pub fn set(&self) {
        // Release: pairs with the Acquire in `try_wait`.
        self.sets.fetch_add(1, Release);
        futex::wake_one(&self.sets);
    }

    /// Takes back all that have let nobody through yet.
    pub fn reset(&self) {
        // Relaxed: hands nothing over.
        self.sets.swap(0, Relaxed);
    }

    /// Waits until one of the sets is left.
    pub fn wait(&self) {
        while !self.try_wait() {
            futex::wait(&self.sets, 0);
        }
    }

    /// Takes one of the sets.
    pub fn try_wait(&self) -> bool {
        // Acquire: pairs with the Release in `set`.
        self.sets.fetch_update(Acquire, Relaxed, |sets| sets.checked_sub(1)).is_ok()
    }
}
