//! A mutex that lets others overtake those who wait, which is fast, and every now and then gives the lock to one of them.
//!
//! The book's page on this exercise: chapter 10, "Overtaken often enough".

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::futex;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
pub struct Mutex<T> {
    /// Is it held, has it been handed over, how often were those who wait overtaken, and how many are there?
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// Your turn: `Sync`, for the right data.

impl<T> Mutex<T> {
    /// Of this many unlocks in a row that find threads waiting, the last one hands the lock over, unless one of those got it before.
    pub const PATIENCE: u32 = 3;

    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, or handed over to this thread, and takes it.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever.
    /// Which of several waiters is next is not said.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Your turn.
        todo!()
    }

    /// Takes the lock if it is free, even if others wait for it; `None` if somebody holds it, or it is handed over.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Your turn. It may overtake those who wait, but not take what has been handed over to them.
        todo!()
    }

    /// How many threads wait for the lock. By the time that this returns it may be another number.
    pub fn waiting(&self) -> u32 {
        // Your turn.
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
            Some(guard) => shown.field("data", &*guard),
            None => shown.field("data", &format_args!("<locked>")),
        };
        shown.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// It does not leave its thread, as in chapter 9. A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    not_send: PhantomData<*const ()>,
}

// Your turn: `Sync`, for the right data.

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Your turn.
        todo!()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // Your turn.
        todo!()
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn. If somebody waits: whose turn is it?
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_fair` does.
fn grade() {}
