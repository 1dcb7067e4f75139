//! A ticket lock with tickets of one bit: with three threads, two draw the same one.
//!
//! Rejected by: three_threads_hold_the_lock_in_turn
//! Because: it cannot publish it

use sync::atomic::{
    AtomicUsize,
    Ordering::{Acquire, Relaxed, Release},
};
use sync::cell::UnsafeCell;
use sync::hint;

pub struct SpinLock<T> {
    next: AtomicUsize,
    serving: AtomicUsize,
    data: UnsafeCell<T>,
}

// SAFETY: one ticket is served at a time, and its holder alone has the data.
unsafe impl<T> Sync for SpinLock<T> where T: Send {}

impl<T> SpinLock<T> {
    pub const fn new(value: T) -> Self {
        Self {
            next: AtomicUsize::new(0),
            serving: AtomicUsize::new(0),
            data: UnsafeCell::new(value),
        }
    }

    pub fn lock(&self) -> &mut T {
        // Relaxed: drawing a number orders nothing, it only has to be one's own.
        let ticket = self.next.fetch_xor(1, Relaxed);
        // Acquire: pairs with the Release in `unlock`.
        while self.serving.load(Acquire) != ticket {
            hint::spin_loop();
        }
        // SAFETY: it is this ticket's turn, and no other's.
        unsafe { &mut *self.data.get() }
    }

    pub unsafe fn unlock(&self) {
        // Release: pairs with the Acquire in `lock`, through the release sequence of the other holders' additions too.
        self.serving.fetch_xor(1, Release);
    }
}
