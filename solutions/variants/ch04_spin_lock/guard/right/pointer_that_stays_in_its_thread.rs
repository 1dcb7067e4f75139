//! The guard holds a raw pointer and, as std's, is never `Send`; fences do the ordering.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;
use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::cell::UnsafeCell;

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
        // Relaxed: the fence acquires what the exchange reads. No hint: the loop is right without one.
        while self.locked.compare_exchange_weak(false, true, Relaxed, Relaxed).is_err() {}
        // Acquire: pairs with the release fence in `drop`.
        fence(Acquire);
        let data = NonNull::new(self.data.get()).expect("a cell has an address");
        Guard { locked: &self.locked, data, lifetime: PhantomData }
    }
}

pub struct Guard<'a, T> {
    locked: &'a AtomicBool,
    data: NonNull<T>,
    lifetime: PhantomData<&'a mut T>,
}

// SAFETY: a shared guard gives `&T` only.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one.
        unsafe { self.data.as_ref() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one.
        unsafe { self.data.as_mut() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // Release: pairs with the acquire fence in `lock`.
        fence(Release);
        // Relaxed: the fence above publishes.
        self.locked.store(false, Relaxed);
    }
}
