//! A mutex that looks again for a moment before it sleeps.
//!
//! The book's page on this exercise: chapter 9, "Look again before you sleep".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::{futex, hint};

/// How often a waiter looks again before it sleeps.
const SPIN_LIMIT: u32 = 100;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
///
/// The lock is one word: four bytes beside the data.
pub struct Mutex<T: ?Sized> {
    /// 0: free. 1: held, and nobody sleeps. 2: held, and somebody may sleep. Other states are welcome.
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// Your turn: the `unsafe impl` of the stages before, now for a `T` that may be unsized.

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
    pub fn into_inner(self) -> T {
        self.data.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Waits until the lock is free, and takes it. If the lock is free, the system is not called.
    ///
    /// Spins for a moment, then blocks by sleeping. A thread that locks twice sleeps for ever. Which of several waiters is
    /// next is not said.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Your turn. The slow path looks at most `SPIN_LIMIT` times, with `hint::spin_loop()` between two looks, and then
        // sleeps. If others sleep already, it need not look.
        todo!()
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, never calls the system, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        todo!()
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    pub fn get_mut(&mut self) -> &mut T {
        self.data.get_mut()
    }
}

impl<T: Default> Default for Mutex<T> {
    /// An unlocked mutex around the default value.
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T> From<T> for Mutex<T> {
    /// An unlocked mutex around `value`.
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never blocks; holds the lock while it writes.
impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
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
pub struct MutexGuard<'a, T: ?Sized> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// Your turn: the `unsafe impl` of the stage before.

impl<T: ?Sized> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // SAFETY: there is one guard at most, what earlier ones did happens before, and `&self` keeps `deref_mut` away.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T: ?Sized> DerefMut for MutexGuard<'_, T> {
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
impl<T: ?Sized> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        todo!()
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_spin` does.
fn grade() {}
