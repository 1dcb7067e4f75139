//! Every access is `Relaxed`, and fences order them: release before the store, acquire after the swap.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release},
    fence,
};
use sync::thread;

#[derive(Default)]
pub struct SpinLock {
    locked: AtomicBool,
}

impl SpinLock {
    pub const fn new() -> Self {
        Self { locked: AtomicBool::new(false) }
    }

    pub fn lock(&self) {
        // Relaxed: the fence below acquires what this reads.
        while self.locked.swap(true, Relaxed) {
            thread::yield_now();
        }
        // Acquire: pairs with the release fence in `unlock`.
        fence(Acquire);
    }

    pub fn unlock(&self) {
        // Release: pairs with the acquire fence in `lock`.
        fence(Release);
        // Relaxed: the fence above publishes.
        self.locked.store(false, Relaxed);
    }
}
