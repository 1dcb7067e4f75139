//! `fetch_or` and `fetch_and` of a bit, `SeqCst` everywhere, `yield_now` instead of a hint.

use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering::SeqCst};
use sync::cell::UnsafeCell;
use sync::thread;

const LOCKED: u32 = 1 << 31;

/// Mutual exclusion by spinning.
#[derive(Debug)]
pub struct SpinLock<T> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time, each access ordered after the last one.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        let mut pause = 1_u32;
        while self.state.fetch_or(LOCKED, SeqCst) & LOCKED != 0 {
            for _ in 0..pause {
                thread::yield_now();
            }
            pause = pause.saturating_mul(2).min(8);
            while self.state.load(SeqCst) & LOCKED != 0 {
                thread::yield_now();
            }
        }
        Guard { lock: self }
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        let free = self.state.fetch_or(LOCKED, SeqCst) & LOCKED == 0;
        free.then(|| Guard { lock: self })
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
        self.lock.state.fetch_and(!LOCKED, SeqCst);
    }
}
