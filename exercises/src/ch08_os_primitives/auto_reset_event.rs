//! An event that lets one waiter through each time it is set, and resets itself.
//!
//! The book's page on this exercise: chapter 8, "An event that resets itself".

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
    pub fn set(&self) {
        todo!()
    }

    /// Takes back a `set` that has let nobody through yet.
    pub fn reset(&self) {
        todo!()
    }

    /// Waits until the event is set, resets it, and returns.
    ///
    /// Blocks in the operating system; makes no call if the event is set.
    pub fn wait(&self) {
        todo!()
    }

    /// Resets the event if it is set, and says whether it was. Never blocks.
    pub fn try_wait(&self) -> bool {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test auto_reset_event` does.
fn grade() {}
