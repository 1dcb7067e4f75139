//! A bit says that somebody waits, and nobody ever clears it.
//!
//! Rejected by: contention_that_is_over_costs_nothing
//! Because: still believes that somebody waits

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// Nobody holds the lock.
const UNLOCKED: u32 = 0;
/// Somebody holds the lock, and nobody sleeps.
const LOCKED: u32 = 1;
/// Somebody holds the lock, and there may be sleepers.
const CONTENDED: u32 = 3;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
///
/// The algorithm is the third mutex of U. Drepper, "Futexes Are Tricky" (2011).
pub struct Mutex<T> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever.
    /// Which of several waiters is next is not said.
    #[inline]
    pub fn lock(&self) -> MutexGuard<'_, T> {
        match self.try_lock() {
            Some(guard) => guard,
            None => self.lock_contended(),
        }
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
        match self.state.fetch_or(LOCKED, Acquire) & LOCKED {
            UNLOCKED => Some(MutexGuard::new(self)),
            _ => None,
        }
    }

    /// Says that somebody waits, and sleeps, until the lock is free and taken.
    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        // One operation says that we wait, or takes the lock as one that others may wait for (invariant 3).
        // Acquire: pairs with the Release in the guard's `drop`, as in `try_lock`.
        while self.state.fetch_or(CONTENDED, Acquire) & LOCKED == LOCKED {
            // Returns at once if the state has changed, and sometimes for no reason: only the `swap` decides.
            futex::wait(&self.state, CONTENDED);
        }
        MutexGuard::new(self)
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    #[inline]
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
    #[inline]
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never blocks; holds the lock while it writes.
impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(guard) => shown.field("data", &*guard),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// It does not leave its thread. This lock would not mind, but others do: a pthread mutex, a lock with priority inheritance
/// and a checker of lock orders all want to know who the owner is. Without the promise there could be one of those behind
/// this type some day.
///
/// A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// SAFETY: `&MutexGuard<T>` gives `&T` and nothing more, so sharing a guard shares the `T`.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<'a, T> MutexGuard<'a, T> {
    /// The guard of a lock that the caller has just taken.
    #[inline]
    fn new(lock: &'a Mutex<T>) -> Self {
        Self { lock, not_send: PhantomData }
    }
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: this guard is the only one (invariant 1), what earlier ones did happens before (invariant 2), and
        // `&mut self` makes this the only reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let state = &self.lock.state;
        // Unlocking and learning of sleepers is one step: between a load and a store, somebody could go to sleep.
        // Release: pairs with the Acquire of the next holder; what this holder did happens before what that one does.
        if state.fetch_and(!LOCKED, Release) == CONTENDED {
            // `state` is only an address by now (invariant 4).
            futex::wake_one(state);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
