//! Tickets: a thread sleeps until its number is called, and every unlock wakes all.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

pub struct Mutex<T> {
    next: AtomicU32,
    serving: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the data.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self { next: AtomicU32::new(0), serving: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Relaxed: drawing a number orders nothing, it only has to be one's own.
        let ticket = self.next.fetch_add(1, Relaxed);
        loop {
            // Acquire: pairs with the Release in `drop`.
            let serving = self.serving.load(Acquire);
            if serving == ticket {
                return MutexGuard { lock: self, ticket, not_send: PhantomData };
            }
            futex::wait(&self.serving, serving);
        }
    }

    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Acquire: pairs with the Release in `drop`.
        let ticket = self.serving.load(Acquire);
        // Relaxed: as in `lock`.
        match self.next.compare_exchange(ticket, ticket.wrapping_add(1), Relaxed, Relaxed) {
            Ok(_) => Some(MutexGuard { lock: self, ticket, not_send: PhantomData }),
            Err(_) => None,
        }
    }

    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(guard) => write!(f, "Mutex({:?})", *guard),
            None => f.write_str("Mutex(<locked>)"),
        }
    }
}

pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    ticket: u32,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives `&T` only.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard has the lock, and is only lent.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard has the lock, and is lent to nobody else.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let serving = &self.lock.serving;
        // Release: pairs with the Acquire of the next holder.
        serving.store(self.ticket.wrapping_add(1), Release);
        futex::wake_all(serving);
    }
}
