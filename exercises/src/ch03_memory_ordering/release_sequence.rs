//! A batch of items: one thread publishes it, and many take from it. Only the first of them reads what the publisher stored.
//!
//! The book's page on this exercise: chapter 3, "Passing it on".

use sync::atomic::{AtomicUsize, Ordering};
use sync::cell::UnsafeCell;

/// `N` items that are published together and taken one by one.
pub struct Batch<T, const N: usize> {
    /// How many items nobody has taken yet. Another type of number is welcome.
    left: AtomicUsize,
    items: UnsafeCell<[T; N]>,
}

// SAFETY: items are written by one thread and belong to another (`T: Send`). They are read through shared references, which may
// go on to other threads (`T: Sync`). That this comes after the write is what you make sure of below.
unsafe impl<T: Send + Sync, const N: usize> Sync for Batch<T, N> {}

impl<T: Default, const N: usize> Batch<T, N> {
    /// A batch that is not published yet.
    pub fn new() -> Self {
        Self {
            left: AtomicUsize::new(0),
            items: UnsafeCell::new(std::array::from_fn(|_| T::default())),
        }
    }

    /// Lets `write` write the items, and then hands them out. If `write` panics, it hands out nothing.
    ///
    /// # Safety
    ///
    /// Called at most once.
    pub unsafe fn publish(&self, write: impl FnOnce(&mut [T; N])) {
        todo!()
    }

    /// An item that nobody else gets, or `None` if there is none. Does not wait.
    pub fn take(&self) -> Option<&T> {
        // Your turn. The second thread that takes reads what the first one wrote. How does it learn of the publisher's writes?
        todo!()
    }
}

impl<T: Default, const N: usize> Default for Batch<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test release_sequence` does.
fn grade() {}
