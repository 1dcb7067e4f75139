//! A safe mutex around the system's own, which must not be moved.
//!
//! The book's page on this exercise: chapter 8, "A mutex that must not move".

use std::cell::UnsafeCell;
use std::fmt::{self, Debug};
use std::marker::{PhantomData, PhantomPinned};
use std::mem::{ManuallyDrop, MaybeUninit};
use std::ops::{Deref, DerefMut};
use std::pin::Pin;

/// A mutex of the system around the data that it protects.
///
/// It may be moved, also while a forgotten guard keeps it locked: the system's part stays where it is.
pub struct Mutex<T> {
    // Your turn: where does the `libc::pthread_mutex_t` live, so that moving a `Mutex` does not move it?
    data: UnsafeCell<T>,
}

// Your turn: when may threads share a `Mutex<T>`?

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    ///
    /// # Panics
    ///
    /// If the system has no memory left for a mutex.
    pub fn new(value: T) -> Self {
        // Your turn. `libc::pthread_mutex_init`, with `PTHREAD_MUTEX_NORMAL` in the attributes. At which address?
        todo!()
    }

    /// Waits until the mutex is free, and locks it.
    ///
    /// Blocks in the operating system. A thread that locks twice waits for itself for ever, or panics.
    pub fn lock(&self) -> Guard<'_, T> {
        todo!()
    }

    /// Locks the mutex if it is free; `None` if somebody holds it, the calling thread included. Never blocks.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        todo!()
    }

    /// The system's mutex, for functions of the system. The pointer is good for as long as this mutex lives, wherever it is
    /// moved.
    pub fn raw(&self) -> *mut libc::pthread_mutex_t {
        todo!()
    }
}

impl<T> Drop for Mutex<T> {
    fn drop(&mut self) {
        // Your turn. To destroy a mutex that is locked is undefined behaviour. Can it be locked here?
        todo!()
    }
}

impl<T> Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Mutex").finish_non_exhaustive()
    }
}

/// Proof that this thread holds the mutex: gives access to the data, and unlocks when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
#[derive(Debug)]
pub struct Guard<'a, T> {
    mutex: &'a Mutex<T>,
}

// Your turn: POSIX wants the thread that locked to unlock. And when may threads share a guard?

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        todo!()
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        todo!()
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test pthread` does.
fn grade() {}
