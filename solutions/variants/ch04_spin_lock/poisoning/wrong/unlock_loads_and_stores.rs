//! `unlock` loads the word and stores it without the lock bit: a `clear_poison` in between is lost.
//!
//! Rejected by: every_small_program_does_what_a_lock_does
//! Because: `lock.is_poisoned()` returns `true`, and must return `false`

use std::error::Error;
use std::fmt;
use std::ops::{Deref, DerefMut};
use sync::atomic::*;
use sync::cell::UnsafeCell;
use sync::{hint, thread};

/// What a poisoned lock gives: the same as always, in an `Err`.
pub type LockResult<G> = Result<G, PoisonError<G>>;

/// Mutual exclusion by spinning, with a memory for panics.
pub struct SpinLock<T> {
    state: AtomicU8,
    data: UnsafeCell<T>,
}

// SAFETY: as in the exercises before.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`, not poisoned.
    pub const fn new(value: T) -> Self {
        Self { state: AtomicU8::new(0), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    ///
    /// # Errors
    ///
    /// If a holder has panicked and nobody has called [`clear_poison`](Self::clear_poison) since. The lock is taken all the
    /// same: the guard is in the error.
    pub fn lock(&self) -> LockResult<Guard<'_, T>> {
        let mut old;
        loop {
            old = self.state.fetch_or(1, Ordering::Acquire);
            if old & 1 == 0 {
                break;
            }
            while self.state.load(Ordering::Relaxed) & 1 == 1 {
                hint::spin_loop();
            }
        }
        let guard = Guard { lock: self, panicking: thread::panicking() };
        if old & 2 != 0 { Err(PoisonError { value: guard }) } else { Ok(guard) }
    }

    /// Has a holder panicked? Never blocks.
    ///
    /// Unless the caller holds the lock, the answer may be out of date by the time it arrives.
    pub fn is_poisoned(&self) -> bool {
        self.state.load(Ordering::Relaxed) & 2 != 0
    }

    /// Forgets the panic: from here on, `lock` returns `Ok`.
    ///
    /// Call it with the guard in hand, after the data has been repaired. It does not unlock.
    pub fn clear_poison(&self) {
        self.state.fetch_and(!2, Ordering::Relaxed);
    }

    /// Takes the lock apart. No one else has it, so there is nothing to wait for.
    ///
    /// # Errors
    ///
    /// As [`lock`](Self::lock): the data is in the error.
    pub fn into_inner(self) -> LockResult<T> {
        if self.state.load(Ordering::Relaxed) & 2 != 0 {
            Err(PoisonError { value: self.data.into_inner() })
        } else {
            Ok(self.data.into_inner())
        }
    }
}

/// Proof that the lock is held: gives access to the data, and unlocks when it is dropped. Dropped by a panic that began
/// after the lock was taken, it poisons the lock too.
pub struct Guard<'a, T> {
    lock: &'a SpinLock<T>,
    panicking: bool,
}

// SAFETY: as in the exercises before.
unsafe impl<T: Sync> Sync for Guard<'_, T> {}

impl<T> Deref for Guard<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        unsafe { &*self.lock.data.get() }
    }
}

impl<T> DerefMut for Guard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        unsafe { &mut *self.lock.data.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        // `thread::panicking()` tells whether this thread is unwinding now.
        let mut s = self.lock.state.load(Ordering::Relaxed);
        if !self.panicking && thread::panicking() {
            s |= 2;
        }
        self.lock.state.store(s & !1, Ordering::Release);
    }
}

/// A holder has panicked; what was asked for is inside.
///
/// An error with a guard in it holds the lock: dropping it unlocks.
pub struct PoisonError<G> {
    value: G,
}

impl<G> PoisonError<G> {
    /// What was asked for, poison or not.
    pub fn into_inner(self) -> G {
        self.value
    }

    /// A look at it.
    pub fn get_ref(&self) -> &G {
        &self.value
    }

    /// A look at it that may change it.
    pub fn get_mut(&mut self) -> &mut G {
        &mut self.value
    }
}

// By hand, so that an error is one for every `G`: `unwrap` must not ask for `T: Debug`.
impl<G> fmt::Debug for PoisonError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PoisonError").finish_non_exhaustive()
    }
}

impl<G> fmt::Display for PoisonError<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a thread panicked while it held the lock")
    }
}

impl<G> Error for PoisonError<G> {}

#[test] // "Run test" in your editor grades this file, as `cargo test poisoning` does.
fn grade() {}
