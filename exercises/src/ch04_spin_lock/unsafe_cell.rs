//! A spin lock with its data inside: `lock` gives the data, and giving it back is a promise that only the caller can keep.
//!
//! # Invariants
//!
//! 1. `locked` is `LOCKED` while somebody holds the lock: only the `swap` that found `UNLOCKED` takes it, and only its
//!    holder stores `UNLOCKED`. So there is one holder at most.
//! 2. What a holder did happens before what the next one does: the release store in `unlock` is read by the acquiring
//!    `swap` of the next `lock`.
//! 3. Only the holder has a reference to `data`: `lock` gives it out, and whoever calls `unlock` promises that it is gone.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

/// Nobody holds the lock.
const UNLOCKED: bool = false;
/// Somebody holds the lock.
const LOCKED: bool = true;

/// Mutual exclusion by spinning, around the data that it protects.
///
/// The test-and-set lock: T. E. Anderson, "The performance of spin lock alternatives for shared-memory multiprocessors",
/// IEEE Transactions on Parallel and Distributed Systems 1 (1990).
pub struct SpinLock<T> {
    locked: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: a shared lock gives `&mut T` to one holder at a time (invariants 1 and 3), each ordered after the last one
// (invariant 2). So it moves the `T` from thread to thread, which takes `T: Send`, and never shares it: `T: Sync` is not
// needed.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    /// An unlocked lock around `value`.
    pub const fn new(value: T) -> Self {
        Self { locked: AtomicBool::new(UNLOCKED), data: UnsafeCell::new(value) }
    }

    /// Waits until the lock is free, takes it, and gives access to the data until [`unlock`](Self::unlock).
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    #[inline]
    #[expect(clippy::mut_from_ref, reason = "the lock is what makes the reference the only one")]
    pub fn lock(&self) -> &mut T {
        // Acquire: pairs with the Release in `unlock`, so that the new holder sees all that the last one did to the data.
        while self.locked.swap(LOCKED, Acquire) {
            hint::spin_loop();
        }
        // SAFETY: this thread is the holder now, and no earlier holder has a reference left (invariants 1 and 3); what
        // they did with theirs happens before this (invariant 2).
        unsafe { &mut *self.data.get() }
    }

    /// Frees the lock.
    ///
    /// # Safety
    ///
    /// The caller holds the lock, and the reference that `lock` gave, with all that was borrowed from it, is not used
    /// again.
    #[inline]
    pub unsafe fn unlock(&self) {
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        self.locked.store(UNLOCKED, Release);
    }
}
