//! The number of waiters is a word of its own. `SeqCst` sees to it that `set` sees a waiter, or the waiter the `set`.

use sync::atomic::{
    AtomicU32,
    Ordering::{Relaxed, SeqCst},
};
use sync::futex;

#[derive(Debug, Default)]
pub struct AutoResetEvent {
    set: AtomicU32,
    waiters: AtomicU32,
}

impl AutoResetEvent {
    pub const fn new() -> Self {
        Self { set: AtomicU32::new(0), waiters: AtomicU32::new(0) }
    }

    pub fn set(&self) {
        // SeqCst: either this sees the waiter, or the waiter sees the event set.
        self.set.swap(1, SeqCst);
        if self.waiters.load(SeqCst) > 0 {
            futex::wake_one(&self.set);
        }
    }

    pub fn reset(&self) {
        // SeqCst: no reason to be weaker.
        self.set.swap(0, SeqCst);
    }

    pub fn wait(&self) {
        if self.try_wait() {
            return;
        }
        // SeqCst: as in `set`.
        self.waiters.fetch_add(1, SeqCst);
        while !self.try_wait() {
            futex::wait(&self.set, 0);
        }
        // Relaxed: a wake-up for nobody does no harm.
        self.waiters.fetch_sub(1, Relaxed);
    }

    pub fn try_wait(&self) -> bool {
        // SeqCst: as in `set`; also acquires what `set` published.
        self.set.swap(0, SeqCst) == 1
    }
}
