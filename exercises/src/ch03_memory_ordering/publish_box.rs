//! A slot into which one value on the heap is published, once, for everybody to read.
//!
//! The book's page on this exercise: chapter 3, "Publish a box".

use std::ptr;
use sync::atomic::{AtomicPtr, Ordering};

/// Holds nothing, or one value for good.
pub struct Slot<T> {
    // Null while the slot is empty. Other fields are welcome.
    value: AtomicPtr<T>,
}

// Your turn: an `AtomicPtr<T>` is `Send` and `Sync` whatever `T` is, since a pointer is only a number until someone follows it.
// Your slot follows it. For which `T` may a slot be sent, and for which may threads share one? Write both `unsafe impl`s; they
// take the place of what the compiler derives.

impl<T> Slot<T> {
    /// An empty slot.
    pub const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()) }
    }

    /// Puts `value` into the slot, if it is empty. Does not wait.
    ///
    /// # Errors
    ///
    /// Gives `value` back if there is one in the slot, or if another thread is putting one in.
    pub fn publish(&self, value: Box<T>) -> Result<(), Box<T>> {
        // Your turn. `Box::into_raw` gives the pointer. Two threads may be here at once, and one of them wins.
        todo!()
    }

    /// The value, if there is one. Does not wait.
    pub fn get(&self) -> Option<&T> {
        // Your turn. Which ordering lets you follow the pointer?
        todo!()
    }

    /// Takes the value out.
    pub fn take(&mut self) -> Option<Box<T>> {
        // Your turn. `&mut self`: nobody else is here.
        todo!()
    }
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for Slot<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test publish_box` does.
fn grade() {}
