//! One bit of a word is the lock; it is set with `fetch_or` and cleared with `fetch_and`.

use sync::atomic::{
    AtomicUsize,
    Ordering::{AcqRel, Acquire, Relaxed, Release},
};
use sync::hint;

const LOCKED: usize = 1 << 3;

#[derive(Default)]
pub struct SpinLock {
    bits: AtomicUsize,
}

impl SpinLock {
    pub const fn new() -> Self {
        Self { bits: AtomicUsize::new(0) }
    }

    pub fn lock(&self) {
        loop {
            // Relaxed: only a look; the `fetch_or` decides, and acquires.
            if self.bits.load(Relaxed) & LOCKED == 0
                // Acquire: pairs with the Release in `unlock`.
                && self.bits.fetch_or(LOCKED, Acquire) & LOCKED == 0
            {
                return;
            }
            hint::spin_loop();
        }
    }

    pub fn unlock(&self) {
        // AcqRel: the release pairs with the Acquire in `lock`.
        self.bits.fetch_and(!LOCKED, AcqRel);
    }
}
