//! Test-and-test-and-set, with relaxed accesses and fences.

use sync::atomic::{
    AtomicBool,
    Ordering::{Acquire, Relaxed, Release, SeqCst},
    fence,
};
use sync::cell::UnsafeCell;
use sync::thread;

pub struct SpinLock<T> {
    free: AtomicBool,
    data: UnsafeCell<T>,
}

// SAFETY: the data moves from holder to holder and is never shared.
unsafe impl<T: Send> Sync for SpinLock<T> {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self { free: AtomicBool::new(true), data: UnsafeCell::new(value) }
    }

    pub fn lock(&self) -> &mut T {
        loop {
            // Relaxed: the fence acquires what the exchange reads.
            if self.free.compare_exchange_weak(true, false, Relaxed, Relaxed).is_ok() {
                break;
            }
            // Relaxed: only a look.
            while !self.free.load(Relaxed) {
                thread::yield_now();
            }
        }
        // Acquire: pairs with the fence in `unlock`.
        fence(Acquire);
        // SAFETY: this thread is the only holder.
        unsafe { &mut *self.data.get() }
    }

    pub unsafe fn unlock(&self) {
        // SeqCst: a release fence and more; pairs with the fence in `lock`.
        fence(SeqCst);
        // Relaxed: the fence above publishes.
        self.free.store(true, Relaxed);
    }
}
