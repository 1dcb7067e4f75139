//! Relaxed operations and fences.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning.
#[derive(Debug)]
pub struct SpinLock<T> {
    held: AtomicUsize,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time, each access ordered after the last one.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { held: AtomicUsize::new(0), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        let mut pauses = [1, 2, 4, 8, 16, 32].into_iter();
        loop {
            if let Some(guard) = self.try_lock() {
                return guard;
            }
            for _ in 0..pauses.next().unwrap_or(64) {
                hint::spin_loop();
            }
            while self.held.load(Relaxed) == 1 {
                hint::spin_loop();
            }
        }
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        if self.held.swap(1, Relaxed) == 1 {
            return None;
        }
        fence(Acquire);
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
        fence(Release);
        self.lock.held.store(0, Relaxed);
    }
}
