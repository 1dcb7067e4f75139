//! A spin lock and nothing else: what it protects is agreed on by its users, and enforced by nobody.
//!
//! # Invariants
//!
//! 1. `locked` is `LOCKED` while somebody holds the lock: only the `swap` that found `UNLOCKED` takes it, and only its
//!    holder stores `UNLOCKED`. So there is one holder at most.
//! 2. What a holder did happens before what the next one does: the release store in `unlock` is read by the acquiring
//!    `swap` of the next `lock`.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Release},
};
use sync::hint;

/// Nobody holds the lock.
const UNLOCKED: bool = false;
/// Somebody holds the lock.
const LOCKED: bool = true;

/// Mutual exclusion by spinning, on one flag.
///
/// The test-and-set lock: T. E. Anderson, "The performance of spin lock alternatives for shared-memory multiprocessors",
/// IEEE Transactions on Parallel and Distributed Systems 1 (1990).
#[derive(Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    /// An unlocked lock.
    pub const fn new() -> Self {
        Self { locked: AtomicBool::new(UNLOCKED) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    #[inline]
    pub fn lock(&self) {
        // Acquire: pairs with the Release in `unlock`, so that the new holder sees all that the last one did. A `swap`
        // that finds `LOCKED` changes nothing and learns nothing that is used.
        while self.locked.swap(LOCKED, Acquire) {
            hint::spin_loop();
        }
    }

    /// Frees the lock. Only its holder may call this: anybody else lets a second thread in beside the holder.
    #[inline]
    pub fn unlock(&self) {
        // Release: pairs with the Acquire in `lock`; what this holder did happens before what the next one does.
        self.locked.store(UNLOCKED, Release);
    }
}
