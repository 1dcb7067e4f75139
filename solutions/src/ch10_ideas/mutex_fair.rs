//! A mutex that lets others overtake those who wait, which is fast, and every now and then gives the lock to one of them.
//!
//! | bits of `state` | meaning |
//! |---|---|
//! | [`LOCKED`] | somebody holds the lock, or it has been handed over |
//! | [`HANDED`] | it has been handed over: only a thread that waits may take it |
//! | [`OVERTAKEN`] | how many unlocks in a row have found threads waiting, and left the lock to anybody |
//! | from [`WAITER`] on | how many threads wait |
//!
//! # Invariants
//!
//! 1. At most one [`MutexGuard`] of a mutex exists at a time: it is made only by an exchange that found the lock free, or handed over,
//!    and `LOCKED` is cleared, or `HANDED` set, only when it is dropped.
//! 2. Every access to the data by a guard happens before every access by the next: the release in `drop` is acquired by the exchange
//!    of the next holder. In between there are only read-modify-writes, which carry it on.
//! 3. A thread that is counted as a waiter looks at the state before it sleeps, and sleeps only if it is still the same. Each
//!    unlock that finds waiters wakes one. So while all of them sleep, somebody holds the lock.
//! 4. The lock is handed over only if there are waiters, and no waiter goes away without it. So one of them takes it.
//! 5. After the exchange that unlocks, `drop` does not access the mutex: the next holder may be its last user and free it. The
//!    wake-up needs the address only.

use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::futex;

/// Nobody holds the lock, and nobody waits.
const UNLOCKED: u32 = 0;
/// Somebody holds the lock, or will: see [`HANDED`].
const LOCKED: u32 = 1 << 0;
/// The lock is for one of those who wait.
const HANDED: u32 = 1 << 1;
/// One unlock that has left the lock to anybody, though threads wait.
const OVERTAKEN_ONCE: u32 = 1 << 2;
/// How many there were.
const OVERTAKEN: u32 = WAITER - OVERTAKEN_ONCE;
/// One thread that waits.
const WAITER: u32 = 1 << 8;

/// Mutual exclusion by sleeping, around the data that it protects. A panic of a holder does not poison it.
///
/// Eventual fairness is from the locks of WebKit, which go by the time; this one counts.
pub struct Mutex<T> {
    state: AtomicU32,
    data: UnsafeCell<T>,
}

// SAFETY: a shared mutex gives out `&mut T` to one thread at a time (invariant 1), each access ordered after the last one
// (invariant 2). So it moves the `T` between threads, which takes `T: Send`, and never shares it.
unsafe impl<T: Send> Sync for Mutex<T> {}

impl<T> Mutex<T> {
    /// Of this many unlocks in a row that find threads waiting, the last one hands the lock over, unless one of those got it before.
    pub const PATIENCE: u32 = 3;

    /// An unlocked mutex around `value`.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU32::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, or handed over to this thread, and takes it.
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

    /// Takes the lock if it is free, even if others wait for it; `None` if somebody holds it, or it is handed over.
    ///
    /// Never blocks, and never fails for another reason.
    #[inline]
    pub fn try_lock(&self) -> Option<MutexGuard<'_, T>> {
        // Relaxed: the exchange finds out whether it is still so.
        let mut state = self.state.load(Relaxed);
        while state & LOCKED == 0 {
            // Acquire: pairs with the Release in the guard's `drop`, so that we see all that the last holder did.
            // Relaxed: a failure only looks again.
            match self.state.compare_exchange_weak(state, state | LOCKED, Acquire, Relaxed) {
                Ok(_) => return Some(MutexGuard::new(self)),
                Err(now) => state = now,
            }
        }
        None
    }

    /// How many threads wait for the lock. By the time that this returns it may be another number.
    pub fn waiting(&self) -> u32 {
        // Relaxed: it is a number, and says nothing of the data.
        self.state.load(Relaxed) / WAITER
    }

    /// Waits as one of those to whom the lock is handed over.
    #[cold]
    fn lock_contended(&self) -> MutexGuard<'_, T> {
        // Relaxed: nothing depends on it but the count.
        let mut state = self.state.fetch_add(WAITER, Relaxed) + WAITER;
        loop {
            if state & LOCKED == 0 || state & HANDED != 0 {
                // Nobody has been overtaken since one of those who wait has got the lock.
                let taken = (state & !(HANDED | OVERTAKEN) | LOCKED) - WAITER;
                // Acquire, Relaxed: as in `try_lock`.
                match self.state.compare_exchange_weak(state, taken, Acquire, Relaxed) {
                    Ok(_) => return MutexGuard::new(self),
                    Err(now) => state = now,
                }
            } else {
                // Returns at once if the state has changed, and sometimes for no reason: only the exchange decides.
                futex::wait(&self.state, state);
                // Relaxed: as in `try_lock`.
                state = self.state.load(Relaxed);
            }
        }
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
/// It does not leave its thread, as in chapter 9. A guard that is forgotten (`mem::forget`) leaves the lock locked for ever.
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
        // Release: pairs with the Acquire of the next holder; what this holder did happens before what that one does.
        // Relaxed: a failure looks again.
        let free = self.lock.state.compare_exchange(LOCKED, UNLOCKED, Release, Relaxed);
        if let Err(state) = free {
            // There are waiters: nothing else makes it another state (invariant 4).
            unlock_contended(&self.lock.state, state);
        }
    }
}

/// Unlocks, or hands the lock over, and wakes one of those who wait; there is one at least.
#[cold]
fn unlock_contended(word: &AtomicU32, mut state: u32) {
    loop {
        let overtaken = (state & OVERTAKEN) / OVERTAKEN_ONCE + 1;
        let next = if overtaken < Mutex::<()>::PATIENCE {
            state - LOCKED + OVERTAKEN_ONCE
        } else {
            state & !OVERTAKEN | HANDED
        };
        // Release, Relaxed: as in `drop`.
        match word.compare_exchange_weak(state, next, Release, Relaxed) {
            Ok(_) => break,
            Err(now) => state = now,
        }
    }
    // `word` is only an address by now (invariant 5).
    futex::wake_one(word);
}

impl<T: fmt::Debug> fmt::Debug for MutexGuard<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(f)
    }
}
