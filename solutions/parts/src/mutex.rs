//! A mutex with three states: unlocked, locked, and locked with threads that may sleep.
//!
//! # Invariants
//!
//! 1. At most one [`MutexGuard`] of a mutex exists at a time: it is made only by the read-modify-write that found
//!    `UNLOCKED`, and the mutex becomes `UNLOCKED` only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the release in `drop` is read by the
//!    acquiring read-modify-write of the next `lock`.
//! 3. A thread sleeps only while the state is `CONTENDED`, and whoever changes `CONTENDED` into `UNLOCKED` wakes one.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// Nobody holds the mutex.
const UNLOCKED: u32 = 0;
/// Somebody holds the mutex, and nobody sleeps.
const LOCKED: u32 = 1;
/// Somebody holds the mutex, and others may sleep until it is unlocked.
const CONTENDED: u32 = 2;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
///
/// The third mutex of Ulrich Drepper, "Futexes Are Tricky" (2011).
pub struct Mutex<T> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Sleeps until the mutex is free, and takes it. A thread that locks twice waits for itself for ever.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Acquire: pairs with the Release in `drop`. Relaxed on failure: `lock_contended` starts anew.
        if self.state.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed).is_err() {
            self.lock_contended();
        }
        MutexGuard { mutex: self }
    }

    /// Says that somebody sleeps before it sleeps, and also when it wakes: others may still sleep then.
    #[cold]
    fn lock_contended(&self) {
        // Acquire: pairs with the Release in `drop`.
        while self.state.swap(CONTENDED, Acquire) != UNLOCKED {
            futex::wait(&self.state, CONTENDED);
        }
    }
}

/// Proof that the mutex is held: gives access to the data, and unlocks when it is dropped.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    mutex: &'a Mutex<T>,
}

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<'a, T> MutexGuard<'a, T> {
    /// The mutex that is held. Not a method, so as not to hide one of the data's.
    #[inline]
    pub const fn mutex(guard: &Self) -> &'a Mutex<T> {
        guard.mutex
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.mutex.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and `&mut self` makes this the only reference from this guard.
        unsafe { &mut *self.mutex.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        if self.mutex.state.swap(UNLOCKED, Release) == CONTENDED {
            futex::wake_one(&self.mutex.state);
        }
    }
}
