//! A ticket lock whose guard remembers its ticket.

use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU16,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

pub struct SpinLock<T> {
    next: AtomicU16,
    serving: AtomicU16,
    data: UnsafeCell<T>,
}

// SAFETY: one ticket is served at a time, and its guard alone has the data.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self { next: AtomicU16::new(0), serving: AtomicU16::new(0), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> Guard<'_, T> {
        // Relaxed: drawing a number orders nothing, it only has to be one's own.
        let ticket = self.next.fetch_add(1, Relaxed);
        // Acquire: pairs with the Release in `drop`.
        while self.serving.load(Acquire) != ticket {
            hint::spin_loop();
        }
        Guard { lock: self, ticket }
    }
}

pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
    ticket: u16,
}

// SAFETY: a shared guard gives `&T` only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: it is this ticket's turn.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: it is this ticket's turn.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Release: pairs with the Acquire in `lock`.
        self.lock.serving.store(self.ticket.wrapping_add(1), Release);
    }
}
