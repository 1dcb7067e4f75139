//! `SeqCst` everywhere, an unlock by `swap`, closures for the cell, and a look at the flag in every `deref`.

use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicBool, Ordering::SeqCst};
use sync::cell::UnsafeCell;
use sync::hint;

pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: the data moves from guard to guard and is never shared.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(false), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        loop {
            while self.locked.load(SeqCst) {
                hint::spin_loop();
                hint::spin_loop();
            }
            if self.locked.compare_exchange(false, true, SeqCst, SeqCst) == Ok(false) {
                return Guard { lock: self };
            }
        }
    }
}

pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
}

// SAFETY: a shared guard gives `&T` only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        debug_assert!(self.lock.locked.load(SeqCst), "a guard holds the lock");
        // SAFETY: this guard is the only one.
        self.lock.data.with(|data| unsafe { &*data })
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        debug_assert!(self.lock.locked.load(SeqCst), "a guard holds the lock");
        // SAFETY: this guard is the only one.
        self.lock.data.with_mut(|data| unsafe { &mut *data })
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        let was_locked = self.lock.locked.swap(false, SeqCst);
        debug_assert!(was_locked, "a guard holds the lock");
    }
}
