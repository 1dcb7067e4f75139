//! Tickets are bytes, and a thread goes in when its ticket or a later one is served: to a holder with ticket 255, ticket 0 comes next.
//!
//! Rejected by: every_small_program_does_what_a_lock_does
//! Because: data race

use sync::atomic::{
    AtomicU8,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::hint;

/// Mutual exclusion by spinning, on one flag.
///
/// The test-and-set lock: T. E. Anderson, "The performance of spin lock alternatives for shared-memory multiprocessors",
/// IEEE Transactions on Parallel and Distributed Systems 1 (1990).
#[derive(Default)]
pub struct SpinLock {
    next: AtomicU8,
    serving: AtomicU8,
}

impl SpinLock {
    /// An unlocked lock.
    pub const fn new() -> Self {
        Self { next: AtomicU8::new(0), serving: AtomicU8::new(0) }
    }

    /// Waits until the lock is free, and takes it.
    ///
    /// Blocks by spinning. A thread that locks twice waits for itself for ever.
    #[inline]
    pub fn lock(&self) {
        // Relaxed: a number, which nobody else gets.
        let mine = self.next.fetch_add(1, Relaxed);
        // Acquire: pairs with the Release in `unlock`.
        while self.serving.load(Acquire) < mine {
            hint::spin_loop();
        }
    }

    /// Frees the lock. Only its holder may call this: anybody else lets a second thread in beside the holder.
    #[inline]
    pub fn unlock(&self) {
        // Relaxed: the holder alone changes it. Release: pairs with the Acquire in `lock`.
        self.serving.store(self.serving.load(Relaxed).wrapping_add(1), Release);
    }
}
