//! A spin lock with a guard: the lock is held for as long as the guard lives.
//!
//! The book's page on this exercise: chapter 4, "A guard".

use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning, around the data that it protects.
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// Your turn: for which `T` may threads share a `SpinLock<T>`? Write the `unsafe impl`, and say why it is sound.

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(false), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever. After a holder has panicked the lock is
    /// free, with the data as the holder left it.
    pub fn lock(&self) -> Guard<'_, T> {
        todo!()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// Your turn: when may a guard be sent to another thread, and when may threads share one? You need not write anything for
// the compiler to have an answer: it looks at the types of the fields. Is it the right one, for `Send` and for `Sync`?
// A guard should be `Sync` wherever that is sound, and nowhere else. `Send` is yours to decide, as long as it is sound.

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Your turn. Why can nobody write to the data while this reference lives?
        todo!()
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // Your turn. Why is this the only reference to the data?
        todo!()
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        todo!()
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test guard` does.
fn grade() {}
