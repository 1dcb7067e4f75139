//! A value that is made when it is first needed, without a lock: a thread that loses the race throws its own away.
//!
//! The book's page on this exercise: chapter 2, "On first use".

use std::marker::PhantomData;
use std::ptr;
use sync::atomic::{AtomicPtr, Ordering};

/// A value on the heap that is made on first use.
///
/// The first to finish making one wins. Nobody waits: several threads may make a value at once, and all but one are dropped.
pub struct LazyBox<T> {
    value: AtomicPtr<T>,
}

// Your turn: for which `T` may a `LazyBox<T>` be sent, and for which shared? You need not write anything for the compiler to
// have an answer. An `AtomicPtr<T>` is `Send` and `Sync` whatever `T` is, so its answer is: for all. A field
// `PhantomData<*mut T>`, which takes no space, takes that answer back; then say it yourself.

impl<T> LazyBox<T> {
    /// A box without a value.
    pub const fn new() -> Self {
        Self { value: AtomicPtr::new(ptr::null_mut()) }
    }

    /// The value, if there is one.
    pub fn get(&self) -> Option<&T> {
        todo!()
    }

    /// The value; if there is none, makes one.
    ///
    /// If several threads do so at once, the first to finish wins, all get its value, and the others drop theirs. Never
    /// waits for another thread.
    ///
    /// # Panics
    ///
    /// If `make` does. There is no value then, and the next call makes one.
    pub fn get_or_init(&self, make: impl FnOnce() -> T) -> &T {
        // Your turn. `Box::into_raw` makes a pointer of a box, and `Box::from_raw` a box of a pointer.
        todo!()
    }
}

impl<T> Default for LazyBox<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Drop for LazyBox<T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test lazy_init` does.
fn grade() {}
