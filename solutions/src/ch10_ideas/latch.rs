//! A latch: a gate that opens when a count has come down to zero, and stays open.
//!
//! # Invariants
//!
//! 1. The count only falls, by one for each [`count_down`](Latch::count_down) that returns, and never below zero. So a latch
//!    that is open stays open, and an old value can only be one that is too large.
//! 2. A thread sleeps only while the count is what it has just read, and not zero. Whoever makes it zero wakes all.
//! 3. What each `count_down` published is in the zero: the calls are read-modify-writes, and each carries on the release
//!    sequences of those before.
//! 4. After the count has become zero, `count_down` does not access the latch: a thread that has waited may free it. The
//!    wake-up needs the address only.

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::futex;

/// A gate that opens when it has been counted down to zero.
///
/// The interface is that of C++20's `std::latch`, and before it of Java's `CountDownLatch`.
#[derive(Debug)]
pub struct Latch {
    /// How many calls of `count_down` are still to come.
    count: AtomicU32,
}

impl Latch {
    /// A latch that opens with the `count`-th call of [`count_down`](Self::count_down): with 0, it is open.
    pub const fn new(count: u32) -> Self {
        Self { count: AtomicU32::new(count) }
    }

    /// Counts down by one. The call that reaches zero opens the latch. Never blocks.
    ///
    /// What came before each call happens before the return of every [`wait`](Self::wait), and before what follows an
    /// [`is_open`](Self::is_open) that says `true`.
    ///
    /// # Panics
    ///
    /// If the latch is open already. Nothing has changed then.
    #[inline]
    pub fn count_down(&self) {
        // Relaxed: only the exchange decides. An old count is too large (invariant 1), and makes it fail.
        let mut count = self.count.load(Relaxed);
        loop {
            // One step looks and subtracts: a `fetch_sub` would have closed the latch by the time it sees that it was open.
            assert!(count != 0, "`count_down` of a latch that is open");
            // Release: pairs with the Acquire in `is_open` and `wait` (invariant 3). Relaxed: a failure only looks again.
            match self.count.compare_exchange_weak(count, count - 1, Release, Relaxed) {
                Ok(_) => break,
                Err(now) => count = now,
            }
        }
        if count == 1 {
            // `count` is only an address by now (invariant 4).
            futex::wake_all(&self.count);
        }
    }

    /// Is the latch open? Never blocks.
    #[inline]
    pub fn is_open(&self) -> bool {
        // Acquire: pairs with the Release of all calls of `count_down` (invariant 3).
        self.count.load(Acquire) == 0
    }

    /// Waits until the latch is open.
    ///
    /// Blocks by sleeping. Returns at once if it is open.
    #[inline]
    pub fn wait(&self) {
        if !self.is_open() {
            self.wait_contended();
        }
    }

    /// Sleeps until the latch is open.
    #[cold]
    fn wait_contended(&self) {
        loop {
            // Acquire: as in `is_open`.
            let count = self.count.load(Acquire);
            if count == 0 {
                return;
            }
            // Does not sleep if the count has changed; may return for no reason.
            futex::wait(&self.count, count);
        }
    }
}
