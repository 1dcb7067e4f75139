//! An unlock by a panic is not counted.
//!
//! Rejected by: unlock_by_a_panic_hands_over_as_well
//! Because: a panic made unlock number 1 of

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

const LOCKED: u32 = 1;
/// Locked, for one of those that wait.
const HANDED: u32 = 2;
/// One unlock since a waiter got the lock.
const ONCE: u32 = 4;
const OVERTAKEN: u32 = 0b11 * ONCE;
const WAITER: u32 = 16;

// SAFETY: the lock hands the data from thread to thread.
unsafe impl<T: Send> Sync for Mutex<T> {}

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
        if let Some(guard) = self.try_lock() {
            return guard;
        }
        self.state.fetch_add(WAITER, Ordering::Relaxed);
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            let free = state & LOCKED == 0;
            if free || state & HANDED != 0 {
                let mine = (state & !(HANDED | OVERTAKEN) | LOCKED) - WAITER;
                match self.state.compare_exchange_weak(
                    state,
                    mine,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => return MutexGuard { lock: self, not_send: PhantomData },
                    Err(now) => state = now,
                }
            } else {
                futex::wait(&self.state, state);
                state = self.state.load(Ordering::Relaxed);
            }
        }
    }

    /// Takes the lock if it is free, even if others wait for it; `None` if somebody holds it, or it is handed over.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Your turn. It may overtake those who wait, but not take what has been handed over to them.
        let mut state = self.state.load(Ordering::Relaxed);
        while state & LOCKED == 0 {
            match self.state.compare_exchange_weak(
                state,
                state | LOCKED,
                Ordering::Acquire,
                Ordering::Relaxed,
            ) {
                Ok(_) => return Some(MutexGuard { lock: self, not_send: PhantomData }),
                Err(now) => state = now,
            }
        }
        None
    }

    /// How many threads wait for the lock. By the time that this returns it may be another number.
    pub fn waiting(&self) -> u32 {
        // Your turn.
        self.state.load(Ordering::Relaxed) / WAITER
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

// SAFETY: a shared guard gives `&T`.
unsafe impl<T: Sync> Sync for MutexGuard<'_, T> {}

impl<T> Deref for MutexGuard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        // Your turn.
        // SAFETY: there is one guard at most.
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for MutexGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // Your turn.
        // SAFETY: there is one guard at most.
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        // Your turn. If somebody waits: whose turn is it?
        let word = &self.lock.state;
        let mut state = word.load(Ordering::Relaxed);
        loop {
            let new = if state < WAITER {
                0
            } else if (state & OVERTAKEN) / ONCE + 1 >= Mutex::<T>::PATIENCE {
                state & !OVERTAKEN | HANDED
            } else {
                state - LOCKED + if std::thread::panicking() { 0 } else { ONCE }
            };
            match word.compare_exchange_weak(state, new, Ordering::Release, Ordering::Relaxed) {
                Ok(_) => break,
                Err(now) => state = now,
            }
        }
        if state >= WAITER {
            futex::wake_one(word);
        }
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_fair` does.
fn grade() {}
