//! A spin lock with a guard: the lock is held for as long as the guard lives.
//!
//! The book's page on this exercise: chapter 4, "A guard".

use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning.
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// Your turn: when may a `SpinLock<T>` be shared between threads? Write the `unsafe impl`, and say why.

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(false), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    pub fn lock(&self) -> Guard<'_, T> {
        todo!()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// Your turn: a `&Guard<T>` gives out `&T`. The compiler decided for you when a guard may be shared or sent; is it right?

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

#[test] // "Run test" in your editor grades this file, as `cargo test guard` does.
fn grade() {}
