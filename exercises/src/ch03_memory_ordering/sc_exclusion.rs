//! Two sides that keep each other out with loads, stores and a fence: no read-modify-write.
//!
//! The book's page on this exercise: chapter 3, "Two sides".

use sync::atomic::{AtomicBool, Ordering, fence};
use sync::cell::UnsafeCell;

/// Data that two sides use, one at a time.
pub struct Exclusion<T> {
    raised: [AtomicBool; 2],
    data: UnsafeCell<T>,
}

// SAFETY: one side at a time uses the data, and in order: it goes from thread to thread, and is not shared. You see to that.
unsafe impl<T: Send> Sync for Exclusion<T> {}

impl<T> Exclusion<T> {
    /// The data, with nobody inside.
    pub const fn new(data: T) -> Self {
        Self {
            raised: [AtomicBool::new(false), AtomicBool::new(false)],
            data: UnsafeCell::new(data),
        }
    }

    /// The two sides, for a thread each.
    pub fn sides(&mut self) -> [Side<'_, T>; 2] {
        [Side { exclusion: self, me: 0 }, Side { exclusion: self, me: 1 }]
    }
}

/// One of the two sides. Nobody else has this one.
pub struct Side<'a, T> {
    exclusion: &'a Exclusion<T>,
    /// Its place in `raised`.
    me: usize,
}

impl<T> Side<'_, T> {
    /// Calls `f` with the data, or returns `None` if the other side is inside or is trying too. Does not wait.
    ///
    /// What becomes of the sides if `f` panics is not promised.
    pub fn try_with<R>(&mut self, f: impl FnOnce(&mut T) -> R) -> Option<R> {
        let (mine, other) = (&self.exclusion.raised[self.me], &self.exclusion.raised[1 - self.me]);
        // Your turn. First say that you want in, then look at the other side. What if it is up? And what must come between saying
        // and looking? Load and store only: no `swap`, no `compare_exchange`.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test sc_exclusion` does.
fn grade() {}
