//! A thread that is counted, and gets the lock while it still spins, does not make the count begin anew.
//!
//! Rejected by: waiter_that_did_not_sleep_makes_the_count_begin_anew
//! Because: one of them got the lock, and from then on

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

unsafe impl<T: Send> Sync for Mutex<T> {}

const LOCKED: u32 = 1;
const HANDED: u32 = 2;
const OVER: u32 = 4;
const OVERS: u32 = 0xfc;
const WAITER: u32 = 0x100;

impl<T> Mutex<T> {
    fn guard(&self) -> MutexGuard<'_, T> {
        MutexGuard { lock: self, not_send: PhantomData }
    }

    fn lock_slow(&self) {
        let (mut slept, mut pauses) = (false, 3);
        let mut state = self.state.fetch_add(WAITER, Ordering::Relaxed) + WAITER;
        loop {
            if state & LOCKED == 0 || state & HANDED != 0 {
                let over = if slept { 0 } else { state & OVERS };
                let new = ((state - WAITER) & !(HANDED | OVERS)) | LOCKED | over;
                match self.state.compare_exchange_weak(
                    state,
                    new,
                    Ordering::Acquire,
                    Ordering::Relaxed,
                ) {
                    Ok(_) => return,
                    Err(now) => state = now,
                }
            } else if pauses > 0 {
                pauses -= 1;
                sync::hint::spin_loop();
                state = self.state.load(Ordering::Relaxed);
            } else {
                futex::wait(&self.state, state);
                slept = true;
                state = self.state.load(Ordering::Relaxed);
            }
        }
    }

    fn unlock(&self) {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            let new = if state < WAITER {
                0
            } else if (state & OVERS) / OVER + 1 >= Self::PATIENCE {
                (state & !OVERS) | HANDED
            } else {
                (state + OVER) & !LOCKED
            };
            match self.state.compare_exchange_weak(state, new, Ordering::Release, Ordering::Relaxed)
            {
                Ok(_) => break,
                Err(now) => state = now,
            }
        }
        if state >= WAITER {
            futex::wake_one(&self.state);
        }
    }

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
        if self.state.compare_exchange(0, LOCKED, Ordering::Acquire, Ordering::Relaxed).is_err() {
            self.lock_slow();
        }
        self.guard()
    }

    /// Takes the lock if it is free, even if others wait for it; `None` if somebody holds it, or it is handed over.
    ///
    /// Never blocks, and never fails for another reason.
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        (self.state.fetch_or(LOCKED, Ordering::Acquire) & LOCKED == 0).then(|| self.guard())
    }

    /// How many threads wait for the lock. By the time that this returns it may be another number.
    pub fn waiting(&self) -> u32 {
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

impl<T> Drop for MutexGuard<'_, T> {
    fn drop(&mut self) {
        self.lock.unlock();
    }
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test mutex_fair` does.
fn grade() {}
