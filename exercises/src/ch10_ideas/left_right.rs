//! Two copies of the data: readers read one of them and never wait, while the writer changes the other one.
//!
//! The book's page on this exercise: chapter 10, "One for you, one for me".

use parts::Mutex;
use std::ops::Deref;
use sync::atomic::{AtomicUsize, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// Data that is read without waiting, by any number of threads, and changed in two copies.
pub struct LeftRight<T> {
    copies: [UnsafeCell<T>; 2],
    /// Which of the copies is read.
    side: AtomicUsize,
    /// Which of the counters a reader takes if it comes now.
    door: AtomicUsize,
    readers: [AtomicUsize; 2],
    /// Whether a change has panicked: then the copies are not the same any more.
    writers: Mutex<bool>,
}

// Your turn: `Sync`, for the right data.

impl<T> LeftRight<T> {
    /// Two copies, which should be the same.
    pub fn new(left: T, right: T) -> Self {
        Self {
            copies: [left, right].map(UnsafeCell::new),
            side: AtomicUsize::new(0),
            door: AtomicUsize::new(0),
            readers: [0, 0].map(AtomicUsize::new),
            writers: Mutex::new(false),
        }
    }

    /// The data as it is now. It stays as it is while the guard lives. Wait-free.
    pub fn read(&self) -> Guard<'_, T> {
        // Your turn. Count yourself in, and look which side is read.
        todo!()
    }

    /// Changes both copies, one after the other, by calling `change` twice: it must do the same each time.
    ///
    /// Readers that come after this has returned see the change. Spins while a reader that came before is still there; a thread that
    /// has a guard itself waits for ever.
    ///
    /// # Panics
    ///
    /// If `change` panics, and in every call after that. Readers go on.
    pub fn write(&self, mut change: impl FnMut(&mut T)) {
        // Your turn. `self.writers.lock()` first. Which copy may you change, and when the other one?
        todo!()
    }
}

/// Data that is being read. One that is forgotten (`mem::forget`) makes the writer wait for ever.
#[must_use = "the data can be read while the guard lives"]
pub struct Guard<'a, T> {
    data: &'a T,
    /// Where this reader is counted.
    readers: &'a AtomicUsize,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.data
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Your turn.
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test left_right` does.
fn grade() {}
