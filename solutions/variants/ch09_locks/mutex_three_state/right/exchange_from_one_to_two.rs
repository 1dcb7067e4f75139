//! A waiter turns `LOCKED` into `CONTENDED` with a compare-exchange before each sleep, and takes the lock as `CONTENDED`.

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
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the data.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    fn guard(&self) -> MutexGuard<'_, T> {
        MutexGuard { lock: self, not_send: PhantomData }
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Acquire: pairs with the Release in `drop`. Relaxed: nothing was taken.
        let mut seen = match self.state.compare_exchange(0, 1, Acquire, Relaxed) {
            Ok(_) => return self.guard(),
            Err(now) => now,
        };
        loop {
            // Relaxed: it only says that somebody waits.
            if seen == 2 || self.state.compare_exchange(1, 2, Relaxed, Relaxed) != Err(0) {
                futex::wait(&self.state, 2);
            }
            // Acquire, Relaxed: as above.
            match self.state.compare_exchange(0, 2, Acquire, Relaxed) {
                Ok(_) => return self.guard(),
                Err(now) => seen = now,
            }
        }
    }

    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Acquire, Relaxed: as in `lock`.
        self.state.compare_exchange(0, 1, Acquire, Relaxed).ok().map(|_| self.guard())
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
        let state = &self.lock.state;
        // Release: pairs with the Acquire of the next holder.
        if state.swap(0, Release) == 2 {
            futex::wake_one(state);
        }
    }
}
