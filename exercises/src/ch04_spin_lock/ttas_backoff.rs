//! A spin lock that waits quietly: a waiter only reads while the lock is held, and backs off when another thread was faster.
//!
//! The book's page on this exercise: chapter 4, "Waiting without shouting".

use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;
use sync::hint;

/// The longest pause after a lost race, in spin hints. Choose your own.
const MAX_BACKOFF: u32 = 64;

/// Mutual exclusion by spinning, with little traffic while it spins.
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
    ///
    /// Blocks by spinning. Tries once on arrival, and then only when the lock looks free; in between it writes nothing. Each
    /// time that the lock looked free and another thread was faster, it pauses: first for one `hint::spin_loop()`, then
    /// for twice as many as the last time, never for more than `MAX_BACKOFF`. An uncontended call does not pause.
    pub fn lock(&self) -> Guard<'_, T> {
        todo!()
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        todo!()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// Your turn, as in the exercise before: when may a guard be shared?

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

#[test] // "Run test" in your editor grades this file, as `cargo test ttas` does.
fn grade() {}
