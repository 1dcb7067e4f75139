//! The other side of the table: write the model that finds out whether a lock is broken.
//!
//! The book's page on this exercise: chapter 3, "Break this lock".

use std::sync::Arc;
use sync::cell::UnsafeCell;
use sync::thread;

/// A lock that protects nothing yet.
pub trait Lock: Send + Sync + 'static {
    /// An unlocked lock.
    fn new() -> Self;
    /// Waits until the lock is free, and takes it.
    fn lock(&self);
    /// Frees the lock. Only its holder calls this.
    fn unlock(&self);
}

/// What the threads of a model share. Change it as you like.
struct Shared<L> {
    lock: L,
    /// `with` and `with_mut` tell the checker of a read and a write. What is done through `get` it cannot see.
    data: UnsafeCell<u32>,
}

// SAFETY: what is tested: the lock keeps all accesses apart. The checker looks at each before it is done.
unsafe impl<L: Lock> Sync for Shared<L> {}

/// One run of a model, in which a lock that is right does nothing wrong. The checker calls it once for every execution.
///
/// It convicts a lock by going wrong: a data race, a panic, or threads that wait for ever.
pub fn model<L: Lock>() {
    // Your turn. Make a `Shared`, put it into an `Arc`, `thread::spawn` some threads that use it, and join them.
    todo!()
}

#[test] // "Run test" in your editor grades this file, as `cargo test break_this_lock` does.
fn grade() {}
