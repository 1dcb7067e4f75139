//! Waits by compare-exchange without a test: a failed one takes the cache line too.
//!
//! Rejected by: waiter_only_reads_while_the_lock_is_held
//! Because: A waiter should only load

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Nobody holds the lock.
const UNLOCKED: bool = false;
/// Somebody holds the lock.
const LOCKED: bool = true;

/// The longest pause after a lost race, in spin hints. Pauses double up to it: 1, 2, 4, …
///
/// Without a bound, a thread that has lost often would sleep through a lock that has long been free.
const MAX_BACKOFF: u32 = 64;

/// Mutual exclusion by spinning, with little traffic while it spins.
#[derive(Debug)]
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
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    #[inline]
    pub fn lock(&self) -> Guard<'_, T> {
        match self.try_lock() {
            Some(guard) => guard,
            None => self.lock_contended(),
        }
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        match self.locked.swap(LOCKED, Acquire) {
            UNLOCKED => Some(Guard { lock: self }),
            LOCKED => None,
        }
    }

    /// Waits with loads alone; each time the lock looks free, tries once.
    #[cold]
    fn lock_contended(&self) -> Guard<'_, T> {
        // Acquire: pairs with the Release in the guard's `drop`. Relaxed on failure: we try again.
        while self.locked.compare_exchange(UNLOCKED, LOCKED, Acquire, Relaxed).is_err() {
            hint::spin_loop();
        }
        Guard { lock: self }
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
#[derive(Debug)]
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// SAFETY: `&Guard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), and `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `try_lock`; what this holder did happens before what the next one does.
        self.lock.locked.store(UNLOCKED, Release);
    }
}
