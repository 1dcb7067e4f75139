//! A guard that is dropped by a panic unlocks, and wakes nobody.
//!
//! Rejected by: every_small_program_does_what_a_lock_does
//! Because: `lock.lock()` waits for ever

use std::fmt;
use std::ops::{Deref, DerefMut};
use sync::atomic::{AtomicU32, Ordering};
use sync::cell::UnsafeCell;
use sync::futex;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
pub struct Mutex<T> {
    /// 0: free. 1: held.
    state: AtomicU32,
    data: UnsafeCell<T>,
}

unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(0), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by sleeping. A thread that locks twice sleeps for ever. Which of several waiters is next is not said.
    pub fn lock(&self) -> MutexGuard<'_, T> {
        // Your turn. `futex::wait(&self.state, value)` sleeps while the state is `value`. It may return for no reason.
        while self.state.swap(1, Ordering::Acquire) != 0 {
            futex::wait(&self.state, 1);
        }
        MutexGuard { lock: self, not_send: std::marker::PhantomData }
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        (self.state.swap(1, Ordering::Acquire) == 0)
            .then(|| MutexGuard { lock: self, not_send: std::marker::PhantomData })
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
        // Your turn. `f.debug_struct("Mutex")` helps, and `format_args!("<locked>")` is a value that shows as that.
        let mut s = f.debug_struct("Mutex");
        match self.try_lock() {
            Some(g) => s.field("data", &&*g),
            None => s.field("data", &format_args!("<locked>")),
        };
        s.finish()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// A guard does not leave its thread: it is not `Send`. One that is forgotten (`mem::forget`) leaves the lock locked for
/// ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    not_send: std::marker::PhantomData<*const ()>,
}
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        unsafe { &mut *self.lock.data.get() }
    }
}

/// Unlocks, and wakes one thread that sleeps in `lock`.
///
/// After the state says that the lock is free, this does not access the mutex again, for the next holder may free it.
/// `futex::wake_one` is allowed: it needs the address only.
impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.lock.state.store(0, Ordering::Release);
        if !sync::thread::panicking() {
            futex::wake_one(&self.lock.state);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_two_state` does.
fn grade() {}
