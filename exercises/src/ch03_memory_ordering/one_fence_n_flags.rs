//! Many senders with a flag each, and a receiver that looks at all flags and then needs one fence.
//!
//! The book's page on this exercise: chapter 3, "One fence, many flags".

use sync::atomic::{AtomicBool, Ordering, fence};
use sync::cell::UnsafeCell;

/// `N` places, each for one message of one sender.
pub struct Board<T, const N: usize> {
    /// Is the message there?
    ready: [AtomicBool; N],
    messages: [UnsafeCell<T>; N],
}

// SAFETY: a message is written by one thread and belongs to another (`T: Send`), and is read by any number of them at once
// (`T: Sync`), all of them after the write. You write below why they are.
unsafe impl<T: Send + Sync, const N: usize> Sync for Board<T, N> {}

impl<T: Default, const N: usize> Board<T, N> {
    /// A board without messages: the places are there, and nobody may look at them yet.
    pub fn new() -> Self {
        Self {
            ready: std::array::from_fn(|_| AtomicBool::new(false)),
            messages: std::array::from_fn(|_| UnsafeCell::new(T::default())),
        }
    }

    /// Lets `write` write the message of sender `index` into its place, and then shows it to everybody.
    ///
    /// # Safety
    ///
    /// Called at most once for each `index`.
    ///
    /// # Panics
    ///
    /// Panics if there is no such `index`, or if `write` does: then nothing is shown.
    pub unsafe fn post(&self, index: usize, write: impl FnOnce(&mut T)) {
        todo!()
    }

    /// All messages that are there, at their senders' places. Does not wait.
    ///
    /// Looks at every flag with a Relaxed load. Passes one fence if there is a message, and none if there is not.
    pub fn read_all(&self) -> [Option<&T>; N] {
        // Your turn. What has to come before the fence, and what after it? `std::array::from_fn` makes an array.
        todo!()
    }
}

impl<T: Default, const N: usize> Default for Board<T, N> {
    fn default() -> Self {
        Self::new()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test one_fence_n_flags` does.
fn grade() {}
