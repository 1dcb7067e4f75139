//! A spin lock with a guard: the lock is held for as long as the guard lives.
//!
//! # Invariants
//!
//! 1. At most one [`Guard`] of a lock exists at a time: it is made only by the `swap` that found `UNLOCKED`, and the lock
//!    becomes `UNLOCKED` only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the release store in `drop` is read by
//!    the acquiring `swap` of the next `lock`.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Nobody holds the lock.
const UNLOCKED: bool = false;
/// Somebody holds the lock.
const LOCKED: bool = true;

/// Mutual exclusion by spinning, around the data that it protects.
///
/// The test-and-set lock: T. E. Anderson, "The performance of spin lock alternatives for shared-memory multiprocessors",
/// IEEE Transactions on Parallel and Distributed Systems 1 (1990).
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever. After a holder has panicked the lock is
    /// free, with the data as the holder left it.
    #[inline]
    pub fn lock(&self) -> Guard<'_, T> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        while self.locked.swap(LOCKED, Acquire) {
            hint::spin_loop();
        }
        Guard { lock: self }
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// `Send` is left to the compiler: a guard is a `&SpinLock<T>`, which may be sent where `T: Send`. That is what sending
// the `&mut T` inside takes, and unlocking works from any thread.
//
// `Sync` may not be: the compiler would allow sharing where `T: Send`, which says nothing of a `&T` in two threads.
// SAFETY: `&Guard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        self.lock.locked.store(UNLOCKED, Release);
    }
}
