//! A ticket lock that calls the next ticket to be drawn in place of the next one in the queue: who waits is passed over.
//!
//! Rejected by: every_small_program_does_what_a_lock_does
//! Because: waits for ever, but must return

use sync::atomic::{
    AtomicU32,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::hint;

#[derive(Default)]
pub struct SpinLock {
    /// The next ticket to draw.
    next: AtomicU32,
    /// The ticket whose turn it is.
    serving: AtomicU32,
}

impl SpinLock {
    pub const fn new() -> Self {
        Self { next: AtomicU32::new(0), serving: AtomicU32::new(0) }
    }

    pub fn lock(&self) {
        // Relaxed: drawing a number orders nothing, it only has to be one's own.
        let ticket = self.next.fetch_add(1, Relaxed);
        // Acquire: pairs with the Release in `unlock`.
        while self.serving.load(Acquire) != ticket {
            hint::spin_loop();
        }
    }

    pub fn unlock(&self) {
        // Relaxed: only the holder writes `serving`, so it reads its own ticket.
        let ticket = self.next.load(Relaxed);
        // Release: pairs with the Acquire in `lock`.
        self.serving.store(ticket, Release);
    }
}
