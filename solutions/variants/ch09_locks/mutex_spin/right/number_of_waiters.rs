//! The lowest bit says held, the others count who waits, spinners not included.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::{futex, hint};

pub struct Mutex<T: ?Sized> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: one thread at a time has the data.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    fn guard(&self) -> MutexGuard<'_, T> {
        MutexGuard { lock: self, not_send: PhantomData }
    }

    pub fn lock(&self) -> MutexGuard<'_, T> {
        for _ in 0..50 {
            // Relaxed: only a look.
            if self.state.load(Relaxed).is_multiple_of(2) {
                break;
            }
            hint::spin_loop();
        }
        if let Some(guard) = self.try_lock() {
            return guard;
        }
        // Relaxed: it only says that one more waits.
        let mut state = self.state.fetch_add(2, Relaxed) + 2;
        loop {
            if state % 2 == 1 {
                futex::wait(&self.state, state);
                // Relaxed: only a guess.
                state = self.state.load(Relaxed);
                continue;
            }
            // Acquire: pairs with the Release in `drop`. Relaxed: only a guess again.
            match self.state.compare_exchange(state, state - 2 + 1, Acquire, Relaxed) {
                Ok(_) => return self.guard(),
                Err(now) => state = now,
            }
        }
    }

    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Relaxed: only a guess.
        let mut state = self.state.load(Relaxed);
        while state % 2 == 0 {
            // Acquire: pairs with the Release in `drop`. Relaxed: only a guess again.
            match self.state.compare_exchange(state, state + 1, Acquire, Relaxed) {
                Ok(_) => return Some(self.guard()),
                Err(now) => state = now,
            }
        }
        None
    }

    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.try_lock() {
            Some(guard) => write!(f, "Mutex({:?})", &*guard),
            None => f.write_str("Mutex(<locked>)"),
        }
    }
}

#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T: ?Sized> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: a shared guard gives `&T` only.
unsafe impl<T: ?Sized + Sync> Sync for MutexGuard<'_, T> {}

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: this guard has the lock, and is only lent.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard has the lock, and is lent to nobody else.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        let state = &self.lock.state;
        // Release: pairs with the Acquire of the next holder.
        if state.fetch_sub(1, Release) > 1 {
            futex::wake_one(state);
        }
    }
}
