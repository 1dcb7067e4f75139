//! The swap that takes the lock is `Relaxed`: it learns nothing of what the last holder did.
//!
//! Rejected by: what_a_holder_did_happens_before_what_the_next_one_does
//! Because: learns nothing of what was published with it

use sync::atomic::{
    AtomicBool,
    Ordering::{Relaxed, Release},
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
        while self.locked.swap(LOCKED, Relaxed) {
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
