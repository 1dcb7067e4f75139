//! One loop around what was seen: mark, sleep and spin are its cases.

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
        if let Some(guard) = self.try_lock() {
            return guard;
        }
        let (mut take, mut left) = (1, 100);
        loop {
            // Relaxed: the exchanges decide.
            match self.state.load(Relaxed) {
                // Acquire: pairs with the Release in `drop`. Relaxed: nothing was taken.
                0 => match self.state.compare_exchange(0, take, Acquire, Relaxed) {
                    Ok(_) => return self.guard(),
                    Err(_) => hint::spin_loop(),
                },
                1 if left > 0 => {
                    left -= 1;
                    hint::spin_loop();
                }
                1 => {
                    // Relaxed: it only says that somebody waits.
                    let _ = self.state.compare_exchange(1, 2, Relaxed, Relaxed);
                }
                _ => {
                    futex::wait(&self.state, 2);
                    take = 2;
                }
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
        if state.swap(0, Release) == 2 {
            futex::wake_one(state);
        }
    }
}
