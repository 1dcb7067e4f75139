//! A spin lock with its data inside: `lock` gives the data, and giving it back is a promise that only the caller can keep.
//!
//! The book's page on this exercise: chapter 4, "Data in the lock".

use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning, around the data that it protects.
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// Your turn: an `UnsafeCell` may not be shared between threads, so neither may this lock, and that makes it useless. For
// which `T` is sharing it sound? Write the `unsafe impl`, with a `// SAFETY:` comment that says why.

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(false), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, takes it, and gives access to the data until [`unlock`](Self::unlock).
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    #[allow(clippy::mut_from_ref, reason = "the lock is what makes the reference the only one")]
    pub fn lock(&self) -> &mut T {
        // Your turn. Take the lock as in `minimal`, then turn the cell's pointer into a reference. Why is it the only one?
        todo!()
    }

    /// Frees the lock.
    ///
    /// # Safety
    ///
    /// The caller holds the lock, and the reference that `lock` gave, with all that was borrowed from it, is not used
    /// again.
    pub unsafe fn unlock(&self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test unsafe_cell` does.
fn grade() {}
