//! Counts up to take the lock and down again where that failed; an unlock stores zero. What was counted before that unlock is
//! subtracted after it, from the count of the next holder: another thread finds zero and gets in beside that one.
//!
//! Rejected by: three_threads_never_overlap
//! Because: data race

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
    locked: sync::atomic::AtomicU8,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: sync::atomic::AtomicU8::new(0), data: UnsafeCell::new(value) }
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
        // Acquire: pairs with the Release in the guard's `drop`.
        if self.locked.fetch_add(1, Acquire) == 0 {
            return Some(Guard { lock: self });
        }
        // Relaxed: only takes back what we added.
        self.locked.fetch_sub(1, Relaxed);
        None
    }

    /// Waits with loads alone; each time the lock looks free, tries once.
    #[cold]
    fn lock_contended(&self) -> Guard<'_, T> {
        let mut pause = 1;
        loop {
            // Relaxed: what it reads only says when to try. The `swap` decides, and acquires.
            while self.locked.load(Relaxed) != 0 {
                hint::spin_loop();
            }
            if let Some(guard) = self.try_lock() {
                return guard;
            }
            for _ in 0..pause {
                hint::spin_loop();
            }
            pause = MAX_BACKOFF.min(2 * pause);
        }
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
        self.lock.locked.store(0, Release);
    }
}
