//! A strong exchange on arrival, weak ones afterwards, each failure followed by a pause.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicBool,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning.
#[derive(Debug)]
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time, each access ordered after the last one.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(false), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        self.try_lock().unwrap_or_else(|| {
            let mut exponent = 0;
            while self.locked.compare_exchange_weak(false, true, AcqRel, Acquire).is_err() {
                for _ in 0..1 << exponent {
                    hint::spin_loop();
                }
                exponent = (exponent + 1).min(6);
                while self.locked.load(Acquire) {
                    hint::spin_loop();
                }
            }
            Guard { lock: self }
        })
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        // Test first here too: a `try_lock` that is called in a loop then does not write either.
        if self.locked.load(Relaxed)
            || self.locked.compare_exchange(false, true, Acquire, Relaxed).is_err()
        {
            return None;
        }
        Some(Guard { lock: self })
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
        self.lock.locked.swap(false, AcqRel);
    }
}
