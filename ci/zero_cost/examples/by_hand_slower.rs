//! The lock of `by_hand` with a stronger store than it needs: the comparison must see the difference.

use std::cell::UnsafeCell;
use std::hint;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, Ordering};

/// Mutual exclusion by spinning.
#[derive(Debug)]
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: only the holder of the one guard reaches the data, and it may be any thread, which takes `T: Send`.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    fn lock(&self) -> Guard<'_, T> {
        // Acquire: pairs with the store in `drop`.
        while self.locked.swap(true, Ordering::Acquire) {
            hint::spin_loop();
        }
        Guard { lock: self }
    }
}

struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard at a time.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is one guard at a time.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // SeqCst: stronger than needed, which costs an instruction or another one.
        self.lock.locked.store(false, Ordering::SeqCst);
    }
}

/// Locks, adds and unlocks.
#[unsafe(no_mangle)]
pub fn add(lock: &SpinLock<u64>, n: u64) -> u64 {
    let mut guard = lock.lock();
    *guard += n;
    *guard
}
