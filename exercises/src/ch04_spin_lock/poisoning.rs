//! A spin lock that remembers a panic: whoever takes it after a holder panicked is told, and decides.
//!
//! The book's page on this exercise: chapter 4, "When the holder panics".

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicBool, Ordering};
use sync::cell::UnsafeCell;
use sync::{hint, thread};

/// What a poisoned lock gives: the same as always, in an `Err`.
pub type LockResult<G> = Result<G, PoisonError<G>>;

/// Mutual exclusion by spinning, with a memory for panics.
pub struct SpinLock<T> {
    locked: AtomicBool,
    poisoned: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: as in the exercises before.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`, not poisoned.
    pub const fn new(value: T) -> Self {
        Self {
            locked: AtomicBool::new(false),
            poisoned: AtomicBool::new(false),
            data: UnsafeCell::new(value),
        }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    ///
    /// # Errors
    ///
    /// If a holder has panicked and nobody has called [`clear_poison`](Self::clear_poison) since. The lock is taken all the
    /// same: the guard is in the error.
    pub fn lock(&self) -> LockResult<Guard<'_, T>> {
        todo!()
    }

    /// Has a holder panicked? Never blocks.
    ///
    /// Unless the caller holds the lock, the answer may be out of date by the time it arrives.
    pub fn is_poisoned(&self) -> bool {
        todo!()
    }

    /// Forgets the panic: from here on, `lock` returns `Ok`.
    ///
    /// Call it with the guard in hand, after the data has been repaired. It does not unlock.
    pub fn clear_poison(&self) {
        todo!()
    }

    /// Takes the lock apart. No one else has it, so there is nothing to wait for.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock): the data is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        todo!()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped. Dropped by a panic that began
/// after the lock was taken, it poisons the lock too.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
    // Your turn: destructors run while a thread unwinds, and one of them may take the lock and release it, without any
    // fault. What must a guard remember, so that it can tell that panic from one of its own holder?
}

// SAFETY: as in the exercises before.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

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
        // `thread::panicking()` tells whether this thread is unwinding now.
        todo!()
    }
}

/// A holder has panicked; what was asked for is inside.
///
/// An error with a guard in it holds the lock: dropping it unlocks.
pub struct PoisonError<G> {
    value: G,
}

impl<G> PoisonError<G> {
    /// What was asked for, poison or not.
    pub fn into_inner(self) -> G {
        todo!()
    }

    /// A look at it.
    pub fn get_ref(&self) -> &G {
        todo!()
    }

    /// A look at it that may change it.
    pub fn get_mut(&mut self) -> &mut G {
        todo!()
    }
}

// By hand, so that an error is one for every `G`: `unwrap` must not ask for `T: Debug`.
impl<G> fmt::Debug for PoisonError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoisonError").finish_non_exhaustive()
    }
}

impl<G> fmt::Display for PoisonError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a thread panicked while it held the lock")
    }
}

impl<G> Error for PoisonError<G> {}

#[test] // "Run test" in your editor grades this file, as `cargo test poisoning` does.
fn grade() {}
