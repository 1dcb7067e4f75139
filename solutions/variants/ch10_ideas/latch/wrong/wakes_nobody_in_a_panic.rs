//! A thread that counts down while it panics wakes nobody.
//!
//! Rejected by: every_small_program_does_what_a_latch_does
//! Because: while a panic unwinds it

use sync::atomic::{AtomicU32, Ordering};
use sync::futex;

/// A gate that opens when it has been counted down to zero.
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
    /// A thread that has waited may free the latch, though this call may not be over. `futex::wake_all` is allowed then: it
    /// needs the address only.
    ///
    /// # Panics
    ///
    /// If the latch is open already. Nothing has changed then.
    pub fn count_down(&self) {
        // Your turn. Only the call that opens the latch has somebody to wake.
        let mut count = self.count.load(Ordering::Relaxed);
        loop {
            assert!(count != 0, "the latch is open already");
            match self.count.compare_exchange_weak(
                count,
                count - 1,
                Ordering::Release,
                Ordering::Relaxed,
            ) {
                Ok(_) => break,
                Err(now) => count = now,
            }
        }
        if count == 1 && !std::thread::panicking() {
            futex::wake_all(&self.count);
        }
    }

    /// Is the latch open? Never blocks.
    pub fn is_open(&self) -> bool {
        self.count.load(Ordering::Acquire) == 0
    }

    /// Waits until the latch is open.
    ///
    /// Blocks by sleeping. Returns at once if it is open.
    pub fn wait(&self) {
        loop {
            let count = self.count.load(Ordering::Acquire);
            if count == 0 {
                return;
            }
            futex::wait(&self.count, count);
        }
    }
}

#[test] // "Run test" in your editor grades this file, as `cargo test latch` does.
fn grade() {}
