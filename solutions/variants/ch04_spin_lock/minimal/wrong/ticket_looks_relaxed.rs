//! A ticket lock whose waiting load is `Relaxed`: the turn comes without what the last holder did.
//!
//! Rejected by: what_a_holder_did_happens_before_what_the_next_one_does
//! Because: learns nothing of what was published with it

use sync::atomic::{
    AtomicU32,
    Ordering::{Relaxed, Release},
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
        while self.serving.load(Relaxed) != ticket {
            hint::spin_loop();
        }
    }

    pub fn unlock(&self) {
        // Relaxed: only the holder writes `serving`, so it reads its own ticket.
        let ticket = self.serving.load(Relaxed);
        // Release: pairs with the Acquire in `lock`.
        self.serving.store(ticket.wrapping_add(1), Release);
    }
}
