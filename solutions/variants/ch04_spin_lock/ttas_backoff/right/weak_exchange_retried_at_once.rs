//! A weak compare-exchange that is repeated at once after a spurious failure; a byte; no fast path: it tests first.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Mutual exclusion by spinning.
#[derive(Debug)]
pub struct SpinLock<T> {
    state: AtomicU8,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives out `&mut T` to one thread at a time, each access ordered after the last one.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU8::new(0), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        let mut pause = 4;
        loop {
            match self.state.load(Relaxed) {
                0 => {}
                _ => {
                    hint::spin_loop();
                    continue;
                }
            }
            loop {
                match self.state.compare_exchange_weak(0, 1, Acquire, Relaxed) {
                    Ok(_) => return Guard { lock: self },
                    Err(0) => {}
                    Err(_) => break,
                }
            }
            (0..pause).for_each(|_| hint::spin_loop());
            pause = (pause * 2).min(1024);
        }
    }

    pub fn try_lock(&self) -> Option<Guard<'_, T>> {
        match self.state.compare_exchange(0, 1, Acquire, Relaxed) {
            Ok(_) => Some(Guard { lock: self }),
            Err(_) => None,
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
        self.lock.state.store(0, Release);
    }
}
