//! A spin lock and nothing else: what it protects is agreed on by its users, and enforced by nobody.
//!
//! The book's page on this exercise: chapter 4, "A lock and nothing else".

use sync::atomic::{AtomicBool, Ordering};
use sync::hint;

/// Mutual exclusion by spinning, on one flag.
#[derive(Default)]
pub struct SpinLock {
    // Another type of state is welcome, as long as its default is an unlocked lock.
    locked: AtomicBool,
}

impl SpinLock {
    /// An unlocked lock.
    pub const fn new() -> Self {
        Self { locked: AtomicBool::new(false) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    pub fn lock(&self) {
        // Your turn. Two threads may be here at the same moment: exactly one of them gets the lock. Whoever gets it sees
        // everything that the holders before it did. Say in a comment what your ordering pairs with.
        todo!()
    }

    /// Frees the lock. Only its holder may call this: anybody else lets a second thread in beside the holder.
    pub fn unlock(&self) {
        // Your turn. Which ordering hands over what this holder did?
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test minimal` does.
fn grade() {}
