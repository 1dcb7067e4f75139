//! A mutex that sleeps: one word, two states, and a system call for each unlock.
//!
//! The book's page on this exercise: chapter 9, "A mutex that sleeps".

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

// Your turn: for which `T` may threads share a `Mutex<T>`? Write the `unsafe impl`, and say why it is sound.

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
        todo!()
    }

    /// Takes the lock if it is free; `None` if somebody holds it.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        todo!()
    }

    /// The data, without locking: `&mut self` shows that nobody else has the mutex.
    pub fn get_mut(&mut self) -> &mut T {
        todo!()
    }

    /// Takes the mutex apart. Nobody else has it, so there is nothing to wait for.
    pub fn into_inner(self) -> T {
        todo!()
    }
}

/// Shows the data, or `<locked>` if somebody holds the lock. Never blocks; holds the lock while it writes.
impl<T: fmt::Debug> fmt::Debug for Mutex<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Your turn. `f.debug_struct("Mutex")` helps, and `format_args!("<locked>")` is a value that shows as that.
        todo!()
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped.
///
/// A guard does not leave its thread: it is not `Send`. One that is forgotten (`mem::forget`) leaves the lock locked for
/// ever.
#[must_use = "a guard that is not kept unlocks at once"]
pub struct MutexGuard<'a, T> {
    lock: &'a Mutex<T>,
    // Your turn. What the compiler derives for this struct is not what the docs promise. A field of type
    // `PhantomData<*const ()>` takes both `Send` and `Sync` away. Which of the two has to come back, and for which `T`?
}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        todo!()
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        todo!()
    }
}

/// Unlocks, and wakes one thread that sleeps in `lock`.
///
/// After the state says that the lock is free, this does not access the mutex again, for the next holder may free it.
/// `futex::wake_one` is allowed: it needs the address only.
impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        todo!()
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_two_state` does.
fn grade() {}
