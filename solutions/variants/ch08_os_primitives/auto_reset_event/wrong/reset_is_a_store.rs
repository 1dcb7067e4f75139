//! The number of waiters is a word of its own, and `reset` stores: that ends the release sequence of a `set` that it takes back.
//!
//! Rejected by: reset_hides_nothing_of_what_came_before_a_set
//! Because: data race

use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// The event is set: the next thread that takes it is let through.
const SET: u32 = 1;

/// An event that lets through one waiter each time that it is set.
///
/// A new event is not set.
#[derive(Debug, Default)]
pub struct AutoResetEvent {
    // What else must `set` know, to call the operating system only if somebody waits? The word has 31 bits to spare. A field
    // more is welcome, too, as long as the default is an event that is not set.
    state: AtomicU32,
    waiters: AtomicU32,
}

impl AutoResetEvent {
    /// An event that is not set.
    pub const fn new() -> Self {
        Self { state: AtomicU32::new(0), waiters: AtomicU32::new(0) }
    }

    /// Sets the event: one thread that waits, or the next one that comes, is let through. If it is set already, nothing
    /// changes.
    ///
    /// What happened before each `set` so far happens before the return of the [`wait`](Self::wait) that takes the event.
    /// Makes a call to the operating system only if a thread waits.
    pub fn set(&self) {
        self.state.swap(SET, Ordering::SeqCst);
        if self.waiters.load(Ordering::SeqCst) > 0 {
            futex::wake_one(&self.state);
        }
    }

    /// Takes back a `set` that has let nobody through yet.
    pub fn reset(&self) {
        self.state.store(0, Ordering::Relaxed);
    }

    /// Waits until the event is set, resets it, and returns.
    ///
    /// Blocks in the operating system; makes no call if the event is set.
    pub fn wait(&self) {
        if self.try_wait() {
            return;
        }
        self.waiters.fetch_add(1, Ordering::SeqCst);
        while self.state.swap(0, Ordering::SeqCst) == 0 {
            futex::wait(&self.state, 0);
        }
        self.waiters.fetch_sub(1, Ordering::Relaxed);
    }

    /// Resets the event if it is set, and says whether it was. Never blocks.
    pub fn try_wait(&self) -> bool {
        self.state.compare_exchange(SET, 0, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }
}
