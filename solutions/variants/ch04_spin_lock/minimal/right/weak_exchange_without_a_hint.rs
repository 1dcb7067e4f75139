//! A weak compare-exchange in a loop that gives no hint, on a number, with `SeqCst` everywhere.

use sync::atomic::{AtomicU8, Ordering::SeqCst};

const UNLOCKED: u8 = 0;
const LOCKED: u8 = 1;

#[derive(Default)]
pub struct SpinLock {
    state: AtomicU8,
}

impl SpinLock {
    pub const fn new() -> Self {
        Self { state: AtomicU8::new(UNLOCKED) }
    }

    pub fn lock(&self) {
        while self.state.compare_exchange_weak(UNLOCKED, LOCKED, SeqCst, SeqCst).is_err() {}
    }

    pub fn unlock(&self) {
        let before = self.state.swap(UNLOCKED, SeqCst);
        assert_eq!(before, LOCKED, "only the holder unlocks");
    }
}
