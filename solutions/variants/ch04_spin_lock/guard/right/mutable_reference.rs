//! The guard holds `&mut T` and the flag: the compiler then finds `Send` and `Sync` by itself, and rightly.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed},
};
use sync::cell::UnsafeCell;
use sync::thread;

const LOCKED: usize = 1;

pub struct SpinLock<T> {
    bits: AtomicUsize,
    data: UnsafeCell<T>,
}

// SAFETY: the data moves from guard to guard and is never shared.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self { bits: AtomicUsize::new(0), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        // Acquire: pairs with the release in `drop`.
        while self.bits.fetch_or(LOCKED, Acquire) & LOCKED != 0 {
            // Relaxed: only a look.
            while self.bits.load(Relaxed) & LOCKED != 0 {
                thread::yield_now();
            }
        }
        // SAFETY: this thread is the only holder.
        Guard { bits: &self.bits, data: unsafe { &mut *self.data.get() } }
    }
}

pub struct Guard<'a, T> {
    bits: &'a AtomicUsize,
    data: &'a mut T,
}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.data
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        self.data
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // AcqRel: the release pairs with the Acquire in `lock`.
        self.bits.fetch_and(!LOCKED, AcqRel);
    }
}
