//! A mutex that calls the system only if somebody waits: a third state says so.
//!
//! The book's page on this exercise: chapter 9, "No call without a waiter".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::futex;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
pub struct Mutex<T> {
    /// 0: free. 1: held, and nobody sleeps. 2: held, and somebody may sleep. Other states are welcome.
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// Your turn: the `unsafe impl` of the stage before.

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it. If the lock is free, the system is not called.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever. Which of several waiters is next is not said.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Your turn. The fast path is one operation; put what comes after it into a function of its own.
        todo!()
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, never calls the system, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Your turn. A failed attempt must change nothing.
        todo!()
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never blocks; holds the lock while it writes.
impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(guard) => shown.field("data", &&*guard),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// A guard does not leave its thread: it is not `Send`. One that is forgotten (`mem::forget`) leaves the lock locked for
/// ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// Your turn: the `unsafe impl` of the stage before.

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&mut self` makes this the only
        // reference from it.
        unsafe { &mut *self.lock.data.get() }
    }
}

/// Unlocks, and wakes one thread that sleeps in `lock`, if there may be one. Otherwise the system is not called.
///
/// After the state says that the lock is free, this does not access the mutex again, for the next holder may free it.
/// `futex::wake_one` is allowed: it needs the address only.
impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn. Unlocking and learning whether somebody waits must be one step.
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_three_state` does.
fn grade() {}
